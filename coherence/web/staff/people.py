"""The list of people, and people who joined after a survey opened."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coherence.ballots.errors import WrongState
from coherence.use_cases.staff.keep_organisation import standing
from coherence.use_cases.staff.late_joiners import invite_late_joiners, late_joiners
from coherence.use_cases.staff.roster_people import roster_page
from coherence.web.services import services
from coherence.web.staff import words
from coherence.web.staff.blueprint import blueprint, guarded, staff

_ROOT = "/organisations/<int:organisation_id>/people"


@blueprint.get(_ROOT)
@guarded
def people(organisation_id: int) -> ResponseReturnValue:
    """Everybody who will be invited, page by page."""
    database = services().database
    search = request.args.get("search", "")[:200]
    return render_template(
        "staff/people.html",
        here=standing(database, organisation_id, staff()),
        roster=roster_page(
            database,
            organisation_id,
            staff(),
            search=search,
            page=request.args.get("page", 1, type=int),
        ),
        search=search,
        joining=late_joiners(database, organisation_id, staff()),
        words=words,
    )


@blueprint.post(f"{_ROOT}/join/<int:wave_id>")
@guarded
def people_join(organisation_id: int, wave_id: int) -> ResponseReturnValue:
    """Add late joiners to an open survey, and go on where their invitations are sent."""
    at_hand = services()
    try:
        added = invite_late_joiners(at_hand.database, organisation_id, staff(), wave_id, now=at_hand.clock())
    except WrongState:
        flash(_("The survey is not open any more, so nobody can join it."))
        return redirect(url_for(".people", organisation_id=organisation_id))
    flash(
        ngettext(
            "%(num)s person is added. Now invite those who have had no message.",
            "%(num)s people are added. Now invite those who have had no message.",
            added,
        )
    )
    return redirect(url_for("waves.live", wave_id=wave_id))
