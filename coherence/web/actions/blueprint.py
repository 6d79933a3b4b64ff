"""Where the pages of the action plan hang."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("actions", __name__, url_prefix="/actions")
