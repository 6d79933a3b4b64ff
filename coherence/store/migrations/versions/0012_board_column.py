"""Whether the board agreed to a column of its own, held by a trigger to what it was at opening."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

NAME = "wave_board_column_frozen"
BROKEN = "OLD.state <> 'draft' AND NEW.board_column <> OLD.board_column"
MESSAGE = "what the board agreed to is frozen once the wave has opened"


def upgrade() -> None:
    """Add the column and its trigger, in the words of the database at hand."""
    op.add_column("wave", sa.Column("board_column", sa.Boolean(), server_default=sa.false(), nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON wave WHEN {BROKEN} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON wave FOR EACH ROW WHEN ({BROKEN}) "
            f"EXECUTE FUNCTION refuse('{MESSAGE}')"
        )
