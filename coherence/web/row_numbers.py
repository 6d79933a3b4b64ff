"""Numbers in addresses: those that a row can have. A greater one is an address that does not exist."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST: Final = 2**31 - 1
"""PostgreSQL's integer; a greater number is an error to the database, not a row that is missing."""


class RowNumber(IntegerConverter):
    """`<int:...>` as it is used everywhere here."""

    def __init__(self, url_map: Map, **bounds: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST, **bounds})


def init_app(app: Flask) -> None:
    """Use it in every address that is registered from now on."""
    app.url_map.converters["int"] = RowNumber
