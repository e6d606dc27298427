"""The words of every reply, screen and bulletin, in every language spoken."""

from messaging.phrases.catalogue import languages, say, say_many

__all__ = ["languages", "say", "say_many"]
