"""Names of waves in addresses that cannot be guessed."""

from __future__ import annotations

import base64
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Name every wave. The column is added in place: a rebuilt table would lose its triggers."""
    slug = sa.Column("slug", sa.String(length=16), server_default=sa.text("''"), nullable=False)
    op.add_column("wave", slug)
    wave = sa.table("wave", sa.column("id"), sa.column("slug"))
    connection = op.get_bind()
    for number in connection.scalars(sa.select(wave.c.id)).all():
        name = base64.b32encode(secrets.token_bytes(10)).decode().lower()
        connection.execute(wave.update().where(wave.c.id == number).values(slug=name))
    op.create_index(op.f("ix_wave_slug"), "wave", ["slug"], unique=True)
