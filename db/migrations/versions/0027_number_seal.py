"""number seal."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_seal")),
    )
    # The numbers themselves are sealed by `bei db upgrade`, which has the key. SQLite holds no text
    # to its length, and would copy the whole table to say another.
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("subscriber", "msisdn", type_=sa.String(length=64))


def downgrade() -> None:
    # The column stays as long as it is: what was sealed needs it.
    op.drop_table("number_seal")
