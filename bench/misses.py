"""Every line that was read wrong, one line each, grouped by what is wrong with it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bench.judging import Judged, Mark
from bench.labels import SLOTS

_LONGEST = 160


def misses(judged: Iterable[Judged]) -> Iterator[str]:
    """The worst first: wrong intents, then wrong slots, then what was asked back."""
    kinds: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for line in judged:
        for rank, kind, told in _faults(line):
            kinds[rank, kind].append(f"  {line.label['id']}  {_text(line)}  {told}")
    for rank, kind in sorted(kinds):
        yield f"{kind} ({len(kinds[rank, kind])})"
        yield from kinds[rank, kind]


def _faults(line: Judged) -> Iterator[tuple[int, str, str]]:
    """A line is listed once for its intent or slots, and once for its further items."""
    if line.intent in {Mark.WRONG, Mark.ASKED}:
        yield _intent_fault(line)
    wrong = [slot for slot in SLOTS if line.slots.get(slot) is Mark.WRONG]
    asked = [slot for slot in SLOTS if line.slots.get(slot) is Mark.ASKED]
    if wrong:
        yield 2, ", ".join(wrong), _slots(line, [*wrong, *asked])
    elif asked:
        yield 5, f"asked back: {', '.join(asked)}", f"{_slots(line, asked)}  {line.read['ask']}"
    if line.more and set(line.more) != {Mark.RIGHT}:
        yield 3, "further items not found", _items(line)
    if Mark.WRONG in line.extras:
        yield 4, "further items invented", _items(line)


def _intent_fault(line: Judged) -> tuple[int, str, str]:
    kind = f"{line.label['intent']} read as {line.intent_read}"
    read = _compact({slot: line.item.get(slot) for slot in SLOTS})
    if line.intent is Mark.ASKED:
        return 5, f"asked back: {kind}", f"read {read}  {line.read['ask']}"
    is_invented = kind == "unknown read as price_report"
    return (0 if is_invented else 1), kind, f"read {read}"


def _slots(line: Judged, slots: Iterable[str]) -> str:
    return "; ".join(
        f"{slot}: expected {_json(line.label.get(slot))}, read {_json(line.item.get(slot))}"
        for slot in slots
    )


def _items(line: Judged) -> str:
    read = [_compact(item) for item in line.read.get("items") or () if item is not line.item]
    return f"expected {_json(line.label.get('more', []))}, read [{', '.join(read)}]"


def _compact(item: Mapping[str, object]) -> str:
    return _json({name: value for name, value in item.items() if value is not None})


def _text(line: Judged) -> str:
    shown = _json(line.label["text"])
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _json(value: object) -> str:
    """As JSON, so that line ends do not break the line."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
