"""Examples in people's own things."""

from handlers.commands import Help, PriceReport, Unknown
from tests.cast import OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk


def test_help_shows_the_two_things_everybody_can_do(talk: Talk) -> None:
    assert talk.says(WANJIKU, Help()) == (
        "To ask: PRICE MILK NAIROBI. To tell your price: MILK NAIROBI and your price. "
        "Weekly prices: SUB. To end all messages: STOP"
    )


def test_examples_are_of_the_persons_own_place_and_a_likely_price(talk: Talk) -> None:
    talk.says(OTIENO, PriceReport((talk.item("milk", "Molo", "44"),)))
    assert talk.says(OTIENO, Unknown(), "sw") == (
        "Samahani, hatujaelewa. Kuuliza: BEI MAZIWA MOLO. Kutoa bei: MAZIWA 44. Zaidi: MSAADA"
    )


def test_too_long_has_words_of_its_own(talk: Talk) -> None:
    reply = talk.says(WANJIKU, Unknown("too_long"))
    assert reply is not None
    assert reply.startswith("Sorry, that is too long. Please send one line. To ask: ")
