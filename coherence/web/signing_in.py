"""Who is signed in: the cookie, the user of a request, and the guard that other pages stand behind."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from coherence.accounts.access import NotVisible, Stage
from coherence.store import Role
from coherence.use_cases.accounts.signed_in_user import NotSignedIn, SignedInUser, recognise
from coherence.web.errors import http_error
from coherence.web.redirects import local_path
from coherence.web.services import services

P = ParamSpec("P")

NEXT_PAGE = {
    Stage.SIGNED_IN: "staff.home",
    Stage.CODE_DUE: "account.code",
    Stage.ENROLMENT_DUE: "account.authenticator",
}
"""Where a person goes on at each stage of signing in."""


def signed_in(
    *roles: Role,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Guard of a view: only for people who are wholly signed in and have one of the roles.

    Without roles everybody who is signed in may pass. A view with `organisation_id` in its address wants
    the role in that very organisation; elsewhere the page does not exist (404).

        @blueprint.get("/organisations/<int:organisation_id>/waves")
        @signed_in(Role.CONSULTANT, Role.HR)
        def waves(organisation_id: int) -> str: ...
    """

    def guard(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            user = current_user()
            if user is None or user.stage is not Stage.SIGNED_IN:
                return to_sign_in(user)
            _require(user, roles)
            return view(*args, **kwargs)

        return guarded

    return guard


def current_user() -> SignedInUser | None:
    """The user of this request, at whatever stage of signing in; None without a session."""
    if "signed_in_user" not in g:
        held = session_id()
        now = services().clock()
        g.signed_in_user = None if held is None else recognise(services().database, held, now)
    return cast("SignedInUser | None", g.signed_in_user)


def present_user() -> SignedInUser:
    """The user of a request that has passed the guard.

    Raises:
        NotSignedIn: there is none.
    """
    user = current_user()
    if user is None:
        raise NotSignedIn("nobody is signed in")
    return user


def to_sign_in(user: SignedInUser | None) -> Response:
    """To the next step of signing in, and back to this page afterwards."""
    endpoint = "account.sign_in" if user is None else NEXT_PAGE[user.stage]
    back = local_path(request.full_path.rstrip("?")) if request.method == "GET" else None
    return redirect(url_for(endpoint, next=back))


def session_id() -> str | None:
    """The id that the browser holds."""
    return request.cookies.get(cookie_name()) or None


def cookie_name() -> str:
    """The name of the cookie; browsers refuse a `__Host-` cookie set by another host or over http."""
    return "__Host-session" if request.is_secure else "session"


def keep(response: Response, new_id: str) -> Response:
    """Give the browser the id of a session; it forgets it when it is closed."""
    response.set_cookie(
        cookie_name(), new_id, secure=request.is_secure, httponly=True, samesite="Lax", path="/"
    )
    _renew_form_token()
    return response


def forget(response: Response) -> Response:
    """Take the id of a session from the browser."""
    response.delete_cookie(cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax", path="/")
    _renew_form_token()
    return response


def init_app(app: Flask) -> None:
    """Map the errors of access to pages, and let templates know who is signed in."""
    app.register_error_handler(NotVisible, _not_there)
    app.register_error_handler(NotSignedIn, lambda error: forget(redirect(url_for("account.sign_in"))))
    app.jinja_env.globals |= {"current_user": current_user, "accounts": True}


def _require(user: SignedInUser, roles: tuple[Role, ...]) -> None:
    if not roles:
        return
    organisation_id = (request.view_args or {}).get("organisation_id")
    if organisation_id is not None:
        user.rights.require(roles, organisation_id)
    elif not user.rights.organisations(roles):
        raise NotVisible("this page is for other roles")


def _not_there(error: NotVisible) -> tuple[str, int]:
    # The page of any 404: nothing tells a hidden thing from one that does not exist.
    return http_error(NotFound())


def _renew_form_token() -> None:
    # A token from before the sign-in is worth nothing after it, and the other way round.
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
