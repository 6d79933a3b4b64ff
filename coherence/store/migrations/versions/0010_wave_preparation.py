"""What a wave is prepared with: what was checked, the board's consent, reviewed comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables, and to every comment what its review decided."""
    op.create_table(
        "wave_preparation",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("follows", sa.Integer(), nullable=True),
        sa.Column("questionnaire_chosen", sa.Boolean(), nullable=False),
        sa.Column("groups_checked", sa.String(length=64), nullable=True),
        sa.Column("tested_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "groups_checked IS NULL OR length(groups_checked) = 64",
            name=op.f("ck_wave_preparation_groups_as_sha256"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_wave_preparation_wave_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follows"], ["wave.id"], name=op.f("fk_wave_preparation_follows"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_wave_preparation")),
    )
    op.create_index(op.f("ix_wave_preparation_follows"), "wave_preparation", ["follows"])
    op.create_table(
        "board_consent",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_board_consent_wave_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_board_consent_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_board_consent_recorded_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("wave_id", "person_id", name=op.f("pk_board_consent")),
    )
    op.create_index(op.f("ix_board_consent_person_id"), "board_consent", ["person_id"])
    op.create_table(
        "comment_block",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_comment_block_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_comment_block")),
    )
    for column in ("released", "edited"):
        op.add_column("comment", sa.Column(column, sa.Boolean(), server_default=sa.false(), nullable=False))
