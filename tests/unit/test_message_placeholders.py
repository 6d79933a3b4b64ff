"""Texts with places to fill in: every fault has a line and a column, nothing else is ever filled in."""

from __future__ import annotations

import pytest

from coherence.mail.placeholders import LONGEST_SUBJECT, PLACEHOLDERS, BadText, WrittenText
from coherence.mail.texts import proposed_text

VALUES = {"link": "LINK", "name": "Ann", "organisation": "Acme", "minutes": "8", "closes": "Friday", "k": "5"}


def faults(subject: str, body: str) -> list[str]:
    with pytest.raises(BadText) as bad:
        WrittenText(subject, body)
    return [str(fault) for fault in bad.value.faults]


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ("Hi", "no way in", "body, line 1, column 1: the text needs {link}, or nobody could answer"),
        ("Hi", "{link}\n  {organization}", "body, line 2, column 3: {organization} is unknown; did you mean"),
        ("Hi", "{link} {x.__class__}", "body, line 1, column 8: {x.__class__} is unknown; known are "),
        ("Hi", "{link} {", "body, line 1, column 8: “{” stands alone"),
        ("Hi", "{link}\n}", "body, line 2, column 1: “}” stands alone"),
        ("Hi {link}", "{link}", "subject, line 1, column 4: the link belongs into the text"),
        (" ", "{link}", "subject, line 1, column 1: a message needs a subject"),
        ("Hi\nBcc: all@acme.example", "{link}", "subject, line 1, column 1: the subject must be one line"),
        ("x" * (LONGEST_SUBJECT + 1), "{link}", "subject, line 1, column 151: at most 150 characters"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(subject: str, body: str, expected: str) -> None:
    (fault,) = faults(subject, body)
    assert fault.startswith(expected)


def test_every_fault_is_found_at_once() -> None:
    assert len(faults("{nobody}", "{one}\n{two}")) == 4


def test_every_place_is_filled_in_and_what_is_filled_in_is_left_alone() -> None:
    body = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    text = WrittenText("For {name}", body)
    assert text.filled(VALUES) == ("For Ann", "LINK Ann Acme 8 Friday 5")
    assert text.filled({**VALUES, "name": "{link}"})[1].count("LINK") == 1


def test_a_missing_name_or_closing_time_takes_its_blank_along() -> None:
    text = WrittenText("Hi", "Hello {name}, until {closes}: {link}")
    assert text.filled({**VALUES, "name": "", "closes": ""})[1] == "Hello, until: LINK"


@pytest.mark.parametrize("kind", ["invitation", "reminder"])
def test_the_product_s_own_texts_pass_their_check(kind: str) -> None:
    subject, body = proposed_text(kind, "en").filled(VALUES)
    assert "{" not in subject + body
    assert "\nLINK\n" in body
    assert proposed_text(kind, "xx") == proposed_text(kind, "../../etc") == proposed_text(kind, "en")
