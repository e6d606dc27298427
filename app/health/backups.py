"""How the backups are, in the operator's words."""

from datetime import datetime, timedelta
from pathlib import Path

from app.backup.making import kept_in

NONE_SET = (
    "nobody sees to them here: set BEI_BACKUP_DIR, and run `bei backup --keep 14` every night"
)


def backups_in_words(folder: Path | None, days: int, now: datetime) -> tuple[bool, str]:
    """Whether there is one that is new enough, and how old the newest is."""
    if folder is None:
        return True, NONE_SET
    kept = kept_in(folder)
    if not kept:
        return False, f"none in {folder}: run `bei backup`"
    newest = kept[0][0]
    words = f"{len(kept):,} in {folder}, the newest of {newest:%Y-%m-%d %H:%M} UTC"
    if now - newest <= timedelta(days=days):
        return True, words
    return False, f"{words}, more than {days} days ago: run `bei backup`"
