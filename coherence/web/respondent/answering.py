"""From the welcome to the thank-you. Nothing is stored before Send."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from coherence.ballots.errors import NotReceived
from coherence.ballots.submit import Submission
from coherence.use_cases.answer_survey import SurveyClosed, send_answers
from coherence.web.headers import WITH_OUR_SCRIPTS
from coherence.web.respondent import visit
from coherence.web.respondent.pages import (
    kiosk_address,
    review_page,
    statements_page,
    thanks_page,
    welcome_page,
)
from coherence.web.services import services
from survey_forms.forms import SurveyForm, whole_form
from survey_forms.questionnaire import default_questionnaire

blueprint = Blueprint("respondent", __name__, url_prefix="/answer")


@blueprint.url_value_preprocessor
def remember_visit(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Find the visit before anything else is looked at, the token included."""
    if endpoint == "respondent.thanks":
        g.sent = visit.sent()
    else:
        g.visit = visit.present()


@blueprint.get("/")
def welcome() -> str:
    """What a person reads before the first statement."""
    return welcome_page(g.visit)


@blueprint.route("/page/<int:number>", methods=["GET", "POST"])
def page(number: int) -> str | tuple[str, int]:
    """A page of statements with the answers given so far; 0 is all of them on one long page."""
    if number > len(g.visit.pages):
        raise NotFound
    if request.method == "GET":
        return statements_page(g.visit, number, {})
    form = _form()
    return statements_page(g.visit, number, form.given) if form.validate() else _refused(form, number)


@blueprint.post("/review")
def review() -> str | tuple[str, int]:
    """What was answered and what was left out, before it is sent."""
    form = _form()
    return review_page(g.visit, form.given) if form.validate() else _refused(form, len(g.visit.pages))


@blueprint.post("/send")
def send() -> AnyResponse | str | tuple[str, int]:
    """Seal and store; thank only after the commit. Sending the same again changes nothing."""
    form = _form()
    if not form.validate():
        return _refused(form, len(g.visit.pages))
    here = g.visit
    try:
        done = send_answers(services().database, here.invitation_id, form.answers(), language=here.language)
    except NotReceived as error:
        current_app.logger.error("answers could not be stored, and are shown again: %s", error.__cause__)
        return review_page(here, form.given, "failed"), 503
    if done is Submission.CLOSED:
        raise SurveyClosed("the survey closed before the answers came")
    visit.end(here, again=done is Submission.ALREADY_RECEIVED)
    return redirect(url_for(".thanks"), 303)


@blueprint.get("/thanks")
def thanks() -> str:
    """The answers lie in the box; nobody else is thanked."""
    return thanks_page(g.sent)


@blueprint.errorhandler(CSRFError)
def unsure(error: CSRFError) -> AnyResponse | tuple[str, int]:
    """Answers without a valid token: nothing typed is lost, they are shown again with a new one.

    Not at a kiosk, where they may be what somebody else has sent, found by the browser's way back.
    """
    if g.visit.kiosk:
        return redirect(kiosk_address(g.visit.kiosk), 303)
    return review_page(g.visit, _form().given, "unsure"), 400


@blueprint.after_request
def keep_to_this_device(response: Response) -> Response:
    """Scripts of our own only, and the browser's way back shows the page as it was left, but at a kiosk."""
    response.headers["Content-Security-Policy"] = WITH_OUR_SCRIPTS
    kiosk = any(name in g and g.get(name).kiosk for name in ("visit", "sent"))
    response.headers["Cache-Control"] = "no-store" if kiosk else "private, no-cache"
    return response


def _form() -> SurveyForm:
    return whole_form(default_questionnaire(), g.visit.form, g.visit.level, g.visit.extra)()


def _refused(form: SurveyForm, number: int) -> tuple[str, int]:
    """The first page with an answer that is not among those offered; all others stay."""
    faults = form.faults
    wrong = (p.number for p in g.visit.pages if faults.keys() & {*p.items, *p.questions, *p.extra})
    return statements_page(g.visit, next(wrong, number or 1), form.given, faults), 400
