"""People, groups, dates, board: what is settled before a survey opens."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import available_timezones

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coherence.store import WaveState
from coherence.use_cases.timetables import BadTime, set_timetable
from coherence.use_cases.waves.board_consent import board_case, record_consent
from coherence.use_cases.waves.draft import choose_threshold
from coherence.use_cases.waves.label_preview import approve_groups, label_preview
from coherence.use_cases.waves.overview import Overview
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.use_cases.waves.people_count import people_count
from coherence.web.services import services
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.forms import DatesForm, ThresholdForm
from coherence.web.waves.phrases import sentence

PROPOSED_QUIET_HOURS: Final = (20, 7)


@blueprint.get("/<int:wave_id>/people")
@guarded
def people(wave_id: int) -> ResponseReturnValue:
    """How many people of which level each department has."""
    database = services().database
    return render_template(
        "waves/people.html",
        survey=read_survey(database, wave_id, staff()),
        rows=people_count(database, wave_id, staff()),
    )


@blueprint.route("/<int:wave_id>/groups", methods=["GET", "POST"])
@guarded
def groups(wave_id: int) -> ResponseReturnValue:
    """Which teams are reported together and why, and from how many people on."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    form = ThresholdForm()
    if request.method == "POST" and form.validate():
        choose_threshold(at_hand.database, wave_id, staff(), k=form.k.data, now=at_hand.clock())
        return redirect(url_for(".groups", wave_id=wave_id))
    preview = label_preview(at_hand.database, wave_id, staff())
    if request.method == "GET":
        form.k.data = preview.k
    page = render_template("waves/groups.html", form=form, survey=found, preview=preview)
    return (page, 400) if form.errors else page


@blueprint.post("/<int:wave_id>/groups/approve")
@guarded
def approve(wave_id: int) -> ResponseReturnValue:
    """The groups were looked at and found good."""
    at_hand = services()
    seen = request.form.get("fingerprint", "")
    approve_groups(at_hand.database, wave_id, staff(), fingerprint=seen, now=at_hand.clock())
    flash(_("Noted: you have looked at the groups."))
    return redirect(url_for(".survey", wave_id=wave_id))


@blueprint.route("/<int:wave_id>/dates", methods=["GET", "POST"])
@guarded
def dates(wave_id: int) -> ResponseReturnValue:
    """Opening and closing by the clock, and the hours in which nobody is written to."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    form, problem = DatesForm(), None
    if request.method == "GET":
        _fill_dates(form, found)
    elif form.validate():
        try:
            set_timetable(
                at_hand.database,
                wave_id,
                time_zone=form.time_zone.data.strip(),
                opens=form.opens.data if found.state is WaveState.DRAFT else None,
                closes=form.closes.data,
                quiet_hours=(form.quiet_from.data, form.quiet_until.data),
                now=at_hand.clock(),
                actor_id=staff().user_id,
            )
        except BadTime as error:
            problem = sentence(str(error))
        else:
            flash(_("The dates are settled."))
            return redirect(url_for(".survey", wave_id=wave_id))
    page = render_template(
        "waves/dates.html", form=form, problem=problem, survey=found, zones=sorted(available_timezones())
    )
    return (page, 400) if form.errors or problem else page


@blueprint.route("/<int:wave_id>/board", methods=["GET", "POST"])
@guarded
def board(wave_id: int) -> ResponseReturnValue:
    """Who of a small board has agreed to a column of its own."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    if request.method == "POST":
        ticked = [int(one) for one in request.form.getlist("agreed") if one.isdecimal()]
        record_consent(at_hand.database, wave_id, staff(), agreed=ticked, now=at_hand.clock())
        flash(_("The consent is recorded."))
        return redirect(url_for(".survey", wave_id=wave_id))
    return render_template(
        "waves/board.html", survey=found, case=board_case(at_hand.database, wave_id, staff())
    )


def _fill_dates(form: DatesForm, found: Overview) -> None:
    def on_the_wall(at: datetime | None) -> datetime | None:
        return None if at is None else at.astimezone(found.zone).replace(tzinfo=None)

    form.time_zone.data = found.zone.key if found.quiet_hours else ""
    form.quiet_from.data, form.quiet_until.data = found.quiet_hours or PROPOSED_QUIET_HOURS
    form.opens.data, form.closes.data = on_the_wall(found.opens_at), on_the_wall(found.closes_at)
