"""Patterns, maturity and key areas of synthetic firms whose truth is known (method 7.4, 7.5), in short."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pytest

from scoring import simulation
from scoring.answers import AnswerMatrix
from scoring.cells import cells
from scoring.conditions import View
from scoring.disclosure import partitions
from scoring.importance import inner_importance
from scoring.intervals import LEG_RELIABILITY
from scoring.item_figures import ItemFigures
from scoring.legs import score_people
from scoring.maturity import maturity
from scoring.patterns import pattern_support
from scoring.priorities import priorities
from scoring.scored_wave import score_wave
from scoring.setbacks import relapse, stuck
from scoring.simulation import Scenario
from scoring.simulation.named import PATTERN_OF
from scoring.support import (
    Scores,
    draw,
    facet_moments,
    generator,
    mean_variance,
    square_root,
)
from scoring.tiers import Tier, facet_tiers, leg_tier
from scoring.vocabulary import FACETS, ITEMS, LEVELS, STAFF

K = 5


@dataclass
class Diagnosed:
    matrix: AnswerMatrix
    published: View
    drawn: View
    covariance: np.ndarray
    staff: int
    b4c: float


def diagnosed(matrix: AnswerMatrix) -> Diagnosed:
    """The organisation as publication will assemble it: published scores, and draws around them."""
    people = score_people(matrix)
    tiers = partitions(matrix.tree, matrix.invited, matrix.answered_by_atom(people.valid), K)
    legs = leg_tier(matrix, people, tiers.legs)
    root = [cell for cell in cells(legs.partition) if cell.unit == 0 and cell.level in ("staff", "T", "M")]
    s17 = facet_moments(matrix, people, tiers.legs).covariance
    facets = {level: np.full(17, np.nan) for level in ("staff", "T", "M")}
    for facet, tier in facet_tiers(matrix, people, tiers, K).items():
        for level, value in root_means(tier).items():
            facets[level][FACETS.index(facet)] = value
    published, draws, variances = {}, {}, {}
    for cell in root:
        level, n, invited = cell.level, legs.n(cell.labels), legs.invited[legs.rows(cell.labels)]
        shown = None if np.isnan(facets[level]).all() else facets[level]
        published[level] = Scores.published(legs.means([cell], np.eye(3)).mean[0], shown)
        reliability = None if level == "staff" else LEG_RELIABILITY
        variances[level] = mean_variance(n, invited, reliability=reliability)
        rng = generator("wave", f"Org:{level}")
        draws[level] = draw(published[level], square_root(s17), variances[level], rng)
    view = View(published["staff"], published.get("T"), published.get("M"))
    item = ItemFigures(score_wave(matrix, "wave", K)).mean("B4c", (0, "staff"))
    assert item is not None
    return Diagnosed(
        matrix,
        view,
        view.drawn(draws["staff"], draws.get("T"), draws.get("M")),
        s17 * variances["staff"],
        int(legs.n(next(cell.labels for cell in root if cell.level == "staff")).sum()),
        item,
    )


def root_means(tier: Tier) -> dict[str, float]:
    found = [cell for cell in cells(tier.partition) if cell.unit == 0 and cell.level in ("staff", "T", "M")]
    values = tier.means(found, np.ones((1, 1))).value[:, 0]
    return {cell.level: float(value) for cell, value in zip(found, values, strict=True)}


@lru_cache
def firm(name: str, seed: int = 1, top: int | None = None, employees: int = 400) -> Diagnosed:
    chosen = simulation.scenario(name) if name != "plain" else Scenario(level_bias={}, centred=True)
    chosen = chosen if top is None else replace(chosen, top=top)
    organisation = simulation.organisation(chosen, seed=seed, employees=employees)
    return diagnosed(simulation.answer(organisation, chosen, seed=seed).answers)


TOPS = {"P03": 40, "P06": 40, "P07": 40, "P08": 40}
"""A pattern of the top is only as true as the few people at the top; P11 is tried without them."""


@pytest.mark.parametrize(("name", "pattern"), PATTERN_OF.items())
def test_a_pattern_well_beyond_its_thresholds_is_found(name, pattern):
    found = firm(name, top=TOPS.get(pattern, 3))
    assert (found.drawn.top is not None) == (pattern in TOPS)
    assert pattern_support(found.drawn, organisation=True)[pattern].certainty is not None


def test_complacency_is_found_by_the_seat_of_a_top_too_small_for_facets():
    found = firm("S9", seed=3, top=9)
    assert found.drawn.top is not None
    assert found.drawn.top.facets is None
    assert pattern_support(found.drawn, organisation=True)["P08"].certainty == "clear"


@pytest.mark.parametrize("seed", range(1, 7))
def test_a_firm_where_all_is_equal_shows_no_clear_pattern(seed):
    supports = pattern_support(firm("S0", seed).drawn, organisation=True)
    assert [name for name, one in supports.items() if one.certainty == "clear"] == []


def test_a_standard_on_paper_needs_the_fact():
    drawn = firm("P14").drawn
    assert pattern_support(drawn, organisation=True, facts={"M02"})["P14"].certainty == "clear"
    assert pattern_support(drawn, organisation=True)["P14"].share == 0


def test_the_firm_that_is_stuck_at_level_2_shows_its_signs():
    found, facts = firm("S16"), simulation.scenario("S16").facts
    level = maturity(found.drawn, staff=found.staff, facts=facts)
    directive = pattern_support(found.drawn, organisation=True)["P09"].share
    signs = stuck(found.published, level, facts, directive_support=directive, item_b4c=found.b4c)
    assert level.level == 2
    assert signs.signals == tuple("abcdef")
    assert signs.verdict == "signs of being stuck"


def test_the_firm_at_risk_of_relapse_shows_its_signals():
    found, facts = firm("S17"), simulation.scenario("S17").facts
    level = maturity(found.drawn, staff=found.staff, facts=facts)
    assert level.level == 3
    risk = relapse(found.published, level, facts)
    assert set("abdf") <= set(risk.signals)
    assert risk.risk == "high"


def test_key_areas_of_a_firm_are_the_facets_that_were_put_low():
    # the case s0: R4, R5, D3, B3 and B6 at -25, the others above 0
    found = firm("S20", employees=900)
    staff = found.published.staff.facets[0]
    areas = priorities(
        staff, np.diag(found.covariance), found.covariance, generator("w", "o", "priority"), shrunken=False
    )
    assert {one.facet for one in areas.key_areas} == {"R4", "R5", "D3", "B3", "B6"}


def test_inner_importance_of_a_firm_without_drivers_stays_near_one():
    matrix = firm("plain", employees=900).matrix
    people = score_people(matrix)
    staff = people.valid & np.isin(matrix.level, [LEVELS.index(level) for level in STAFF])
    found = inner_importance(
        people.facets[staff], matrix.atom_codes[staff], generator("w", "o", "importance")
    )
    assert found.tier == 1
    assert np.mean(found.weights) == pytest.approx(1)
    # behaviours share their leg with the outcome, so they go with it most of all
    assert max(found.shares, key=lambda facet: found.shares[facet].value) in ("B3", "B4")


def test_the_covariance_of_facets_is_that_of_persons_inside_their_labels():
    matrix = firm("S0", employees=400).matrix
    people = score_people(matrix)
    tiers = partitions(matrix.tree, matrix.invited, matrix.answered_by_atom(people.valid), K)
    moments = facet_moments(matrix, people, tiers.legs)
    label = {
        atom.unit * 4 + LEVELS.index(atom.level): row
        for row, one in enumerate(tiers.legs.labels)
        for atom in tiers.legs.atoms_of(one)
    }
    rows = np.array([label[code] for code in matrix.atom_codes])
    chosen = people.valid & ~np.isnan(people.facets).any(axis=1)
    groups = [people.facets[chosen & (rows == row)] for row in np.unique(rows[chosen])]
    expected = sum((len(g) - 1) * np.atleast_2d(np.cov(g.T)) for g in groups if len(g) > 1)
    np.testing.assert_allclose(
        moments.covariance, expected / (chosen.sum() - len(groups)), rtol=1e-9, atol=1e-6
    )


def test_the_mean_of_an_item_weighs_each_stratum_by_its_head_count():
    """Nearly: a stratum below 2k is told as k people, so its shares move by a tenth at most (0061)."""
    matrix = firm("S16", employees=200).matrix
    people = score_people(matrix)
    tiers = partitions(matrix.tree, matrix.invited, matrix.answered_by_atom(people.valid), K)
    column = ITEMS.index("B4c")
    given = people.valid & (matrix.answers[:, column] > 0)
    means, heads, counts = [], [], []
    for label in tiers.legs.labels:
        atoms = tiers.legs.atoms_of(label)
        codes = [atom.unit * 4 + LEVELS.index(atom.level) for atom in atoms]
        raw = matrix.answers[given & np.isin(matrix.atom_codes, codes), column]
        if label.level in STAFF:
            means.append(-100 * (raw.mean() - 3))
            heads.append(sum(matrix.invited[atom] for atom in atoms))
            counts.append(len(raw))
    found = ItemFigures(score_wave(matrix, "wave", K)).mean("B4c", (0, "staff"))
    assert found is not None
    own = np.array(heads) / sum(heads)
    assert abs(found - np.average(means, weights=heads)) <= 40 * own[np.array(counts) < 2 * K].sum()
    assert abs(found - np.average(means, weights=heads)) < abs(found - np.mean(means))
