"""A screen that tells as much as there is room for, what is worth most first."""

from collections.abc import Callable, Collection, Sequence

from handlers.screens.screen import NAME_WIDTHS, Line, fits

# What stands on one line of the phone: where its first piece has no room, none of it is told.
Row = Sequence[Line]

# Pieces up to this rank are needed: names are rather cut than that one of them is left out.
NEEDED = 2
# How much is needed, and how long names may be, from what is best to the last resort.
_TRIES = (
    *((needed, width) for needed in range(NEEDED, 0, -1) for width in NAME_WIDTHS[:-1]),
    *((0, width) for width in NAME_WIDTHS),
)

# A piece by its row and its place within.
_Position = tuple[int, int]


def filled(compose: Callable[[int], Sequence[Row]]) -> str:
    """The rows with every piece that there is room for, those of the lowest rank first.

    A piece without room is told in its short form, if it has one. `compose` is given the length
    names may have. As with `fit`, what must be told may be too long for one screen.
    """
    for needed, width in _TRIES:
        rows = compose(width)
        if fits(_text(rows, _up_to(needed, rows))):
            return _grown(rows, needed)
    return _text(rows, _up_to(0, rows))


def has_room(rows: Sequence[Row]) -> bool:
    """True where all that is needed fits."""
    return fits(_text(rows, _up_to(NEEDED, rows)))


def _grown(rows: Sequence[Row], needed: int) -> str:
    told = _up_to(needed, rows)
    others = [(at, piece) for at, piece in _pieces(rows) if piece.rank > needed]
    for at, _ in sorted(others, key=lambda one: one[1].rank):
        if fits(_text(rows, told | {at})):
            told |= {at}
    return _text(rows, told)


def _up_to(rank: int, rows: Sequence[Row]) -> set[_Position]:
    return {at for at, piece in _pieces(rows) if piece.rank <= rank}


def _pieces(rows: Sequence[Row]) -> list[tuple[_Position, Line]]:
    return [
        ((number, place), piece)
        for number, row in enumerate(rows)
        for place, piece in enumerate(row)
    ]


def _text(rows: Sequence[Row], told: Collection[_Position]) -> str:
    return "\n".join(filter(None, (_row(row, number, told) for number, row in enumerate(rows))))


def _row(row: Row, number: int, told: Collection[_Position]) -> str:
    first, *others = (
        piece.text if (number, place) in told else piece.short for place, piece in enumerate(row)
    )
    return ", ".join(filter(None, (first, *others))) if first else ""
