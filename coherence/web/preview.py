"""The questionnaire as any level and sector will see it. Answers travel from page to page; none is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import NotFound

from coherence.accounts.access import Stage
from coherence.use_cases.waves.own_questions import previewed_questions
from coherence.use_cases.waves.staff_waves import Staff
from coherence.web.locale import questionnaire_language
from coherence.web.services import services
from coherence.web.sheets import hidden_fields, sheet
from coherence.web.signing_in import current_user
from coherence.web.variants import (
    ORDER_NUMBERS,
    NoSuchVariant,
    Variant,
    example_group,
    level_choices,
    read_variant,
)
from survey_forms.forms import SurveyForm, whole_form
from survey_forms.pages import asked
from survey_forms.questionnaire import default_questionnaire

blueprint = Blueprint("preview", __name__, url_prefix="/questionnaire")


@blueprint.url_value_preprocessor
def read_address(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Find the variant before anything else is looked at, the token included."""
    g.variant = _of_survey(read_variant(request.args, default_questionnaire()))
    if not 1 <= (values or {}).get("number", 1) <= len(g.variant.pages):
        raise NotFound


@blueprint.get("/")
def choose() -> str:
    """Through whose eyes to look."""
    sectors = default_questionnaire().texts(questionnaire_language()).sectors
    return render_template(
        "survey/choose.html",
        chosen=g.variant,
        levels=level_choices(),
        sectors=sorted(sectors.items(), key=lambda pair: pair[1]),
        orders=ORDER_NUMBERS,
    )


@blueprint.get("/welcome")
def welcome() -> str:
    """What a person reads before the first statement."""
    variant: Variant = g.variant
    return render_template(
        "survey/welcome.html",
        variant=variant,
        group=example_group(variant.level),
        count=len(asked(variant.form, variant.level)),
        start=url_for(".page", number=1, **variant.address),
    )


@blueprint.route("/page/<int:number>", methods=["GET", "POST"])
def page(number: int) -> str | tuple[str, int]:
    """A page of statements, with the answers given so far."""
    form = _form()
    if form.is_submitted() and not form.validate():
        return _refused(form)
    return _show(form, number)


@blueprint.post("/send")
def send() -> str | tuple[str, int]:
    """The end of the preview: the answers are counted and forgotten."""
    variant, form = g.variant, _form()
    if not form.validate():
        return _refused(form)
    statements = asked(variant.form, variant.level)
    answered = sum(item in form.given for item in statements)
    return render_template("survey/sent.html", variant=variant, answered=answered, count=len(statements))


@blueprint.errorhandler(CSRFError)
def unsure(error: CSRFError) -> tuple[str, int]:
    """Answers without a valid token: nothing typed is lost, the page is shown again with a new one."""
    number = (request.view_args or {}).get("number", len(g.variant.pages))
    return _show(_form(), number, unsure=True), 400


@blueprint.errorhandler(NoSuchVariant)
def unknown(error: NoSuchVariant) -> tuple[str, int]:
    """An address that was changed by hand."""
    heading, advice = _("There is no such questionnaire"), _("Please choose a level and a sector again.")
    return render_template("errors/error.html", status=404, heading=heading, advice=advice), 404


@blueprint.after_request
def may_go_back(response: Response) -> Response:
    """Let the browser's own way back show the page as it was left, with its answers."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _of_survey(variant: Variant) -> Variant:
    """With the questions outside the scores, for the staff of the survey that the address names."""
    slug = request.args.get("survey", "")
    if not slug:
        return variant
    user = current_user()
    if user is None or user.stage is not Stage.SIGNED_IN:
        raise NotFound
    extra = previewed_questions(
        services().database, slug, Staff(user.user_id, user.rights), questionnaire_language()
    )
    return replace(variant, survey=slug, extra=extra)


def _form() -> SurveyForm:
    return whole_form(default_questionnaire(), g.variant.form, g.variant.level, g.variant.extra)()


def _refused(form: SurveyForm) -> tuple[str, int]:
    """The first page with an answer that is not among those offered; all others stay."""
    pages = g.variant.pages
    wrong = (p.number for p in pages if form.faults.keys() & {*p.items, *p.questions, *p.extra})
    return _show(form, next(wrong)), 400


def _show(form: SurveyForm, number: int, unsure: bool = False) -> str:
    variant: Variant = g.variant
    page = variant.pages[number - 1]
    shown = sheet(
        default_questionnaire(),
        page,
        variant.level,
        variant.sector,
        questionnaire_language(),
        variant.extra,
    )
    return render_template(
        "survey/page.html",
        variant=variant,
        group=example_group(variant.level),
        sheet=shown,
        given=form.given,
        hidden=hidden_fields({name: value for name, value in form.given.items() if name not in shown.fields}),
        token=generate_csrf(),
        faults={name: fault for name, fault in form.faults.items() if name in shown.fields},
        unsure=unsure,
    )
