"""Read the board in a story as people do: its words, its links, its tables."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from db.session import Database
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO
from tests.prices.stories import kenya, report_price, without_range

ENGLISH, SWAHILI = "en-GB,en;q=0.9", "sw"
# Prices of the middle of a page stand in the cells of such a table.
_ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
_PART = re.compile(r"<(th|td)[^>]*>(.*?)</\1>", re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")


@dataclass
class Board:
    """A browser before the board."""

    browser: FlaskClient
    language: str = ENGLISH

    def open(self, path: str, **headers: str) -> TestResponse:
        """Go to a page, as a browser of this language."""
        asked = {"Accept-Language": self.language, **headers}
        return self.browser.get(path, headers=asked, buffered=True)

    def words(self, path: str) -> str:
        """What a page says, in one line."""
        return words_of(self.open(path).text)

    def lines(self, path: str) -> list[list[str]]:
        """The lines of the tables of a page, without their headings."""
        rows = _ROW.findall(self.open(path).text)
        return [
            [words_of(part) for _, part in _PART.findall(row)]
            for row in rows
            if 'scope="col"' not in row
        ]

    def table(self, path: str) -> list[dict[str, str]]:
        """A download as a spreadsheet reads it."""
        answer = self.open(path)
        assert answer.mimetype == "text/csv", answer
        return list(csv.DictReader(io.StringIO(answer.text)))


def words_of(html: str) -> str:
    """The words of a piece of HTML, without ranges: how wide they are is the filter's business."""
    return without_range(" ".join(unescape(_TAGS.sub(" ", html)).split()))


def links_of(html: str) -> list[str]:
    """Where the links of a page lead."""
    return [unescape(link) for link in re.findall(r'<a [^>]*?href="([^"]+)"', html)]


def tell(database: Database, now: datetime, *reports: tuple[Any, ...], **more: Any) -> None:
    """Reports, each (who, what, where, price): told at a moment."""
    with database.begin() as session:
        words = kenya(session)
        for who, commodity, place, price in reports:
            report_price(session, words, who, commodity, place, price, now, **more)


def a_market_day(database: Database, now: datetime) -> None:
    """Milk at three places, one well known, one by a single report, one old; maize at one."""
    tell(
        database,
        now - timedelta(days=8),
        (OTIENO, "milk", "Nakuru", 44),
        (ACHIENG, "milk", "Nakuru", 44),
    )
    tell(
        database,
        now - timedelta(hours=1),
        (OTIENO, "milk", "Nakuru", 47),
        (ACHIENG, "milk", "Nakuru", 47),
        (MUTISO, "milk", "Nakuru", 47),
        (KAMAU, "milk", "Nakuru", 47),
        (KAMAU, "milk", "Githunguri", 50),
        (OTIENO, "maize", "Nakuru", 40),
    )
    tell(database, now - timedelta(days=12), (MUTISO, "milk", "Molo", 45))
