"""From the welcome to the thank-you. Nothing is stored before Send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from coherence.ballots.errors import NotReceived
from coherence.ballots.submit import Submission
from coherence.use_cases.answer_survey import SurveyClosed, send_answers
from coherence.web.respondent import visit
from coherence.web.respondent.pages import blank_page, full_page, whole_sheet
from coherence.web.services import services
from coherence.web.sheets import hidden_fields
from survey_forms.forms import SurveyForm, plainly_given, whole_form
from survey_forms.pages import asked
from survey_forms.questionnaire import default_questionnaire

blueprint = Blueprint("respondent", __name__, url_prefix="/answer")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The one script keeps the draft on the person's own device and repeats a failed send."""


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
    here = g.visit
    return render_template("answer/welcome.html", visit=here, count=len(asked(here.form, here.level)))


@blueprint.route("/page/<int:number>", methods=["GET", "POST"])
def page(number: int) -> str | tuple[str, int]:
    """A page of statements; 0 is all of them on one long page."""
    if not 0 <= number <= len(g.visit.pages):
        raise NotFound
    if request.method == "GET":
        return blank_page(g.visit, number)
    given = _given()
    return _refused(_form(), number) if given is None else full_page(g.visit, number, given)


@blueprint.post("/review")
def review() -> str | tuple[str, int]:
    """What was answered and what was left out, before it is sent."""
    given = _given()
    return _refused(_form(), len(g.visit.pages)) if given is None else _review(given)


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
        return _review(form.given, failed=True), 503
    if done is Submission.CLOSED:
        raise SurveyClosed("the survey closed before the answers came")
    visit.end(here, again=done is Submission.ALREADY_RECEIVED)
    return redirect(url_for(".thanks"), 303)


@blueprint.get("/thanks")
def thanks() -> str:
    """The answers lie in the box; nobody else is thanked."""
    return render_template("answer/thanks.html", sent=g.sent)


@blueprint.errorhandler(CSRFError)
def unsure(error: CSRFError) -> tuple[str, int]:
    """Answers without a valid token: nothing typed is lost, they are shown again with a new one."""
    return _review(_form().given, unsure=True), 400


@blueprint.after_request
def keep_to_this_device(response: Response) -> Response:
    """One script of our own, and the browser's way back shows the page as it was left."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    kiosk = any(name in g and g.get(name).kiosk for name in ("visit", "sent"))
    response.headers["Cache-Control"] = "no-store" if kiosk else "private, no-cache"
    return response


def _given() -> dict[str, str] | None:
    """What was answered so far; None if a value is not among those offered, or stands twice."""
    if any(len(values) > 1 for _, values in request.form.lists()):
        return None
    return plainly_given(default_questionnaire(), g.visit.form, g.visit.level, request.form)


def _form() -> SurveyForm:
    return whole_form(default_questionnaire(), g.visit.form, g.visit.level)()


def _refused(form: SurveyForm, number: int) -> tuple[str, int]:
    """The first page with an answer that is not among those offered; all others stay."""
    form.validate()
    pages = g.visit.pages
    wrong = (p.number for p in pages if form.errors.keys() & {*p.items, *p.questions})
    faults = {name: messages[0] for name, messages in form.errors.items()}
    return full_page(g.visit, next(wrong, number or 1), form.given, faults=faults), 400


def _review(given: Mapping[str, str], **notes: Any) -> str:
    here = g.visit
    statements = asked(here.form, here.level)
    left_out = {
        p.number: [one for one in whole_sheet(here, p.number).statements if one.id not in given]
        for p in here.pages
    }
    return render_template(
        "answer/review.html",
        visit=here,
        hidden=hidden_fields(given),
        answered=sum(item in given for item in statements),
        count=len(statements),
        left_out={number: missing for number, missing in left_out.items() if missing},
        **notes,
    )
