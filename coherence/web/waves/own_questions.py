"""The firm's own questions, one at a time, in every language of the organisation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coherence.accounts.access import NotVisible
from coherence.store import WaveState
from coherence.use_cases.question_wordings import BadQuestion, Wording
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.use_cases.waves.own_questions import (
    Extras,
    WrittenQuestion,
    add_question,
    change_question,
    extras,
    move_question,
    remove_question,
)
from coherence.web.services import services
from coherence.web.staff.forms import LANGUAGE_NAMES
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.forms import OwnQuestionForm, own_question_form
from survey_forms.extra_questions import MOST_OPTIONS, ExtraKind

_ROOT = "/<int:wave_id>/questionnaire/questions"


@blueprint.route(f"{_ROOT}/new", methods=["GET", "POST"])
@guarded
def new_own_question(wave_id: int) -> ResponseReturnValue:
    """One more own question at the end."""
    database = services().database
    asked = extras(database, wave_id, staff())
    form = own_question_form(asked.languages)
    add = partial(add_question, database, wave_id, staff())
    if request.method == "POST" and _is_stored(form, asked, add):
        flash(_("The question is added."))
        return _to_own_questions(wave_id)
    return _page(wave_id, form, asked, None)


@blueprint.route(f"{_ROOT}/<code>", methods=["GET", "POST"])
@guarded
def own_question(wave_id: int, code: str) -> ResponseReturnValue:
    """An own question, to be worded otherwise or in one more language."""
    database = services().database
    asked = extras(database, wave_id, staff())
    written = next((one for one in asked.own if one.asked.code == code), None)
    if written is None:
        raise NotVisible(f"there is no question {code} in this survey")
    form = own_question_form(asked.languages)
    change = partial(change_question, database, wave_id, staff(), code=code)
    if request.method == "GET":
        _fill(form, written)
    elif _is_stored(form, asked, change):
        flash(_("The question is stored."))
        return _to_own_questions(wave_id)
    return _page(wave_id, form, asked, written)


@blueprint.post(f"{_ROOT}/<code>/up", defaults={"to": "up"})
@blueprint.post(f"{_ROOT}/<code>/down", defaults={"to": "down"})
@guarded
def move_own_question(wave_id: int, code: str, to: Literal["up", "down"]) -> ResponseReturnValue:
    """An own question changes places with the one before it or after it."""
    move_question(services().database, wave_id, staff(), code=code, to=to)
    return _to_own_questions(wave_id)


@blueprint.post(f"{_ROOT}/<code>/remove")
@guarded
def remove_own_question(wave_id: int, code: str) -> ResponseReturnValue:
    """An own question is not asked after all."""
    at_hand = services()
    remove_question(at_hand.database, wave_id, staff(), code=code, now=at_hand.clock())
    return _to_own_questions(wave_id)


def _is_stored(form: OwnQuestionForm, asked: Extras, store: Callable[..., object]) -> bool:
    """Whether what stands in the form was taken by `store`; if not, the form says why."""
    if not form.validate():
        return False
    try:
        store(kind=cast("ExtraKind", form.kind.data), given=_typed(form, asked), now=services().clock())
    except BadQuestion as error:
        _refuse(form, error, asked)
    return not form.errors


def _page(
    wave_id: int, form: OwnQuestionForm, asked: Extras, written: WrittenQuestion | None
) -> ResponseReturnValue:
    """The form; written: None for a new question."""
    found = read_survey(services().database, wave_id, staff())
    if found.state is not WaveState.DRAFT:
        return _to_own_questions(wave_id)
    page = render_template(
        "waves/own_question.html",
        survey=found,
        form=form,
        written=written,
        languages=asked.languages,
        language_names=LANGUAGE_NAMES,
        most_options=MOST_OPTIONS,
    )
    return (page, 400) if form.errors else page


def _fill(form: OwnQuestionForm, written: WrittenQuestion) -> None:
    form.kind.data = written.asked.kind
    for language, words in written.wordings.items():
        form.text(language).data = words.text
        form.options(language).data = "\n".join(words.options)


def _typed(form: OwnQuestionForm, asked: Extras) -> dict[str, Wording]:
    return {
        language: Wording(
            form.text(language).data or "", tuple((form.options(language).data or "").splitlines())
        )
        for language in asked.languages
    }


def _refuse(form: OwnQuestionForm, error: BadQuestion, asked: Extras) -> None:
    """Beside the field that is meant, and where there are several languages, with the name of its own."""
    language = error.language or asked.languages[0]
    field = form.text(language) if error.part == "text" else form.options(language)
    several = error.language and len(asked.languages) > 1
    name = LANGUAGE_NAMES.get(language, language)
    form.refuse(field, f"{name}: {error}" if several else str(error))


def _to_own_questions(wave_id: int) -> ResponseReturnValue:
    return redirect(url_for(".questionnaire", wave_id=wave_id, _anchor="own"), 303)
