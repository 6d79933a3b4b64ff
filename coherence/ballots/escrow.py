"""An escrow copy of a wave's private key, readable only with a passphrase. Off by default."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from coherence.ballots.errors import WrongKey
from coherence.ballots.keys import public_of, store_private

SHORTEST_PASSPHRASE: Final = 16
_HEAD: Final = b"coherence escrow 1\n"
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12


def escrow_copy(private: bytes, passphrase: str) -> bytes:
    """The key encrypted under a passphrase (scrypt, AES-256-GCM), for its holder; it is not stored here.

    Raises:
        ValueError: the passphrase is shorter than 16 characters.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise ValueError(f"the passphrase needs {SHORTEST_PASSPHRASE} characters or more")
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    return _HEAD + salt + nonce + AESGCM(_stretch(passphrase, salt)).encrypt(nonce, private, _HEAD)


def restore_key(folder: Path, name: str, public: bytes, copy: bytes, passphrase: str) -> None:
    """Put the private key of a wave back into the key folder from its escrow copy.

    Raises:
        WrongKey: no escrow copy, a wrong passphrase, or the key of another wave.
        FileExistsError: the key is still there.
    """
    body = copy.removeprefix(_HEAD)
    salt, rest = body[:_SALT_BYTES], body[_SALT_BYTES:]
    nonce, sealed = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
    try:
        private = AESGCM(_stretch(passphrase, salt)).decrypt(nonce, sealed, _HEAD)
    except (InvalidTag, ValueError) as error:
        raise WrongKey("the passphrase does not open this escrow copy") from error
    if public_of(private) != public:
        raise WrongKey("this is the escrow copy of another wave")
    store_private(folder, name, private)


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())
