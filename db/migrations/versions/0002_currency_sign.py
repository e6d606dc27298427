"""currency sign."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "country",
        sa.Column("currency_sign", sa.String(length=6), nullable=False, server_default=""),
    )
    # Until `bei db seed` brings the sign people write, the code of the currency stands there.
    op.execute("UPDATE country SET currency_sign = currency")


def downgrade() -> None:
    op.drop_column("country", "currency_sign")
