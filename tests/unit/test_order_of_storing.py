"""The same answers give the same ledger, however people and groups are stored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from scoring.answers import AnswerMatrix, Atom
from scoring.importance import RESAMPLED_GROUPS, inner_importance
from scoring.publication import Publication, Roster, publication
from scoring.scored_wave import score_wave
from scoring.simulation import answer, organisation, scenario
from scoring.vocabulary import LEVELS


@lru_cache
def a_firm() -> AnswerMatrix:
    truth = scenario("S1")
    return answer(organisation(truth, seed=5, departments=24, employees=620), truth, seed=6).answers


@lru_cache
def published() -> Publication:
    return publication(a_firm(), wave="1")


def as_stored_at_the_close(matrix: AnswerMatrix, seed: int) -> tuple[AnswerMatrix, Roster]:
    """People in random order under their final labels alone, as a database keeps them."""
    rng = np.random.default_rng(seed)
    label_of = score_wave(matrix, "1", 5).tiers.legs.label_of
    counts_in = {atom: Atom(*label) for atom, label in label_of.items() if label is not None}
    merged: dict[Atom, int] = defaultdict(int)
    for atom in rng.permutation(len(counts_in)):
        old, new = list(counts_in.items())[atom]
        merged[new] += matrix.invited[old]
    order = rng.permutation(len(matrix))
    homes = [counts_in[Atom(int(matrix.unit[i]), LEVELS[matrix.level[i]])] for i in order]
    stored = replace(
        matrix,
        answers=matrix.answers[order],
        unit=np.array([home.unit for home in homes], dtype=np.int32),
        level=np.array([LEVELS.index(home.level) for home in homes], dtype=np.int8),
        questions={name: column[order] for name, column in matrix.questions.items()},
        invited=dict(merged),
    )
    return stored, Roster({atom: matrix.invited[atom] for atom in counts_in}, counts_in)


def test_the_firm_is_large_enough_for_all_that_is_drawn_by_chance() -> None:
    findings = published().ledger.findings
    assert findings is not None
    assert findings.importance is not None
    assert findings.importance.tier == 1
    assert findings.structure is not None
    assert isinstance(findings.structure.number_of_factors, dict)


def test_a_database_and_a_file_give_the_same_ledger_and_keep_the_same() -> None:
    stored, roster = as_stored_at_the_close(a_firm(), seed=1)
    again = publication(stored, wave="1", roster=roster)
    first = published()
    assert again.ledger.findings == first.ledger.findings
    assert again.ledger.cells == first.ledger.cells
    kept, other = again.kept.as_data(), first.kept.as_data()
    for name, one in kept.items():
        assert one["labels"] == other[name]["labels"]
        assert one["n"] == other[name]["n"]


@pytest.mark.parametrize("n", [400, RESAMPLED_GROUPS + 300])
def test_shares_of_importance_follow_from_the_people_and_not_from_their_order_or_numbering(n: int) -> None:
    rng = np.random.default_rng(1)
    facets = rng.normal(30, 60, (n, 17)).round(1)
    facets[rng.permutation(n)[:40]] = facets[0]  # people who answered alike, in many departments
    home = rng.integers(0, 20, n)
    found = inner_importance(facets, home, np.random.default_rng(2), 60)
    for _ in range(3):
        order, names = rng.permutation(n), rng.permutation(20) + 7
        again = inner_importance(facets[order], names[home][order], np.random.default_rng(2), 60)
        for facet, share in found.shares.items():
            assert (again.shares[facet].low, again.shares[facet].high) == pytest.approx(
                (share.low, share.high), abs=1e-9
            )
