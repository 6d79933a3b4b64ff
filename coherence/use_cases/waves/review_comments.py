"""A person reads every comment, strikes names out, and says whether others may read it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible
from coherence.ballots.errors import WrongState
from coherence.errors import CoherenceError
from coherence.store import Comment, Database, Wave, WaveState
from coherence.use_cases.audit_log import record
from coherence.use_cases.waves.staff_waves import Staff, staff_wave
from survey_forms.answers import COMMENT_LENGTH, clean_comment, comment_length

STRUCK: Final = "[…]"
"""Stands where words were struck out."""

_PIECES: Final = re.compile(r"\w+(?:['’.@-]\w+)*|\s+|[^\w\s]+")


_NEIGHBOURS: Final = re.compile(rf"{re.escape(STRUCK)}(?:[ \t]*{re.escape(STRUCK)})+")


class CommentChanged(CoherenceError):
    """Somebody else has changed the comment since it was read."""


class NothingLeft(CoherenceError):
    """No text is left to release, or it is too long."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a comment: a word with its number, or what stands between words (number None)."""

    text: str
    number: int | None


@dataclass(frozen=True, slots=True)
class ReviewedComment:
    """A comment as the reviewer sees it.

    key: random, so it tells nothing about the person or the moment.
    """

    key: str
    question: str
    language: str
    text: str
    reviewed: bool
    released: bool
    edited: bool

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Its words and what stands between them."""
        return pieces(self.text)

    @property
    def seen(self) -> str:
        """Says which text was read."""
        return _mark(self.text)


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """How far the review of a wave has come."""

    waiting: int
    released: int
    withheld: int

    @property
    def total(self) -> int:
        """All comments of the wave."""
        return self.waiting + self.released + self.withheld


def pieces(text: str) -> tuple[Piece, ...]:
    """A text in words, numbered from 0, and what stands between them.

    >>> [piece.text for piece in pieces("Ask Anna-Maria, please.") if piece.number is not None]
    ['Ask', 'Anna-Maria', 'please']
    """
    found, number = [], 0
    for part in _PIECES.findall(text):
        is_word = bool(re.match(r"\w", part))
        found.append(Piece(part, number if is_word else None))
        number += is_word
    return tuple(found)


def strike_out(text: str, struck: Collection[int]) -> str:
    """The text with a mark in place of these words; of neighbours, one mark for all.

    >>> strike_out("Ask Jan Kowalski in claims, he knows.", {1, 2})
    'Ask […] in claims, he knows.'
    """
    marked = [STRUCK if piece.number in struck else piece.text for piece in pieces(text)]
    return _NEIGHBOURS.sub(STRUCK, "".join(marked))


def review_status(session: Session, wave_id: int) -> ReviewStatus:
    """How many comments wait, are released, are withheld."""
    rows = session.execute(
        select(Comment.reviewed, Comment.released, func.count())
        .where(Comment.wave_id == wave_id)
        .group_by(Comment.reviewed, Comment.released)
    )
    counted = {(reviewed, released): number for reviewed, released, number in rows}
    return ReviewStatus(
        waiting=counted.get((False, False), 0),
        released=counted.get((True, True), 0),
        withheld=counted.get((True, False), 0),
    )


def next_comment(
    database: Database, wave_id: int, staff: Staff
) -> tuple[ReviewStatus, ReviewedComment | None]:
    """The next comment that waits, in random order, and how far the review has come.

    Raises:
        NotVisible: no such wave for this person.
        WrongState: it is not closed, or published already.
    """
    with database.read() as session:
        wave = _closed(session, wave_id, staff)
        # The keys are random, so their order tells nothing.
        waiting = session.scalar(
            select(Comment)
            .where(Comment.wave_id == wave.id, Comment.reviewed.is_(False))
            .order_by(Comment.key)
            .limit(1)
        )
        return review_status(session, wave.id), None if waiting is None else _shown(waiting)


def one_comment(database: Database, wave_id: int, staff: Staff, key: str) -> ReviewedComment:
    """A comment by its key, reviewed or not. Errors as next_comment."""
    with database.read() as session:
        return _shown(_comment(session, _closed(session, wave_id, staff), key))


def reviewed_comments(database: Database, wave_id: int, staff: Staff) -> list[ReviewedComment]:
    """The comments that were decided on, the released ones first. Errors as next_comment."""
    with database.read() as session:
        wave = _closed(session, wave_id, staff)
        rows = session.scalars(
            select(Comment)
            .where(Comment.wave_id == wave.id, Comment.reviewed)
            .order_by(Comment.released.desc(), Comment.question, Comment.key)
        )
        return [_shown(row) for row in rows]


def decide_on_comment(
    database: Database,
    wave_id: int,
    staff: Staff,
    key: str,
    *,
    seen: str,
    release: bool,
    struck: Collection[int] = (),
    text: str | None = None,
    now: datetime,
) -> None:
    """Release a comment or withhold it. What is struck out or changed is gone, here too.

    Args:
        database: with the wave.
        wave_id: a closed wave.
        staff: who reviews.
        key: of the comment.
        seen: of the comment as it was read.
        release: whether others may read it.
        struck: numbers of the words to strike out.
        text: the comment as the reviewer has changed it, instead of striking words; None leaves it.
        now: the present moment.

    Raises:
        NotVisible, WrongState: no such comment, or the wave is not closed or published already.
        CommentChanged: somebody else was quicker.
        NothingLeft: an empty text cannot be released, nor one of more than 1,000 characters.
    """
    with database.write() as session:
        wave = _closed(session, wave_id, staff)
        comment = _comment(session, wave, key)
        if _mark(comment.text) != seen:
            raise CommentChanged("somebody else has changed this comment meanwhile; read it once more")
        new = strike_out(comment.text, struck) if text is None else clean_comment(text)
        if not new.replace(STRUCK, "").strip() and release:
            raise NothingLeft("no words are left to release; withhold the comment instead")
        if comment_length(new) > COMMENT_LENGTH:
            raise NothingLeft(f"the comment may have at most {COMMENT_LENGTH} characters")
        if new and new != comment.text:
            comment.text, comment.edited = new, True
        comment.reviewed, comment.released = True, release
        record(session, "comment.release" if release else "comment.withhold", wave, now=now, by=staff.user_id)


def _closed(session: Session, wave_id: int, staff: Staff) -> Wave:
    wave = staff_wave(session, wave_id, staff)
    if wave.state is not WaveState.CLOSED:
        raise WrongState(
            f"the survey “{wave.name}” is {wave.state}; comments are reviewed between closing and publishing"
        )
    return wave


def _comment(session: Session, wave: Wave, key: str) -> Comment:
    try:
        found = session.get(Comment, bytes.fromhex(key))
    except ValueError:
        found = None
    if found is None or found.wave_id != wave.id:
        raise NotVisible("there is no such comment in this wave")
    return found


def _shown(comment: Comment) -> ReviewedComment:
    return ReviewedComment(
        key=comment.key.hex(),
        question=comment.question,
        language=comment.language,
        text=comment.text,
        reviewed=comment.reviewed,
        released=comment.released,
        edited=comment.edited,
    )


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
