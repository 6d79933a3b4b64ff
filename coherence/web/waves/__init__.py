"""The pages on which a survey is prepared, watched, closed and published."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from coherence.web.waves import (
    closing,
    comments,
    listing,
    live,
    messages,
    opening,
    organisation_data,
    own_questions,
    paper,
    preparing,
    publishing,
    questionnaire,
    words,
)
from coherence.web.waves.blueprint import blueprint
from coherence.web.waves.phrases import sentence

__all__ = [
    "closing",
    "comments",
    "init_app",
    "listing",
    "live",
    "messages",
    "opening",
    "organisation_data",
    "own_questions",
    "paper",
    "preparing",
    "publishing",
    "questionnaire",
]


def init_app(app: Flask) -> None:
    """Open the pages."""
    protection: CSRFProtect = app.extensions["csrf"]
    # Larger than other requests: the limit is raised first, then the view checks the token itself.
    protection.exempt(organisation_data.outcomes_file)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["wave_words"] = words
    app.jinja_env.filters["sentence"] = sentence
