"""Coherence: a survey and its diagnosis of what a company says, enables and does."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coherence import config as defaults

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application, wired.

    Args:
        config: settings over the defaults of `coherence.config`. RESULTS_DIR is a folder made by
            `coherence score`; SERVICES opens the pages that need a database; SECRET_KEY, where
            missing, is made and kept in the instance folder.
    """
    # imported here, so that a command that shows no page starts a second earlier
    from flask import Flask
    from flask_wtf.csrf import CSRFProtect

    from coherence.web import (
        account,
        actions,
        confidentiality,
        cookies,
        downloads,
        errors,
        headers,
        locale,
        preview,
        reader,
        respondent,
        results,
        row_numbers,
        services,
        staff,
        start,
        waves,
    )

    instance = defaults.instance_folder(os.environ, defaults.PACKAGE, Path.home(), sys.platform)
    app = Flask(
        __name__,
        template_folder=str(defaults.templates_folder(defaults.PACKAGE)),
        instance_path=str(instance),
    )
    app.config.from_mapping(defaults.DEFAULTS)
    app.config.from_mapping(config or {})
    app.secret_key = app.secret_key or defaults.secret_key(instance)
    CSRFProtect(app)
    for part in (row_numbers, cookies, headers, locale, errors):
        part.init_app(app)
    for page in (start, confidentiality, preview, results):
        app.register_blueprint(page.blueprint)
    if app.config["SERVICES"] is not None:
        services.provide(app, app.config["SERVICES"])
        respondent.init_app(app)
        account.init_app(app)
        staff.init_app(app)
        app.register_blueprint(reader.blueprint)
        app.register_blueprint(downloads.blueprint)
        actions.init_app(app)
        waves.init_app(app)
    return app
