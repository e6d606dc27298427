"""The catalogues: an English sentence and its values in, the person's own language out."""

from collections.abc import Sequence
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from messaging.segments import to_gsm7

# English is the language of the sources: its sentences are the keys of every other catalogue.
SOURCE_LANGUAGE = "en"
FOLDER = Path(__file__).parent


def say(language: str, msgid: str, /, **values: object) -> str:
    """One sentence in a language, English where the language lacks it, in GSM-7 where it can be."""
    return to_gsm7(_translations(language).gettext(msgid).format(**values))


def say_many(language: str, singular: str, plural: str, n: int, /, **values: object) -> str:
    """A sentence that counts, in the form its language uses for `n`; `{n}` holds the number."""
    counted = _translations(language).ngettext(singular, plural, n)
    return to_gsm7(counted.format(n=n, **values))


@cache
def languages() -> tuple[str, ...]:
    """The languages spoken, English first."""
    others = sorted(path.name for path in FOLDER.iterdir() if any(path.glob("*.po")))
    return (SOURCE_LANGUAGE, *others)


def languages_for(country_languages: Sequence[str]) -> tuple[str, ...]:
    """The languages spoken: a country's own first, in its own order."""
    own = tuple(language for language in country_languages if language in languages())
    return tuple(dict.fromkeys((*own, *languages())))


def spoken(language: str) -> str:
    """The language itself where it is spoken, else English: sentence and figures go together."""
    return language if language in languages() else SOURCE_LANGUAGE


def read_catalogue(language: str) -> Catalog:
    """All of a language's files as one catalogue, which counts as the files' headers say."""
    # Babel leaves out how to count for a language it does not know: it is told of one it knows.
    merged = Catalog(SOURCE_LANGUAGE)
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language)
        merged.mime_headers = [("Plural-Forms", part.plural_forms)]
        for message in part:
            if message.id:
                merged[message.id] = message
    return merged


@cache
def _translations(language: str) -> NullTranslations:
    if spoken(language) == SOURCE_LANGUAGE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)
