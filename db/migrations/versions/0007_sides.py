"""sides."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # At the end of the table and empty: neither database has to write a row for it.
    op.add_column("price_observation", sa.Column("side", sa.String(20), nullable=True))


def downgrade() -> None:
    op.drop_column("price_observation", "side")
