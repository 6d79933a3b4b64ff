"""Where the pages of the staff area hang, and who passes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coherence.store import Role
from coherence.use_cases.staff.pending_lists import NothingPending
from coherence.use_cases.waves.staff_waves import Staff
from coherence.web.signing_in import present_user, signed_in

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

guarded = signed_in(Role.CONSULTANT, Role.HR)
"""Guard of every page of an organisation: in another one than the own, it does not exist."""


def staff() -> Staff:
    """Who is at work, behind the guard."""
    user = present_user()
    return Staff(user.user_id, user.rights)


@blueprint.errorhandler(NothingPending)
def nothing_pending(error: NothingPending) -> Response:
    """A preview whose list is gone: mostly an old tab."""
    flash(_("No list waits for you here any more. Lists wait for two hours. Please upload it again."))
    return redirect(url_for("staff.home"))
