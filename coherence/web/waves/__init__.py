"""The pages on which a survey is prepared, watched, closed and published."""

from flask import Flask

from coherence.web.waves import (
    closing,
    comments,
    listing,
    live,
    messages,
    opening,
    organisation_data,
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
    "preparing",
    "publishing",
    "questionnaire",
]


def init_app(app: Flask) -> None:
    """Open the pages."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["wave_words"] = words
    app.jinja_env.filters["sentence"] = sentence
