"""Departments, one at a time: add, rename, move, remove."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from coherence.accounts.access import NotVisible
from coherence.use_cases.staff.department_names import BadDepartmentName
from coherence.use_cases.staff.department_tree import (
    TreeRefused,
    add_department,
    department_tree,
    move_department,
    remove_department,
    rename_department,
)
from coherence.use_cases.staff.keep_organisation import standing
from coherence.web.services import services
from coherence.web.staff import words
from coherence.web.staff.blueprint import blueprint, guarded, staff
from coherence.web.staff.forms import DepartmentForm, MoveForm, RenameForm, said
from coherence.web.staff.organisations import organisation_page

_ONE = "/organisations/<int:organisation_id>/departments/<int:department_id>"


@blueprint.post("/organisations/<int:organisation_id>/departments")
@guarded
def department_add(organisation_id: int) -> ResponseReturnValue:
    """A new department; its parent stays chosen, since departments come in groups."""
    form, at_hand = DepartmentForm(), services()
    branches = department_tree(at_hand.database, organisation_id, staff())
    form.parent.choices = [SelectChoice(one.department_id, one.name) for one in branches]
    if not form.validate():
        return organisation_page(organisation_id, form)
    try:
        add_department(
            at_hand.database,
            organisation_id,
            staff(),
            parent_id=form.parent.data,
            name=said(form.name),
            now=at_hand.clock(),
        )
    except BadDepartmentName as error:
        form.refuse(form.name, words.bad_name(error.wrong))
    except TreeRefused as error:
        form.refuse(form.name, words.tree_refused(error.refused))
    else:
        flash(_("“%(name)s” is added.", name=said(form.name).strip()))
        return redirect(url_for(".organisation", organisation_id=organisation_id, _anchor="add"))
    return organisation_page(organisation_id, form)


@blueprint.get(_ONE)
@guarded
def department(organisation_id: int, department_id: int) -> ResponseReturnValue:
    """One department with what can be done about it."""
    return _page(organisation_id, department_id)


@blueprint.post(f"{_ONE}/rename")
@guarded
def department_rename(organisation_id: int, department_id: int) -> ResponseReturnValue:
    """Another name."""
    form, at_hand = RenameForm(), services()
    if not form.validate():
        return _page(organisation_id, department_id, rename=form)
    try:
        rename_department(
            at_hand.database,
            organisation_id,
            staff(),
            department_id,
            name=said(form.name),
            now=at_hand.clock(),
        )
    except BadDepartmentName as error:
        form.refuse(form.name, words.bad_name(error.wrong))
    except TreeRefused as error:
        form.refuse(form.name, words.tree_refused(error.refused))
    else:
        return _done(organisation_id, _("The new name is stored."))
    return _page(organisation_id, department_id, rename=form)


@blueprint.post(f"{_ONE}/move")
@guarded
def department_move(organisation_id: int, department_id: int) -> ResponseReturnValue:
    """Another place, with everybody and everything below."""
    form, at_hand = MoveForm(), services()
    branches = department_tree(at_hand.database, organisation_id, staff())
    form.parent.choices = [SelectChoice(one.department_id, one.name) for one in branches]
    if not form.validate():
        return _page(organisation_id, department_id, move=form)
    try:
        move_department(
            at_hand.database,
            organisation_id,
            staff(),
            department_id,
            parent_id=form.parent.data,
            now=at_hand.clock(),
        )
    except TreeRefused as error:
        form.refuse(form.parent, words.tree_refused(error.refused))
        return _page(organisation_id, department_id, move=form)
    return _done(organisation_id, _("The department hangs in its new place."))


@blueprint.post(f"{_ONE}/remove")
@guarded
def department_remove(organisation_id: int, department_id: int) -> ResponseReturnValue:
    """Away with it, where nobody is."""
    at_hand = services()
    try:
        remove_department(at_hand.database, organisation_id, staff(), department_id, now=at_hand.clock())
    except TreeRefused as error:
        return _page(organisation_id, department_id, problem=words.tree_refused(error.refused))
    return _done(organisation_id, _("The department is removed."))


def _page(
    organisation_id: int,
    department_id: int,
    *,
    rename: RenameForm | None = None,
    move: MoveForm | None = None,
    problem: str | None = None,
) -> ResponseReturnValue:
    database = services().database
    here = standing(database, organisation_id, staff())
    branches = department_tree(database, organisation_id, staff())
    found = next((one for one in branches if one.department_id == department_id), None)
    if found is None or found.parent_id is None:
        raise NotVisible(f"there is no department {department_id} in this organisation")
    renaming = rename or RenameForm(formdata=None, name=found.name)
    moving = move or MoveForm(formdata=None, parent=found.parent_id)
    moving.parent.choices = [
        SelectChoice(one.department_id, words.path(one.path))
        for one in branches
        if one.path[: len(found.path)] != found.path
    ]
    page = render_template(
        "staff/department.html", here=here, found=found, rename=renaming, move=moving, problem=problem
    )
    return (page, 400) if request.method == "POST" else page


def _done(organisation_id: int, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for(".organisation", organisation_id=organisation_id))
