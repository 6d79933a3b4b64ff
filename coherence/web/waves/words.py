"""Plain words for what the use cases say in codes: states, levels, steps, reasons of joining."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import format_datetime, format_decimal

from coherence.store import WaveState
from coherence.use_cases.organisations import below_root
from coherence.use_cases.waves.label_preview import Joining, ReportedGroup, Team
from coherence.use_cases.waves.overview import StepName
from coherence.web.waves.phrases import _, ngettext
from scoring.disclosure import Reason
from scoring.vocabulary import LEVELS, Level


def state(of: WaveState) -> str:
    """How a survey stands, in a word."""
    return {
        WaveState.DRAFT: _("in preparation"),
        WaveState.OPEN: _("open"),
        WaveState.CLOSING: _("being closed"),
        WaveState.CLOSED: _("closed"),
        WaveState.PUBLISHED: _("published"),
    }[of]


def level(one: Level | str) -> str:
    """A level, as people call it."""
    return {
        Level.T: _("board"),
        Level.M: _("managers"),
        Level.F: _("front line"),
        Level.S: _("support"),
    }[Level(one)]


def levels(several: Iterable[Level | str]) -> str:
    """Everybody who counts in a group."""
    found = [one for one in LEVELS if one in {Level(each) for each in several}]
    if len(found) == len(LEVELS):
        return _("all levels")
    names = [level(one) for one in found]
    return _and(names, ", ")


department = below_root
"""A department by its path; below the organisation, without the organisation's name."""


def group(one: ReportedGroup) -> str:
    """What a person reads: "Sales / North, front line and support"."""
    return f"{department(one.unit)}, {levels(one.levels)}"


def team(one: Team) -> str:
    """A team of the roster with its size."""
    return _(
        "%(department)s, %(level)s (%(people)s)",
        department=department(one.unit),
        level=level(one.level),
        people=one.people,
    )


def people(number: int) -> str:
    """So many people."""
    return ngettext("%(people)s person", "%(people)s people", number, people=format_decimal(number))


def joining(one: Joining, k: int) -> str:
    """Why teams are counted elsewhere, in a sentence."""
    into = department(one.into)
    several = len(one.teams) > 1
    who = _and([team(each) for each in one.teams], "; ")
    if one.reason is Reason.SUPPORT_JOINS_FRONT_LINE:
        return _("%(who)s: counted with the front line, because not both reach %(k)s people.", who=who, k=k)
    if one.reason is Reason.MOVED_UP:
        if several:
            return _(
                "%(who)s: together fewer than %(k)s people, so they are counted in %(into)s.",
                who=who,
                k=k,
                into=into,
            )
        return _("%(who)s: fewer than %(k)s people, so it is counted in %(into)s.", who=who, k=k, into=into)
    if one.reason is Reason.TOP_JOINS_MANAGERS:
        return _("%(who)s: fewer than %(k)s people, so the board is counted with the managers.", who=who, k=k)
    if one.reason is Reason.MANAGERS_JOIN_STAFF:
        return _("%(who)s: fewer than %(k)s people, so they are counted with the front line.", who=who, k=k)
    return _(
        "%(who)s: the smallest group elsewhere, counted here so that those left over in %(into)s do not "
        "stand alone.",
        who=who,
        into=into,
    )


def together(one: ReportedGroup) -> str:
    """How many teams are reported together."""
    return ngettext(
        "%(num)s team is reported alone.", "These %(num)s teams are reported together:", len(one.teams)
    )


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """A moment on the clock of the survey."""
    if at is None:
        return ""
    return str(format_datetime(at.astimezone(zone).replace(tzinfo=None), "d MMMM y, HH:mm", rebase=False))


def day(at: datetime | None, zone: ZoneInfo) -> str:
    """A day on the calendar of the survey."""
    if at is None:
        return ""
    return str(format_datetime(at.astimezone(zone).replace(tzinfo=None), "d MMMM y", rebase=False))


def share(percent: int) -> str:
    """A share as people write it, with a blank that does not break."""
    return f"{percent}\N{NO-BREAK SPACE}%"


def step(name: StepName) -> str:
    """The title of a step."""
    return {
        StepName.QUESTIONNAIRE: _("Questionnaire"),
        StepName.PEOPLE: _("People"),
        StepName.GROUPS: _("Groups"),
        StepName.DATES: _("Dates"),
        StepName.MESSAGES: _("Messages"),
        StepName.BOARD: _("Consent of the board"),
        StepName.TEST: _("Test message"),
        StepName.OPEN: _("Open"),
        StepName.WATCH: _("Watch and remind"),
        StepName.CLOSE: _("Close"),
        StepName.COMMENTS: _("Review comments"),
        StepName.FACTS: _("Facts"),
        StepName.OUTCOMES: _("Outcomes"),
        StepName.PUBLISH: _("Publish"),
        StepName.READERS: _("Readers"),
    }[name]


def _and(names: list[str], between: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s", first=between.join(names[:-1]), last=names[-1])
