"""A service of some years, around the reports of `bench.prices`: so that no page is empty.

Most of it the database makes by itself, as the reports; a group of 400 with its milk book is kept
through the verbs of a text, as a book's hashes want it.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.orm import Session

from app.demo_books import BOOKS, DemoBook, keep_demo_book
from app.first_run import price_history_of
from app.imports.outcomes import Outcome
from app.number_seal import bring_up_to_date
from app.service import Service
from app.staff.accounts import add_staff
from app.staff.models import StaffRole
from bench import prices
from bench.ussd_world import settle_down
from db.session import Database
from groups.groups import join
from groups.members import members_of
from groups.models import Group, Role
from groups.order_models import OrderWish
from groups.orders import open_order
from messaging.models import Subscriber
from prices.importers.wfp import import_wfp
from prices.widening import widen

EMAIL, PASSWORD = "bench@example.org", "a long password for nobody"
BIG_GROUP, BIG_GROUP_MEMBERS = "KIRIMA", 400
BOOK = DemoBook(
    BIG_GROUP,
    tuple(f"Member {number:03}" for number in range(1, BIG_GROUP_MEMBERS + 1)),
    BOOKS[0].milkings,
    BOOKS[0].buyers,
    BOOKS[0].base_price,
)
# So many of each for a million reports.
PER_MILLION = {
    "people": 20_000, "texts": 200_000, "calls": 100_000, "groups": 200, "lists": 30,
    "subscriptions": 10_000, "alerts": 3_000, "wishes": 3_000, "grants": 20_000,
    "broadcasts": 30, "changes": 20_000, "imports": 30, "stations": 4,
    "hooks": 2, "hook_events": 5_000,
}  # fmt: skip
WEEKS = 26  # of editions and radio scripts
# What the dry run of a file with faults said.
_OUTCOME = Outcome(
    new=4_000,
    changed=0,
    unchanged=0,
    repeated=0,
    left_out=1_000,
    read=5_000,
    reasons=[("unit not known", 1_000)],
    lines=[(line, f"unit not known: {line % 7} gunias") for line in range(1, 1_001)],
    shown=[(f"maize at Nakuru, {day}", "", "KES 40 a kg") for day in range(40)],
)
FILE = {"counts": json.dumps(_OUTCOME.counts), "detail": json.dumps(_OUTCOME.detail)}


def fill(service: Service, rows: int, now: datetime) -> None:
    """So many reports, and all that comes with them; once: what is filled already stays."""
    database = service.database
    if not is_filled(database, rows):
        prices.fill(database, rows, now)
        surround(database, rows, now)
    bring_up_to_date(service)
    # As the worker has done it at midnight; else every page works older days out for itself.
    widen(database, service.catalogue.vocabulary, now)
    settle_down(database)


def is_filled(database: Database, rows: int) -> bool:
    """Whether a run before this one filled it to the end; ValueError with another number."""
    with database.looking.connect() as connection:
        if connection.exec_driver_sql("SELECT to_regclass('bench_filled')").scalar() is None:
            return False
        found = connection.exec_driver_sql("SELECT rows FROM bench_filled").scalar_one()
    if found != rows:
        raise ValueError(f"there are {found:,} reports in it, not {rows:,}")
    return True


def surround(database: Database, rows: int, now: datetime) -> None:
    """People, texts, calls, groups, bulletins and all else."""
    sizes = {name: max(1, count * rows // 1_000_000) for name, count in PER_MILLION.items()}
    with database.begin() as session:
        add_staff(session, email=EMAIL, role=StaffRole.ADMIN, password=PASSWORD, now=now)
    history = price_history_of("KE")
    if history is not None:
        import_wfp(database, history)
    everybody = prices.PEOPLE + sizes["people"]  # as one value: the sum may not fit either's type
    values = {**sizes, **FILE, "now": now, "told": prices.PEOPLE, "weeks": WEEKS}
    for statement in STATEMENTS:
        with database.begin() as session:
            session.execute(text(statement), values | {"everybody": everybody})
    with database.begin() as session:
        _big_group(session, now)
    with database.looking.connect() as connection:
        _say_filled(connection, rows)


def _say_filled(connection: Connection, rows: int) -> None:
    connection.exec_driver_sql("CREATE TABLE bench_filled (rows bigint)")
    connection.execute(text("INSERT INTO bench_filled VALUES (:rows)"), {"rows": rows})


def _big_group(session: Session, now: datetime) -> None:
    """A group as large as they come: 40 days of its book, and an order that half of it joined."""
    secretary, chair = _officers(session)
    group = Group(
        code=BIG_GROUP,
        name="Kirima Dairy Union",
        country="KE",
        place_id=session.scalars(text(A_MARKET)).one(),
        language="en",
        commodity_code="milk",
        bulletin_weekdays=1,
        bulletin_hour=7,
        timezone="Africa/Nairobi",
        next_bulletin_at=now + timedelta(days=1),
    )
    session.add(group)
    session.flush()
    for person, role in ((secretary, Role.SECRETARY), (chair, Role.CHAIR)):
        join(session, group, person, now, role=role)
    keep_demo_book(session, BOOK, group, (secretary, chair), now)
    order = open_order(
        session,
        group,
        article="feed",
        words="feed",
        threshold=300,
        price=Decimal(2_400),
        currency="KES",
        last_day=(now + timedelta(days=7)).date(),
        by=secretary,
        source_key="bench:order",
        now=now,
    )
    if order is None:
        raise RuntimeError("a new group orders something already")
    session.execute(
        insert(OrderWish),
        [
            {
                "order_id": order.id,
                "member_id": member.id,
                "quantity": 1,
                "said_by": secretary.id,
                "said_at": now,
            }
            for member in members_of(session, group)[::2]
        ],
    )


def _officers(session: Session) -> Sequence[Subscriber]:
    people = select(Subscriber).order_by(Subscriber.id).limit(2)
    return session.scalars(people).all()


A_MARKET = (
    "SELECT place_id FROM price_cell WHERE commodity_code = 'milk'"
    " AND id % 10 <> 0 ORDER BY id LIMIT 1"
)

# Numbers that look like chance, and always the same: n times a prime, of so many.
PEOPLE = """
INSERT INTO subscriber (id, msisdn, country, name, language, has_chosen_language, home_place_id,
    usual_commodity_code, gateway, opted_out_at, created_at, is_demo, unreachable_at,
    unreachable_because)
