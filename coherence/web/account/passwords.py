"""Forgotten, new and changed passwords."""

from __future__ import annotations

from datetime import datetime

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coherence.accounts.limits import TooManyTries
from coherence.accounts.links import PATHS
from coherence.accounts.passwords import LONGEST, SHORTEST, Weakness, WeakPassword
from coherence.store import Database, LinkPurpose
from coherence.use_cases.accounts.choose_password import (
    WrongPassword,
    change_password,
    choose_password_by_link,
    is_password_link,
)
from coherence.use_cases.accounts.forgotten_password import ask_for_password_link, mail_password_link
from coherence.use_cases.accounts.sign_in_by_link import LinkUnusable
from coherence.use_cases.accounts.tell_password_changed import FORGOTTEN, tell_password_changed
from coherence.web.account.blueprint import blueprint
from coherence.web.account.forms import AddressForm, ChangePasswordForm, NewPasswordForm
from coherence.web.account.links import unusable
from coherence.web.outgoing import Outgoing, after, outgoing
from coherence.web.services import services
from coherence.web.signing_in import keep, present_user, session_id, signed_in


@blueprint.route(FORGOTTEN, methods=["GET", "POST"])
def forgotten() -> Response | str | tuple[str, int]:
    """Ask for a link by mail; the answer is the same whether or not there is such an account."""
    form, at_hand = AddressForm(), services()
    if request.method == "GET":
        return render_template("account/forgotten.html", form=form)
    if not form.validate():
        return render_template("account/forgotten.html", form=form), 400
    now = at_hand.clock()
    found = ask_for_password_link(at_hand.database, form.email.data, secret=at_hand.secret, now=now)
    response = make_response(render_template("account/forgotten_sent.html"))
    if found is not None:
        database, out = at_hand.database, outgoing()
        after(response, lambda: _mail_link(database, out, found, now))
    return response


@blueprint.route(f"{PATHS[LinkPurpose.PASSWORD_RESET]}/<token>", methods=["GET", "POST"])
def new_password(token: str) -> Response | str | tuple[str, int]:
    """Choose a password through a one-use link."""
    at_hand = services()
    form, now = NewPasswordForm(), at_hand.clock()
    if not is_password_link(at_hand.database, token, now=now):
        return unusable()
    if request.method == "GET":
        return render_template("account/new_password.html", form=form, shortest=SHORTEST)
    if form.validate():
        try:
            user_id = choose_password_by_link(
                at_hand.database, token, form.new.data, secret=at_hand.secret, now=now
            )
        except WeakPassword as weak:
            form.refuse(form.new, _advice(weak.weakness))
        except LinkUnusable:
            return unusable()
        else:
            flash(_("Your new password is stored. Please sign in with it."))
            out, response = outgoing(), redirect(url_for("account.sign_in"))
            return after(response, lambda: _tell_changed(at_hand.database, out, user_id))
    return render_template("account/new_password.html", form=form, shortest=SHORTEST), 400


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in()
def change() -> Response | str | tuple[str, int]:
    """Change the password; every other device is signed out."""
    form, at_hand, user = ChangePasswordForm(), services(), present_user()
    if request.method == "GET":
        return render_template("account/change_password.html", form=form, shortest=SHORTEST)
    if form.validate():
        try:
            renewed = change_password(
                at_hand.database, session_id() or "", form.present.data, form.new.data, now=at_hand.clock()
            )
        except WrongPassword:
            form.refuse(form.present, _("This is not your present password. Please type it again."))
        except WeakPassword as weak:
            form.refuse(form.new, _advice(weak.weakness))
        except TooManyTries:
            form.refuse(form.present, _("There were too many tries. Please wait a quarter of an hour."))
        else:
            flash(_("Your password is changed. Every other device is signed out."))
            out, response = outgoing(), keep(redirect(url_for("account.show")), renewed)
            return after(response, lambda: _tell_changed(at_hand.database, out, user.user_id))
    return render_template("account/change_password.html", form=form, shortest=SHORTEST), 400


def _advice(weakness: Weakness) -> str:
    advice: dict[Weakness, str] = {
        Weakness.TOO_SHORT: _("This password is too short. It needs %(least)s characters.", least=SHORTEST),
        Weakness.TOO_LONG: _("This password is too long. %(most)s characters are the most.", most=LONGEST),
        Weakness.HOLDS_THE_ADDRESS: _("Please leave parts of your e-mail address out of the password."),
        Weakness.TOO_COMMON: _("This password is easy to guess. Three or four words of your own are better."),
    }
    return advice[weakness]


def _mail_link(database: Database, out: Outgoing, user_id: int, now: datetime) -> None:
    mail_password_link(database, out.outbox, user_id, base_url=out.base_url, now=now)


def _tell_changed(database: Database, out: Outgoing, user_id: int) -> None:
    tell_password_changed(database, out.outbox, user_id, base_url=out.base_url)
