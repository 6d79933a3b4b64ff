"""What a survey asks: form, sector, modules, and the firm's own questions, one at a time."""

from __future__ import annotations

from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from coherence.use_cases.waves.draft import choose_questionnaire
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.use_cases.waves.own_questions import (
    BadQuestion,
    add_question,
    extras,
    move_question_up,
    remove_question,
)
from coherence.web.locale import questionnaire_language
from coherence.web.services import services
from coherence.web.variants import GENERAL, level_choices
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.forms import OwnQuestionForm, QuestionnaireForm
from scoring.vocabulary import Form
from survey_forms.extra_questions import MOST_OPTIONS, MOST_OWN, ExtraKind
from survey_forms.questionnaire import default_questionnaire


@blueprint.route("/<int:wave_id>/questionnaire", methods=["GET", "POST"])
@guarded
def questionnaire(wave_id: int) -> ResponseReturnValue:
    """Full or short, the sector of its examples, modules; to look at through anybody's eyes."""
    at_hand, form = services(), _questionnaire_form()
    if request.method == "GET":
        return _page(wave_id, form)
    if not form.validate():
        return _page(wave_id, form), 400
    choose_questionnaire(
        at_hand.database,
        wave_id,
        staff(),
        form=cast("Form", form.form.data),
        sector=form.sector.data,
        modules=form.modules.data,
        now=at_hand.clock(),
    )
    flash(_("The questionnaire is settled."))
    return redirect(url_for(".survey", wave_id=wave_id))


@blueprint.post("/<int:wave_id>/questionnaire/questions")
@guarded
def add_own_question(wave_id: int) -> ResponseReturnValue:
    """One more own question at the end."""
    at_hand, own = services(), OwnQuestionForm()
    if own.validate():
        try:
            add_question(
                at_hand.database,
                wave_id,
                staff(),
                kind=cast("ExtraKind", own.kind.data),
                text=own.text.data,
                options=(own.options.data or "").splitlines(),
                now=at_hand.clock(),
            )
        except BadQuestion as error:
            own.refuse(own.text, str(error))
        else:
            flash(_("The question is added."))
            return _to_own_questions(wave_id)
    return _page(wave_id, _questionnaire_form(), own), 400


@blueprint.post("/<int:wave_id>/questionnaire/questions/<code>/up")
@guarded
def move_own_question(wave_id: int, code: str) -> ResponseReturnValue:
    """An own question changes places with the one before it."""
    move_question_up(services().database, wave_id, staff(), code=code)
    return _to_own_questions(wave_id)


@blueprint.post("/<int:wave_id>/questionnaire/questions/<code>/remove")
@guarded
def remove_own_question(wave_id: int, code: str) -> ResponseReturnValue:
    """An own question is not asked after all."""
    at_hand = services()
    remove_question(at_hand.database, wave_id, staff(), code=code, now=at_hand.clock())
    return _to_own_questions(wave_id)


def _questionnaire_form() -> QuestionnaireForm:
    words = default_questionnaire().texts(questionnaire_language())
    form = QuestionnaireForm()
    form.sector.choices = [
        SelectChoice("", _("no particular sector: general wording")),
        *(SelectChoice(code, name) for code, name in sorted(words.sectors.items(), key=lambda pair: pair[1])),
    ]
    form.modules.choices = [SelectChoice(code, module.name) for code, module in words.modules.items()]
    return form


def _page(wave_id: int, form: QuestionnaireForm, own: OwnQuestionForm | None = None) -> str:
    """The step; own: an own question as it was typed, where it could not be taken."""
    database, words = services().database, default_questionnaire().texts(questionnaire_language())
    found, asked = read_survey(database, wave_id, staff()), extras(database, wave_id, staff())
    if request.method == "GET" or own is not None:
        form.form.data = found.form
        form.sector.data = found.sector if found.sector in words.sectors else ""
        form.modules.data = sorted(asked.modules)
    return render_template(
        "waves/questionnaire.html",
        form=form,
        own=own or OwnQuestionForm(formdata=None),
        survey=found,
        asked=asked,
        words=words,
        most_own=MOST_OWN,
        most_options=MOST_OPTIONS,
        levels=level_choices(),
        general=GENERAL,
    )


def _to_own_questions(wave_id: int) -> ResponseReturnValue:
    return redirect(url_for(".questionnaire", wave_id=wave_id, _anchor="own"), 303)
