"""fresh prices of one step of the trade."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_price_cell_recent",
        "price_cell",
        ["commodity_code", "price_type", "newest_at", "place_id"],
        unique=False,
    )
    op.drop_index("ix_price_cell_fresh", table_name="price_cell")


def downgrade() -> None:
    op.create_index(
        "ix_price_cell_fresh",
        "price_cell",
        ["commodity_code", "newest_at", "place_id"],
        unique=False,
    )
    op.drop_index("ix_price_cell_recent", table_name="price_cell")
