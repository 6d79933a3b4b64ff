"""The pages of HR and consultants: organisation, departments, people, colleagues."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from coherence.web.staff import (
    colleagues,
    departments,
    navigation,
    organisations,
    people,
    person,
    roster,
    taking,
    tree_import,
)
from coherence.web.staff.blueprint import blueprint

__all__ = [
    "colleagues",
    "departments",
    "init_app",
    "organisations",
    "people",
    "person",
    "roster",
    "taking",
    "tree_import",
]


def init_app(app: Flask) -> None:
    """Open the pages, and let the bar of every page lead to them."""
    protection: CSRFProtect = app.extensions["csrf"]
    # Larger than other requests: the limit is raised first, then the view checks the token itself.
    for upload in (roster.upload, tree_import.upload):
        protection.exempt(upload)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["staff_place"] = navigation.place
