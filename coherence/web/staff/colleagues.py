"""Colleagues: who has which role here, invite somebody, send the link again, take a role away."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coherence.accounts.access import NotVisible
from coherence.store import Role
from coherence.use_cases.staff.colleagues import Colleague, ColleagueRefused, Wanted, remove_colleague
from coherence.use_cases.staff.colleagues import colleagues as read_colleagues
from coherence.use_cases.staff.department_tree import department_tree
from coherence.use_cases.staff.keep_organisation import standing
from coherence.web.services import services
from coherence.web.signing_in import present_user
from coherence.web.staff import words
from coherence.web.staff.blueprint import blueprint, guarded, staff
from coherence.web.staff.inviting import invitation_form, invite, is_invited

_ROOT = "/organisations/<int:organisation_id>/colleagues"


@blueprint.route(_ROOT, methods=["GET", "POST"])
@guarded
def colleagues(organisation_id: int) -> ResponseReturnValue:
    """Who is here, and a form to invite somebody."""
    database = services().database
    consultant = present_user().rights.may((Role.CONSULTANT,), organisation_id)
    roles = [Role.HR, Role.READER, *([Role.CONSULTANT] if consultant else [])]
    form = invitation_form(organisation_id, roles)
    if request.method == "POST" and is_invited(organisation_id, form):
        return redirect(url_for(".colleagues", organisation_id=organisation_id))
    page = render_template(
        "staff/colleagues.html",
        here=standing(database, organisation_id, staff()),
        colleagues=read_colleagues(database, organisation_id, staff()),
        form=form,
        words=words,
    )
    return (page, 400) if form.errors else page


@blueprint.post(f"{_ROOT}/<int:user_id>/again")
@guarded
def colleagues_again(organisation_id: int, user_id: int) -> ResponseReturnValue:
    """Send a fresh link to somebody who has not accepted yet."""
    found = _colleague(organisation_id, user_id)
    tree = department_tree(services().database, organisation_id, staff())
    tops = [one.department_id for one in tree if one.path in found.departments]
    try:
        invite(organisation_id, Wanted(found.email, found.name, found.role, tops[0] if tops else None))
    except ColleagueRefused as error:
        flash(words.not_now(error.why))
    return redirect(_list(organisation_id))


@blueprint.get(f"{_ROOT}/<int:user_id>/remove")
@guarded
def colleagues_leave(organisation_id: int, user_id: int) -> ResponseReturnValue:
    """Ask once before a role is taken away."""
    return render_template(
        "staff/colleague_remove.html",
        here=standing(services().database, organisation_id, staff()),
        colleague=_colleague(organisation_id, user_id),
        survey=_survey(),
        back=_list(organisation_id),
        words=words,
    )


@blueprint.post(f"{_ROOT}/<int:user_id>/remove")
@guarded
def colleagues_remove(organisation_id: int, user_id: int) -> ResponseReturnValue:
    """Take the role away."""
    at_hand = services()
    try:
        remove_colleague(at_hand.database, organisation_id, staff(), user_id, now=at_hand.clock())
    except ColleagueRefused as error:
        flash(words.not_now(error.why))
    else:
        flash(_("The role is taken away."))
    return redirect(_list(organisation_id))


def _colleague(organisation_id: int, user_id: int) -> Colleague:
    found = read_colleagues(services().database, organisation_id, staff())
    for one in found:
        if one.user_id == user_id:
            return one
    raise NotVisible(f"nobody of number {user_id} works with this organisation")


def _survey() -> int | None:
    """The survey whose readers somebody came from."""
    return request.args.get("survey", type=int)


def _list(organisation_id: int) -> str:
    """The list that somebody came from."""
    survey = _survey()
    if survey is not None:
        return url_for("waves.readers", wave_id=survey)
    return url_for(".colleagues", organisation_id=organisation_id)
