"""how much a group's audit lets pass, and who is invited to which place."""

import sqlalchemy as sa
from alembic import op

from db.base import Exact, UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("farmer_group", sa.Column("audit_tolerance", Exact(4), nullable=True))
    op.create_table(
        "tolerance_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("percent", Exact(4), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["farmer_group.id"],
            name=op.f("fk_tolerance_proposal_group_id_farmer_group"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["subscriber.id"],
            name=op.f("fk_tolerance_proposal_proposed_by_subscriber"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"],
            ["subscriber.id"],
            name=op.f("fk_tolerance_proposal_settled_by_subscriber"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tolerance_proposal")),
        sa.UniqueConstraint("source_key", name=op.f("uq_tolerance_proposal_source_key")),
    )
    op.create_index(
        "uq_tolerance_proposal_open",
        "tolerance_proposal",
        ["group_id"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "group_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("invited_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["farmer_group.id"],
            name=op.f("fk_group_invitation_group_id_farmer_group"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"],
            ["subscriber.id"],
            name=op.f("fk_group_invitation_invited_by_subscriber"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["group_member.id"],
            name=op.f("fk_group_invitation_member_id_group_member"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_group_invitation_subscriber_id_subscriber"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_invitation")),
        sa.UniqueConstraint(
            "subscriber_id", "group_id", name=op.f("uq_group_invitation_subscriber_id_group_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("group_invitation")
    op.drop_table("tolerance_proposal")
    op.drop_column("farmer_group", "audit_tolerance")
