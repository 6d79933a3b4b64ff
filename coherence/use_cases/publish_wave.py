"""Publish a closed wave: the one computation on its answers, frozen."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from coherence.ballots.errors import WrongState
from coherence.reports.scores_json import as_json, from_json
from coherence.store import (
    Database,
    Headcount,
    KeptStatistic,
    Organisation,
    Publication,
    ReleasedRow,
    Response,
    Wave,
    WaveState,
    WaveUnit,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.extra_questions import extra_questions
from coherence.use_cases.fact_sheet import fact_sheet
from coherence.use_cases.outcomes import outcomes_for_wave
from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.disclosure import BOARD
from scoring.disclosure_audit import Violation, check_construction
from scoring.estimable import NotEstimable
from scoring.kept_moments import KeptWave
from scoring.legs import score_people
from scoring.publication import Roster, publication
from scoring.released import Ledger
from scoring.released_questions import OwnQuestion
from scoring.vocabulary import ITEMS, LEVELS, Form, Level
from scoring.wave_change import EarlierWave
from survey_forms.answers import NO_ANSWER, Answers, InvalidAnswers
from survey_forms.extra_questions import ExtraQuestion
from survey_forms.questionnaire import ENGLISH, default_questionnaire

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
            raise WrongState(f"the survey “{wave.name}” is {wave.state}; close it before publishing")
        matrix, roster = stored_answers(session, wave)
        firm = session.get_one(Organisation, wave.organisation_id)
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
            own_questions={
                one.code: OwnQuestion(one.kind, one.text, one.options, one.module)
                for one in extra_questions(session, wave_id, ENGLISH, own_language=firm.languages[0])
            },
            board_column=wave.board_column,
        )
        ledger = published.ledger
        _check(ledger, matrix, roster, earlier, board_column=wave.board_column)
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
        record(session, "wave.publish", wave, now=now, by=None)
        return ledger


# A publication is frozen, so what was read of it once stays right.
@lru_cache(maxsize=8)
def published_ledger(database: Database, wave_id: int) -> Ledger:
    """The frozen ledger of a published wave; reading a large one takes longer than any page may.

    Raises:
        WrongState: nothing was published yet.
    """
    with database.read() as session:
        wave = session.get_one(Wave, wave_id)
        if wave.state is not WaveState.PUBLISHED:
            raise WrongState(f"the survey “{wave.name}” is {wave.state}; nothing is published yet")
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
        extra_questions(session, wave.id, ENGLISH),
    )
    return matrix, Roster(heads, counts_in)


def _sheets(
    given: list[Answers],
    units: list[int],
    levels: list[Level],
    tree: DepartmentTree,
    invited: dict[Atom, int],
    form: Form = "full",
    extra: Sequence[ExtraQuestion] = (),
) -> AnswerMatrix:
    return AnswerMatrix(
        np.array([answers.items for answers in given], dtype=np.int8).reshape(len(given), len(ITEMS)),
        np.array(units, dtype=np.int32),
        np.array([LEVELS.index(level) for level in levels], dtype=np.int8),
        tree,
        invited,
        form,
        {name: np.array([one.questions[name] for one in given], dtype=np.int8) for name in QUESTIONS},
        {
            question.code: np.array([_chosen(question, one.extra) for one in given], dtype=np.int8)
            for question in extra
        },
    )


def _chosen(question: ExtraQuestion, given: Mapping[str, int]) -> int:
    """Position of the answer among those to choose from; −1 for none, and for "I do not know"."""
    code = given.get(question.code, NO_ANSWER)
    if code < 0 or code not in question.codes.values():
        return NO_ANSWER
    return code - 1 if question.kind == "agreement" else code


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


def _check(
    ledger: Ledger,
    matrix: AnswerMatrix,
    roster: Roster,
    earlier: EarlierWave | None,
    *,
    board_column: bool,
) -> None:
    """Count every label once more, apart from the code that made it.

    board_column: every member of the board agreed to a column of its own. Its label may then hold fewer
    than k people, in the scores of the board itself and of everybody, and nowhere else.
    """
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
    board = _board_of(ledger) if board_column else None
    before, after = _members_of_changes(ledger)
    violations = [*_violations([*_members(ledger), *after], sizes, ledger.k, board)]
    if earlier is not None:
        then = earlier.ledger
        board = _board_of(then) if then.board_consent else None
        violations += _violations(before, _sizes_of(earlier.kept), then.k, board)
    if violations:
        raise UnsafePublication("; ".join(str(violation) for violation in violations))


class Members(NamedTuple):
    """The labels that a figure unites; of_all: where the column of a board that agreed may be among them."""

    name: str
    labels: tuple[str, ...]
    of_all: bool


def _violations(
    members: Sequence[Members], sizes: Mapping[str, int], k: int, board: str | None
) -> list[Violation[str]]:
    found: list[Violation[str]] = []
    for of_all, consenting in ((True, board), (False, None)):
        figures = [(one.name, one.labels) for one in members if one.of_all is of_all]
        found += check_construction(figures, sizes, k, consenting=consenting)
    return found


def _board_of(ledger: Ledger) -> str | None:
    """The label of the top of the organisation, as long as nobody else is in it."""
    key = BOARD.key(DepartmentTree((ledger.root,))) if ledger.root else None
    pure = {one.key for one in ledger.labels if {level for _, level in one.atoms} == {BOARD.level}}
    return key if key in pure else None


def _members(ledger: Ledger) -> list[Members]:
    """The labels that each figure of each cell unites."""
    found = []
    for cell in ledger.cells:
        name = f"{'/'.join(cell.unit)}:{cell.level}"
        scores, *finer = cell.label_sets
        found.append(Members(name, scores, cell.unit == ledger.root and cell.level in ("all", "T")))
        found += [Members(name, tuple(set(labels)), False) for labels in finer]
    return found


def _members_of_changes(ledger: Ledger) -> tuple[list[Members], list[Members]]:
    """The labels of the earlier and of this wave that each change unites."""
    before: list[Members] = []
    after: list[Members] = []
    for cell in () if ledger.change is None else ledger.change.cells:
        name = f"change of {'/'.join(cell.unit)}:{cell.level}"
        of_all = cell.unit == ledger.root and cell.level == "all"
        covered = [] if isinstance(cell.scores, NotEstimable) else [(cell.before, cell.after, of_all)]
        covered += [(facet.before, facet.after, False) for facet in cell.facets.values()]
        before += [Members(name, then, of_all) for then, _, of_all in covered]
        after += [Members(name, now, of_all) for _, now, of_all in covered]
    return before, after


def _sizes_of(kept: KeptWave) -> dict[str, int]:
    """People in every label of an earlier wave, those of the first tier by their legs."""
    return {
        label.key: int(one.moments.n[list(label.rows)].sum())
        for one in (*kept.facets.values(), kept.legs)
        for label in one.labels
    }
