"""editions."""

import sqlalchemy as sa
from alembic import op

from db.base import JsonObject, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_UNADDRESSED = sa.text("addressed_at IS NULL")
_AUDIENCES = ("farmer_group", "bulletin_list")


def upgrade() -> None:
    for audience in _AUDIENCES:
        _add_timetable(audience)
    op.add_column(
        "farmer_group",
        sa.Column("bulletin_channel", sa.String(length=20), server_default="sms", nullable=False),
    )
    op.add_column(
        "farmer_group",
        sa.Column("bulletin_secretary_segments", sa.Integer(), server_default="2", nullable=False),
    )
    op.add_column(
        "farmer_group",
        sa.Column("bulletin_commodities", JsonObject, server_default="[]", nullable=False),
    )
    op.add_column("bulletin_list", sa.Column("language", sa.String(length=8), nullable=True))
    _add_addressing()
    op.create_table(
        "edition_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("encoding", sa.String(length=8), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_edition_text_edition_id_edition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_text")),
        sa.UniqueConstraint(
            "edition_id", "language", "form", name=op.f("uq_edition_text_edition_id_language_form")
        ),
    )


def _add_timetable(audience: str) -> None:
    """The one weekday becomes a bit among seven; everything else begins as it was so far."""
    for column in (
        sa.Column("bulletin_weekdays", sa.Integer(), server_default="1", nullable=False),
        sa.Column("bulletin_month_day", sa.Integer(), nullable=True),
        sa.Column("bulletin_segments", sa.Integer(), server_default="1", nullable=False),
        sa.Column("bulletin_markets", JsonObject, server_default="[]", nullable=False),
    ):
        op.add_column(audience, column)
    days = _days_of(audience)
    bits = sa.case(*((days.c.bulletin_weekday == day, 1 << day) for day in range(7)), else_=1)
    op.execute(sa.update(days).values(bulletin_weekdays=bits))
    op.drop_column(audience, "bulletin_weekday")


def _days_of(audience: str) -> sa.TableClause:
    return sa.table(
        audience,
        sa.column("bulletin_weekday", sa.Integer),
        sa.column("bulletin_weekdays", sa.Integer),
    )


def _add_addressing() -> None:
    """What was made so far was addressed in the same transaction."""
    for column in (
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("state", sa.String(length=20), server_default="made", nullable=False),
        sa.Column("missed_because", sa.String(length=200), nullable=True),
        sa.Column("addressed_up_to", sa.Integer(), server_default="0", nullable=False),
        sa.Column("addressed_at", UtcDateTime(), nullable=True),
    ):
        op.add_column("edition", column)
    op.execute("UPDATE edition SET addressed_at = made_at")
    op.create_index(
        "ix_edition_unaddressed",
        "edition",
        ["id"],
        sqlite_where=_UNADDRESSED,
        postgresql_where=_UNADDRESSED,
    )


def downgrade() -> None:
    op.drop_table("edition_text")
    op.drop_index("ix_edition_unaddressed", table_name="edition")
    # The editions before this revision knew no missed ones.
    op.execute("DELETE FROM edition WHERE state = 'missed'")
    for column in ("addressed_at", "addressed_up_to", "missed_because", "state", "language"):
        op.drop_column("edition", column)
    op.drop_column("bulletin_list", "language")
    op.drop_column("farmer_group", "bulletin_commodities")
    op.drop_column("farmer_group", "bulletin_secretary_segments")
    op.drop_column("farmer_group", "bulletin_channel")
    for audience in _AUDIENCES:
        _drop_timetable(audience)


def _drop_timetable(audience: str) -> None:
    """Of several weekdays the first is kept; what came once a month comes on Mondays."""
    op.add_column(
        audience, sa.Column("bulletin_weekday", sa.Integer(), server_default="0", nullable=False)
    )
    days = _days_of(audience)
    first = sa.case(
        *((days.c.bulletin_weekdays.bitwise_and(1 << day) != 0, day) for day in range(7)), else_=0
    )
    op.execute(sa.update(days).values(bulletin_weekday=first))
    for column in (
        "bulletin_markets",
        "bulletin_segments",
        "bulletin_month_day",
        "bulletin_weekdays",
    ):
        op.drop_column(audience, column)
