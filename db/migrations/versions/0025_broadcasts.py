"""broadcasts."""

import sqlalchemy as sa
from alembic import op

from db.base import Exact, JsonObject, UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broadcast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reach", sa.String(20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("bulletin_list_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("written_by", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=20), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("addressed_up_to", sa.Integer(), nullable=False),
        sa.Column("addressed_at", UtcDateTime(), nullable=True),
        sa.Column("stopped_by", sa.String(length=20), nullable=True),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("first_message_id", sa.Integer(), nullable=True),
        sa.Column("last_message_id", sa.Integer(), nullable=True),
        sa.Column("states", JsonObject, nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.Column("tests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country"], ["country.code"], name=op.f("fk_broadcast_country_country")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["farmer_group.id"], name=op.f("fk_broadcast_group_id_farmer_group")
        ),
        sa.ForeignKeyConstraint(
            ["bulletin_list_id"],
            ["bulletin_list.id"],
            name=op.f("fk_broadcast_bulletin_list_id_bulletin_list"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_broadcast_place_id_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
    )
    op.create_table(
        "broadcast_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("encoding", sa.String(length=8), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcast.id"],
            name=op.f("fk_broadcast_text_broadcast_id_broadcast"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_text")),
        sa.UniqueConstraint(
            "broadcast_id", "language", name=op.f("uq_broadcast_text_broadcast_id_language")
        ),
    )
    op.create_table(
        "cost_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("cost", Exact(4), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "kind", "gateway", "about", "currency", name=op.f("pk_cost_day")
        ),
    )


def downgrade() -> None:
    op.drop_table("cost_day")
    op.drop_table("broadcast_text")
    op.drop_table("broadcast")
