"""The payment sheet as a PDF: A4 on its side, pages numbered, no member's lines torn apart."""

import io
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    LongTable,
    PageTemplate,
    Paragraph,
    Spacer,
)

from app.sheets.latin import MARK, in_latin
from app.sheets.payment import Cells, MemberLine, Page
from messaging.phrases import say

_FONTS = Path(__file__).with_name("fonts")
_PLAIN, _BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
_MARGIN, _FOOT = 12 * mm, 8 * mm
_WIDTH = landscape(A4)[0] - 2 * _MARGIN
_SIGNED = 34 * mm  # a signature, or a thumb
_NARROWEST_NAME = 42 * mm
_PADDING, _PADDING_ABOVE = 1.5 * mm, 0.8 * mm
_HEIGHT = landscape(A4)[1] - 2 * _MARGIN - _FOOT
# The largest letters in which the name keeps its room beside all the sums.
_SIZES = (9.0, 8.0, 7.0, 6.0)
_SMALLER, _LEADING = 1.5, 1.25  # what a sum is made of; from line to line
# A row cannot be torn: what a member's milk is made of, with hundreds of charges, goes on in
# another row.
_DETAILS_A_ROW = 1_200


def payment_pdf(page: Page) -> bytes:
    """The whole sheet, in the letters of its font; the same page is always the same file."""
    out = io.BytesIO()
    writing = _Writing(page)
    document = BaseDocTemplate(
        out,
        pagesize=landscape(A4),
        pageTemplates=[PageTemplate(frames=[_frame()])],
        title=writing.text(page.title),
        author="Bei",
        lang=page.language,
        invariant=1,
    )
    story = list(writing.story())
    canvas = partial(_Numbered, foot=writing.foot(), language=page.language)
    document.build(story, canvasmaker=canvas)
    return out.getvalue()


def _frame() -> Frame:
    """What of a page the sheet may fill, above its foot."""
    none = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
    return Frame(_MARGIN, _MARGIN + _FOOT, _WIDTH, _HEIGHT, **none)


