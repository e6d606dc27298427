"""What a group asks about its own milk book: does it come out even, and how far are we?"""

import re

from handlers.commands import AuditQuery, Deed, GroupDeed, ProgressQuery
from handlers.parser.sentence import Sentence


def read_audit(sentence: Sentence) -> AuditQuery | None:
    """AUDIT, UKAGUZI: alone, because offices write of audits too."""
    return AuditQuery() if sentence.is_bare("audit") else None


# A code may follow only where it is plain that this is a share.
_SHARE = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)(?:\s?%(?:\s+([^\W\d_]\w{1,19}))?)?")
_AROUND = " \n:,;.*"


def read_tolerance(sentence: Sentence) -> GroupDeed | None:
    """AUDIT 3%: how much may be missing untold, alone or with the code of the group."""
    opening = sentence.opening
    if opening is None or not opening.plays("audit") or sentence.has("?"):
        return None
    said = _SHARE.fullmatch(sentence.text[opening.end :].strip(_AROUND))
    if said is None:
        return None
    code = said[2].upper() if said[2] else None
    return GroupDeed(Deed.TOLERATE, said[1].replace(",", "."), group=code)


def read_progress(sentence: Sentence) -> ProgressQuery | None:
    """PROGRESS, MAENDELEO: alone, because everybody writes of progress."""
    return ProgressQuery() if sentence.is_bare("progress") else None
