"""The own account: who one is here, and what one can change."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from coherence.store import Role
from coherence.use_cases.accounts.own_account import held_roles
from coherence.web.account.blueprint import blueprint
from coherence.web.services import services
from coherence.web.signing_in import present_user, signed_in


@blueprint.get("/account")
@signed_in()
def show() -> str:
    """Name, roles, authenticator, password, devices."""
    user = present_user()
    roles = held_roles(services().database, user.user_id)
    words = {Role.CONSULTANT: _("consultant"), Role.HR: _("HR"), Role.READER: _("reader")}
    return render_template("account/show.html", user=user, roles=roles, role_words=words)
