"""Organisations: the first page after signing in, a new one, and its name, sector and languages."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from coherence.accounts.access import STAFF
from coherence.store import Role
from coherence.use_cases.staff.department_names import BadDepartmentName
from coherence.use_cases.staff.department_tree import department_tree
from coherence.use_cases.staff.keep_organisation import (
    GENERAL,
    Details,
    NameTaken,
    NoLanguage,
    change_organisation,
    create_organisation,
    languages_on_offer,
    own_organisations,
    standing,
)
from coherence.web.locale import questionnaire_language
from coherence.web.services import services
from coherence.web.signing_in import present_user, signed_in
from coherence.web.staff import words
from coherence.web.staff.blueprint import blueprint, guarded, staff
from coherence.web.staff.forms import LANGUAGE_NAMES, DepartmentForm, OrganisationForm, said
from survey_forms.questionnaire import default_questionnaire


@blueprint.get("/")
@signed_in()
def home() -> ResponseReturnValue:
    """Where everybody lands: readers at the results, staff at their organisation or the list of them."""
    rights = present_user().rights
    own = rights.organisations(STAFF)
    if not own:
        return redirect(url_for("reader.home"))
    if len(own) == 1:
        return redirect(url_for(".organisation", organisation_id=min(own)))
    return redirect(url_for(".organisations"))


@blueprint.get("/organisations/")
@guarded
def organisations() -> ResponseReturnValue:
    """All organisations that a person works for."""
    may_create = bool(present_user().rights.organisations((Role.CONSULTANT,)))
    return render_template(
        "staff/organisations.html",
        organisations=own_organisations(services().database, staff()),
        may_create=may_create,
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@signed_in(Role.CONSULTANT)
def organisation_new() -> ResponseReturnValue:
    """A new organisation."""
    form, at_hand = _form(()), services()
    offered = languages_on_offer()
    if request.method == "GET":
        form.languages.data = list(offered[:1])
    elif form.validate():
        try:
            made = create_organisation(at_hand.database, staff(), _details(form), now=at_hand.clock())
        except (BadDepartmentName, NameTaken, NoLanguage) as error:
            _refuse(form, error)
        else:
            flash(_("The organisation is there. Next, give it departments."))
            return redirect(url_for(".organisation", organisation_id=made))
    page = render_template("staff/details.html", form=form, here=None)
    return (page, 400) if form.errors else page


@blueprint.get("/organisations/<int:organisation_id>/")
@guarded
def organisation(organisation_id: int) -> ResponseReturnValue:
    """One organisation: what it is, its departments, and what to do next."""
    return organisation_page(organisation_id, None)


def organisation_page(organisation_id: int, form: DepartmentForm | None) -> ResponseReturnValue:
    """The page, with a department that could not be added, if there is one."""
    database = services().database
    here = standing(database, organisation_id, staff())
    branches = department_tree(database, organisation_id, staff())
    adding = form or DepartmentForm(formdata=None)
    adding.parent.choices = [SelectChoice(one.department_id, words.path(one.path)) for one in branches]
    page = render_template(
        "staff/organisation.html",
        here=here,
        branches=branches,
        form=adding,
        sector=_sectors().get(here.sector),
        language_names=LANGUAGE_NAMES,
    )
    return (page, 400) if form is not None and form.errors else page


@blueprint.route("/organisations/<int:organisation_id>/details", methods=["GET", "POST"])
@guarded
def organisation_details(organisation_id: int) -> ResponseReturnValue:
    """Change name, sector and languages."""
    at_hand = services()
    here = standing(at_hand.database, organisation_id, staff())
    form = _form(here.languages)
    if request.method == "GET":
        form.name.data, form.sector.data = here.organisation, here.sector
        form.languages.data = list(here.languages)
    elif form.validate():
        try:
            change_organisation(
                at_hand.database, organisation_id, staff(), _details(form), now=at_hand.clock()
            )
        except (BadDepartmentName, NameTaken, NoLanguage) as error:
            _refuse(form, error)
        else:
            flash(_("The change is stored."))
            return redirect(url_for(".organisation", organisation_id=organisation_id))
    page = render_template("staff/details.html", form=form, here=here)
    return (page, 400) if form.errors else page


def _sectors() -> dict[str, str]:
    return dict(default_questionnaire().texts(questionnaire_language()).sectors)


def _form(held: tuple[str, ...]) -> OrganisationForm:
    form = OrganisationForm()
    named = sorted(_sectors().items(), key=lambda pair: pair[1])
    form.sector.choices = [
        SelectChoice(GENERAL, _("none of these: general wording")),
        *(SelectChoice(code, name) for code, name in named),
    ]
    form.languages.choices = [
        SelectChoice(code, LANGUAGE_NAMES.get(code, code)) for code in languages_on_offer(held)
    ]
    return form


def _details(form: OrganisationForm) -> Details:
    return Details(said(form.name), said(form.sector), tuple(form.languages.data or ()))


def _refuse(form: OrganisationForm, error: BadDepartmentName | NameTaken | NoLanguage) -> None:
    if isinstance(error, BadDepartmentName):
        form.refuse(form.name, words.bad_name(error.wrong))
    elif isinstance(error, NameTaken):
        form.refuse(form.name, _("Another organisation has this name. Add the place, for instance."))
    else:
        form.refuse(form.languages, _("Choose at least one language."))
