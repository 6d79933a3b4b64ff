"""Jobs with progress and cancelling, messages and their fate, timetables, retention."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ACTIVE = sa.text("status IN ('queued', 'running')")


def upgrade() -> None:
    """Make the tables; the old table of jobs was never used."""
    op.drop_table("job")
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("lease", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("setbacks", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("cancel_wanted", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'running') = (lease IS NOT NULL)", name=op.f("ck_job_lease_while_running")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_job_attempts_count_up")),
        sa.CheckConstraint("setbacks >= 0", name=op.f("ck_job_setbacks_count_up")),
        sa.CheckConstraint(
            "done >= 0 AND (total IS NULL OR done <= total)", name=op.f("ck_job_progress_within_total")
        ),
        sa.CheckConstraint(
            "(status = 'failed') = (failure IS NOT NULL)", name=op.f("ck_job_failure_says_why")
        ),
        sa.CheckConstraint(
            "(status IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name=op.f("ck_job_finished_at_once_finished"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_job_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_status_run_after"), "job", ["status", "run_after"], unique=False)
    op.create_index(
        "uq_job_active", "job", ["kind", "subject"], unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE
    )
    op.create_table(
        "message_text",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invitation", "reminder", name="kind", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("length(trim(subject)) > 0", name=op.f("ck_message_text_subject_not_empty")),
        sa.CheckConstraint("length(trim(body)) > 0", name=op.f("ck_message_text_body_not_empty")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_message_text_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", "kind", "language", name=op.f("pk_message_text")),
    )
    op.create_table(
        "delivery",
        sa.Column("invitation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "deferred",
                "undeliverable",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'deferred') = (next_try IS NOT NULL)",
            name=op.f("ck_delivery_tried_again_while_deferred"),
        ),
        sa.CheckConstraint("tries > 0", name=op.f("ck_delivery_tries_counted")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_delivery_invitation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_delivery")),
    )
    op.create_table(
        "timetable",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23",
            name=op.f("ck_timetable_hours_of_a_day"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_timetable_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_timetable")),
    )
    op.create_table(
        "retention",
        sa.Column("organisation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("roster_days", sa.Integer(), nullable=False),
        sa.Column("answer_years", sa.Integer(), nullable=False),
        sa.CheckConstraint("roster_days BETWEEN 1 AND 3650", name=op.f("ck_retention_roster_days_sensible")),
        sa.CheckConstraint("answer_years BETWEEN 1 AND 50", name=op.f("ck_retention_answer_years_sensible")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_retention_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_retention")),
    )
