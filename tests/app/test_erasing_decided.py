"""Of every column in which somebody may stand it is decided whether it is erased."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Column, Table, select, update
from sqlalchemy.orm import Session

import app.api.models
import app.imports.models
import app.staff.models  # noqa: F401 – their tables belong to the whole
from db.base import Base, UtcDateTime
from db.session import Database
from messaging.subscribers import find_subscriber
from tests.cast import WANJIKU
from tests.handlers.erasing import erase_number
from tests.handlers.test_erasing import live
from tests.handlers.texting import Phones

# Nobody who writes to us stands in these: they are of things, of groups as a whole, of the desk's
# people (whose own log is below), and of programs.
OF_NOBODY = """
    api_key book_audit broadcast broadcast_text bulletin_list buyer_terms cell_belief
    cell_query_count commodity commodity_load commodity_term cost_day country day_budget edition
    edition_text estimate_mark farmer_group gateway_state hook hook_delivery hook_event import_job
    import_part milk_book number_seal place place_alias price_bound price_cell published_price
    radio_script radio_station reference_kept reference_stamp retention_left retention_mark staff
    staff_recovery_code transport_tariff unit unit_factor unit_term watched_price worker_beat
    """
# Their rows go.
GONE = """
    alert_crossing asked_price election_vote group_invitation held_question meeting_answer pin_try
    price_alert price_ask price_wish subscription
    """
# What is emptied of a row that stays: nobody's words, and no number.
EMPTIED = {
    "subscriber": "name language home_place_id usual_commodity_code gateway unreachable_at "
    "unreachable_because pin_hash has_chosen_language failures_in_a_row",
    "consent_event": "wording",
    "inbound_message": "text payload link_id network_code error",
    "outbound_message": "text link_id detail",
    "delivery_report": "payload",
    "ussd_session": "transcript state answer asked network_code",
    "session_end": "payload error",
    "airtime_grant": "detail",
    "airtime_report": "payload detail",
    "price_observation": "raw_text",
    "transport_fare": "raw_text",
}
OWNER = {"subscriber": "id", "price_observation": "reporter_id", "transport_fare": "reporter_id"}
# What stays, and why.
STAYS = {
    # A stone, with something in the place of the number, for what refers to it.
    "subscriber": "id msisdn country opted_out_at created_at is_demo erased_at",
    # When and by which way somebody said yes or no.
    "consent_event": "id subscriber_id opted_in channel happened_at",
    # That there was a text: its gateway's repeat is known, its cost was paid. A sender that is no
    # phone has no subscriber, and cannot be erased.
    "inbound_message": "id gateway gateway_message_id subscriber_id sender_label recipient "
    "gateway_sent_at received_at answered_by_gateway intent handled_at attempts",
    "outbound_message": "id dedupe_key subscriber_id kind priority gateway sender language "
    "encoding segments in_reply_to_id state created_at due_at expires_at claimed_at claimed_by "
    "attempts sent_at final_at resent_at gateway_message_id gateway_status cost cost_currency",
    "delivery_report": "id gateway gateway_message_id subscriber_id status reason state "
    "opted_out received_at outbound_message_id",
    "ussd_session": "id gateway gateway_session_id subscriber_id service_code ended hops "
    "started_at updated_at channel inputs screen",
    "session_end": "id dedupe_key gateway gateway_session_id channel subscriber_id status "
    "outcome cost cost_currency duration_seconds hops received_at ussd_session_id",
    # Money that was paid.
    "airtime_grant": "id subscriber_id observation_id granted_on amount currency state created_at "
    "due_at claimed_at claimed_by attempts sent_at final_at gateway gateway_request_id "
    "gateway_transaction_id gateway_status",
    "airtime_report": "id gateway gateway_request_id subscriber_id status state received_at "
    "airtime_grant_id",
    # The price itself, and what it is weighed by. `grade` is part of what it is a price of.
    "price_observation": "id source_key reporter_id commodity_code place_id price_type buyer grade "
    "currency price unit_code unit_factor_id price_per_base_unit quantity reported_at reported_on "
    "status is_confirmed is_demo error error_deviation slip_probability reporter_bias "
    "reporter_noise reporter_slip_share side",
    # Staff's own words for it go with the person's; those of the filter stay.
    "price_observation_change": "id observation_id old_status new_status changed_at changed_by "
    "reason",
    "transport_fare": "id source_key reporter_id from_place_id to_place_id commodity_code currency "
    "fare quantity unit_code load_kg mode reported_at is_demo",
    # That they are to be erased once more.
    "erasure": "subscriber_id inbound_message_id asked_at due_at",
    # The group's own: what was decided in it, and its account with its members. A place has no
    # phone any more, and a name only where the milk book has lines of it.
    "group_member": "id group_id subscriber_id number name role joined_at left_at",
    "book_line": "id group_id number kind day milking member_id litres grade reason buyer "
    "buyer_kind price_per_litre accepted_litres amount currency what_for corrects_id of_line_id "
    "written_by written_at source_key raw_text previous_hash hash",
    "audit_finding": "id group_id key kind day member_id received found found_at",
    "election_nominee": "election_id member_id nominated_by nominated_at",
    "group_election": "id group_id role round opened_by opened_at ends_at closed_at ended "
    "elected_id",
    "group_meeting": "id group_id starts_at about called_by called_at",
    "group_order": "id group_id article words threshold price currency last_day ends_at opened_by "
    "opened_at source_key reached_at closed_at ended delivered_at delivered_by final_price",
    "group_scheme": "id group_id terms words proposed_by proposed_at source_key settled_at "
    "settled_by from_day",
    "order_wish": "order_id member_id quantity said_by said_at",
    # That there was a change, of a phone to itself: it links no two numbers any more.
    "sim_change": "id member_id from_subscriber_id to_subscriber_id asked_at decided_at decided_by "
    "is_moved",
    "tolerance_proposal": "id group_id percent proposed_by proposed_at source_key settled_at "
    "settled_by",
    # What staff did; the note on somebody goes.
    "staff_change": "id staff_id happened_at action subject before after note",
}


def columns(decided: dict[str, str], table: str) -> list[str]:
    return decided.get(table, "").split()


def test_every_table_is_decided_on() -> None:
    every = {table.name for table in Base.metadata.sorted_tables}
    assert every == {*OF_NOBODY.split(), *GONE.split(), *STAYS}


def test_what_refers_to_somebody_is_nobodys_by_mistake() -> None:
    reach = {"subscriber"}
    for _ in Base.metadata.sorted_tables:  # as often as a chain may be long
        reach |= {
            table.name
            for table in Base.metadata.sorted_tables
            if any(key.column.table.name in reach for key in table.foreign_keys)
        }
    assert reach.isdisjoint(OF_NOBODY.split())


@pytest.mark.parametrize("name", sorted(STAYS))
def test_every_column_is_decided_on(name: str) -> None:
    decided = [*columns(EMPTIED, name), *columns(STAYS, name)]
    assert len(decided) == len(set(decided))
    assert set(decided) == set(Base.metadata.tables[name].columns.keys())


def test_the_decisions_are_kept(database: Database, now: datetime) -> None:
    phones = Phones(database, now)
    live(phones)
    with database.read() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
    fill(database, person.id, now)
    assert not_empty(database, person.id) == {
        f"{name}.{column}" for name in EMPTIED for column in columns(EMPTIED, name)
    }
    erase_number(phones, WANJIKU)
    assert not_empty(database, person.id) == set()
    assert {name for name in GONE.split() if rows_of(database, name)} == set()


def fill(database: Database, person_id: int, now: datetime) -> None:
    """Have something in every column that is to be emptied, also what this life did not bring."""
    for name in EMPTIED:
        table = Base.metadata.tables[name]
        owner = table.c[OWNER.get(name, "subscriber_id")]
        with database.begin() as session:
            for column in columns(EMPTIED, name):
                value = something_for(session, table.c[column], now)
                session.execute(update(table).where(owner == person_id).values({column: value}))


def something_for(session: Session, column: Column[Any], now: datetime) -> object:
    """A value that the column may have."""
    for key in column.foreign_keys:
        return session.scalar(select(key.column).limit(1))
    if isinstance(column.type, UtcDateTime):
        return now
    values = {str: "quixote", object: {"a": "quixote"}, int: 1, bool: True}
    return values[column.type.python_type]


def not_empty(database: Database, person_id: int) -> set[str]:
    """The columns that somebody's erasing empties, and that hold something of them."""
    return {
        f"{name}.{column}"
        for name in EMPTIED
        for row in rows_of(database, name)
        if row.get(OWNER.get(name, "subscriber_id")) == person_id
        for column in columns(EMPTIED, name)
        if row[column]
    }


def rows_of(database: Database, name: str) -> list[dict[str, Any]]:
    table: Table = Base.metadata.tables[name]
    with database.read() as session:
        return [dict(row) for row in session.execute(select(table)).mappings()]
