"""Response headers that keep a page to itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No script at all: every page works without one."""

WITH_OUR_SCRIPTS: Final = f"{CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'"
"""For pages that a script of our own helps: a draft on the person's own device, a kiosk that forgets, keys
for typing sheets, and background work that shows how far it is."""

HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""On every response that does not say something else itself."""

ENCRYPTED_ONLY: Final = {"Strict-Transport-Security": "max-age=31536000"}


def init_app(app: Flask) -> None:
    """Put the headers on every response."""
    app.wsgi_app = with_headers(app.wsgi_app)  # type: ignore[assignment]


def with_headers(application: WSGIApplication) -> WSGIApplication:
    """An application around another, since a hook inside it would take four times as long."""

    def outer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        wanted = HEADERS | ENCRYPTED_ONLY if environ["wsgi.url_scheme"] == "https" else HEADERS

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            present = {name.lower() for name, _ in headers}
            missing = [one for one in wanted.items() if one[0].lower() not in present]
            return start_response(status, headers + missing, *error)

        return application(environ, start)

    return outer
