"""Opening a wave: freeze the tree and the head counts, invite the roster, make the key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coherence.ballots.board import board_of
from coherence.ballots.errors import TooFewInvited, WrongState
from coherence.ballots.keys import NewKey, create_key, destroy_key
from coherence.ballots.merging import merged_labels
from coherence.errors import CoherenceError
from coherence.store import (
    Database,
    Headcount,
    Invitation,
    Person,
    StoredTree,
    Wave,
    WaveState,
    WaveUnit,
    stored_tree,
)
from scoring.disclosure import BOARD, Label


def open_wave(database: Database, wave_id: int, *, key_folder: Path, now: datetime) -> None:
    """Turn a draft into an open wave: everybody on the roster gets an invitation, nobody a link yet.

    The key file is on disk before the wave opens, and is destroyed again where opening is refused. It
    stays if the database fails, since nobody can then be sure that the wave is not open.

    Raises:
        WrongState: the wave is no draft.
        TooFewInvited: fewer than k people are on the roster.
        TreeHasNoRoot: the organisation has no departments.
    """
    key = create_key(key_folder)
    try:
        with database.write() as session:
            _open(session, wave_id, key, now)
    except CoherenceError:
        destroy_key(key_folder, key.name)
        raise


def roster_counts(session: Session, organisation_id: int, stored: StoredTree) -> dict[Label, int]:
    """How many people of each level each department has on the roster; units are positions in the tree."""
    position = stored.position
    rows = session.execute(
        select(Person.department_id, Person.level, func.count())
        .where(Person.organisation_id == organisation_id)
        .group_by(Person.department_id, Person.level)
    )
    return {Label(position[department], level): people for department, level, people in rows}


def _open(session: Session, wave_id: int, key: NewKey, now: datetime) -> None:
    wave = session.get_one(Wave, wave_id, with_for_update=True)
    if wave.state is not WaveState.DRAFT:
        raise WrongState(f"the survey “{wave.name}” is {wave.state}; only a draft can be opened")
    stored = stored_tree(session, wave.organisation_id)
    counts = roster_counts(session, wave.organisation_id, stored)
    agreed = board_of(session, wave).complete
    shown = merged_labels(stored.tree, counts, wave.k, board_column=agreed)
    labels = {group: label for group, label in shown.items() if label is not None}
    if len(labels) < len(counts) or not counts:
        raise TooFewInvited(
            f"{sum(counts.values())} people are on the list; a survey needs at least {wave.k}"
        )
    _freeze(session, wave_id, stored, counts, labels)
    _invite(session, wave_id, wave.organisation_id, stored)
    wave.state, wave.opened_at = WaveState.OPEN, now
    wave.key_name, wave.public_key = key.name, key.public
    wave.board_column = agreed and BOARD in labels.values()


def _freeze(
    session: Session,
    wave_id: int,
    stored: StoredTree,
    counts: Mapping[Label, int],
    shown: Mapping[Label, Label],
) -> None:
    for position, (path, department) in enumerate(zip(stored.tree.paths, stored.department_ids, strict=True)):
        session.add(WaveUnit(wave_id=wave_id, position=position, department_id=department, path=list(path)))
    session.flush()
    for group, invited in counts.items():
        session.add(
            Headcount(
                wave_id=wave_id,
                unit=group.unit,
                level=group.level,
                invited=invited,
                shown_unit=shown[group].unit,
                shown_level=shown[group].level,
            )
        )
    session.flush()


def _invite(session: Session, wave_id: int, organisation_id: int, stored: StoredTree) -> None:
    position = stored.position
    roster = select(Person).where(Person.organisation_id == organisation_id).order_by(Person.id)
    for person in session.scalars(roster):
        session.add(
            Invitation(
                wave_id=wave_id,
                person_id=person.id,
                unit=position[person.department_id],
                level=person.level,
            )
        )
