"""Reports from a file: what is kept, what is named, and what a second run does."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.session import Database
from messaging.models import Subscriber
from messaging.subscribers import get_or_create_subscribers
from prices.catalogue import Catalogue, conversions, convert
from prices.conversion_table import load_conversion_table
from prices.importers import observations
from prices.importers.csv_file import ImportFileError
from prices.importers.observation_lines import Reporter
from prices.importers.observations import ObservationSummary, Unkept, import_observations
from prices.kinds import Buyer, ObservationStatus, PriceType, Side
from prices.models import ObservationChange, Place, PriceCell, PriceObservation
from tests.cast import MUTISO, NAKATO, OTIENO, WANJIKU
from tests.prices.stories import kenya, near, place_named, report_price

ACCEPTED, UNANSWERED = ObservationStatus.ACCEPTED, ObservationStatus.UNANSWERED
HEADER = "reported_at,reporter,commodity,market,price,unit,currency,price_type,grade,buyer,quantity"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MORNING = "2026-11-24T06:00:00Z"
ONE = f"{MORNING},{WANJIKU},milk,Githunguri,45,litre,KES,farm_gate,,,"


def row(
    price: str = "45",
    *,
    at: str = MORNING,
    reporter: str = WANJIKU,
    commodity: str = "milk",
    market: str = "Githunguri",
    unit: str = "litre",
    currency: str = "KES",
    rest: str = ",,,",
) -> str:
    return f'{at},{reporter},{commodity},"{market}","{price}",{unit},{currency},{rest}'


def write(folder: Path, lines: Sequence[str], header: str = HEADER) -> Path:
    path = folder / "reports.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def meet(session: Session, met_at: Mapping[str, datetime]) -> dict[str, Reporter | None]:
    numbers = {written: at for written, at in met_at.items() if written.startswith("+")}
    found = get_or_create_subscribers(session, numbers, default_country="KE")
    met = {one.msisdn: Reporter(one.id, one.country, one.is_demo) for one in found.values()}
    return {written: met.get(written) for written in met_at}


def look(_: Session, met_at: Mapping[str, datetime]) -> dict[str, Reporter | None]:
    return dict.fromkeys(met_at, Reporter(-1, "KE"))


def bring(database: Database, path: Path, *, dry_run: bool = False) -> ObservationSummary:
    return import_observations(
        database,
        path,
        country="KE",
        meet=look if dry_run else meet,
        vocabulary_of=Catalogue("KE").vocabulary,
        now=NOW,
        dry_run=dry_run,
    )


def stored(database: Database) -> list[PriceObservation]:
    with database.read() as session:
        return list(session.scalars(select(PriceObservation).order_by(PriceObservation.id)))


def test_a_report_in_a_file_is_a_report(database: Database, tmp_path: Path) -> None:
    lines = [
        f"{MORNING},{WANJIKU},milk,Githunguri,45,litre,KES,farm_gate,,,",
        f"2026-11-24T10:30:00+03:00,{OTIENO},Mahindi,nakuru,3600,bag_90kg,,Wholesale,"
        "white,co-operative,2",
    ]
    summary = bring(database, write(tmp_path, lines))
    assert (summary.read, summary.kept, summary.known, summary.unkept) == (2, 2, 0, 0)
    milk, maize = stored(database)
    assert (milk.commodity_code, milk.price, milk.currency) == ("milk", 45, "KES")
    assert milk.reported_at == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert (maize.commodity_code, maize.price, maize.price_per_base_unit) == ("maize", 3600, 40)
    assert (maize.price_type, maize.buyer) == (PriceType.WHOLESALE, Buyer.COOPERATIVE)
    assert (maize.grade, maize.quantity) == ("white", 2)
    assert maize.reported_at == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    with database.read() as session:
        assert set(session.scalars(select(Subscriber.msisdn))) == {WANJIKU, OTIENO}


def test_no_phone_number_stands_beside_the_reports(database: Database, tmp_path: Path) -> None:
    bring(database, write(tmp_path, [ONE]))
    [kept] = stored(database)
    assert WANJIKU[1:] not in kept.raw_text + kept.source_key
    assert kept.raw_text == "milk, Githunguri, 45, litre, KES, farm_gate"


def test_the_same_file_twice_adds_nothing(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path, [row(), row("46"), row()])
    first, again = bring(database, path), bring(database, path)
    assert (first.kept, first.known) == (2, 1)
    assert (again.read, again.kept, again.known) == (3, 0, 3)
    assert len(stored(database)) == 2


def test_other_columns_in_another_order_are_the_same_report(
    database: Database, tmp_path: Path
) -> None:
    bring(database, write(tmp_path, [row()]))
    again = write(
        tmp_path,
        [f"x,KES,litre,45,Githunguri,milk,{WANJIKU},{MORNING}"],
        "Remark,Currency,Unit,Price,Market,Commodity,Reporter,Reported at",
    )
    assert bring(database, again).known == 1


def test_a_file_may_say_who_sells_and_who_buys(database: Database, tmp_path: Path) -> None:
    header = f"{HEADER},side"
    lines = [
        f"{row('46')},sells",
        f"{row('44', reporter=OTIENO)},Buys",
        f"{row('45', reporter=MUTISO)},",
        f"{row('47', reporter=NAKATO, market='Mbarara', currency='')},both",
    ]
    summary = bring(database, write(tmp_path, lines, header))
    assert [one.side for one in stored(database)] == [Side.SELLS, Side.BUYS, None]
    assert summary.named == [Unkept(5, "side 'both' is none of sells, buys")]


def test_without_a_side_a_report_is_known_as_ever(database: Database, tmp_path: Path) -> None:
    """What was imported before files could tell a side is known in a file that can."""
    lines = [row(), row("46", rest="farm_gate,A,trader,2")]
    bring(database, write(tmp_path, lines))
    with database.read() as session:
        person = session.scalars(select(Subscriber.id)).one()
    told = (
        f"{person}\x1f{MORNING}\x1fmilk\x1fGithunguri\x1f46\x1flitre\x1fKES"
        "\x1ffarm_gate\x1fA\x1ftrader\x1f2"
    )
    assert stored(database)[1].source_key == f"csv:{sha256(told.encode()).hexdigest()}"
    with_column = write(tmp_path, [f"{line}," for line in lines], f"{HEADER},side")
    assert bring(database, with_column).known == 2
    other = write(tmp_path, [f"{lines[0]},sells"], f"{HEADER},side")
    assert bring(database, other).kept == 1


def test_a_break_in_the_middle_costs_one_batch(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observations, "BATCH", 2)
    path = write(tmp_path, [row(str(price)) for price in range(40, 47)])

    def fail(done: int, total: int) -> None:
        assert total == 7
        if done == 4:
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        import_observations(
            database,
            path,
            country="KE",
            meet=meet,
            vocabulary_of=Catalogue("KE").vocabulary,
            now=NOW,
            progress=fail,
        )
    assert len(stored(database)) == 4
    again = bring(database, path)
    assert (again.kept, again.known) == (3, 4)


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path, [row(), row("0"), row(), row("46")])
    dry = bring(database, path, dry_run=True)
    assert not stored(database)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 0
    assert bring(database, path) == dry


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(at="yesterday"), "'yesterday' is no moment in ISO 8601"),
        (row(at="0001-01-01T00:00:00+14:00"), "'0001-01-01T00:00:00+14:00' is no moment"),
        (row(reporter="Wanjiku"), "reporter is no phone number"),
        (row(commodity="unobtainium"), "there is no commodity 'unobtainium'"),
        (row(market="Atlantis"), "there is no market 'Atlantis'"),
        (row(market="Turkana"), "'Turkana' is no market"),
        (row(market="Githunguri, Turkana"), "that county has no market of that name"),
        (row("forty"), "price 'forty' is no number"),
        (row("0"), "a price is more than 0, not 0"),
        (row("-45"), "a price is more than 0, not -45"),
        (row("NaN"), "a price is more than 0, not NaN"),
        (row("4,5"), "price '4,5' is no number"),
        (row("1e12"), "no price is 1E+12"),
        (row(unit="furlong"), "there is no unit 'furlong'"),
        (row(unit="can"), "nobody knows how much milk a milk can holds: give the price per litre"),
        (row(commodity="hay", unit="packet"), "unit 'packet' may be"),
        (row(currency="UGX"), "prices there are told in KES"),
        (row(rest="free,,,"), "price_type 'free' is none of farm_gate, wholesale, retail"),
        (row(rest=",,my uncle,"), "buyer 'my uncle' is none of direct, trader"),
        (row(rest=",,,some"), "quantity 'some' is no number"),
        (row() + ",more", "too few or too many fields"),
        (f"{MORNING},{WANJIKU}", "too few or too many fields"),
    ],
)
def test_a_row_that_cannot_be_kept_is_named_and_the_others_kept(
    database: Database, tmp_path: Path, bad: str, reason: str
) -> None:
    summary = bring(database, write(tmp_path, [bad, row("46", reporter=OTIENO)]))
    assert (summary.read, summary.kept, summary.unkept) == (2, 1, 1)
    [unkept] = summary.named
    assert unkept.line == 2
    assert reason in unkept.reason
    assert len(stored(database)) == 1


def test_only_the_first_bad_rows_are_named(database: Database, tmp_path: Path) -> None:
    summary = bring(database, write(tmp_path, [row("0")] * 25))
    assert summary.unkept == 25
    assert len(summary.named) == 20
    assert summary.named[0] == Unkept(2, "a price is more than 0, not 0")


def test_a_market_of_several_counties_needs_its_county(database: Database, tmp_path: Path) -> None:
    with database.begin() as session:
        vocabulary = kenya(session)
        machakos = place_named(vocabulary, "Machakos").admin1_id
        session.add(
            Place(
                code="ke-machakos-molo",
                country="KE",
                kind="market",
                parent_id=machakos,
                admin1_id=machakos,
                name="Molo",
                source="Bei",
            )
        )
    lines = [row(market="Molo"), row(market="Molo, Nakuru"), row(market="molo (Machakos County)")]
    summary = bring(database, write(tmp_path, lines))
    assert summary.kept == 2
    assert "add the county" in summary.named[0].reason
    with database.read() as session:
        codes = session.scalars(select(Place.code).join(PriceObservation)).all()
    assert sorted(codes) == ["ke-machakos-molo", "ke-nakuru-molo"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_nobody_can_have_told_yet_is_named_and_meets_nobody(
    database: Database, tmp_path: Path, dry_run: bool
) -> None:
    """As the API has it: a clock may be five minutes fast, and what it says is told now."""
    late, fast = "2026-12-24T09:00:00Z", "2026-11-24T09:05:00Z"
    lines = [row(at=late, reporter=OTIENO), row(at=fast), row("46", at="2026-11-24T09:05:01Z")]
    summary = bring(database, write(tmp_path, lines), dry_run=dry_run)
    assert (summary.read, summary.kept, summary.unkept) == (3, 1, 2)
    assert summary.named == [
        Unkept(2, f"{late!r} lies in the future"),
        Unkept(4, "'2026-11-24T09:05:01Z' lies in the future"),
    ]
    if not dry_run:
        assert [one.reported_at for one in stored(database)] == [NOW]
        with database.read() as session:
            assert set(session.scalars(select(Subscriber.msisdn))) == {WANJIKU}


def test_a_price_without_a_unit_is_weighed_as_in_a_text(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    with database.begin() as session:
        report_price(session, kenya(session), OTIENO, "maize", "Nakuru", 40, now - 3 * HOUR)
    later = "2026-11-24T09:00:00Z"
    lines = [
        row("3600", at=later, commodity="maize", market="Nakuru", unit=""),
        row("41", at=later, reporter=MUTISO, commodity="maize", market="Nakuru", unit=""),
    ]
    summary = bring(database, write(tmp_path, lines))
    assert (summary.kept, summary.unkept) == (2, 0)
    _, doubted, believed = stored(database)
    # Nobody can be asked about a file: it is weighed as it stands, and waits for the moderators.
    assert (doubted.status, believed.status) == (UNANSWERED, ACCEPTED)
    with database.read() as session:
        [change] = session.scalars(select(ObservationChange)).all()
        assert (change.observation_id, change.changed_by) == (doubted.id, "door")
        [cell] = session.scalars(select(PriceCell).filter_by(commodity_code="maize")).all()
        assert cell.price == near(40)


def test_the_earlier_rows_of_a_file_say_what_is_usual(database: Database, tmp_path: Path) -> None:
    lines = [row("450", at="2026-11-24T07:00:00Z", unit=""), row("45", reporter=OTIENO)]
    bring(database, write(tmp_path, lines))
    assert [report.status for report in stored(database)] == [UNANSWERED, ACCEPTED]


def test_a_neighbour_reports_in_her_own_country(database: Database, tmp_path: Path) -> None:
    line = row("1500", reporter=NAKATO, market="Mbarara", unit="L", currency="")
    assert bring(database, write(tmp_path, [line])).kept == 1
    [kept] = stored(database)
    assert kept.currency == "UGX"


def test_a_time_without_a_zone_is_told_by_the_country_s_clock(
    database: Database, tmp_path: Path
) -> None:
    bring(database, write(tmp_path, [row(at="2026-11-24 09:00")]))
    assert stored(database)[0].reported_at == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def test_a_packet_is_what_the_commodity_comes_in(database: Database, tmp_path: Path) -> None:
    line = row("60", commodity="milk_processed", market="Nakuru", unit="packet")
    bring(database, write(tmp_path, [line]))
    assert stored(database)[0].unit_code == "500ml"


def test_a_long_number_with_commas_is_one_number(database: Database, tmp_path: Path) -> None:
    bring(database, write(tmp_path, [row("3,600", commodity="maize", unit="bag_90kg")]))
    assert stored(database)[0].price == 3600


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is empty"),
        (HEADER, "a header and not one report"),
        (
            HEADER.replace("price,", "cost,") + "\n" + ONE,
            "no file of price reports: no column price",
        ),
        (f'{HEADER}\n{ONE}\n"{ONE}\n', "no readable CSV"),
    ],
)
def test_a_file_of_another_form_is_refused_before_anything_is_kept(
    database: Database, tmp_path: Path, content: str, complaint: str
) -> None:
    path = tmp_path / "reports.csv"
    path.write_text(content)
    with pytest.raises(ImportFileError, match=complaint):
        bring(database, path)
    assert not stored(database)


def test_the_table_converts_as_the_database_does(database: Database) -> None:
    with database.read() as session:
        table = load_conversion_table(session)
        vocabulary = kenya(session)
        places = [place_named(vocabulary, name).id for name in ("Nakuru", "Mombasa")]
        for commodity in ("milk", "maize", "potatoes", "eggs", "hay"):
            for place_id in places:
                where = {"country": "KE", "place_id": place_id, "on": date(2026, 11, 24)}
                known = conversions(session, commodity=commodity, **where)
                assert known
                for unit in vocabulary.units:
                    found = table.convert(commodity=commodity, unit=unit, **where)
                    assert found == known.get(unit)
                    assert found == convert(session, commodity=commodity, unit=unit, **where)
    assert (
        table.convert(
            commodity="maize", unit="tonne", country="KE", place_id=None, on=date(2000, 1, 1)
        )
        is None
    )
    assert Decimal(1000) in {
        factor.quantity for factors in table.factors.values() for factor in factors
    }
