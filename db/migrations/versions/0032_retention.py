"""retention."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retention_mark",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("up_to_id", sa.Integer(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=True),
        sa.Column("waits_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_retention_mark")),
    )
    op.create_table(
        "retention_left",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "row_id", name=op.f("pk_retention_left")),
    )
    with op.batch_alter_table("held_question", schema=None) as batch_op:
        batch_op.create_index("ix_held_question_expires_at", ["expires_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("held_question", schema=None) as batch_op:
        batch_op.drop_index("ix_held_question_expires_at")
    op.drop_table("retention_left")
    op.drop_table("retention_mark")
