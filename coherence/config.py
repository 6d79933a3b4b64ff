"""Settings of the application, and the folder in which it keeps its state."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from coherence.errors import InstanceUnusable

PACKAGE: Final = Path(__file__).resolve().parent

LANGUAGES: Final = ("en",)
"""Languages of pages; the first is used where a browser asks for none of them."""

DEFAULTS: Final[Mapping[str, Any]] = {
    "RESULTS_DIR": None,
    "SERVICES": None,
    "OUTGOING": None,
    "MAX_CONTENT_LENGTH": 256 * 1024,
    "MAX_FORM_PARTS": 500,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    # A slow respondent is not refused.
    "WTF_CSRF_TIME_LIMIT": None,
    # The check needs a Referer header, which Referrer-Policy: no-referrer takes away.
    "WTF_CSRF_SSL_STRICT": False,
}
"""RESULTS_DIR: a folder made by `coherence score`; None where there is none yet. SERVICES: the database and
what goes with it (coherence.web.services); None shows the questionnaire and a results folder only.
OUTGOING: how messages of accounts leave (coherence.web.outgoing); None takes the settings."""


def instance_folder(environ: Mapping[str, str], package: Path, home: Path, platform: str) -> Path:
    """The folder for state: keys, and later the database.

    COHERENCE_INSTANCE, else instance/ of a checkout, else the user's data folder.

    Args:
        environ: environment variables.
        package: folder of the package `coherence`.
        home: the user's home folder.
        platform: as `sys.platform`.
    """
    if chosen := environ.get("COHERENCE_INSTANCE"):
        return Path(chosen).absolute()
    checkout = package.parent
    if (checkout / "setup.cfg").is_file() and (checkout / "instance").is_dir():
        return checkout / "instance"
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "coherence"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "coherence"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "coherence"


def secret_key(instance: Path) -> str:
    """The key that signs cookies. Errors as `kept_secret`."""
    return kept_secret(instance, "secret_key")


def token_secret(instance: Path) -> bytes:
    """What links and codes are hashed with; it never lies in the database. Errors as `kept_secret`."""
    return kept_secret(instance, "token_secret").encode("ascii")


def kept_secret(instance: Path, name: str) -> str:
    """A secret made once, kept in the instance folder, readable by its owner only.

    Raises:
        InstanceUnusable: the folder can be neither made nor written.
    """
    path = instance / name
    try:
        if not path.exists():
            instance.mkdir(parents=True, exist_ok=True)
            _write_once(path, secrets.token_hex(32))
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise InstanceUnusable(
            f"{instance} cannot be used for the server's state ({error.strerror}); "
            "name another folder in COHERENCE_INSTANCE"
        ) from error


def _write_once(path: Path, content: str) -> None:
    """Write a file of mode 0600 unless another process was faster: linking is atomic."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(content)
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)


def templates_folder(package: Path) -> Path:
    """Where the templates lie: inside an installed package, beside it in a checkout."""
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"