SELECT :told + n, '+2541' || lpad(n::text, 8, '0'), 'KE',
    CASE WHEN n % 3 = 0 THEN 'Person ' || n END, CASE WHEN n % 3 = 0 THEN 'en' ELSE 'sw' END,
    n % 2 = 0, c.place_id, c.commodity_code,
    'africastalking', CASE WHEN n % 40 = 0 THEN t.at + interval '90 days' END, t.at, false,
    CASE WHEN n % 90 = 1 THEN CAST(:now AS timestamptz) - interval '9 days' END,
    CASE WHEN n % 90 = 1 THEN 'UserNotReachable' END
FROM generate_series(bigint '1', :people) n
JOIN price_cell c ON c.id = 1 + (n * 7919) % (SELECT count(*) FROM price_cell)
CROSS JOIN LATERAL (
    SELECT CAST(:now AS timestamptz) - (100 + (n * 104729) % 900) * interval '1 day' AS at
) t
"""
CONSENT = """
INSERT INTO consent_event (subscriber_id, opted_in, channel, wording, happened_at)
SELECT id, opted_out_at IS NULL, 'sms', 'STOP', coalesce(opted_out_at, created_at)
FROM subscriber WHERE id % 4 = 0 OR opted_out_at IS NOT NULL
"""
TEXTS = """
INSERT INTO inbound_message (id, gateway, gateway_message_id, subscriber_id, recipient, text,
    received_at, payload, answered_by_gateway, intent, handled_at, attempts, error)
