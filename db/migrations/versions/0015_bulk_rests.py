"""bulk rests."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gateway_state", sa.Column("bulk_rests_until", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("gateway_state", "bulk_rests_until")
