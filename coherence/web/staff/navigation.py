"""Where a member of staff is, for the bar of every page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from coherence.accounts.access import STAFF, Stage
from coherence.web.signing_in import current_user


@dataclass(frozen=True, slots=True)
class Place:
    """The organisation that the bar leads to; None where a person has several and is in none of them.

    part: which link of the bar is the present page.
    """

    organisation_id: int | None
    several: bool
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
    asked = (request.view_args or {}).get("organisation_id")
    here = asked if asked in own else min(own) if len(own) == 1 else None
    return Place(here, len(own) > 1, _part())


def _part() -> str:
    area, _, page = (request.endpoint or "").partition(".")
    if area == "staff":
        return PARTS.get(page.partition("_")[0], "organisation")
    return {"waves": "surveys", "account": "account"}.get(area, "")
