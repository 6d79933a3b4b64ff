"""Commands about a copy of a wave's key: `coherence wave escrow ...`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from coherence.cli_waves import as_json, now, opened_database, organisation_option, wave_number, wave_option

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def escrow() -> None:
    """A copy of an open wave's key under a passphrase, for its holder, in case the key is lost."""


_passphrase_option = click.option(
    "--passphrase", prompt="Passphrase", hide_input=True, envvar="COHERENCE_ESCROW_PASSPHRASE",
    help="16 characters or more; better typed when asked, or in COHERENCE_ESCROW_PASSPHRASE.",
)  # fmt: skip


@escrow.command("copy")
@organisation_option
@wave_option
@click.option("--out", type=_FILE, required=True, help="File to hand to the holder, on paper or a stick.")
@_passphrase_option
@as_json
def escrow_copy(organisation: str, wave: str | None, out: Path, passphrase: str) -> dict[str, Any]:
    """Copy the key for the holder whom the respondents are told; the holder alone knows the passphrase."""
    from coherence.settings import Settings
    from coherence.use_cases.escrow_key import copy_key

    with opened_database() as database:
        wave_id = wave_number(database, organisation, wave)
        copy = copy_key(database, wave_id, key_folder=Settings().keys, passphrase=passphrase, now=now())
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(copy)
    return {"file": out}


@escrow.command("restore")
@click.argument("copy", type=_FILE)
@organisation_option
@wave_option
@_passphrase_option
@as_json
def escrow_restore(copy: Path, organisation: str, wave: str | None, passphrase: str) -> dict[str, Any]:
    """Put a lost key back from COPY, so that the wave can be closed."""
    from coherence.settings import Settings
    from coherence.use_cases.escrow_key import restore_lost_key

    settings = Settings()
    with opened_database() as database:
        restore_lost_key(
            database,
            wave_number(database, organisation, wave),
            copy.read_bytes(),
            key_folder=settings.keys,
            passphrase=passphrase,
            now=now(),
        )
    return {"key_folder": settings.keys}
