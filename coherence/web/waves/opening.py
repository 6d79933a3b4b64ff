"""Open a survey: a page of its own that says what becomes settled."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coherence.store import WaveState
from coherence.use_cases.waves.open_survey import open_survey
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.web.services import services
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.step_words import lines


@blueprint.route("/<int:wave_id>/open", methods=["GET", "POST"])
@guarded
def open_page(wave_id: int) -> ResponseReturnValue:
    """What opening settles, and the button."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    if found.state is not WaveState.DRAFT:
        return redirect(url_for(".survey", wave_id=wave_id))
    if request.method == "GET":
        return render_template("waves/open.html", survey=found, lines=lines(found))
    invite = "invite" in request.form
    open_survey(
        at_hand.database, wave_id, staff(), key_folder=at_hand.keys, invite=invite, now=at_hand.clock()
    )
    flash(
        _("The survey is open. The invitations are on their way.")
        if invite
        else _("The survey is open. No messages were sent.")
    )
    return redirect(url_for(".survey", wave_id=wave_id))
