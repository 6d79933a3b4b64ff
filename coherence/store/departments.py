"""The department tree as it is today; a wave keeps its own frozen copy."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from coherence.errors import CoherenceError
from coherence.store.base import Base
from scoring.answers import DepartmentTree, Path


class Department(Base):
    """A department; the one without a parent is the organisation itself, where T sits."""

    __tablename__ = "department"
    __table_args__ = (
        UniqueConstraint("id", "organisation_id"),
        UniqueConstraint("parent_id", "name"),
        ForeignKeyConstraint(
            ["parent_id", "organisation_id"], ["department.id", "department.organisation_id"]
        ),
        Index(
            "uq_department_root",
            "organisation_id",
            unique=True,
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
        CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(200))


class TreeHasNoRoot(CoherenceError):
    """The organisation has no departments yet."""


@dataclass(frozen=True, slots=True)
class StoredTree:
    """The tree in the form that scoring knows, and which stored department each position is."""

    tree: DepartmentTree
    department_ids: tuple[int, ...]

    @property
    def position(self) -> dict[int, int]:
        """Position in the tree of each stored department."""
        return {department: position for position, department in enumerate(self.department_ids)}


def stored_tree(session: Session, organisation_id: int) -> StoredTree:
    """The organisation's departments as paths from the root.

    Raises:
        TreeHasNoRoot: no department is stored.
    """
    found = session.scalars(select(Department).where(Department.organisation_id == organisation_id)).all()
    by_id = {department.id: department for department in found}

    def path(department: Department) -> Path:
        if department.parent_id is None:
            return (department.name,)
        return (*path(by_id[department.parent_id]), department.name)

    paths = {path(department): department.id for department in found}
    if not paths:
        raise TreeHasNoRoot(f"organisation {organisation_id} has no departments; import its structure first")
    tree = DepartmentTree.of(paths)
    return StoredTree(tree, tuple(paths[position] for position in tree.paths))
