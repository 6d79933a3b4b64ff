"""Rows of one cell: scores, participation, gaps, facets and what needs ten people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from coherence.reports.files.long_table import Row, Scale, Topic
from coherence.reports.points import band
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.estimable import NotEstimable
from scoring.released import Estimate, ReleasedCell
from scoring.released_figures import FinerFigures
from scoring.released_questions import OwnQuestion
from scoring.vocabulary import Leg


@dataclass(frozen=True, slots=True)
class CellRows:
    """Makes the rows of one cell, all with its unit, level and size.

    atoms: the groups of the roster that each label unites. statements: the words of the items. asked: what
    was asked outside the scores.
    """

    cell: ReleasedCell
    words: Wording
    atoms: Mapping[str, frozenset[Any]]
    statements: Mapping[str, str]
    asked: Mapping[str, OwnQuestion]

    def all(self) -> Iterator[Row]:
        """Every number of the cell but its diagnosis."""
        yield from self.scores()
        yield from self.participation()
        yield from self.gaps()
        yield from self.facets()
        yield from self.items()
        yield from self.own_questions()
        if self.cell.finer is not None:
            yield from self.finer(self.cell.finer)

    def row(self, topic: Topic, measure: str, name: str, **figures: Any) -> Row:
        """A row of this cell."""
        cell = self.cell
        return Row(
            topic,
            unit=" / ".join(cell.unit),
            level=self.words.levels[cell.level],
            measure=measure,
            name=name,
            people=cell.n if cell.n is not None else band(cell.n_band),
            size=cell.size,
            **figures,
        )

    def scores(self) -> Iterator[Row]:
        """Legs, seat, stool, and the place among the departments."""
        cell, stool = self.cell, self.cell.stool
        for leg, estimate in cell.legs.items():
            filled = cell.imputed.get(leg)
            yield self._estimate("scores", f"leg.{leg}", self._quantity(leg.value), estimate)
            if filled is not None:
                name = _("{leg}, gaps in answers filled").format(leg=self._quantity(leg.value))
                yield self.row("scores", f"imputed.{leg}", name, value=filled, scale="points")
        yield self._estimate("scores", "seat", _("Service level"), cell.seat)
        for code, name, value, scale in (
            ("tilt", _("Tilt"), stool.tilt, "degrees"),
            ("imbalance", _("Imbalance"), stool.imbalance, "points"),
            ("stability", _("Stability"), stool.stability, "number"),
        ):
            if value is not None:
                yield self.row("scores", f"stool.{code}", name, value=value, scale=scale)
        if stool.verdict is not None:
            short = ", ".join(self._quantity(leg.value) for leg in stool.toward)
            yield self.row("scores", "stool.verdict", _("Verdict"), text=stool.verdict, note=short)
        if cell.one_to_one is not None:
            name = _("Behaviours to declarations")
            yield self.row("scores", "one_to_one", name, value=cell.one_to_one, scale="percent")
        for quantity, found in cell.comparison.items():
            name = _("{score} beside the other departments").format(score=self._quantity(quantity))
            yield self.row("scores", f"comparison.{quantity}.standing", name, text=found.standing)
            if found.rank is not None:
                name = _("{score}, rank").format(score=self._quantity(quantity))
                yield self.row(
                    "scores", f"comparison.{quantity}.rank", name, value=found.rank, scale="number"
                )
            if found.shrunken is not None:
                name = _("{score}, drawn towards the mean").format(score=self._quantity(quantity))
                yield self._estimate("scores", f"comparison.{quantity}.shrunken", name, found.shrunken)

    def participation(self) -> Iterator[Row]:
        """How many were asked and answered, and what the silent could change."""
        cell = self.cell
        if cell.n is not None:
            yield self.row("participation", "n", _("Answers"), value=cell.n, scale="people")
        if cell.invited is not None:
            yield self.row("participation", "invited", _("Invited"), value=cell.invited, scale="people")
        yield self.row(
            "participation",
            "response",
            _("Response"),
            value=cell.response_percent,
            scale="percent",
            text=cell.response,
        )
        if cell.shift is not None:
            name = _("If the silent stood 50 points apart: the score moves by")
            yield self.row("participation", "shift", name, value=cell.shift.move, scale="points")
            for quantity, ends in cell.shift.scores.items():
                name = _("{score}, if the silent stood 50 points apart").format(
                    score=self._quantity(quantity)
                )
                yield self.row(
                    "participation",
                    f"shift.{quantity}",
                    name,
                    low=ends.low,
                    high=ends.high,
                    scale="points",
                )

    def gaps(self) -> Iterator[Row]:
        """Differences of two legs."""
        for pair, gap in self.cell.gaps.items():
            upper, lower = (self._quantity(leg) for leg in pair.split("-"))
            name = _("{one} less {other}").format(one=upper, other=lower.lower())
            yield replace(
                self._estimate("gaps", f"gap.{pair}", name, Estimate(gap.value, gap.low, gap.high)),
                text=gap.size,
            )

    def facets(self) -> Iterator[Row]:
        """The parts of the legs; a part may be about more people than the cell."""
        for code, facet in self.cell.facets.items():
            yield self._noted(
                self._estimate("facets", f"facet.{code}", self.words.facets[code], facet.estimate),
                facet.members,
            )

    def items(self) -> Iterator[Row]:
        """The statements: points after reversal, and how the answers 1 to 5 were given."""
        for item, found in self.cell.items.items():
            name = f"{item}: {self.statements[item]}"
            yield self._noted(self._estimate("items", f"item.{item}", name, found.estimate), found.members)
            for answer, share in enumerate(found.shares, 1):
                named = _("{item}, answer {answer}").format(item=item, answer=answer)
                yield self.row("items", f"item.{item}.{answer}", named, value=share, scale="percent")

    def own_questions(self) -> Iterator[Row]:
        """Questions outside the scores: points of an agreement, and the share of each answer."""
        for code, found in self.cell.own_questions.items():
            question = self.asked[code]
            name = f"{code}: {question.text}"
            if found.estimate is not None:
                row = self._estimate("own questions", f"own.{code}", name, found.estimate)
                yield self._noted(row, found.members)
            options = question.options or tuple(str(answer) for answer in range(1, question.answers + 1))
            for place, (option, share) in enumerate(zip(options, found.shares, strict=True), 1):
                named = _("{question}, answer {answer}").format(question=name, answer=option)
                row = self.row("own questions", f"own.{code}.{place}", named, value=share, scale="percent")
                yield self._noted(row, found.members)

    def finer(self, figures: FinerFigures) -> Iterator[Row]:
        """Agreement, funnel, style and the additional questions."""
        for leg, found in figures.agreement.items():
            name = _("{leg}: agreement (1: all agree)").format(leg=self._quantity(leg.value))
            measure = f"agreement.{leg}"
            yield self.row("finer", measure, name, value=found.r_star_wg, scale="index", text=found.word)
            name = _("{leg}: mean distance from the mean, answer steps").format(leg=self._quantity(leg.value))
            yield self.row("finer", f"{measure}.ad", name, value=found.ad, scale="steps")
        if figures.funnel is not None:
            for code, name in (
                ("heard", _("Heard: declarations of 50 points or more")),
                ("equipped", _("Equipped: of these, resources")),
                ("delivered", _("Delivered: of these, behaviours")),
                ("conversion", _("Of those who heard, behaviours")),
                ("through", _("All three steps, of everybody")),
            ):
                yield self._share(f"funnel.{code}", name, getattr(figures.funnel, code))
        if figures.style is not None:
            name = _("Inclination to agree, answer steps")
            yield self.row(
                "finer", "style.acquiescence", name, value=figures.style.acquiescence, scale="steps"
            )
            name = _("Answers at the ends of the scale")
            yield self.row("finer", "style.extremes", name, value=figures.style.extremes, scale="percent")
        if figures.enps is not None:
            found_index = figures.enps.estimate
            yield replace(
                self._estimate("finer", "enps", _("Recommendation index (eNPS)"), found_index), scale="number"
            )
        if (rating := figures.internal_service) is not None:
            name = _("Service by other departments, 0 to 10")
            ends = {"low": rating.low, "high": rating.high}
            yield self.row("finer", "internal_service", name, value=rating.value, scale="number", **ends)
        if figures.priorities is not None:
            for option, share in figures.priorities.shares.items():
                name = _("Counts most: {priority}").format(priority=option)
                yield self.row("finer", f"priority.{option}", name, value=share, scale="percent")

    def _noted(self, row: Row, members: tuple[str, ...]) -> Row:
        """The row, with a note where it is about other people than the cell's scores."""
        if self._groups(members) == self._groups(self.cell.members):
            return row
        note = _("not of quite the same groups, because too few of some answered this")
        return replace(row, note=note)

    def _groups(self, members: tuple[str, ...]) -> frozenset[Any]:
        return frozenset().union(*(self.atoms.get(key, frozenset({key})) for key in members))

    def _quantity(self, quantity: str) -> str:
        return _("Service level") if quantity == "seat" else self.words.words.legs[Leg(quantity)]

    def _estimate(self, topic: Topic, measure: str, name: str, found: Estimate) -> Row:
        scale: Scale = "points"
        return self.row(topic, measure, name, value=found.value, low=found.low, high=found.high, scale=scale)

    def _share(self, measure: str, name: str, found: Any) -> Row:
        if isinstance(found, NotEstimable):
            return self.row("finer", measure, name, scale="percent", note=found.reason)
        if isinstance(found, int):
            return self.row("finer", measure, name, value=found, scale="percent")
        return self.row(
            "finer", measure, name, value=found.value, low=found.low, high=found.high, scale="percent"
        )
