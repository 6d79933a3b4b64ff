"""Sign in, show the code, sign out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coherence.accounts.access import Stage
from coherence.accounts.limits import TooManyTries
from coherence.use_cases.accounts import show_code, sign_out
from coherence.use_cases.accounts import sign_in as use_case
from coherence.web.account.blueprint import blueprint
from coherence.web.account.forms import CodeForm, SignInForm
from coherence.web.redirects import local_path
from coherence.web.services import services
from coherence.web.signing_in import (
    NEXT_PAGE,
    current_user,
    forget,
    keep,
    present_user,
    session_id,
    signed_in,
)

HOME = NEXT_PAGE[Stage.SIGNED_IN]


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """Address and password."""
    form = SignInForm()
    if request.method == "GET":
        user = current_user()
        form.next.data = local_path(request.args.get("next"))
        if user is not None and user.stage is Stage.SIGNED_IN:
            return redirect(form.next.data or url_for(HOME))
        return render_template("account/sign_in.html", form=form)
    problem = None
    if form.validate():
        try:
            started = use_case.sign_in(
                services().database,
                form.email.data,
                form.password.data,
                secret=services().secret,
                replacing=session_id(),
                now=services().clock(),
            )
        except use_case.SignInRefused:
            problem = _("The e-mail address or the password is not right. Please type both again.")
        except TooManyTries:
            problem = _("There were too many tries. Please wait a quarter of an hour and try again.")
        else:
            return keep(_onwards(started.stage, form.next.data), started.session_id)
    return render_template("account/sign_in.html", form=form, problem=problem), 400


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
def code() -> Response | str | tuple[str, int]:
    """The code of the authenticator app."""
    user, held = current_user(), session_id()
    if user is None or held is None or user.stage is not Stage.CODE_DUE:
        return redirect(url_for("account.sign_in" if user is None else NEXT_PAGE[user.stage]))
    form = CodeForm()
    if request.method == "GET":
        form.next.data = local_path(request.args.get("next"))
        return render_template("account/code.html", form=form)
    if form.validate():
        try:
            renewed = show_code.show_code(services().database, held, form.code.data, now=services().clock())
        except show_code.WrongCode:
            form.refuse(form.code, _("This code is wrong or was used before. Please wait for the next one."))
        except TooManyTries:
            flash(_("There were too many wrong codes. Please wait a while, then sign in again."))
            return forget(redirect(url_for("account.sign_in")))
        else:
            return keep(_onwards(Stage.SIGNED_IN, form.next.data), renewed)
    return render_template("account/code.html", form=form), 400


@blueprint.post("/sign-out")
def leave() -> Response:
    """End the session of this browser."""
    held = session_id()
    if held is not None:
        sign_out.sign_out(services().database, held)
    flash(_("You are signed out."))
    return forget(redirect(url_for("account.sign_in")))


@blueprint.post("/account/sign-out-everywhere")
@signed_in()
def leave_everywhere() -> Response:
    """End every session of the user."""
    sign_out.sign_out_everywhere(services().database, present_user().user_id, now=services().clock())
    flash(_("You are signed out on every device."))
    return forget(redirect(url_for("account.sign_in")))


def _onwards(stage: Stage, back: str | None) -> Response:
    target = local_path(back)
    if stage is Stage.SIGNED_IN:
        return redirect(target or url_for(HOME))
    return redirect(url_for(NEXT_PAGE[stage], next=target))
