"""The blueprint that all pages of an account hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__)
