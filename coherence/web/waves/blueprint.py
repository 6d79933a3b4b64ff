"""Where the pages of surveys hang, who passes, and how they say no."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from coherence.accounts.access import NotVisible
from coherence.errors import CoherenceError
from coherence.jobs.queue import AlreadyUnderWay
from coherence.store import Role
from coherence.use_cases.waves.staff_waves import Staff
from coherence.web.errors import http_error
from coherence.web.headers import WITH_OUR_SCRIPTS
from coherence.web.signing_in import present_user, signed_in
from coherence.web.waves.phrases import sentence

blueprint = Blueprint("waves", __name__, url_prefix="/staff/surveys")

guarded = signed_in(Role.CONSULTANT, Role.HR)
"""Guard of every page here; which surveys a person reaches, the use cases say."""


def staff() -> Staff:
    """Who is at work, behind the guard."""
    user = present_user()
    return Staff(user.user_id, user.rights)


@blueprint.after_request
def allow_progress(response: Response) -> Response:
    """Let a page with background work read itself again; without a script, one presses a link."""
    response.headers["Content-Security-Policy"] = WITH_OUR_SCRIPTS
    return response


@blueprint.errorhandler(CoherenceError)
def refused(error: CoherenceError) -> tuple[str, int]:
    """What cannot be done now, in the words of the use case; a foreign survey does not exist."""
    if isinstance(error, NotVisible):
        return http_error(NotFound())
    under_way = isinstance(error, AlreadyUnderWay)
    reason = (
        _("This is under way already. Please wait until it is done.") if under_way else sentence(str(error))
    )
    wave_id = (request.view_args or {}).get("wave_id")
    return render_template("waves/refused.html", reason=reason, wave_id=wave_id), 409
