"""Published results for those who are signed in: the own departments, with the PDF to take away."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.exceptions import NotFound

from coherence.use_cases.read_results import published_waves, wave_pdf, wave_report
from coherence.use_cases.serve_results import Results
from coherence.web.services import services
from coherence.web.signing_in import present_user, signed_in

blueprint = Blueprint("reader", __name__, url_prefix="/published")


@blueprint.get("/")
@signed_in()
def home() -> ResponseReturnValue:
    """Everything that was published for this person."""
    waves = published_waves(services().database, present_user().rights)
    return render_template("report/published.html", waves=waves)


@blueprint.get("/<int:wave_id>/")
@blueprint.get("/<int:wave_id>/<ident>")
@signed_in()
def chapter(wave_id: int, ident: str | None = None) -> ResponseReturnValue:
    """A chapter of a published wave; the first one without a name."""
    document = wave_report(services().database, wave_id, present_user().rights, str(get_locale()))
    results = Results(document, None)
    found = document.chapters[0] if ident is None else results.chapter(ident)
    if found is None:
        raise NotFound
    return render_template(
        "report/chapter.html",
        results=results,
        chapter=found,
        chapter_url=lambda one: url_for(".chapter", wave_id=wave_id, ident=one),
        report_url=url_for(".report", wave_id=wave_id),
        signed_in=True,
    )


@blueprint.get("/<int:wave_id>/report.pdf")
@signed_in()
def report(wave_id: int) -> ResponseReturnValue:
    """The report to take away."""
    answer: Response = make_response(
        wave_pdf(services().database, wave_id, present_user().rights, str(get_locale()))
    )
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = "attachment; filename=coherence-report.pdf"
    return answer
