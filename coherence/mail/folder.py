"""An outbox that is a folder: nothing is sent, every message lies there to be read."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coherence.mail.message import Message, as_email
from coherence.mail.outbox import MailNotSent, Send


@dataclass(frozen=True)
class FolderOutbox:
    """Writes .eml files, readable by their owner only, since they hold links; names are in order of time."""

    folder: Path
    sender: str

    @property
    def bounces(self) -> str:
        """Nothing ever comes back from a folder."""
        return self.sender

    @contextmanager
    def connect(self) -> Iterator[Send]:
        """Make the folder where it is missing.

        Raises:
            MailNotSent: the folder cannot be written to.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise MailNotSent(f"the folder {self.folder} cannot be made: {error.strerror}") from error
        yield self._write

    def _write(self, message: Message) -> None:
        name = f"{time.time_ns()}-{secrets.token_hex(4)}"
        draft, final = self.folder / f".{name}", self.folder / f"{name}.eml"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(as_email(message, self.sender).as_bytes())
            draft.rename(final)
        except OSError as error:
            raise MailNotSent(f"no message can be written to {self.folder}: {error.strerror}") from error
