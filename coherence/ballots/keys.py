"""The key pair of a wave; the private half lives in the key folder and nowhere else.

A key file holds 96 bytes: the 64-byte seed of ML-KEM-768 and the 32-byte X25519 key. The public
half, stored with the wave, has 1,184 + 32 bytes.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from coherence.ballots.errors import KeyMissing, WrongKey

_SEED_BYTES: Final = 64
PRIVATE_BYTES: Final = _SEED_BYTES + 32
_MLKEM_PUBLIC_BYTES: Final = 1184


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made: the name of its file and the public half."""

    name: str
    public: bytes


def create_key(folder: Path) -> NewKey:
    """Make a key pair and store the private half, readable by this user only, on disk for certain.

    Raises:
        OSError: the folder cannot be written.
    """
    seed = MLKEM768PrivateKey.generate().private_bytes_raw()
    private = seed + X25519PrivateKey.generate().private_bytes_raw()
    name = secrets.token_hex(16)
    store_private(folder, name, private)
    return NewKey(name, public_of(private))


def store_private(folder: Path, name: str, private: bytes) -> None:
    """Write a private key that is not there yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(_file(folder, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, private)
        os.fsync(handle)
    finally:
        os.close(handle)
    _sync_folder(folder)


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Wait until no other process or thread is inside such a block; a process that dies leaves it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def has_key(folder: Path, name: str) -> bool:
    """Whether this machine can close the wave of that key."""
    return os.access(_file(folder, name), os.R_OK)


def read_private(folder: Path, name: str, public: bytes) -> bytes:
    """The private key that belongs to a public one.

    Raises:
        KeyMissing: it is not in the folder.
        WrongKey: the file holds another key.
    """
    try:
        private = _file(folder, name).read_bytes()
    except FileNotFoundError as error:
        raise KeyMissing(
            f"the key {name} is not in {folder}; close the wave on the machine that opened it, "
            "or restore the key from its escrow copy"
        ) from error
    if len(private) != PRIVATE_BYTES or public_of(private) != public:
        raise WrongKey(f"the file of key {name} in {folder} does not belong to this wave")
    return private


def destroy_key(folder: Path, name: str) -> None:
    """Overwrite the key file, remove it, and wait until the disk has done both; nothing if it is gone."""
    try:
        handle = os.open(_file(folder, name), os.O_WRONLY)
    except FileNotFoundError:
        return
    try:
        os.write(handle, secrets.token_bytes(PRIVATE_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    _file(folder, name).unlink()
    _sync_folder(folder)


def public_of(private: bytes) -> bytes:
    """The public half of 96 private bytes."""
    seed, x25519 = private[:_SEED_BYTES], private[_SEED_BYTES:]
    return (
        MLKEM768PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()
        + X25519PrivateKey.from_private_bytes(x25519).public_key().public_bytes_raw()
    )


def opening_key(private: bytes) -> MLKEM768X25519PrivateKey:
    """The private key in the form that HPKE takes."""
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(private[:_SEED_BYTES]),
        X25519PrivateKey.from_private_bytes(private[_SEED_BYTES:]),
    )


@lru_cache(maxsize=64)
def sealing_key(public: bytes) -> MLKEM768X25519PublicKey:
    """The public key in the form that HPKE takes."""
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
    )


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.key"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
