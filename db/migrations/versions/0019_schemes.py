"""how a group pays for milk."""

import sqlalchemy as sa
from alembic import op

from db.base import JsonObject, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("terms", JsonObject, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["farmer_group.id"], name=op.f("fk_group_scheme_group_id_farmer_group")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["subscriber.id"], name=op.f("fk_group_scheme_proposed_by_subscriber")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["subscriber.id"], name=op.f("fk_group_scheme_settled_by_subscriber")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_scheme")),
        sa.UniqueConstraint("source_key", name=op.f("uq_group_scheme_source_key")),
    )
    op.create_index(
        "uq_group_scheme_open",
        "group_scheme",
        ["group_id"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index("ix_group_scheme_from", "group_scheme", ["group_id", "from_day"])


def downgrade() -> None:
    op.drop_index("ix_group_scheme_from", table_name="group_scheme")
    op.drop_index("uq_group_scheme_open", table_name="group_scheme")
    op.drop_table("group_scheme")
