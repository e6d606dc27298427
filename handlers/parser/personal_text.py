"""What somebody says of what we keep of them: show it, erase it, and that they are certain (pure).

Only these words, and nothing beside them: no spelling is mended, because what is erased is gone.
Whatever is not said so is read as everybody's texts are.
"""

from collections.abc import Mapping
from pathlib import Path

from handlers.commands import EraseMe, MyData, Parsed
from handlers.parser.strict_words import StrictWords
from prices.vocabulary import fold

_AROUND = " \n.,;:!?\"'*"
_COMMANDS: Mapping[str, EraseMe | MyData] = {"erase": EraseMe(), "my_data": MyData()}
_WORDS = StrictWords(Path(__file__).with_name("personal_words.csv"), frozenset(_COMMANDS))


def read_personal(cleaned: str) -> Parsed | None:
    """What was asked; None where it is anything else."""
    if not _WORDS.may_begin(cleaned, _AROUND):
        return None
    for means, language in _WORDS.meanings.get(fold(cleaned), {}).items():
        if means in _COMMANDS:
            return Parsed(_COMMANDS[means], language)
    return None


def is_certain(text: str) -> bool:
    """Whether these words are YES, and nothing but that."""
    return "certain" in _WORDS.meanings.get(fold(text), {})


def meanings() -> Mapping[str, Mapping[str, str]]:
    """Folded words, what each may mean here, and in which language."""
    return _WORDS.meanings
