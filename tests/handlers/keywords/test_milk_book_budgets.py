"""What is said of the milk book in one piece fits a segment, in every language."""

from string import Formatter

import pytest
from babel.messages.pofile import read_po

from messaging.phrases import languages, say
from messaging.phrases.catalogue import FOLDER
from messaging.segments import measure, to_gsm7

# As long as each of these gets in a sentence that is not cut any more.
LONGEST = {
    "name": "N" * 24,
    "added": "N" * 24,
    "buyer": "B" * 24,
    "group": "KIRIMASOUTHDAIRY2026",
    "milk": "118.55 L grade A/F3.8",
    "lines": "L",
    "day": "30 Nov morning",
}
FIGURE = "1,234"
# A receipt's parts are put together within its segment; a name that is cut to 11 letters fits.
PARTS = "{name}: "


def sentences() -> list[str]:
    with (FOLDER / "sw" / "book.po").open("rb") as file:
        return [str(message.id) for message in read_po(file, locale="sw") if message.id]


@pytest.mark.parametrize("language", languages())
def test_sentences_fit_a_segment(language: str) -> None:
    for sentence in sentences():
        names = {name for _, name, _, _ in Formatter().parse(sentence) if name}
        gaps = {name: LONGEST.get(name, FIGURE) for name in names}
        if sentence.startswith(PARTS):
            gaps |= {"name": "N" * 16, "group": "G" * 11}
        text = to_gsm7(say(language, sentence, **gaps))
        assert measure(text).segments == 1, (language, len(text), text)
