"""Uploaded lists that wait for a confirmation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pending_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "roster", "departments", name="kind", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_pending_import_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_pending_import_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_import")),
        sa.UniqueConstraint(
            "user_id", "organisation_id", "kind", name=op.f("uq_pending_import_user_id_organisation_id_kind")
        ),
    )
    for column in ("organisation_id", "expires_at"):
        op.create_index(op.f(f"ix_pending_import_{column}"), "pending_import", [column])
