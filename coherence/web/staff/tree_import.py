"""Import departments from a list: upload, preview, take or drop."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coherence.use_cases.staff.import_departments import (
    NoDepartmentColumn,
    drop_departments,
    take_departments,
    tree_plan,
    upload_departments,
)
from coherence.use_cases.staff.keep_organisation import standing
from coherence.web.services import services
from coherence.web.staff import words
from coherence.web.staff.blueprint import blueprint, guarded, staff
from coherence.web.staff.uploads import upload_page

_ROOT = "/organisations/<int:organisation_id>/departments/import"


@blueprint.route(_ROOT, methods=["GET", "POST"], endpoint="departments_upload")
@guarded
def upload(organisation_id: int) -> ResponseReturnValue:
    """Choose a file."""
    return upload_page(
        organisation_id,
        upload_departments,
        template="staff/tree_upload.html",
        preview=".departments_preview",
        refusals={NoDepartmentColumn: _("No column is called “Department”. Please name one so.")},
    )


@blueprint.get(f"{_ROOT}/preview")
@guarded
def departments_preview(organisation_id: int) -> ResponseReturnValue:
    """What the list would add."""
    at_hand = services()
    plan = tree_plan(at_hand.database, organisation_id, staff(), now=at_hand.clock())
    here = standing(at_hand.database, organisation_id, staff())
    return render_template("staff/tree_preview.html", here=here, plan=plan, words=words)


@blueprint.post(f"{_ROOT}/take")
@guarded
def departments_take(organisation_id: int) -> ResponseReturnValue:
    """Add what is new."""
    at_hand = services()
    added = take_departments(at_hand.database, organisation_id, staff(), now=at_hand.clock())
    flash(ngettext("%(num)s department is added.", "%(num)s departments are added.", added))
    return redirect(url_for(".organisation", organisation_id=organisation_id))


@blueprint.post(f"{_ROOT}/drop")
@guarded
def departments_drop(organisation_id: int) -> ResponseReturnValue:
    """Throw the list away."""
    drop_departments(services().database, organisation_id, staff())
    flash(_("The list is thrown away. Nothing was changed."))
    return redirect(url_for(".organisation", organisation_id=organisation_id))
