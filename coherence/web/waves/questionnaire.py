"""What a survey asks: form, sector and modules, with the firm's own questions in a list."""

from __future__ import annotations

from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from coherence.use_cases.waves.draft import choose_questionnaire
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.use_cases.waves.own_questions import extras
from coherence.web.locale import questionnaire_language
from coherence.web.services import services
from coherence.web.staff.forms import LANGUAGE_NAMES
from coherence.web.variants import GENERAL, level_choices
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.forms import QuestionnaireForm
from scoring.vocabulary import Form
from survey_forms.extra_questions import MOST_OWN
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


def _questionnaire_form() -> QuestionnaireForm:
    words = default_questionnaire().texts(questionnaire_language())
    form = QuestionnaireForm()
    form.sector.choices = [
        SelectChoice("", _("no particular sector: general wording")),
        *(SelectChoice(code, name) for code, name in sorted(words.sectors.items(), key=lambda pair: pair[1])),
    ]
    form.modules.choices = [SelectChoice(code, module.name) for code, module in words.modules.items()]
    return form


def _page(wave_id: int, form: QuestionnaireForm) -> str:
    database, words = services().database, default_questionnaire().texts(questionnaire_language())
    found, asked = read_survey(database, wave_id, staff()), extras(database, wave_id, staff())
    if request.method == "GET":
        form.form.data = found.form
        form.sector.data = found.sector if found.sector in words.sectors else ""
        form.modules.data = sorted(asked.modules)
    return render_template(
        "waves/questionnaire.html",
        form=form,
        survey=found,
        asked=asked,
        words=words,
        most_own=MOST_OWN,
        language_names=LANGUAGE_NAMES,
        levels=level_choices(),
        general=GENERAL,
    )
