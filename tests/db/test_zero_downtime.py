"""An upgrade of the database takes nothing from the processes that still serve: first it grows.

While `bei db upgrade` runs, and until the last process was restarted, the old version reads and
writes. What it uses goes a release later, or is written down here with the reason why it may.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.upgrade import MIGRATIONS

# From here on; who ran an older one ran it alone.
FIRST = "0031"
# "<revision> <what>: <of what>", and why nobody notices.
ALLOWED = {
    "0032 an index of a table that is there: held_question": (
        "there are as many rows as texts that were asked back: it is built in a moment"
    ),
    "0033 an index of a table that is there: price_cell": (
        "one row a price, a hundred thousand in a large country: it is built in a second"
    ),
    "0035 an index of a table that is there: outbound_message": (
        "hardly any row is in it: of five million texts it is built in a second or three"
    ),
}
GOES = {
    "drop_column": "a column goes",
    "drop_table": "a table goes",
    "rename_table": "a table gets another name",
}
NEW_RULES = ("create_unique_constraint", "create_check_constraint", "create_foreign_key")


def forbidden(source: str) -> Iterator[str]:
    """What an upgrade does that who serves meanwhile would notice, and to what."""
    (upgrade,) = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    ]
    calls = [node for node in ast.walk(upgrade) if isinstance(node, ast.Call)]
    new = {_word(call, 0) for call in calls if _name(call) == "create_table"}
    batches = dict(_batches(upgrade))
    for call in calls:
        table = batches.get(_of(call)) or _word(call, 1 if _name(call) == "create_index" else 0)
        if table not in new and (what := _what(call)):
            yield f"{what}: {table}"


def _batches(upgrade: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """The names under which a block changes a table, with that table."""
    for node in ast.walk(upgrade):
        for item in node.items if isinstance(node, ast.With) else ():
            if isinstance(item.optional_vars, ast.Name) and isinstance(item.context_expr, ast.Call):
                yield item.optional_vars.id, _word(item.context_expr, 0)


def _of(call: ast.Call) -> str:
    """On what it is called: `op`, or the name of a block's table."""
    by = call.func.value if isinstance(call.func, ast.Attribute) else None
    return by.id if isinstance(by, ast.Name) else ""


def _what(call: ast.Call) -> str | None:
    """Why whoever serves would notice it; None where they would not."""
    name, told = _name(call), {keyword.arg: keyword.value for keyword in call.keywords}
    if name == "alter_column":
        is_harder = "nullable" in told and ast.unparse(told["nullable"]) == "False"
        changes = is_harder or {"new_column_name", "type_"} & told.keys()
        return "a column becomes another" if changes else None
    if name == "add_column":
        column = call.args[-1]
        said = {one.arg: ast.unparse(one.value) for one in getattr(column, "keywords", ())}
        needs_it = said.get("nullable") == "False" and "server_default" not in said
        return "a column that who serves does not fill" if needs_it else None
    if name in NEW_RULES:
        return "a rule that who serves may break"
    if name == "create_index":
        return "an index of a table that is there"
    return "words of its own" if name == "execute" else GOES.get(name)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _word(call: ast.Call, at: int) -> str:
    word = call.args[at] if len(call.args) > at else None
    return str(word.value) if isinstance(word, ast.Constant) else "?"


def revisions() -> list[Path]:
    """The migrations that the rule is for."""
    files = sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))
    return [file for file in files if file.name[:4] >= FIRST]


def test_no_upgrade_takes_anything_from_who_serves_meanwhile() -> None:
    assert revisions()
    found = [
        f"{file.name[:4]} {what}" for file in revisions() for what in forbidden(file.read_text())
    ]
    assert set(found) == set(ALLOWED), "docs/operations.md: first it grows, a release later it goes"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ('op.drop_column("place", "name")', ["a column goes: place"]),
        ('op.drop_table("place")', ["a table goes: place"]),
        ('op.rename_table("place", "town")', ["a table gets another name: place"]),
        (
            'op.alter_column("place", "name", new_column_name="called")',
            ["a column becomes another: place"],
        ),
        ('op.alter_column("place", "name", nullable=False)', ["a column becomes another: place"]),
        ('op.alter_column("place", "name", nullable=True)', []),
        ('op.add_column("place", sa.Column("x", sa.Integer(), nullable=True))', []),
        (
            'op.add_column("place", sa.Column("x", sa.Integer(), nullable=False))',
            ["a column that who serves does not fill: place"],
        ),
        (
            'op.add_column("place", sa.Column("x", sa.Integer(), nullable=False,'
            ' server_default="0"))',
            [],
        ),
        ('op.create_index("ix", "place", ["x"])', ["an index of a table that is there: place"]),
        (
            'with op.batch_alter_table("place") as table:\n        table.drop_column("x")',
            ["a column goes: place"],
        ),
        (
            'with op.batch_alter_table("place") as t:\n'
            '        t.create_unique_constraint("uq", ["x"])',
            ["a rule that who serves may break: place"],
        ),
        ('op.create_table("new")\n    op.create_index("ix", "new", ["x"])', []),
        ('op.execute("UPDATE place SET x = 1")', ["words of its own: UPDATE place SET x = 1"]),
    ],
)
def test_what_would_be_noticed_is_found(statement: str, what: list[str]) -> None:
    assert list(forbidden(f"def upgrade():\n    {statement}\n")) == what
    assert list(forbidden(f"def upgrade(): pass\ndef downgrade():\n    {statement}\n")) == []
