"""The diagnosis of all units, and what is known of the organisation as a whole (method 3.9 to 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scoring.coherence import GapLevel
from scoring.comparisons import compare, spreads, staff_differences
from scoring.diagnosis import Diagnosis
from scoring.estimable import NotEstimable
from scoring.facts import affirmed
from scoring.item_figures import ItemFigures
from scoring.level_figures import echo, level_figures, weightings
from scoring.maturity import FEWEST_STAFF, Maturity, maturity, maturity_by_facts
from scoring.outcome_findings import internal_correlations, outcome_correlations
from scoring.outcomes import OutcomeValue
from scoring.patterns import Support
from scoring.recommendations import Recommendation
from scoring.released import ReleasedCell
from scoring.released_diagnosis import FactAnswer, OrganisationFindings, UnitDiagnosis
from scoring.released_form import released_importance, released_maturity, released_unit
from scoring.released_structure import ShownStructure
from scoring.scored_wave import Place, ScoredWave, Shown
from scoring.setbacks import EarlierAudit, Relapse, Stuck, relapse, stuck
from scoring.structure_findings import FACET_WITHHELD_BELOW, UNRELIABLE_FACET
from scoring.unit_draws import ORGANISATION
from scoring.vocabulary import FACETS

LEVELS: Final[tuple[GapLevel, ...]] = ("T", "M", "staff")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the diagnosis rests on beside the answers.

    facts: the sheet as given; facts_known: whether there was one. before: the audit before.
    """

    facts: Mapping[str, FactAnswer]
    facts_known: bool
    before: EarlierAudit | None = None
    outcomes: Sequence[OutcomeValue] = ()


Diagnosed = tuple[tuple[ReleasedCell, ...], OrganisationFindings | None]


def diagnosed(
    scored: ScoredWave,
    items: ItemFigures,
    shown: Sequence[Shown],
    found: ShownStructure | None,
    evidence: Evidence,
    library: Sequence[Recommendation] | None,
) -> Diagnosed:
    """The cells with their diagnosis, and the findings of the organisation; None where nothing is shown.

    shown: every cell with its figures. found: the structure of the items over the staff.
    """
    if not shown:
        return (), None
    by_place = {one.place: one for one in shown}
    staff = by_place.get(ORGANISATION)
    unreliable = unreliable_of(found)
    root: dict[GapLevel, Shown] = {level: by_place[0, level] for level in LEVELS if (0, level) in by_place}
    levels = level_figures(scored, {level: one for level, one in root.items() if one.compared})
    apart = staff_differences(scored)
    compared = compare(scored, shown, apart)
    diagnosis = Diagnosis(
        scored,
        items,
        by_place,
        levels,
        compared,
        affirmed(evidence.facts),
        library,
        unreliable,
        evidence.outcomes,
    )

    supports = {place: diagnosis.supports(place) for place in diagnosis.units}
    level = _maturity(diagnosis)
    signs = _stuck(diagnosis, level, supports, evidence.before)
    risk = _relapse(diagnosis, level, evidence.before)
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
            facets=diagnosis.reliable(one.place, one.released.facets),
            comparison=compared.shown.get(one.place, {}),
            diagnosis=units.get(one.place),
        )
        for one in shown
    )
    released: dict[GapLevel, ReleasedCell] = {name: one.released for name, one in root.items()}
    return cells, OrganisationFindings(
        level_gaps=levels.gaps,
        weightings=weightings(scored, released),
        blindness=levels.blindness,
        not_informed=levels.not_informed,
        unclear=levels.unclear,
        echo=echo(released),
        departments=spreads(apart),
        maturity=None if staff is None else released_maturity(level, facts_known=evidence.facts_known),
        stuck=signs,
        relapse=risk,
        importance=released_importance(importance),
        structure=found,
        internal_chain=internal_correlations(cells),
        outcomes=outcome_correlations(cells, evidence.outcomes),
        unreliable=tuple(facet for facet in FACETS if facet in unreliable),
    )


def unreliable_of(found: ShownStructure | None) -> frozenset[str]:
    """Facets that are too unreliable to be shown for departments (method 6.2)."""
    findings = () if found is None else found.findings
    return frozenset(
        one.about
        for one in findings
        if one.kind == UNRELIABLE_FACET and one.figures["omega"] < FACET_WITHHELD_BELOW
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
    diagnosis: Diagnosis,
    level: Maturity,
    supports: Mapping[Place, Mapping[str, Support]],
    before: EarlierAudit | None,
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
        before=before,
    )


def _relapse(diagnosis: Diagnosis, level: Maturity, before: EarlierAudit | None) -> Relapse | None:
    """Risk of relapse; None below level 3 and without a level."""
    view = diagnosis.draws.view
    if view is None:
        return None
    found = relapse(view, level, diagnosis.facts, before=before)
    return None if isinstance(found, NotEstimable) else found
