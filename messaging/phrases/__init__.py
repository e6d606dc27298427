"""The words of every reply, screen and bulletin, in every language spoken."""

from messaging.phrases.catalogue import languages, languages_for, say, say_many

__all__ = ["languages", "languages_for", "say", "say_many"]
