"""sessions."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # At the end of the table, empty or constant: neither database has to write a row for them.
    op.add_column(
        "ussd_session", sa.Column("channel", sa.String(20), nullable=False, server_default="ussd")
    )
    op.add_column(
        "ussd_session", sa.Column("inputs", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("ussd_session", sa.Column("screen", sa.String(20), nullable=True))
    # The last call of a person, to go on with where it broke off.
    op.create_index("ix_ussd_session_last", "ussd_session", ["subscriber_id", "started_at"])
    op.drop_index("ix_ussd_session_subscriber_id", table_name="ussd_session")
    # What was left lately, counted by screen.
    op.create_index("ix_ussd_session_started_at", "ussd_session", ["started_at"])
    op.create_table(
        "asked_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("commodity_code", sa.String(40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_asked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commodity_code"],
            ["commodity.code"],
            name=op.f("fk_asked_price_commodity_code_commodity"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_asked_price_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_asked_price_subscriber_id_subscriber"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_price")),
        sa.UniqueConstraint(
            "subscriber_id",
            "commodity_code",
            "place_id",
            name=op.f("uq_asked_price_subscriber_id_commodity_code_place_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("asked_price")
    op.drop_index("ix_ussd_session_started_at", table_name="ussd_session")
    op.create_index("ix_ussd_session_subscriber_id", "ussd_session", ["subscriber_id"])
    op.drop_index("ix_ussd_session_last", table_name="ussd_session")
    op.drop_column("ussd_session", "screen")
    op.drop_column("ussd_session", "inputs")
    op.drop_column("ussd_session", "channel")
