"""Pages of an account: sign in and out, authenticator, passwords, own account."""

from __future__ import annotations

from flask import Flask

from coherence.settings import Settings
from coherence.web import outgoing, signing_in
from coherence.web.account import authenticator, entrance, links, own, passwords
from coherence.web.account.blueprint import blueprint

__all__ = ["authenticator", "blueprint", "entrance", "init_app", "links", "own", "passwords"]


def init_app(app: Flask) -> None:
    """Open the pages. OUTGOING of the configuration says how mail leaves; else the settings do."""
    outgoing.provide(app, app.config["OUTGOING"] or outgoing.local_outgoing(Settings()))
    signing_in.init_app(app)
    app.register_blueprint(blueprint)
