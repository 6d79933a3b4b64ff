"""Paper sheets of an open survey: what to know about them, to print them, and to type them in.

What is typed travels in the page alone, as at the respondent's form; nothing is stored before the seal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from coherence.ballots.errors import NotReceived
from coherence.errors import CoherenceError
from coherence.store import WaveState
from coherence.use_cases.answer_survey import AlreadyAnswered, SurveyClosed, TooManyTries, UnknownDoor
from coherence.use_cases.paper import OtherLevel, PaperSheet, enter_paper, paper_sheet, print_paper
from coherence.use_cases.waves.overview import Overview
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.web.errors import forged
from coherence.web.locale import questionnaire_language
from coherence.web.services import services
from coherence.web.sheets import sheet as page_of
from coherence.web.staff.forms import LANGUAGE_NAMES
from coherence.web.variants import level_choices
from coherence.web.waves.blueprint import blueprint, guarded, refused, staff
from coherence.web.waves.live import pdf_file
from scoring.vocabulary import Level
from survey_forms.forms import SurveyForm, whole_form
from survey_forms.questionnaire import default_questionnaire

LONGEST_CODE: Final = 60
STATUS: Final[Mapping[type[CoherenceError], tuple[str, int]]] = {
    UnknownDoor: ("unknown", 400),
    OtherLevel: ("level", 400),
    AlreadyAnswered: ("answered", 409),
    SurveyClosed: ("closed", 410),
    TooManyTries: ("tries", 429),
    NotReceived: ("failed", 503),
}
"""Why a sheet was not sealed: the name of the trouble in the template, and the status of the answer."""

paper = Blueprint("paper", __name__, url_prefix="/<int:wave_id>/paper")


@paper.get("/")
@guarded
def show(wave_id: int) -> ResponseReturnValue:
    """How sheets and slips go together, who may type, and the sheets of the four levels."""
    found = read_survey(services().database, wave_id, staff())
    if found.state is WaveState.DRAFT:
        return redirect(url_for("waves.survey", wave_id=wave_id))
    languages = default_questionnaire().languages
    asked = request.args.get("language", "")
    return render_template(
        "waves/paper.html",
        survey=found,
        levels=level_choices(),
        languages={code: LANGUAGE_NAMES.get(code, code) for code in languages},
        language=asked if asked in languages else questionnaire_language(),
    )


@paper.get("/sheet.pdf")
@guarded
def printed(wave_id: int) -> ResponseReturnValue:
    """The sheet of a level, to print once for each person who answers on paper."""
    found = read_survey(services().database, wave_id, staff())
    chosen = _chosen(found)
    if chosen is None or found.state is not WaveState.OPEN:
        return redirect(url_for(".show", wave_id=wave_id))
    content = print_paper(services().database, wave_id, level=chosen.level, language=chosen.language)
    return pdf_file(content, f"sheet-{chosen.level.value}-{chosen.language}.pdf")


@paper.get("/type")
@guarded
def type_sheet(wave_id: int) -> ResponseReturnValue:
    """An empty sheet; level and language stand in the address, and so hold for the next one."""
    found = read_survey(services().database, wave_id, staff())
    chosen = _chosen(found)
    if chosen is None or found.state is not WaveState.OPEN:
        return redirect(url_for(".show", wave_id=wave_id))
    return _page(found, chosen, _form(chosen))


@paper.post("/type")
@guarded
def seal(wave_id: int) -> ResponseReturnValue:
    """Seal what was typed, through the door of its code; else say what is wrong and keep everything."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    chosen = _chosen(found)
    if chosen is None:
        return redirect(url_for(".show", wave_id=wave_id))
    form = _form(chosen)
    if "moved" in request.form:
        return _page(found, chosen, form)
    if not form.validate():
        return _page(found, chosen, form, trouble="answers"), 400
    left_out = _left_out(chosen, form)
    unseen = bool(left_out) and request.form.get("left_out") != _listed(left_out)
    if not _code() or unseen:
        return _page(found, chosen, form, trouble="" if _code() else "code", left_out=left_out), 400
    try:
        if found.state is not WaveState.OPEN:
            raise SurveyClosed("the survey takes no more answers")
        enter_paper(
            at_hand.database,
            chosen,
            secret=at_hand.secret,
            code=_code(),
            answers=form.answers(),
            now=at_hand.clock(),
            actor_id=staff().user_id,
        )
    except tuple(STATUS) as error:
        return _not_sealed(found, chosen, form, error)
    flash(_("That sheet is sealed. The next one."))
    return redirect(url_for(".type_sheet", wave_id=wave_id, **_address(chosen)), 303)


