"""imports."""

import sqlalchemy as sa
from alembic import op

from db.base import JsonObject, UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reference_kept",
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "row_key", name=op.f("pk_reference_kept")),
    )
    op.create_table(
        "import_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("beat_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lines_done", sa.Integer(), nullable=False),
        sa.Column("lines_total", sa.Integer(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("applied_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("expected", JsonObject, nullable=True),
        sa.Column("done", JsonObject, nullable=True),
        sa.Column("detail", JsonObject, nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_import_job_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["applied_by"], ["staff.id"], name=op.f("fk_import_job_applied_by_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    with op.batch_alter_table("import_job", schema=None) as batch_op:
        batch_op.create_index("ix_import_job_state", ["state", "id"], unique=False)
        batch_op.create_index("ix_import_job_digest", ["digest"], unique=False)
    op.create_table(
        "import_part",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["import_job.id"], name=op.f("fk_import_part_job_id_import_job")
        ),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_import_part")),
    )


def downgrade() -> None:
    op.drop_table("import_part")
    with op.batch_alter_table("import_job", schema=None) as batch_op:
        batch_op.drop_index("ix_import_job_digest")
        batch_op.drop_index("ix_import_job_state")
    op.drop_table("import_job")
    op.drop_table("reference_kept")
