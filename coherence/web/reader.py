"""Published results for those who are signed in: the own departments, with the PDF to take away."""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from coherence.reports.subtree import within
from coherence.store import Database
from coherence.use_cases.publish_wave import published_ledger
from coherence.use_cases.read_results import published_waves, readable_tops, wave_pdf, wave_report
from coherence.use_cases.serve_results import Results
from coherence.web.report_pages import OtherWave, Place, chapter_page, comparison_page
from coherence.web.services import services
from coherence.web.signing_in import present_user, signed_in
from scoring.answers import Path
from scoring.released import Ledger

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
    return chapter_page(_results(wave_id), _place(wave_id), ident)


@blueprint.get("/<int:wave_id>/compare")
@signed_in()
def compare(wave_id: int) -> ResponseReturnValue:
    """Two departments beside each other."""
    return comparison_page(_results(wave_id), _place(wave_id))


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


def _results(wave_id: int) -> Results:
    """The report as far as the rights of this person reach; both parts are kept, for a wave is frozen."""
    database, rights = services().database, present_user().rights
    document = wave_report(database, wave_id, rights, str(get_locale()))
    return Results(document, None, _ledger(database, wave_id, readable_tops(database, wave_id, rights)))


@lru_cache(maxsize=32)
def _ledger(database: Database, wave_id: int, tops: frozenset[Path]) -> Ledger:
    return within(published_ledger(database, wave_id), tops)


def _place(wave_id: int) -> Place:
    known = published_waves(services().database, present_user().rights)
    organisation = next((wave.organisation_id for wave in known if wave.wave_id == wave_id), None)
    waves = [
        OtherWave(wave.name, url_for(".chapter", wave_id=wave.wave_id), wave.wave_id == wave_id)
        for wave in known
        if wave.organisation_id == organisation
    ]
    return Place(
        chapter=lambda ident: url_for(".chapter", wave_id=wave_id, ident=ident),
        home=url_for(".chapter", wave_id=wave_id),
        compare=url_for(".compare", wave_id=wave_id),
        report=url_for(".report", wave_id=wave_id),
        files=url_for("downloads.home", wave_id=wave_id),
        plan=url_for("actions.overview", organisation_id=organisation) if organisation else None,
        waves=waves if len(waves) > 1 else (),
        signed_in=True,
    )
