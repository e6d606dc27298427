"""The floors of `bench.bulletin`: as many bare rows as there are promises, as many bare requests.

`python -m bench.bulletin_floor URL FIRST MESSAGES SENDERS MOMENT` posts bulletins as Africa's
Talking's API takes them, from that moment on: the same batches, from as many threads as a worker
has, with nothing behind them. An answer is read and that is all.
"""

import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import requests
from sqlalchemy import make_url

from bench.ussd_floor import is_sqlite, libpq_url
from messaging.gateways.africastalking import AfricasTalking, version1

MAKE = (
    "CREATE TABLE floor (id {key}, dedupe_key text NOT NULL UNIQUE, subscriber_id integer NOT NULL,"
    " text text NOT NULL, state text NOT NULL, created_at text NOT NULL)"
)
# What no promise can do without: a key that stands once, whom it is for and what it says.
COPY = (
    "INSERT INTO floor (dedupe_key, subscriber_id, text, state, created_at)"
    " SELECT 'edition:' || {mark} || ':' || id, id, {mark}, 'queued', {mark}"
    " FROM subscriber WHERE name = {mark}"
)


def make_floor(url: str) -> None:
    """Make the bare table beside ours."""
    if is_sqlite(url):
        with sqlite3.connect(make_url(url).database or "") as bare:
            bare.execute(MAKE.format(key="integer PRIMARY KEY"))
        return
    with psycopg.connect(libpq_url(url)) as connection:
        connection.execute(MAKE.format(key="bigserial PRIMARY KEY").encode())


def copy_rows(url: str, *, edition: int, text: str, name: str) -> int:
    """One statement for everybody of a name, and one commit; how many rows."""
    values = (str(edition), text, "2026-11-23T04:00:00", name)
    if is_sqlite(url):
        bare = sqlite3.connect(make_url(url).database or "")
        bare.execute("PRAGMA synchronous=FULL")
        with bare:
            rows = bare.execute(COPY.format(mark="?"), values).rowcount
        bare.close()
        return rows
    with psycopg.connect(libpq_url(url)) as connection:
        return connection.execute(COPY.format(mark="%s").encode(), values).rowcount


def post(url: str, *, first: int, messages: int, senders: int, begins_at: datetime) -> None:
    """Post so many messages, to as many people from the first on, from so many threads."""
    most = AfricasTalking.phones_per_call
    numbers = [f"+254711{number:06}" for number in range(first, first + messages)]
    batches = [numbers[at : at + most] for at in range(0, messages, most)]
    time.sleep(max(0.0, (begins_at - datetime.now(UTC)).total_seconds()))
    with ThreadPoolExecutor(senders) as together:
        for code in together.map(lambda batch: _post(url, batch), batches):
            if code != 201:
                raise SystemExit(f"the stand-in answered {code}")


def _post(url: str, numbers: list[str]) -> int:
    form = {
        "username": "bei",
        "to": ",".join(numbers),
        "message": "KIRIMA 23 Nov. Milk/L: group 46, Nakuru 47 (+2), best net Molo 48, shops 62.",
        "bulkSMSMode": 1,
        "from": "BEI",
        "enqueue": 1,
    }
    answer = requests.post(
        f"{version1(url)}/messaging", data=form, headers={"apiKey": "key"}, timeout=10
    )
    answer.json()
    return answer.status_code


if __name__ == "__main__":
    address, first_number, count, threads, moment = sys.argv[1:]
    post(
        address,
        first=int(first_number),
        messages=int(count),
        senders=int(threads),
        begins_at=datetime.fromisoformat(moment),
    )
