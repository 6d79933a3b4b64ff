"""Import people from a list: upload, preview with correction of the columns, take or drop."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coherence.jobs.queue import AlreadyUnderWay
from coherence.use_cases.staff.import_roster import (
    NothingGood,
    PlanChanged,
    correct_columns,
    drop_roster,
    roster_plan,
    take_roster,
    upload_roster,
)
from coherence.use_cases.staff.keep_organisation import standing
from coherence.use_cases.staff.roster_list import FIELDS, Wrong
from coherence.use_cases.staff.take_in_background import (
    MOST_ROWS_AT_ONCE,
    active_taking,
    start_taking,
    waiting_rows,
)
from coherence.web.services import services
from coherence.web.staff import words
from coherence.web.staff.blueprint import blueprint, guarded, staff
from coherence.web.staff.uploads import upload_page

_ROOT = "/organisations/<int:organisation_id>/people/import"


@blueprint.route(_ROOT, methods=["GET", "POST"], endpoint="roster_upload")
@guarded
def upload(organisation_id: int) -> ResponseReturnValue:
    """Choose a file."""
    return _under_way(organisation_id) or upload_page(
        organisation_id, upload_roster, template="staff/roster_upload.html", preview=".roster_preview"
    )


@blueprint.get(f"{_ROOT}/preview")
@guarded
def roster_preview(organisation_id: int) -> ResponseReturnValue:
    """What the list would do, and which of its rows are bad."""
    at_hand = services()
    here = standing(at_hand.database, organisation_id, staff())
    if under_way := _under_way(organisation_id):
        return under_way
    plan = roster_plan(at_hand.database, organisation_id, staff(), now=at_hand.clock())
    return render_template(
        "staff/roster_preview.html",
        here=here,
        plan=plan,
        words=words,
        fields=FIELDS,
        unknown_departments=any(one.wrong is Wrong.UNKNOWN_DEPARTMENT for one in plan.faults),
    )


@blueprint.post(f"{_ROOT}/columns")
@guarded
def roster_columns(organisation_id: int) -> ResponseReturnValue:
    """Correct which column holds what."""
    at_hand = services()
    chosen = {field: request.form.get(field, type=int) for field in FIELDS}
    correct_columns(
        at_hand.database,
        organisation_id,
        staff(),
        {field: at for field, at in chosen.items() if at is not None},
        add_departments="add_departments" in request.form,
        now=at_hand.clock(),
    )
    return redirect(url_for(".roster_preview", organisation_id=organisation_id))


@blueprint.post(f"{_ROOT}/take")
@guarded
def roster_take(organisation_id: int) -> ResponseReturnValue:
    """Take the good rows: at once, or of a long list in the background."""
    at_hand = services()
    who, fingerprint, leavers_go = staff(), request.form.get("fingerprint", ""), "leavers_go" in request.form
    if waiting_rows(at_hand.database, organisation_id, who, now=at_hand.clock()) > MOST_ROWS_AT_ONCE:
        try:
            job_id = start_taking(
                at_hand.database,
                organisation_id,
                who,
                fingerprint=fingerprint,
                leavers_go=leavers_go,
                now=at_hand.clock(),
            )
        except AlreadyUnderWay:
            return redirect(url_for(".roster_preview", organisation_id=organisation_id))
        return redirect(url_for(".roster_taking", organisation_id=organisation_id, job_id=job_id))
    try:
        taken = take_roster(
            at_hand.database,
            organisation_id,
            who,
            fingerprint=fingerprint,
            leavers_go=leavers_go,
            now=at_hand.clock(),
        )
    except PlanChanged:
        flash(_("The list of people has changed meanwhile. Please look at the preview once more."))
        return redirect(url_for(".roster_preview", organisation_id=organisation_id))
    except NothingGood:
        flash(_("Not one row can be taken. Correct the columns, or mend the file and upload it again."))
        return redirect(url_for(".roster_preview", organisation_id=organisation_id))
    flash(
        _(
            "Stored: %(joined)s new, %(moved)s moved, %(changed)s with other details, %(left)s taken off.",
            joined=taken.joined,
            moved=taken.moved,
            changed=taken.changed,
            left=taken.left,
        )
    )
    return redirect(url_for(".people", organisation_id=organisation_id))


@blueprint.post(f"{_ROOT}/drop")
@guarded
def roster_drop(organisation_id: int) -> ResponseReturnValue:
    """Throw the list away."""
    drop_roster(services().database, organisation_id, staff())
    flash(_("The list is thrown away. Nothing was changed."))
    return redirect(url_for(".people", organisation_id=organisation_id))


def _under_way(organisation_id: int) -> Response | None:
    """To the page of the list that is being stored, if one is."""
    job_id = active_taking(services().database, organisation_id, staff())
    if job_id is None:
        return None
    flash(_("A list of people is being stored. Please wait until it is done."))
    return redirect(url_for(".roster_taking", organisation_id=organisation_id, job_id=job_id))
