"""The command line of background work, mail and printed matter; and the worker inside `coherence serve`."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fixtures_commands import run, told
from fixtures_mail import Inbox, certificate, serving
from fixtures_service import an_open_survey, running_server
from fixtures_waves import NOW, a_draft
from sqlalchemy import update

from coherence.jobs.queue import add_job
from coherence.store import Database, Job, JobStatus, Person, upgrade
from coherence.use_cases.invite_people import start_invitations

ORGANISATION = ("--organisation", "Firm of Autumn")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance with a draft wave of 26 people without addresses."""
    monkeypatch.setenv("COHERENCE_INSTANCE", str(tmp_path))
    database = Database.connect(f"sqlite:///{tmp_path / 'coherence.sqlite'}")
    upgrade(database)
    a_draft(database)
    with database.write() as session:
        session.execute(update(Person).values(name="Ann"))
    database.dispose()
    return tmp_path


def test_slips_poster_and_paper_are_files_that_only_the_owner_reads(folder: Path) -> None:
    told("wave", "open", *ORGANISATION, "--name", "Autumn", "--sector", "RET", "--no-mail")
    made = {"slips": (), "poster": (), "paper": ("--level", "F")}
    for command, options in made.items():
        out = folder / f"{command}.pdf"
        told(command, *ORGANISATION, "--out", out, *options)
        assert out.read_bytes().startswith(b"%PDF")
        assert out.stat().st_mode & 0o077 == 0
    again = run("slips", *ORGANISATION, "--out", folder / "again.pdf")
    assert again.exit_code == 2
    assert "print anew" in again.output
    unknown = run("paper", *ORGANISATION, "--out", folder / "x.pdf", "--level", "F", "--language", "xx")
    assert unknown.exit_code == 2
    assert "no language 'xx'" in unknown.output


def test_times_and_periods_are_set_and_nonsense_is_refused(folder: Path) -> None:
    told("wave", "schedule", *ORGANISATION, "--zone", "Europe/Vilnius", "--closes", "2031-06-01 18:00")
    for arguments, message in (
        (("--zone", "Mars"), "“Mars” is no time zone"),
        (("--zone", "UTC", "--quiet", "night"), "--quiet takes two full hours"),
    ):
        refused = run("wave", "schedule", *ORGANISATION, *arguments)
        assert refused.exit_code == 2
        assert message in refused.output
    assert told("retention", *ORGANISATION) == {"roster_days": 30, "answer_years": 5}
    assert told("retention", *ORGANISATION, "--roster-days", 14)["roster_days"] == 14
    assert told("retention", *ORGANISATION) == {"roster_days": 14, "answer_years": 5}


def test_jobs_are_listed_with_progress_and_cancelled(folder: Path) -> None:
    database = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    with database.write() as session:
        job_id = add_job(session, "messages", "wave:1", now=NOW)
        session.execute(update(Job).values(done=1, total=3, note="waits for the end of the quiet hours"))
    database.dispose()
    listed = run("jobs").output
    assert "messages" in listed
    assert "33 %" in listed
    assert "quiet hours" in listed
    assert told("jobs", "cancel", job_id) == {"status": "cancelled"}
    assert "there is no job 99" in run("jobs", "cancel", 99).output


def test_a_test_message_says_how_it_went(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = run("mail", "test", "hr@acme.example")
    assert nowhere.exit_code == 2
    assert "No mail server is set" in nowhere.output
    inbox, pem = Inbox(), certificate(folder)
    with serving(inbox, pem) as port:
        for name, value in (
            ("SERVER", "127.0.0.1"),
            ("PORT", port),
            ("FROM", "survey@acme.example"),
            ("BOUNCES", "back-{}@acme.example"),
        ):
            monkeypatch.setenv(f"COHERENCE_MAIL_{name}", str(value))
        distrusted = run("mail", "test", "hr@acme.example")
        assert distrusted.exit_code == 2
        assert "cannot be trusted" in distrusted.output
        monkeypatch.setenv("COHERENCE_MAIL_CERTIFICATE", str(pem))
        sent = told("mail", "test", "hr@acme.example")
    assert sent["bounces come back to"] == "back-{}@acme.example"
    assert inbox.recipients == ["hr@acme.example"]
    monkeypatch.setenv("COHERENCE_MAIL_CERTIFICATE", str(folder / "missing.pem"))
    assert "correct mail_certificate" in run("mail", "test", "hr@acme.example").output


def test_bounces_need_a_mailbox(folder: Path) -> None:
    (folder / "mbox").write_text("")
    assert told("mail", "bounces", folder / "mbox") == {"reports": 0, "news": 0}
    assert "is no mailbox" in run("mail", "bounces", folder).output


def test_the_server_works_in_the_background_and_stops_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = an_open_survey(tmp_path / "state", 6)
    monkeypatch.setenv("COHERENCE_OUTBOX", str(tmp_path / "outbox"))
    with running_server(survey.instance):
        job_id = start_invitations(survey.database, survey.wave_id, now=datetime.now(UTC))
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with survey.database.read() as session:
                if session.get_one(Job, job_id).status is JobStatus.DONE:
                    break
            time.sleep(0.05)
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 6
    survey.database.dispose()
