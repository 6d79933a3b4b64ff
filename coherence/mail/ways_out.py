"""Which way messages leave, as the settings say."""

from __future__ import annotations

import ssl

from coherence.mail.folder import FolderOutbox
from coherence.mail.outbox import MailNotSent, Outbox
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
            trust=_trust(settings),
            returns=settings.mail_bounces,
        )
    return None


def _trust(settings: Settings) -> ssl.SSLContext:
    """Whose certificates are believed.

    Raises:
        MailNotSent: the file of a certificate cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=settings.mail_certificate)
    except (OSError, ssl.SSLError) as error:
        raise MailNotSent(
            f"the certificate {settings.mail_certificate} cannot be used ({error.strerror}); "
            "correct mail_certificate"
        ) from error
