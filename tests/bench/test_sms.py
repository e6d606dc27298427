"""What `python -m bench.sms` measures, in small: texts are mixed, the floor keeps each once."""

from collections import Counter
from itertools import islice

import pytest
from sqlalchemy import text

from bench.sms_floor import fill_floor, floor_of
from bench.sms_texts import KINDS, Text, texts
from bench.ussd_calls import Farmer
from db.session import open_database

FARMERS = [Farmer(f"+2547220{number:05d}", 47) for number in range(200)]


def test_texts_are_mixed_as_the_table_says_and_always_the_same() -> None:
    made = list(islice(texts(FARMERS, name="x", seed=1), 4_000))
    assert [one.words for one in made] == [
        one.words for one in islice(texts(FARMERS, name="x", seed=1), 4_000)
    ]
    assert len({one.id for one in made}) == len(made)
    assert sum(kind.share for kind in KINDS) == 100
    kinds = Counter(one.name for one in made)
    for kind in KINDS:
        assert kinds[kind.name] == pytest.approx(40 * kind.share, abs=100)


def test_an_answer_is_nothing_but_an_acknowledgement() -> None:
    made = Text(KINDS[0], "x-1", FARMERS[0], "MILK")
    assert made.hear(b"").is_right
    assert not made.hear(b"Ignored").is_right
    assert not made.arrived([])


def test_the_floor_keeps_a_text_its_reply_and_its_price_once(database_url: str) -> None:
    fill_floor(database_url, [farmer.msisdn for farmer in FARMERS])
    report = next(kind for kind in KINDS if kind.reports)
    told = Text(report, "x-1", FARMERS[3], "REPORT MILK 48")
    asked = Text(KINDS[0], "x-2", FARMERS[4], "MILK")
    floor = floor_of(database_url)
    for one in (told, told, asked):
        answer = floor.test_client().post(
            "/webhooks/africastalking/s/sms", data=one.form(one.words)
        )
        assert answer.data == b""
    floor.extensions["floor"].close()
    database = open_database(database_url)
    with database.read() as session:
        kept = session.execute(text("SELECT gateway_id, caller_id FROM inbound ORDER BY id"))
        assert list(kept) == [("x-1", 4), ("x-2", 5)]
        assert session.scalar(text("SELECT count(*) FROM outbound")) == 2
        assert session.scalars(text("SELECT price FROM report")).all() == [48]
        assert session.scalar(text("SELECT price FROM published WHERE place_id = 4")) == 48
    database.engine.dispose()
