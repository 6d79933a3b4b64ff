"""Publish a closed wave: the one computation on its answers, frozen."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from coherence.ballots.errors import WrongState
from coherence.reports.scores_json import as_json, from_json
from coherence.store import (
    AuditEntry,
    Database,
    Headcount,
    KeptStatistic,
    Publication,
    ReleasedRow,
    Response,
    Wave,
    WaveState,
    WaveUnit,
)
from coherence.use_cases.fact_sheet import fact_sheet
from coherence.use_cases.outcomes import outcomes_for_wave
from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.disclosure_audit import check_construction
from scoring.estimable import NotEstimable
from scoring.kept_moments import KeptWave
from scoring.legs import score_people
from scoring.publication import Roster, publication
from scoring.released import Ledger
from scoring.vocabulary import ITEMS, LEVELS, Form, Level
from scoring.wave_change import EarlierWave
from survey_forms.answers import Answers, InvalidAnswers
from survey_forms.questionnaire import default_questionnaire

MONTH: Final = timedelta(days=365.2425 / 12)
QUESTIONS: Final = ("X1", "X2", "X3")


class UnsafePublication(Exception):
    """A cell is no union of labels that hold k people each; nothing is published."""


def publish_wave(database: Database, wave_id: int, *, now: datetime) -> Ledger:
    """Compute and store the ledger of a closed wave; a published one gives its ledger again.

    It rests on the answers, on the fact sheet and the outcomes as they are kept now, and on the last
    wave of the organisation that was published with the same questionnaire before this one closed.

    Raises:
        WrongState: the wave is not closed yet.
        UnsafePublication: the construction check failed; nothing is stored.
    """
    with database.write() as session:
        wave = session.get_one(Wave, wave_id, with_for_update=True)
        if wave.state is WaveState.PUBLISHED:
            return _stored(session, wave_id)
        if wave.state is not WaveState.CLOSED:
            raise WrongState(f"the wave “{wave.name}” is {wave.state}; close it before publishing")
        matrix, roster = stored_answers(session, wave)
        facts = {code: fact.answer for code, fact in fact_sheet(session, wave_id).items()}
        earlier = _earlier_wave(session, wave)
        published = publication(
            matrix,
            wave=wave.name,
            k=wave.k,
            sector=wave.sector,
            roster=roster,
            facts=facts or None,
            library=default_questionnaire().recommendations,
            earlier=earlier,
            outcomes=outcomes_for_wave(session, wave_id, wave.organisation_id),
        )
        ledger = published.ledger
        _check(ledger, matrix, roster, earlier)
        released = as_json(ledger)
        document = json.dumps(released, ensure_ascii=False)
        session.add(
            Publication(
                wave_id=wave_id,
                document=document,
                sha256=hashlib.sha256(document.encode()).hexdigest(),
                published_at=now,
            )
        )
        session.flush()
        session.add_all(
            ReleasedRow(
                wave_id=wave_id,
                position=position,
                unit=cell["unit"],
                level=cell["level"],
                members=list(ledger.cells[position].members),
                document=json.dumps(cell, ensure_ascii=False),
            )
            for position, cell in enumerate(released["cells"])
        )
        session.add_all(
            KeptStatistic(wave_id=wave_id, statistic=name, document=json.dumps(one, ensure_ascii=False))
            for name, one in published.kept.as_data().items()
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


def _earlier_wave(session: Session, wave: Wave) -> EarlierWave | None:
    """The last published wave before this one, with its moments; None where there is none to compare."""
    earlier = session.scalar(
        select(Wave)
        .where(
            Wave.organisation_id == wave.organisation_id,
            Wave.state == WaveState.PUBLISHED,
            Wave.form == wave.form,
            Wave.closed_at < wave.closed_at,
            exists().where(KeptStatistic.wave_id == Wave.id),
        )
        .order_by(Wave.closed_at.desc(), Wave.id.desc())
        .limit(1)
    )
    if earlier is None or earlier.closed_at is None or wave.closed_at is None:
        return None
    kept = session.scalars(select(KeptStatistic).where(KeptStatistic.wave_id == earlier.id)).all()
    return EarlierWave(
        _stored(session, earlier.id),
        KeptWave.from_data({one.statistic: json.loads(one.document) for one in kept}),
        (wave.closed_at - earlier.closed_at) / MONTH,
    )


def _check(ledger: Ledger, matrix: AnswerMatrix, roster: Roster, earlier: EarlierWave | None) -> None:
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
    before, after = _members_of_changes(ledger)
    violations = [*check_construction([*members, *after], sizes, ledger.k)]
    if earlier is not None:
        violations += check_construction(before, _sizes_of(earlier.kept), earlier.ledger.k)
    if violations:
        raise UnsafePublication("; ".join(str(violation) for violation in violations))


Members = list[tuple[str, tuple[str, ...]]]


def _members_of_changes(ledger: Ledger) -> tuple[Members, Members]:
    """The labels of the earlier and of this wave that each change unites."""
    before: Members = []
    after: Members = []
    for cell in () if ledger.change is None else ledger.change.cells:
        name = f"change of {'/'.join(cell.unit)}:{cell.level}"
        covered = [] if isinstance(cell.scores, NotEstimable) else [(cell.before, cell.after)]
        covered += [(facet.before, facet.after) for facet in cell.facets.values()]
        before += [(name, then) for then, _ in covered]
        after += [(name, now) for _, now in covered]
    return before, after


def _sizes_of(kept: KeptWave) -> dict[str, int]:
    """People in every label of an earlier wave, those of the first tier by their legs."""
    return {
        label.key: int(one.moments.n[list(label.rows)].sum())
        for one in (*kept.facets.values(), kept.legs)
        for label in one.labels
    }
