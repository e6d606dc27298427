"""delivery."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_QUEUED = sa.text("state = 'queued'")
_OPEN = sa.text("state IN ('sending', 'unknown')")


def upgrade() -> None:
    op.create_table(
        "gateway_state",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("free_at", UtcDateTime(), nullable=True),
        sa.Column("rests_until", UtcDateTime(), nullable=True),
        sa.Column("rests_because", sa.Text(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("share_changed_at", UtcDateTime(), nullable=True),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("errors_since", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_gateway_state")),
    )
    op.add_column(
        "subscriber",
        sa.Column("failures_in_a_row", sa.Integer(), server_default="0", nullable=False),
    )
    op.add_column(
        "subscriber",
        sa.Column("unreachable_at", UtcDateTime(), nullable=True),
    )
    op.add_column(
        "subscriber", sa.Column("unreachable_because", sa.String(length=80), nullable=True)
    )
    op.add_column(
        "outbound_message",
        sa.Column("resent_at", UtcDateTime(), nullable=True),
    )
    op.drop_index("ix_outbound_message_due", table_name="outbound_message")
    op.create_index(
        "ix_outbound_message_queued",
        "outbound_message",
        ["priority", "due_at", "id"],
        sqlite_where=_QUEUED,
        postgresql_where=_QUEUED,
    )
    op.create_index(
        "ix_outbound_message_open",
        "outbound_message",
        ["state", "claimed_at"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_outbound_message_open", table_name="outbound_message")
    op.drop_index("ix_outbound_message_queued", table_name="outbound_message")
    op.create_index("ix_outbound_message_due", "outbound_message", ["state", "priority", "due_at"])
    op.drop_column("outbound_message", "resent_at")
    op.drop_column("subscriber", "unreachable_because")
    op.drop_column("subscriber", "unreachable_at")
    op.drop_column("subscriber", "failures_in_a_row")
    op.drop_table("gateway_state")