SELECT n, 'africastalking', 'bench:' || n, 1 + (n * 7919) % :everybody, '20880',
    CASE n % 4 WHEN 0 THEN 'bei maziwa nakuru' WHEN 1 THEN 'report milk githunguri 45'
        WHEN 2 THEN 'bei mahindi eldoret' ELSE 'habari yako' END,
    t.at, '{"linkId": "bench"}', false,
    CASE n % 4 WHEN 1 THEN 'price_report' WHEN 3 THEN 'unknown' ELSE 'price_query' END,
    CASE WHEN n % 20000 <> 7 THEN t.at END, CASE WHEN n % 20000 = 7 THEN 3 ELSE 1 END,
    CASE WHEN n % 20000 = 7 THEN 'OperationalError' END
FROM generate_series(bigint '1', :texts) n
CROSS JOIN LATERAL (SELECT CAST(:now AS timestamptz)
    - (:texts - n) * interval '365 days' / :texts AS at) t
"""
REPLIES = """
INSERT INTO outbound_message (id, dedupe_key, subscriber_id, kind, priority, gateway, text,
    language, encoding, segments, in_reply_to_id, state, created_at, due_at, attempts, sent_at,
    final_at, gateway_message_id, gateway_status, cost, cost_currency)
SELECT id, 'reply:' || id, subscriber_id, 'reply', 0, 'africastalking',
    'Milk Nakuru KES 47 a litre (45-49), 20 reports, today.', 'sw', 'GSM-7', 1, id,
    CASE WHEN id % 30 = 3 THEN 'failed' WHEN id % 30 = 4 THEN 'sent' WHEN id % 3000 = 5
        THEN 'unknown' ELSE 'delivered' END,
    received_at, received_at, 1, received_at + interval '1 second',
    CASE WHEN id % 30 <> 4 THEN received_at + interval '9 seconds' END, 'ATXid_' || id,
    'Success', 0.8, 'KES'
FROM inbound_message
"""
DELIVERIES = """
INSERT INTO delivery_report (gateway, gateway_message_id, subscriber_id, status, state, opted_out,
    payload, received_at, outbound_message_id)
SELECT gateway, gateway_message_id, subscriber_id, 'Success', 'delivered', false, '{}',
    final_at, id
FROM outbound_message WHERE state = 'delivered'
"""
CALLS = """
INSERT INTO ussd_session (gateway, gateway_session_id, subscriber_id, service_code, transcript,
    state, answer, ended, hops, started_at, updated_at, channel, inputs, screen)
SELECT 'africastalking', 'bench:' || n, 1 + (n * 7919) % :everybody, '*384*123#', '1*1',
    '{}', 'Milk 47', true, 3, t.at, t.at + interval '30 seconds',
    CASE WHEN n % 20 = 0 THEN 'voice' ELSE 'ussd' END, 3,
    CASE n % 3 WHEN 0 THEN 'price' WHEN 1 THEN 'home' ELSE 'place' END
FROM generate_series(bigint '1', :calls) n
CROSS JOIN LATERAL (SELECT CAST(:now AS timestamptz)
    - (:calls - n) * interval '365 days' / :calls AS at) t
"""
CALL_ENDS = """
INSERT INTO session_end (dedupe_key, gateway, gateway_session_id, channel, subscriber_id, status,
    outcome, cost, cost_currency, duration_seconds, hops, payload, received_at, ussd_session_id)
SELECT 'bench:' || id, gateway, gateway_session_id, channel, subscriber_id, 'Success', 'finished',
    1.2, 'KES', 30, 3, '{}', updated_at, id
