"""What a wave asks outside the scores, held by triggers to what stood there when it opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

MESSAGE = "the questions of a wave are settled once it has opened"
WAVES = {"INSERT": "NEW.wave_id", "UPDATE": "OLD.wave_id, NEW.wave_id", "DELETE": "OLD.wave_id"}
OPENED = "EXISTS (SELECT 1 FROM wave WHERE id IN ({waves}) AND state <> 'draft')"


def upgrade() -> None:
    """Add the table and its triggers, in the words of the database at hand."""
    op.create_table(
        "wave_question",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('module', 'agreement', 'choice')", name=op.f("ck_wave_question_kind")),
        sa.CheckConstraint(
            "(kind = 'module') = (length(trim(text)) = 0)", name=op.f("ck_wave_question_own_text")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_wave_question_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", "code", name=op.f("pk_wave_question")),
    )
    (_sqlite if op.get_bind().dialect.name == "sqlite" else _postgresql)()


def _sqlite() -> None:
    for action, waves in WAVES.items():
        op.execute(
            f"CREATE TRIGGER wave_question_no_{action.lower()} BEFORE {action} ON wave_question "
            f"WHEN {OPENED.format(waves=waves)} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def _postgresql() -> None:
    refusal = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'"
    for action, waves in WAVES.items():
        name, row = f"wave_question_no_{action.lower()}", "OLD" if action == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {OPENED.format(waves=waves)} THEN {refusal}; END IF; RETURN {row}; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {action} ON wave_question FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
