"""One person of the roster: add, change, erase."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from coherence.use_cases.staff.department_tree import department_tree
from coherence.use_cases.staff.keep_organisation import standing
from coherence.use_cases.staff.one_person import (
    PersonRefused,
    TypedPerson,
    add_person,
    change_person,
    invited_now,
)
from coherence.use_cases.staff.roster_people import OnRoster, erase_from_roster, person_on_roster
from coherence.web.services import services
from coherence.web.staff import words
from coherence.web.staff.blueprint import blueprint, guarded, staff
from coherence.web.staff.forms import LANGUAGE_NAMES, PersonForm, said
from scoring.vocabulary import LEVELS

_ROOT = "/organisations/<int:organisation_id>/people"


@blueprint.route(f"{_ROOT}/new", methods=["GET", "POST"])
@guarded
def people_new(organisation_id: int) -> ResponseReturnValue:
    """One person more on the list."""
    form, at_hand = _form(organisation_id), services()
    if request.method == "POST" and form.validate():
        try:
            add_person(at_hand.database, organisation_id, staff(), _typed(form), now=at_hand.clock())
        except PersonRefused as error:
            _refuse(form, error)
        else:
            called = said(form.name) or said(form.email) or said(form.reference)
            flash(_("“%(name)s” is on the list.", name=called.strip()))
            return redirect(url_for(".people", organisation_id=organisation_id))
    return _page(organisation_id, form, None)


@blueprint.route(f"{_ROOT}/<int:person_id>", methods=["GET", "POST"])
@guarded
def people_person(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """One person, to be changed or erased."""
    at_hand = services()
    person = person_on_roster(at_hand.database, organisation_id, staff(), person_id)
    form = _form(organisation_id)
    if request.method == "GET":
        _fill(form, person)
    elif form.validate():
        try:
            anew = change_person(
                at_hand.database, organisation_id, staff(), person_id, _typed(form), now=at_hand.clock()
            )
        except PersonRefused as error:
            _refuse(form, error)
        else:
            flash(_("The change is stored."))
            for survey in anew:
                flash(
                    _("“%(name)s”: invite those who have had no message once more.", name=survey)
                    if said(form.email).strip()
                    else _("“%(name)s”: print a slip, since the link from before works no more.", name=survey)
                )
            return redirect(url_for(".people_person", organisation_id=organisation_id, person_id=person_id))
    return _page(organisation_id, form, person)


@blueprint.post(f"{_ROOT}/<int:person_id>/erase")
@guarded
def people_erase(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """Erase a person; never a ballot."""
    at_hand = services()
    erase_from_roster(at_hand.database, organisation_id, staff(), person_id, now=at_hand.clock())
    flash(_("The person is erased."))
    return redirect(url_for(".people", organisation_id=organisation_id))


def _form(organisation_id: int) -> PersonForm:
    """With nothing chosen; the language only where there are several."""
    database, form = services().database, PersonForm()
    languages = standing(database, organisation_id, staff()).languages
    tree = department_tree(database, organisation_id, staff())
    form.department.choices = [
        SelectChoice("", _("Choose a department")),
        *(SelectChoice(str(one.department_id), words.path(one.path)) for one in tree),
    ]
    form.level.choices = [
        SelectChoice("", _("Choose a level")),
        *(SelectChoice(level.value, words.level(level).capitalize()) for level in LEVELS),
    ]
    form.language.choices = [SelectChoice(code, LANGUAGE_NAMES.get(code, code)) for code in languages]
    if len(languages) == 1:
        del form.language
    return form


def _fill(form: PersonForm, person: OnRoster) -> None:
    form.name.data, form.email.data, form.reference.data = person.name, person.email, person.reference
    form.department.data, form.level.data = str(person.department_id), person.level.value
    if form.language:
        form.language.data = person.language


def _typed(form: PersonForm) -> TypedPerson:
    return TypedPerson(
        department_id=int(form.department.data),
        level=form.level.data,
        language=form.language.data if form.language else "",
        email=said(form.email),
        reference=said(form.reference),
        name=said(form.name),
    )


def _refuse(form: PersonForm, error: PersonRefused) -> None:
    """Each fault beside its field; that nobody can be told apart, beside the first one."""
    for fault in error.faults:
        form.refuse(form[fault.field or "name"], words.fault(fault))


def _page(organisation_id: int, form: PersonForm, person: OnRoster | None) -> ResponseReturnValue:
    """The form; person: None for somebody new."""
    database = services().database
    page = render_template(
        "staff/person.html",
        here=standing(database, organisation_id, staff()),
        form=form,
        person=person,
        invited=invited_now(database, organisation_id, staff(), person.person_id) if person else (),
    )
    return (page, 400) if form.errors else page
