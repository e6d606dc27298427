"""Every screen of the whole menu is whole on every phone, in every language, and leads on.

The tree is walked from every screen on which somebody may begin, by every key. Of screens that
differ only in which name of a list was picked one is looked at; the names are the longest there
are.
"""

import sys
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from db.session import open_database
from handlers.commands import PriceReport
from handlers.keywords.offer_words import shown_net
from handlers.screens import screen as screens
from handlers.screens.book_frames import (
    BookFrame,
    BookLine,
    BuyerAmount,
    MilkFrame,
    MyMilk,
)
from handlers.screens.caller import Caller
from handlers.screens.frames import (
    NAMES,
    AddAlert,
    Alerts,
    AlertView,
    Amount,
    Asked,
    BestMarkets,
    BulletinView,
    Commodities,
    Details,
    Doubt,
    Frame,
    GroupAbout,
    GroupView,
    Languages,
    LeaveGroup,
    MyGroups,
    Places,
    PriceTypes,
    PriceView,
    Resume,
    Root,
    State,
    StopAll,
    TrendView,
    Units,
    WatchMark,
    WatchSide,
    WatchUnits,
    WatchView,
)
from handlers.screens.order_frames import (
    OrderCount,
    OrderFor,
    OrderFrame,
    OrderList,
    Orders,
    OrderView,
)
from handlers.screens.people_frames import (
    AddMember,
    Appoint,
    CallMeeting,
    Elections,
    ElectionView,
    InvitePhone,
    MeetingDays,
    MeetingHours,
    MeetingView,
    MemberCard,
    MemberList,
    Nominate,
    Officers,
    OpenElection,
    People,
    PeopleFrame,
    RemoveMember,
)
from handlers.screens.screen import Screen
from handlers.screens.selling_frames import (
    BargainBuyers,
    BargainView,
    ProductsView,
    SellingFrame,
)
from handlers.screens.tree import draw, press
from messaging.phrases import catalogue, formats, languages, say
from messaging.phrases.formats import amount, price
from messaging.segments import measure
from prices.answers import NearestPrice, OwnPrice, Published
from prices.catalogue import load_vocabulary
from prices.comparisons import OwnTrend, PublishedTrend
from prices.vocabulary import CountryEntry, Vocabulary
from tests.handlers.screens.book import kind_of_book
from tests.handlers.screens.longest import BULLETINS, Story, doubts, longest_of, made_up, stories
from tests.handlers.screens.test_lengths import COUNTRIES

# What is said first once something was done, or could not be.
DONE = ("Saved.", "Sent by SMS.", "Too many keys at once.")
DEAD = ("Not on the list. Press a number:", "Press a number from 1 to 8.", "Press 1 or 0.")
SHAPES: dict[type[Frame], int] = {PriceView: 8, BestMarkets: 7, TrendView: 8}
KEYS = (*"0123456789", "00", "01", "02")
TYPED = ("9999999", "45.50", "kirima", "nosuchword", "W" * 60, "x" * 1000, "😀", "-1", "", "98")

# Screens that are the same for everybody.
ALIKE = (
    PriceView, BestMarkets, TrendView, Amount, Units, PriceTypes, Doubt, WatchMark, WatchUnits,
    WatchSide,
)  # fmt: skip
# Those that are the same for everybody who is in a group.
ALIKE_INSIDE = (BookFrame | MilkFrame, PeopleFrame, OrderFrame, SellingFrame)

# As long as the columns are.
LONG_NAMES = tuple(
    (name * 8)[:80].strip()
    for name in (
        "Kaskazini Magharibi ya ", "Githunguri-Komothai", "Ĝãñ", "Mm", "Ndaragwa Juu ", "Ol Kalou ",
        "Iiii", "San Antonio de ", "W",
    )
)  # fmt: skip
LONG_COUNTRY = CountryEntry(
    "KE", "Kenya", "KES", "FCFA.W", "en", "Africa/Nairobi", "department", ("en", "sw")
)
GROUP_NAMES = (*LONG_NAMES, "দুধ সমিতি")
LONG_NAME = "Wanjiku wa Kamau wa Njoroge " * 3


@dataclass
class Keys:
    """Every key that a screen named, with what it said it does."""

    told: set[tuple[str, str]] = field(default_factory=set)

    def on(self, text: str) -> set[str]:
        """Those that are named on this screen."""
        padded = f" {text} ".replace("\n", " ")
        return {number for number, word in self.told if f" {number} {word} " in padded}


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    """What the screens say of their keys, noted as they say it."""
    keys, key = Keys(), screens.key

    def noted(number: str, word: str) -> str:
        keys.told.add((number, word))
        return key(number, word)

    for name, module in sys.modules.items():
        if name.startswith("handlers.screens.") and getattr(module, "key", None) is key:
            monkeypatch.setattr(module, "key", noted)
    return keys


