"""The plan of an organisation: overview, a new action, an action to change."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from coherence.use_cases.actions.next_asking import read_next_asking
from coherence.use_cases.actions.plan import (
    NotAllowed,
    Plan,
    Planned,
    change_action,
    plan_action,
    read_action,
    read_plan,
)
from coherence.use_cases.actions.suggestions import Suggestion, suggestions
from coherence.use_cases.read_results import published_waves
from coherence.web.actions.blueprint import blueprint
from coherence.web.actions.forms import ActionForm, state_words
from coherence.web.services import services
from coherence.web.signing_in import present_user, signed_in

USUAL_TIME = timedelta(days=90)
"""How long an action is given at first; the person who plans it changes the day."""


@blueprint.get("/")
@signed_in()
def home() -> ResponseReturnValue:
    """To the plan of the only organisation, or a choice of several."""
    organisations = present_user().rights.organisations()
    if len(organisations) == 1:
        return redirect(url_for(".overview", organisation_id=min(organisations)))
    names = {number: _plan(number).organisation for number in sorted(organisations)}
    return render_template("actions/choose.html", organisations=names)


@blueprint.get("/<int:organisation_id>")
@signed_in()
def overview(organisation_id: int) -> ResponseReturnValue:
    """Every action that this person may see, and what the results suggest beside them."""
    plan, at_hand = _plan(organisation_id), services()
    taken = {(one.wished.origin, one.wished.department_id) for one in plan.actions}
    suggested: dict[str, list[Suggestion]] = defaultdict(list)
    for one in _suggestions(organisation_id):
        if (one.code, one.department_id) not in taken:
            suggested[one.department].append(one)
    waves = [
        wave for wave in published_waves(at_hand.database, present_user().rights)
        if wave.organisation_id == organisation_id
    ]  # fmt: skip
    return render_template(
        "actions/overview.html",
        plan=plan,
        suggested=suggested,
        states=state_words(),
        wave=waves[0] if waves else None,
        next_asking=read_next_asking(at_hand.database, organisation_id, at_hand.clock().date()),
    )


@blueprint.route("/<int:organisation_id>/new", methods=["GET", "POST"])
@signed_in()
def new(organisation_id: int) -> ResponseReturnValue:
    """Plan an action, from a suggestion or an idea of one's own."""
    plan, at_hand, user = _plan(organisation_id), services(), present_user()
    form = ActionForm()
    form.offer(plan.departments)
    if request.method == "GET":
        _fill_from_suggestion(form, organisation_id)
        return _form(form, plan)
    if not form.validate():
        return _form(form, plan), 400
    try:
        plan_action(
            at_hand.database,
            organisation_id,
            form.wished(),
            user.rights,
            by=user.user_id,
            now=at_hand.clock(),
        )
    except NotAllowed:
        return _not_allowed(form, plan)
    flash(_("The action is planned."))
    return redirect(url_for(".overview", organisation_id=organisation_id))


@blueprint.route("/one/<int:action_id>", methods=["GET", "POST"])
@signed_in()
def change(action_id: int) -> ResponseReturnValue:
    """An action, and how far it is."""
    at_hand, user = services(), present_user()
    now = at_hand.clock()
    action = read_action(at_hand.database, action_id, user.rights, today=now.date())
    plan, form = _plan(action.organisation_id), ActionForm()
    form.offer(plan.departments)
    if request.method == "GET":
        _fill_from_action(form, action)
        return _form(form, plan, action)
    if not form.validate():
        return _form(form, plan, action), 400
    try:
        change_action(at_hand.database, action_id, form.wished(), user.rights, by=user.user_id, now=now)
    except NotAllowed:
        return _not_allowed(form, plan, action)
    flash(_("The change is stored."))
    return redirect(url_for(".overview", organisation_id=action.organisation_id))


def _plan(organisation_id: int) -> Plan:
    at_hand = services()
    return read_plan(at_hand.database, organisation_id, present_user().rights, today=at_hand.clock().date())


def _suggestions(organisation_id: int) -> tuple[Suggestion, ...]:
    return suggestions(services().database, organisation_id, present_user().rights, str(get_locale()))


def _fill_from_suggestion(form: ActionForm, organisation_id: int) -> None:
    form.due_on.data = services().clock().date() + USUAL_TIME
    code, department = request.args.get("code", ""), request.args.get("department", type=int)
    if not code:
        return
    for one in _suggestions(organisation_id):
        if (one.code, one.department_id) == (code, department):
            form.department.data, form.origin.data, form.wave_id.data = department, code, str(one.wave_id)
            form.title.data = one.title if one.kind == "recommendation" else ""
            form.owner.data, form.first_step.data, form.evidence.data = (
                one.owner, one.first_step, one.evidence,
            )  # fmt: skip
            return
    raise NotFound


def _fill_from_action(form: ActionForm, action: Planned) -> None:
    wished = action.wished
    form.title.data, form.department.data, form.owner.data = wished.title, wished.department_id, wished.owner
    form.first_step.data, form.evidence.data = wished.first_step, wished.evidence
    form.due_on.data, form.state.data, form.told.data = wished.due_on, wished.state.value, wished.told
    form.origin.data = wished.origin
    form.wave_id.data = "" if wished.wave_id is None else str(wished.wave_id)


def _form(form: ActionForm, plan: Plan, action: Planned | None = None) -> str:
    return render_template("actions/edit.html", form=form, plan=plan, action=action)


def _not_allowed(form: ActionForm, plan: Plan, action: Planned | None = None) -> tuple[str, int]:
    form.refuse(form.told, _("Only HR and consultants decide what stands on the employees’ page."))
    return _form(form, plan, action), 403
