"""A facet whose items hardly belong together is not printed for departments (method 6.2, decisions/0053)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scoring.patterns import PATTERNS, facets_of
from scoring.publication import publish
from scoring.simulation import answer, organisation, scenario
from scoring.vocabulary import FACETS, ITEMS
from survey_forms.questionnaire import default_questionnaire


def test_a_facet_below_an_omega_of_half_stays_with_the_organisation() -> None:
    truth = scenario("S2")
    wave = answer(organisation(truth, seed=2, departments=20, employees=580), truth, seed=2).answers
    rng = np.random.default_rng(1)
    noise = rng.integers(1, 6, (len(wave), 3))
    own = wave.answers[:, [ITEMS.index(f"B5{letter}") for letter in "abc"]]
    mixed = np.where((rng.random(own.shape) < 0.5) & (own > 0), noise, own)
    answers = wave.answers.copy()
    answers[:, [ITEMS.index(f"B5{letter}") for letter in "abc"]] = mixed
    ledger = publish(
        replace(wave, answers=answers), wave="1", library=default_questionnaire().recommendations
    )

    findings = ledger.findings
    assert findings is not None
    assert findings.structure is not None
    omega = {one.about: one.figures["omega"] for one in findings.structure.findings if "omega" in one.figures}
    assert omega["B5"] < 0.5
    assert findings.unreliable == tuple(name for name in FACETS if omega.get(name, 1) < 0.5)
    assert "B5" in findings.unreliable
    for one in ledger.cells:
        if len(one.unit) == 1:
            assert bool(one.facets) == ("B5" in one.facets)
            continue
        assert "B5" not in one.facets
        if one.diagnosis is not None:
            assert "B5" not in {*(one.diagnosis.key_areas or ()), *one.diagnosis.candidates}
            assert not {pattern.id for pattern in one.diagnosis.patterns} & {"P01", "P02"}
    assert any("B4" in one.facets for one in ledger.departments)


def test_the_facets_of_a_rule_are_those_of_the_unit_itself() -> None:
    assert facets_of("P01") == {"B5"}
    assert facets_of("P09") == {"R4", "R3"}
    assert facets_of("P08") == {"B6"}
    assert all(facets_of(name) <= set(FACETS) for name in PATTERNS)
