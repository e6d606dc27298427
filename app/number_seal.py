"""Whether phone numbers are sealed, and with the key that this process has."""

from app.service import Service
from db.sealed import SealedError, has_key
from db.upgrade import upgrade
from messaging.sealing import are_sealed, seal_numbers

WHAT_TO_DO = "set BEI_NUMBER_KEY to that key, or put its file back beside the database"


def bring_up_to_date(service: Service) -> int:
    """Run the missing migrations and seal the numbers where there is a key; how many were sealed.

    SealedError where they were sealed with another one.
    """
    upgrade(service.database)
    with service.database.begin() as session:
        if are_sealed(session) or not has_key():
            return 0
        return seal_numbers(session)


def numbers_fault(service: Service) -> str | None:
    """Why nobody can be found by their number, and what to do; None where all is well."""
    try:
        with service.database.read() as session:
            is_done = are_sealed(session)
    except SealedError as fault:
        return f"{fault}: {WHAT_TO_DO}"
    if has_key() and not is_done:
        return (
            "the phone numbers in this database are not sealed yet: stop web and worker, then run"
            " `bei db upgrade`"
        )
    return None
