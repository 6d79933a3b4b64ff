"""Where a page may send the browser: to a path of this site, never to another host."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_path(target: str | None) -> str | None:
    r"""The target if it is a path of this site; None if it could lead anywhere else.

    Browsers read "//host" and "/\host" as another host, and drop tabs and line breaks before they look.

    >>> local_path("/waves/7?page=2"), local_path("//evil.example"), local_path("/\\evil.example")
    ('/waves/7?page=2', None, None)
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(character) <= 0x20 or ord(character) == 0x7F for character in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target
