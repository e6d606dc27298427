"""members."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("group_member", sa.Column("number", sa.Integer(), nullable=True))
    op.add_column("group_member", sa.Column("name", sa.String(length=80), nullable=True))
    op.add_column("subscriber", sa.Column("pin_hash", sa.String(length=200), nullable=True))
    _number_members()
    with op.batch_alter_table("group_member") as table:
        table.alter_column("number", existing_type=sa.Integer(), nullable=False)
        table.alter_column("subscriber_id", existing_type=sa.Integer(), nullable=True)
        table.create_unique_constraint(
            op.f("uq_group_member_group_id_number"), ["group_id", "number"]
        )


def _number_members() -> None:
    """Whoever is in a group gets a number, in the order in which they came."""
    op.execute(
        "UPDATE group_member SET number = (SELECT count(*) FROM group_member AS earlier"
        " WHERE earlier.group_id = group_member.group_id AND earlier.id <= group_member.id)"
    )


def downgrade() -> None:
    # Nobody without a phone had a place in a group.
    op.execute("DELETE FROM group_member WHERE subscriber_id IS NULL")
    with op.batch_alter_table("group_member") as table:
        table.drop_constraint(op.f("uq_group_member_group_id_number"), type_="unique")
        table.alter_column("subscriber_id", existing_type=sa.Integer(), nullable=False)
        table.drop_column("name")
        table.drop_column("number")
    op.drop_column("subscriber", "pin_hash")
