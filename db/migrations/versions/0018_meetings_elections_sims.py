"""groups' own affairs: meetings, elections, new SIMs."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=True),
        sa.Column("called_by", sa.Integer(), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["called_by"], ["subscriber.id"], name=op.f("fk_group_meeting_called_by_subscriber")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["farmer_group.id"], name=op.f("fk_group_meeting_group_id_farmer_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_meeting")),
    )
    with op.batch_alter_table("group_meeting", schema=None) as batch_op:
        batch_op.create_index("ix_group_meeting_next", ["group_id", "starts_at"], unique=False)

    op.create_table(
        "group_election",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("ended", sa.String(20), nullable=True),
        sa.Column("elected_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["elected_id"],
            ["group_member.id"],
            name=op.f("fk_group_election_elected_id_group_member"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["farmer_group.id"], name=op.f("fk_group_election_group_id_farmer_group")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["subscriber.id"], name=op.f("fk_group_election_opened_by_subscriber")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_election")),
    )
    with op.batch_alter_table("group_election", schema=None) as batch_op:
        batch_op.create_index("ix_group_election_due", ["closed_at", "ends_at"], unique=False)
        batch_op.create_index(
            "ix_group_election_open",
            ["group_id", "role"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "meeting_answer",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("is_coming", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["group_meeting.id"],
            name=op.f("fk_meeting_answer_meeting_id_group_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["group_member.id"],
            name=op.f("fk_meeting_answer_member_id_group_member"),
        ),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", name=op.f("pk_meeting_answer")),
    )
    op.create_table(
        "pin_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("tried_by", sa.Integer(), nullable=False),
        sa.Column("tried_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["group_member.id"], name=op.f("fk_pin_try_member_id_group_member")
        ),
        sa.ForeignKeyConstraint(
            ["tried_by"], ["subscriber.id"], name=op.f("fk_pin_try_tried_by_subscriber")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_try")),
    )
    with op.batch_alter_table("pin_try", schema=None) as batch_op:
        batch_op.create_index("ix_pin_try_member", ["member_id", "tried_at"], unique=False)
        batch_op.create_index("ix_pin_try_phone", ["tried_by", "tried_at"], unique=False)

    op.create_table(
        "sim_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_subscriber_id", sa.Integer(), nullable=False),
        sa.Column("to_subscriber_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("is_moved", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["subscriber.id"], name=op.f("fk_sim_change_decided_by_subscriber")
        ),
        sa.ForeignKeyConstraint(
            ["from_subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_sim_change_from_subscriber_id_subscriber"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["group_member.id"], name=op.f("fk_sim_change_member_id_group_member")
        ),
        sa.ForeignKeyConstraint(
            ["to_subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_sim_change_to_subscriber_id_subscriber"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sim_change")),
    )
    with op.batch_alter_table("sim_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sim_change_from_subscriber_id"), ["from_subscriber_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sim_change_to_subscriber_id"), ["to_subscriber_id"], unique=False
        )

    op.create_table(
        "election_nominee",
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("nominated_by", sa.Integer(), nullable=True),
        sa.Column("nominated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_id"],
            ["group_election.id"],
            name=op.f("fk_election_nominee_election_id_group_election"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["group_member.id"],
            name=op.f("fk_election_nominee_member_id_group_member"),
        ),
        sa.ForeignKeyConstraint(
            ["nominated_by"],
            ["group_member.id"],
            name=op.f("fk_election_nominee_nominated_by_group_member"),
        ),
        sa.PrimaryKeyConstraint("election_id", "member_id", name=op.f("pk_election_nominee")),
    )
    op.create_table(
        "election_vote",
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("nominee_id", sa.Integer(), nullable=False),
        sa.Column("voted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_id"],
            ["group_election.id"],
            name=op.f("fk_election_vote_election_id_group_election"),
        ),
        sa.ForeignKeyConstraint(
            ["nominee_id"],
            ["group_member.id"],
            name=op.f("fk_election_vote_nominee_id_group_member"),
        ),
        sa.ForeignKeyConstraint(
            ["voter_id"], ["group_member.id"], name=op.f("fk_election_vote_voter_id_group_member")
        ),
        sa.PrimaryKeyConstraint("election_id", "voter_id", name=op.f("pk_election_vote")),
    )


def downgrade() -> None:
    op.drop_table("election_vote")
    op.drop_table("election_nominee")
    with op.batch_alter_table("sim_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sim_change_to_subscriber_id"))
        batch_op.drop_index(batch_op.f("ix_sim_change_from_subscriber_id"))

    op.drop_table("sim_change")
    with op.batch_alter_table("pin_try", schema=None) as batch_op:
        batch_op.drop_index("ix_pin_try_phone")
        batch_op.drop_index("ix_pin_try_member")

    op.drop_table("pin_try")
    op.drop_table("meeting_answer")
    with op.batch_alter_table("group_election", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_group_election_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_group_election_due")

    op.drop_table("group_election")
    with op.batch_alter_table("group_meeting", schema=None) as batch_op:
        batch_op.drop_index("ix_group_meeting_next")

    op.drop_table("group_meeting")
