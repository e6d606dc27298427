"""What a group asks about its own milk book: does it come out even, and how far are we?"""

from handlers.commands import AuditQuery, ProgressQuery
from handlers.parser.sentence import Sentence


def read_audit(sentence: Sentence) -> AuditQuery | None:
    """AUDIT, UKAGUZI: alone, because offices write of audits too."""
    return AuditQuery() if sentence.is_bare("audit") else None


def read_progress(sentence: Sentence) -> ProgressQuery | None:
    """PROGRESS, MAENDELEO: alone, because everybody writes of progress."""
    return ProgressQuery() if sentence.is_bare("progress") else None
