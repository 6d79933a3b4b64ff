"""An outbox that is a mail server, always over an encrypted connection."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from coherence.mail.message import Message, as_email
from coherence.mail.outbox import MailNotSent, RecipientRefused, Send

PATIENCE_SECONDS: Final = 20


@dataclass(frozen=True)
class SmtpOutbox:
    """A mail server that takes messages after STARTTLS; a server that does not offer it is refused.

    user, password: where the server wants to know who sends. trust: whose certificates are believed.
    """

    host: str
    sender: str
    port: int = 587
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    @contextmanager
    def connect(self) -> Iterator[Send]:
        """One connection for as many messages as there are.

        Raises:
            MailNotSent: no connection, no encryption, or the server does not know the user.
        """
        try:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent(f"the mail server {self.host} cannot be reached: {error}") from error
        with server:
            try:
                server.starttls(context=self.trust)
                if self.user is not None:
                    server.login(self.user, self.password or "")
            except (OSError, smtplib.SMTPException) as error:
                raise MailNotSent(
                    f"the mail server {self.host} refused the start: {_reason(error)}"
                ) from None
            yield lambda message: self._send(server, message)

    def _send(self, server: smtplib.SMTP, message: Message) -> None:
        try:
            server.send_message(as_email(message, self.sender))
        except smtplib.SMTPRecipientsRefused:
            # The error names the address; what is logged must not.
            raise RecipientRefused(f"the mail server {self.host} refused the recipient") from None
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent(f"the mail server {self.host} failed: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    # The text of a server's answer may repeat addresses or credentials; its kind and number do not.
    code = f" {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else ""
    return f"{type(error).__name__}{code}"
