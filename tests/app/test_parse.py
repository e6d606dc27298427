"""`bei parse`: one text for the operator, many lines for a program, whatever they hold."""

import json
from typing import Any

import pytest

from tests.app.commandline import bei

QUERY = {"id": 1, "text": "bei maziwa nakuru", "country": "KE"}


def _parsed(database_url: str, *lines: object) -> list[dict[str, Any]]:
    """What is told of lines that are all in order; a string is a line as it stands."""
    stdin = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    ran = bei("parse", "--jsonl", database_url=database_url, stdin=stdin)
    assert (ran.code, ran.err) == (0, "")
    ran.out.encode()
    return [json.loads(line) for line in ran.out.splitlines()]


def test_a_text_is_told_as_an_object(database_url: str) -> None:
    ran = bei("parse", "bei maziwa nakuru", database_url=database_url)
    told = json.loads(ran.out)
    assert told["intent"] == "price_query"
    assert told["items"][0]["place"] == "Nakuru"


def test_the_stages_are_told_to_the_operator(database_url: str) -> None:
    ran = bei("parse", "bei maziwa nakuru", "--explain", database_url=database_url)
    assert ran.code == 0
    assert "price_query" in ran.out
    assert "Nakuru" in ran.out


@pytest.mark.parametrize("text", ["", "\n", "milk\nnakuru 45", "milk\u2028nakuru", "a\x85b\x1cc"])
def test_a_text_with_line_ends_is_one_line(database_url: str, text: str) -> None:
    (told,) = _parsed(database_url, QUERY | {"text": text})
    assert told["text"] == text


def test_letters_of_every_script_are_shown_as_they_are(database_url: str) -> None:
    stdin = json.dumps(QUERY | {"text": "দুধ 🥛 é"})
    ran = bei("parse", "--jsonl", database_url=database_url, stdin=stdin)
    assert "দুধ 🥛 é" in ran.out


def test_half_a_character_is_told_by_its_escape(database_url: str) -> None:
    (told,) = _parsed(database_url, r'{"id": "\udfff", "text": "maziwa \ud800 nakuru 45"}')
    assert told["text"] == "maziwa \ud800 nakuru 45"
    assert told["id"] == "\udfff"
    assert told["intent"] == "price_report"


@pytest.mark.parametrize("arguments", [(), ("--explain",)])
def test_half_a_character_on_the_command_line(
    database_url: str, arguments: tuple[str, ...]
) -> None:
    """So a byte arrives that is no letter in the terminal's encoding."""
    ran = bei("parse", "maziwa \udcff nakuru", *arguments, database_url=database_url)
    assert ran.code == 0
    ran.out.encode()


@pytest.mark.parametrize(
    "country", [None, "", "XX", "ke", " KE ", "Kenya", 254, [], "\x00", "\ud800"]
)
def test_a_country_we_do_not_know_is_the_service_s_own(database_url: str, country: object) -> None:
    (told,) = _parsed(database_url, QUERY | {"country": country})
    assert told["items"][0]["place"] == "Nakuru"


def test_each_line_is_read_with_the_words_of_its_country(database_url: str) -> None:
    kenyan, ugandan = _parsed(
        database_url,
        {"text": "price milk kampala", "country": "KE"},
        {"text": "price milk kampala", "country": "UG"},
    )
    assert kenyan["items"][0]["place"] is None
    assert ugandan["items"][0]["place"] == "Kampala"


def test_a_country_given_for_all_lines(database_url: str) -> None:
    ran = bei(
        *("parse", "--jsonl", "--country", "UG"),
        database_url=database_url,
        stdin='{"text": "price milk kampala"}',
    )
    assert json.loads(ran.out)["items"][0]["place"] == "Kampala"


def test_what_is_written_besides_is_let_alone(database_url: str) -> None:
    """A byte-order mark, empty lines, fields of somebody else's."""
    (told,) = _parsed(database_url, "\ufeff" + json.dumps(QUERY | {"intent": 5, "x": {}}), "", "  ")
    assert told["intent"] == "price_query"
    assert "x" not in told


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        '"text"',
        "{}",
        '{"text": 5}',
        '{"text": null}',
        "[" * 100_000,
        '{"text": "milk", "id": ' + "9" * 5_000 + "}",
        '{"text": "mi',
    ],
)
def test_a_line_that_asks_nothing_is_named_and_stops_nobody(database_url: str, line: str) -> None:
    stdin = f"{json.dumps(QUERY)}\n{line}\n{json.dumps(QUERY)}\n"
    ran = bei("parse", "--jsonl", database_url=database_url, stdin=stdin)
    assert ran.code == 1
    assert len(ran.out.splitlines()) == 2
    assert ran.err == "bei: line 2 is no JSON object with a text\n"


def test_several_of_them_are_named_together(database_url: str) -> None:
    ran = bei("parse", "--jsonl", database_url=database_url, stdin="a\n\nb\n")
    assert ran.err == "bei: lines 1, 3 are no JSON objects with a text\n"


def test_nothing_asked_is_nothing_told(database_url: str) -> None:
    assert _parsed(database_url) == []


def test_a_page_is_no_message(database_url: str) -> None:
    (told,) = _parsed(database_url, QUERY | {"text": "milk nakuru 45 " * 1_000})
    assert told["intent"] == "unknown"


def test_a_text_or_lines_but_not_both(database_url: str) -> None:
    ran = bei("parse", "milk", "--jsonl", database_url=database_url)
    assert ran.code == 2
    assert "--jsonl" in ran.err
