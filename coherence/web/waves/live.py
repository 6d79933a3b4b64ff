"""A survey while it is open: rates in steps, reminders, ways in for people without e-mail."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coherence.store import WaveState
from coherence.use_cases.invite_people import start_invitations, start_reminder
from coherence.use_cases.slips import print_poster, print_slips
from coherence.use_cases.staff.late_joiners import LateJoiners, invite_late_joiners, late_joiners
from coherence.use_cases.undelivered import correct_address, undelivered
from coherence.use_cases.waves.close_survey import jobs_of
from coherence.use_cases.waves.live_view import live_view
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.web.outgoing import outgoing
from coherence.web.services import services
from coherence.web.staff.words import cannot_join
from coherence.web.waves.blueprint import blueprint, guarded, staff


@blueprint.get("/<int:wave_id>/live")
@guarded
def live(wave_id: int) -> ResponseReturnValue:
    """How many have answered, in steps; what helps now."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    if found.state is WaveState.DRAFT:
        return redirect(url_for(".survey", wave_id=wave_id))
    return render_template(
        "waves/live.html",
        survey=found,
        view=live_view(at_hand.database, wave_id, staff(), now=at_hand.clock()),
        cannot_join=cannot_join,
        joiners=_joiners(wave_id, found.organisation_id),
        jobs=[job for job in jobs_of(at_hand.database, wave_id, staff()) if job.active],
    )


@blueprint.post("/<int:wave_id>/remind")
@guarded
def remind(wave_id: int) -> ResponseReturnValue:
    """Send a reminder to all who have not answered; nobody learns who they are, nor how many."""
    at_hand = services()
    read_survey(at_hand.database, wave_id, staff())
    start_reminder(at_hand.database, wave_id, now=at_hand.clock(), actor_id=staff().user_id)
    flash(_("The reminder is on its way to all who have not answered."))
    return redirect(url_for(".live", wave_id=wave_id))


@blueprint.post("/<int:wave_id>/invite")
@guarded
def invite(wave_id: int) -> ResponseReturnValue:
    """Send the invitation to everybody with an address who has not had it."""
    at_hand = services()
    read_survey(at_hand.database, wave_id, staff())
    start_invitations(at_hand.database, wave_id, now=at_hand.clock(), actor_id=staff().user_id)
    flash(_("The invitations are on their way to everybody who has not had one."))
    return redirect(url_for(".live", wave_id=wave_id))


@blueprint.post("/<int:wave_id>/joiners")
@guarded
def add_joiners(wave_id: int) -> ResponseReturnValue:
    """Invite people who came on the list after the opening, as far as all groups stay as they are."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    added = invite_late_joiners(
        at_hand.database, found.organisation_id, staff(), wave_id, now=at_hand.clock()
    )
    flash(
        ngettext(
            "%(num)s person was added. Invite those who have had no message, and it goes there.",
            "%(num)s people were added. Invite those who have had no message, and it goes there.",
            added,
        )
    )
    return redirect(url_for(".live", wave_id=wave_id))


@blueprint.route("/<int:wave_id>/undelivered", methods=["GET", "POST"])
@guarded
def not_delivered(wave_id: int) -> ResponseReturnValue:
    """Whom no message reaches, to correct the address."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    if request.method == "POST":
        person = request.form.get("person", "")
        correct_address(
            at_hand.database,
            wave_id,
            int(person) if person.isdecimal() else 0,
            request.form.get("email", ""),
            now=at_hand.clock(),
            actor_id=staff().user_id,
        )
        flash(_("The address is corrected. Invite those who have had no message, and it goes there."))
        return redirect(url_for(".not_delivered", wave_id=wave_id))
    return render_template(
        "waves/undelivered.html", survey=found, people=undelivered(at_hand.database, wave_id)
    )


@blueprint.post("/<int:wave_id>/slips")
@guarded
def slips(wave_id: int) -> ResponseReturnValue:
    """Slips for people without e-mail who have none yet; the codes are made now and shown this once."""
    at_hand = services()
    read_survey(at_hand.database, wave_id, staff())
    printed = print_slips(
        at_hand.database,
        wave_id,
        secret=at_hand.secret,
        base_url=outgoing().base_url,
        now=at_hand.clock(),
        actor_id=staff().user_id,
    )
    return pdf_file(printed.pdf, "slips.pdf")


@blueprint.get("/<int:wave_id>/poster.pdf")
@guarded
def poster(wave_id: int) -> ResponseReturnValue:
    """The poster with the address of the kiosk."""
    at_hand = services()
    read_survey(at_hand.database, wave_id, staff())
    return pdf_file(print_poster(at_hand.database, wave_id, base_url=outgoing().base_url), "poster.pdf")


def _joiners(wave_id: int, organisation_id: int) -> LateJoiners | None:
    found = late_joiners(services().database, organisation_id, staff())
    return next((one for one in found if one.wave_id == wave_id), None)


def pdf_file(content: bytes, name: str) -> Response:
    """A file to print that the browser keeps nowhere by itself."""
    answer = make_response(content)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer
