"""A mail server of our own for measuring: real SMTP with STARTTLS, in a process of its own.

It says "taken" only after it has noted the message, one line each: recipient and envelope sender.
"""

from __future__ import annotations

import multiprocessing
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"


def certificate(folder: Path) -> Path:
    """A certificate for this machine that nobody else believes, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@dataclass
class Noting:
    """Takes every message and notes it in a file before it says so."""

    file: Path

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """A whole message has come."""
        with self.file.open("a", encoding="ascii") as notes:
            notes.write(f"{envelope.rcpt_tos[0]} {envelope.mail_from}\n")
        return "250 OK"


class SmtpServer(Controller):
    """A server on a free port; certificate: offers STARTTLS. options: of aiosmtpd's SMTP."""

    def __init__(self, handler: Any, certificate: Path | None, **options: Any) -> None:
        super().__init__(handler, hostname=HOST, port=0)
        self._options = options
        if certificate is not None:
            self._options["tls_context"] = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._options["tls_context"].load_cert_chain(certificate)

    def factory(self) -> SMTP:
        """One connection."""
        return SMTP(self.handler, **self._options)

    def _trigger_server(self) -> None:
        # Asked for port 0, the system chose one; the controller would knock at 0.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(notes: Path, pem: Path) -> Iterator[int]:
    """The server in a process of its own until the block ends; gives its port."""
    notes.touch()
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, notes, pem), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        process.join()


def _serve(pipe: Connection, notes: Path, pem: Path) -> None:
    server = SmtpServer(Noting(notes), pem)
    server.start()
    pipe.send(server.port)
    pipe.recv()
    server.stop()
