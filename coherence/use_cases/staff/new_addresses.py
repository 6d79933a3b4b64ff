"""People of an open survey who get another address: the invitation goes there, and links from before end."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coherence.store import Delivery, Invitation, InvitationToken, Wave, WaveState
from coherence.use_cases.staff.leaving import chunks


def invite_anew(session: Session, person_ids: Sequence[int]) -> None:
    """Let the next mailing of each open survey invite these people as if no message had left.

    Every link and slip from before ends: a stranger may have it. It holds of people who have answered too;
    who they are would show otherwise.
    """
    open_waves = select(Wave.id).where(Wave.state == WaveState.OPEN)
    for ids in chunks(person_ids):
        theirs = Invitation.person_id.in_(ids) & Invitation.wave_id.in_(open_waves)
        invitations = select(Invitation.id).where(theirs)
        session.execute(delete(Delivery).where(Delivery.invitation_id.in_(invitations)))
        session.execute(delete(InvitationToken).where(InvitationToken.invitation_id.in_(invitations)))
        session.execute(update(Invitation).where(theirs).values(mailed_round=0))
