"""What a firm does about its results: planned actions, and the page that tells employees of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words
from coherence.store.waves import new_slug


class ActionState(StrEnum):
    """How far an action has come."""

    PLANNED = "planned"
    UNDER_WAY = "under way"
    DONE = "done"
    DROPPED = "dropped"


class PlannedAction(Base):
    """One thing that a department, or the organisation at its root, does about a result.

    origin: the recommendation or facet that it answers, empty for an own idea. owner: a person or a
    post, as typed. evidence: what will show that it worked. told: it stands on the employees' page.
    """

    __tablename__ = "planned_action"
    __table_args__ = (
        ForeignKeyConstraint(
            ["department_id", "organisation_id"],
            ["department.id", "department.organisation_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("length(trim(title)) > 0", name="title_not_empty"),
        CheckConstraint("length(trim(owner)) > 0", name="owner_not_empty"),
        Index(None, "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    department_id: Mapped[int]
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("wave.id", ondelete="SET NULL"))
    origin: Mapped[str] = mapped_column(String(10), default="")
    title: Mapped[str] = mapped_column(String(300))
    owner: Mapped[str] = mapped_column(String(200))
    first_step: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date]
    state: Mapped[ActionState] = mapped_column(words(ActionState, "state"), default=ActionState.PLANNED)
    told: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class EmployeesPage(Base):
    """The page "what you said, what we do" of a published wave, open to whoever has its address.

    slug: its name in the address. shown: whether anybody may see it yet. words: of the management.
    """

    __tablename__ = "employees_page"

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    slug: Mapped[str] = mapped_column(String(16), default=new_slug, unique=True)
    shown: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
