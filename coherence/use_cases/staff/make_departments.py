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
    wanted = dict[Path, Path]()
    for path in sorted(paths):
        for depth in range(2, len(path) + 1):
            wanted.setdefault(folded_path(path[:depth]), path[:depth])
    added = 0
    # Those of one depth together: each needs only the number of the one above.
    for depth in sorted({len(path) for path in wanted}):
        made = {
            folded: Department(organisation_id=organisation_id, parent_id=ids[folded[:-1]], name=path[-1])
            for folded, path in sorted(wanted.items())
            if len(path) == depth and folded not in ids
        }
        session.add_all(made.values())
        session.flush()
        ids |= {folded: one.id for folded, one in made.items()}
        added += len(made)
    return added
