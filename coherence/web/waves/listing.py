"""All surveys, a new one, and one as a list of steps."""

from __future__ import annotations

from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coherence.store import JobStatus
from coherence.use_cases.launch_wave import WaveExists
from coherence.use_cases.waves.close_survey import jobs_of
from coherence.use_cases.waves.draft import BadName, create_wave, earlier_waves
from coherence.use_cases.waves.overview import staff_organisations, surveys
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.use_cases.waves.roster_changes import roster_changes
from coherence.web.services import services
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.forms import NewSurveyForm
from coherence.web.waves.phrases import sentence
from coherence.web.waves.step_words import address, lines


@blueprint.get("/")
@guarded
def index() -> ResponseReturnValue:
    """Every survey with its state and its next step."""
    found = surveys(services().database, staff())
    by_organisation = [
        (name, list(several)) for name, several in groupby(found, key=lambda one: one.organisation)
    ]
    return render_template(
        "waves/index.html",
        by_organisation=by_organisation,
        organisations=staff_organisations(services().database, staff()),
        address=address,
    )


@blueprint.route("/new/<int:organisation_id>", methods=["GET", "POST"])
@guarded
def new(organisation_id: int) -> ResponseReturnValue:
    """A new survey, fresh or as a copy of an earlier one."""
    at_hand = services()
    form = NewSurveyForm()
    earlier = earlier_waves(at_hand.database, organisation_id, staff())
    form.offer(earlier)
    if request.method == "GET":
        form.copy_of.data = str(earlier[0].wave_id) if earlier else ""
    elif form.validate():
        try:
            wave_id = create_wave(
                at_hand.database,
                organisation_id,
                staff(),
                name=form.name.data,
                copy_of=int(form.copy_of.data) if form.copy_of.data else None,
                now=at_hand.clock(),
            )
        except (WaveExists, BadName) as error:
            form.refuse(form.name, sentence(str(error)))
        else:
            flash(_("The survey is there. Nothing is sent before you open it."))
            return redirect(url_for(".survey", wave_id=wave_id))
    page = render_template("waves/new.html", form=form, earlier=earlier, organisation_id=organisation_id)
    return (page, 400) if form.errors else page


@blueprint.get("/<int:wave_id>/")
@guarded
def survey(wave_id: int) -> ResponseReturnValue:
    """One survey as a list of steps with what is still missing."""
    database = services().database
    found = read_survey(database, wave_id, staff())
    # The newest says how things stand; a failure before it was overcome.
    newest = [
        job for job in jobs_of(database, wave_id, staff())[:1] if job.active or job.status is JobStatus.FAILED
    ]
    return render_template(
        "waves/survey.html",
        survey=found,
        lines=lines(found),
        next_address=address(found.next_step, found) if found.next_step else None,
        jobs=[job for job in newest if job.active or job.status is JobStatus.FAILED],
        changes=roster_changes(database, wave_id, staff()),
    )