FROM ussd_session
"""
# What waits for the moderators came in the last weeks: some held, some doubted.
DOUBTS = """
UPDATE price_observation SET status = CASE WHEN id % 3 = 0 THEN 'held' WHEN id % 3 = 1
    THEN 'flagged' ELSE 'unanswered' END, slip_probability = 0.6, error = 0.4
WHERE reported_at > CAST(:now AS timestamptz) - interval '14 days' AND id % 200 = 0
"""
STANDINGS = """
INSERT INTO price_observation_change (observation_id, old_status, new_status, changed_at,
    changed_by, reason)
SELECT id, NULL, status, reported_at, 'door', 'It is far from what others told.'
FROM price_observation WHERE status IN ('held', 'flagged', 'unanswered')
"""
# Every fifth litre went to a processor, whose price is one of its own.
BUYERS = """
UPDATE price_observation SET buyer = 'processor'
WHERE commodity_code = 'milk' AND id % 5 = 0
    AND reported_at > CAST(:now AS timestamptz) - interval '60 days'
"""
QUALITIES = """
INSERT INTO price_cell (commodity_code, place_id, price_type, buyer, grade, currency,
    estimated_on, price, low, high, reports, reporters, newest_at, is_demo, has_demo)
SELECT commodity_code, place_id, price_type, 'processor', '', currency, estimated_on, price, low,
    high, reports, reporters, newest_at, is_demo, has_demo
FROM price_cell WHERE commodity_code = 'milk'
"""
QUALITY_BELIEFS = """
INSERT INTO cell_belief (cell_id, day, version, belief)
SELECT q.id, b.day, b.version, b.belief
FROM price_cell q
JOIN price_cell w ON w.commodity_code = q.commodity_code AND w.place_id = q.place_id
    AND w.price_type = q.price_type AND w.buyer = ''
JOIN cell_belief b ON b.cell_id = w.id
WHERE q.buyer <> ''
"""
ASKED = """
INSERT INTO cell_query_count (commodity_code, place_id, price_type, day, asked, unanswered)
SELECT commodity_code, place_id, price_type, CAST(CAST(:now AS timestamptz) AS date) - d,
    1 + (id * 7) % 40, CASE WHEN id % 10 = 0 THEN 1 ELSE 0 END
FROM price_cell CROSS JOIN generate_series(0, 89) d WHERE buyer = '' AND (id + d) % 3 = 0
"""
WISHES = """
INSERT INTO price_wish (subscriber_id, commodity_code, place_id, price_type, asked_at, expires_at)
SELECT :told + n, c.commodity_code, c.place_id, c.price_type,
    CAST(:now AS timestamptz) - interval '1 hour', CAST(:now AS timestamptz) + interval '1 day'
FROM generate_series(bigint '1', :wishes) n JOIN price_cell c ON c.id = 1 + n % 500
"""
ASKS = """
INSERT INTO price_ask (subscriber_id, commodity_code, place_id, price_type, reason, asked_on,
    asked_at)
SELECT :told + n, c.commodity_code, c.place_id, c.price_type, 'query',
    CAST(CAST(:now AS timestamptz) AS date), CAST(:now AS timestamptz) - interval '1 hour'
FROM generate_series(bigint '1', :wishes) n JOIN price_cell c ON c.id = 1 + n % 500
"""
WATCHED = """
INSERT INTO watched_price (commodity_code, place_id, price_type, seen, looked_at)
SELECT commodity_code, place_id, price_type, '', CAST(:now AS timestamptz)
FROM price_cell WHERE buyer = '' AND id % 7 = 0
"""
ALERTS = """
INSERT INTO price_alert (subscriber_id, watched_price_id, way, price, unit_code, base_units, zone,
    began_at)
SELECT :told + n, 1 + n % (SELECT count(*) FROM watched_price), 'above', 60, NULL, 1, 'within',
    CAST(:now AS timestamptz) - interval '30 days'