@pytest.fixture(scope="module")
def vocabularies(sqlite_template: Path) -> dict[str, Vocabulary]:
    """Every country's real words."""
    template = open_database(f"sqlite:///{sqlite_template}")
    with template.read() as session:
        loaded = {country: load_vocabulary(session, country) for country in COUNTRIES}
    template.engine.dispose()
    return loaded


# Walking


@dataclass
class Walk:
    """All that somebody can come to."""

    story: Story
    keys: Keys
    is_latin: bool
    seen_by_others: Collection[object] = ()
    found: dict[object, State] = field(default_factory=dict)
    notices: set[str] = field(default_factory=set)

    @property
    def caller(self) -> Caller:
        return self.story.caller

    def everywhere(self) -> "Walk":
        """Breadth first, every key and some words on every screen."""
        todo = deque(self.story.begins)
        while todo:
            state = todo.popleft()
            kind = state.part, kind_of(state.frame, self.caller)
            if kind not in self.found and kind not in self.seen_by_others:
                self.found[kind] = self.look_at(state, "")
                todo.extend(self.ways_on(self.found[kind]))
        return self

    def ways_on(self, drawn: State) -> Iterator[State]:
        for token in (*KEYS, *TYPED, *names(self.caller)):
            step = press(drawn, token, self.caller)
            if step.notice and step.notice not in self.notices:
                self.notices.add(step.notice)
                self.look_at(step.state, step.notice)
            if step.is_told:
                yield step.state.forward(Asked())
            if not step.ends:
                yield step.state
            elif isinstance(step.command, PriceReport) and isinstance(drawn.frame, Amount):
                unit, other = list(self.caller.vocabulary.units)[:2]
                for doubt in doubts(drawn.frame.commodity, drawn.frame.place_id, unit, other):
                    yield step.state.instead(doubt)

    def with_the_longest_notices(self) -> None:
        """Every screen once more, under as long a line as ever stands above one."""
        notices = {*self.notices, *(say(self.caller.language, done) for done in DONE)}
        longest = sorted(notices, key=lambda notice: measure(notice).length)[-2:]
        for state in self.found.values():
            for notice in longest:
                self.look_at(state, notice)

    def look_at(self, state: State, notice: str) -> State:
        """Draw a screen; it is whole, says something, and every key on it leads somewhere."""
        screen, drawn = draw(state, self.caller, notice)
        # What a group's own secretary wrote in another script is shown in it.
        whole(screen, in_gsm7=self.is_latin and not isinstance(state.frame, BulletinView))
        on_screen = self.keys.on(screen.text)
        assert isinstance(state.frame, Root) or "0" in on_screen, screen.text
        if isinstance(state.frame, Root):
            assert on_screen & set("12345678"), screen.text
        assert drawn.shown or not getattr(state.frame, "options", ()), screen.text
        if not notice:
            self.tells_what_it_must(drawn)
        for token in (*on_screen, *map(str, range(1, drawn.shown + 1))):
            step = press(drawn, token, self.caller)
            dead = {say(self.caller.language, notice) for notice in DEAD}
            assert step.notice not in dead, (token, screen.text)
        return drawn

    def tells_what_it_must(self, drawn: State) -> None:
        """A figure that was asked for, and the keys of a question, if not all on one screen."""
        parts = [replace(drawn, part=part) for part in range(drawn.parts)]
        text = "\n".join(draw(part, self.caller)[0].text for part in parts)
        assert asked_for(drawn.frame, self.caller) in text, text
        for number in needed_keys(drawn, self.caller):
            assert any(line.startswith(f"{number} ") for line in text.splitlines()), text


def asked_for(frame: Frame, caller: Caller) -> str:  # noqa: C901 – one case each
    """The figure for whose sake somebody came to a screen."""
    facts, language = caller.facts, caller.language
    match frame:
        case PriceView(commodity, place_id):
            match facts.price(commodity, place_id):
                case OwnPrice(estimate=estimate) | NearestPrice(estimate=estimate):
                    return price(estimate.price, language)
                case Published(price=published):
                    return price(published, language)
        case BestMarkets(commodity, place_id):
            offers = facts.best_markets(commodity, place_id).offers
            return amount(max(map(shown_net, offers)), language) if offers else "100"
        case TrendView(commodity, place_id):
            match facts.trend(commodity, place_id):
                case OwnTrend(now=now):
                    return price(now.estimate.price, language)
                case PublishedTrend(now=now):
                    return price(now.price, language)
        case WatchSide(price=mark):
            return amount(mark, language)
        case WatchView(alert_id):
            found = [one.mark for one in facts.watched() if one.id == alert_id and one.mark]
            return amount(found[0], language) if found else ""
        case MyMilk() | BuyerAmount() | BookLine() if facts.groups():
            return of_the_book(frame, caller)
    return ""


