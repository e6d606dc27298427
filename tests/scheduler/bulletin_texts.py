"""What stories of the bulletin's text read on Monday, and the longest things it may have to say."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from groups.models import Form
from messaging.segments import measure
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.comparisons import Sides, Usual
from prices.estimates import Confidence, Estimate
from prices.kinds import Buyer, PriceType
from prices.models import BuyerTerms
from prices.nearby import Offer, Selling
from prices.netback import Netback, Terms
from prices.norms import Norm
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.bulletin_parts import BulletinPrices, Market, Told, Trade
from scheduler.bulletin_prices import Wanted, collect_prices
from scheduler.bulletin_text import group_bulletin, list_bulletin
from scheduler.bulletin_voice import Voice
from tests.prices.stories import place_named
from tests.scheduler.stories import HOUR, MONDAY, WEEK

YESTERDAY = MONDAY - 16 * HOUR
LAST_WEEK = YESTERDAY - WEEK
DAY = timedelta(days=1)


def told_at(
    session: Session,
    vocabulary: Vocabulary,
    place: str | PlaceEntry,
    *commodities: str,
    **more: Any,
) -> BulletinPrices:
    """Everything that a bulletin for that place may say on Monday; of milk if nothing is said."""
    if isinstance(place, str):
        place = place_named(vocabulary, place)
    markets = tuple(place_named(vocabulary, name).id for name in more.pop("markets", ()))
    wanted = Wanted(commodities or ("milk",), place.id, markets, **more)
    return collect_prices(session, vocabulary, wanted, MONDAY)


def to_group(
    session: Session,
    vocabulary: Vocabulary,
    place: str,
    language: str = "en",
    *commodities: str,
    segments: int = 1,
    is_demo: bool = False,
    **more: Any,
) -> str:
    """What a member of a group KIRIMA at that place reads on Monday."""
    prices = told_at(session, vocabulary, place, *commodities, **more)
    return kirima_reads(prices, vocabulary, language, segments=segments, is_demo=is_demo)


def to_secretary(
    session: Session,
    vocabulary: Vocabulary,
    place: str,
    language: str = "en",
    *commodities: str,
    segments: int = 2,
    **more: Any,
) -> str:
    """What the secretary of a group KIRIMA at that place reads on Monday."""
    prices = told_at(session, vocabulary, place, *commodities, wants_long=True, **more)
    return kirima_reads(prices, vocabulary, language, form=Form.LONG, segments=segments)


def kirima_reads(
    prices: BulletinPrices,
    vocabulary: Vocabulary,
    language: str = "en",
    *,
    form: Form = Form.SHORT,
    segments: int = 1,
    is_demo: bool = False,
) -> str:
    """A group's text, which is never longer than it may be."""
    voice = Voice(language, vocabulary, vocabulary.country.timezone, MONDAY)
    text = group_bulletin(
        prices, name="KIRIMA", form=form, segments=segments, is_demo=is_demo, voice=voice
    )
    assert measure(text).segments <= segments
    return text


def to_list(
    session: Session,
    vocabulary: Vocabulary,
    place: PlaceEntry,
    language: str = "en",
    commodity: str = "milk",
    segments: int = 1,
) -> str:
    """What a subscriber to that place reads on Monday."""
    prices = told_at(session, vocabulary, place, commodity)
    voice = Voice(language, vocabulary, vocabulary.country.timezone, MONDAY)
    text = list_bulletin(prices, commodity=commodity, place=place, segments=segments, voice=voice)
    assert measure(text).segments <= segments
    return text


def buys(session: Session, place: PlaceEntry, buyer: Buyer, **more: object) -> None:
    """What a kind of buyer does at a place."""
    values: dict[str, object] = {
        "place_id": place.id,
        "commodity_code": "milk",
        "buyer": buyer,
        "name": None,
        "reject_share": Decimal(0),
        "bonus": Decimal(0),
        "days_to_pay": None,
        "source": "a story",
    }
    session.add(BuyerTerms(**(values | more)))
    session.flush()


# As long as it can get.

FIGURE = Decimal(1_234_567)
LONGEST = Estimate(
    price=FIGURE,
    low=FIGURE,
    high=FIGURE * 2,
    reports=111,
    reporters=111,
    newest_at=MONDAY - 13 * DAY,
    confidence=Confidence.OLD,
    is_demo=False,
)


def estimate(price: Decimal | int | str = FIGURE, **more: Any) -> Estimate:
    """A good price; anything of it may be said otherwise."""
    values: dict[str, Any] = {"price": Decimal(price), "confidence": Confidence.GOOD}
    return replace(LONGEST, **(values | more))


def offer(
    place: PlaceEntry,
    price: Decimal | int | str,
    transport: int = 0,
    km: float = 0,
    buyer: Buyer | None = None,
    **more: Any,
) -> Offer:
    """What somebody pays at a place, which is reached for so much."""
    return Offer(
        place=place,
        distance_km=km,
        price_type=more.pop("price_type", PriceType.FARM_GATE),
        buyer=buyer,
        terms=more.pop("terms", Terms()),
        estimate=estimate(price, **more),
        netback=Netback(Decimal(price), transport=Decimal(transport)),
    )


def longest_answers(code: str, place: PlaceEntry, currency: str) -> list[PriceAnswer]:
    """Every kind of answer, as long as it can get."""
    wholesale = PriceType.WHOLESALE
    last_known = LastKnown(FIGURE, MONDAY - timedelta(days=400))
    published_on = (MONDAY - timedelta(days=430)).date()
    return [
        OwnPrice(code, place, wholesale, currency, LONGEST, 22),
        NearestPrice(code, place, place, 88, wholesale, currency, LONGEST, last_known),
        Published(
            code,
            code,
            place,
            place,
            88,
            wholesale,
            currency,
            FIGURE,
            published_on,
            "WFP",
            last_known,
        ),
        NoPrice(code, place, wholesale, currency, last_known),
    ]


def with_everything(
    answer: PriceAnswer, place: PlaceEntry, since: datetime = LAST_WEEK
) -> BulletinPrices:
    """A bulletin with more besides than four segments hold."""
    own, nearest, published, _ = longest_answers(answer.commodity, place, answer.currency)
    assert isinstance(own, OwnPrice)
    buyers = tuple(
        offer(place, FIGURE, buyer=buyer, terms=Terms(days_to_pay=14), reports=1) for buyer in Buyer
    )
    best = offer(place, FIGURE, 999, 88, Buyer.PROCESSOR, terms=Terms(days_to_pay=30))
    selling = Selling((best, *buyers), Decimal(20), is_demo=False)
    return BulletinPrices(
        place=place,
        lead=Told(answer, Decimal(1)),
        since=since,
        wanted=tuple(Told(one, Decimal(1)) for one in (own, nearest, published)),
        trade=Trade(answer.commodity, selling, is_bought=False),
        markets=(Market(own, 44), Market(own, None)),
        shops=own,
        usual=Usual(Norm(FIGURE, 0.1, 60, 5), MONDAY.date(), place, 0),
        feed=Told(own, Decimal(1), Decimal(999)),
        buyers=buyers,
        others=(Told(own, Decimal(1)), Told(own)) * 2,
        sides=Sides(FIGURE, FIGURE),
        month_ago=FIGURE,
    )
