"""What the signed cookie knows of a respondent between the door and the thank-you."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from flask import current_app, session
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import generate_csrf

from coherence.use_cases.answer_survey import Invited
from coherence.use_cases.extra_questions import open_wave_questions
from coherence.web.services import services
from scoring.vocabulary import Form, Level
from survey_forms.extra_questions import ExtraQuestion
from survey_forms.pages import ORDERS, Page, pages

_COOKIE_KEY: Final = "visit"
_SENT_KEY: Final = "sent"

_COUNTED: Final = {
    frozenset({Level.T}): _("board"),
    frozenset({Level.M}): _("managers"),
    frozenset({Level.T, Level.M}): _("board and managers"),
    frozenset({Level.F}): _("front line"),
    frozenset({Level.S}): _("support"),
    frozenset({Level.F, Level.S}): _("front line and support"),
}
"""Everybody who counts in a group, as people call them; other unions are all levels."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One person on the way through the pages.

    level: of the wordings. group, invited: what is shown of the group the answers count in.
    order: one of the fixed orders, by chance. draft: names a draft on the person's own device; empty
    at a kiosk, which keeps none. kiosk: the name of the wave in addresses, whose code page comes next; empty
    for a personal link.
    escrow: who holds a copy of the key, if anybody. extra_of: the name of the wave in addresses where it asks
    questions outside the scores, else empty. board_column: a board of fewer than k people that agreed to one.
    """

    invitation_id: int
    level: Level
    form: Form
    sector: str
    language: str
    group: str
    invited: int
    k: int
    order: int
    draft: str
    kiosk: str
    escrow: str
    extra_of: str
    board_column: bool

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages that this person goes through."""
        return pages(self.form, self.level, self.order, tuple(one.code for one in self.extra))

    @property
    def extra(self) -> tuple[ExtraQuestion, ...]:
        """The questions outside the scores."""
        return open_wave_questions(services().database, self.extra_of, self.language) if self.extra_of else ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What the thank-you says to somebody whose answers lie in the box.

    again: they had been received before. The others are as in the visit that has ended.
    """

    again: bool
    language: str
    draft: str
    kiosk: str


class NoVisit(Exception):
    """Somebody came to a page of the survey without having come through the door."""


def group_name(department: str, levels: frozenset[Level]) -> str:
    """A group as people call it: the department and everybody who counts there."""
    return f"{department}, {_COUNTED.get(levels, _('all levels'))}"


def begin(invited: Invited, *, kiosk: str = "") -> Visit:
    """Put a new visit into the cookie, in place of an earlier one."""
    visit = Visit(
        invitation_id=invited.invitation_id,
        level=invited.level,
        form=invited.form,
        sector=invited.sector,
        language=invited.language,
        group=group_name(invited.group, invited.levels),
        invited=invited.group_size,
        k=invited.k,
        order=secrets.randbelow(ORDERS),
        draft="" if kiosk else _draft_name(invited.invitation_id),
        kiosk=kiosk,
        escrow=invited.escrow_holder or "",
        extra_of=invited.extra_of,
        board_column=invited.board_column,
    )
    session.clear()
    session[_COOKIE_KEY] = asdict(visit)
    generate_csrf()  # so that the first page with a form need not write the cookie again
    return visit


def present() -> Visit:
    """The visit of this request.

    Raises:
        NoVisit: the cookie holds none.
    """
    kept = _kept(_COOKIE_KEY, Visit)
    return Visit(**{**kept, "level": Level(kept["level"])})


def end(visit: Visit, *, again: bool) -> None:
    """Forget the visit; only that its answers were received stays in the cookie."""
    session.pop(_COOKIE_KEY, None)
    session[_SENT_KEY] = asdict(Sent(again, visit.language, visit.draft, visit.kiosk))


def sent() -> Sent:
    """What was sent from this browser.

    Raises:
        NoVisit: nothing was, so there is nobody to thank.
    """
    return Sent(**_kept(_SENT_KEY, Sent))


def send_again() -> None:
    """Somebody went back and sent the same once more: it was received before. Errors as `sent`."""
    session[_SENT_KEY] = asdict(replace(sent(), again=True))


def _kept(key: str, kind: type[Visit | Sent]) -> dict[str, Any]:
    """A value of the cookie; one that another version of the program has left is none."""
    found: dict[str, Any] = session.get(key, {})
    if found.keys() != kind.__dataclass_fields__.keys():
        raise NoVisit
    return found


def _draft_name(invitation_id: int) -> str:
    """The same for every visit of one person, and nothing that tells who it is."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"draft:{invitation_id}".encode(), hashlib.sha256).hexdigest()[:24]
