"""One round of messages, as a job: each message is committed by itself, so a kill repeats one at most.

The commit before a message keeps what became of the one before, and the token of this one. A message
whose own commit was lost is therefore sent once more, and no other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, select, true, update
from sqlalchemy.orm import Session

from coherence.ballots.admission import has_link, issue_link
from coherence.jobs.run import Run, TryLater
from coherence.mail.bounces import bounce_address, mark_of
from coherence.mail.outbox import (
    MailNotSent,
    Outbox,
    RecipientDeferred,
    RecipientRefused,
    Send,
    ServerUnavailable,
)
from coherence.store import (
    Delivery,
    DeliveryState,
    Invitation,
    MessageKind,
    Person,
    Wave,
    WaveState,
)
from coherence.use_cases.message_texts import Letter, letter
from coherence.use_cases.timetables import quiet_end

REFUSALS_IN_A_ROW: Final = 20
"""So many refusals that speak of us rather than of the address mean that nothing will get through."""

RETRIES: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 180, 360, 720))
"""Before the next try of an address that was deferred; after the last, it counts as undeliverable."""

COARSE_FROM: Final = 100
COARSE_STEP: Final = 5
"""Progress of a reminder: in steps of 5 %, from 100 messages on; a finer one would count who has answered."""


@dataclass(frozen=True, slots=True)
class Post:
    """How messages leave. secret: of the server; base_url: what links begin with."""

    outbox: Outbox
    secret: bytes = field(repr=False)
    base_url: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person who waits for a message; first: it is their invitation, also in a later round."""

    invitation_id: int
    address: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    first: bool


@dataclass
class Tally:
    """What one attempt did: messages taken, and addresses refused for good."""

    sent: int = 0
    refused: int = 0


@dataclass
class _Round:
    """The round under way.

    already: how many had their message before. outcome: of the last message, not yet committed.
    """

    run: Run
    post: Post
    wave_id: int
    number: int
    already: int
    tally: Tally
    outcome: tuple[int, RecipientRefused | None] | None = None
    row_of_refusals: list[Addressee] = field(default_factory=list)
    still_open: bool = True
    letters: dict[tuple[MessageKind, str], Letter] = field(default_factory=dict)

    def send_to(self, waiting: Sequence[Addressee]) -> None:
        """Send to everybody, over as many connections as it takes."""
        left, lost = deque(waiting), 0
        while left and self.still_open:
            before = len(left)
            try:
                with self.post.outbox.connect() as send:
                    while left and self.still_open:
                        self._progress(len(waiting) - len(left), len(waiting))
                        self._one(send, left[0])
                        left.popleft()
            except ServerUnavailable as error:
                lost = lost + 1 if len(left) == before else 1
                if lost > 1:
                    raise self.run.pause(f"{error}; it is tried again") from error
        with self.run.step(progress=self.outcome is not None) as session:
            self._settle(session)

    def _one(self, send: Send, person: Addressee) -> None:
        quiet: datetime | None = None
        present: Addressee | None = None
        with self.run.step(progress=self.outcome is not None) as session:
            self._settle(session)
            quiet = quiet_end(session, self.wave_id, self.run.clock())
            self.still_open = session.get_one(Wave, self.wave_id).state is WaveState.OPEN
            if quiet is None and self.still_open:
                present = self._present(session, person)
            if present is not None:
                token = issue_link(session, self.post.secret, present.invitation_id)
                written = self._letter(session, present)
        if quiet is not None:
            raise TryLater(quiet, "waits for the end of the quiet hours", setback=False)
        if present is None:
            return
        link = f"{self.post.base_url.rstrip('/')}/i/{token}"
        message = replace(
            written.to(present.address, link=link, name=present.name),
            bounces=bounce_address(self.post.outbox.bounces, self.post.secret, present.invitation_id),
            name=f"{mark_of(self.post.secret, present.invitation_id)}.r{self.number}",
        )
        try:
            send(message)
        except RecipientRefused as refusal:
            self.outcome = (present.invitation_id, refusal)
            if refusal.policy:
                self._stop_if_nobody_is_let_through(present, refusal)
        else:
            self.outcome = (present.invitation_id, None)
            self.row_of_refusals.clear()

    def _stop_if_nobody_is_let_through(self, person: Addressee, refusal: RecipientRefused) -> None:
        self.row_of_refusals.append(person)
        if len(self.row_of_refusals) < REFUSALS_IN_A_ROW:
            return
        self.outcome = None
        with self.run.step(progress=False) as session:
            for refused in self.row_of_refusals:
                id_ = refused.invitation_id
                session.execute(delete(Delivery).where(Delivery.invitation_id == id_))
                session.execute(
                    update(Invitation)
                    .where(Invitation.id == id_)
                    .values(mailed_round=0 if refused.first else self.number - 1)
                )
        raise MailNotSent(
            f"{refusal}, and {REFUSALS_IN_A_ROW - 1} others in a row: {refusal.reason}. "
            "Ask whoever runs the mail server, then start again; these people wait for their message"
        )

    def _settle(self, session: Session) -> None:
        """Commit what became of the last message, unless its link was ended while it was on its way.

        Then the person was erased, or has another address that the invitation still has to reach.
        """
        if self.outcome is None:
            return
        (invitation_id, refusal), self.outcome = self.outcome, None
        if not has_link(session, invitation_id):
            return
        trouble = None if refusal is None else _trouble(session, invitation_id, refusal, self.run.clock())
        self.tally.sent += refusal is None
        self.tally.refused += trouble is DeliveryState.UNDELIVERABLE
        if refusal is None:
            session.execute(delete(Delivery).where(Delivery.invitation_id == invitation_id))
        if trouble is not DeliveryState.DEFERRED:
            session.execute(
                update(Invitation).where(Invitation.id == invitation_id).values(mailed_round=self.number)
            )

    def _present(self, session: Session, person: Addressee) -> Addressee | None:
        """The same person as of now; None where no message is needed any more.

        People answer, are erased and get other addresses while others are written to.
        """
        found = waiting_for(
            session, self.wave_id, self.number, self.run.clock(), invitation_id=person.invitation_id
        )
        return found[0] if found else None

    def _letter(self, session: Session, person: Addressee) -> Letter:
        kind = MessageKind.INVITATION if person.first else MessageKind.REMINDER
        if (kind, person.language) not in self.letters:
            self.letters[kind, person.language] = letter(session, self.wave_id, kind, person.language)
        return self.letters[kind, person.language]

    def _progress(self, done: int, of: int) -> None:
        """Exact in the first round; of a reminder, nothing that would count who has not answered."""
        if self.number == 1:
            self.run.total, self.run.done = self.already + of, self.already + done
        elif of >= COARSE_FROM:
            percent = 100 * done // of // COARSE_STEP * COARSE_STEP
            self.run.total, self.run.done = 100, max(self.run.done, percent)