FROM generate_series(bigint '1', :alerts) n
"""
GRANTS = """
INSERT INTO airtime_grant (subscriber_id, observation_id, granted_on, amount, currency, state,
    created_at, due_at, attempts, sent_at, final_at, gateway)
SELECT reporter_id, id, reported_on, 5, 'KES', 'delivered', reported_at, reported_at, 1,
    reported_at, reported_at, 'africastalking'
FROM price_observation WHERE id <= :grants
"""
GROUPS = """
INSERT INTO farmer_group (code, name, country, place_id, language, commodity_code,
    bulletin_weekdays, bulletin_hour, timezone, next_bulletin_at, is_demo)
SELECT 'GROUP' || n, 'Farmers of place ' || n, 'KE', c.place_id,
    CASE WHEN n % 3 = 0 THEN 'en' ELSE 'sw' END, 'milk', 1, 7, 'Africa/Nairobi',
    CAST(:now AS timestamptz) + interval '1 day', false
FROM generate_series(bigint '1', :groups) n
JOIN price_cell c ON c.id = 1 + (n * 7919) % (SELECT count(*) FROM price_cell)
"""
MEMBERS = """
INSERT INTO group_member (group_id, subscriber_id, number, role, joined_at)
SELECT g.id, :told + 1 + (g.id * 25 + m) % :people, m,
    CASE m WHEN 1 THEN 'secretary' WHEN 2 THEN 'chair' ELSE 'member' END,
    CAST(:now AS timestamptz) - interval '300 days'
FROM farmer_group g CROSS JOIN generate_series(1, 25) m
ON CONFLICT DO NOTHING
"""
LISTS = """
INSERT INTO bulletin_list (commodity_code, place_id, bulletin_weekdays, bulletin_hour, timezone,
    next_bulletin_at)
SELECT commodity_code, place_id, 1, 7, 'Africa/Nairobi',
    CAST(:now AS timestamptz) + interval '1 day'
FROM price_cell WHERE buyer = '' AND id % 19 = 0 ORDER BY id LIMIT :lists
"""
SUBSCRIPTIONS = """
INSERT INTO subscription (bulletin_list_id, subscriber_id, started_at)
SELECT 1 + n % (SELECT count(*) FROM bulletin_list), :told + n,
    CAST(:now AS timestamptz) - interval '100 days'
FROM generate_series(bigint '1', LEAST(:subscriptions, :people)) n
"""
EDITIONS = """
INSERT INTO edition (group_id, bulletin_list_id, due_at, made_at, text, language, recipients,
    addressed_at)
SELECT w.group_id, w.list_id, t.at, t.at, 'Milk Nakuru KES 47 a litre.', 'sw', 25, t.at
FROM (SELECT id AS group_id, CAST(NULL AS integer) AS list_id FROM farmer_group
      UNION ALL SELECT NULL, id FROM bulletin_list) w
CROSS JOIN generate_series(bigint '1', :weeks) week
CROSS JOIN LATERAL (SELECT CAST(:now AS timestamptz) - week * interval '7 days' AS at) t
"""
EDITION_TEXTS = """
INSERT INTO edition_text (edition_id, language, form, text, encoding, segments)
SELECT id, l.language, 'short', text, 'GSM-7', 1
FROM edition CROSS JOIN (VALUES ('sw'), ('en')) l (language)
"""
# The newest tenth of the editions still have their texts in the outbox.
BULLETINS = """
INSERT INTO outbound_message (id, dedupe_key, subscriber_id, kind, priority, gateway, text,
    language, encoding, segments, state, created_at, due_at, attempts, sent_at, final_at,
    gateway_message_id, gateway_status, cost, cost_currency)
SELECT :texts + row_number() OVER (), 'edition:' || e.id || ':' || m.subscriber_id,
    m.subscriber_id, 'bulletin', 2, 'africastalking', e.text, 'sw', 'GSM-7', 1,
    CASE WHEN m.id % 30 = 3 THEN 'failed' ELSE 'delivered' END, e.due_at, e.due_at, 1, e.due_at,
    e.due_at, 'ATXb_' || e.id || '_' || m.id, 'Success', 0.8, 'KES'
