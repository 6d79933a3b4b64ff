"""The diagnosis of simulated firms as it is released, and as scores.json gives it back."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from fixtures_ledgers import keys_and_values, staff

from coherence.reports.scores_json import as_json, from_json, read_scores, write_scores
from scoring.answers import AnswerMatrix
from scoring.estimable import NotEstimable
from scoring.facts import UnknownFact
from scoring.publication import publish
from scoring.released import Ledger
from scoring.simulation import answer, organisation, scenario
from scoring.vocabulary import ITEMS, SHORT_ITEMS, Leg
from survey_forms.questionnaire import default_questionnaire

LIBRARY = default_questionnaire().recommendations
SHORT_PATTERNS = {"P03", "P04", "P05", "P06", "P11", "P12"}


@lru_cache
def simulated(name: str, seed: int = 1, employees: int = 180, top: int | None = None) -> AnswerMatrix:
    truth = scenario(name)
    truth = truth if top is None else replace(truth, top=top)
    return answer(
        organisation(truth, seed=seed, departments=8, employees=employees), truth, seed=seed
    ).answers


@lru_cache
def ledger_of(name: str, seed: int = 1, employees: int = 180, top: int | None = None) -> Ledger:
    return publish(simulated(name, seed, employees, top), wave="1", library=LIBRARY)


def test_execution_chaos_is_found_with_its_recommendations() -> None:
    found = staff(ledger_of("S2")).diagnosis
    assert found is not None
    pattern = next(one for one in found.patterns if one.id == "P01")
    assert pattern.certainty in ("clear", "possible")
    assert {"D - R", "B5"} <= {reading.quantity for reading in pattern.readings}
    assert found.recommendations is not None
    assert {"R17", "A10"} & {one.id for one in found.recommendations}
    assert len(found.recommendations) <= 5
    assert all(one.evidence for one in found.recommendations)


def test_a_pattern_is_read_off_the_numbers_that_stand_elsewhere_in_the_cell() -> None:
    one = staff(ledger_of("S2"))
    assert one.diagnosis is not None
    chaos = next(pattern for pattern in one.diagnosis.patterns if pattern.id == "P01")
    told = {reading.quantity: (reading.value, reading.low, reading.high) for reading in chaos.readings}
    gap, legs, facet = one.gaps["D-B"], one.legs, one.facets["B5"].estimate
    assert told["B - D"] == (-gap.value, -gap.high, -gap.low)
    assert told["R"] == (legs[Leg.R].value, legs[Leg.R].low, legs[Leg.R].high)
    assert told["B5"] == (facet.value, facet.low, facet.high)


def test_every_recommendation_of_a_key_area_names_a_key_area_of_the_unit() -> None:
    for one in ledger_of("S2").cells:
        if one.diagnosis is None or one.diagnosis.recommendations is None:
            continue
        assert one.diagnosis.key_areas is not None
        assert not set(one.diagnosis.key_areas) & set(one.diagnosis.candidates)
        facets = {e.facet for r in one.diagnosis.recommendations for e in r.evidence if e.facet}
        assert facets <= set(one.diagnosis.key_areas) <= set(one.facets)


def test_without_a_library_nothing_is_recommended() -> None:
    found = staff(publish(simulated("S2"), wave="1")).diagnosis
    assert found is not None
    assert found.recommendations is None


def test_nothing_finer_than_legs_stands_in_a_cell_below_ten() -> None:
    for seed in (1, 2, 3):
        small = [one for one in ledger_of("S2", seed).cells if one.size == "small"]
        assert small
        for one in small:
            assert (one.finer, one.diagnosis, one.shift, dict(one.imputed), dict(one.facets)) == (
                None,
                None,
                None,
                {},
                {},
            )
            assert all(each.shrunken is None for each in one.comparison.values())


def test_no_finer_figure_is_told_of_all_levels_together() -> None:
    everybody = ledger_of("S2").cell(ledger_of("S2").root, "all")
    assert everybody is not None
    assert everybody.finer is None
    assert everybody.diagnosis is None
    assert set(everybody.gaps) == {"D-R", "D-B", "R-B"}


def test_no_share_of_draws_no_strength_no_priority_and_no_base_is_released() -> None:
    keys = {key for key, _ in keys_and_values(as_json(ledger_of("S2")))}
    assert "recommendations" in keys
    assert not keys & {"share", "strength", "priority", "kappa", "base", "support", "rwg_j", "shortfall"}


def test_funnel_and_choices_are_told_in_steps_of_five() -> None:
    ledger = ledger_of("S2", employees=190)
    figures = [one.finer for one in ledger.cells if one.finer is not None]
    for figure in figures:
        assert figure.funnel is not None
        assert not isinstance(figure.funnel.heard, NotEstimable)
        assert (figure.funnel.heard.value % 5, figure.funnel.heard.low % 5, figure.funnel.heard.high % 5) == (
            0,
            0,
            0,
        )
        if figure.priorities is not None:
            assert all(share % 5 == 0 for share in figure.priorities.shares.values())
    assert any(figure.enps is not None and -100 <= figure.enps.estimate.value <= 100 for figure in figures)


def test_every_figure_names_labels_that_stand_in_the_ledger() -> None:
    ledger = ledger_of("S2")
    labels = {label.key for label in ledger.labels}
    for one in ledger.cells:
        assert all(members and set(members) <= labels for members in one.label_sets)


def test_without_facts_they_all_count_as_no_and_it_is_said() -> None:
    ledger = publish(simulated("S17"), wave="1", library=LIBRARY)
    assert ledger.facts == {}
    assert ledger.findings is not None
    found = ledger.findings.maturity
    assert found is not None
    assert (found.facts_known, found.by_facts, found.level) == (False, 1, 1)
    assert found.by_perception == 3
    assert found.remark == "good custom, no system"


def test_with_its_facts_a_firm_reaches_its_level_and_its_risk_is_told() -> None:
    facts = dict.fromkeys(sorted(scenario("S17").facts), "yes")
    ledger = publish(simulated("S17"), wave="1", library=LIBRARY, facts=facts)  # type: ignore[arg-type]
    assert ledger.facts == facts
    assert ledger.findings is not None
    assert ledger.findings.maturity is not None
    assert (ledger.findings.maturity.facts_known, ledger.findings.maturity.level) == (True, 3)
    assert ledger.findings.relapse is not None
    found = staff(ledger).diagnosis
    assert found is not None
    assert found.recommendations is not None
    assert "G05" in {one.id for one in found.recommendations}


def test_partly_counts_as_no() -> None:
    facts = {"M01": "yes", "M02": "yes", "M03": "partly", "M04": "partly"}
    findings = publish(simulated("S17"), wave="1", facts=facts).findings  # type: ignore[arg-type]
    assert findings is not None
    assert findings.maturity is not None
    assert findings.maturity.by_facts == 1
    assert findings.maturity.gates[0].facts_yes == 2


def test_an_unknown_fact_or_answer_is_refused() -> None:
    with pytest.raises(UnknownFact, match=r"M99 is no fact.*M01 is answered 'maybe'"):
        publish(simulated("S2"), wave="1", facts={"M99": "yes", "M01": "maybe"})  # type: ignore[dict-item]


def test_the_short_form_has_patterns_of_legs_alone_and_no_level() -> None:
    for name in ("S2", "S3"):
        wave = simulated(name)
        sheet = np.where(np.isin(ITEMS, SHORT_ITEMS), wave.answers, -2).astype(np.int8)
        ledger = publish(replace(wave, answers=sheet, form="short"), wave="1", library=LIBRARY)
        shown = [pattern.id for one in ledger.cells if one.diagnosis for pattern in one.diagnosis.patterns]
        assert set(shown) <= SHORT_PATTERNS
        assert all(one.diagnosis.key_areas is None for one in ledger.cells if one.diagnosis)
        assert ledger.findings is not None
        assert ledger.findings.maturity is not None
        assert isinstance(ledger.findings.maturity.level, NotEstimable)


def test_factors_are_looked_for_in_large_organisations_only() -> None:
    few = ledger_of("S1").findings
    assert few is not None
    assert few.structure is not None
    assert isinstance(few.structure.three_factors, NotEstimable)
    assert not isinstance(few.structure.reliability[Leg.D].alpha, NotEstimable)

    many = ledger_of("S1", employees=560).findings
    assert many is not None
    found = many.structure
    assert found is not None
    assert not isinstance(found.three_factors, NotEstimable)
    assert min(found.three_factors.congruence.values()) > 0.85
    assert not isinstance(found.kmo, NotEstimable)
    assert 0.8 < found.kmo < 1
    assert not isinstance(found.number_of_factors, NotEstimable)
    assert len(found.number_of_factors) == 7
    above = [one for one in found.eigenvalues if one.observed > one.by_chance]
    assert len(found.eigenvalues) == len(found.three_factors.loadings)
    assert len(above) == found.number_of_factors["permutation, components"]
    assert not isinstance(found.htmt, NotEstimable)
    assert found.htmt.keys() == {"D-R", "D-B", "R-B"}
    assert few.structure.eigenvalues == ()


def test_the_same_answers_give_the_same_ledger_in_any_order() -> None:
    wave = simulated("S2", seed=2)
    order = np.random.default_rng(1).permutation(len(wave))
    shuffled = replace(
        wave,
        answers=wave.answers[order],
        unit=wave.unit[order],
        level=wave.level[order],
        questions={name: column[order] for name, column in wave.questions.items()},
    )
    assert publish(shuffled, wave="1", library=LIBRARY) == ledger_of("S2", seed=2)


@pytest.mark.parametrize(("name", "top"), [("S2", 30), ("S17", None)])
def test_scores_json_gives_the_whole_ledger_back(tmp_path: Path, name: str, top: int | None) -> None:
    facts = dict.fromkeys(sorted(scenario(name).facts), "yes")
    ledger = publish(simulated(name, top=top), wave="1", library=LIBRARY, facts=facts)  # type: ignore[arg-type]
    write_scores(ledger, tmp_path / "scores.json")
    assert read_scores(tmp_path / "scores.json") == ledger


def test_a_scores_json_from_before_the_diagnosis_is_still_read() -> None:
    data = json.loads(json.dumps(as_json(ledger_of("S2"))))
    for key in ("facts", "organisation", "careless_moves_seat"):
        del data[key]
    for one in data["cells"]:
        for key in ("gaps", "one_to_one", "shift", "imputed", "comparison", "finer", "diagnosis"):
            del one[key]
    found = from_json(data)
    assert found.findings is None
    assert [one.seat for one in found.cells] == [one.seat for one in ledger_of("S2").cells]
    assert all(one.diagnosis is None and one.finer is None for one in found.cells)
