"""The page that says what the promise covers, and what it does not."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("confidentiality", __name__)


@blueprint.get("/confidentiality")
def show() -> str:
    """How answers are protected."""
    return render_template("survey/confidentiality.html")
