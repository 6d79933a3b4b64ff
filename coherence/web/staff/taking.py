"""A long list on its way into the roster: how far it is, a button that stops it, and what it did."""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coherence.use_cases.staff.keep_organisation import standing
from coherence.use_cases.staff.take_in_background import stop_taking, taking
from coherence.web.headers import WITH_OUR_SCRIPTS
from coherence.web.services import services
from coherence.web.staff.blueprint import blueprint, guarded, staff

_ROOT = "/organisations/<int:organisation_id>/people/import/<int:job_id>"


@blueprint.get(_ROOT)
@guarded
def roster_taking(organisation_id: int, job_id: int) -> ResponseReturnValue:
    """How far it is; at the end what was stored, or why nothing was."""
    at_hand = services()
    here = standing(at_hand.database, organisation_id, staff())
    found = taking(at_hand.database, organisation_id, staff(), job_id)
    page = render_template(
        "staff/roster_taking.html", here=here, job=found.job, taken=found.taken, jobs=[found.job]
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = WITH_OUR_SCRIPTS
    return response


@blueprint.post(f"{_ROOT}/stop")
@guarded
def roster_stop(organisation_id: int, job_id: int) -> ResponseReturnValue:
    """Stop before anything is stored."""
    at_hand = services()
    stop_taking(at_hand.database, organisation_id, staff(), job_id, now=at_hand.clock())
    return redirect(url_for(".roster_taking", organisation_id=organisation_id, job_id=job_id))
