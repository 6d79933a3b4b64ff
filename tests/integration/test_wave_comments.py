"""Comments are read by a person, names are struck out, and only safe ones are released, in one block."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fixtures_waves import a_draft, an_open_wave
from sqlalchemy import select, update

from coherence.accounts.access import Grant, NotVisible, Rights
from coherence.ballots.errors import WrongState
from coherence.store import AuditEntry, Comment, Database, Response, Role, Wave
from coherence.use_cases.waves.released_comments import (
    comments_to_release,
    freeze_comments,
    frozen_comments,
    people_by_language,
)
from coherence.use_cases.waves.review_comments import (
    CommentChanged,
    NothingLeft,
    decide_on_comment,
    next_comment,
    one_comment,
    reviewed_comments,
    strike_out,
)
from coherence.use_cases.waves.staff_waves import Staff

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HR = Staff(7, Rights((Grant(1, Role.HR),)))


@pytest.fixture
def closed(sqlite_database: Database, tmp_path: Path) -> int:
    """A closed wave with two comments, one of which names somebody."""
    wave = an_open_wave(sqlite_database, tmp_path / "keys")
    for place, invitation in enumerate(wave.invitations):
        comment = {0: "Ask Jan Kowalski, he knows.", 1: "Too few tills"}.get(place, "")
        wave.answer(invitation, comments={"X4": comment})
    wave.close()
    return wave.wave_id


def key_of(database: Database, text: str) -> tuple[str, str]:
    with database.read() as session:
        found = session.scalars(select(Comment).where(Comment.text == text)).one()
    shown = one_comment(database, found.wave_id, HR, found.key.hex())
    return shown.key, shown.seen


def add_comments(database: Database, wave_id: int, number: int, language: str, question: str = "X4") -> None:
    """Comments that were reviewed and released."""
    with database.write() as session:
        session.add_all(
            Comment(
                wave_id=wave_id,
                question=question,
                language=language,
                text=f"{language} {question} {one}",
                reviewed=True,
                released=True,
            )
            for one in range(number)
        )


@pytest.mark.parametrize(
    ("text", "struck", "left"),
    [
        ("Ask Jan Kowalski, he knows.", {1, 2}, "Ask […], he knows."),
        ("Jan", {0}, "[…]"),
        ("Jan's till is broken", {0}, "[…] till is broken"),
        ("Jan, Anna; Ola", {0, 1, 2}, "[…], […]; […]"),
        ("line one\nAnna", {2}, "line one\n[…]"),
        ("Ask Јан в отделе", set(), "Ask Јан в отделе"),
    ],
)
def test_struck_words_leave_a_mark_and_the_rest_stays(text: str, struck: set[int], left: str) -> None:
    assert strike_out(text, struck) == left


def test_what_is_struck_out_is_kept_nowhere(sqlite_database: Database, closed: int) -> None:
    key, seen = key_of(sqlite_database, "Ask Jan Kowalski, he knows.")
    decide_on_comment(sqlite_database, closed, HR, key, seen=seen, release=True, struck={1, 2}, now=NOW)
    with sqlite_database.read() as session:
        texts = {row.text: (row.released, row.edited) for row in session.scalars(select(Comment))}
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "comment.release")).one()
    assert texts == {"Ask […], he knows.": (True, True), "Too few tills": (False, False)}
    assert (entry.actor_id, entry.subject, entry.details) == (HR.user_id, f"wave:{closed}", {})


def test_the_queue_ends_when_every_comment_is_decided_on(sqlite_database: Database, closed: int) -> None:
    seen_texts = set()
    for _ in range(2):
        status, comment = next_comment(sqlite_database, closed, HR)
        assert comment
        assert status.waiting
        seen_texts.add(comment.text)
        decide_on_comment(sqlite_database, closed, HR, comment.key, seen=comment.seen, release=False, now=NOW)
    status, comment = next_comment(sqlite_database, closed, HR)
    assert (comment, status.waiting, status.withheld) == (None, 0, 2)
    assert {one.text for one in reviewed_comments(sqlite_database, closed, HR)} == seen_texts


def test_another_wording_is_marked_as_changed_by_the_review(sqlite_database: Database, closed: int) -> None:
    key, seen = key_of(sqlite_database, "Too few tills")
    new = " Too few\r\ntills on Saturdays "
    decide_on_comment(sqlite_database, closed, HR, key, seen=seen, release=True, text=new, now=NOW)
    found = one_comment(sqlite_database, closed, HR, key)
    assert (found.text, found.edited, found.released) == ("Too few\ntills on Saturdays", True, True)
    decide_on_comment(sqlite_database, closed, HR, key, seen=found.seen, release=False, now=NOW)
    assert not one_comment(sqlite_database, closed, HR, key).released


def test_a_decision_needs_the_text_that_was_read_and_leaves_words(
    sqlite_database: Database, closed: int
) -> None:
    key, seen = key_of(sqlite_database, "Too few tills")
    with pytest.raises(CommentChanged):
        decide_on_comment(sqlite_database, closed, HR, key, seen="", release=True, now=NOW)
    with pytest.raises(NothingLeft):
        decide_on_comment(
            sqlite_database, closed, HR, key, seen=seen, release=True, struck={0, 1, 2}, now=NOW
        )
    with pytest.raises(NothingLeft, match="1000"):
        decide_on_comment(sqlite_database, closed, HR, key, seen=seen, release=True, text="x" * 1001, now=NOW)
    assert not one_comment(sqlite_database, closed, HR, key).reviewed


def test_comments_are_read_between_closing_and_publishing_by_staff_of_the_organisation(
    sqlite_database: Database, closed: int, tmp_path: Path
) -> None:
    key, seen = key_of(sqlite_database, "Too few tills")
    with pytest.raises(NotVisible):
        next_comment(sqlite_database, closed, Staff(8, Rights((Grant(2, Role.HR),))))
    with pytest.raises(NotVisible):
        next_comment(sqlite_database, closed, Staff(8, Rights((Grant(1, Role.READER, 1),))))
    draft = a_draft(sqlite_database, name="Spring")
    both = Staff(7, Rights((Grant(1, Role.CONSULTANT), Grant(2, Role.CONSULTANT))))
    with pytest.raises(WrongState, match="draft"):
        next_comment(sqlite_database, draft, both)
    other = an_open_wave(sqlite_database, tmp_path / "keys", name="Summer")
    other.close()
    elsewhere = Staff(7, Rights((Grant(1, Role.HR), Grant(3, Role.HR))))
    with pytest.raises(NotVisible):
        decide_on_comment(sqlite_database, other.wave_id, elsewhere, key, seen=seen, release=True, now=NOW)


def test_a_language_of_fewer_than_ten_people_stays_back(sqlite_database: Database, closed: int) -> None:
    add_comments(sqlite_database, closed, 6, "en")
    add_comments(sqlite_database, closed, 9, "pl")
    with sqlite_database.read() as session:
        assert people_by_language(session, closed) == {"en": 26}
        block = comments_to_release(session, closed)
    assert set(block.by_question) == {"X4"}
    assert {one.text.split()[0] for one in block.by_question["X4"]} == {"en"}
    assert (block.shown, block.withheld, block.languages) == (6, 9, ("pl",))


def test_where_languages_were_dropped_comments_tell_how_many_used_one_at_least(
    sqlite_database: Database, closed: int
) -> None:
    add_comments(sqlite_database, closed, 9, "pl", "X4")
    add_comments(sqlite_database, closed, 10, "lt", "X4")
    add_comments(sqlite_database, closed, 8, "pl", "X5")
    with sqlite_database.write() as session:
        session.execute(update(Response).values(language=None))
    with sqlite_database.read() as session:
        people = people_by_language(session, closed)
        block = comments_to_release(session, closed)
    assert (people["pl"], people["lt"]) == (9, 10)
    assert (block.shown, block.withheld) == (10, 17)


def test_fewer_than_five_comments_are_no_block(sqlite_database: Database, closed: int) -> None:
    add_comments(sqlite_database, closed, 4, "en")
    with sqlite_database.read() as session:
        block = comments_to_release(session, closed)
    assert (block.by_question, block.too_few, block.withheld) == ({}, True, 4)


def test_the_block_is_frozen_in_one_order_for_everybody(sqlite_database: Database, closed: int) -> None:
    add_comments(sqlite_database, closed, 20, "en")
    with sqlite_database.write() as session:
        session.execute(update(Comment).where(Comment.text == "en X4 3").values(edited=True))
        freeze_comments(session, session.get_one(Wave, closed), NOW)
    with sqlite_database.read() as session:
        shown, again = frozen_comments(session, closed), frozen_comments(session, closed)
    assert {(one.text, one.edited) for one in shown["X4"]} == {(f"en X4 {n}", n == 3) for n in range(20)}
    assert shown == again
