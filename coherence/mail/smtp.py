"""An outbox that is a mail server, always over an encrypted connection."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Final

from coherence.mail.message import Message, as_email
from coherence.mail.outbox import (
    MailNotSent,
    RecipientDeferred,
    RecipientRefused,
    Send,
    ServerUnavailable,
)
from coherence.mail.status_codes import is_policy, reason_of

PATIENCE_SECONDS: Final = 20


@dataclass(frozen=True)
class SmtpOutbox:
    """A mail server that takes messages after STARTTLS; a server that does not offer it is refused.

    user, password: where the server wants to know who sends. trust: whose certificates are believed.
    returns: where undelivered messages come back to; empty means the sender.
    """

    host: str
    sender: str
    port: int = 587
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    returns: str = ""

    @property
    def bounces(self) -> str:
        """The address that undelivered messages come back to."""
        return self.returns or self.sender

    @contextmanager
    def connect(self) -> Iterator[Send]:
        """One connection for as many messages as there are.

        Raises:
            ServerUnavailable: no connection, or the server asks to come back later.
            MailNotSent: no encryption, or the server does not know the user.
        """
        try:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            raise ServerUnavailable(
                f"the mail server {self.host} cannot be reached: {_kind(error)}"
            ) from None
        try:
            self._start(server)
            yield lambda message: self._send(server, message)
        finally:
            _leave(server)

    def _start(self, server: smtplib.SMTP) -> None:
        try:
            server.starttls(context=self.trust)
            if self.user is not None:
                server.login(self.user, self.password or "")
        except ssl.SSLCertVerificationError as error:
            raise MailNotSent(
                f"the certificate of the mail server {self.host} cannot be trusted "
                f"({error.verify_message}); nothing is sent to it"
            ) from None
        except smtplib.SMTPNotSupportedError as error:
            missing = "STARTTLS" if "STARTTLS" in str(error) else "sign-in"
            raise MailNotSent(
                f"the mail server {self.host} offers no {missing} on port {self.port}; try port 587"
            ) from None
        except smtplib.SMTPAuthenticationError as error:
            if 400 <= error.smtp_code < 500:
                raise self._unavailable(error) from None
            raise MailNotSent(
                f"the mail server {self.host} did not accept user name and password ({error.smtp_code}); "
                "correct mail_user and mail_password"
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise self._failed(error) from None

    def _send(self, server: smtplib.SMTP, message: Message) -> None:
        from_ = message.bounces or parseaddr(self.sender)[1]
        try:
            server.send_message(as_email(message, self.sender), from_addr=from_)
        except smtplib.SMTPRecipientsRefused as refused:
            # The error names the address; what is logged must not.
            code, text = next(iter(refused.recipients.values()))
            raise self._refused(code, text) from None
        except smtplib.SMTPSenderRefused as error:
            if 400 <= error.smtp_code < 500:
                raise self._unavailable(error) from None
            raise MailNotSent(
                f"the mail server {self.host} does not accept the sender {from_} ({error.smtp_code}); "
                "correct mail_from or mail_bounces"
            ) from None
        except smtplib.SMTPDataError as error:
            # Some servers judge the recipient only when they have the whole message.
            raise self._refused(error.smtp_code, _bytes(error.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as error:
            raise self._failed(error) from None

    def _refused(self, code: int, text: bytes) -> MailNotSent:
        if code == 421:
            return ServerUnavailable(f"the mail server {self.host} ended the connection (421)")
        kind = RecipientDeferred if 400 <= code < 500 else RecipientRefused
        return kind(
            f"the mail server {self.host} refused the recipient ({code})",
            reason_of(code, text),
            policy=is_policy(code, text),
        )

    def _failed(self, error: Exception) -> MailNotSent:
        """Permanent only where the server says so with a 5xx."""
        if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
            return MailNotSent(f"the mail server {self.host} refused: {_kind(error)}")
        return self._unavailable(error)

    def _unavailable(self, error: Exception) -> ServerUnavailable:
        return ServerUnavailable(f"the mail server {self.host} failed: {_kind(error)}")


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye if there is still somebody to say it to."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _kind(error: Exception) -> str:
    # The text of a server's answer may repeat addresses or credentials; its kind and number do not.
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    reason = getattr(error, "strerror", None)
    return f"{type(error).__name__} ({reason})" if reason else type(error).__name__
