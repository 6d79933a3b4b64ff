"""The diagnosis of all units, and what is known of the organisation as a whole (method 3.9 to 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from scoring.coherence import GapLevel
from scoring.comparisons import compare, spreads
from scoring.diagnosis import Diagnosis
from scoring.estimable import NotEstimable
from scoring.facts import affirmed
from scoring.level_figures import echo, level_figures, weightings
from scoring.maturity import FEWEST_STAFF, Maturity, maturity, maturity_by_facts
from scoring.patterns import Support
from scoring.recommendations import Recommendation
from scoring.released import ReleasedCell
from scoring.released_diagnosis import FactAnswer, OrganisationFindings, UnitDiagnosis
from scoring.released_form import released_importance, released_maturity, released_unit
from scoring.scored_wave import Place, ScoredWave, Shown
from scoring.setbacks import Relapse, Stuck, relapse, stuck
from scoring.structure import structure
from scoring.unit_draws import ORGANISATION

LEVELS: Final[tuple[GapLevel, ...]] = ("T", "M", "staff")

Diagnosed = tuple[tuple[ReleasedCell, ...], OrganisationFindings | None]


def diagnosed(
    scored: ScoredWave,
    shown: Sequence[Shown],
    facts: Mapping[str, FactAnswer],
    library: Sequence[Recommendation] | None,
    *,
    facts_known: bool,
) -> Diagnosed:
    """The cells with their diagnosis, and the findings of the organisation; None where nothing is shown.

    shown: every cell with its figures.
    """
    if not shown:
        return (), None
    by_place = {one.place: one for one in shown}
    root: dict[GapLevel, Shown] = {level: by_place[0, level] for level in LEVELS if (0, level) in by_place}
    levels = level_figures(scored, {level: one for level, one in root.items() if one.compared})
    spread = spreads(scored)
    compared = compare(scored, shown, spread)
    diagnosis = Diagnosis(scored, by_place, levels, compared, affirmed(facts), library)

    supports = {place: diagnosis.supports(place) for place in diagnosis.units}
    level = _maturity(diagnosis)
    signs = _stuck(diagnosis, level, supports)
    risk = _relapse(diagnosis, level)
    importance = diagnosis.importance()
    units: dict[Place, UnitDiagnosis] = {}
    for place, own in supports.items():
        of_organisation = place == ORGANISATION
        signals = len(risk.signals) if risk is not None and of_organisation else 0
        patterns = diagnosis.patterns(place, own)
        priorities = diagnosis.priorities(place, own, importance, signals)
        chosen = diagnosis.recommendations(
            place,
            level,
            patterns,
            own,
            priorities,
            stuck=of_organisation and signs is not None and signs.verdict == "stuck",
            relapse_signals=signals,
        )
        units[place] = released_unit(patterns, priorities, chosen)

    cells = tuple(
        replace(
            one.released,
            comparison=compared.shown.get(one.place, {}),
            diagnosis=units.get(one.place),
        )
        for one in shown
    )
    released: dict[GapLevel, ReleasedCell] = {name: one.released for name, one in root.items()}
    staff = root.get("staff")
    return cells, OrganisationFindings(
        level_gaps=levels.gaps,
        weightings=weightings(scored, released),
        blindness=levels.blindness,
        not_informed=levels.not_informed,
        unclear=levels.unclear,
        echo=echo(released),
        departments=spread,
        maturity=None if staff is None else released_maturity(level, facts_known=facts_known),
        stuck=signs,
        relapse=risk,
        importance=released_importance(importance),
        structure=None if staff is None else structure(scored, people_at_least(staff.released)),
    )


def people_at_least(cell: ReleasedCell) -> int:
    """How many people a cell holds at least, by what is printed of it."""
    return int(cell.n_band.split("-")[0]) if cell.n is None else cell.n


def _maturity(diagnosis: Diagnosis) -> Maturity:
    """Maturity of the organisation; by facts alone where its staff cannot be judged."""
    one = diagnosis.shown.get(ORGANISATION)
    if one is not None and ORGANISATION in diagnosis.units:
        return maturity(
            diagnosis.draws.drawn(ORGANISATION),
            staff=people_at_least(one.released),
            facts=diagnosis.facts,
            lowest_department=diagnosis.lowest_department(),
        )
    few = one is None or one.compared
    reason = f"fewer than {FEWEST_STAFF} staff answered" if few else "fewer than 30 % of the staff answered"
    return maturity_by_facts(diagnosis.facts, NotEstimable(reason))


def _stuck(
    diagnosis: Diagnosis, level: Maturity, supports: Mapping[Place, Mapping[str, Support]]
) -> Stuck | None:
    """Signs of being stuck; None away from level 2."""
    view = diagnosis.draws.view
    if level.level != 2 or view is None:
        return None
    directive = supports[ORGANISATION].get("P09")
    return stuck(
        view,
        level,
        diagnosis.facts,
        directive_support=0.0 if directive is None else directive.share,
        item_b4c=diagnosis.directive_item(ORGANISATION),
    )


def _relapse(diagnosis: Diagnosis, level: Maturity) -> Relapse | None:
    """Risk of relapse; None below level 3 and without a level."""
    view = diagnosis.draws.view
    if view is None:
        return None
    found = relapse(view, level, diagnosis.facts)
    return None if isinstance(found, NotEstimable) else found
