"""Calls on the service code, hop by hop, on a real database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from threading import Barrier

import pytest
from sqlalchemy import func, select

from db.session import Database
from groups.models import BulletinList, Subscription
from handlers.screens.screen import BUDGET
from handlers.ussd import handle_ussd
from messaging.message import Transcript, UssdAnswer, UssdRequest
from messaging.models import HeldQuestion, OutboundMessage, Subscriber, UssdSession
from messaging.segments import measure
from messaging.subscribers import get_or_create_subscriber
from prices.catalogue import Catalogue, load_vocabulary
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from scheduler.upkeep import weigh_held
from tests.cast import ACHIENG, KAMAU, MUTISO, NAKATO, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.handlers.texting import Phones
from tests.prices.doubts import log_of, make_usual, price_of, standings, told_by
from tests.prices.stories import near, place_named, report_price

CODE = "*384*123#"
_numbers = count(1)


@dataclass
class Call:
    """A phone that dials and presses; the carrier joins what was pressed."""

    database: Database
    msisdn: str = WANJIKU
    code: str = CODE
    now: datetime = NOON
    session_id: str = field(default_factory=lambda: f"ATUid_{next(_numbers)}")
    transcript: str = ""
    catalogue: Catalogue = field(default_factory=lambda: Catalogue("KE"))

    def hop(self, transcript: str) -> UssdAnswer:
        """What the gateway sends for a transcript."""
        request = UssdRequest(
            "simulator", self.session_id, self.msisdn, self.code, Transcript(transcript)
        )
        with self.database.begin() as session:
            answer = handle_ussd(
                session, request, catalogue=self.catalogue, default_country="KE", now=self.now
            )
        assert measure(answer.text).length <= BUDGET, answer.text
        assert measure(answer.text).encoding == "GSM-7", answer.text
        return answer

    def dial(self) -> str:
        """Begin."""
        return self.hop("").text

    def press(self, *keys: str) -> UssdAnswer:
        """One key after the other, each a hop of its own."""
        for key in keys:
            self.transcript = f"{self.transcript}*{key}" if self.transcript else key
            answer = self.hop(self.transcript)
        return answer


def speaks_english(database: Database, msisdn: str = WANJIKU, home: str | None = None) -> None:
    """Somebody we have met before."""
    with database.begin() as session:
        person = get_or_create_subscriber(session, msisdn, default_country="KE", now=NOON)
        person.language = "en"
        if home is not None:
            vocabulary = load_vocabulary(session, person.country)
            person.home_place_id = place_named(vocabulary, home).id


def milk_reported(database: Database, place: str = "Nakuru", price: int | str = 47) -> None:
    """Four reports of three people this morning."""
    with database.begin() as session:
        vocabulary = load_vocabulary(session, "KE")
        for person in (OTIENO, ACHIENG, MUTISO, KAMAU):
            morning = NOON - timedelta(hours=2)
            report_price(session, vocabulary, person, "milk", place, price, morning)


def observations(database: Database) -> list[PriceObservation]:
    """Every report kept."""
    with database.read() as session:
        return list(session.scalars(select(PriceObservation)))


def person(database: Database, msisdn: str = WANJIKU) -> Subscriber:
    """Who is behind a number."""
    with database.read() as session:
        return session.scalars(select(Subscriber).where(Subscriber.msisdn == msisdn)).one()


def option(screen: str, label: str) -> str:
    """The number before a label on a screen."""
    return next(line.split(" ", 1)[0] for line in screen.splitlines() if line.endswith(" " + label))


WELCOME = "Karibu Bei. Lugha? Language?\n1 Kiswahili\n2 English\n0 Ruka"
ROOT = (
    "1 Prices\n2 Where to sell\n3 Report a price\n4 My group\n5 Alerts\n6 My details\n"
    "7 Lugha / Language\n8 Help"
)


def test_the_first_call_ever_asks_for_a_language_and_then_for_a_place(database: Database) -> None:
    call = Call(database)
    first = call.dial()
    assert first == WELCOME
    counties = call.press(option(first, "Kiswahili")).text
    assert counties.startswith("Imehifadhiwa.\n1 ")
    towns = call.press("nakuru").text
    assert towns.endswith("8 Msaada")
    assert towns.startswith("Imehifadhiwa.\nBei - Nakuru\n")
    assert (person(database).language, person(database).gateway) == ("sw", "simulator")


def test_what_the_first_call_asks_may_be_skipped(database: Database) -> None:
    call = Call(database)
    call.dial()
    assert call.press("0").text.startswith("Unauza wapi?")
    assert call.press("0").text == (
        "Bei\n1 Bei za leo\n2 Niuze wapi\n3 Toa bei\n4 Kikundi changu\n5 Arifa\n"
        "6 Taarifa zangu\n7 Language / Lugha\n8 Msaada"
    )
    assert Call(database, now=NOON + timedelta(hours=1)).dial().startswith("Bei\n1 Bei za leo")


def test_a_deep_dial_asks_no_newcomer_anything(database: Database) -> None:
    assert Call(database).hop("8").text != Call(database, OTIENO).dial()
    assert Call(database, KAMAU).hop("1").text.startswith("Bidhaa gani?")


def test_a_ugandan_farmer_is_met_in_her_country(database: Database) -> None:
    call = Call(database, NAKATO)
    call.dial()
    assert call.press("0", "0").text == f"Bei\n{ROOT}"
    assert person(database, NAKATO).country == "UG"


def test_farmer_sees_the_price_at_home(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    milk_reported(database)
    call = Call(database)
    assert call.dial().startswith("Bei - Nakuru\n1 Prices")
    assert call.press("1").text.startswith("Prices, Nakuru\n1 Milk\n")
    answer = call.press("1")
    assert answer.text == (
        "Milk, Nakuru, 1 litre\nFarm gate KES 47 (44-50)\n4 reports, today\n"
        "1 Where to sell 2 SMS me\n3 Report a price\n4 Trend 8 Other place\n0 Back 00 Home"
    )
    assert not answer.ends


def test_farmer_finds_a_price_by_county_and_market(database: Database) -> None:
    speaks_english(database)
    milk_reported(database)
    call = Call(database)
    call.dial()
    counties = call.press("1", "1").text
    assert counties.startswith("Milk: where? Or type a name:\n1 Nakuru\n")
    markets = call.press("1").text
    assert markets.startswith("Milk: where? Or type a name:\n1 All of Nakuru\n2 Nakuru\n")
    assert call.press("2").text.startswith("Milk, Nakuru, 1 litre\nFarm gate KES 47 (44-50)\n")


def test_farmer_types_the_name_of_a_place(database: Database) -> None:
    speaks_english(database)
    milk_reported(database)
    answer = Call(database).press("1", "1", "nakuru")
    assert answer.text.startswith("Milk, Nakuru, 1 litre\nFarm gate KES 47 (44-50)\n")


def test_trader_reports_and_the_next_answer_knows(database: Database) -> None:
    speaks_english(database, OTIENO, home="Nakuru")
    speaks_english(database, WANJIKU, home="Nakuru")
    assert "47" not in Call(database, WANJIKU).press("1", "1").text
    call = Call(database, OTIENO)
    call.dial()
    commodities = call.press("3").text
    answer = call.press(option(commodities, "Milk"), "1", "47")
    assert answer.ends
    assert answer.text.startswith("Thank you. Milk Nakuru KES 47/L, farm gate.")
    (kept,) = observations(database)
    assert (kept.commodity_code, kept.price, kept.raw_text) == ("milk", Decimal(47), "3*1*1*47")
    assert "Farm gate KES 47\n1 report, today" in Call(database, WANJIKU).press("1", "1").text


def test_a_repeated_hop_writes_once(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    first = call.press("3", "1", "1", "45")
    assert first.ends
    for _ in range(3):
        assert call.hop(call.transcript) == first
    assert len(observations(database)) == 1


def test_the_same_key_twice_is_no_repeat(database: Database) -> None:
    speaks_english(database)
    call = Call(database)
    first = call.press("1")
    assert call.press("1") != first
    assert call.hop("1*1") == call.hop("1*1")


def test_an_earlier_hop_that_comes_late_changes_nothing(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    call.press("3", "1")
    here = call.press("1")
    assert call.hop("3*1") == here
    assert call.press("45").ends
    assert call.hop("3*1").ends
    assert len(observations(database)) == 1


def test_the_dial_itself_that_comes_late_changes_nothing(database: Database) -> None:
    """Every transcript begins with it: what was typed since would all be pressed once more."""
    speaks_english(database, home="Nakuru")
    call = Call(database)
    call.dial()
    here = call.press("1", "1", "2")
    assert here.text.startswith("Sent by SMS.")
    assert call.hop("") == here
    assert call.press("0").text.startswith("Prices, Nakuru\n")
    with database.read() as session:
        assert session.scalar(select(func.count(OutboundMessage.id))) == 1


def test_a_deep_dial_walks_its_keys(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    milk_reported(database)
    step_by_step = Call(database).press("1", "1")
    call = Call(database)
    assert call.hop("1*1") == step_by_step
    assert call.hop("1*1*0").text.startswith("Prices, Nakuru")


def test_a_deep_dial_can_report(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    assert Call(database).hop("3*1*1*45.50").ends
    (kept,) = observations(database)
    assert kept.price == Decimal("45.50")


def test_back_and_home_stay_in_the_transcript(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    root = call.dial()
    prices = call.press("1").text
    call.press("1")
    assert call.press("0").text == prices
    assert call.press("0").text == root
    call.press("1", "1")
    assert call.press("00").text == root
    assert call.transcript == "1*1*0*0*1*1*00"


def test_farmer_says_where_home_is(database: Database) -> None:
    speaks_english(database)
    call = Call(database)
    call.dial()
    counties = call.press("6", "2").text
    while "Nakuru" not in counties:
        counties = call.press("9").text
    towns = call.press(option(counties, "Nakuru")).text
    answer = call.press(option(towns, "Nakuru"))
    assert answer.text.startswith("Saved.\nBei - Nakuru\n1 Prices")
    assert not answer.ends
    with database.read() as session:
        home = place_named(load_vocabulary(session, "KE"), "Nakuru").id
    assert person(database).home_place_id == home


def test_farmer_chooses_a_language_and_it_is_kept(database: Database) -> None:
    call = Call(database)
    languages = call.press("7").text
    answer = call.press(option(languages, "English"))
    assert answer.text.startswith("Saved.\nBei\n1 Prices\n")
    assert Call(database).dial().startswith("Bei\n1 Prices\n")
    assert person(database).language == "en"


def test_farmer_subscribes(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    answer = call.press("5", "8", "1", "1", "1")
    assert answer.ends
    assert answer.text.startswith("You will get milk prices for Nakuru every Monday")
    assert call.hop(call.transcript) == answer
    with database.read() as session:
        assert session.scalar(select(func.count(Subscription.id))) == 1
        assert session.scalars(select(BulletinList)).one().commodity_code == "milk"


# A price that is hardly meant

HELD, FLAGGED = ObservationStatus.HELD, ObservationStatus.FLAGGED
ACCEPTED, DROPPED = ObservationStatus.ACCEPTED, ObservationStatus.DROPPED
DOUBT = (
    "Milk at Githunguri: 450 a litre? Usual is 45.\n1 It is 45\n2 It is 450\n3 Type again\n0 Back"
)


def doubted(database: Database, price: str = "450") -> Call:
    """Wanjiku typed a price at home where milk costs 45, and sees what we ask her."""
    speaks_english(database, home="Githunguri")
    make_usual(database, NOON, "milk", "Githunguri", 45)
    call = Call(database)
    assert not call.press("3", "1", "1", price).ends
    return call


def test_a_price_that_is_hardly_meant_is_asked_about_in_the_same_call(database: Database) -> None:
    call = doubted(database)
    assert call.hop(call.transcript).text == DOUBT
    assert standings(database, WANJIKU) == [(450, "litre", HELD)]
    (change,) = log_of(database, WANJIKU)
    assert (change.old, change.new, change.by) == (None, HELD, "door")
    assert "likely a slip" in change.reason
    assert price_of(database, NOON, "milk", "Githunguri") == near(45)
    with database.read() as session:  # no text is asked about it as well
        assert session.scalar(select(func.count(HeldQuestion.id))) == 0


def test_what_was_meant_is_kept_in_its_stead(database: Database) -> None:
    call = doubted(database)
    answer = call.press("1")
    assert answer.ends
    assert answer.text == (
        "Thank you. Milk Githunguri KES 45/L, farm gate. 3 others this week: 45."
    )
    assert standings(database, WANJIKU) == [(450, "litre", DROPPED), (45, "litre", ACCEPTED)]
    said, meant = told_by(database, WANJIKU)
    assert (said.raw_text, meant.raw_text) == ("3*1*1*450", "3*1*1*450*1")
    assert (meant.is_confirmed, meant.reported_at) == (True, said.reported_at)
    _, reporter = log_of(database, WANJIKU)
    assert reporter == (
        0, HELD, DROPPED, "reporter", f"asked back, and corrected by report {meant.id}"
    )  # fmt: skip
    assert price_of(database, NOON, "milk", "Githunguri") == near(45)


def test_who_stands_by_it_is_believed_and_seen_by_the_moderators(database: Database) -> None:
    call = doubted(database)
    answer = call.press("2")
    assert answer.ends
    assert answer.text.startswith("Thank you. Milk Githunguri KES 450/L, farm gate.")
    assert standings(database, WANJIKU) == [(450, "litre", FLAGGED)]
    assert told_by(database, WANJIKU)[0].is_confirmed
    assert log_of(database, WANJIKU)[1:] == [
        (0, HELD, FLAGGED, "reporter", "asked back, and stands by it")
    ]
    # Six reports of three people weigh more than one, however sure.
    assert price_of(database, NOON, "milk", "Githunguri") == near(45)


def test_a_doubtful_price_is_typed_again(database: Database) -> None:
    call = doubted(database)
    asked = call.press("3")
    assert asked.text.startswith("Milk, Githunguri\nAt the farm, 1 litre, how many KES?")
    for wrong in ("0", "3", "abc"):  # back to the question, in again, and nothing to read
        assert not call.press(wrong).ends
    assert standings(database, WANJIKU) == [(450, "litre", HELD)]
    answer = call.press("46")
    assert answer.text.startswith("Thank you. Milk Githunguri KES 46/L, farm gate.")
    assert standings(database, WANJIKU) == [(450, "litre", DROPPED), (46, "litre", ACCEPTED)]


def test_who_types_the_same_again_stands_by_it(database: Database) -> None:
    call = doubted(database)
    assert call.press("3", "450").ends
    assert standings(database, WANJIKU) == [(450, "litre", FLAGGED)]


def test_who_types_another_unlikely_price_is_not_asked_for_ever(database: Database) -> None:
    call = doubted(database)
    assert call.press("3", "900").ends
    assert standings(database, WANJIKU) == [(450, "litre", DROPPED), (900, "litre", FLAGGED)]
    assert price_of(database, NOON, "milk", "Githunguri") == near(45)


def test_another_measure_was_meant(database: Database) -> None:
    speaks_english(database, home="Kitale")
    make_usual(database, NOON, "maize", "Kitale", 40)
    call = Call(database)
    commodities = call.press("3").text
    screen = call.press(option(commodities, "Maize"), "1", "3600").text
    assert screen == (
        "Maize at Kitale: 3,600 a kg? Usual is 40.\n1 It is per 90 kg bag\n2 It is 36\n"
        "3 It is 3,600\n4 Type again\n0 Back"
    )
    answer = call.press("1").text
    assert answer.startswith("Thank you. Maize Kitale KES 3,600/90 kg bag, wholesale. That is KES")
    assert standings(database, WANJIKU) == [(3600, "kg", DROPPED), (3600, "bag_90kg", ACCEPTED)]
    assert told_by(database, WANJIKU)[1].price_per_base_unit == 40


def test_where_nobody_knows_the_price_nothing_is_called_usual(database: Database) -> None:
    speaks_english(database, home="Githunguri")
    assert Call(database).press("3", "1", "1", "450").text == (
        "Milk at Githunguri: 450 a litre?\n1 It is 45\n2 It is 450\n3 Type again\n0 Back"
    )


@pytest.mark.parametrize("left_by", [["0"], ["00"], ["3", "0", "0"], []])
def test_who_leaves_the_question_has_said_it_all_the_same(
    database: Database, left_by: list[str]
) -> None:
    call = doubted(database)
    if left_by:
        assert not call.press(*left_by).ends
    later = NOON + timedelta(hours=2)
    assert weigh_held(database, Catalogue(), later - timedelta(minutes=1)) == 0
    assert standings(database, WANJIKU) == [(450, "litre", HELD)]
    assert weigh_held(database, Catalogue(), later) == 1
    assert standings(database, WANJIKU) == [(450, "litre", ObservationStatus.UNANSWERED)]
    assert log_of(database, WANJIKU)[-1].by == "clock"
    assert price_of(database, later, "milk", "Githunguri") == near(45)


def test_who_dials_again_begins_at_the_top_and_tells_another_price(database: Database) -> None:
    doubted(database)
    again = Call(database)
    assert again.dial() == "Your last call broke off.\n1 Continue\n0 Start again"
    assert again.press("0").text.startswith("Bei - Githunguri\n1 Prices")
    assert again.press("3", "1", "1", "45").ends
    assert standings(database, WANJIKU) == [(450, "litre", HELD), (45, "litre", ACCEPTED)]
    later = NOON + timedelta(hours=2)
    weigh_held(database, Catalogue(), later)
    # One person, one vote a day: the latest.
    assert price_of(database, later, "milk", "Githunguri") == near(45)


def test_no_hop_of_a_doubt_does_anything_twice(database: Database) -> None:
    call = doubted(database)
    first = call.hop(call.transcript)
    assert call.hop("3*1*1") == first  # an earlier one that comes late
    assert standings(database, WANJIKU) == [(450, "litre", HELD)]
    answer = call.press("1")
    for transcript in (call.transcript, "3*1*1*450", "3*1*1"):
        assert call.hop(transcript) == answer
    assert call.press("3").text == "This call is over. Please dial again."
    assert standings(database, WANJIKU) == [(450, "litre", DROPPED), (45, "litre", ACCEPTED)]
    assert len(log_of(database, WANJIKU)) == 2


@pytest.mark.parametrize("key", ["1", "2"])
def test_the_carrier_repeats_a_doubt_at_the_same_moment(database: Database, key: str) -> None:
    speaks_english(database, home="Githunguri")
    make_usual(database, NOON, "milk", "Githunguri", 45)
    call = Call(database)
    call.press("3", "1", "1")
    _race(database, call, "3*1*1*450")
    assert standings(database, WANJIKU) == [(450, "litre", HELD)]
    _race(database, call, f"3*1*1*450*{key}")
    assert len(told_by(database, WANJIKU)) == (2 if key == "1" else 1)
    assert len(log_of(database, WANJIKU)) == 2


def test_a_doubt_is_reached_by_a_deep_dial_too(database: Database) -> None:
    speaks_english(database, home="Githunguri")
    make_usual(database, NOON, "milk", "Githunguri", 45)
    call = Call(database)
    assert call.hop("3*1*1*450").text == DOUBT
    assert call.hop("3*1*1*450*1").ends
    assert standings(database, WANJIKU) == [(450, "litre", DROPPED), (45, "litre", ACCEPTED)]


def test_an_answer_that_comes_after_the_clocks_counts(database: Database) -> None:
    call = doubted(database)
    call.now = NOON + timedelta(hours=2)
    weigh_held(database, Catalogue(), call.now)
    assert call.press("1").ends
    assert standings(database, WANJIKU) == [(450, "litre", DROPPED), (45, "litre", ACCEPTED)]
    assert [change.by for change in log_of(database, WANJIKU)] == ["door", "clock", "reporter"]


def test_nobody_answers_for_somebody_elses_report(database: Database) -> None:
    """A state that was tampered with names a report of another person."""
    speaks_english(database, OTIENO, home="Githunguri")
    doubted(database)
    (theirs,) = told_by(database, WANJIKU)
    for keys in (["1"], ["2"], ["3", "46"]):
        call = Call(database, OTIENO)
        call.press("3", "1", "1", "450")
        with database.begin() as session:
            kept = session.scalars(
                select(UssdSession).where(UssdSession.gateway_session_id == call.session_id)
            ).one()
            *before, doubt = kept.state["frames"]
            kept.state = kept.state | {"frames": [*before, doubt | {"report_id": theirs.id}]}
        assert call.press(*keys).ends
    assert standings(database, WANJIKU) == [(450, "litre", HELD)]
    assert standings(database, OTIENO) == [(450, "litre", HELD)] * 3
    assert {change.by for change in log_of(database, WANJIKU)} == {"door"}


def test_a_doubt_leaves_the_question_of_a_text_open(database: Database) -> None:
    phones = Phones(database, NOON)
    asked = phones.text(WANJIKU, "price of milk")
    assert asked == "Which place? Send: PRICE MILK NAIROBI"
    assert doubted(database).press("1").ends
    assert (phones.text(WANJIKU, "kitui") or "").startswith("No milk price for Kitui yet.")


def test_a_call_sends_no_text(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    Call(database).press("3", "1", "1", "45")
    with database.read() as session:
        assert session.scalar(select(func.count(OutboundMessage.id))) == 0


@pytest.mark.parametrize("typed", ["-45", "abc", "4*5", "0.001", "😀", "9" * 1000])
def test_a_wrong_amount_is_asked_again_and_nothing_is_kept(database: Database, typed: str) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    question = call.press("3", "1", "1").text
    answer = call.press(typed)
    assert not answer.ends
    assert answer.text == f"That is no price we can read.\n{question}"
    assert observations(database) == []
    assert call.press("45").ends


def test_an_empty_input_between_two_is_no_key(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    shown = call.hop("1").text
    assert call.hop("1*").text.split("\n", 1)[1] == shown.split("\n", 1)[1]
    assert call.hop("1**1").text.startswith("Milk, Nakuru, 1 litre")
    assert Call(database).hop("1**1").text.startswith("Milk, Nakuru, 1 litre")


@pytest.mark.parametrize(
    "typed",
    ["x" * 1000, "*" * 1000, "1*" * 500, "😀😀", "\0", "\ud800", "1\n2", "' OR 1=1 --", " "],
)
def test_hostile_input_gets_the_screen_again(database: Database, typed: str) -> None:
    speaks_english(database)
    call = Call(database)
    call.dial()
    answer = call.hop(typed)
    assert not answer.ends
    assert answer.text.endswith("8 Help")
    assert call.hop(typed) == answer


def test_another_number_cannot_step_into_a_call(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    call.press("3", "1", "1")
    for stranger in (
        Call(database, KAMAU, session_id=call.session_id),
        Call(database, code="*999#", session_id=call.session_id),
    ):
        answer = stranger.hop("3*1*1*45")
        assert (answer.text, answer.ends) == ("Simu hii imeisha. Tafadhali piga tena.", True)
    assert observations(database) == []
    assert call.press("45").ends
    with database.read() as session:
        assert session.scalar(select(Subscriber).where(Subscriber.msisdn == KAMAU)) is None


def test_an_ended_call_stays_ended(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    call.press("3", "1", "1", "45")
    answer = call.press("46")
    assert (answer.text, answer.ends) == ("This call is over. Please dial again.", True)
    assert len(observations(database)) == 1


def test_a_transcript_that_does_not_go_on_starts_from_the_top(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    call = Call(database)
    call.press("3", "1", "1")
    assert call.hop("7*7*45").text.startswith("Bei - Nakuru\n1 Prices")
    assert observations(database) == []
    assert call.hop("7*7*45*1").text.startswith("Prices, Nakuru\n")


def test_a_kept_state_of_an_earlier_version_starts_from_the_top(database: Database) -> None:
    speaks_english(database)
    call = Call(database)
    call.press("1")
    with database.begin() as session:
        session.scalars(select(UssdSession)).one().state = {"screen": "of old"}
    assert call.press("1").text.startswith("Bei\n1 Prices")


def test_two_people_call_at_once(database: Database) -> None:
    for msisdn in (WANJIKU, OTIENO):
        speaks_english(database, msisdn, home="Nakuru")
    one, other = Call(database, WANJIKU), Call(database, OTIENO)
    one.press("3", "1")
    other.press("1")
    assert one.press("1", "45").ends
    assert not other.press("1").ends
    assert len(observations(database)) == 1


@pytest.mark.parametrize("transcript", ["", "3*1*1*45"])
def test_the_carrier_repeats_a_first_hop_at_the_same_moment(
    database: Database, transcript: str
) -> None:
    _race(database, Call(database), transcript)
    assert len(observations(database)) == 0  # nobody has a home yet: no amount was asked


def test_the_carrier_repeats_a_report_at_the_same_moment(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    _race(database, Call(database), "3*1*1*45")
    assert len(observations(database)) == 1
    call = Call(database)
    call.press("3", "1", "1")
    _race(database, call, "3*1*1*45")
    assert len(observations(database)) == 2


def _race(database: Database, call: Call, transcript: str, rivals: int = 4) -> None:
    barrier = Barrier(rivals)

    def hop(_: int) -> UssdAnswer:
        barrier.wait()
        return call.hop(transcript)

    with ThreadPoolExecutor(rivals) as pool:
        answers = set(pool.map(hop, range(rivals)))
    assert len(answers) == 1
    with database.read() as session:
        rows = session.scalars(
            select(UssdSession).where(UssdSession.gateway_session_id == call.session_id)
        ).all()
    assert len(rows) == 1
