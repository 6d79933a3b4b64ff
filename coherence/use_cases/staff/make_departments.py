"""Departments that a list names and that are not there yet."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from coherence.store import Department, stored_tree
from coherence.use_cases.staff.roster_list import folded_path
from scoring.answers import Path


def make_departments(session: Session, organisation_id: int, paths: Iterable[Path]) -> int:
    """Add departments with everything that is missing above them; says how many were added.

    Names that differ only in capital letters are the same department.
    """
    stored = stored_tree(session, organisation_id)
    ids = {
        folded_path(path): number
        for path, number in zip(stored.tree.paths, stored.department_ids, strict=True)
    }
    added = 0
    for path in sorted(paths, key=lambda path: (len(path), path)):
        for depth in range(2, len(path) + 1):
            part = path[:depth]
            if folded_path(part) not in ids:
                made = Department(
                    organisation_id=organisation_id, parent_id=ids[folded_path(part[:-1])], name=part[-1]
                )
                session.add(made)
                session.flush()
                ids[folded_path(part)] = made.id
                added += 1
    return added
