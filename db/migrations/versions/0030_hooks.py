"""hooks."""

import sqlalchemy as sa
from alembic import op

from db.base import Exact, JsonObject, UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("commodities", JsonObject, nullable=False),
        sa.Column("counties", JsonObject, nullable=False),
        sa.Column("with_demo", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("off_at", UtcDateTime(), nullable=True),
        sa.Column("off_because", sa.String(length=200), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("failures_in_a_row", sa.Integer(), nullable=False),
        sa.Column("rests_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook")),
    )
    with op.batch_alter_table("hook", schema=None) as batch_op:
        batch_op.create_index(
            "uq_hook_name",
            ["name"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "hook_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_event")),
    )
    with op.batch_alter_table("hook_event", schema=None) as batch_op:
        batch_op.create_index("ix_hook_event_created", ["created_at"], unique=False)

    op.create_table(
        "estimate_mark",
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("is_real", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("estimated_on", sa.Date(), nullable=True),
        sa.Column("price", Exact(4), nullable=True),
        sa.Column("low", Exact(4), nullable=True),
        sa.Column("high", Exact(4), nullable=True),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("reporters", sa.Integer(), nullable=False),
        sa.Column("newest_at", UtcDateTime(), nullable=True),
        sa.Column("has_demo", sa.Boolean(), nullable=False),
        sa.Column("told", JsonObject, nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["price_cell.id"], name=op.f("fk_estimate_mark_cell_id_price_cell")
        ),
        sa.PrimaryKeyConstraint("cell_id", "is_real", name=op.f("pk_estimate_mark")),
    )
    op.create_table(
        "hook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("give_up_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("answer_code", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["price_cell.id"], name=op.f("fk_hook_delivery_cell_id_price_cell")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["hook_event.id"], name=op.f("fk_hook_delivery_event_id_hook_event")
        ),
        sa.ForeignKeyConstraint(
            ["hook_id"], ["hook.id"], name=op.f("fk_hook_delivery_hook_id_hook")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_delivery")),
        sa.UniqueConstraint("event_id", "hook_id", name=op.f("uq_hook_delivery_event_id_hook_id")),
    )
    with op.batch_alter_table("hook_delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hook_delivery_cell",
            ["hook_id", "cell_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_hook_delivery_due",
            ["hook_id", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_hook_delivery_given_up",
            ["hook_id", "ended_at"],
            unique=False,
            sqlite_where=sa.text("state = 'given_up'"),
            postgresql_where=sa.text("state = 'given_up'"),
        )
        batch_op.create_index("ix_hook_delivery_last", ["hook_id", "id"], unique=False)
        batch_op.create_index(
            "ix_hook_delivery_patience",
            ["hook_id", "give_up_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("hook_delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_hook_delivery_patience",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_hook_delivery_last")
        batch_op.drop_index(
            "ix_hook_delivery_given_up",
            sqlite_where=sa.text("state = 'given_up'"),
            postgresql_where=sa.text("state = 'given_up'"),
        )
        batch_op.drop_index(
            "ix_hook_delivery_due",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(
            "ix_hook_delivery_cell",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("hook_delivery")
    op.drop_table("estimate_mark")
    with op.batch_alter_table("hook_event", schema=None) as batch_op:
        batch_op.drop_index("ix_hook_event_created")

    op.drop_table("hook_event")
    with op.batch_alter_table("hook", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_hook_name",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("hook")
