"""A mail server with its messages, and a clock, for every test that sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures_clock import Clock
from fixtures_mail import Inbox, certificate, outbox_at, serving

from coherence.mail.smtp import SmtpOutbox


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody else believes, with its key."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def inbox() -> Inbox:
    """What the mail server was given."""
    return Inbox()


@pytest.fixture
def outbox(inbox: Inbox, pem: Path) -> Iterator[SmtpOutbox]:
    """The way to that server."""
    with serving(inbox, pem) as port:
        yield outbox_at(port, pem)


@pytest.fixture
def clock() -> Clock:
    """The moment at which the test begins."""
    return Clock()
