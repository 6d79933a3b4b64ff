"""The fact sheet, outcomes, and what a comparison with the next wave needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KINDS = (
    "mystery_shopping",
    "recommendation_index",
    "satisfaction_index",
    "retention",
    "complaints",
    "sales_index",
    "employee_satisfaction",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sheet_fact",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("answer", _words("yes", "partly", "no", name="answer"), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(code) = 3", name=op.f("ck_sheet_fact_code_of_three")),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user_account.id"],
            name=op.f("fk_sheet_fact_answered_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_sheet_fact_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", "code", name=op.f("pk_sheet_fact")),
    )
    op.create_table(
        "outcome",
        sa.Column("department_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("kind", _words(*KINDS, name="kind"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(period) BETWEEN 4 AND 7", name=op.f("ck_outcome_period_written_shortly")),
        sa.ForeignKeyConstraint(
            ["department_id", "organisation_id"],
            ["department.id", "department.organisation_id"],
            name=op.f("fk_outcome_department_id_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_outcome_entered_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("department_id", "period", "kind", name=op.f("pk_outcome")),
    )
    op.create_index(op.f("ix_outcome_organisation_id"), "outcome", ["organisation_id"], unique=False)
    op.create_table(
        "kept_statistic",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("statistic", sa.String(length=4), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["publication.wave_id"], name=op.f("fk_kept_statistic_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "statistic", name=op.f("pk_kept_statistic")),
    )


def _words(*allowed: str, name: str) -> sa.Enum:
    return sa.Enum(*allowed, name=name, native_enum=False, create_constraint=True, length=30)
