from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from fixtures_waves import NOW, AWave, a_draft, an_open_wave
from sqlalchemy import delete, select, update

from coherence.ballots.closing import Step, can_close
from coherence.ballots.errors import CountsDiffer, EscrowUnanswered, KeyMissing, LabelTooSmall, WrongState
from coherence.ballots.keys import has_key
from coherence.ballots.merging import check_labels
from coherence.store import (
    Closing,
    Comment,
    Database,
    Headcount,
    Invitation,
    Person,
    Response,
    SealedBallot,
    Stage,
    Wave,
    WaveState,
)
from coherence.store.sealed_ballots import SEALED_BYTES
from scoring.disclosure import Label
from scoring.vocabulary import Level

NORTH, SOUTH, MANAGERS = (1, Level.F), (2, Level.F), (0, Level.M)


def _responses(wave: AWave) -> list[Response]:
    with wave.database.read() as session:
        return list(session.scalars(select(Response).where(Response.wave_id == wave.wave_id)))


def _labels(wave: AWave) -> Counter[tuple[int, Level]]:
    return Counter((row.unit, row.level) for row in _responses(wave))


def _comments(wave: AWave) -> list[tuple[str, str, str]]:
    with wave.database.read() as session:
        return sorted((row.question, row.language, row.text) for row in session.scalars(select(Comment)))


def _answer_all(wave: AWave, *, except_for: int = 0) -> None:
    for number, invitation in enumerate(wave.invitations[: len(wave.invitations) - except_for]):
        wave.answer(invitation, f'{{"person":{number}}}')


def test_every_answer_is_there_once_under_its_final_label(wave: AWave) -> None:
    _answer_all(wave)
    report = wave.close()
    assert (report.ballots, report.responses, report.withheld, report.unreadable) == (26, 26, 0, 0)
    assert Counter(row.answers for row in _responses(wave)) == Counter(
        f'{{"person":{number}}}' for number in range(26)
    )
    assert _labels(wave) == {NORTH: 12, SOUTH: 8, MANAGERS: 6}


def test_after_the_close_the_box_is_empty_the_key_gone_and_nobody_known_to_have_answered(
    wave: AWave,
) -> None:
    name = wave.key.name
    _answer_all(wave, except_for=3)
    wave.close()
    assert list(wave.key_folder.iterdir()) == []
    assert not has_key(wave.key_folder, name)
    with wave.database.read() as session:
        assert session.scalars(select(SealedBallot)).all() == []
        assert set(session.scalars(select(Invitation.person_id))) == {None}
        assert set(session.scalars(select(Invitation.used))) == {True}
        assert len(session.scalars(select(Person)).all()) == 26
        closed = session.get_one(Wave, wave.wave_id)
        assert (closed.state, closed.closed_at) == (WaveState.CLOSED, NOW)


def test_a_group_with_too_few_valid_answers_joins_the_next(wave: AWave) -> None:
    for number, invitation in enumerate(wave.invitations):
        too_many_skipped = number in range(16, 20)
        wave.answer(invitation, '{"invalid":1}' if too_many_skipped else '{"items":[4]}')
    wave.close()
    # Four valid answers of South move up to the root, where they are still too few and absorb North.
    assert _labels(wave) == {(0, Level.F): 20, MANAGERS: 6}
    with wave.database.read() as session:
        rows = session.scalars(select(Headcount)).all()
        final = {(row.unit, row.level): (row.final_unit, row.final_level) for row in rows}
    assert final[SOUTH] == (0, Level.F)
    assert final[MANAGERS] == MANAGERS


def test_nothing_is_kept_of_a_wave_with_fewer_than_k_valid_answers(wave: AWave) -> None:
    for invitation in wave.invitations[:4]:
        wave.answer(invitation, comments={"X4": "too few tills"})
    report = wave.close()
    assert (report.ballots, report.responses, report.withheld, report.comments) == (4, 0, 4, 0)
    assert _responses(wave) == []
    assert _comments(wave) == []


def test_a_wave_without_any_answer_can_be_closed(wave: AWave) -> None:
    report = wave.close()
    assert (report.ballots, report.responses) == (0, 0)
    with wave.database.read() as session:
        assert session.get_one(Wave, wave.wave_id).state is WaveState.CLOSED


def test_comments_lie_apart_from_the_answers(wave: AWave) -> None:
    for number, invitation in enumerate(wave.invitations):
        wave.answer(
            invitation,
            language="en" if number % 2 else "pl",
            comments={"X4": f"why {number}", "X5": f"how {number}" if number < 3 else ""},
        )
    assert wave.close().comments == 29
    expected = [("X4", "en" if number % 2 else "pl", f"why {number}") for number in range(26)]
    expected += [("X5", "en" if number % 2 else "pl", f"how {number}") for number in range(3)]
    assert _comments(wave) == sorted(expected)
    assert {column.name for column in Comment.__table__.columns} == {
        "key", "wave_id", "question", "language", "text", "reviewed", "released", "edited",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("polish", "kept"),
    [
        (set(), {"en"}),
        ({*range(5), *range(12, 15), *range(20, 23)}, {None}),
        ({0}, {None}),
    ],
)
def test_the_language_stays_only_where_every_group_has_k_people_in_each(
    wave: AWave, polish: set[int], kept: set[str | None]
) -> None:
    for number, invitation in enumerate(wave.invitations):
        wave.answer(invitation, language="pl" if number in polish else "en")
    wave.close()
    assert {row.language for row in _responses(wave)} == kept


