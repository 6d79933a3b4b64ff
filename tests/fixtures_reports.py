"""Ledgers of simulated companies, for what is made of a whole diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from scoring.publication import publish
from scoring.released import Ledger
from scoring.released_diagnosis import FactAnswer
from scoring.simulation import answer, organisation, scenario
from scoring.vocabulary import Form
from survey_forms.questionnaire import default_questionnaire

LEVEL_3_FACTS: Mapping[str, FactAnswer] = {f"M{number:02d}": "yes" for number in range(1, 9)}


@lru_cache(maxsize=8)
def simulated(name: str = "S2", *, facts: bool = True, form: Form = "full", employees: int = 200) -> Ledger:
    """The ledger of a company with eight departments; facts: the fact sheet was filled in."""
    truth = scenario(name, distance=15.0)
    company = organisation(truth, seed=3, departments=8, employees=employees)
    wave = answer(company, truth, seed=4)
    library = default_questionnaire().recommendations
    sheet = LEVEL_3_FACTS if facts else None
    matrix = replace(wave.answers, form=form)
    return publish(matrix, wave="Autumn", k=5, facts=sheet, library=library)
