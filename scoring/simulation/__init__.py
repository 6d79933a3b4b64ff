"""Synthetic organisations with known truth (method 7).

Everything is drawn from PCG64 with an explicit seed; the same seed gives the same organisation.

>>> wave = answer(organisation(Scenario(), seed=1, employees=300), Scenario(), seed=2)
>>> len(wave.truth.unit)
300
"""

from scoring.simulation.disturbances import Careless
from scoring.simulation.injection import RULES, inject
from scoring.simulation.named import CHANGE_OF_S20, scenario
from scoring.simulation.organisations import Organisation, organisation, resized
from scoring.simulation.outcomes import outcomes
from scoring.simulation.scenario import Scenario
from scoring.simulation.tables import answer_rows, headcount_rows
from scoring.simulation.two_waves import TwoWaves, changed, two_waves
from scoring.simulation.waves import Truth, Wave, answer

__all__ = [
    "CHANGE_OF_S20",
    "RULES",
    "Careless",
    "Organisation",
    "Scenario",
    "Truth",
    "TwoWaves",
    "Wave",
    "answer",
    "answer_rows",
    "changed",
    "headcount_rows",
    "inject",
    "organisation",
    "outcomes",
    "resized",
    "scenario",
    "two_waves",
]