def of_the_book(frame: MyMilk | BuyerAmount | BookLine, caller: Caller) -> str:
    """The money, or the litres, that somebody is asked about."""
    book, language = caller.facts.book(frame.group_id), caller.language
    match frame:
        case MyMilk():
            own = book.own()
            return "" if own is None or own.total is None else amount(abs(own.total), language)
        case BuyerAmount(buyer=name):
            owes = [one.owes for one in book.buyers() if one.name == name and one.owes]
            return amount(owes[0], language) if owes else ""
        case BookLine(number=number):
            line = book.line(number)
            told = None if line is None else line.litres or line.amount
            return "" if told is None else amount(told, language)


def needed_keys(state: State, caller: Caller) -> Sequence[int]:  # noqa: C901 – one case each
    """The keys without which nobody could do what a screen is for."""
    match state.frame:
        case LeaveGroup() | AlertView():
            return [1] if caller.facts.groups() else []
        case Resume():
            return [1]
        case WatchView():
            return [1] if caller.facts.watched() else []
        case AddAlert() | WatchSide():
            return [1, 2]
        case StopAll():
            return [2 if caller.is_out else 1]
        case Root():
            return []  # in Bangla its branches stand on several
        case Asked():
            return []  # they stand within its sentence
        case GroupView():
            return (1, 2, 7) if caller.facts.groups() else [7]
        case GroupAbout():
            return (1, 2) if caller.facts.groups() else [2]
        case Details():
            return range(1, 6)
        case People():
            return range(1, 4) if caller.facts.groups() else []
        case MeetingView(group_id):
            is_called = caller.facts.groups() and caller.facts.people(group_id).meeting(None)
            return [1, 2] if is_called else []
        case RemoveMember() | CallMeeting():
            return [1]
        case _:
            return range(1, state.shown + 1)


def whole(screen: Screen, *, in_gsm7: bool) -> None:
    """The screen, held to what every network shows."""
    size = measure(screen.text)
    assert screen.text.strip()
    assert size.length <= (156 if size.encoding == "GSM-7" else 67), screen.text
    assert size.encoding == "GSM-7" or not in_gsm7, screen.text


def names(caller: Caller) -> Iterator[str]:
    """What may be typed instead of a number."""
    market = caller.vocabulary.places[caller.facts.favourites(None)[0]]
    yield market.name
    yield caller.vocabulary.commodities[caller.facts.commodities(None)[0]].name


def kind_of(frame: Frame, caller: Caller) -> object:  # noqa: C901 – one case each
    """What makes a screen another one, but for which of its names were picked."""
    if isinstance(frame, BookFrame | MilkFrame):
        return kind_of_book(frame)
    match frame:
        case Root():
            return type(frame), frame
        case Commodities():
            return type(frame), frame.purpose, frame.place_id is None, len(frame.options)
        case Places():
            key = frame.purpose, frame.commodity is None, frame.county_id is None
            return type(frame), key, len(frame.options)
        case PriceView() | BestMarkets() | TrendView():
            shape = frame.place_id % SHAPES[type(frame)]
            return type(frame), shape, caller.is_trading_place(frame.place_id)
        case Amount():
            return type(frame), frame.held_report is None, frame.unit is None, frame.price_type
        case Doubt():
            return type(frame), len(frame.likely), frame.usual is None
        case WatchMark():
            return (
                type(frame),
                frame.place_id % 3,
                frame.unit,
                caller.is_trading_place(frame.place_id),
            )
        case WatchSide(mark, price):
            return type(frame), mark.place_id % 3, mark.unit, price
        case Units() | PriceTypes() | WatchUnits() | MyGroups() | Alerts() | Languages():
            return type(frame), len(frame.options)
        case GroupView() | GroupAbout() | LeaveGroup():
            return type(frame), frame.group_id
        case MemberList() | Appoint() | Nominate() | OpenElection() | MeetingDays():
            return type(frame), frame.group_id % 3, len(frame.options)
        case MeetingHours():
            return type(frame), frame.group_id % 3, len(frame.options)
        case MemberCard() | RemoveMember():
            return type(frame), frame.group_id % 3, frame.number
        case CallMeeting():
            return type(frame), frame.group_id % 3
        case People() | Officers() | AddMember() | InvitePhone() | MeetingView() | Elections():
            return replace(frame, group_id=frame.group_id % 3)
        case ElectionView():
            return replace(frame, group_id=frame.group_id % 3)
        case Orders() | OrderView() | OrderCount() | OrderFor() | OrderList():
            return replace(frame, group_id=frame.group_id % 3)
        case BargainBuyers():
            return type(frame), frame.group_id % 3, len(frame.options)
        case BargainView() | ProductsView():
            return type(frame), frame.group_id % 3, frame.page
        case BulletinView():
            return type(frame), frame.group_id % len(BULLETINS), frame.page
        case AlertView():
            return type(frame), caller.is_trading_place(frame.place_id)
        case _:
            return frame


