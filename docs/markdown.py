"""Tables and lists as Markdown writes them."""

from collections.abc import Iterator, Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; a stroke within a cell is not its end."""
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def folded(title: str, lines: Sequence[str]) -> list[str]:
    """A list that opens when it is wanted; nothing where there is nothing to list."""
    if not lines:
        return []
    return ["<details>", f"<summary>{title}</summary>\n", *lines, "\n</details>\n"]