FROM edition e JOIN group_member m ON m.group_id = e.group_id AND m.subscriber_id IS NOT NULL
WHERE e.due_at > CAST(:now AS timestamptz) - interval '20 days'
"""
QUEUED = """
INSERT INTO outbound_message (dedupe_key, subscriber_id, kind, priority, text, language, encoding,
    segments, state, created_at, due_at, attempts)
SELECT 'nudge:' || n, :told + n, 'nudge', 3, 'What does milk sell for today?', 'sw', 'GSM-7', 1,
    'queued', CAST(:now AS timestamptz), CAST(:now AS timestamptz) + interval '1 hour', 0
FROM generate_series(bigint '1', LEAST(:people, 2000)) n
"""
SEQUENCES = """
SELECT setval(pg_get_serial_sequence('subscriber', 'id'), (SELECT max(id) FROM subscriber)),
    setval(pg_get_serial_sequence('inbound_message', 'id'),
        (SELECT max(id) FROM inbound_message)),
    setval(pg_get_serial_sequence('outbound_message', 'id'),
        (SELECT max(id) FROM outbound_message))
"""
BROADCASTS = """
INSERT INTO broadcast (reach, country, group_id, place_id, language, written_by, created_at,
    confirmed_by, confirmed_at, expected, recipients, addressed_up_to, addressed_at, states, tests)
SELECT CASE WHEN n % 2 = 0 THEN 'everybody' ELSE 'county' END, 'KE', NULL, CASE WHEN n % 2 = 1
        THEN (SELECT min(id) FROM place WHERE kind = 'admin1' AND country = 'KE') END,
    'sw', 'staff:1', t.at, CASE WHEN n % 3 <> 0 THEN 'staff:1' END, CASE WHEN n % 3 <> 0
        THEN t.at END, CASE WHEN n % 3 <> 0 THEN :people END,
    CASE WHEN n % 3 <> 0 THEN :people ELSE 0 END, :everybody, t.at, '{"delivered": 1000}', 0
FROM generate_series(bigint '1', :broadcasts) n
CROSS JOIN LATERAL (SELECT CAST(:now AS timestamptz) - n * interval '1 day' AS at) t
"""
BROADCAST_TEXTS = """
INSERT INTO broadcast_text (broadcast_id, language, text, encoding, segments)
SELECT id, 'sw', 'Chanjo ya ng''ombe Jumatatu, soko la Nakuru.', 'GSM-7', 1 FROM broadcast
"""
STATIONS = """
INSERT INTO radio_station (code, name, place_id, language, commodities, weekdays, hour, timezone,
    next_script_at)
SELECT 'station ' || n, 'Station ' || n, c.place_id, 'sw', '[]', 1, 6, 'Africa/Nairobi',
    CAST(:now AS timestamptz) + interval '1 day'
FROM generate_series(bigint '1', :stations) n
JOIN price_cell c ON c.id = 1 + (n * 7919) % (SELECT count(*) FROM price_cell)
"""
HOOKS = """
INSERT INTO hook (name, url, salt, fingerprint, commodities, counties, with_demo, made_by,
    made_at, started_at, failures_in_a_row)
SELECT 'Hook ' || n, 'https://example.org/prices', '', '', '[]', '[]', false, 'server', :now,
    :now, 0
FROM generate_series(bigint '1', :hooks) n
"""
HOOK_EVENTS = """
INSERT INTO hook_event (key, created_at, body)
SELECT md5(n::text), CAST(:now AS timestamptz) - n * interval '10 seconds',
    '{"type":"estimate.changed","data":{"commodity":"milk","price": 47}}'
