"""Take an uploaded list: larger than other requests, and checked only after the limit was raised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge

from coherence.errors import CoherenceError
from coherence.store import Database
from coherence.use_cases.staff.keep_organisation import standing
from coherence.use_cases.staff.unreadable import MOST_BYTES, UnreadableFile, Why
from coherence.use_cases.waves.staff_waves import Staff
from coherence.web.services import services
from coherence.web.staff import words
from coherence.web.staff.blueprint import staff
from coherence.web.staff.forms import UploadForm

_AROUND_THE_FILE: Final = 64 * 1024

Refusals = Mapping[type[CoherenceError], str]


class Keep(Protocol):
    """A use case that keeps an uploaded list for its preview."""

    def __call__(
        self,
        database: Database,
        organisation_id: int,
        staff: Staff,
        *,
        file: str,
        content: bytes,
        now: datetime,
    ) -> None:
        """Keep it, or say what is wrong with the file."""


def upload_page(
    organisation_id: int, keep: Keep, *, template: str, preview: str, refusals: Refusals | None = None
) -> ResponseReturnValue:
    """Choose a file, and go on to its preview. Only for views behind the guard, exempt from the usual check.

    preview: endpoint. refusals: what to say to further errors of the use case, beside the file.

    Raises:
        CSRFError: the form is not our own.
    """
    at_hand, said = services(), refusals or {}
    here = standing(at_hand.database, organisation_id, staff())
    form = UploadForm(formdata=None)
    if request.method == "POST":
        try:
            receive_large()
            form = UploadForm()
            if form.validate():
                file = form.file.data
                keep(
                    at_hand.database,
                    organisation_id,
                    staff(),
                    file=str(file.filename or ""),
                    content=file.read(MOST_BYTES + 1),
                    now=at_hand.clock(),
                )
                return redirect(url_for(preview, organisation_id=organisation_id))
        except UnreadableFile as error:
            form.refuse(form.file, words.unreadable(error))
        except tuple(said) as error:
            form.refuse(form.file, said[type(error)])
    page = render_template(template, here=here, form=form)
    return (page, 400) if form.errors else page


def receive_large() -> None:
    """Let the request be as large as a list may be, and check that our own form sent it.

    Only for views behind the guard, exempt from the usual check.

    Raises:
        UnreadableFile: it is larger.
        CSRFError: the form is not our own.
    """
    request.max_content_length = MOST_BYTES + _AROUND_THE_FILE
    protection: CSRFProtect = current_app.extensions["csrf"]
    try:
        protection.protect()
    except RequestEntityTooLarge as error:
        raise UnreadableFile(Why.TOO_LARGE) from error
