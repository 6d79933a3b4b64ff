"""Publish a closed wave: the one computation on its answers, frozen."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.ballots.errors import WrongState
from coherence.reports.scores_json import as_json, from_json
from coherence.store import (
    AuditEntry,
    Database,
    Headcount,
    Publication,
    ReleasedRow,
    Response,
    Wave,
    WaveState,
    WaveUnit,
)
from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.disclosure_audit import check_construction
from scoring.legs import score_people
from scoring.publication import Roster, publish
from scoring.released import Ledger
from scoring.released_diagnosis import FactAnswer
from scoring.vocabulary import ITEMS, LEVELS, Form, Level
from survey_forms.answers import Answers, InvalidAnswers
from survey_forms.questionnaire import default_questionnaire

QUESTIONS: Final = ("X1", "X2", "X3")


class UnsafePublication(Exception):
    """A cell is no union of labels that hold k people each; nothing is published."""


def publish_wave(
    database: Database, wave_id: int, *, now: datetime, facts: Mapping[str, FactAnswer] | None = None
) -> Ledger:
    """Compute and store the ledger of a closed wave; a published one gives its ledger again.

    facts: the sponsor's fact sheet, M01 to M16 and C01 to C05.

    Raises:
        WrongState: the wave is not closed yet.
        UnsafePublication: the construction check failed; nothing is stored.
        UnknownFact: a fact or an answer that the sheet does not have.
    """
    with database.write() as session:
        wave = session.get_one(Wave, wave_id, with_for_update=True)
        if wave.state is WaveState.PUBLISHED:
            return _stored(session, wave_id)
        if wave.state is not WaveState.CLOSED:
            raise WrongState(f"the wave “{wave.name}” is {wave.state}; close it before publishing")
        matrix, roster = stored_answers(session, wave)
        ledger = publish(
            matrix,
            wave=wave.name,
            k=wave.k,
            sector=wave.sector,
            roster=roster,
            facts=facts,
            library=default_questionnaire().recommendations,
        )
        _check(ledger, matrix, roster)
        document = json.dumps(as_json(ledger), ensure_ascii=False)
        session.add(
            Publication(
                wave_id=wave_id,
                document=document,
                sha256=hashlib.sha256(document.encode()).hexdigest(),
                published_at=now,
            )
        )
        session.flush()
        for position, cell in enumerate(as_json(ledger)["cells"]):
            session.add(
                ReleasedRow(
                    wave_id=wave_id,
                    position=position,
                    unit=cell["unit"],
                    level=cell["level"],
                    members=list(ledger.cells[position].members),
                    document=json.dumps(cell, ensure_ascii=False),
                )
            )
        wave.state, wave.published_at = WaveState.PUBLISHED, now
        session.add(
            AuditEntry(
                at=now, organisation_id=wave.organisation_id, action="wave.publish", subject=f"wave:{wave_id}"
            )
        )
        return ledger


def published_ledger(database: Database, wave_id: int) -> Ledger:
    """The frozen ledger of a published wave.

    Raises:
        WrongState: nothing was published yet.
    """
    with database.read() as session:
        wave = session.get_one(Wave, wave_id)
        if wave.state is not WaveState.PUBLISHED:
            raise WrongState(f"the wave “{wave.name}” is {wave.state}; nothing is published yet")
        return _stored(session, wave_id)


def validity(form: Form) -> Callable[[str], bool]:
    """Tells whether the answers of one ballot count in the scores; False for text that cannot be read."""

    def is_valid(answers: str) -> bool:
        try:
            given = Answers.from_json(answers.encode())
        except InvalidAnswers:
            return False
        # The level changes nothing: a ballot of support staff says itself that B1a was not asked.
        return bool(score_people(_sheets([given], [0], [Level.F], _ONE, {_ANYBODY: 1}, form)).valid[0])

    return is_valid


_ONE: Final = DepartmentTree((("",),))
_ANYBODY: Final = Atom(0, Level.F)


def stored_answers(session: Session, wave: Wave) -> tuple[AnswerMatrix, Roster]:
    """The answers of a closed wave under their final labels, and whom these stand for."""
    units = session.scalars(
        select(WaveUnit).where(WaveUnit.wave_id == wave.id).order_by(WaveUnit.position)
    ).all()
    tree = DepartmentTree(tuple(unit.unit for unit in units))
    heads, counts_in = dict[Atom, int](), dict[Atom, Atom]()
    merged: dict[Atom, int] = defaultdict(int)
    for row in session.scalars(select(Headcount).where(Headcount.wave_id == wave.id)):
        if row.final_unit is not None and row.final_level is not None:
            final = Atom(row.final_unit, row.final_level)
            heads[Atom(row.unit, row.level)], counts_in[Atom(row.unit, row.level)] = row.invited, final
            merged[final] += row.invited
    rows = session.execute(
        select(Response.unit, Response.level, Response.answers).where(Response.wave_id == wave.id)
    ).all()
    matrix = _sheets(
        [Answers.from_json(text.encode()) for *_, text in rows],
        [unit for unit, *_ in rows],
        [level for _, level, _ in rows],
        tree,
        merged,
        wave.form.value,
    )
    return matrix, Roster(heads, counts_in)


def _sheets(
    given: list[Answers],
    units: list[int],
    levels: list[Level],
    tree: DepartmentTree,
    invited: dict[Atom, int],
    form: Form = "full",
) -> AnswerMatrix:
    return AnswerMatrix(
        np.array([answers.items for answers in given], dtype=np.int8).reshape(len(given), len(ITEMS)),
        np.array(units, dtype=np.int32),
        np.array([LEVELS.index(level) for level in levels], dtype=np.int8),
        tree,
        invited,
        form,
        {name: np.array([one.questions[name] for one in given], dtype=np.int8) for name in QUESTIONS},
    )


def _stored(session: Session, wave_id: int) -> Ledger:
    return from_json(json.loads(session.get_one(Publication, wave_id).document))


def _check(ledger: Ledger, matrix: AnswerMatrix, roster: Roster) -> None:
    """Count every label once more, apart from the code that made it."""
    valid = matrix.answered_by_atom(score_people(matrix).valid)
    sizes = {
        label.key: sum(
            valid[atom]
            for atom in {
                roster.counts_in[Atom(matrix.tree.index[unit], Level(level))] for unit, level in label.atoms
            }
        )
        for label in ledger.labels
    }
    members = [
        (f"{'/'.join(cell.unit)}:{cell.level}", frozenset(labels))
        for cell in ledger.cells
        for labels in cell.label_sets
    ]
    violations = check_construction(members, sizes, ledger.k)
    if violations:
        raise UnsafePublication("; ".join(str(violation) for violation in violations))
