"""The real service: `coherence serve` as a process of its own, and people who answer it over HTTP."""

from __future__ import annotations

import html
import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from sqlalchemy import func, select

from coherence.ballots.admission import issue_code, issue_link
from coherence.config import token_secret
from coherence.demo.server import free_port
from coherence.store import Comment, Database, Invitation, SealedBallot, Wave, upgrade
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.launch_wave import launch_wave
from coherence.use_cases.organisations import import_organisation
from coherence.use_cases.rosters import import_roster

PATIENCE_SECONDS = 60.0
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class OpenSurvey:
    """A wave that takes answers, in an instance folder that a server can be started on."""

    instance: Path
    database: Database
    wave_id: int
    invitations: tuple[int, ...]

    @property
    def secret(self) -> bytes:
        return token_secret(self.instance)

    @property
    def slug(self) -> str:
        with self.database.read() as session:
            return session.get_one(Wave, self.wave_id).slug

    def link(self, invitation: int) -> str:
        with self.database.write() as session:
            return f"/i/{issue_link(session, self.secret, invitation)}"

    def code(self, invitation: int) -> str:
        with self.database.write() as session:
            return issue_code(session, self.secret, invitation)

    def used(self) -> set[int]:
        """The invitations whose answers were received."""
        with self.database.read() as session:
            return set(session.scalars(select(Invitation.id).where(Invitation.used)))

    def ballots(self) -> int:
        with self.database.read() as session:
            return session.scalars(select(func.count()).select_from(SealedBallot)).one()

    def close(self) -> list[str]:
        """Close the wave; gives all comments."""
        close_wave(self.database, self.wave_id, key_folder=self.instance / "keys", clock=now)
        with self.database.read() as session:
            return list(session.scalars(select(Comment.text)))


def an_open_survey(instance: Path, people: int, *, department: str = "Sales") -> OpenSurvey:
    """A new instance folder with one department whose people are all invited."""
    instance.mkdir(parents=True, exist_ok=True)
    database = Database.connect(f"sqlite:///{instance / 'coherence.sqlite'}")
    upgrade(database)
    tree, roster = instance / "tree.csv", instance / "people.csv"
    quoted = '"' + department.replace('"', '""') + '"'
    tree.write_text(f"department\n{quoted}\n")
    rows = [f"{quoted},F,person{number}@people.example" for number in range(people)]
    roster.write_text("\n".join(["department,level,email", *rows]) + "\n")
    import_organisation(database, tree, name="Acme", now=now())
    import_roster(database, roster, organisation="Acme", now=now())
    for file in (tree, roster):
        file.unlink()
    opened = launch_wave(
        database, organisation="Acme", name="Autumn", key_folder=instance / "keys", now=now()
    )
    with database.read() as session:
        invitations = tuple(session.scalars(select(Invitation.id).order_by(Invitation.id)))
    return OpenSurvey(instance, database, opened.wave_id, invitations)


@dataclass
class Server:
    """`coherence serve` on a port of its own; everything it writes is kept."""

    instance: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    _said: list[str] = field(default_factory=list)
    _reading: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        command = [sys.executable, "-m", "coherence.cli", "serve", "--port", str(self.port)]
        environment = {**os.environ, "COHERENCE_INSTANCE": str(self.instance), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout
        reading = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        reading.start()
        self._reading.append(reading)
        self._wait()

    def kill(self) -> None:
        """As kill -9 does: the process has no chance to tidy up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    @property
    def log(self) -> str:
        """Everything written to standard output and standard error so far."""
        return "".join(self._said)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait()
        self._reading[-1].join()
        if self.process.stdout:
            self.process.stdout.close()
        self.process = None

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._said.append(line)

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            assert self.process
            assert self.process.poll() is None, self.log
            try:
                if Browser(self.port).open("/").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"the server did not come up: {self.log}")


@contextmanager
def running_server(instance: Path) -> Iterator[Server]:
    """A server that has come up, and is stopped at the end of the block."""
    server = Server(instance)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@dataclass(frozen=True)
class Reply:
    """What came back; location: where a redirect leads."""

    status: int
    text: str
    location: str = ""

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page, as a browser would send them."""
        return {name: html.unescape(value) for name, value in HIDDEN.findall(self.text)}


@dataclass
class Browser:
    """A browser without JavaScript, at a port of this machine; it follows no redirect by itself."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, path: str, form: Mapping[str, str] | None = None) -> Reply:
        """GET, or POST with a form.

        Raises:
            OSError, http.client.HTTPException: nobody answers, or stops in the middle.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body, headers["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
        try:
            connection.request("GET" if form is None else "POST", path, body, headers)
            answer = connection.getresponse()
            content = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Reply(answer.status, content, answer.headers.get("Location", ""))

    def walk(self, link: str, answers: Mapping[str, str]) -> dict[str, str]:
        """From the link over the long page to the review; gives the form that Send would post."""
        assert self.open(link).status == 303
        page = self.open("/answer/page/0")
        review = self.open("/answer/review", page.hidden | dict(answers))
        assert review.status == 200, review.status
        return review.hidden

    def send(self, form: Mapping[str, str]) -> bool:
        """Press Send; whether the thank-you came."""
        answer = self.open("/answer/send", form)
        return (answer.status, answer.location) == (303, "/answer/thanks")
