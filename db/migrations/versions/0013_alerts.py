"""alerts."""

import sqlalchemy as sa
from alembic import op

from db.base import Exact, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_RUNNING = sa.text("ended_at IS NULL")
_OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "watched_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commodity_code", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("price_type", sa.String(length=20), nullable=False),
        sa.Column("seen", sa.String(length=40), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commodity_code"],
            ["commodity.code"],
            name=op.f("fk_watched_price_commodity_code_commodity"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_watched_price_place_id_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_price")),
        sa.UniqueConstraint(
            "commodity_code",
            "place_id",
            "price_type",
            name=op.f("uq_watched_price_commodity_code_place_id_price_type"),
        ),
    )
    op.create_table(
        "price_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("watched_price_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("price", Exact(4), nullable=True),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column("base_units", Exact(4), nullable=False),
        sa.Column("zone", sa.String(length=20), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_price_alert_subscriber_id_subscriber"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["unit.code"], name=op.f("fk_price_alert_unit_code_unit")
        ),
        sa.ForeignKeyConstraint(
            ["watched_price_id"],
            ["watched_price.id"],
            name=op.f("fk_price_alert_watched_price_id_watched_price"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_alert")),
    )
    op.create_index(
        "uq_price_alert_running",
        "price_alert",
        ["subscriber_id", "watched_price_id", "way"],
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )
    op.create_index(
        "ix_price_alert_watched",
        "price_alert",
        ["watched_price_id"],
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )
    op.create_index("ix_price_alert_subscriber", "price_alert", ["subscriber_id"])
    op.create_table(
        "alert_crossing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("price_alert_id", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=20), nullable=False),
        sa.Column("price", Exact(4), nullable=False),
        sa.Column("crossed_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["price_alert_id"],
            ["price_alert.id"],
            name=op.f("fk_alert_crossing_price_alert_id_price_alert"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_crossing")),
    )
    op.create_index("ix_alert_crossing_alert", "alert_crossing", ["price_alert_id", "crossed_at"])
    op.create_index(
        "ix_alert_crossing_open",
        "alert_crossing",
        ["price_alert_id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    op.drop_table("alert_crossing")
    op.drop_table("price_alert")
    op.drop_table("watched_price")
