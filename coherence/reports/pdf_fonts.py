"""Source Sans 3 for ReportLab, whose own fonts lack Polish, Lithuanian and Cyrillic letters."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "SourceSans3"
SEMIBOLD: Final = "SourceSans3-SemiBold"

_FOLDER: Final = Path(__file__).resolve().parents[1] / "static" / "fonts"


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Make both weights known, once."""
    for name, file in ((REGULAR, "SourceSans3-Regular.ttf"), (SEMIBOLD, "SourceSans3-SemiBold.ttf")):
        registerFont(TTFont(name, str(_FOLDER / file)))
    registerFontFamily(REGULAR, normal=REGULAR, bold=SEMIBOLD, italic=REGULAR, boldItalic=SEMIBOLD)
