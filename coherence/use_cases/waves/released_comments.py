"""The comments that others may read: one block of the whole organisation, frozen with the publication."""

from __future__ import annotations

import json
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coherence.store import Comment, CommentBlock, Response, Wave

FEWEST_OF_A_LANGUAGE: Final = 10
"""People who must have answered in a language before comments in it are shown (confidentiality.md, 5)."""

FEWEST_COMMENTS: Final = 5
"""A block of fewer would be the voice of one or two people."""


@dataclass(frozen=True, slots=True)
class ReleasedComment:
    """One comment as others read it. edited: the review has struck words out or changed them."""

    text: str
    edited: bool


@dataclass(frozen=True, slots=True)
class ReleasedComments:
    """What may be read, for each question in random order.

    withheld: comments that the review released, but that stay back by rule. languages: of these, where
    too few people used the language. too_few: the whole block has too few comments.
    """

    by_question: dict[str, list[ReleasedComment]]
    withheld: int
    languages: tuple[str, ...]
    too_few: bool

    @property
    def shown(self) -> int:
        """How many comments are shown."""
        return sum(map(len, self.by_question.values()))


def comments_to_release(session: Session, wave_id: int) -> ReleasedComments:
    """The block as it would be frozen now: no level, department, date or score, languages mixed."""
    people = people_by_language(session, wave_id)
    rows = session.scalars(select(Comment).where(Comment.wave_id == wave_id, Comment.released)).all()
    rare = {row.language for row in rows if people.get(row.language, 0) < FEWEST_OF_A_LANGUAGE}
    safe = [row for row in rows if row.language not in rare]
    too_few = 0 < len(safe) < FEWEST_COMMENTS
    block: dict[str, list[ReleasedComment]] = defaultdict(list)
    for row in [] if too_few else sorted(safe, key=lambda one: one.question):
        block[row.question].append(ReleasedComment(row.text, row.edited))
    chance = secrets.SystemRandom()
    for comments in block.values():
        chance.shuffle(comments)
    shown = sum(map(len, block.values()))
    return ReleasedComments(dict(block), len(rows) - shown, tuple(sorted(rare)), too_few)


def people_by_language(session: Session, wave_id: int) -> dict[str, int]:
    """At least how many people answered in each language.

    Where the close has dropped the languages of the answers, comments still tell: nobody has written more
    than one to a question.
    """
    spoken = session.execute(
        select(Response.language, func.count()).where(Response.wave_id == wave_id).group_by(Response.language)
    ).all()
    if spoken and all(language is not None for language, _ in spoken):
        return {language: people for language, people in spoken if language is not None}
    written = session.execute(
        select(Comment.question, Comment.language).where(Comment.wave_id == wave_id)
    ).all()
    return _most_at_one_question((question, language) for question, language in written)


def freeze_comments(session: Session, wave: Wave, now: datetime) -> ReleasedComments:
    """Keep the block of a closed wave in the caller's transaction; it is shown once the wave is published."""
    block = comments_to_release(session, wave.id)
    row = session.get(CommentBlock, wave.id)
    if row is None:
        row = CommentBlock(wave_id=wave.id)
        session.add(row)
    document = {name: [asdict(one) for one in comments] for name, comments in block.by_question.items()}
    row.document, row.released_at = json.dumps(document, ensure_ascii=False), now
    return block


def frozen_comments(session: Session, wave_id: int) -> dict[str, list[ReleasedComment]]:
    """The frozen block of a wave, whoever asks; empty where nothing was released."""
    row = session.get(CommentBlock, wave_id)
    document = {} if row is None else json.loads(row.document)
    return {name: [ReleasedComment(**one) for one in comments] for name, comments in document.items()}


def _most_at_one_question(written: Iterable[tuple[str, str]]) -> dict[str, int]:
    people: dict[str, int] = {}
    for (_, language), comments in Counter(written).items():
        people[language] = max(people.get(language, 0), comments)
    return people