def send_round(run: Run, post: Post | None, tally: Tally | None = None) -> str:
    """Do the job: one round of messages to everybody with an address who waits for it.

    Raises:
        MailNotSent: trying again is useless before something is corrected.
        TryLater: quiet hours, the server cannot be reached, or some addresses were deferred.
    """
    if post is None:
        raise MailNotSent("no way out for messages is set; set mail_server and mail_from")
    wave_id, number = int(run.subject.removeprefix("wave:")), int(run.details["round"])
    with run.database.read() as session:
        waiting = waiting_for(session, wave_id, number, run.clock())
        already = _already(session, wave_id, number)
    round_ = _Round(run, post, wave_id, number, already, tally or Tally())
    round_.send_to(waiting)
    if not round_.still_open:
        return "the survey was closed; the rest was not sent"
    with run.database.read() as session:
        next_try = _next_try(session, wave_id)
    if next_try is not None:
        raise TryLater(next_try, "some addresses asked to be tried again later", setback=False)
    return ""


def waiting_for(
    session: Session, wave_id: int, number: int, now: datetime, *, invitation_id: int | None = None
) -> list[Addressee]:
    """Whoever is due, has an address, has not had this round and can be tried now; or one of them alone."""
    one = true() if invitation_id is None else Invitation.id == invitation_id
    rows = session.execute(
        select(Invitation.id, Person.email, Person.name, Person.language, Invitation.mailed_round)
        .join(Person, Person.id == Invitation.person_id)
        .outerjoin(Delivery, Delivery.invitation_id == Invitation.id)
        .where(
            one,
            Invitation.wave_id == wave_id,
            _is_due(),
            Invitation.mailed_round < number,
            Person.email.is_not(None),
            or_(Delivery.invitation_id.is_(None), Delivery.next_try <= now),
        )
        .order_by(Invitation.id)
    ).all()
    return [
        Addressee(invitation, address, name or "", language, mailed == 0)
        for invitation, address, name, language, mailed in rows
        if address
    ]


def _is_due() -> ColumnElement[bool]:
    """Reminders are for those who have not answered; the first message is for everybody.

    Otherwise whoever changes an address sees by the mail that does not leave that its person has answered.
    """
    return or_(Invitation.used.is_(False), Invitation.mailed_round == 0)


def _already(session: Session, wave_id: int, number: int) -> int:
    query = (
        select(func.count())
        .select_from(Invitation)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.wave_id == wave_id, Invitation.mailed_round >= number, Person.email.is_not(None))
    )
    return session.scalars(query).one()


def _next_try(session: Session, wave_id: int) -> datetime | None:
    return session.scalar(
        select(func.min(Delivery.next_try))
        .join(Invitation, Invitation.id == Delivery.invitation_id)
        .where(Invitation.wave_id == wave_id, _is_due())
    )


def _trouble(session: Session, invitation_id: int, refusal: RecipientRefused, now: datetime) -> DeliveryState:
    row = session.get(Delivery, invitation_id)
    if row is None:
        row = Delivery(invitation_id=invitation_id, tries=0)
        session.add(row)
    row.tries, row.reason = row.tries + 1, refusal.reason
    again = isinstance(refusal, RecipientDeferred) and row.tries <= len(RETRIES)
    row.state = DeliveryState.DEFERRED if again else DeliveryState.UNDELIVERABLE
    row.next_try = now + RETRIES[row.tries - 1] if again else None
    session.flush()
    return row.state
