"""The ways in: a personal link, a code on a slip, the kiosk."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from coherence.use_cases.answer_survey import (
    AlreadyAnswered,
    SurveyClosed,
    TooManyTries,
    UnknownDoor,
    enter_by_code,
    enter_by_link,
    open_survey,
)
from coherence.web.respondent import visit
from coherence.web.respondent.pages import kiosk_address
from coherence.web.services import services

blueprint = Blueprint("doors", __name__)


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of a slip; how it is written is forgiven."""

    code = StringField(validators=[DataRequired(), Length(max=60)])


@blueprint.get("/i/<token>")
def link(token: str) -> Response:
    """A personal link: exchanged for the cookie at once, so that it leaves the address bar."""
    here = services()
    visit.begin(enter_by_link(here.database, here.secret, token))
    return redirect(url_for("respondent.welcome"), 303)


@blueprint.route("/survey/<slug>", methods=["GET", "POST"])
def code(slug: str) -> str | Response | tuple[str, int]:
    """Type the code of a slip, on one's own device."""
    return _typed(slug)


@blueprint.route("/kiosk/<slug>", methods=["GET", "POST"])
def kiosk(slug: str) -> str | Response | tuple[str, int]:
    """Type the code of a slip on a shared device, which keeps nothing."""
    if request.method == "GET":
        session.clear()
    return _typed(slug, kiosk=slug)


def _typed(slug: str, *, kiosk: str = "") -> str | Response | tuple[str, int]:
    here = services()
    survey = open_survey(here.database, slug)
    form, fault = CodeForm(), ""
    if form.validate_on_submit():
        try:
            entered = enter_by_code(here.database, here.secret, survey.wave_id, form.code.data, here.clock())
        except UnknownDoor:
            fault = _(
                "We do not know this code. Please look at the slip again; it has 12 letters and digits."
            )
        except TooManyTries:
            fault = _("Too many wrong codes were typed. Please try again in ten minutes.")
        else:
            visit.begin(entered, kiosk=kiosk)
            return redirect(url_for("respondent.welcome"), 303)
    elif form.is_submitted():
        fault = _("Please type the code that is printed on your slip.")
    page = render_template(
        "answer/code.html",
        organisation=survey.organisation,
        fault=fault,
        slug=slug,
        kiosk=kiosk_address(kiosk),
    )
    return (page, 400) if fault else page


@blueprint.get("/lost-link")
def lost() -> str:
    """I lost my link: whom to ask."""
    return render_template("answer/lost.html")


def unknown(error: UnknownDoor) -> tuple[str, int]:
    """A link that belongs to no invitation."""
    return render_template("answer/unknown.html"), 404


def used(error: AlreadyAnswered) -> tuple[str, int]:
    """A link whose answers lie in the box: said kindly, since most come here by pressing twice."""
    return render_template("answer/received.html"), 200


def closed(error: SurveyClosed) -> tuple[str, int]:
    """Too late, or too early. Whoever pressed Send too late finds no draft on the device any more."""
    draft = g.visit.draft if "visit" in g else ""
    return render_template("answer/closed.html", draft=draft), 410
