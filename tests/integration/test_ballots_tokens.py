from __future__ import annotations

import base64

import pytest

from coherence.ballots.tokens import CODE_ALPHABET, new_code, new_link_token, normalised_code, token_digest
from coherence.store import TokenKind

SECRET = b"s" * 32


def test_a_link_token_has_256_bits_and_is_safe_in_an_address() -> None:
    token = new_link_token()
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    assert token.isascii()
    assert len({new_link_token() for _ in range(100)}) == 100


def test_a_code_reads_back_as_printed() -> None:
    code = new_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert normalised_code(code) == code.replace("-", "")


@pytest.mark.parametrize(
    "typed",
    ["0123 4567 89AB", "o123-4567-89ab", "Oi23456789AB", "0L23–4567–89ab", " 0 1 2 3 4 5 6 7 8 9 a b "],
)
def test_what_people_type_for_a_code_is_understood(typed: str) -> None:
    assert normalised_code(typed) == "0123456789AB"


@pytest.mark.parametrize(
    "typed", ["", "0123-4567", "0123-4567-89AB-C", "0123-4567-89AU", "0123-4567-89A!", "０" * 12]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalised_code(typed) is None


def test_codes_use_the_whole_alphabet_and_no_letter_that_reads_like_a_digit() -> None:
    drawn = set("".join(new_code() for _ in range(300))) - {"-"}
    assert drawn == set(CODE_ALPHABET)
    assert not drawn & set("ILOU")


def test_a_digest_depends_on_token_kind_and_secret() -> None:
    digests = {
        token_digest(secret, kind, token)
        for secret in (SECRET, b"t" * 32)
        for kind in TokenKind
        for token in ("one", "two")
    }
    assert len(digests) == 8
    assert {len(digest) for digest in digests} == {32}


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 or more"):
        token_digest(b"short", TokenKind.LINK, "one")
