"""Commands for work that goes on by itself, for mail, and for printed matter."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from coherence.cli_waves import as_json, now, opened_database, organisation_option, wave, wave_option
from coherence.refusals import Refused, refusing

_FILE = click.Path(dir_okay=False, path_type=Path)
_MAILBOX = click.Path(exists=True, path_type=Path)

console = Console(stderr=True, highlight=False)

language_option = click.option("--language", default="en", show_default=True, help="Language, such as lt.")
out_option = click.option("--out", type=_FILE, required=True, help="PDF to write.")


@click.command()
@click.option("--threads", default=1, show_default=True, type=click.IntRange(1, 16), help="Jobs at a time.")
def worker(threads: int) -> None:
    """Do background work without serving pages, until it is stopped.

    'coherence serve' has one worker of its own; this is for more, or for other machines.
    """
    from coherence.jobs.worker import working
    from coherence.settings import Settings
    from coherence.use_cases.background import local_workplace

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with refusing(), opened_database() as database:
        place = local_workplace(Settings(), database)
        with working(database, place.perform, place.tend, threads):
            console.print("Working (stop with Ctrl+C)")
            stop.wait()


@click.group(invoke_without_command=True)
@click.pass_context
@as_json
def jobs(context: click.Context) -> dict[str, Any]:
    """Background work, the newest first."""
    from coherence.jobs.listing import shown_jobs

    if context.invoked_subcommand:
        return {}
    with opened_database() as database, database.read() as session:
        found = shown_jobs(session)
    return {
        "jobs": [
            {
                "id": job.id,
                "work": job.kind,
                "about": job.subject,
                "status": "cancelling" if job.cancelling else job.status.value,
                "progress": "-" if job.percent is None else f"{job.percent} %",
                "words": job.words,
            }
            for job in found
        ]
    }


@jobs.command("cancel")
@click.argument("number", type=int)
@as_json
def jobs_cancel(number: int) -> dict[str, Any]:
    """Cancel a job: a waiting one at once, a running one after its next step. What is done stays done."""
    from coherence.jobs.queue import cancel_job

    with opened_database() as database:
        return {"status": cancel_job(database, number, now()).value}


@click.group()
def mail() -> None:
    """The way out for messages, and what comes back."""


@mail.command("test")
@click.argument("address")
@as_json
def mail_test(address: str) -> dict[str, Any]:
    """Send one message to ADDRESS and say how it went."""
    from coherence.accounts.addresses import checked_address
    from coherence.mail.texts import render

    outbox = _outbox()
    message = render("test", to=checked_address(address))
    with outbox.connect() as send:
        send(message)
    return {"sent": "yes", "from": outbox.sender, "bounces come back to": outbox.bounces}


@mail.command("bounces")
@click.argument("mailbox", type=_MAILBOX)
@as_json
def mail_bounces(mailbox: Path) -> dict[str, Any]:
    """Read reports of failed delivery from a Maildir or mbox; HR then sees who could not be reached."""
    from coherence.use_cases.undelivered import take_bounces

    with opened_database() as database:
        return asdict(take_bounces(database, mailbox, secret=_secret()))


@wave.command("schedule")
@organisation_option
@wave_option
@click.option("--zone", required=True, help="Time zone, such as Europe/Vilnius.")
@click.option("--opens", type=click.DateTime(["%Y-%m-%d %H:%M"]), default=None, help="By hand if left out.")
@click.option("--closes", type=click.DateTime(["%Y-%m-%d %H:%M"]), default=None, help="By hand if left out.")
@click.option("--quiet", default="20-7", show_default=True, help="Hours without messages; 0-0 for none.")
@as_json
def wave_schedule(
    organisation: str,
    wave: str | None,
    zone: str,
    opens: datetime | None,
    closes: datetime | None,
    quiet: str,
) -> dict[str, Any]:
    """Open and close a wave by the clock of its place, and send no messages at night."""
    from coherence.use_cases.timetables import set_timetable

    begin, dash, end = quiet.partition("-")
    if not (dash and begin.isdecimal() and end.isdecimal()):
        raise Refused(f"--quiet takes two full hours, such as 20-7; not {quiet}")
    with opened_database() as database:
        set_timetable(
            database,
            _wave_id(database, organisation, wave),
            time_zone=zone,
            opens=opens,
            closes=closes,
            now=now(),
            quiet_hours=(int(begin), int(end)),
        )
    return {"opens": opens or "by hand", "closes": closes or "by hand", "zone": zone, "quiet": quiet}


@click.command()
@organisation_option
@wave_option
@out_option
@click.option("--anew", is_flag=True, help="New codes for all; slips printed earlier then lead nowhere.")
@as_json
def slips(organisation: str, wave: str | None, out: Path, anew: bool) -> dict[str, Any]:
    """Print slips for people without e-mail who have none yet. The codes are made now and shown this once."""
    from coherence.settings import Settings
    from coherence.use_cases.slips import print_slips

    with opened_database() as database:
        printed = print_slips(
            database,
            _wave_id(database, organisation, wave),
            secret=_secret(),
            base_url=Settings().base_url,
            now=now(),
            anew=anew,
        )
    _write(out, printed.pdf)
    return {"slips": printed.slips, "file": out, "note": "delete the file once it is printed"}


@click.command()
@organisation_option
@wave_option
@out_option
@language_option
@as_json
def poster(organisation: str, wave: str | None, out: Path, language: str) -> dict[str, Any]:
    """Print the poster with the address of the kiosk; it holds nothing personal."""
    from coherence.settings import Settings
    from coherence.use_cases.slips import print_poster

    with opened_database() as database:
        wave_id = _wave_id(database, organisation, wave)
        _write(out, print_poster(database, wave_id, base_url=Settings().base_url, language=language))
    return {"file": out}


@click.command()
@organisation_option
@wave_option
@out_option
@language_option
@click.option("--level", required=True, type=click.Choice(["T", "M", "F", "S"]), help="Who fills it in.")
@click.option("--sector", default=None, help="Sector of the wordings; the wave's if left out.")
@as_json
def paper(
    organisation: str, wave: str | None, out: Path, language: str, level: str, sector: str | None
) -> dict[str, Any]:
    """Print the questionnaire on paper, with a strip for the code of the person's slip."""
    from coherence.use_cases.paper import print_paper
    from scoring.vocabulary import Level
    from survey_forms.questionnaire import NotInQuestionnaire

    with opened_database() as database:
        wave_id = _wave_id(database, organisation, wave)
        try:
            pdf = print_paper(database, wave_id, level=Level(level), language=language, sector=sector)
        except NotInQuestionnaire as error:
            raise Refused(str(error)) from error
    _write(out, pdf)
    return {"file": out}


