"""The respondent's pages: the door, the statements, the review, the thank-you.

Until Send is pressed nothing is stored here: answers of earlier pages travel as hidden fields, and
what the pages need to know of the invitation lies in the signed cookie.
"""

from __future__ import annotations

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from coherence.use_cases.answer_survey import AlreadyAnswered, SurveyClosed, UnknownDoor
from coherence.web.respondent import answering, doors, visit
from coherence.web.respondent.visit import NoVisit


def init_app(app: Flask) -> None:
    """Open the doors."""
    app.register_blueprint(doors.blueprint)
    app.register_blueprint(answering.blueprint)
    app.register_error_handler(UnknownDoor, doors.unknown)
    app.register_error_handler(AlreadyAnswered, doors.used)
    app.register_error_handler(SurveyClosed, doors.closed)
    app.register_error_handler(NoVisit, _not_through_the_door)


def _not_through_the_door(error: NoVisit) -> Response | tuple[str, int]:
    """A page of the survey without a visit: say how to come in, or that the answers were received."""
    if request.method == "POST":
        try:
            visit.send_again()
        except NoVisit:
            pass
        else:
            return redirect(url_for("respondent.thanks"), 303)
    return render_template("answer/begin.html"), 403
