"""audit."""

import sqlalchemy as sa
from alembic import op

from db.base import Exact, UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "book_audit",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("audited_up_to", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["milk_book.group_id"], name=op.f("fk_book_audit_group_id_milk_book")
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_book_audit")),
    )
    op.create_table(
        "audit_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("received", Exact(4), nullable=False),
        sa.Column("found", Exact(4), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["milk_book.group_id"], name=op.f("fk_audit_finding_group_id_milk_book")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["group_member.id"],
            name=op.f("fk_audit_finding_member_id_group_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_finding")),
        sa.UniqueConstraint("group_id", "key", name=op.f("uq_audit_finding_group_id_key")),
    )


def downgrade() -> None:
    op.drop_table("audit_finding")
    op.drop_table("book_audit")
