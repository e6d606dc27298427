"""milk book."""

import sqlalchemy as sa
from alembic import op

from db.base import Exact, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "milk_book",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["farmer_group.id"], name=op.f("fk_milk_book_group_id_farmer_group")
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_milk_book")),
    )
    op.create_table(
        "book_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("milking", sa.String(20), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("litres", Exact(4), nullable=True),
        sa.Column("grade", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.String(20), nullable=True),
        sa.Column("buyer", sa.String(length=80), nullable=True),
        sa.Column("buyer_kind", sa.String(20), nullable=True),
        sa.Column("price_per_litre", Exact(4), nullable=True),
        sa.Column("accepted_litres", Exact(4), nullable=True),
        sa.Column("amount", Exact(4), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("what_for", sa.String(length=80), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("of_line_id", sa.Integer(), nullable=True),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column("raw_text", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["book_line.id"], name=op.f("fk_book_line_corrects_id_book_line")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["milk_book.group_id"], name=op.f("fk_book_line_group_id_milk_book")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["group_member.id"], name=op.f("fk_book_line_member_id_group_member")
        ),
        sa.ForeignKeyConstraint(
            ["of_line_id"], ["book_line.id"], name=op.f("fk_book_line_of_line_id_book_line")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["subscriber.id"], name=op.f("fk_book_line_written_by_subscriber")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_line")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_book_line_corrects_id")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_book_line_group_id_number")),
        sa.UniqueConstraint("source_key", name=op.f("uq_book_line_source_key")),
    )
    op.create_index("ix_book_line_day", "book_line", ["group_id", "day", "kind"])
    op.create_index("ix_book_line_member", "book_line", ["member_id", "day"])
    op.create_index(op.f("ix_book_line_of_line_id"), "book_line", ["of_line_id"])


def downgrade() -> None:
    op.drop_table("book_line")
    op.drop_table("milk_book")
