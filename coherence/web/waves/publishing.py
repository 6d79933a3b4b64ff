"""Publish: what will be shown and to whom; then readers, each from a department downwards."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coherence.accounts.access import NotVisible
from coherence.accounts.addresses import BadAddress
from coherence.store import Role, WaveState
from coherence.use_cases.staff.colleagues import ColleagueRefused, Wanted, invite_colleague, remove_colleague
from coherence.use_cases.waves.close_survey import jobs_of
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.use_cases.waves.publish_survey import publication_plan, publish_survey
from coherence.use_cases.waves.readers import readable_departments
from coherence.use_cases.waves.readers import readers as list_readers
from coherence.web.outgoing import outgoing
from coherence.web.services import services
from coherence.web.staff.words import not_now
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.forms import ReaderForm, department_choices
from coherence.web.waves.phrases import sentence


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
    """Who reads what; a new reader gets a message with a link."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    organisation = found.organisation_id
    form = ReaderForm()
    departments = readable_departments(at_hand.database, organisation, staff())
    form.department.choices = department_choices((one.department_id, one.path) for one in departments)
    if request.method == "POST" and form.validate():
        wanted = Wanted(form.email.data, form.name.data or "", Role.READER, int(form.department.data))
        try:
            invite_colleague(
                at_hand.database,
                organisation,
                staff(),
                wanted,
                outbox=outgoing().outbox,
                base_url=outgoing().base_url,
                now=at_hand.clock(),
            )
        except BadAddress as error:
            form.refuse(form.email, sentence(str(error)))
        except ColleagueRefused as error:
            form.refuse(form.email, not_now(error.why))
        else:
            flash(_("%(email)s can read now and gets a message with a link.", email=form.email.data))
            return redirect(url_for(".readers", wave_id=wave_id))
    page = render_template(
        "waves/readers.html",
        survey=found,
        form=form,
        readers=list_readers(at_hand.database, organisation, staff()),
    )
    return (page, 400) if form.errors else page


@blueprint.post("/<int:wave_id>/readers/<int:user_id>/remove")
@guarded
def take_reader_away(wave_id: int, user_id: int) -> ResponseReturnValue:
    """Nobody who leaves a post keeps reading."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    listed = list_readers(at_hand.database, found.organisation_id, staff())
    if user_id not in {one.user_id for one in listed}:
        raise NotVisible("there is no such reader")
    remove_colleague(at_hand.database, found.organisation_id, staff(), user_id, now=at_hand.clock())
    flash(_("The reader was taken off the list."))
    return redirect(url_for(".readers", wave_id=wave_id))
