"""A step of a survey as a line of the list: title, where it leads, and a sentence on how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import url_for

from coherence.store import WaveState
from coherence.use_cases.waves.overview import GroupsCheck, Overview, Standing, StepName
from coherence.use_cases.waves.own_questions import OwnCount
from coherence.web.staff.forms import LANGUAGE_NAMES
from coherence.web.waves import words
from coherence.web.waves.phrases import _, ngettext
from survey_forms.questionnaire import ENGLISH, default_questionnaire

PAGES: Final = {
    StepName.QUESTIONNAIRE: "waves.questionnaire",
    StepName.PEOPLE: "waves.people",
    StepName.GROUPS: "waves.groups",
    StepName.DATES: "waves.dates",
    StepName.MESSAGES: "waves.messages",
    StepName.BOARD: "waves.board",
    StepName.TEST: "waves.messages",
    StepName.OPEN: "waves.open_page",
    StepName.WATCH: "waves.live",
    StepName.CLOSE: "waves.close_page",
    StepName.COMMENTS: "waves.comments",
    StepName.FACTS: "waves.facts",
    StepName.OUTCOMES: "waves.outcomes",
    StepName.PUBLISH: "waves.publish_page",
    StepName.READERS: "waves.readers",
}
_CLOSED_ONLY: Final = frozenset({StepName.COMMENTS, StepName.PUBLISH})
_DRAFT_ONLY: Final = frozenset({StepName.GROUPS, StepName.BOARD, StepName.TEST, StepName.OPEN})


@dataclass(frozen=True, slots=True)
class Line:
    """One step as it is shown. address: None where there is nothing to see or do yet, or any more."""

    name: StepName
    title: str
    standing: Standing
    standing_words: str
    sentence: str
    address: str | None


def lines(survey: Overview) -> list[Line]:
    """All steps that concern a survey."""
    return [
        Line(
            name=name,
            title=words.step(name),
            standing=standing,
            standing_words=_standing(standing),
            sentence=_sentence(name, survey),
            address=address(name, survey),
        )
        for name, standing in survey.standings.items()
        if name is not StepName.BOARD or survey.figures.board.askable
    ]


def address(name: StepName, survey: Overview) -> str | None:
    """Where a step is taken; None where it cannot be taken now."""
    state = survey.state
    if name in _CLOSED_ONLY and state is not WaveState.CLOSED:
        return None
    if name in _DRAFT_ONLY and state is not WaveState.DRAFT:
        return None
    if name is StepName.WATCH and state not in (WaveState.OPEN, WaveState.CLOSING):
        return None
    if name is StepName.CLOSE and state not in (WaveState.OPEN, WaveState.CLOSING):
        return None
    anchor = "test" if name is StepName.TEST else None
    return url_for(PAGES[name], wave_id=survey.wave_id, _anchor=anchor)


def _standing(standing: Standing) -> str:
    return {
        Standing.DONE: _("done"),
        Standing.NOW: _("next"),
        Standing.NEEDED: _("still missing"),
        Standing.OPTIONAL: _("if you like"),
        Standing.LEFT_OUT: _("left out"),
        Standing.LATER: _("later"),
    }[standing]


def _sentence(name: StepName, survey: Overview) -> str:
    before = {
        StepName.QUESTIONNAIRE: _questionnaire,
        StepName.PEOPLE: _people,
        StepName.GROUPS: _groups,
        StepName.DATES: _dates,
        StepName.MESSAGES: _messages,
        StepName.BOARD: _board,
        StepName.TEST: _test,
        StepName.OPEN: _open,
    }
    after = {
        StepName.WATCH: _watch,
        StepName.CLOSE: _close,
        StepName.COMMENTS: _comments,
        StepName.FACTS: _facts,
        StepName.OUTCOMES: _outcomes,
        StepName.PUBLISH: _publish,
        StepName.READERS: _readers,
    }
    return {**before, **after}[name](survey)


def _questionnaire(survey: Overview) -> str:
    form = (
        _("Full form, 51 statements, 8 to 10 minutes")
        if survey.form == "full"
        else _("Short form, 18 statements, 3 to 4 minutes")
    )
    sectors = default_questionnaire().texts(ENGLISH).sectors
    sector = sectors.get(survey.sector, _("general wording"))
    found = (
        _("%(form)s; %(sector)s.", form=form, sector=sector)
        if survey.standings[StepName.QUESTIONNAIRE] is Standing.DONE
        else _("Proposed: %(form)s; %(sector)s. Have a look and save it.", form=form, sector=sector)
    )
    return " ".join(part for part in (found, _own_questions(survey.figures.own)) if part)


def _own_questions(own: OwnCount) -> str:
    if not own.questions:
        return ""
    counted = ngettext("%(num)s own question.", "%(num)s own questions.", own.questions)
    if not own.missing:
        return counted
    names = ", ".join(LANGUAGE_NAMES.get(language, language) for language in own.missing)
    return _("%(counted)s Not all are written in: %(languages)s.", counted=counted, languages=names)


def _people(survey: Overview) -> str:
    figures = survey.figures
    if survey.state is not WaveState.DRAFT:
        return _("%(people)s invited.", people=words.people(figures.people))
    if figures.people < survey.k:
        return _("%(people)s on the list; at least %(k)s are needed.", people=figures.people, k=survey.k)
    if figures.without_address:
        return _(
            "%(people)s on the list; %(slips)s of them without e-mail get a printed slip.",
            people=words.people(figures.people),
            slips=figures.without_address,
        )
    return _("%(people)s on the list, all with e-mail.", people=words.people(figures.people))


def _groups(survey: Overview) -> str:
    figures = survey.figures
    if survey.state is not WaveState.DRAFT:
        return _("Settled when the survey opened; no group below %(k)s people is ever shown.", k=survey.k)
    if not figures.groups:
        return _("Which teams are reported together can be seen once there are people on the list.")
    found = ngettext("%(num)s group", "%(num)s groups", figures.groups)
    joined = ngettext(
        "%(num)s of them holds several teams", "%(num)s of them hold several teams", figures.joined
    )
    if not figures.joined:
        joined = _("each of them one team")
    if figures.groups_check is GroupsCheck.CHECKED:
        return _("%(groups)s, %(joined)s. You have looked at them.", groups=found, joined=joined)
    if figures.groups_check is GroupsCheck.CHANGED:
        return _("%(groups)s. Something has changed since you looked; look once more.", groups=found)
    return _("%(groups)s, %(joined)s. Look whether that is what you want.", groups=found, joined=joined)


def _dates(survey: Overview) -> str:
    if not survey.figures.has_timetable:
        return _("No time zone and no closing day yet.")
    opens = (
        _("Opens %(at)s", at=words.moment(survey.opens_at, survey.zone))
        if survey.opens_at and survey.state is WaveState.DRAFT
        else _("You open it yourself")
        if survey.state is WaveState.DRAFT
        else _("Opened %(at)s", at=words.moment(survey.opened_at, survey.zone))
    )
    closes = (
        _("closes %(at)s", at=words.moment(survey.closes_at, survey.zone))
        if survey.closes_at
        else _("you close it yourself")
    )
    return _("%(opens)s; %(closes)s. Time of %(zone)s.", opens=opens, closes=closes, zone=survey.zone.key)


def _messages(survey: Overview) -> str:
    own = survey.figures.own_texts
    if own:
        return ngettext("%(num)s text of your own.", "%(num)s texts of your own.", own)
    if survey.closed_at is not None:
        return _("The proposed invitation and reminder were used.")
    return _("The proposed invitation and reminder are used. You may write your own.")


def _board(survey: Overview) -> str:
    board = survey.figures.board
    if board.complete:
        return _("All %(all)s members have agreed to a column of their own.", all=len(board.members))
    return _(
        "%(agreed)s of %(all)s members have agreed. Without all of them the board counts with the managers.",
        agreed=board.agreed,
        all=len(board.members),
    )


def _test(survey: Overview) -> str:
    tested = survey.figures.tested_at
    if tested is None and survey.opened_at is not None:
        return _("Nobody sent one before the survey opened.")
    if tested is None:
        return _("Send yourself the invitation before everybody gets it.")
    return _("Sent %(at)s.", at=words.moment(tested, survey.zone))


def _open(survey: Overview) -> str:
    if survey.opened_at is not None:
        return _("Opened %(at)s.", at=words.moment(survey.opened_at, survey.zone))
    if survey.missing:
        missing = ", ".join(words.step(one).lower() for one in survey.missing)
        return _("Still missing: %(missing)s.", missing=missing)
    return _("Everything needed is there. After this, groups and questionnaire cannot be changed.")


def _watch(survey: Overview) -> str:
    if survey.state is WaveState.OPEN:
        return _("How many have answered, in steps, counted once a day. Reminders go to all who have not.")
    return _("Rates in steps while the survey is open. Nobody sees who has answered.")


def _close(survey: Overview) -> str:
    if survey.closed_at is not None:
        return _("Closed %(at)s. The key is destroyed.", at=words.moment(survey.closed_at, survey.zone))
    if survey.state is WaveState.CLOSING:
        return _("The box is being emptied. If this was interrupted, it goes on from where it stopped.")
    return _("The box is emptied in random order and the key is destroyed. It cannot be opened again.")


def _comments(survey: Overview) -> str:
    review = survey.figures.comments
    if survey.closed_at is None:
        return _("After closing, somebody strikes names out before anybody else reads the comments.")
    if not review.total:
        return _("Nobody has left a comment.")
    if review.waiting:
        return _("%(waiting)s of %(all)s comments wait.", waiting=review.waiting, all=review.total)
    return _(
        "%(released)s released, %(withheld)s kept back.", released=review.released, withheld=review.withheld
    )


def _facts(survey: Overview) -> str:
    return _("%(answered)s of 21 facts about the organisation answered.", answered=survey.figures.facts)


def _outcomes(survey: Overview) -> str:
    number = survey.figures.outcomes
    if not number:
        return _("None yet: mystery visits, satisfaction, complaints, sales, if you have them.")
    return ngettext("%(num)s figure.", "%(num)s figures.", number)


def _publish(survey: Overview) -> str:
    if survey.published_at is not None:
        return _("Published %(at)s. It cannot be changed.", at=words.moment(survey.published_at, survey.zone))
    return _("You see first what will be shown and to whom.")


def _readers(survey: Overview) -> str:
    number = survey.figures.readers
    if not number:
        return _("Nobody yet but you and your colleagues. Give managers the results of their departments.")
    return ngettext("%(num)s reader.", "%(num)s readers.", number)
