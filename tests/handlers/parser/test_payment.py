"""Pay by text: a strict form, and everybody's texts stay what they are."""

from decimal import Decimal

import pytest

from groups.schemes import Band, BuyerTerms, GradeRate, Measure, Scheme, Season
from handlers.commands import Charge, Command, SetScheme, Statement, WhatIf
from handlers.parser import Sender, parse
from handlers.parser.scheme_terms import NotATerm, read_terms
from messaging.phrases import languages, say
from prices.vocabulary import Vocabulary


@pytest.fixture
def kenya(vocabularies: dict[str, Vocabulary]) -> Vocabulary:
    return vocabularies["KE"]


OFFICER, ANYBODY = Sender(keeps_book=True), Sender()


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("STATEMENT", Statement()),
        ("Statement details", Statement(is_detailed=True)),
        ("taarifa kwa kina", Statement(is_detailed=True)),
        ("STATEMENT 7", Statement("7")),
        ("statement #7", Statement("#7")),
        ("Taarifa Jane Wanjiru", Statement("Jane Wanjiru")),
        ("STATEMENT ALL", Statement(is_of_all=True)),
        ("taarifa wote", Statement(is_of_all=True)),
        ("CHARGE JANE FEED 1200", Charge("JANE FEED", Decimal(1200))),
        ("Charge all 50 levy", Charge("all", Decimal(50), "levy")),
        ("charge 7 soap 1,200.50", Charge("7 soap", Decimal("1200.50"))),
        ("charge #7 120/= soap", Charge("#7", Decimal(120), "soap")),
        ("CHARGE JANE 1200", Charge("JANE", Decimal(1200))),
        ("kata Jane 120 sabuni", Charge("Jane", Decimal(120), "sabuni")),
        ("WHAT IF 48", WhatIf(Decimal(48))),
        ("what if base 48.50?", WhatIf(Decimal("48.50"))),
        ("ikiwa 48", WhatIf(Decimal(48))),
        ("Y si 1,45", WhatIf(Decimal("1.45"))),
        ("SCHEME", SetScheme()),
        ("mpango wa malipo", SetScheme()),
        ("Scheme base 45 A +1 C -2 levy 1%", SetScheme("base 45 A +1 C -2 levy 1%")),
    ],
)
def test_what_officers_say_of_pay(kenya: Vocabulary, text: str, command: Command) -> None:
    assert parse(text, kenya, OFFICER).command == command


@pytest.mark.parametrize(
    "text",
    [
        "statement jane",  # only officers ask for others
        "what if milk is 48 in Nakuru tomorrow",
        "what if it rains",
        "charge my phone",
        "charge 50",
        "we charge 50 for one litre of milk here in Nakuru these days",
        "scheme of work",
        "my scheme 45",
    ],
)
def test_everybodys_texts_stay_what_they_are(kenya: Vocabulary, text: str) -> None:
    command = parse(text, kenya, ANYBODY).command
    assert not isinstance(command, Charge | WhatIf | SetScheme | Statement)


def test_a_scheme_with_every_term() -> None:
    words = (
        "BASE 45 A +1 C-2 FAT > 3.5 +1.5 density<28 -3 TPC>500 -2 NOV-FEB +2 apr -1 levy 1% "
        "LEVY 0.5 transport 2 pay 7 days PAY KCC 14 days pay Hotel 30 monthly coin 1"
    )
    assert read_terms(words) == Scheme(
        base_price=Decimal(45),
        grades=(GradeRate("A", Decimal(1)), GradeRate("C", Decimal(-2))),
        bands=(
            Band(Measure.FAT, True, Decimal("3.5"), Decimal("1.5")),
            Band(Measure.DENSITY, False, Decimal(28), Decimal(-3)),
            Band(Measure.COUNT, True, Decimal(500), Decimal(-2)),
        ),
        seasons=(Season(11, 2, Decimal(2)), Season(4, 4, Decimal(-1))),
        levy_per_cent=Decimal(1),
        levy_per_litre=Decimal("0.5"),
        transport_per_litre=Decimal(2),
        is_monthly=True,
        days_to_pay=7,
        buyers=(BuyerTerms("KCC", 14), BuyerTerms("Hotel", 30)),
        smallest_coin=Decimal(1),
    )


@pytest.mark.parametrize(
    ("words", "scheme"),
    [
        ("base 45 kila-mwezi", Scheme(Decimal(45), is_monthly=True)),
        ("base 45 prélèvement 1", Scheme(Decimal(45), levy_per_litre=Decimal(1))),
        ("margin 3", Scheme(margin=Decimal(3))),
        ("MSINGI 45 TOZO 1%", Scheme(Decimal(45), levy_per_cent=Decimal(1))),
        ("base 1.45, A +0.10", Scheme(Decimal("1.45"), grades=(GradeRate("A", Decimal("0.10")),))),
    ],
)
def test_short_schemes(words: str, scheme: Scheme) -> None:
    assert read_terms(words) == scheme


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("A +1", ""),
        ("BASE", "BASE"),
        ("BASE 0", "BASE"),
        ("BASE -45", "BASE"),
        ("BASE 45 A", "A"),
        ("BASE 45 A +1 A +2", "A"),
        ("BASE 45 LEVY -1", "LEVY"),
        ("BASE 45 PAY 500", "PAY"),
        ("BASE 45 PAY 1.5", "PAY"),
        ("BASE 45 MARGIN -1", "MARGIN"),
        ("BASE 45 TRANSPORT x", "TRANSPORT"),
        ("BASE 45 COIN 0", "COIN"),
        ("BASE 45 SUGAR>3 +1", "SUGAR>3"),
        ("BASE 45 FAT>3.5", "FAT>3.5"),
        ("BASE 45 cream 5", "cream"),
    ],
)
def test_at_which_word_a_scheme_is_not_understood(words: str, at: str) -> None:
    assert read_terms(words) == NotATerm(at)


@pytest.mark.parametrize("language", languages())
def test_what_replies_tell_people_to_type_is_understood(kenya: Vocabulary, language: str) -> None:
    said = {
        "What for? Send: CHARGE JANE FEED 1200": Charge,
        "The group has not said yet how it pays. Send: SCHEME BASE 45": SetScheme,
        "At which price? Send: SCHEME BASE 45 A +1 LEVY 1%": SetScheme,
        "Not understood at {word}. Send it like this: SCHEME BASE 45 A +1 C -2 LEVY 1%": SetScheme,
        "Agree? Reply YES. Later: SCHEME": SetScheme,
        "Details: STATEMENT DETAILS": Statement,
    }
    for sentence, wanted in said.items():
        typed = say(language, sentence, word="x").rpartition(": ")[2]
        command = parse(typed, kenya, ANYBODY).command
        assert isinstance(command, wanted), typed
        if isinstance(command, SetScheme) and command.words:
            assert isinstance(read_terms(command.words), Scheme), typed
        if isinstance(command, Statement):
            assert command.is_detailed, typed
