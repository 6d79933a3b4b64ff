"""Which recommendations a unit gets: five at most, each with its evidence (method 5.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Protocol

from scoring.conditions import Reading
from scoring.patterns import Certainty, ShownPattern, Support
from scoring.support import POSSIBLE

MOST: Final = 5
FILLED_TO: Final = 3
MOST_FROM_A_FACET: Final = 2
BEGINNER_SET: Final = ("A05", "B04", "B08", "R14", "A11")

SAY_DO_GAP: Final = 40.0
LOW_RESOURCES: Final = 10.0
RELAPSE_SIGNALS: Final = 2
PROTECT_FROM_LEVEL: Final = 4

TALK_FIRST: Final = "B10"
"""The talk about deliberate harm; forced by a hostile climate."""
NO_SLOGANS: Final = "A12"
OBSTACLES: Final = "R17"
FIRST_STANDARD: Final = "R11"
ACROSS_BORDERS: Final = "G04"
RENEWAL: Final = "G05"
PROTECT: Final = "G06"
FIND_THE_DIVIDE: Final = "G03"
FOR_THE_TOP: Final = "A01"
FOR_A_QUICK_START: Final = "B08"

Reason = Literal["forced", "pattern", "no key area", "key area", "first steps", "for the top", "quick start"]


class Recommendation(Protocol):
    """The fields of a recommendation that the choice needs; the words stand in the catalogue."""

    @property
    def id(self) -> str:
        """Its name in the library."""

    @property
    def items(self) -> Sequence[str]:
        """The items that it answers."""

    @property
    def patterns(self) -> Mapping[str, int]:
        """Its rank among the recommendations of each pattern."""

    @property
    def from_level(self) -> int:
        """The maturity level from which it helps."""

    @property
    def top(self) -> bool:
        """Whether the board itself acts."""

    @property
    def quick(self) -> bool:
        """Whether it can be done within a few months."""

    @property
    def step(self) -> int:
        """Its place in the order of work, 1 to 5."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a recommendation is given: the rule that chose it and the numbers behind it.

    rule: "P02", "say-do gap", "key area", "stuck", ... readings: quantities with intervals and
    thresholds, points. certainty: of a pattern. facet: the key area. count: signals of relapse.
    """

    rule: str
    readings: tuple[Reading, ...] = ()
    certainty: Certainty | None = None
    facet: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A recommendation for a unit, with everything that speaks for it."""

    id: str
    reason: Reason
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class KeyArea:
    """A key area with its published score and the means of its items, by item, points.

    items: after reversal; an item that may not be shown, or has no value, is absent.
    """

    facet: str
    score: Reading
    items: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known of a unit: the staff of the organisation, or of a department of 10 or more.

    level: maturity level of the organisation, by facts where none is given. facts: answered yes.
    shown: patterns as shown, in order. supports: of all patterns. say_do, resources: published gap
    D - B and leg R of the staff. key_areas: highest priority first; None where facets are not
    measured (short form), which is not the same as no key area.
    stuck: the verdict "stuck" of 4.5. relapse_signals: of 4.6; 0 where not counted.
    """

    organisation: bool
    level: int
    facts: Collection[str] = ()
    shown: Sequence[ShownPattern] = ()
    supports: Mapping[str, Support] = field(default_factory=dict)
    say_do: Reading | None = None
    resources: Reading | None = None
    key_areas: Sequence[KeyArea] | None = None
    stuck: bool = False
    relapse_signals: int = 0


def choose(findings: Findings, library: Sequence[Recommendation]) -> tuple[Chosen, ...]:
    """The recommendations of a unit in the order of print; empty: these data ask for no change.

    Raises:
        ValueError: the library lacks a recommendation that the rules name.
    """
    return _Choice(findings, {one.id: one for one in library}).run()


class _Choice:
    """One run of the choice: the list as it grows."""

    def __init__(self, findings: Findings, library: Mapping[str, Recommendation]) -> None:
        self.findings = findings
        self.library = library
        self.forced = dict(_forced(findings))
        named = {*self.forced, *BEGINNER_SET, FOR_THE_TOP, NO_SLOGANS, PROTECT}
        if missing := sorted(named - set(library)):
            raise ValueError(f"the library of recommendations lacks {', '.join(missing)}")
        self.list: list[Chosen] = []

    def run(self) -> tuple[Chosen, ...]:
        self.list = [Chosen(name, "forced", evidence) for name, evidence in self.forced.items()]
        self._from_patterns()
        self._from_key_areas()
        self._first_steps()
        cut_off = self.list[MOST:]
        self.list = self.list[:MOST]
        if any(one.id not in (RENEWAL, PROTECT) for one in self.list):
            self._one_for_the_top()
            self._one_quick(cut_off)
        return tuple(sorted(self.list, key=self._place_in_print))

    def _from_patterns(self) -> None:
        """Step 2: the first recommendation of each clear pattern, or the next where it is removed."""
        for pattern in self.findings.shown:
            if pattern.certainty == "clear":
                evidence = Evidence(pattern.id, pattern.readings, pattern.certainty)
                self._add_first(self._of_pattern(pattern.id), "pattern", evidence)
        nothing_low = self.findings.key_areas is not None and not self.findings.key_areas
        if nothing_low and self.findings.level >= PROTECT_FROM_LEVEL:
            self._add_first([PROTECT], "no key area", Evidence("no key area"))

    def _from_key_areas(self) -> None:
        """Step 3: one for each key area by its lowest item, then a second one of the same facet."""
        areas = self.findings.key_areas or ()
        for _ in range(MOST_FROM_A_FACET):
            for area in areas:
                evidence = Evidence("key area", (area.score,), facet=area.facet)
                self._add_first(self._of_facet(area), "key area", evidence)

    def _first_steps(self) -> None:
        """Step 5: at level 1 the list is filled up to three."""
        if self.findings.level == 1:
            for name in BEGINNER_SET:
                if len(self.list) < FILLED_TO:
                    self._add_first([name], "first steps", Evidence("level 1"))

    def _one_for_the_top(self) -> None:
        if any(self.library[one.id].top for one in self.list):
            return
        name = FOR_THE_TOP if self._allowed(FOR_THE_TOP) else NO_SLOGANS
        self._exchange(
            Chosen(name, "for the top", (Evidence("nothing for the top"),)),
            [one for one in self.list if one.reason != "forced"],
        )

    def _one_quick(self, cut_off: Sequence[Chosen]) -> None:
        if any(self.library[one.id].quick for one in self.list):
            return
        first_steps = Chosen(FOR_A_QUICK_START, "quick start", (Evidence("nothing quick"),))
        quick = (one for one in cut_off if self.library[one.id].quick)
        may_go = [one for one in self.list if one.reason != "forced" and not self.library[one.id].top]
        new = next(quick, first_steps)
        if self._allowed(new.id):
            self._exchange(new, may_go)

    def _exchange(self, new: Chosen, may_go: Sequence[Chosen]) -> None:
        """Add one; in a full list the last that may go gives way, and if none may, nothing changes."""
        if len(self.list) < MOST:
            self.list.append(new)
        elif may_go:
            self.list = [one for one in self.list if one != may_go[-1]] + [new]

    def _add_first(self, names: Sequence[str], reason: Reason, evidence: Evidence) -> None:
        """The first of some that is allowed and not yet in the list; a duplicate gains the evidence."""
        for name in names:
            place = next((i for i, one in enumerate(self.list) if one.id == name), None)
            if place is not None:
                known = self.list[place]
                if evidence not in known.evidence and not _same_rule(known, evidence):
                    self.list[place] = replace(known, evidence=(*known.evidence, evidence))
            elif self._allowed(name):
                self.list.append(Chosen(name, reason, (evidence,)))
                return

    def _allowed(self, name: str) -> bool:
        """Step 4: whether a recommendation stays."""
        if name == PROTECT and self._certainty("P11") and self._certainty("P08"):
            return False
        if name == PROTECT and self._certainty("P11") == "clear":
            return True
        if name in ("A01", "A02", "A11") and NO_SLOGANS in self.forced:
            return False
        low = self.findings.resources is not None and self.findings.resources.value <= LOW_RESOURCES
        if name in ("R12", "R13") and low and all(one.id != OBSTACLES for one in self.list):
            return False
        return self.library[name].from_level <= self.findings.level

    def _certainty(self, pattern: str) -> Certainty | None:
        return next((one.certainty for one in self.findings.shown if one.id == pattern), None)

    def _of_pattern(self, pattern: str) -> list[str]:
        own = [one for one in self.library.values() if pattern in one.patterns]
        return [one.id for one in sorted(own, key=lambda one: (one.patterns[pattern], one.id))]

    def _of_facet(self, area: KeyArea) -> list[str]:
        """The owners of its items, the lowest item first; ties by id."""
        names: dict[str, None] = {}
        for item in sorted(area.items, key=lambda item: (area.items[item], item)):
            owners = sorted(one.id for one in self.library.values() if item in one.items)
            names.update(dict.fromkeys(owners))
        return list(names)

    def _place_in_print(self, one: Chosen) -> tuple[bool, int, bool]:
        """Talks about harm or a divide first, then by step; what a team can do itself before the board."""
        first = (one.id == TALK_FIRST and one.reason == "forced") or one.id == FIND_THE_DIVIDE
        entry = self.library[one.id]
        return not first, entry.step, entry.top


def _forced(findings: Findings) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Step 1: what is given whatever else is found."""
    if harm := _supported(findings, "P02"):
        yield TALK_FIRST, (harm,)
    slogans = []
    if findings.say_do is not None and findings.say_do.value >= SAY_DO_GAP:
        slogans.append(Evidence("say-do gap", (findings.say_do,)))
    if rhetoric := _supported(findings, "P15"):
        slogans.append(rhetoric)
    if slogans:
        yield NO_SLOGANS, tuple(slogans)
    if findings.resources is not None and findings.resources.value <= LOW_RESOURCES:
        yield OBSTACLES, (Evidence("low resources", (findings.resources,)),)
    if findings.organisation:
        if findings.level == 1 and "M02" not in findings.facts:
            yield FIRST_STANDARD, (Evidence("no standard"),)
        if findings.stuck:
            yield ACROSS_BORDERS, (Evidence("stuck"),)
        if findings.relapse_signals >= RELAPSE_SIGNALS:
            yield RENEWAL, (Evidence("relapse", count=findings.relapse_signals),)


def _supported(findings: Findings, pattern: str) -> Evidence | None:
    """Evidence of a pattern that is at least possible, shown among the three or not."""
    support = findings.supports.get(pattern)
    if support is None or support.share < POSSIBLE:
        return None
    readings = next((one.readings for one in findings.shown if one.id == pattern), ())
    return Evidence(pattern, readings, support.certainty)


def _same_rule(known: Chosen, evidence: Evidence) -> bool:
    return any((one.rule, one.facet) == (evidence.rule, evidence.facet) for one in known.evidence)
