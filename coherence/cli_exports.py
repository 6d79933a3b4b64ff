"""Commands that take results away: `coherence export`, `coherence export-answers`, `coherence catalogue`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from coherence.cli_waves import now, opened_database
from coherence.refusals import Refused, refusing

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)

console = Console(stderr=True, highlight=False)


def _use_catalogue(context: click.Context, option: click.Parameter, folder: Path | None) -> None:
    """Let this process, and those that it starts, read the firm's own texts; refuse a broken folder now."""
    from survey_forms.questionnaire import OWN_CATALOGUE, default_questionnaire

    if folder is not None:
        os.environ[OWN_CATALOGUE] = str(folder.resolve())
    with refusing():
        default_questionnaire()


catalogue_option = click.Option(
    ["--catalogue"],
    type=_FOLDER,
    expose_value=False,
    callback=_use_catalogue,
    help="Folder of a firm's own texts of recommendations and patterns (or set COHERENCE_CATALOGUE).",
)


@click.command("export")
@click.argument("results", type=_FOLDER, required=False)
@click.option("--wave", type=click.IntRange(min=1), default=None, help="Number of a published wave instead.")
@click.option("--format", "form", type=click.Choice(["xlsx", "csv", "json", "pdf", "zip"]), required=True,
              help="zip: one PDF for each department.")  # fmt: skip
@click.option("--out", type=_FILE, required=True, help="File to write.")
@click.option("--language", default="en", show_default=True)
@click.option("--mark/--no-mark", default=True, help="CSV begins with the mark by which Excel knows UTF-8.")
def export(results: Path | None, wave: int | None, form: Any, out: Path, language: str, mark: bool) -> None:
    """Write results as a file: those of a RESULTS folder that 'coherence score' made, or of a stored wave."""
    from coherence.use_cases.export_results import scored_ledger, stored_ledger, write_file

    if (results is None) == (wave is None):
        raise Refused(
            "Name either a results folder or a wave, as in: coherence export results --format xlsx ..."
        )
    with refusing(), Progress(console=console, transient=True, disable=form != "zip") as bar:
        if wave is not None:
            with opened_database() as database:
                ledger, answering = stored_ledger(database, wave)
        elif results is not None:
            ledger, answering = scored_ledger(results), None
        task = bar.add_task("Writing reports", total=None)
        write_file(
            ledger,
            form,
            out,
            language,
            mark=mark,
            answering=answering,
            tell=lambda done, of: bar.update(task, completed=done, total=of),
        )
    click.echo(out)


@click.command("export-answers")
@click.option("--wave", type=click.IntRange(min=1), required=True, help="Number of a published wave.")
@click.option("--by", "attribute", type=click.Choice(["level", "department"]), required=True,
              help="What is told of each person; the first export decides for good.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["sav", "csv"]), default="sav", show_default=True)
@click.option("--out", type=_FILE, required=True, help="File to write.")
@click.option("--language", default="en", show_default=True)
def answers(wave: int, attribute: Any, form: Any, out: Path, language: str) -> None:
    """Write the answers of a published wave for researchers; this is kept in the audit log."""
    from coherence.use_cases.export_answers import export_answers

    with refusing(), opened_database() as database:
        file = export_answers(database, wave, attribute, form, now=now(), language=language)
    out.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(file)
    click.echo(out)


@click.command("catalogue")
@click.option("--out", type=_FILE, required=True, help="Markdown file to write.")
def catalogue(out: Path) -> None:
    """Write the catalogue of patterns and recommendations for people to read."""
    from coherence.reports.files.catalogue_page import catalogue_page
    from survey_forms.questionnaire import default_questionnaire

    with refusing():
        page = catalogue_page(default_questionnaire())
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")
    click.echo(out)


def register(main: click.Group) -> None:
    """Add these commands, and the firm's own catalogue to all commands."""
    main.params.append(catalogue_option)
    for command in (export, answers, catalogue):
        main.add_command(command)
