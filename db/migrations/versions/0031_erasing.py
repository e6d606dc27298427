"""erasing."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscriber", sa.Column("erased_at", UtcDateTime(), nullable=True))
    op.create_table(
        "erasure",
        sa.Column("subscriber_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("inbound_message_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbound_message_id"],
            ["inbound_message.id"],
            name=op.f("fk_erasure_inbound_message_id_inbound_message"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_erasure_subscriber_id_subscriber")
        ),
        sa.PrimaryKeyConstraint("subscriber_id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_due_at"), "erasure", ["due_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_erasure_due_at"), table_name="erasure")
    op.drop_table("erasure")
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
