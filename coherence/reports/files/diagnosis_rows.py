"""Rows of the diagnosis of a unit: patterns with their conditions, key areas, recommendations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coherence.reports.files.cell_rows import CellRows
from coherence.reports.files.long_table import Row, Topic
from coherence.reports.points import signed
from coherence.reports.quantity_names import quantity_name
from coherence.reports.texts import _
from scoring.released_diagnosis import ReleasedEvidence, ShownReading, UnitDiagnosis
from survey_forms.patterns import PatternTexts
from survey_forms.recommendations import Advice

_RELATIONS = {">=": "≥", "<=": "≤"}


@dataclass(frozen=True, slots=True)
class DiagnosisRows:
    """Makes the rows of one unit's diagnosis.

    advice, patterns: the words of recommendations and patterns by id.
    """

    cell: CellRows
    advice: Mapping[str, Advice]
    patterns: Mapping[str, PatternTexts]

    def all(self, found: UnitDiagnosis) -> Iterator[Row]:
        """Patterns, then key areas, then recommendations in the order of print."""
        for pattern in found.patterns:
            yield self.cell.row(
                "patterns",
                f"pattern.{pattern.id}",
                self.patterns[pattern.id].name,
                text=pattern.certainty,
                note="; ".join(pattern.notes),
            )
            yield from self._readings("patterns", f"pattern.{pattern.id}", pattern.readings)
        for kind, facets in (("key_area", found.key_areas or ()), ("candidate", found.candidates)):
            for place, facet in enumerate(facets, 1):
                name = _("Key area") if kind == "key_area" else _("Comes close to a key area")
                yield self.cell.row(
                    "recommendations", f"{kind}.{place}", name, text=self.cell.words.facets[facet], note=facet
                )
        for recommendation in found.recommendations or ():
            measure = f"recommendation.{recommendation.id}"
            advice = self.advice[recommendation.id]
            yield self.cell.row(
                "recommendations",
                measure,
                advice.text,
                text=recommendation.reason,
                note=_("{who}: {first_step} Watch: {evidence}. Horizon: {horizon}").format(
                    who=advice.who,
                    first_step=advice.first_step,
                    evidence=advice.evidence,
                    horizon=advice.horizon,
                ),
            )
            for evidence in recommendation.evidence:
                yield from self._evidence(measure, evidence)

    def _evidence(self, measure: str, evidence: ReleasedEvidence) -> Iterator[Row]:
        about = evidence.rule if evidence.facet is None else f"{evidence.rule}: {evidence.facet}"
        yield self.cell.row(
            "recommendations",
            f"{measure}.because",
            _("Because of"),
            value=evidence.count,
            scale="number" if evidence.count is not None else "",
            text=about,
            note=evidence.certainty or "",
        )
        yield from self._readings("recommendations", measure, evidence.readings)

    def _readings(self, topic: Topic, measure: str, readings: Sequence[ShownReading]) -> Iterator[Row]:
        for reading in readings:
            yield self.cell.row(
                topic,
                f"{measure}.reading",
                quantity_name(reading.quantity, self.cell.words),
                value=reading.value,
                low=reading.low,
                high=reading.high,
                scale="points",
                text=f"{_RELATIONS[reading.relation]} {signed(reading.threshold)}",
            )
