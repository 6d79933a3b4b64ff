"""The results of a scored folder: its chapters as pages, and the printed report."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.exceptions import NotFound

from coherence.accounts.access import NotVisible, Stage
from coherence.store import Role
from coherence.use_cases.serve_results import Results, open_results
from coherence.web.report_pages import Place, chapter_page, comparison_page
from coherence.web.signing_in import current_user, to_sign_in

blueprint = Blueprint("results", __name__, url_prefix="/results")


@blueprint.before_request
def guard() -> ResponseReturnValue | None:
    """Where there are accounts, the folder is for consultants alone: nothing says whose results it holds."""
    if is_open():
        return None
    user = current_user()
    if user is None or user.stage is not Stage.SIGNED_IN:
        return to_sign_in(user)
    raise NotVisible("a results folder is for consultants")


def is_open() -> bool:
    """Whether the results folder is shown to whoever asks: to all without accounts, else to consultants."""
    if current_app.config["SERVICES"] is None:
        return True
    user = current_user()
    return (
        user is not None
        and user.stage is Stage.SIGNED_IN
        and bool(user.rights.organisations((Role.CONSULTANT,)))
    )


@blueprint.get("/", endpoint="summary")
@blueprint.get("/<ident>")
def chapter(ident: str | None = None) -> ResponseReturnValue:
    """Any chapter by its name, such as departments or department-3; the first one without."""
    results = _results()
    return chapter_page(results, _place(results), ident)


@blueprint.get("/compare")
def compare() -> ResponseReturnValue:
    """Two departments beside each other."""
    results = _results()
    return comparison_page(results, _place(results))


@blueprint.get("/report.pdf")
def report() -> Response:
    """The printed report."""
    results = _results()
    if results.report is None:
        raise NotFound
    answer = send_file(results.report, as_attachment=True, download_name="coherence-report.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.app_template_filter()
def kind(block: Any) -> str:
    """What sort of block it is: the name of its class."""
    return type(block).__name__


def _results() -> Results:
    return open_results(current_app.config["RESULTS_DIR"], str(get_locale()))


def _place(results: Results) -> Place:
    return Place(
        chapter=lambda ident: url_for("results.chapter", ident=ident),
        home=url_for("results.summary"),
        compare=url_for("results.compare"),
        report=url_for("results.report") if results.report else None,
    )
