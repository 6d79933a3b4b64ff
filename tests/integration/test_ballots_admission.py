from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fixtures_waves import NOW, AWave, a_draft, an_open_wave
from sqlalchemy import delete, select

from coherence.ballots.admission import (
    WRONG_CODES,
    Admission,
    Refusal,
    ShownGroup,
    admit_by_code,
    admit_by_link,
    issue_code,
    issue_link,
    shown_group,
)
from coherence.ballots.errors import TooFewInvited, WrongState
from coherence.ballots.opening import open_wave
from coherence.store import Database, Headcount, Invitation, InvitationToken, Person, WaveState, WaveUnit
from scoring.disclosure import Label
from scoring.vocabulary import Level

SECRET = b"the server's secret, of 32 bytes"
NORTH_FRONT, SOUTH_FRONT, ROOT_MANAGERS = Label(1, Level.F), Label(2, Level.F), Label(0, Level.M)


def _link(wave: AWave, invitation: int) -> str:
    with wave.database.write() as session:
        return issue_link(session, SECRET, invitation)


def _code(wave: AWave, invitation: int) -> str:
    with wave.database.write() as session:
        return issue_code(session, SECRET, invitation)


def _follow(wave: AWave, token: str, secret: bytes = SECRET) -> Admission | None:
    with wave.database.read() as session:
        return admit_by_link(session, secret, token)


def _type(wave: AWave, typed: str, minutes: float = 0, wave_id: int | None = None) -> Admission | Refusal:
    with wave.database.write() as session:
        return admit_by_code(
            session, SECRET, wave_id or wave.wave_id, typed, NOW + timedelta(minutes=minutes)
        )


def test_opening_invites_everybody_into_the_group_they_are_shown(wave: AWave) -> None:
    shown = [wave.admit(invitation).label for invitation in wave.invitations]
    assert {label: shown.count(label) for label in set(shown)} == {
        NORTH_FRONT: 12,
        SOUTH_FRONT: 8,
        ROOT_MANAGERS: 6,
    }
    with wave.database.read() as session:
        assert shown_group(session, wave.wave_id, NORTH_FRONT) == ShownGroup(
            ("Firm", "North"), frozenset({Level.F}), 12
        )
        assert [unit.unit for unit in session.scalars(select(WaveUnit).order_by(WaveUnit.position))] == [
            ("Firm",),
            ("Firm", "North"),
            ("Firm", "South"),
        ]


