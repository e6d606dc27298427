import pytest

from messaging.routes import Leaving, Routes, in_turn, parse_routes, ways_of
from tests.cast import NAKATO, WANJIKU

KNOWN = {"africastalking", "twilio"}


def test_the_longest_prefix_decides() -> None:
    routes = parse_routes(
        "+254=africastalking,twilio; +2547=twilio;+ = africastalking", "twilio", KNOWN
    )
    assert routes.ways("+254200000000") == ("africastalking", "twilio")
    assert routes.ways(WANJIKU) == ("twilio",)
    assert routes.ways(NAKATO) == ("africastalking",), "a plus is the beginning of every number"


def test_what_no_route_names_takes_the_default() -> None:
    for routes in (parse_routes("", "twilio", KNOWN), parse_routes(" ; ", "twilio", KNOWN)):
        assert routes.ways(WANJIKU) == ("twilio",)
        assert routes.named(WANJIKU) == ()
        assert routes.gateways == {"twilio"}


@pytest.mark.parametrize(
    "written",
    [
        "254=twilio",
        "+254",
        "+254=",
        "+254=twilio,",
        "+254=twilio,twilio",
        "+254=twilio; +254=africastalking",
        "+0254=twilio",
        "+25a=twilio",
        "=twilio",
    ],
)
def test_what_is_no_route_is_told_so(written: str) -> None:
    with pytest.raises(ValueError, match="it must be like"):
        parse_routes(written, "twilio", KNOWN)


def test_a_gateway_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="carrier-pigeon is no gateway that is configured"):
        parse_routes("+254=carrier-pigeon", "twilio", KNOWN)


# The way of one message

BOTH = {"africastalking", "twilio", "simulator"}
KENYA = Routes("africastalking", {"+254": ("africastalking", "twilio")})
PLAIN = Routes("africastalking")


@pytest.mark.parametrize(
    ("leaving", "routes", "ways"),
    [
        # A reply goes the way its question came, whatever the operator prefers.
        (Leaving(WANJIKU, True, "twilio"), KENYA, ("twilio", "africastalking")),
        (Leaving(WANJIKU, True, "twilio"), PLAIN, ("twilio",)),
        # What we start goes as the operator said; where nothing was said, the way they came.
        (Leaving(WANJIKU, False, "twilio"), KENYA, ("africastalking", "twilio")),
        (Leaving(NAKATO, False, "twilio"), KENYA, ("twilio",)),
        (Leaving(NAKATO, False), KENYA, ("africastalking",)),
        # A link belongs to its gateway alone.
        (Leaving(WANJIKU, True, "africastalking", is_bound=True), KENYA, ("africastalking",)),
        # Nobody on the simulator has a phone.
        (Leaving(WANJIKU, False, "simulator"), KENYA, ("simulator",)),
        (Leaving(WANJIKU, True, "simulator"), KENYA, ("simulator",)),
        # A gateway that is gone is as if nothing were known.
        (Leaving(WANJIKU, True, "gone", is_bound=True), KENYA, ("africastalking", "twilio")),
        (Leaving(NAKATO, True, "gone"), KENYA, ("africastalking",)),
    ],
)
def test_the_ways_of_a_message(leaving: Leaving, routes: Routes, ways: tuple[str, ...]) -> None:
    assert ways_of(leaving, routes, BOTH) == ways


def test_outside_its_share_a_message_goes_around_the_first() -> None:
    ways = ("africastalking", "twilio")
    assert in_turn(ways, draw=24, share=25) == ways
    assert in_turn(ways, draw=25, share=25) == ("twilio", "africastalking")
    assert in_turn(ways, draw=99, share=100) == ways
    assert in_turn(("twilio",), draw=99, share=0) == ("twilio",)


def test_who_has_a_second_way() -> None:
    assert KENYA.has_second("africastalking")
    assert not KENYA.has_second("twilio")
    assert not PLAIN.has_second("africastalking")
