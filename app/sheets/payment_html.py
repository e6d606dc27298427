"""The payment sheet as one file for a browser, without a script."""

from collections.abc import Sequence
from html import escape

from app.sheets.payment import Cells, MemberLine, Page

# A4 lying on its side; black on white, for any printer. The head stands on every page.
_STYLE = """
@page { size: A4 landscape; margin: 12mm }
body { font: 10pt/1.3 sans-serif; color: #000; background: #fff; margin: 0 }
h1 { font-size: 15pt; margin: 0 } p { margin: 2mm 0 }
table { border-collapse: collapse; width: 100%; margin: 3mm 0 }
thead { display: table-header-group } tr { break-inside: avoid }
th, td { border: 0.3mm solid #000; padding: 1mm 1.5mm; text-align: right; vertical-align: top }
th.name, td.name { text-align: left } td.signed { min-width: 30mm }
@media screen { main { padding: 3mm; overflow-x: auto } }
small { display: block; font-size: 8pt } tfoot td { font-weight: bold }
"""


def payment_html(page: Page) -> str:
    """The whole page. Names are what people typed: nothing of them is taken for HTML."""
    members = _table(page.head, [_member(one) for one in page.members], page.totals)
    buyers = _table(page.buyers_head, [_row(one) for one in page.buyers], ())
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{escape(page.language)}">',
            f'<head><meta charset="utf-8"><title>{escape(page.title)}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{_STYLE}</style></head>\n<body><main tabindex='0'>",
            f"<h1>{escape(page.title)}</h1>",
            f"<p><b>{escape(page.days)}</b>. {escape(page.pay)}</p>",
            f"<p>{escape(page.scheme)}</p>",
            members,
            buyers if page.buyers else "",
            f"<p><small>{escape(page.rule)}</small></p>",
            "</main></body></html>\n",
        ]
    )


def _member(line: MemberLine) -> str:
    """One member's line, with all that it is made of below the name."""
    details = escape("; ".join(line.details))
    cells = [
        f"<td>{line.number}</td>",
        f'<td class="name">{escape(line.name)}<small>{details}</small></td>',
        f"<td>{escape(line.litres)}</td>",
        *(f"<td>{escape(one)}</td>" for one in line.sums),
        f"<td><b>{escape(line.to_pay)}</b></td>",
        '<td class="signed"></td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _table(head: Cells, lines: Sequence[str], totals: Sequence[Cells]) -> str:
    heads = "".join(
        f'<th scope="col" class="{_kind(at)}">{escape(one)}</th>' for at, one in enumerate(head)
    )
    foot = "".join(map(_row, totals))
    return (
        f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{chr(10).join(lines)}</tbody>\n"
        f"<tfoot>{foot}</tfoot></table>"
    )


def _row(cells: Cells) -> str:
    told = "".join(f'<td class="{_kind(at)}">{escape(one)}</td>' for at, one in enumerate(cells))
    return f"<tr>{told}</tr>"


def _kind(column: int) -> str:
    return "name" if column == 1 else "sum"
