"""The number of a row as a part of an address."""

from werkzeug.routing import IntegerConverter, Map

from app.web.listing import LARGEST_ID


class RowNumber(IntegerConverter):
    """A whole number that a row can have; of any other there is no page.

    More figures would not fit the databases' numbers, and from some thousand on not Python's.
    """

    regex = r"\d{1,10}"

    def __init__(self, map: Map, max: int = LARGEST_ID) -> None:
        super().__init__(map, max=max)