def test_people_of_a_group_that_is_too_small_are_shown_the_merged_one(
    database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(
        database,
        key_folder,
        {("North", Level.F): 12, ("South", Level.F): 3, ("", Level.F): 4, ("", Level.M): 2},
    )
    with database.read() as session:
        rows = session.scalars(select(Headcount)).all()
        sizes = {
            (row.unit, row.level): shown_group(
                session, wave.wave_id, Label(row.shown_unit, row.shown_level)
            ).invited
            for row in rows
        }
    assert sizes == {(0, Level.F): 9, (0, Level.M): 9, (1, Level.F): 12, (2, Level.F): 9}


def test_a_roster_below_k_is_not_opened_and_leaves_no_key(database: Database, key_folder: Path) -> None:
    draft = a_draft(database, {("", Level.F): 4})
    with pytest.raises(TooFewInvited, match="4 people"):
        open_wave(database, draft, key_folder=key_folder, now=NOW)
    assert list(key_folder.iterdir()) == []
    with database.read() as session:
        assert session.scalars(select(WaveUnit)).all() == []


def test_an_open_wave_is_not_opened_again(wave: AWave) -> None:
    with pytest.raises(WrongState, match="open"):
        open_wave(wave.database, wave.wave_id, key_folder=wave.key_folder, now=NOW)
    assert len(list(wave.key_folder.iterdir())) == 1


def test_a_link_leads_to_its_invitation(wave: AWave) -> None:
    invitation = wave.invitations[3]
    admitted = _follow(wave, _link(wave, invitation))
    assert admitted == wave.admit(invitation)
    assert admitted is not None
    assert (admitted.state, admitted.used, admitted.language) == (WaveState.OPEN, False, "en")


def test_each_message_carries_a_fresh_link_and_all_of_them_work(wave: AWave) -> None:
    first, second = _link(wave, wave.invitations[0]), _link(wave, wave.invitations[0])
    assert first != second
    assert _follow(wave, first) == _follow(wave, second)


def test_using_one_link_makes_all_links_and_codes_of_the_person_used(wave: AWave) -> None:
    invitation = wave.invitations[0]
    first, second, code = _link(wave, invitation), _link(wave, invitation), _code(wave, invitation)
    wave.answer(invitation)
    for admitted in (_follow(wave, first), _follow(wave, second), _type(wave, code)):
        assert isinstance(admitted, Admission)
        assert admitted.used


def test_an_unknown_link_leads_nowhere(wave: AWave) -> None:
    token = _link(wave, wave.invitations[0])
    assert _follow(wave, token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert _follow(wave, "") is None
    assert _follow(wave, token, secret=b"another secret, also of 32 bytes") is None


def test_a_code_is_no_link_and_a_link_no_code(wave: AWave) -> None:
    code = _code(wave, wave.invitations[0])
    assert _follow(wave, code) is None
    assert _follow(wave, code.replace("-", "")) is None


def test_the_database_holds_neither_links_nor_codes(wave: AWave) -> None:
    tokens = [_link(wave, wave.invitations[0]), _code(wave, wave.invitations[1]).replace("-", "")]
    with wave.database.read() as session:
        rows = session.scalars(select(InvitationToken)).all()
    assert len(rows) == 2
    for row in rows:
        assert not any(token.encode() in row.digest for token in tokens)


def test_a_late_link_finds_the_closed_wave(wave: AWave) -> None:
    token = _link(wave, wave.invitations[0])
    wave.close()
    admitted = _follow(wave, token)
    assert admitted is not None
    assert admitted.state is WaveState.CLOSED


def test_a_link_still_works_for_a_person_who_left_the_roster(wave: AWave) -> None:
    token = _link(wave, wave.invitations[0])
    with wave.database.write() as session:
        session.execute(delete(Person))
    admitted = _follow(wave, token)
    assert admitted is not None
    assert admitted.language is None
    assert admitted.label == wave.admit(wave.invitations[0]).label


def test_a_code_is_understood_as_people_type_it(wave: AWave) -> None:
    code = _code(wave, wave.invitations[5])
    assert _type(wave, code.lower().replace("-", " ").replace("0", "o")) == wave.admit(wave.invitations[5])


def test_a_new_code_replaces_the_old_one(wave: AWave) -> None:
    old, new = _code(wave, wave.invitations[0]), _code(wave, wave.invitations[0])
    assert _type(wave, old) is Refusal.UNKNOWN
    assert _type(wave, new) == wave.admit(wave.invitations[0])


def test_a_code_opens_only_the_wave_it_was_made_for(wave: AWave) -> None:
    other = an_open_wave(wave.database, wave.key_folder, name="Spring")
    code = _code(wave, wave.invitations[0])
    assert _type(wave, code, wave_id=other.wave_id) is Refusal.UNKNOWN


def test_after_too_many_wrong_codes_even_a_right_one_has_to_wait(wave: AWave) -> None:
    right = _code(wave, wave.invitations[0])
    other = an_open_wave(wave.database, wave.key_folder, name="Spring")
    for number in range(WRONG_CODES.tries):
        assert _type(wave, f"{number:012}") is Refusal.UNKNOWN
    assert _type(wave, right) is Refusal.TOO_MANY_TRIES
    assert _type(wave, "0" * 12, wave_id=other.wave_id) is Refusal.UNKNOWN
    assert _type(wave, right, minutes=10) == wave.admit(wave.invitations[0])


def test_a_slip_of_the_finger_is_not_counted_as_a_try(wave: AWave) -> None:
    right = _code(wave, wave.invitations[0])
    for _ in range(WRONG_CODES.tries + 1):
        assert _type(wave, "ABC") is Refusal.UNKNOWN
    assert _type(wave, right) == wave.admit(wave.invitations[0])


def test_tokens_go_with_their_invitation(wave: AWave) -> None:
    _link(wave, wave.invitations[0])
    with wave.database.write() as session:
        session.execute(delete(Invitation).where(Invitation.id == wave.invitations[0]))
    with wave.database.read() as session:
        assert session.scalars(select(InvitationToken)).all() == []
