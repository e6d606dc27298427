"""transport."""

import sqlalchemy as sa
from alembic import op

from db.base import Exact, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transport_tariff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("base_fare", Exact(4), nullable=False),
        sa.Column("fare_per_km", Exact(4), nullable=False),
        sa.Column("load_kg", Exact(4), nullable=False),
        sa.Column("most_loads", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country"], ["country.code"], name=op.f("fk_transport_tariff_country_country")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_tariff")),
        sa.UniqueConstraint(
            "country",
            "mode",
            "valid_from",
            name=op.f("uq_transport_tariff_country_mode_valid_from"),
        ),
    )
    op.create_table(
        "commodity_load",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commodity_code", sa.String(length=40), nullable=False),
        sa.Column("quantity", Exact(4), nullable=False),
        sa.Column("kg_per_base_unit", Exact(4), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commodity_code"],
            ["commodity.code"],
            name=op.f("fk_commodity_load_commodity_code_commodity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commodity_load")),
        sa.UniqueConstraint("commodity_code", name=op.f("uq_commodity_load_commodity_code")),
    )
    op.create_table(
        "transport_fare",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("from_place_id", sa.Integer(), nullable=False),
        sa.Column("to_place_id", sa.Integer(), nullable=False),
        sa.Column("commodity_code", sa.String(length=40), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fare", Exact(4), nullable=False),
        sa.Column("quantity", Exact(4), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("load_kg", Exact(4), nullable=False),
        sa.Column("mode", sa.String(20), nullable=True),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.Column("raw_text", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reporter_id"],
            ["subscriber.id"],
            name=op.f("fk_transport_fare_reporter_id_subscriber"),
        ),
        sa.ForeignKeyConstraint(
            ["from_place_id"], ["place.id"], name=op.f("fk_transport_fare_from_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["to_place_id"], ["place.id"], name=op.f("fk_transport_fare_to_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["commodity_code"],
            ["commodity.code"],
            name=op.f("fk_transport_fare_commodity_code_commodity"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["unit.code"], name=op.f("fk_transport_fare_unit_code_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_fare")),
        sa.UniqueConstraint("source_key", name=op.f("uq_transport_fare_source_key")),
    )
    op.create_index("ix_transport_fare_from", "transport_fare", ["from_place_id", "reported_at"])
    op.create_index("ix_transport_fare_to", "transport_fare", ["to_place_id", "reported_at"])
    op.create_table(
        "buyer_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("commodity_code", sa.String(length=40), nullable=False),
        sa.Column("buyer", sa.String(20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=True),
        sa.Column("reject_share", Exact(4), nullable=False),
        sa.Column("bonus", Exact(4), nullable=False),
        sa.Column("days_to_pay", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_buyer_terms_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["commodity_code"],
            ["commodity.code"],
            name=op.f("fk_buyer_terms_commodity_code_commodity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_terms")),
        sa.UniqueConstraint(
            "place_id",
            "commodity_code",
            "buyer",
            name=op.f("uq_buyer_terms_place_id_commodity_code_buyer"),
        ),
    )


def downgrade() -> None:
    op.drop_table("buyer_terms")
    op.drop_index("ix_transport_fare_to", table_name="transport_fare")
    op.drop_index("ix_transport_fare_from", table_name="transport_fare")
    op.drop_table("transport_fare")
    op.drop_table("commodity_load")
    op.drop_table("transport_tariff")
