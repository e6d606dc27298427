"""texts that were stopped, by person."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

INDEX = "ix_outbound_message_stopped"
STOPPED = sa.text("state = 'stopped'")


def upgrade() -> None:
    op.create_index(
        INDEX,
        "outbound_message",
        ["subscriber_id", "created_at"],
        unique=False,
        sqlite_where=STOPPED,
        postgresql_where=STOPPED,
    )


def downgrade() -> None:
    op.drop_index(INDEX, table_name="outbound_message")
