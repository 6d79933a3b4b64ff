from __future__ import annotations

import secrets
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coherence.ballots.ballot import LONGEST_ANSWERS, PADDED_BYTES, Ballot
from coherence.ballots.errors import BallotTooLong, KeyMissing, WrongKey
from coherence.ballots.escrow import escrow_copy, restore_key
from coherence.ballots.keys import create_key, destroy_key, has_key, read_private
from coherence.ballots.seal import BallotBox, seal
from coherence.store.sealed_ballots import SEALED_BYTES
from scoring.disclosure import Label
from scoring.vocabulary import Level

HERE = Label(3, Level.F)
PASSPHRASE = "correct horse battery staple"

words = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n"), max_size=500)


@given(answers=words, x4=words, x5=words, level=st.sampled_from(Level), unit=st.integers(0, 9999))
def test_a_ballot_comes_out_as_it_went_in(answers: str, x4: str, x5: str, level: Level, unit: int) -> None:
    answers = answers.replace("\n", "")
    ballot = Ballot(Label(unit, level), "pt-BR", answers, {"X4": x4, "X5": x5})
    padded = ballot.to_bytes()
    assert len(padded) == PADDED_BYTES
    assert Ballot.from_bytes(padded) == ballot


def test_the_longest_answers_and_comments_fit_in_every_script() -> None:
    for letter, count in (("a", 1000), ("ж", 1000), ("語", 1000), ("😀", 500)):
        ballot = Ballot(
            Label(99_999, Level.S),
            "en",
            "é" * (LONGEST_ANSWERS // 2),
            dict.fromkeys(("X4", "X5"), letter * count),
        )
        assert Ballot.from_bytes(ballot.to_bytes()) == ballot


@pytest.mark.parametrize(
    ("answers", "comments"),
    [("x" * 2001, {}), ("{}", {"X4": "x" * 1001}), ("{}", {"X5": "😀" * 501})],
)
def test_what_does_not_fit_is_refused_before_sealing(answers: str, comments: dict[str, str]) -> None:
    with pytest.raises(BallotTooLong):
        Ballot(HERE, "en", answers, comments)


@pytest.mark.parametrize(
    ("language", "answers", "comments"),
    [
        ("en", "{}\0", {}),
        ("en", "{}", {"X4": "a\x00b"}),
        ("en", "{}", {"X4": "a\ud800b"}),
        ("en\0", "{}", {}),
        ("a language that no column holds", "{}", {}),
        ("en", "{}", {"X1": "9"}),
    ],
)
def test_what_a_database_could_not_hold_at_the_close_is_refused(
    language: str, answers: str, comments: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=r"control characters|language|own words"):
        Ballot(HERE, language, answers, comments)


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * PADDED_BYTES, b"1\0F\0en".ljust(PADDED_BYTES), b"x\0F\0en\0\0\0\0"]
)
def test_bytes_that_are_no_ballot_are_told(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Ballot.from_bytes(content)


def _box(folder: Path, wave_id: int = 1) -> tuple[bytes, str, BallotBox]:
    key = create_key(folder)
    return key.public, key.name, BallotBox(read_private(folder, key.name, key.public), wave_id, key.name)


def test_only_the_waves_key_opens_a_ballot(tmp_path: Path) -> None:
    public, name, box = _box(tmp_path)
    ballot = Ballot(HERE, "en", '{"items":[4]}', {"X4": "too few tills"})
    sealed = seal(ballot, public, 1, name)
    assert len(sealed) == SEALED_BYTES
    assert box.open(sealed) == ballot
    _, _, other = _box(tmp_path)
    with pytest.raises(WrongKey):
        other.open(sealed)


def test_a_ballot_opens_only_in_the_wave_it_was_sealed_for(tmp_path: Path) -> None:
    public, name, box = _box(tmp_path, wave_id=1)
    with pytest.raises(WrongKey, match="not sealed for this wave"):
        box.open(seal(Ballot(HERE, "en", "{}"), public, 2, name))


def test_a_changed_ballot_does_not_open(tmp_path: Path) -> None:
    public, name, box = _box(tmp_path)
    sealed = bytearray(seal(Ballot(HERE, "en", "{}"), public, 1, name))
    for place in (0, 1100, 5000, SEALED_BYTES - 1):
        changed = bytes(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])
        with pytest.raises(WrongKey):
            box.open(changed)


def test_equal_answers_are_never_sealed_alike(tmp_path: Path) -> None:
    public, name, _ = _box(tmp_path)
    ballot = Ballot(HERE, "en", "{}")
    assert len({seal(ballot, public, 1, name)[:64] for _ in range(20)}) == 20


def test_a_private_key_is_for_its_owner_only_and_has_96_bytes(tmp_path: Path) -> None:
    key = create_key(tmp_path / "keys")
    file = tmp_path / "keys" / f"{key.name}.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.stat().st_size == 96
    assert len(key.public) == 1184 + 32


def test_a_destroyed_key_is_gone_and_destroying_it_again_does_no_harm(tmp_path: Path) -> None:
    key = create_key(tmp_path)
    twin = tmp_path / "twin"
    twin.hardlink_to(tmp_path / f"{key.name}.key")
    before = twin.read_bytes()
    destroy_key(tmp_path, key.name)
    destroy_key(tmp_path, key.name)
    assert not has_key(tmp_path, key.name)
    assert len(twin.read_bytes()) == len(before)
    assert twin.read_bytes() != before, "the bytes on the disk were not overwritten"
    with pytest.raises(KeyMissing, match="escrow"):
        read_private(tmp_path, key.name, key.public)


def test_the_file_of_another_key_is_recognised(tmp_path: Path) -> None:
    mine, other = create_key(tmp_path), create_key(tmp_path)
    with pytest.raises(WrongKey, match="does not belong"):
        read_private(tmp_path, mine.name, other.public)
    (tmp_path / f"{mine.name}.key").write_bytes(secrets.token_bytes(95))
    with pytest.raises(WrongKey):
        read_private(tmp_path, mine.name, mine.public)


def test_an_escrow_copy_brings_a_lost_key_back(tmp_path: Path) -> None:
    key = create_key(tmp_path)
    private = read_private(tmp_path, key.name, key.public)
    copy = escrow_copy(private, PASSPHRASE)
    assert private not in copy
    destroy_key(tmp_path, key.name)
    restore_key(tmp_path, key.name, key.public, copy, PASSPHRASE)
    assert read_private(tmp_path, key.name, key.public) == private


def test_an_escrow_copy_does_not_open_with_another_passphrase_nor_for_another_wave(tmp_path: Path) -> None:
    key, other = create_key(tmp_path), create_key(tmp_path)
    copy = escrow_copy(read_private(tmp_path, key.name, key.public), PASSPHRASE)
    with pytest.raises(WrongKey, match="passphrase"):
        restore_key(tmp_path, key.name, key.public, copy, "incorrect horse battery")
    with pytest.raises(WrongKey, match="passphrase"):
        restore_key(tmp_path, key.name, key.public, b"not a copy", PASSPHRASE)
    with pytest.raises(WrongKey, match="another wave"):
        restore_key(tmp_path, other.name, other.public, copy, PASSPHRASE)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(ValueError, match="16 characters"):
        escrow_copy(bytes(96), "too short")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(text=words)
def test_every_ballot_has_the_same_length(tmp_path: Path, text: str) -> None:
    public, name, _ = _box(tmp_path)
    assert len(seal(Ballot(HERE, "en", "{}", {"X4": text}), public, 1, name)) == SEALED_BYTES
