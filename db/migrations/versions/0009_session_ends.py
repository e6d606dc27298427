"""session ends."""

import sqlalchemy as sa
from alembic import op

from db.base import Exact, JsonObject, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session_end",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedupe_key", sa.String(220), nullable=False),
        sa.Column("gateway", sa.String(20), nullable=False),
        sa.Column("gateway_session_id", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.Column("cost", Exact(4), nullable=True),
        sa.Column("cost_currency", sa.String(3), nullable=True),
        sa.Column("duration_seconds", Exact(4), nullable=True),
        sa.Column("hops", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("payload", JsonObject, nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("ussd_session_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_session_end_subscriber_id_subscriber"),
        ),
        sa.ForeignKeyConstraint(
            ["ussd_session_id"],
            ["ussd_session.id"],
            name=op.f("fk_session_end_ussd_session_id_ussd_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_end")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_session_end_dedupe_key")),
        sa.UniqueConstraint("ussd_session_id", name=op.f("uq_session_end_ussd_session_id")),
    )
    op.create_index("ix_session_end_unmatched", "session_end", ["ussd_session_id", "received_at"])


def downgrade() -> None:
    op.drop_table("session_end")
