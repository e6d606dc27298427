"""The numbers of all subscribers, sealed at once: with a first key, or with another one."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import bindparam, column, func, insert, select, table, update
from sqlalchemy.orm import Session

from db.sealed import MARK, Seal, SealedError, is_sealed, opened, sealed
from messaging.models import NumberSeal

AT_ONCE = 1000
# A word that everybody knows: who can open it has the key.
PROOF = "bei"
# As they are kept, past the column's type.
_KEPT = table("subscriber", column("id"), column("msisdn"))
_KEEP = update(_KEPT).where(_KEPT.c.id == bindparam("of")).values(msisdn=bindparam("kept"))


def are_sealed(session: Session) -> bool:
    """Whether numbers are kept sealed; SealedError where this process cannot open them."""
    proof = session.scalar(select(NumberSeal.proof))
    if proof is None:
        return False
    opened(proof)
    return True


def seal_numbers(session: Session) -> int:
    """Seal every number with this process' key, and say so; how many there were.

    Once: afterwards whatever is written is sealed on its way in. Nobody may write meanwhile who
    does not know of it.
    """
    count = _keep_all(session, sealed)
    session.execute(insert(NumberSeal).values(proof=sealed(PROOF)))
    return count


def seal_anew(session: Session, old: Seal | None, new: Seal) -> int:
    """Open every number with the old key and seal it with the new one; how many there were.

    SealedError, and nothing changed, where the old key is not theirs.
    """
    proof = session.scalar(select(NumberSeal.proof))
    if proof is None:
        raise SealedError("the phone numbers in this database are not sealed")
    _open(proof, old)
    count = _keep_all(session, lambda kept: new.close(_open(kept, old)))
    session.execute(update(NumberSeal).values(proof=new.close(PROOF)))
    return count


def count_sealed(session: Session) -> tuple[int, int]:
    """How many numbers are sealed, and how many there are."""
    is_one = _KEPT.c.msisdn.startswith(MARK, autoescape=True)
    row = session.execute(
        select(func.count().filter(is_one), func.count()).select_from(_KEPT)
    ).one()
    return row[0], row[1]


def _open(kept: str, key: Seal | None) -> str:
    if not is_sealed(kept):
        return kept
    if key is None:
        raise SealedError("the phone numbers in this database are sealed, and there is no key")
    return key.open(kept)


def _keep_all(session: Session, keep: Callable[[str], str]) -> int:
    count = 0
    for some in _in_slices(session):
        changed = [(id_, kept, keep(kept)) for id_, kept in some]
        rows = [{"of": id_, "kept": new} for id_, old, new in changed if new != old]
        if rows:
            session.connection().execute(_KEEP, rows)
        count += len(rows)
    return count


def _in_slices(session: Session) -> Iterator[Sequence[tuple[int, str]]]:
    last = 0
    while True:
        rows = session.execute(
            select(_KEPT.c.id, _KEPT.c.msisdn)
            .where(_KEPT.c.id > last)
            .order_by(_KEPT.c.id)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        yield [(id_, kept) for id_, kept in rows]
        last = rows[-1][0]
