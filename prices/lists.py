"""A list of any length as one value of a statement, which then is put together but once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler


def as_list(numbers: Iterable[int]) -> str:
    """Whole numbers as a statement takes them for a list."""
    return f"[{','.join(map(str, numbers))}]"


class Among(ColumnElement[bool]):
    """Whether a column's number is in the list that is bound to a name, made by `as_list`.

    It has no type: of a truth SQLite would be asked whether it is 1, and then uses no index.
    """

    inherit_cache = False

    def __init__(self, column: ColumnElement[int], name: str) -> None:
        self.column = column
        self.listed: BindParameter[str] = bindparam(name, type_=String())


@compiles(Among, "sqlite")
def _for_sqlite(among: Among, compiler: SQLCompiler, **how: Any) -> str:
    return _write("{} IN (SELECT value FROM json_each({}))", among, compiler, **how)


@compiles(Among, "postgresql")
def _for_postgresql(among: Among, compiler: SQLCompiler, **how: Any) -> str:
    # So written it looks in its index for each; of rows that a function gives it knows no number.
    return _write(
        "{} = ANY (CAST(translate({}, '[]', '{{}}') AS BIGINT[]))", among, compiler, **how
    )


def _write(pattern: str, among: Among, compiler: SQLCompiler, **how: Any) -> str:
    parts = (compiler.process(one, **how) for one in (among.column, among.listed))
    return pattern.format(*parts)
