"""The results of a scored folder: its chapters as pages, and the printed report."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, render_template, send_file, url_for
from flask_babel import get_locale
from werkzeug.exceptions import NotFound

from coherence.reports.document import Chapter
from coherence.use_cases.serve_results import Results, open_results

blueprint = Blueprint("results", __name__, url_prefix="/results")


@blueprint.get("/")
def summary() -> str:
    """The first chapter: the organisation, or why nothing can be shown."""
    results = _results()
    return _page(results, results.document.chapters[0])


@blueprint.get("/<ident>")
def chapter(ident: str) -> str:
    """Any chapter by its name, such as departments or department-3."""
    results = _results()
    found = results.chapter(ident)
    if found is None:
        raise NotFound
    return _page(results, found)


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


def _page(results: Results, chapter: Chapter) -> str:
    return render_template(
        "report/chapter.html",
        results=results,
        chapter=chapter,
        chapter_url=lambda ident: url_for(".chapter", ident=ident),
        report_url=url_for(".report") if results.report else None,
    )
