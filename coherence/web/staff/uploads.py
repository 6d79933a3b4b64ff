"""Take an uploaded list: larger than other requests, and checked only after the limit was raised."""

from __future__ import annotations

from typing import Final

from flask import current_app, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge

from coherence.use_cases.staff.unreadable import MOST_BYTES, UnreadableFile, Why
from coherence.web.staff.forms import UploadForm

_AROUND_THE_FILE: Final = 64 * 1024


def received() -> UploadForm:
    """The form of this request with its file. Only for views behind the guard, exempt from the usual check.

    Raises:
        CSRFError: the form is not our own.
        UnreadableFile: the request is too large to be looked at.
    """
    request.max_content_length = MOST_BYTES + _AROUND_THE_FILE
    protection: CSRFProtect = current_app.extensions["csrf"]
    try:
        protection.protect()
    except RequestEntityTooLarge as error:
        raise UnreadableFile(Why.TOO_LARGE) from error
    return UploadForm()


def content_of(form: UploadForm) -> tuple[str, bytes]:
    """Name and content of the uploaded file."""
    file = form.file.data
    return str(file.filename or ""), file.read(MOST_BYTES + 1)
