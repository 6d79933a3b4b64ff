"""Close a survey: a page of its own with a typed confirmation, then progress."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coherence.store import WaveState
from coherence.use_cases.waves.close_survey import NotConfirmed, close_survey, escrow_holder, jobs_of
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.web.services import services
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.forms import CloseForm
from coherence.web.waves.phrases import sentence


@blueprint.route("/<int:wave_id>/close", methods=["GET", "POST"])
@guarded
def close_page(wave_id: int) -> ResponseReturnValue:
    """What closing does, and the typed confirmation; while it runs, how far it is."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    if found.state not in (WaveState.OPEN, WaveState.CLOSING):
        return redirect(url_for(".survey", wave_id=wave_id))
    holder = escrow_holder(at_hand.database, wave_id, staff())
    form = CloseForm()
    if request.method == "POST" and form.validate():
        try:
            close_survey(
                at_hand.database,
                wave_id,
                staff(),
                typed=form.typed.data,
                escrow_deleted=form.escrow.data == "yes" if form.escrow.data else None,
                now=at_hand.clock(),
            )
        except NotConfirmed as error:
            form.refuse(form.typed, sentence(str(error)))
        else:
            flash(_("The survey is being closed. This takes a minute or two."))
            return redirect(url_for(".close_page", wave_id=wave_id))
    jobs = [job for job in jobs_of(at_hand.database, wave_id, staff()) if job.kind == "close"][:1]
    page = render_template("waves/close.html", survey=found, form=form, holder=holder, jobs=jobs)
    return (page, 400) if form.errors else page
