"""Inviting somebody: one form and one way for the page of colleagues and the readers of a survey."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from coherence.accounts.addresses import BadAddress
from coherence.mail.outbox import MailNotSent
from coherence.store import Role
from coherence.use_cases.staff.colleagues import ColleagueRefused, Wanted, invite_colleague
from coherence.use_cases.staff.department_tree import department_tree
from coherence.web.outgoing import outgoing
from coherence.web.services import services
from coherence.web.staff import words
from coherence.web.staff.blueprint import staff
from coherence.web.staff.forms import ColleagueForm, said


def invitation_form(organisation_id: int, roles: Sequence[Role] = ()) -> ColleagueForm:
    """A form for somebody in one of these roles; without any, for a reader, and no role is asked for."""
    form = ColleagueForm()
    branches = department_tree(services().database, organisation_id, staff())
    form.department.choices = [SelectChoice(one.department_id, words.path(one.path)) for one in branches]
    form.role.choices = [SelectChoice(one.value, words.role(one)) for one in roles]
    if not roles:
        del form.role
    return form


def is_invited(organisation_id: int, form: ColleagueForm) -> bool:
    """Whether whoever stands in the form was invited; if not, the form says why."""
    if not form.validate():
        return False
    role = Role(form.role.data) if form.role else Role.READER
    wanted = Wanted(said(form.email), said(form.name), role, department_id=form.department.data)
    try:
        invite(organisation_id, wanted)
    except BadAddress:
        form.refuse(form.email, _("This is no e-mail address. Write it like ann@firm.example."))
    except ColleagueRefused as error:
        form.refuse(form.email, words.not_now(error.why))
    return not form.errors


def invite(organisation_id: int, wanted: Wanted) -> None:
    """Give the role, send the message, and say on the next page how that went.

    Raises:
        NotVisible, BadAddress, ColleagueRefused: as invite_colleague.
    """
    at_hand, out = services(), outgoing()
    try:
        invite_colleague(
            at_hand.database,
            organisation_id,
            staff(),
            wanted,
            outbox=out.outbox,
            base_url=out.base_url,
            now=at_hand.clock(),
        )
    except MailNotSent:
        flash(_("The role is given, but the message could not be sent. Try “Send again” in a while."))
    else:
        flash(_("A message is on its way to %(address)s.", address=wanted.email))
