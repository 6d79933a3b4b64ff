"""What is never taken back, held by triggers: audit log, publications, the course of a wave."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = {
    "audit_entry": "the audit log is append-only",
    "publication": "a publication is frozen",
    "released_row": "a publication is frozen",
}

STATES = "'draft open closing closed published'"
WAVE_RULES = {
    "wave_k_frozen": ("OLD.state <> 'draft' AND NEW.k <> OLD.k", "k is frozen once the wave has opened"),
    "wave_key_frozen": (
        "OLD.public_key IS NOT NULL AND (NEW.public_key IS NULL OR NEW.public_key <> OLD.public_key)",
        "the key of an open wave cannot be changed",
    ),
    "wave_moves_forward": (
        "{place}({states}, NEW.state) < {place}({states}, OLD.state)",
        "a wave never goes back to an earlier state",
    ),
}


def upgrade() -> None:
    """Make the triggers in the words of the database at hand."""
    (_sqlite if op.get_bind().dialect.name == "sqlite" else _postgresql)()


def _sqlite() -> None:
    for table, message in APPEND_ONLY.items():
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
    for name, (broken, message) in WAVE_RULES.items():
        condition = broken.format(place="instr", states=STATES)
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON wave WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table, message in APPEND_ONLY.items():
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse('{message}')"
        )
    for name, (broken, message) in WAVE_RULES.items():
        condition = broken.format(place="strpos", states=STATES)
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON wave FOR EACH ROW WHEN ({condition}) "
            f"EXECUTE FUNCTION refuse('{message}')"
        )
