"""Error pages: one place that turns an error into a page in plain words."""

from __future__ import annotations

import logging

from flask import Flask, has_request_context, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from coherence.errors import ResultsMissing, ResultsUnreadable


def words(status: int) -> tuple[str, str]:
    """Heading and next step for a status."""
    known = {
        400: (
            _("This page could not read what was sent"),
            _("Please go back, check your entries and send them again."),
        ),
        403: (
            _("This page is not open to you"),
            _("If you think it should be, ask the person who sent you here."),
        ),
        404: (
            _("There is no such page"),
            _("The address may be mistyped, or the page may have moved. Please begin at the start."),
        ),
        405: (_("This page cannot be opened in that way"), _("Please begin at the start.")),
        413: (
            _("That was too much at once"),
            _("A file may have at most 10 MB. Please go back and send a smaller one."),
        ),
        500: (
            _("Something went wrong on our side"),
            _("It is not your fault. Please try again in a minute. If it stays, tell who runs this service."),
        ),
    }
    return known.get(status) or (_("This page cannot be shown"), _("Please begin at the start."))


def http_error(error: HTTPException) -> tuple[str, int]:
    """Any error with a status."""
    status = error.code or 500
    heading, advice = words(status)
    return render_template("errors/error.html", status=status, heading=heading, advice=advice), status


def forged(error: CSRFError) -> tuple[str, int]:
    """A form without a valid token: mostly a page left open over a restart, or a browser without cookies."""
    return render_template("errors/forged.html"), 400


def results_missing(error: ResultsMissing) -> tuple[str, int]:
    """No results yet: say how to make some."""
    return render_template("report/empty.html"), 404


def results_unreadable(error: ResultsUnreadable) -> tuple[str, int]:
    """Scores that cannot be read: say where and why."""
    return render_template("report/unreadable.html", reason=str(error)), 500


def leave_out_addresses(record: logging.LogRecord) -> bool:
    """A link is a key, so the log names the rule of an address: "/i/<token>", never the token."""
    if has_request_context() and request.view_args and request.url_rule is not None:
        record.msg = record.getMessage().replace(request.path, request.url_rule.rule)
        record.args = ()
    return True


def init_app(app: Flask) -> None:
    """Use the pages, and keep addresses out of the log."""
    app.logger.addFilter(leave_out_addresses)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(ResultsMissing, results_missing)
    app.register_error_handler(ResultsUnreadable, results_unreadable)
