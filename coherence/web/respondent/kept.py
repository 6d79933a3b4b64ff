"""Pages that are made once for many people, with holes for what differs between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup, escape

_EDGE: Final = "\ue000"
"""Stands around the name of a hole; from a private area of Unicode, in no text."""


class KeptPage:
    """What a template made of everything that is the same for many people.

    holes: names of what differs between them; the template sees each as a text that is not empty.
    """

    def __init__(self, template: str, language: str, holes: tuple[str, ...], **same: Any) -> None:
        places = {name: Markup(f"{_EDGE}{name}{_EDGE}") for name in holes}
        with force_locale(language):
            self._pieces = render_template(template, **same, **places).split(_EDGE)

    def filled(self, values: Mapping[str, str]) -> str:
        """The page of one person. A value is escaped, unless it is Markup; it cannot make a hole itself."""
        pieces = list(self._pieces)
        pieces[1::2] = [escape(values[name]) for name in pieces[1::2]]
        return "".join(pieces)
