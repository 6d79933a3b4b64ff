"""Where a member of staff is, for the bar of every page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from coherence.accounts.access import STAFF, Stage
from coherence.store import Role
from coherence.use_cases.staff.whose import organisation_of_action, organisation_of_wave
from coherence.web.services import services
from coherence.web.signing_in import current_user


@dataclass(frozen=True, slots=True)
class Place:
    """The organisation that the bar leads to; None where a person has several and is in none of them.

    listed: there is a list of organisations to go to, for whoever has several or can make one.
    part: which link of the bar is the present page.
    """

    organisation_id: int | None
    listed: bool
    part: str


PARTS = {
    "people": "people",
    "roster": "people",
    "colleagues": "colleagues",
}
"""First word of an endpoint's name, and the link of the bar that it belongs to."""


def place() -> Place | None:
    """The place of this request; None for people who are no staff."""
    user = current_user()
    if user is None or user.stage is not Stage.SIGNED_IN:
        return None
    own = user.rights.organisations(STAFF)
    if not own:
        return None
    asked = _asked() if len(own) > 1 else None
    here = asked if asked in own else min(own) if len(own) == 1 else None
    return Place(here, len(own) > 1 or bool(user.rights.organisations((Role.CONSULTANT,))), _part())


def _asked() -> int | None:
    """The organisation that the address is about: by its own number, or by that of a survey or an action."""
    numbers, database = request.view_args or {}, services().database
    if "wave_id" in numbers:
        return organisation_of_wave(database, numbers["wave_id"])
    if "action_id" in numbers:
        return organisation_of_action(database, numbers["action_id"])
    found: int | None = numbers.get("organisation_id")
    return found


def _part() -> str:
    area, _, page = (request.endpoint or "").partition(".")
    if area == "staff":
        part = PARTS.get(page.partition("_")[0], "organisation")
        return "organisations" if page in ("organisations", "organisation_new") else part
    return {"waves": "surveys", "actions": "actions", "account": "account"}.get(area, "")
