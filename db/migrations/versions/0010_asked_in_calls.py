"""asked in calls."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # At the end of the table and empty: neither database has to write a row for it.
    op.add_column("ussd_session", sa.Column("asked", sa.Text(), nullable=True))
    op.create_index(
        "ix_ussd_session_asked",
        "ussd_session",
        ["id"],
        sqlite_where=sa.text("asked IS NOT NULL"),
        postgresql_where=sa.text("asked IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_ussd_session_asked", table_name="ussd_session")
    op.drop_column("ussd_session", "asked")
