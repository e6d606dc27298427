"""What carrying costs and what buyers do, as the files say it and an operator edits them."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from db.session import Database
from prices.importers.reference import SEED_DATA, ReferenceFileError, load_reference
from prices.importers.tables import Changes
from prices.kinds import Buyer
from prices.models import BuyerTerms, Commodity, CommodityLoad, Place, TransportTariff

TERMS_HEADER = "place_code,commodity_code,buyer,name,reject_share,bonus,days_to_pay,source\n"
TARIFF = "bus,50,1.5,50,3,2026-06-01,asked at the stage\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files that an operator may edit."""
    return Path(
        shutil.copytree(SEED_DATA, tmp_path / "data", ignore=shutil.ignore_patterns("*.gz"))
    )


def test_every_commodity_has_a_load_and_kenya_its_tariffs(database: Database) -> None:
    with database.read() as session:
        commodities = set(session.scalars(select(Commodity.code)))
        assert set(session.scalars(select(CommodityLoad.commodity_code))) == commodities
        tariffs = session.scalars(select(TransportTariff)).all()
        assert {one.country for one in tariffs} == {"KE"}
        # Nobody published them: whoever reads the table has to know that.
        assert all(one.source.startswith("estimate: ") for one in tariffs)
        assert session.scalars(select(BuyerTerms)).all() == []


def test_operator_tells_what_a_buyer_does(database: Database, folder: Path) -> None:
    path = folder / "KE" / "buyer_terms.csv"
    lines = (
        "ke-nakuru,milk,processor,KCC,0.05,1,14,union ledger 2026\n"
        "ke,milk,trader,,,,0,union ledger 2026\n"
    )
    path.write_text(TERMS_HEADER + lines, encoding="utf-8")
    with database.begin() as session:
        changes = load_reference(session, folder).tables["buyer_terms"]
        assert changes == Changes(inserted=2)
        kcc = session.scalars(select(BuyerTerms).join(Place).where(Place.code == "ke-nakuru")).one()
        assert (kcc.buyer, kcc.name, kcc.days_to_pay) == (Buyer.PROCESSOR, "KCC", 14)
        assert (kcc.reject_share, kcc.bonus) == (Decimal("0.05"), 1)
        trader = session.scalars(select(BuyerTerms).where(BuyerTerms.name.is_(None))).one()
        assert (trader.reject_share, trader.bonus, trader.days_to_pay) == (0, 0, 0)
        assert load_reference(session, folder).tables["buyer_terms"] == Changes()
    path.write_text(TERMS_HEADER, encoding="utf-8")
    with database.begin() as session:
        assert load_reference(session, folder).tables["buyer_terms"] == Changes(removed=2)


def test_operator_sets_a_tariff_in_another_country(database: Database, folder: Path) -> None:
    header = (folder / "KE" / "transport_tariffs.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "UG" / "transport_tariffs.csv").write_text(f"{header}\n{TARIFF}", encoding="utf-8")
    with database.begin() as session:
        changes = load_reference(session, folder).tables["transport_tariff"]
        assert changes == Changes(inserted=1)


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("commodity_loads.csv", "yak,1,1,x", "commodity_code yak is no commodity"),
        ("commodity_loads.csv", "milk,20,1,x", "milk is there twice"),
        ("commodity_loads.csv", "milk,0,1,x", "0 must be more than 0"),
        ("KE/transport_tariffs.csv", "rocket,1,1,1,1,2026-01-01,x", "rocket"),
        ("KE/transport_tariffs.csv", "bus,0,1,1,1,2026-06-01,x", "0 must be more than 0"),
        ("KE/transport_tariffs.csv", "bus,1,-1,1,1,2026-06-01,x", "-1 must not be less than 0"),
        ("KE/transport_tariffs.csv", "bus,1,1,1,1,soon,x", "transport_tariffs.csv line"),
        ("KE/buyer_terms.csv", "ke-moloo,milk,trader,,0,0,,x", "no place has the code ke-moloo"),
        ("KE/buyer_terms.csv", "ke,milk,uncle,,0,0,,x", "uncle"),
        ("KE/buyer_terms.csv", "ke,milk,trader,,5,0,,x", "5 is no share: write 5 % as 0.05"),
        ("KE/buyer_terms.csv", "ke,milk,trader,,NaN,0,,x", "buyer_terms.csv line 2"),
        ("KE/buyer_terms.csv", "ke,milk,trader,,0,0,soon,x", "buyer_terms.csv line 2"),
        ("KE/buyer_terms.csv", "ke,milk,trader,,0,0,-1,x", "-1 must not be less than 0"),
    ],
)
def test_a_broken_line_is_told_by_one_clear_line(
    database: Database, folder: Path, file: str, line: str, complaint: str
) -> None:
    path = folder / file
    before = path.read_text(encoding="utf-8") if path.exists() else TERMS_HEADER
    path.write_text(f"{before}{line}\n", encoding="utf-8")
    with (
        pytest.raises(ReferenceFileError, match=complaint) as told,
        database.begin() as session,
    ):
        load_reference(session, folder)
    assert "\n" not in str(told.value)
