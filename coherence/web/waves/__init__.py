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
    words,
)
from coherence.web.waves.blueprint import blueprint

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
]


def init_app(app: Flask) -> None:
    """Open the pages."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["wave_words"] = words
