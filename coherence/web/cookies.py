"""The session cookie: bound to this host wherever the connection is encrypted."""

from __future__ import annotations

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class HostCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, named `__Host-` and marked Secure on https."""

    def __init__(self) -> None:
        self._serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs and reads the cookie: made once, not twice a request."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def get_cookie_name(self, app: Flask) -> str:
        """The name; browsers refuse a `__Host-` cookie set by another host or over http."""
        return "__Host-coherence" if request.is_secure else "coherence"

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the browser sends it on https only."""
        return request.is_secure

    def get_cookie_path(self, app: Flask) -> str:
        """The whole host, as `__Host-` demands."""
        return "/"


def init_app(app: Flask) -> None:
    """Use the cookie."""
    app.session_interface = HostCookie()
