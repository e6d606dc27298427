"""What farmers text, as Africa's Talking posts it: one table of kinds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from random import Random

from bench.ussd_calls import Farmer
from bench.ussd_load import Heard

SHORT_CODE = "20880"
PRICE = "{price}"


@dataclass(frozen=True)
class Kind:
    """One kind of text: its share of a hundred, and the words people find for it."""

    name: str
    share: int
    wordings: tuple[str, ...]
    is_repeated: bool = False  # the gateway brings it twice

    @property
    def reports(self) -> bool:
        """Whether a price is told in it."""
        return PRICE in self.wordings[0]

    @property
    def asks_a_price(self) -> bool:
        """Whether what was asked is counted, for whoever wants to know what people look for."""
        return self.name.startswith("a price")


# At home is where most ask about and tell of: no place is named. Some misspell.
KINDS = (
    Kind("a price", 45, ("MILK", "bei ya maziwa", "price milk", "maziwa", "milk prise")),
    Kind("a price somewhere else", 12, ("milk nakuru", "bei ya mahindi eldoret", "maize kitale?")),
    Kind("a report", 25, (f"REPORT MILK {PRICE}", f"nimeuza maziwa {PRICE}", f"sold milk {PRICE}")),
    Kind("where to sell", 8, ("BEST MILK", "niuze wapi maziwa")),
    Kind("help", 4, ("HELP", "msaada")),
    Kind("nobody knows what", 3, ("habari yako rafiki", "pls call me")),
    Kind("a price, brought twice", 3, ("MILK",), is_repeated=True),
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """One text of somebody's; what is posted twice has the same id."""

    kind: Kind
    id: str
    farmer: Farmer
    words: str

    @property
    def name(self) -> str:
        """Which kind it is."""
        return self.kind.name

    @property
    def transcripts(self) -> Sequence[str]:
        """What is posted, one after the other."""
        return (self.words, self.words) if self.kind.is_repeated else (self.words,)

    def form(self, transcript: str) -> dict[str, str]:
        """The text as Africa's Talking posts it."""
        return {
            "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
            "from": self.farmer.msisdn,
            "id": self.id,
            "linkId": "",
            "text": transcript,
            "to": SHORT_CODE,
            "networkCode": "63902",
            "cost": "KES 0.0000",
        }

    def hear(self, body: bytes) -> Heard:
        """Nothing is said to a gateway but that the text is kept."""
        return Heard(body.decode(), is_over=False, is_right=body == b"")

    def arrived(self, screens: Sequence[str]) -> bool:
        """Whether each was acknowledged."""
        return len(screens) == len(self.transcripts)


def texts(farmers: Sequence[Farmer], *, name: str, seed: int) -> Iterator[Text]:
    """Texts without end in the table's proportions, each by somebody else until all have texted."""
    chance = Random(seed)
    shares = [kind.share for kind in KINDS]
    for number, farmer in enumerate(cycle(farmers), start=1):
        kind = chance.choices(KINDS, shares)[0]
        price = round(farmer.usual * chance.gauss(1, 0.03))
        words = chance.choice(kind.wordings).format(price=price)
        yield Text(kind, f"{name}-{number}", farmer, words)
