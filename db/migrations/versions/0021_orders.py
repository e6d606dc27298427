"""what a group buys together."""

import sqlalchemy as sa
from alembic import op

from db.base import Exact, UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(length=24), nullable=False),
        sa.Column("words", sa.String(length=24), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("price", Exact(4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column("reached_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("ended", sa.String(20), nullable=True),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("delivered_by", sa.Integer(), nullable=True),
        sa.Column("final_price", Exact(4), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivered_by"], ["subscriber.id"], name=op.f("fk_group_order_delivered_by_subscriber")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["farmer_group.id"], name=op.f("fk_group_order_group_id_farmer_group")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["subscriber.id"], name=op.f("fk_group_order_opened_by_subscriber")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_order")),
        sa.UniqueConstraint("source_key", name=op.f("uq_group_order_source_key")),
    )
    op.create_index(
        "uq_group_order_open",
        "group_order",
        ["group_id", "article"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_group_order_group", "group_order", ["group_id", "closed_at"])
    op.create_index(
        "ix_group_order_due",
        "group_order",
        ["ends_at"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "order_wish",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["group_member.id"], name=op.f("fk_order_wish_member_id_group_member")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["group_order.id"], name=op.f("fk_order_wish_order_id_group_order")
        ),
        sa.ForeignKeyConstraint(
            ["said_by"], ["subscriber.id"], name=op.f("fk_order_wish_said_by_subscriber")
        ),
        sa.PrimaryKeyConstraint("order_id", "member_id", name=op.f("pk_order_wish")),
    )


def downgrade() -> None:
    op.drop_table("order_wish")
    op.drop_index("ix_group_order_due", table_name="group_order")
    op.drop_index("ix_group_order_group", table_name="group_order")
    op.drop_index("uq_group_order_open", table_name="group_order")
    op.drop_table("group_order")
