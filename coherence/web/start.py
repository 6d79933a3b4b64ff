"""The start page: two doors, the questionnaire and the results."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask_babel import get_locale

from coherence.errors import ResultsMissing, ResultsUnreadable
from coherence.use_cases.serve_results import open_results
from coherence.web.results import is_open

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
def show() -> str:
    """Where to go from here."""
    results, problem = None, ""
    if not is_open():
        return render_template("start.html", behind_sign_in=True)
    try:
        results = open_results(current_app.config["RESULTS_DIR"], str(get_locale()))
    except ResultsMissing:
        pass
    except ResultsUnreadable as error:
        problem = str(error)
    return render_template("start.html", results=results, problem=problem)
