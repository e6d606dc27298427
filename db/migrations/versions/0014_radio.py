"""radio."""

import sqlalchemy as sa
from alembic import op

from db.base import JsonObject, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_UNWRITTEN = sa.text("written_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "radio_station",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("commodities", JsonObject, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("month_day", sa.Integer(), nullable=True),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("next_script_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_radio_station_place_id_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_radio_station")),
        sa.UniqueConstraint("code", name=op.f("uq_radio_station_code")),
    )
    op.create_index(op.f("ix_radio_station_next_script_at"), "radio_station", ["next_script_at"])
    op.create_table(
        "radio_script",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("radio_station_id", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["radio_station_id"],
            ["radio_station.id"],
            name=op.f("fk_radio_script_radio_station_id_radio_station"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_radio_script")),
        sa.UniqueConstraint(
            "radio_station_id",
            "due_at",
            name=op.f("uq_radio_script_radio_station_id_due_at"),
        ),
    )
    op.create_index(
        "ix_radio_script_unwritten",
        "radio_script",
        ["id"],
        sqlite_where=_UNWRITTEN,
        postgresql_where=_UNWRITTEN,
    )


def downgrade() -> None:
    op.drop_table("radio_script")
    op.drop_table("radio_station")
