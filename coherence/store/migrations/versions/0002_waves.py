"""Tables of waves: invitations, sealed ballots, responses and the released ledger.

The order in which tables are made follows their foreign keys.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("questionnaire", sa.String(length=60), nullable=False),
        sa.Column("questionnaire_version", sa.String(length=30), nullable=False),
        sa.Column(
            "form",
            sa.Enum("full", "short", name="form", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "closing",
                "closed",
                "published",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escrow_holder", sa.String(length=200), nullable=True),
        sa.Column("key_name", sa.String(length=32), nullable=True),
        sa.Column("public_key", sa.LargeBinary(length=1216), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (opened_at IS NULL)", name=op.f("ck_wave_opened_at_once_open")
        ),
        sa.CheckConstraint("(state = 'draft') = (public_key IS NULL)", name=op.f("ck_wave_key_once_open")),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_wave_published_at_once_published"),
        ),
        sa.CheckConstraint(
            "(state IN ('closed', 'published')) = (closed_at IS NOT NULL)",
            name=op.f("ck_wave_closed_at_once_closed"),
        ),
        sa.CheckConstraint("(key_name IS NULL) = (public_key IS NULL)", name=op.f("ck_wave_key_has_a_name")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_wave_closes_after_opening")),
        sa.CheckConstraint("k BETWEEN 5 AND 1000", name=op.f("ck_wave_k_at_least_five")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_wave_name_not_empty")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_wave_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("key_name", name=op.f("uq_wave_key_name")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_wave_organisation_id_name")),
    )
    op.create_table(
        "ballot",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(length=9328), nullable=False),
        sa.CheckConstraint("length(ciphertext) = 9328", name=op.f("ck_ballot_one_length_for_all")),
        sa.CheckConstraint("length(key) = 16", name=op.f("ck_ballot_key_length")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_ballot_wave_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ballot")),
    )
    op.create_index(op.f("ix_ballot_wave_id"), "ballot", ["wave_id"], unique=False)
    op.create_table(
        "closing",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "sealed",
                "written",
                "emptied",
                "finished",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=True),
        sa.Column("escrow_deleted", sa.Boolean(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(stage = 'finished') = (finished_at IS NOT NULL)",
            name=op.f("ck_closing_finished_at_once_finished"),
        ),
        sa.CheckConstraint(
            "(stage = 'sealed') = (checksum IS NULL)", name=op.f("ck_closing_checksum_once_written")
        ),
        sa.CheckConstraint(
            "ballots = responses + withheld + unreadable OR stage = 'sealed'",
            name=op.f("ck_closing_counts_agree"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_closing_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_closing")),
    )
    op.create_table(
        "comment",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(key) = 16", name=op.f("ck_comment_key_length")),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_comment_not_empty")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_comment_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_wave_id"), "comment", ["wave_id"], unique=False)
    op.create_table(
        "publication",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_publication_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_publication")),
    )
    op.create_table(
        "wave_unit",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_wave_unit_department_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_wave_unit_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", "position", name=op.f("pk_wave_unit")),
    )
    op.create_table(
        "headcount",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "level",
            sa.Enum("T", "M", "F", "S", name="level", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("shown_unit", sa.Integer(), nullable=False),
        sa.Column(
            "shown_level",
            sa.Enum(
                "T", "M", "F", "S", name="shown_level", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column("final_unit", sa.Integer(), nullable=True),
        sa.Column(
            "final_level",
            sa.Enum(
                "T", "M", "F", "S", name="final_level", native_enum=False, create_constraint=True, length=30
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(final_unit IS NULL) = (final_level IS NULL)", name=op.f("ck_headcount_final_label_whole")
        ),
        sa.CheckConstraint("invited > 0", name=op.f("ck_headcount_somebody_invited")),
        sa.ForeignKeyConstraint(
            ["wave_id", "final_unit"],
            ["wave_unit.wave_id", "wave_unit.position"],
            name=op.f("fk_headcount_wave_id_final_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id", "shown_unit"],
            ["wave_unit.wave_id", "wave_unit.position"],
            name=op.f("fk_headcount_wave_id_shown_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id", "unit"],
            ["wave_unit.wave_id", "wave_unit.position"],
            name=op.f("fk_headcount_wave_id_unit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("wave_id", "unit", "level", name=op.f("pk_headcount")),
    )
    op.create_table(
        "released_row",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cut", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.JSON(), nullable=False),
        sa.Column("level", sa.String(length=5), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["publication.wave_id"], name=op.f("fk_released_row_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "position", name=op.f("pk_released_row")),
    )
    op.create_table(
        "response",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum("T", "M", "F", "S", name="level", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.CheckConstraint("length(key) = 16", name=op.f("ck_response_key_length")),
        sa.ForeignKeyConstraint(
            ["wave_id", "unit"],
            ["wave_unit.wave_id", "wave_unit.position"],
            name=op.f("fk_response_wave_id_unit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_response")),
    )
    op.create_index(op.f("ix_response_wave_id"), "response", ["wave_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum("T", "M", "F", "S", name="level", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("mailed_round", sa.Integer(), nullable=False),
        sa.CheckConstraint("mailed_round >= 0", name=op.f("ck_invitation_round_counts_up")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_invitation_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["wave_id", "unit", "level"],
            ["headcount.wave_id", "headcount.unit", "headcount.level"],
            name=op.f("fk_invitation_wave_id_unit_level"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("wave_id", "person_id", name=op.f("uq_invitation_wave_id_person_id")),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_invitation_wave_id_unit_level"), "invitation", ["wave_id", "unit", "level"], unique=False
    )
    op.create_table(
        "invitation_token",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("link", "code", name="kind", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_invitation_token_digest_length")),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_invitation_token_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_invitation_token")),
    )
    op.create_index(
        op.f("ix_invitation_token_invitation_id"), "invitation_token", ["invitation_id"], unique=False
    )
