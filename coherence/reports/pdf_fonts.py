"""Source Sans 3 for ReportLab and svglib; their own fonts lack Polish, Lithuanian and Cyrillic letters."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase.pdfmetrics import registerFontFamily
from svglib.fonts import register_font

REGULAR: Final = "SourceSans3"
SEMIBOLD: Final = "SourceSans3-SemiBold"

_FOLDER: Final = Path(__file__).resolve().parents[1] / "static" / "fonts"
_FAMILY_IN_SVG: Final = "Source Sans 3"


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Make both weights known, once; svglib tells ReportLab."""
    for name, file, weight in (
        (REGULAR, "SourceSans3-Regular.ttf", "normal"),
        (SEMIBOLD, "SourceSans3-SemiBold.ttf", "600"),
    ):
        register_font(_FAMILY_IN_SVG, str(_FOLDER / file), weight=weight, rlgFontName=name)
    registerFontFamily(REGULAR, normal=REGULAR, bold=SEMIBOLD, italic=REGULAR, boldItalic=SEMIBOLD)
