"""price cells."""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from db.base import Exact, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT_ONCE = 10_000
FIGURES = (
    "error",
    "error_deviation",
    "slip_probability",
    "reporter_bias",
    "reporter_noise",
    "reporter_slip_share",
)


def upgrade() -> None:
    op.add_column(
        "commodity",
        # Until `bei db seed` says better, everything moves like grain.
        sa.Column("pace", sa.String(20), nullable=False, server_default="staple"),
    )
    op.create_table(
        "price_cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commodity_code", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("price_type", sa.String(20), nullable=False),
        sa.Column("buyer", sa.String(length=20), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("pending_from", sa.Date(), nullable=True),
        sa.Column("estimated_on", sa.Date(), nullable=True),
        sa.Column("price", Exact(4), nullable=True),
        sa.Column("low", Exact(4), nullable=True),
        sa.Column("high", Exact(4), nullable=True),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("reporters", sa.Integer(), nullable=False),
        sa.Column("newest_at", UtcDateTime(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("has_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commodity_code"],
            ["commodity.code"],
            name=op.f("fk_price_cell_commodity_code_commodity"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_price_cell_place_id_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_cell")),
        sa.UniqueConstraint(
            "commodity_code",
            "place_id",
            "price_type",
            "buyer",
            "grade",
            name=op.f("uq_price_cell_commodity_code_place_id_price_type_buyer_grade"),
        ),
    )
    op.create_index(
        "ix_price_cell_fresh", "price_cell", ["commodity_code", "newest_at", "place_id"]
    )
    op.create_index("ix_price_cell_place", "price_cell", ["place_id", "newest_at"])
    op.create_index("ix_price_cell_estimated", "price_cell", ["estimated_on", "newest_at"])
    op.create_index("ix_price_cell_pending", "price_cell", ["pending_from"])
    op.create_table(
        "cell_belief",
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("belief", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["price_cell.id"], name=op.f("fk_cell_belief_cell_id_price_cell")
        ),
        sa.PrimaryKeyConstraint("cell_id", "day", name=op.f("pk_cell_belief")),
    )
    op.create_table(
        "price_bound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("commodity_code", sa.String(length=40), nullable=False),
        sa.Column("low", Exact(4), nullable=False),
        sa.Column("high", Exact(4), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commodity_code"],
            ["commodity.code"],
            name=op.f("fk_price_bound_commodity_code_commodity"),
        ),
        sa.ForeignKeyConstraint(
            ["country"], ["country.code"], name=op.f("fk_price_bound_country_country")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_bound")),
        sa.UniqueConstraint(
            "country", "commodity_code", name=op.f("uq_price_bound_country_commodity_code")
        ),
    )
    _widen_observations()
    op.create_table(
        "price_observation_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("observation_id", sa.Integer(), nullable=False),
        sa.Column("old_status", sa.String(20), nullable=True),
        sa.Column("new_status", sa.String(20), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["price_observation.id"],
            name=op.f("fk_price_observation_change_observation_id_price_observation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_observation_change")),
    )
    op.create_index(
        op.f("ix_price_observation_change_observation_id"),
        "price_observation_change",
        ["observation_id"],
    )
    _open_cells()


def _widen_observations() -> None:
    op.drop_index("ix_price_observation_cell", table_name="price_observation")
    op.drop_index("ix_price_observation_recent", table_name="price_observation")
    with op.batch_alter_table("price_observation") as table:
        table.add_column(sa.Column("reported_on", sa.Date(), nullable=True))
        table.add_column(
            sa.Column("is_confirmed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        for figure in FIGURES:
            table.add_column(sa.Column(figure, sa.Double(), nullable=True))
    _write_days(op.get_bind())
    with op.batch_alter_table("price_observation") as table:
        table.alter_column("reported_on", existing_type=sa.Date(), nullable=False)
    op.create_index(
        "ix_price_observation_day",
        "price_observation",
        ["commodity_code", "place_id", "price_type", "reported_on"],
    )
    op.create_index("ix_price_observation_status", "price_observation", ["status", "reported_at"])


def _write_days(connection: sa.Connection) -> None:
    """Give every report its day by the clock of its place."""
    observation = sa.table(
        "price_observation",
        sa.column("id", sa.Integer),
        sa.column("place_id", sa.Integer),
        sa.column("reported_at", UtcDateTime()),
        sa.column("reported_on", sa.Date),
    )
    place = sa.table("place", sa.column("id"), sa.column("country"))
    country = sa.table("country", sa.column("code"), sa.column("timezone"))
    reports = (
        sa.select(observation.c.id, observation.c.reported_at, country.c.timezone)
        .join(place, place.c.id == observation.c.place_id)
        .join(country, country.c.code == place.c.country)
        .order_by(observation.c.id)
        .limit(AT_ONCE)
    )
    write = (
        sa.update(observation)
        .where(observation.c.id == sa.bindparam("of"))
        .values(reported_on=sa.bindparam("day"))
    )
    last = 0
    while found := connection.execute(reports.where(observation.c.id > last)).all():
        connection.execute(
            write, [{"of": row.id, "day": _day(row.reported_at, row.timezone)} for row in found]
        )
        last = found[-1].id


def _day(moment: datetime, timezone: str) -> object:
    return moment.astimezone(ZoneInfo(timezone)).date()


def _open_cells() -> None:
    """Every cell that has reports, all of them still to be seen by the filter."""
    for named in ((), ("buyer",), ("grade",), ("buyer", "grade")):
        told = " AND ".join(f"{word} IS NOT NULL" for word in named) or "1 = 1"
        buyer, grade = (word if word in named else "''" for word in ("buyer", "grade"))
        # Only the words above go into it.
        op.execute(
            "INSERT INTO price_cell (commodity_code, place_id, price_type, buyer, grade, currency,"  # noqa: S608
            " pending_from, reports, reporters, is_demo, has_demo)"
            f" SELECT commodity_code, place_id, price_type, {buyer}, {grade}, min(currency),"
            f" min(reported_on), 0, 0, false, false FROM price_observation WHERE {told}"
            f" GROUP BY {', '.join(('commodity_code', 'place_id', 'price_type', *named))}"
        )


def downgrade() -> None:
    op.drop_table("price_observation_change")
    op.drop_index("ix_price_observation_status", table_name="price_observation")
    op.drop_index("ix_price_observation_day", table_name="price_observation")
    with op.batch_alter_table("price_observation") as table:
        for column in (*FIGURES, "is_confirmed", "reported_on"):
            table.drop_column(column)
    op.create_index(
        "ix_price_observation_recent",
        "price_observation",
        ["commodity_code", "reported_at", "place_id", "price_type"],
    )
    op.create_index(
        "ix_price_observation_cell",
        "price_observation",
        ["commodity_code", "place_id", "price_type", "reported_at"],
    )
    op.drop_table("price_bound")
    op.drop_table("cell_belief")
    op.drop_table("price_cell")
    op.drop_column("commodity", "pace")