def walked(people: Iterable[Story], keys: Keys, *, is_latin: bool = True) -> set[str]:
    """The names of the screens that these people came to, each of them looked at in every way."""
    reached, seen = set[str](), set[object]()
    for story in people:
        walk = Walk(story, keys, is_latin, seen).everywhere()
        walk.with_the_longest_notices()
        reached |= {NAMES[type(state.frame)] for state in walk.found.values()}
        alike = (*ALIKE, *ALIKE_INSIDE) if story.caller.facts.groups() else ALIKE
        seen |= {kind for kind, state in walk.found.items() if isinstance(state.frame, alike)}
    return reached


# In GSM-7


@pytest.mark.parametrize("language", languages())
def test_every_screen_fits_with_the_longest_names_that_can_be(keys: Keys, language: str) -> None:
    vocabulary = made_up(
        LONG_NAMES,
        [name[::-1].title() for name in LONG_NAMES],
        LONG_NAMES,
        [name[:40] for name in LONG_NAMES],
        country=LONG_COUNTRY,
    )
    facts = longest_of(vocabulary, language, GROUP_NAMES)
    people = stories(language, vocabulary, facts, name=LONG_NAME)
    assert walked(people.values(), keys) == set(NAMES.values())


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_every_screen_fits_with_the_longest_names_of_every_country(
    vocabularies: Mapping[str, Vocabulary], keys: Keys, country: str, language: str
) -> None:
    facts = longest_of(vocabularies[country], language, GROUP_NAMES[:3])
    people = stories(language, facts.vocabulary, facts, name="Wanjiku")
    walked([people["farmer"]], keys)


# In Bangla


@pytest.fixture
def bangla(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of catalogues in which there is Bangla, and nothing else."""
    monkeypatch.setattr(catalogue, "FOLDER", Path(__file__).parent / "screens/phrases")
    _forget_words()
    yield
    _forget_words()


def _forget_words() -> None:
    for kept in (*vars(catalogue).values(), *vars(formats).values()):
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()


BANGLADESH = CountryEntry("BD", "বাংলাদেশ", "BDT", "Tk", "en", "Asia/Dhaka", "division", ("bn", "en"))
PLACES = (
    "ব্রাহ্মণবাড়িয়া", "চাঁপাইনবাবগঞ্জ", "শাহজাদপুর", "লালমনিরহাট", "ময়মনসিংহ", "ঠাকুরগাঁও", "চট্টগ্রাম",
    "ঢাকা", "পাবনা",
)  # fmt: skip
OTHER_PLACES = (
    "নারায়ণগঞ্জ", "কিশোরগঞ্জ", "মৌলভীবাজার", "সিরাজগঞ্জ", "গাইবান্ধা", "জয়পুরহাট", "কক্সবাজার",
    "কুমিল্লা", "সাতক্ষীরা",
)  # fmt: skip
THINGS = (
    "দুধ", "গুঁড়া দুধ", "কাঁচা মরিচ", "মসুর ডাল", "সয়াবিন তেল", "গরুর মাংস", "দেশি পেঁয়াজ", "আলু",
    "ফার্মের মুরগির ডিম",
)  # fmt: skip
MEASURES = ("লিটার", "কেজি", "মণ", "হালি", "৫০ কেজির বস্তা", "ডজন", "ক্যারেট", "টুকরি", "আঁটি")
GROUPS = ("শাহজাদপুর দুগ্ধ সমবায় সমিতি", "Pabna Dairy", "W" * 80, "পাবনা")


def bengali(scale: int) -> Vocabulary:
    """Bangladesh in its own script; names so many times as long as they are."""
    return made_up(
        [(name * scale)[:80] for name in PLACES],
        [(name * scale)[:80] for name in OTHER_PLACES],
        [(name * scale)[:80] for name in THINGS],
        [(name * scale)[:40] for name in MEASURES],
        country=BANGLADESH,
    )


@pytest.mark.usefixtures("bangla")
@pytest.mark.parametrize("scale", [1, 10])
def test_every_screen_fits_in_bangla(keys: Keys, scale: int) -> None:
    vocabulary = bengali(scale)
    facts = longest_of(vocabulary, "bn", GROUPS)
    people = stories("bn", vocabulary, facts, name="শাহজাদপুরের রহিমা খাতুন")
    assert walked(people.values(), keys, is_latin=False) == set(NAMES.values())