@click.command()
@organisation_option
@click.option("--roster-days", type=click.IntRange(1, 3650), default=None, help="After the last closing.")
@click.option("--answer-years", type=click.IntRange(1, 50), default=None, help="After the closing.")
@as_json
def retention(organisation: str, roster_days: int | None, answer_years: int | None) -> dict[str, Any]:
    """Show, or set, how long an organisation's roster and answers stay."""
    from coherence.use_cases.organisations import organisation_named
    from coherence.use_cases.retention import periods, set_periods

    with opened_database() as database:
        with database.read() as session:
            organisation_id = organisation_named(session, organisation).id
            days, years = periods(session, organisation_id)
        days, years = roster_days or days, answer_years or years
        if roster_days or answer_years:
            set_periods(database, organisation_id, roster_days=days, answer_years=years, now=now())
    return {"roster_days": days, "answer_years": years}


def _write(out: Path, content: bytes) -> None:
    """Readable by its owner only: a slip is a way in."""
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)


def _wave_id(database: Any, organisation: str, name: str | None) -> int:
    from coherence.use_cases.launch_wave import wave_named

    with database.read() as session:
        return wave_named(session, organisation, name).id


def _secret() -> bytes:
    from coherence.config import token_secret
    from coherence.settings import instance

    return token_secret(instance())


def _outbox() -> Any:
    from coherence.mail.ways_out import configured_outbox
    from coherence.settings import Settings

    outbox = configured_outbox(Settings())
    if outbox is None:
        raise Refused("No mail server is set: set mail_server and mail_from in coherence.toml.")
    return outbox


COMMANDS = (worker, jobs, mail, slips, poster, paper, retention)
