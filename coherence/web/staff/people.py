"""The list of people, one person to erase, and people who joined after a survey opened."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coherence.ballots.errors import WrongState
from coherence.use_cases.staff.keep_organisation import standing
from coherence.use_cases.staff.late_joiners import invite_late_joiners, late_joiners
from coherence.use_cases.staff.roster_people import erase_from_roster, person_on_roster, roster_page
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


@blueprint.get(f"{_ROOT}/<int:person_id>")
@guarded
def people_person(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """One person, and what erasing means."""
    database = services().database
    return render_template(
        "staff/person.html",
        here=standing(database, organisation_id, staff()),
        person=person_on_roster(database, organisation_id, staff(), person_id),
        words=words,
    )


@blueprint.post(f"{_ROOT}/<int:person_id>/erase")
@guarded
def people_erase(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """Erase a person; never a ballot."""
    at_hand = services()
    erase_from_roster(at_hand.database, organisation_id, staff(), person_id, now=at_hand.clock())
    flash(_("The person is erased."))
    return redirect(url_for(".people", organisation_id=organisation_id))


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
