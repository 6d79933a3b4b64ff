"""Take people off a roster while a survey may be open: invitations go, ballots never."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coherence.store import Delivery, Invitation, InvitationToken, Person

_AT_ONCE: Final = 500


def take_off(session: Session, person_ids: Sequence[int]) -> None:
    """Erase people. A used invitation stays without a person: the closing counts ballots against them."""
    for ids in chunks(person_ids):
        of_people = Invitation.person_id.in_(ids)
        invitations = select(Invitation.id).where(of_people)
        session.execute(delete(InvitationToken).where(InvitationToken.invitation_id.in_(invitations)))
        session.execute(delete(Delivery).where(Delivery.invitation_id.in_(invitations)))
        session.execute(delete(Invitation).where(of_people, Invitation.used.is_(False)))
        session.execute(delete(Person).where(Person.id.in_(ids)))


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many numbers at once as every database takes in one statement."""
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
