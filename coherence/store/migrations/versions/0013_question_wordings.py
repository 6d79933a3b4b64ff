"""A firm's own questions in every language that it is asked in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column; questions from before have the words of one language, as they had."""
    op.add_column("wave_question", sa.Column("wordings", sa.JSON(), nullable=True))
