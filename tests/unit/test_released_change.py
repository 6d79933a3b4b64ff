"""Change since an earlier wave as it is released (method 3.11, confidentiality 5)."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from coherence.reports.scores_json import read_scores, write_scores
from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.estimable import NotEstimable
from scoring.kept_moments import KeptWave
from scoring.publication import Publication, publication
from scoring.released_change import CellChange, WaveChange
from scoring.scored_wave import score_wave
from scoring.simulation import organisation, scenario, two_waves
from scoring.simulation.two_waves import TwoWaves
from scoring.vocabulary import FACETS, ITEMS, KEYS, LEVELS, SHORT_ITEMS, Level
from scoring.wave_change import Compared, EarlierWave, compare_waves

ORG = ("Org",)
SEED = 2


@lru_cache
def waves(change: float = 30.0, composition: float = 0.0) -> TwoWaves:
    truth = scenario("S1")
    firm = organisation(truth, seed=SEED, departments=14, employees=300)
    return two_waves(firm, truth, seed=SEED, change=change, composition=composition)


@lru_cache
def published(change: float = 30.0, composition: float = 0.0) -> tuple[Publication, Publication]:
    both = waves(change, composition)
    first = publication(both.before.answers, wave="Spring")
    earlier = EarlierWave(first.ledger, first.kept, 12.0)
    return first, publication(both.after.answers, wave="Autumn", earlier=earlier)


def change_of(one: Publication) -> WaveChange:
    assert one.ledger.change is not None
    return one.ledger.change


def comparison(first: Publication, second: Publication, months: float = 0.0) -> Compared:
    earlier = EarlierWave(first.ledger, first.kept, months)
    return compare_waves(earlier, second.kept, second.ledger.cells, second.ledger.form)


def test_a_change_of_everybody_is_real_for_the_organisation_and_its_staff() -> None:
    change = change_of(published()[1])
    assert (change.earlier, change.covered, change.not_comparable) == ("Spring", 100, "")
    for level in ("all", "staff"):
        found = change.cell(("Organisation",), level)  # type: ignore[arg-type]
        assert found is not None
        assert not isinstance(found.scores, NotEstimable)
        assert {one.verdict for one in found.scores.values()} == {"real"}
        assert all(one.value == pytest.approx(30, abs=10) for one in found.scores.values())
        assert all(one.low < one.value < one.high for one in found.scores.values())
    staff = change.cell(("Organisation",), "staff")
    assert staff is not None
    assert set(staff.facets) == set(FACETS)


def test_without_an_earlier_wave_there_is_no_change() -> None:
    assert published()[0].ledger.change is None


def test_the_plain_change_is_that_of_the_printed_scores() -> None:
    first, second = published(10.0, 0.5)
    for one in change_of(second).cells:
        if not isinstance(one.scores, NotEstimable):
            then, now = first.ledger.cell(one.unit, one.level), second.ledger.cell(one.unit, one.level)
            assert then is not None
            assert now is not None
            assert one.scores["seat"].plain == now.seat.value - then.seat.value


def test_every_department_that_is_shown_is_told_of() -> None:
    _, second = published(10.0, 0.5)
    told = [one.unit for one in change_of(second).cells if len(one.unit) > 1]
    assert told == [cell.unit for cell in second.ledger.departments]


def a_wave(groups: dict[str, int], raw: np.ndarray, *, invited: int = 12, seed: int = 1) -> AnswerMatrix:
    """Staff of departments; everybody in "Small" gives the sheet `raw`, the others answer at random."""
    tree = DepartmentTree.of([ORG, *((*ORG, name) for name in groups)])
    units = [tree.index[(*ORG, name)] for name in groups]
    rng = np.random.default_rng(seed)
    answers = [
        np.tile(raw, (n, 1)) if name == "Small" else rng.integers(1, 6, (n, 51)) for name, n in groups.items()
    ]
    n = list(groups.values())
    return AnswerMatrix(
        np.concatenate(answers).astype(np.int8),
        np.repeat(units, n).astype(np.int32),
        np.full(sum(n), LEVELS.index(Level.F), dtype=np.int8),
        tree,
        {Atom(unit, Level.F): max(invited, people) for unit, people in zip(units, n, strict=True)},
    )


OTHERS = dict.fromkeys("ABCDEFGH", 24)
GOOD, BAD = (np.where(np.array(KEYS) > 0, *pair) for pair in ((5, 1), (2, 4)))


@lru_cache
def first_with(small: int) -> Publication:
    return publication(a_wave(OTHERS | {"Small": small}, BAD), wave="1")


def small_change(before: int, after: int) -> CellChange:
    first = first_with(before)
    second = publication(a_wave(OTHERS | {"Small": after}, GOOD, seed=2), wave="2")
    found = comparison(first, second).change.cell((*ORG, "Small"), "staff")
    assert found is not None
    return found


def test_nothing_in_the_change_of_a_small_group_depends_on_how_many_answered() -> None:
    scores = small_change(5, 9).scores
    assert not isinstance(scores, NotEstimable)
    for one in scores.values():
        # from −100 to +180, where small groups are cut
        assert (one.value, one.plain, one.verdict, one.shrunken) == (280, 280, "real", None)


def test_all_small_groups_share_one_interval_of_change() -> None:
    first, second = published(10.0, 0.5)
    widths = set()
    for one in change_of(second).cells:
        sizes = [ledger.cell(one.unit, one.level) for ledger in (first.ledger, second.ledger)]
        if not isinstance(one.scores, NotEstimable) and all(cell and cell.size == "small" for cell in sizes):
            seat = one.scores["seat"]
            assert seat.value == seat.plain
            widths.add((seat.high - seat.value, seat.value - seat.low))
    assert len(widths) == 1


def test_a_group_that_was_small_in_one_wave_alone_has_no_shrunken_value_either() -> None:
    found = small_change(5, 12)
    assert not isinstance(found.scores, NotEstimable)
    assert found.scores["seat"].shrunken is None
    assert found.scores["seat"].value == 300


def test_departments_of_ten_and_more_have_their_shrunken_change_beside_it() -> None:
    first, second = published()
    exact = [
        one.scores
        for one in change_of(second).cells
        if len(one.unit) > 1
        and not isinstance(one.scores, NotEstimable)
        and "small" not in {ledger.cell(one.unit, "staff").size for ledger in (first.ledger, second.ledger)}  # type: ignore[union-attr]
    ]
    assert exact
    for scores in exact:
        for one in scores.values():
            assert one.shrunken is not None
            assert one.shrunken.low < one.shrunken.value < one.shrunken.high  # type: ignore[operator]


def test_a_regrouped_department_is_not_comparable_and_names_no_labels() -> None:
    first = publication(a_wave(OTHERS, GOOD), wave="1")
    grown = a_wave(OTHERS, GOOD, seed=2)
    unit = grown.tree.index[(*ORG, "A")]
    level = grown.level.copy()
    level[np.flatnonzero(grown.unit == unit)[:12]] = LEVELS.index(Level.S)
    invited = {**grown.invited, Atom(unit, Level.S): 12}
    second = publication(replace(grown, level=level, invited=invited), wave="2")
    found = comparison(first, second).change.cell((*ORG, "A"), "staff")
    assert found is not None
    assert isinstance(found.scores, NotEstimable)
    assert (found.before, found.after) == ((), ())


def test_a_department_of_whom_few_answered_is_not_compared() -> None:
    first = publication(a_wave(OTHERS, GOOD), wave="1")
    silent = a_wave(OTHERS, GOOD, seed=2)
    invited = {**silent.invited, Atom(silent.tree.index[(*ORG, "B")], Level.F): 200}
    second = publication(replace(silent, invited=invited), wave="2")
    found = comparison(first, second).change.cell((*ORG, "B"), "staff")
    assert found is not None
    assert isinstance(found.scores, NotEstimable)
    assert "30 %" in found.scores.reason


def test_the_full_and_the_short_questionnaire_are_not_compared() -> None:
    full = a_wave(OTHERS, GOOD)
    sheet = np.where(np.isin(ITEMS, SHORT_ITEMS), full.answers, -2).astype(np.int8)
    second = publication(replace(full, answers=sheet, form="short"), wave="2")
    change = comparison(publication(full, wave="1"), second).change
    assert change.cells == ()
    assert "short" in change.not_comparable


def test_a_wave_that_shows_nothing_is_not_compared() -> None:
    nothing = publication(a_wave({"A": 4}, GOOD), wave="1")
    change = comparison(nothing, publication(a_wave(OTHERS, GOOD), wave="2")).change
    assert change.cells == ()
    assert change.not_comparable


def test_signals_of_setbacks_read_what_changed() -> None:
    first, second = published(-40.0)
    audit = comparison(first, second, 14.0).audit
    assert audit.months == 14
    assert audit.legs is not None
    assert all(one.value < -15 and one.high < 0 for one in audit.legs.values())
    assert audit.facets is not None
    assert set(audit.facets) == set(FACETS)
    now, then = (one.ledger.cells[0].response_percent for one in (second, first))
    assert audit.response == now - then  # type: ignore[operator]
    assert audit.disagreement is not None


def test_what_is_kept_comes_back_from_json_as_it_was() -> None:
    first, second = published(10.0, 0.5)
    again = KeptWave.from_data(json.loads(json.dumps(first.kept.as_data())))
    earlier = EarlierWave(first.ledger, again, 12.0)
    assert publication(waves(10.0, 0.5).after.answers, wave="Autumn", earlier=earlier).ledger == second.ledger


def test_what_is_kept_holds_no_label_below_five_and_names_those_of_the_ledger() -> None:
    first, _ = published()
    keys = {label.key: label for label in first.ledger.labels}
    for kept in (first.kept.legs, *first.kept.facets.values()):
        for label in kept.labels:
            assert kept.moments.n[list(label.rows)].sum() >= 5
            assert {(unit, level.value) for unit, level in label.atoms} == set(keys[label.key].atoms)
    scored = score_wave(waves().before.answers, "Spring", 5)
    assert kept_people(first) == int(scored.people.valid.sum())


def kept_people(one: Publication) -> int:
    return int(one.kept.legs.moments.n.sum())


def test_scores_json_gives_the_changes_back(tmp_path: Path) -> None:
    ledger = published(10.0, 0.5)[1].ledger
    write_scores(ledger, tmp_path / "scores.json")
    assert read_scores(tmp_path / "scores.json") == ledger
