"""Commands that run a whole diagnostic: `coherence org|roster|wave|report ...`."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from coherence.refusals import Refused, refusing

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)

console = Console(stderr=True, highlight=False)


def as_json(command: Callable[..., Any]) -> Callable[..., None]:
    """Let a command print its result as JSON or as plain lines; known errors become messages, status 2."""

    @click.option("--json", "json_wanted", is_flag=True, help="Print the result as JSON.")
    @wraps(command)
    def wrapped(*args: Any, json_wanted: bool, **kwargs: Any) -> None:
        with refusing():
            result = command(*args, **kwargs)
        if json_wanted:
            click.echo(json.dumps(result, default=str, ensure_ascii=False, indent=1))
        else:
            for key, value in result.items():
                click.echo(f"{key.replace('_', ' ')}: {_plain(value)}")

    return wrapped


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "".join(f"\n  {_plain(one)}" for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items())
    return "-" if value is None else str(value)


@contextmanager
def opened_database() -> Iterator[Any]:
    """The database of this machine, brought to the present schema."""
    from coherence.settings import Settings, instance
    from coherence.store import Database, upgrade

    instance().mkdir(parents=True, exist_ok=True)
    database = Database.connect(Settings().database)
    try:
        upgrade(database)
        yield database
    finally:
        database.dispose()


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


organisation_option = click.option("--organisation", required=True, help="Name of the organisation.")
wave_option = click.option("--wave", default=None, help="Name of the wave; the newest one if left out.")


@click.group()
def org() -> None:
    """Organisations and their departments."""


@org.command("create")
@click.argument("name")
@click.option("--sector", default="", help="Sector of the wordings; general if left out.")
@as_json
def org_create(name: str, sector: str) -> dict[str, Any]:
    """Make an organisation; its departments and people are given in the browser."""
    from coherence.use_cases.organisations import import_organisation

    with opened_database() as database:
        return asdict(import_organisation(database, None, name=name, sector=sector, now=now()))


@org.command("import")
@click.argument("departments", type=_FILE)
@click.option("--name", required=True, help="Name of the organisation.")
@click.option("--sector", default="", help="Sector of the wordings; general if left out.")
@as_json
def org_import(departments: Path, name: str, sector: str) -> dict[str, Any]:
    """Make an organisation, or add departments, from a CSV with the column department."""
    from coherence.use_cases.organisations import import_organisation

    with opened_database() as database:
        return asdict(import_organisation(database, departments, name=name, sector=sector, now=now()))


@click.group()
def roster() -> None:
    """The people who will be invited."""


@roster.command("import")
@click.argument("people", type=_FILE)
@organisation_option
@as_json
def roster_import(people: Path, organisation: str) -> dict[str, Any]:
    """Take people from a CSV: department, level, and email, reference or name."""
    from coherence.use_cases.rosters import import_roster

    with opened_database() as database, Progress(console=console, transient=True) as bar:
        task = bar.add_task("Importing people", total=1.0)
        imported = import_roster(
            database,
            people,
            organisation=organisation,
            now=now(),
            watch=lambda share: bar.update(task, completed=share),
        )
    return asdict(imported)


@click.group()
def wave() -> None:
    """A wave: one asking of one organisation, from opening to publication."""


@wave.command("open")
@organisation_option
@click.option("--name", required=True, help="Name of the wave, as in 'Autumn 2026'.")
@click.option("--k", default=5, show_default=True, type=click.IntRange(min=5), help="Smallest group shown.")
@click.option("--short", is_flag=True, help="Ask the short form of 18 statements.")
@click.option("--sector", default=None, help="Sector of the wordings; the organisation's if left out.")
@click.option("--mail/--no-mail", default=True, help="Send the invitations.")
@click.option("--escrow-holder", default=None, help="Who will hold a copy of the key; respondents are told.")
@as_json
def wave_open(
    organisation: str,
    name: str,
    k: int,
    short: bool,
    sector: str | None,
    mail: bool,
    escrow_holder: str | None,
) -> dict[str, Any]:
    """Freeze the roster, make the key, open the box, and send the invitations."""
    from coherence.settings import Settings
    from coherence.use_cases.launch_wave import launch_wave

    settings, outbox = Settings(), _outbox() if mail else None
    with opened_database() as database:
        opened = launch_wave(
            database,
            organisation=organisation,
            name=name,
            key_folder=settings.keys,
            now=now(),
            k=k,
            form="short" if short else "full",
            sector=sector,
            escrow_holder=escrow_holder,
        )
        sent = _mail(database, opened.wave_id, outbox, remind=False) if outbox else None
    return {
        "wave_id": opened.wave_id,
        "invited": opened.invited,
        "address": f"{settings.base_url}/survey/{opened.slug}",
        "kiosk": f"{settings.base_url}/kiosk/{opened.slug}",
        "mail": sent,
    }


@wave.command("status")
@organisation_option
@wave_option
@as_json
def wave_status(organisation: str, wave: str | None) -> dict[str, Any]:
    """Where a wave stands and roughly how many have answered; counted once a day."""
    from coherence.use_cases.wave_status import wave_status

    with opened_database() as database:
        found = asdict(wave_status(database, wave_number(database, organisation, wave), now=now()))
    for rate in found["rates"]:
        rate["unit"] = " / ".join(rate["unit"])
        rate["levels"] = "".join(rate["levels"])
    return found | {"rates": list(found["rates"])}


@wave.command("remind")
@organisation_option
@wave_option
@as_json
def wave_remind(organisation: str, wave: str | None) -> dict[str, Any]:
    """Send a message to everybody who has not answered; nobody is told to whom or to how many."""
    outbox = _outbox()
    with opened_database() as database:
        return _mail(database, wave_number(database, organisation, wave), outbox, remind=True)


@wave.command("codes")
@organisation_option
@wave_option
@click.option("--out", type=_FILE, required=True, help="CSV to print slips from; the codes are shown once.")
@as_json
def wave_codes(organisation: str, wave: str | None, out: Path) -> dict[str, Any]:
    """Write a code for everybody without an e-mail address."""
    from coherence.settings import Settings
    from coherence.use_cases.launch_wave import address_name
    from coherence.use_cases.slips import write_codes

    settings = Settings()
    with opened_database() as database:
        wave_id = wave_number(database, organisation, wave)
        slips = write_codes(database, wave_id, secret=_secret(), now=now())
        slug = address_name(database, wave_id)
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["department", "level", "name", "code"])
        writer.writerows([_cell(slip.department), slip.level, _cell(slip.name), slip.code] for slip in slips)
    return {"codes": len(slips), "file": out, "address": f"{settings.base_url}/survey/{slug}"}


@wave.command("close")
@organisation_option
@wave_option
@click.option("--escrow-deleted/--escrow-kept", default=None, help="Answer of who holds a copy of the key.")
@click.option("--yes", is_flag=True, help="Do not ask; closing cannot be undone.")
@as_json
def wave_close(organisation: str, wave: str | None, escrow_deleted: bool | None, yes: bool) -> dict[str, Any]:
    """Empty the box in random order and destroy the key. Run again after a crash, it goes on."""
    from coherence.settings import Settings
    from coherence.use_cases.close_wave import close_wave
    from coherence.use_cases.escrow_key import escrow_holder

    if not yes:
        click.confirm("A closed wave never opens again, and the key is destroyed. Close it?", abort=True)
    with opened_database() as database:
        wave_id = wave_number(database, organisation, wave)
        holder = escrow_holder(database, wave_id)
        if holder is not None and escrow_deleted is None and not yes:
            escrow_deleted = click.confirm(f"{holder} holds a copy of the key. Is the copy deleted?")
        report = close_wave(
            database,
            wave_id,
            key_folder=Settings().keys,
            clock=now,
            escrow_deleted=escrow_deleted,
            watch=lambda step: console.print(f"· {step.value}"),
        )
    return asdict(report)


@wave.command("publish")
@organisation_option
@wave_option
@as_json
def wave_publish(organisation: str, wave: str | None) -> dict[str, Any]:
    """Compute the results of a closed wave, once, and freeze them."""
    from coherence.use_cases.publish_wave import publish_wave

    with opened_database() as database:
        wave_id = wave_number(database, organisation, wave)
        ledger = publish_wave(database, wave_id, now=now())
    return {"wave_id": wave_id, "wave": ledger.wave, "cells": len(ledger.cells)}


@click.command()
@organisation_option
@wave_option
@click.option("--out", type=_FOLDER, required=True, help="Folder for scores.json and report.pdf.")
@as_json
def report(organisation: str, wave: str | None, out: Path) -> dict[str, Any]:
    """Write the published results of a wave as files."""
    from coherence.use_cases.publish_wave import published_ledger
    from coherence.use_cases.score_files import REPORT, SCORES, write_results

    with opened_database() as database:
        ledger = published_ledger(database, wave_number(database, organisation, wave))
    write_results(ledger, out)
    return {"scores": out / SCORES, "report": out / REPORT}


def wave_number(database: Any, organisation: str, name: str | None) -> int:
    """The number of a wave by its name; of the newest one without a name."""
    from coherence.use_cases.launch_wave import wave_named

    with database.read() as session:
        return wave_named(session, organisation, name).id


def _secret() -> bytes:
    from coherence.config import token_secret
    from coherence.settings import instance

    return token_secret(instance())


def _outbox() -> Any:
    """The way out for messages.

    Raises:
        Refused: none is set; says how to set one.
    """
    from coherence.mail.ways_out import configured_outbox
    from coherence.settings import Settings

    outbox = configured_outbox(Settings())
    if outbox is None:
        raise Refused(
            "No message can be sent: set COHERENCE_MAIL_SERVER and COHERENCE_MAIL_FROM, or COHERENCE_OUTBOX "
            "for a folder that messages are written to."
        )
    return outbox


def _mail(database: Any, wave_id: int, outbox: Any, *, remind: bool) -> dict[str, Any]:
    """One round of messages with a progress bar."""
    from coherence.settings import Settings
    from coherence.use_cases.invite_people import send_invitations, send_reminders

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Sending messages", total=1.0)
        mailing = (send_reminders if remind else send_invitations)(
            database,
            wave_id,
            secret=_secret(),
            outbox=outbox,
            base_url=Settings().base_url,
            now=now(),
            watch=lambda share: bar.update(task, completed=share),
        )
    return asdict(mailing)


def _cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
