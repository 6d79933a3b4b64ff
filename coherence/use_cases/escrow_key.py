"""An escrow copy of a wave's key: for a holder whom the respondents are told, used if the key is lost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from coherence.ballots.errors import WrongState
from coherence.ballots.escrow import escrow_copy, restore_key
from coherence.ballots.keys import read_private
from coherence.errors import CoherenceError
from coherence.store import Database, Wave, WaveState
from coherence.use_cases.audit_log import record


class NoEscrow(CoherenceError):
    """The wave was opened without somebody to hold a copy of its key."""


class KeyIsThere(CoherenceError):
    """The key was not lost, so nothing is restored."""


def copy_key(database: Database, wave_id: int, *, key_folder: Path, passphrase: str, now: datetime) -> bytes:
    """The key of an open wave, encrypted under a passphrase; the audit log keeps that it was copied.

    Raises:
        NoEscrow: the wave names no holder, and the respondents were told that there is none.
        WrongState: the wave is not open. KeyMissing, WrongKey: as read_private.
        ValueError: the passphrase is too short.
    """
    with database.write() as session:
        wave = session.get_one(Wave, wave_id)
        if wave.escrow_holder is None:
            raise NoEscrow(
                f"“{wave.name}” was opened without an escrow holder, and its respondents were told so; "
                "name one with 'coherence wave open --escrow-holder'"
            )
        name, public = _open_key(wave)
        copy = escrow_copy(read_private(key_folder, name, public), passphrase)
        record(session, "wave.escrow.copy", wave, now=now, by=None)
    return copy


def restore_lost_key(
    database: Database, wave_id: int, copy: bytes, *, key_folder: Path, passphrase: str, now: datetime
) -> None:
    """Put a lost key back from its escrow copy, so that the wave can be closed.

    Raises:
        WrongKey: no escrow copy, a wrong passphrase, or the copy of another wave.
        WrongState: the wave is closed, and its key destroyed. KeyIsThere: it is not lost.
    """
    with database.write() as session:
        wave = session.get_one(Wave, wave_id)
        name, public = _open_key(wave)
        try:
            restore_key(key_folder, name, public, copy, passphrase)
        except FileExistsError as error:
            raise KeyIsThere(
                f"the key of “{wave.name}” lies in {key_folder}; nothing was restored"
            ) from error
        record(session, "wave.escrow.restore", wave, now=now, by=None)


def escrow_holder(database: Database, wave_id: int) -> str | None:
    """Who holds a copy of a wave's key; None where nobody does."""
    with database.read() as session:
        return session.get_one(Wave, wave_id).escrow_holder


def _open_key(wave: Wave) -> tuple[str, bytes]:
    if wave.state not in (WaveState.OPEN, WaveState.CLOSING) or not wave.key_name or not wave.public_key:
        raise WrongState(f"the survey “{wave.name}” is {wave.state}; only an open one has a key")
    return wave.key_name, wave.public_key
