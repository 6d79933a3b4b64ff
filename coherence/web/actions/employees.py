"""What you said, what we do: the page for employees, and how HR prepares it."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from coherence.reports.employees_page import employees_blocks
from coherence.store import Role
from coherence.use_cases.actions.employees_page import (
    Told,
    preview_page,
    read_page,
    read_settings,
    save_settings,
)
from coherence.web.actions.blueprint import blueprint
from coherence.web.actions.forms import EmployeesPageForm, state_words
from coherence.web.services import services
from coherence.web.signing_in import present_user, signed_in


@blueprint.route("/employees/<int:wave_id>", methods=["GET", "POST"])
@signed_in(Role.CONSULTANT, Role.HR)
def settings(wave_id: int) -> ResponseReturnValue:
    """Write the words, and show the page or take it away."""
    at_hand, user = services(), present_user()
    found = read_settings(at_hand.database, wave_id, user.rights)
    form = EmployeesPageForm()
    if request.method == "GET":
        form.words.data, form.shown.data = found.words, found.shown
    elif form.validate():
        save_settings(
            at_hand.database,
            wave_id,
            user.rights,
            shown=bool(form.shown.data),
            words=form.words.data or "",
            by=user.user_id,
            now=at_hand.clock(),
        )
        flash(_("The page is open to employees now.") if form.shown.data else _("The page is closed."))
        return redirect(url_for(".settings", wave_id=wave_id))
    page = render_template("actions/employees_settings.html", form=form, settings=found)
    return (page, 400) if form.errors else page


@blueprint.get("/employees/<int:wave_id>/preview")
@signed_in(Role.CONSULTANT, Role.HR)
def preview(wave_id: int) -> ResponseReturnValue:
    """The page as employees would see it."""
    return _page(preview_page(services().database, wave_id, present_user().rights))


@blueprint.get("/told/<slug>")
def told(slug: str) -> ResponseReturnValue:
    """The page itself, open to whoever has its address; no search engine is meant to find it."""
    answer = make_response(_page(read_page(services().database, slug)))
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _page(told: Told) -> str:
    return render_template(
        "actions/told.html",
        told=told,
        blocks_shown=employees_blocks(told.ledger, str(get_locale())),
        states=state_words(),
    )
