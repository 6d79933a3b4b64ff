"""Closing a wave: the box is emptied in random order, then the key is destroyed.

Every step is committed before the next begins, and begins from what is stored. Killed at any
moment, the ceremony is run again by the same call and goes on from there (docs/confidentiality.md, 3.6).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from coherence.ballots.ballot import Ballot
from coherence.ballots.emptying import Contents, KeptAnswers, KeptComment, checksum, empty_box
from coherence.ballots.errors import BallotTooLong, CountsDiffer, EscrowUnanswered, WrongKey, WrongState
from coherence.ballots.keys import destroy_key, has_key, read_private, sole_use
from coherence.ballots.merging import Validity
from coherence.ballots.seal import BallotBox
from coherence.store import (
    Closing,
    Comment,
    Database,
    Headcount,
    Invitation,
    Response,
    SealedBallot,
    Stage,
    Wave,
    WaveState,
    WaveUnit,
)
from coherence.store.compaction import compact
from coherence.store.sealed_ballots import random_key
from scoring.answers import DepartmentTree
from scoring.disclosure import Label


class Step(StrEnum):
    """Moments of the ceremony, told to whoever watches it."""

    SEALED = "no more ballots are taken"
    OPENED = "all ballots are opened"
    WRITING = "answers are written, not yet committed"
    WRITTEN = "answers are committed"
    EMPTYING = "ballots are deleted, not yet committed"
    EMPTIED = "the box is empty"
    COMPACTED = "nothing deleted remains in the files"
    KEY_DESTROYED = "the key is destroyed"
    FINISHED = "the wave is closed"


@dataclass(frozen=True, slots=True)
class ClosingReport:
    """What a closing did. ballots = responses + withheld + unreadable."""

    ballots: int
    responses: int
    comments: int
    withheld: int
    unreadable: int
    checksum: str


@dataclass(frozen=True)
class Ceremony:
    """The closing of waves, with everything it needs from outside.

    is_valid: which answers count (see coherence.ballots.merging). clock: gives the present moment.
    watch: is told each step, to show progress or to keep a job's lease.
    """

    database: Database
    key_folder: Path
    is_valid: Validity
    clock: Callable[[], datetime]
    watch: Callable[[Step], None] = lambda step: None

    def close(self, wave_id: int, *, escrow_deleted: bool | None = None) -> ClosingReport:
        """Close a wave, from wherever an earlier attempt stopped; a closed one gives its report again.

        Args:
            wave_id: an open wave, or one whose closing was interrupted.
            escrow_deleted: whether the holder of an escrow copy has deleted it; recorded.

        Raises:
            WrongState: the wave was never opened.
            EscrowUnanswered: there is an escrow copy and no answer about it.
            KeyMissing, WrongKey: the key folder of this machine has not the wave's key.
            CountsDiffer: ballots and used invitations, or what was written, do not agree.
            LabelTooSmall: the merging left a group below k.
            StillInUse: the files could not be rewritten, as others kept the database busy.
        """
        with sole_use(self.key_folder):
            self._go_on(wave_id, escrow_deleted)
        with self.database.read() as session:
            return _report(session.get_one(Closing, wave_id))

    def _go_on(self, wave_id: int, escrow_deleted: bool | None) -> None:
        with self.database.write() as session:
            stage = self._seal_box(session, wave_id, escrow_deleted)
        self.watch(Step.SEALED)
        if stage is Stage.SEALED:
            self._write(wave_id)
            stage = Stage.WRITTEN
        if stage is Stage.WRITTEN:
            self._empty(wave_id)
            stage = Stage.EMPTIED
        if stage is Stage.EMPTIED:
            self._finish(wave_id)

    def _seal_box(self, session: Session, wave_id: int, escrow_deleted: bool | None) -> Stage:
        """Take no more ballots; returns how far an earlier attempt came."""
        wave = session.get_one(Wave, wave_id, with_for_update=True)
        if wave.state is WaveState.DRAFT:
            raise WrongState(f"the survey “{wave.name}” was never opened")
        closing = session.get(Closing, wave_id)
        if closing is not None:
            return closing.stage
        if wave.escrow_holder is not None and escrow_deleted is None:
            raise EscrowUnanswered(
                f"{wave.escrow_holder} holds a copy of the key; ask whether it is deleted, and record the "
                "answer (--escrow-deleted or --escrow-kept)"
            )
        # Whoever cannot open the box must not shut it.
        read_private(self.key_folder, wave.key_name or "", wave.public_key or b"")
        wave.state = WaveState.CLOSING
        session.add(
            Closing(
                wave_id=wave_id,
                ballots=_ballots(session, wave_id),
                escrow_deleted=escrow_deleted,
                started_at=self.clock(),
            )
        )
        return Stage.SEALED

    def _write(self, wave_id: int) -> None:
        with self.database.read() as session:
            _check_ballots(session, session.get_one(Closing, wave_id))
            ballots, unreadable = self._open_ballots(session, wave_id)
            contents = self._sort_out(session, wave_id, ballots)
        self.watch(Step.OPENED)
        with self.database.write() as session:
            closing = session.get_one(Closing, wave_id, with_for_update=True)
            if closing.stage is Stage.SEALED:
                _write_contents(session, wave_id, contents)
                closing.responses, closing.comments = len(contents.answers), len(contents.comments)
                closing.withheld, closing.unreadable = contents.withheld, unreadable
                closing.checksum = checksum(contents.answers, contents.comments)
                closing.stage = Stage.WRITTEN
                session.flush()
                self.watch(Step.WRITING)
        self.watch(Step.WRITTEN)

    def _open_ballots(self, session: Session, wave_id: int) -> tuple[list[Ballot], int]:
        """All ballots that open, and how many do not: forged or damaged ones must not stop the others."""
        wave = session.get_one(Wave, wave_id)
        name, public = wave.key_name or "", wave.public_key or b""
        box = BallotBox(read_private(self.key_folder, name, public), wave_id, name)
        shown = set(_shown_labels(session, wave_id))
        ballots, unreadable = [], 0
        query = select(SealedBallot.ciphertext).where(SealedBallot.wave_id == wave_id)
        for ciphertext in session.scalars(query.execution_options(yield_per=500)):
            try:
                ballot = box.open(ciphertext)
            except (WrongKey, BallotTooLong, ValueError):
                unreadable += 1
                continue
            if ballot.label in shown:
                ballots.append(ballot)
            else:
                unreadable += 1
        return ballots, unreadable

    def _sort_out(self, session: Session, wave_id: int, ballots: list[Ballot]) -> Contents:
        units = session.scalars(
            select(WaveUnit).where(WaveUnit.wave_id == wave_id).order_by(WaveUnit.position)
        )
        wave = session.get_one(Wave, wave_id)
        return empty_box(
            ballots,
            _shown_labels(session, wave_id),
            tree=DepartmentTree(tuple(unit.unit for unit in units)),
            k=wave.k,
            is_valid=self.is_valid,
            board_column=wave.board_column,
        )

    def _empty(self, wave_id: int) -> None:
        with self.database.write() as session:
            closing = session.get_one(Closing, wave_id, with_for_update=True)
            if closing.stage is Stage.WRITTEN:
                _check_written(session, closing)
                session.execute(delete(SealedBallot).where(SealedBallot.wave_id == wave_id))
                # Whether a person took part goes too: every invitation is void from now on.
                session.execute(
                    update(Invitation).where(Invitation.wave_id == wave_id).values(person_id=None, used=True)
                )
                closing.stage = Stage.EMPTIED
                session.flush()
                self.watch(Step.EMPTYING)
        self.watch(Step.EMPTIED)

    def _finish(self, wave_id: int) -> None:
        compact(self.database)
        self.watch(Step.COMPACTED)
        with self.database.read() as session:
            name = session.get_one(Wave, wave_id).key_name or ""
        destroy_key(self.key_folder, name)
        self.watch(Step.KEY_DESTROYED)
        with self.database.write() as session:
            wave = session.get_one(Wave, wave_id, with_for_update=True)
            closing = session.get_one(Closing, wave_id)
            if closing.stage is Stage.EMPTIED:
                closing.stage = Stage.FINISHED
                wave.state = WaveState.CLOSED
                wave.closed_at = closing.finished_at = self.clock()
        self.watch(Step.FINISHED)


def can_close(session: Session, wave_id: int, key_folder: Path) -> bool:
    """Whether this machine can close the wave: it has the key, or the key is needed no more."""
    wave, closing = session.get_one(Wave, wave_id), session.get(Closing, wave_id)
    if closing is not None and closing.stage in (Stage.EMPTIED, Stage.FINISHED):
        return True
    return wave.key_name is not None and has_key(key_folder, wave.key_name)


def _shown_labels(session: Session, wave_id: int) -> list[Label]:
    rows = session.execute(
        select(Headcount.shown_unit, Headcount.shown_level).where(Headcount.wave_id == wave_id).distinct()
    )
    return [Label(unit, level) for unit, level in rows]


def _ballots(session: Session, wave_id: int) -> int:
    query = select(func.count()).select_from(SealedBallot).where(SealedBallot.wave_id == wave_id)
    return session.scalars(query).one()


def _check_ballots(session: Session, closing: Closing) -> None:
    used = session.scalars(
        select(func.count())
        .select_from(Invitation)
        .where(Invitation.wave_id == closing.wave_id, Invitation.used)
    ).one()
    found = _ballots(session, closing.wave_id)
    if not closing.ballots == found == used:
        raise CountsDiffer(
            f"{used} invitations were used, {closing.ballots} ballots lay in the box when it was closed, "
            f"{found} lie there now; somebody changed the database, and nothing was opened"
        )


def _write_contents(session: Session, wave_id: int, contents: Contents) -> None:
    responses = [{"key": random_key(), "wave_id": wave_id, **row._asdict()} for row in contents.answers]
    comments = [
        {"key": random_key(), "wave_id": wave_id, "reviewed": False, **row._asdict()}
        for row in contents.comments
    ]
    if responses:
        session.execute(insert(Response), responses)
    if comments:
        session.execute(insert(Comment), comments)
    for shown, final in contents.final.items():
        if final is not None:
            session.execute(
                update(Headcount)
                .where(
                    Headcount.wave_id == wave_id,
                    Headcount.shown_unit == shown.unit,
                    Headcount.shown_level == shown.level,
                )
                .values(final_unit=final.unit, final_level=final.level)
            )


def _check_written(session: Session, closing: Closing) -> None:
    """Read everything back before the ballots are deleted."""
    answers = [
        KeptAnswers(row.unit, row.level, row.language, row.answers)
        for row in session.scalars(select(Response).where(Response.wave_id == closing.wave_id))
    ]
    comments = [
        KeptComment(row.question, row.language, row.text)
        for row in session.scalars(select(Comment).where(Comment.wave_id == closing.wave_id))
    ]
    counts = (len(answers), len(comments), checksum(answers, comments))
    if counts != (closing.responses, closing.comments, closing.checksum):
        raise CountsDiffer(
            f"{closing.responses} answers and {closing.comments} comments were written, {len(answers)} and "
            f"{len(comments)} are there, or their text was changed; the ballots are kept"
        )


def _report(closing: Closing) -> ClosingReport:
    return ClosingReport(
        ballots=closing.ballots,
        responses=closing.responses,
        comments=closing.comments,
        withheld=closing.withheld,
        unreadable=closing.unreadable,
        checksum=closing.checksum or "",
    )