@paper.errorhandler(CSRFError)
def unsure(error: CSRFError) -> ResponseReturnValue:
    """A sheet without a valid token, such as after signing in anew: it is shown again with a new one."""
    try:
        return _once_more(**(request.view_args or {}))
    except CoherenceError as refusal:
        return refused(refusal)


@guarded
def _once_more(wave_id: int) -> ResponseReturnValue:
    found = read_survey(services().database, wave_id, staff())
    chosen = _chosen(found)
    if chosen is None:
        return forged(CSRFError())
    return _page(found, chosen, _form(chosen), trouble="unsure"), 400


def _not_sealed(
    found: Overview, chosen: PaperSheet, form: SurveyForm, error: CoherenceError
) -> ResponseReturnValue:
    trouble, status = STATUS[type(error)]
    if isinstance(error, NotReceived):
        current_app.logger.error("a typed sheet could not be stored, and is shown again: %s", error.__cause__)
    level = error.level if isinstance(error, OtherLevel) else None
    return _page(found, chosen, form, trouble=trouble, belongs_to=level), status


def _chosen(found: Overview) -> PaperSheet | None:
    """The sheet that the address names, in the language of the page unless told; None where it names none."""
    level, language = request.args.get("level"), request.args.get("language", questionnaire_language())
    if level not in set(Level) or language not in default_questionnaire().languages:
        return None
    return paper_sheet(services().database, found.wave_id, level=Level(level), language=language)


def _form(chosen: PaperSheet) -> SurveyForm:
    """The same form that judges the pages of respondents."""
    return whole_form(default_questionnaire(), chosen.form, chosen.level, chosen.extra)()


def _code() -> str:
    return request.form.get("code", "").strip()[:LONGEST_CODE]


def _left_out(chosen: PaperSheet, form: SurveyForm) -> dict[str, int]:
    """The numbers of what nothing was marked for; own words are mostly empty, and do not count here."""
    offered, given = form.sent.offered, form.given
    return {name: number for name, number in chosen.numbers.items() if name in offered and name not in given}


def _listed(left_out: Mapping[str, int]) -> str:
    return " ".join(map(str, left_out.values()))


def _address(chosen: PaperSheet) -> dict[str, Any]:
    return {"level": chosen.level.value, "language": chosen.language}


def _page(
    found: Overview,
    chosen: PaperSheet,
    form: SurveyForm,
    *,
    trouble: str = "",
    left_out: Mapping[str, int] | None = None,
    belongs_to: Level | None = None,
) -> str:
    """The sheet with everything typed so far.

    belongs_to: the level of the code, where it is another one. What was typed can be taken over if the
    numbers of that sheet are the same; they are not between support and the others.
    """
    move_to = ""
    if belongs_to is not None:
        other = paper_sheet(services().database, found.wave_id, level=belongs_to, language=chosen.language)
        if other.numbers == chosen.numbers:
            move_to = url_for(".type_sheet", wave_id=found.wave_id, **_address(other))
    return render_template(
        "waves/paper_type.html",
        survey=found,
        sheet=page_of(
            default_questionnaire(),
            chosen.page,
            chosen.level,
            chosen.sector or None,
            chosen.language,
            chosen.extra,
        ),
        chosen=chosen,
        language_name=LANGUAGE_NAMES.get(chosen.language, chosen.language),
        level_names={one.code: one.name for one in level_choices()},
        here=url_for(".type_sheet", wave_id=found.wave_id, **_address(chosen)),
        given=form.given,
        faults=form.faults,
        code=_code(),
        trouble=trouble,
        left_out=left_out or {},
        listed=_listed(left_out or {}),
        belongs_to=belongs_to,
        move_to=move_to,
    )


blueprint.register_blueprint(paper)
