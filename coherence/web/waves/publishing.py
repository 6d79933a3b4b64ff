"""Publish: what will be shown and to whom; then readers, each from a department downwards."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coherence.store import Role, WaveState
from coherence.use_cases.staff.colleagues import colleagues
from coherence.use_cases.waves.close_survey import jobs_of
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.use_cases.waves.publish_survey import publication_plan, publish_survey
from coherence.web.services import services
from coherence.web.staff import words
from coherence.web.staff.inviting import invitation_form, is_invited
from coherence.web.waves.blueprint import blueprint, guarded, staff


@blueprint.route("/<int:wave_id>/publish", methods=["GET", "POST"])
@guarded
def publish_page(wave_id: int) -> ResponseReturnValue:
    """What will be shown and to whom, and the button."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    if found.state is WaveState.PUBLISHED:
        return redirect(url_for(".survey", wave_id=wave_id))
    if request.method == "POST":
        publish_survey(at_hand.database, wave_id, staff(), now=at_hand.clock())
        flash(_("The results are being computed. This takes a minute or two."))
        return redirect(url_for(".survey", wave_id=wave_id))
    jobs = [job for job in jobs_of(at_hand.database, wave_id, staff()) if job.kind == "publish"][:1]
    plan = publication_plan(at_hand.database, wave_id, staff())
    return render_template("waves/publish.html", survey=found, plan=plan, jobs=jobs)


@blueprint.route("/<int:wave_id>/readers", methods=["GET", "POST"])
@guarded
def readers(wave_id: int) -> ResponseReturnValue:
    """The colleagues who read results, and a form to invite one more."""
    database = services().database
    found = read_survey(database, wave_id, staff())
    form = invitation_form(found.organisation_id)
    if request.method == "POST" and is_invited(found.organisation_id, form):
        return redirect(url_for(".readers", wave_id=wave_id))
    listed = colleagues(database, found.organisation_id, staff())
    page = render_template(
        "waves/readers.html",
        survey=found,
        form=form,
        readers=[one for one in listed if one.role is Role.READER],
        words=words,
    )
    return (page, 400) if form.errors else page