class _Numbered(Canvas):  # type: ignore[misc]  # reportlab has no types
    """Pages that know how many there are: each is drawn once all are laid out."""

    def __init__(self, *args: Any, foot: str, language: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self._foot, self._language = foot, language
        self._laid_out: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 – reportlab's name
        """Keep the page for later."""
        self._laid_out.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Draw all of them, with their numbers."""
        for number, laid_out in enumerate(self._laid_out, start=1):
            self.__dict__.update(laid_out)
            self._number(number)
            super().showPage()
        super().save()

    def _number(self, number: int) -> None:
        told = say(
            self._language,
            "Page {page} of {pages}",
            page=number,
            pages=len(self._laid_out),
        )
        self.setFont(_PLAIN, 8)
        self.drawString(_MARGIN, _MARGIN, self._foot)
        self.drawRightString(_MARGIN + _WIDTH, _MARGIN, told)


class _Writing:
    """A page's words in the letters of the font, and whether some were written in others."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._known = _letters()
        self._is_marked = False

    def text(self, words: str, instead: str = "") -> str:
        """Words as they are printed."""
        told = in_latin(words, self._known) or instead
        self._is_marked |= told.endswith(MARK) or f"{MARK} " in told
        return told

    def foot(self) -> str:
        """What stands below every page, once all was written."""
        told = f"{self.text(self._page.title)}, {self._page.days}"
        if not self._is_marked:
            return told
        note = say(self._page.language, "* written in Latin letters, letter by letter")
        return f"{told}. {note}"

    def story(self) -> Iterator[Any]:
        """What stands on the sheet, from its title on."""
        page = self._page
        yield Paragraph(escape(self.text(page.title)), _style(15, is_bold=True))
        yield Spacer(0, 2 * mm)
        told = f"<b>{escape(page.days)}</b>. {escape(page.pay)}"
        yield Paragraph(told, _style(10))
        yield Paragraph(escape(self.text(page.scheme)), _style(10))
        yield Paragraph(escape(page.rule), _style(8))
        yield Spacer(0, 3 * mm)
        yield self._members()
        if page.buyers:
            yield Spacer(0, 4 * mm)
            yield self._buyers()

    def _members(self) -> "_Lines":
        page = self._page
        size, widths = _fitting(page)
        rows = [row for line in page.members for row in self._member(line, size)]
        totals = [_Row([self.text(cell) for cell in total]) for total in page.totals]
        for row in totals:
            row.looks.append(("FONT", 0, -1, 0, _BOLD, size))
            row.looks.append(("LINEBELOW", 0, -1, 0, 0.3 * mm, black))
        # No total alone on a page: the last member is above it.
        kept = [*rows[-2:], *totals]
        kept[0].looks.append(("NOSPLIT", 0, -1, len(kept) - 1))
        return _Lines(list(page.head), [*rows, *totals], widths, size)

    def _member(self, line: MemberLine, size: float) -> list["_Row"]:
        """Their sums, and below them all that these are made of."""
        name = Paragraph(escape(self.text(line.name, f"#{line.number}")), _style(size))
        sums = [line.number, name, line.litres, *line.sums, line.to_pay, ""]
        looks = [("SPAN", -1, -1, 1), ("NOSPLIT", 0, -1, 1), ("FONT", -2, -2, 0, _BOLD, size)]
        rows = [_Row(sums, looks)]
        for details in _in_rows([self.text(one, "?") for one in line.details]):
            told = Paragraph(escape(details), _style(size - _SMALLER))
            # Who it is of stands beside it again, for it may be on the next page.
            number = line.number if len(rows) > 1 else ""
            cells = [number, told, *[""] * (len(sums) - 2)]
            rows.append(_Row(cells, [("SPAN", 1, -2, 0)]))
        rows[-1].looks.append(("LINEBELOW", 0, -1, 0, 0.3 * mm, black))
        return rows

    def _buyers(self) -> LongTable:
        page, size = self._page, _SIZES[0]
        rows = [list(page.buyers_head)]
        rows += [
            [*cells[:1], Paragraph(escape(self.text(cells[1], "?")), _style(size)), *cells[2:]]
            for cells in page.buyers
        ]
        widths = [_widest([row[at] for row in rows], size) for at in range(len(rows[0]))]
        widths[1] = 70 * mm
        styles = [
            *_look(size),
            ("FONT", (0, 0), (-1, 0), _BOLD, size),
            ("LINEBELOW", (0, 0), (-1, -1), 0.3 * mm, black),
            ("NOSPLIT", (0, 0), (-1, min(3, len(rows) - 1))),
        ]
        return LongTable(rows, colWidths=widths, repeatRows=1, style=styles, hAlign="LEFT")


@dataclass(frozen=True)
class _Row:
    """A row's cells, and how some of them look: from a column to a column, so many rows on."""

    cells: list[Any]
    looks: list[tuple[Any, ...]] = field(default_factory=list)


class _Lines(Flowable):  # type: ignore[misc]
    """A table that gives the library no more rows than a page may hold.

    For each page it goes through all rows that it has, a thousand for thirty pages.
    """

    def __init__(
        self, head: list[Any], rows: Sequence[_Row], widths: Sequence[float], size: float
    ) -> None:
        super().__init__()
        self._head, self._rows, self._widths, self._size = head, rows, widths, size

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """More than there is room for: it is always split."""
        return width, height + 1

    def split(self, width: float, height: float) -> list[Any]:
        """What fits, and the lines behind it; nothing where the next page has to begin first."""
        table = self._table(self._rows[: self._most])
        if len(self._rows) <= self._most and table.wrap(width, height)[1] <= height:
            return [table]
        fitting = table.split(width, height)[:1]
        if not fitting:
            return []
        behind = self._rows[fitting[0]._nrows - 1 :]
        return [*fitting, _Lines(self._head, behind, self._widths, self._size)]

    @property
    def _most(self) -> int:
        """So many rows no page holds, not even of the lowest."""
        lowest = (self._size - _SMALLER) * _LEADING + 2 * _PADDING_ABOVE
        return int(_HEIGHT / lowest) + 2

    def _table(self, rows: Sequence[_Row]) -> LongTable:
        cells = [self._head, *(row.cells for row in rows)]
        styles = [*_look(self._size), ("FONT", (0, 0), (-1, 0), _BOLD, self._size)]
        for at, row in enumerate(rows, start=1):
            for what, first, last, more, *how in row.looks:
                styles.append((what, (first, at), (last, min(at + more, len(rows))), *how))
        return LongTable(cells, colWidths=self._widths, repeatRows=1, style=styles, hAlign="LEFT")


def _in_rows(details: Sequence[str]) -> list[str]:
    """What a member's sum is made of, as many lines as a row may hold; always one row."""
    rows = [""]
    for one in details:
        if rows[-1] and len(rows[-1]) + len(one) > _DETAILS_A_ROW:
            rows.append("")
        rows[-1] += f"; {one}" if rows[-1] else one
    return rows


def _look(size: float) -> list[tuple[Any, ...]]:
    """What all tables have."""
    return [
        ("FONT", (0, 0), (-1, -1), _PLAIN, size),
        ("LEADING", (0, 0), (-1, -1), size * _LEADING),
        ("ALIGN", (0, 0), (-1, -1), "RIGHT"),
        ("ALIGN", (1, 0), (1, -1), "LEFT"),
        ("ALIGN", (-1, 0), (-1, 0), "CENTER"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), _PADDING_ABOVE),
        ("BOTTOMPADDING", (0, 0), (-1, -1), _PADDING_ABOVE),
        ("LINEBEFORE", (0, 0), (-1, -1), 0.1 * mm, black),
        ("LINEAFTER", (-1, 0), (-1, -1), 0.1 * mm, black),
        ("LINEABOVE", (0, 0), (-1, 0), 0.3 * mm, black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.3 * mm, black),
    ]