FROM generate_series(bigint '1', :hook_events) n
"""
# One in a hundred still waits; one in fifty was given up.
HOOK_DELIVERIES = """
INSERT INTO hook_delivery (hook_id, event_id, cell_id, state, due_at, give_up_at, attempts,
    tried_at, ended_at, answer_code, answer)
SELECT h.id, e.id, 1 + e.id % (SELECT count(*) FROM price_cell),
    CASE WHEN e.id % 100 = 0 THEN 'waiting' WHEN e.id % 50 = 1 THEN 'given_up'
        ELSE 'delivered' END,
    e.created_at, e.created_at + interval '3 days', 1, e.created_at,
    CASE WHEN e.id % 100 = 0 THEN NULL ELSE e.created_at END, 200, 'thanks'
FROM hook h CROSS JOIN hook_event e
"""
SCRIPTS = """
INSERT INTO radio_script (radio_station_id, due_at, made_at, state, language, subject, text,
    written_at)
SELECT id, t.at, t.at, 'made', 'sw', 'Bei za leo', 'Maziwa Nakuru: shilingi 47 kwa lita.', t.at
FROM radio_station CROSS JOIN generate_series(bigint '1', :weeks) week
CROSS JOIN LATERAL (SELECT CAST(:now AS timestamptz) - week * interval '7 days' AS at) t
"""
COSTS = """
INSERT INTO cost_day (day, kind, gateway, about, currency, messages, segments, cost, counted_at)
SELECT CAST(CAST(:now AS timestamptz) AS date) - d, k.kind, 'africastalking', '', 'KES', 5000,
    5000, 4000, CAST(:now AS timestamptz)
FROM generate_series(1, 400) d
CROSS JOIN (VALUES ('reply'), ('alert'), ('nudge'), ('ussd'), ('voice'), ('airtime')) k (kind)
UNION ALL
SELECT CAST(CAST(:now AS timestamptz) AS date) - d, '', '', '', '', 0, 0, 0,
    CAST(:now AS timestamptz)
FROM generate_series(1, 400) d
UNION ALL
SELECT CAST(due_at AS date), 'bulletin', 'africastalking', 'edition:' || id, 'KES', 25, 25, 20,
    CAST(:now AS timestamptz)
FROM edition
"""
CHANGES = """
INSERT INTO staff_change (staff_id, happened_at, action, subject, before, after, note)
SELECT 1, CAST(:now AS timestamptz) - (:changes - n) * interval '1 minute', 'accept report',
    'report ' || n, '{"status": "held"}', '{"status": "accepted"}', ''
FROM generate_series(bigint '1', :changes) n
"""
IMPORTS = """
INSERT INTO import_job (form, file_name, size, digest, staff_id, taken_at, state, tries,
    lines_done, lines_total, checked_at, expected, detail, fault)
SELECT 'wfp', 'prices-' || n || '.csv', 100000, md5(n::text), 1,
    CAST(:now AS timestamptz) - n * interval '1 day', 'checked', 1, 5000, 5000,
    CAST(:now AS timestamptz) - n * interval '1 day', CAST(:counts AS jsonb),
    CAST(:detail AS jsonb), ''
FROM generate_series(bigint '1', :imports) n
"""
STATEMENTS = (
    PEOPLE, CONSENT, TEXTS, REPLIES, DELIVERIES, CALLS, CALL_ENDS, DOUBTS, STANDINGS, BUYERS,
    QUALITIES, QUALITY_BELIEFS, ASKED, WISHES, ASKS, WATCHED, ALERTS, GRANTS, GROUPS, MEMBERS,
    LISTS, SUBSCRIPTIONS, EDITIONS, EDITION_TEXTS, BULLETINS, SEQUENCES, QUEUED, BROADCASTS,
    BROADCAST_TEXTS, STATIONS, SCRIPTS, HOOKS, HOOK_EVENTS, HOOK_DELIVERIES, COSTS, CHANGES,
    IMPORTS,
)  # fmt: skip
