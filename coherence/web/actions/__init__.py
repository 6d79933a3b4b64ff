"""The action plan, and the page that tells employees what became of their answers."""

from flask import Flask

from coherence.web.actions import employees, plan
from coherence.web.actions.blueprint import blueprint

__all__ = ["employees", "init_app", "plan"]


def init_app(app: Flask) -> None:
    """Open the pages."""
    app.register_blueprint(blueprint)
