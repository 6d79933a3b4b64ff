"""Tell HR and consultants by mail that a survey did not open when its time came."""

from __future__ import annotations

from sqlalchemy import select

from coherence.accounts.access import STAFF
from coherence.mail.outbox import Outbox
from coherence.mail.texts import render
from coherence.store import Database, Membership, Organisation, User, Wave

SURVEY: str = "/staff/surveys/{wave_id}/"


def tell_not_opened(database: Database, wave_id: int, why: str, outbox: Outbox, *, base_url: str) -> None:
    """One message to each of them, with the reason and the way to the survey.

    Raises:
        MailNotSent: some may not know; the survey's page says the same.
    """
    with database.read() as session:
        wave = session.get_one(Wave, wave_id)
        name, organisation = wave.name, session.get_one(Organisation, wave.organisation_id).name
        addresses = session.scalars(
            select(User.email)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.organisation_id == wave.organisation_id, Membership.role.in_(STAFF))
            .distinct()
            .order_by(User.email)
        ).all()
    link = base_url.rstrip("/") + SURVEY.format(wave_id=wave_id)
    with outbox.connect() as send:
        for address in addresses:
            send(render("not_opened", to=address, survey=name, organisation=organisation, why=why, link=link))
