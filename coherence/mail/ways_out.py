"""Which way messages leave, as the settings say."""

from __future__ import annotations

from coherence.mail.folder import FolderOutbox
from coherence.mail.outbox import Outbox
from coherence.mail.smtp import SmtpOutbox
from coherence.settings import Settings

NOBODY = "coherence@localhost"
"""Sender of messages that only lie in a folder."""


def configured_outbox(settings: Settings) -> Outbox | None:
    """The folder if one is set, else the mail server, else None."""
    if settings.outbox is not None:
        return FolderOutbox(settings.outbox, settings.mail_from or NOBODY)
    if settings.mail_server and settings.mail_from:
        return SmtpOutbox(
            settings.mail_server,
            settings.mail_from,
            port=settings.mail_port,
            user=settings.mail_user or None,
            password=settings.mail_password.get_secret_value() or None,
        )
    return None