def _fitting(page: Page) -> tuple[float, list[float]]:
    """The largest letters in which all columns fit, and how wide each is."""
    size, widths = _SIZES[-1], list[float]()
    for size in _SIZES:
        widths = _widths(page, size)
        if widths[1] >= _NARROWEST_NAME:
            break
    return size, widths


def _widths(page: Page, size: float) -> list[float]:
    """Each column as wide as its widest figure; the name has what is left."""
    columns: list[Cells] = [page.head, *page.totals]
    columns += [(one.number, "", one.litres, *one.sums, one.to_pay, "") for one in page.members]
    widths = [_widest([cells[at] for cells in columns], size) for at in range(len(page.head))]
    widths[-1] = _SIGNED
    widths[1] = _WIDTH - sum(widths) + widths[1]
    return widths


def _widest(cells: Sequence[Any], size: float) -> float:
    words = (cell for cell in cells if isinstance(cell, str))
    widest = max(pdfmetrics.stringWidth(one, _BOLD, size) for one in words)
    return float(widest + 2 * _PADDING)


@cache
def _style(size: float, *, is_bold: bool = False) -> ParagraphStyle:
    font = _BOLD if is_bold else _PLAIN
    return ParagraphStyle(f"{font}-{size}", fontName=font, fontSize=size, leading=size * _LEADING)


@cache
def _letters() -> Container[int]:
    """Bring the fonts in, once a process; the letters they have."""
    fonts = [TTFont(name, str(_FONTS / f"{name}.ttf")) for name in (_PLAIN, _BOLD)]
    for font in fonts:
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(
        _PLAIN, normal=_PLAIN, bold=_BOLD, italic=_PLAIN, boldItalic=_BOLD
    )
    return frozenset(fonts[0].face.charToGlyph)
