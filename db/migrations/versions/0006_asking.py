"""asking."""

import sqlalchemy as sa
from alembic import op

from db.base import Exact, JsonObject, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "day_budget",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent", Exact(4), nullable=False),
        sa.PrimaryKeyConstraint("name", "day", name=op.f("pk_day_budget")),
    )
    op.create_table(
        "cell_query_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commodity_code", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("price_type", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commodity_code"],
            ["commodity.code"],
            name=op.f("fk_cell_query_count_commodity_code_commodity"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_cell_query_count_place_id_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_query_count")),
        sa.UniqueConstraint(
            "commodity_code",
            "place_id",
            "price_type",
            "day",
            name=op.f("uq_cell_query_count_commodity_code_place_id_price_type_day"),
        ),
    )
    op.create_index("ix_cell_query_count_day", "cell_query_count", ["day"])
    op.create_table(
        "price_ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("commodity_code", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("price_type", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commodity_code"],
            ["commodity.code"],
            name=op.f("fk_price_ask_commodity_code_commodity"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_price_ask_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_price_ask_subscriber_id_subscriber")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_ask")),
        sa.UniqueConstraint(
            "subscriber_id", "asked_on", name=op.f("uq_price_ask_subscriber_id_asked_on")
        ),
    )
    op.create_index(
        "ix_price_ask_cell",
        "price_ask",
        ["commodity_code", "place_id", "price_type", "asked_at"],
    )
    op.create_table(
        "price_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("commodity_code", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("price_type", sa.String(20), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commodity_code"],
            ["commodity.code"],
            name=op.f("fk_price_wish_commodity_code_commodity"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_price_wish_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_price_wish_subscriber_id_subscriber"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_wish")),
    )
    op.create_index(
        "ix_price_wish_cell",
        "price_wish",
        ["commodity_code", "place_id", "price_type", "expires_at"],
    )
    op.create_index(
        "uq_price_wish_open",
        "price_wish",
        ["subscriber_id", "commodity_code", "place_id", "price_type"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "airtime_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("observation_id", sa.Integer(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("amount", Exact(4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("final_at", UtcDateTime(), nullable=True),
        sa.Column("gateway", sa.String(length=20), nullable=True),
        sa.Column("gateway_request_id", sa.String(length=120), nullable=True),
        sa.Column("gateway_transaction_id", sa.String(length=120), nullable=True),
        sa.Column("gateway_status", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["price_observation.id"],
            name=op.f("fk_airtime_grant_observation_id_price_observation"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_airtime_grant_subscriber_id_subscriber"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_airtime_grant")),
        sa.UniqueConstraint(
            "gateway_transaction_id", name=op.f("uq_airtime_grant_gateway_transaction_id")
        ),
        sa.UniqueConstraint("observation_id", name=op.f("uq_airtime_grant_observation_id")),
    )
    op.create_index("ix_airtime_grant_due", "airtime_grant", ["state", "due_at"])
    op.create_index("ix_airtime_grant_person", "airtime_grant", ["subscriber_id", "granted_on"])
    op.create_index("ix_airtime_grant_request", "airtime_grant", ["gateway", "gateway_request_id"])
    op.create_table(
        "airtime_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("gateway_request_id", sa.String(length=120), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(20), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("payload", JsonObject, nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("airtime_grant_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["airtime_grant_id"],
            ["airtime_grant.id"],
            name=op.f("fk_airtime_report_airtime_grant_id_airtime_grant"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_airtime_report_subscriber_id_subscriber"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_airtime_report")),
    )
    op.create_index(
        "ix_airtime_report_request",
        "airtime_report",
        ["gateway", "gateway_request_id"],
    )
    op.create_index(op.f("ix_airtime_report_subscriber_id"), "airtime_report", ["subscriber_id"])


def downgrade() -> None:
    op.drop_table("airtime_report")
    op.drop_table("airtime_grant")
    op.drop_table("price_wish")
    op.drop_table("price_ask")
    op.drop_table("cell_query_count")
    op.drop_table("day_budget")