def test_two_languages_stay_where_both_are_common_in_every_group(
    database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(database, key_folder, {("North", Level.F): 10, ("South", Level.F): 10})
    for number, invitation in enumerate(wave.invitations):
        wave.answer(invitation, language="pl" if number % 2 else "en")
    wave.close()
    assert Counter(row.language for row in _responses(wave)) == {"pl": 10, "en": 10}


def test_an_attempt_to_close_again_gives_the_same_report(wave: AWave) -> None:
    _answer_all(wave)
    first = wave.close()
    assert wave.close() == first
    assert len(_responses(wave)) == 26


def test_a_draft_cannot_be_closed(database: Database, key_folder: Path, wave: AWave) -> None:
    draft = a_draft(database, name="Spring")
    with pytest.raises(WrongState, match="never opened"):
        wave.ceremony().close(draft)


def test_the_steps_come_in_order_and_the_key_goes_last(wave: AWave) -> None:
    name = wave.key.name
    key_at = {}

    def watch(step: Step) -> None:
        key_at[step] = has_key(wave.key_folder, name)

    _answer_all(wave)
    wave.ceremony(watch).close(wave.wave_id)
    assert list(key_at) == list(Step)
    assert [step for step, there in key_at.items() if not there] == [Step.KEY_DESTROYED, Step.FINISHED]


def test_without_its_key_a_wave_stays_shut_and_goes_on_when_the_key_is_back(wave: AWave) -> None:
    _answer_all(wave)
    file = wave.key_folder / f"{wave.key.name}.key"
    private = file.read_bytes()
    file.unlink()
    with pytest.raises(KeyMissing):
        wave.close()
    with wave.database.read() as session:
        assert len(session.scalars(select(SealedBallot)).all()) == 26
    file.write_bytes(private)
    assert wave.close().responses == 26


def test_a_forged_ballot_beside_the_real_ones_stops_the_opening(wave: AWave) -> None:
    _answer_all(wave)
    with wave.database.write() as session:
        session.add(SealedBallot(wave_id=wave.wave_id, ciphertext=bytes(SEALED_BYTES)))
    with pytest.raises(CountsDiffer, match="26 invitations were used, 27 ballots"):
        wave.close()
    assert _responses(wave) == []
    assert has_key(wave.key_folder, wave.key.name)


def test_a_damaged_ballot_is_reported_and_does_not_stop_the_others(wave: AWave) -> None:
    _answer_all(wave)
    with wave.database.write() as session:
        one = session.scalars(select(SealedBallot.key)).first()
        session.execute(
            update(SealedBallot).where(SealedBallot.key == one).values(ciphertext=bytes(SEALED_BYTES))
        )
    report = wave.close()
    assert (report.ballots, report.responses, report.unreadable) == (26, 25, 1)


def test_answers_changed_between_writing_and_emptying_keep_the_ballots(wave: AWave) -> None:
    _answer_all(wave)

    def tamper(step: Step) -> None:
        if step is Step.WRITTEN:
            with wave.database.write() as session:
                session.execute(update(Response).values(answers='{"items":[5]}'))

    with pytest.raises(CountsDiffer, match="the ballots are kept"):
        wave.ceremony(tamper).close(wave.wave_id)
    with wave.database.read() as session:
        assert len(session.scalars(select(SealedBallot)).all()) == 26
        assert session.get_one(Closing, wave.wave_id).stage is Stage.WRITTEN
    assert has_key(wave.key_folder, wave.key.name)


def test_a_wave_in_escrow_is_closed_only_with_an_answer_about_the_copy(
    database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(database, key_folder, escrow_holder="Ada, works council")
    _answer_all(wave)
    with pytest.raises(EscrowUnanswered, match="Ada, works council holds a copy"):
        wave.close()
    assert wave.answer(wave.invitations[0]).value == "already received"
    wave.ceremony().close(wave.wave_id, escrow_deleted=False)
    with database.read() as session:
        assert session.get_one(Closing, wave.wave_id).escrow_deleted is False


def test_a_merging_that_leaves_a_small_group_would_be_noticed() -> None:
    small, large = Label(1, Level.F), Label(0, Level.F)
    check_labels({small: 4, large: 5}, {small: large, large: large}, 5)
    check_labels({small: 4, large: 5}, {small: None, large: large}, 5)
    with pytest.raises(LabelTooSmall, match="department 1, level F"):
        check_labels({small: 4, large: 5}, {small: small, large: large}, 5)


def test_a_person_erased_while_the_wave_is_open_keeps_the_vote(wave: AWave) -> None:
    _answer_all(wave)
    with wave.database.write() as session:
        session.execute(delete(Person))
    assert wave.close().responses == 26


def test_only_the_machine_with_the_key_can_close_until_the_key_is_needed_no_more(
    wave: AWave, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "keys of another machine"
    able = {}

    def watch(step: Step) -> None:
        with wave.database.read() as session:
            able[step] = can_close(session, wave.wave_id, elsewhere)
            assert can_close(session, wave.wave_id, wave.key_folder)

    _answer_all(wave)
    committed = {Step.SEALED, Step.OPENED, Step.WRITTEN, Step.EMPTIED, Step.KEY_DESTROYED, Step.FINISHED}
    wave.ceremony(lambda step: watch(step) if step in committed else None).close(wave.wave_id)
    assert [step for step in able if able[step]] == [Step.EMPTIED, Step.KEY_DESTROYED, Step.FINISHED]
