"""The command line: `coherence ...`. Parses, calls one use case, prints; decides nothing."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.progress import Progress

from coherence.cli_analyses import agreement, factors
from coherence.cli_escrow import escrow
from coherence.cli_exports import register as register_exports
from coherence.cli_users import user
from coherence.cli_waves import org, report, roster, wave
from coherence.cli_work import COMMANDS
from coherence.refusals import Refused, refusing
from scoring.disclosure import LOWEST_THRESHOLD

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)

console = Console(stderr=True, highlight=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="coherence-survey", prog_name="coherence")
def main() -> None:
    """Coherence: what a firm says, what it enables, what it does."""


def _sector_option(command: Callable[..., None]) -> Callable[..., None]:
    from survey_forms.questionnaire import packaged_questionnaire

    sectors = click.Choice(packaged_questionnaire().sectors, case_sensitive=False)
    return click.option("--sector", type=sectors, default=None, help="Sector whose wordings were used.")(
        command
    )


@main.command()
@click.argument("answers", type=_FILE)
@click.option("--headcounts", type=_FILE, required=True, help="CSV: department, level, invited.")
@click.option("--out", type=_FOLDER, required=True, help="Folder for scores.json and report.pdf.")
@click.option("--wave", default="1", show_default=True, help="Name of the wave, printed in the report.")
@click.option("--k", default=LOWEST_THRESHOLD, show_default=True, type=click.IntRange(min=LOWEST_THRESHOLD),
              help="Fewest people in anything that is shown.")  # fmt: skip
@click.option("--short", is_flag=True, help="The 18 items of the short form were asked.")
@_sector_option
@click.option(
    "--facts", type=_FILE, default=None, help="CSV: code (M01 to C05), answer (yes, partly, no), note."
)
@click.option("--outcomes", type=_FILE, default=None,
              help="CSV: department, period, columns such as mystery_shopping.")  # fmt: skip
@click.option("--previous", type=_FOLDER, default=None, help="Results of an earlier wave to compare with.")
@click.option("--previous-moments", type=_FILE, default=None,
              help="What its run kept with --keep-moments; else moments.json in that folder.")  # fmt: skip
@click.option("--months", type=click.FloatRange(min=0), default=0.0, help="Months since that wave.")
@click.option("--keep-moments", type=_FILE, default=None,
              help="CONFIDENTIAL file to keep for the comparison with the next wave.")  # fmt: skip
def score(
    answers: Path, headcounts: Path, out: Path, wave: str, k: int, short: bool, sector: str | None,
    facts: Path | None, outcomes: Path | None, previous: Path | None, previous_moments: Path | None,
    months: float, keep_moments: Path | None,
) -> None:  # fmt: skip
    """Score a file of ANSWERS by department and level, and write the report.

    One row a person: department (path with "/"), level (T, M, F, S), items D1a to B6c with 1-5, DK or
    empty; optional X1, X2, X3. A missing item column means not asked.
    """
    from coherence.use_cases.score_files import REPORT, SCORES, Beside, score_files

    if previous is None and (previous_moments is not None or months):
        raise Refused("--previous-moments and --months belong to an earlier wave; name it with --previous")
    with refusing():
        ledger = score_files(
            answers,
            headcounts,
            out,
            wave=wave,
            k=k,
            form="short" if short else "full",
            sector=sector or "",
            beside=Beside(facts, outcomes, previous, previous_moments, months),
            keep=keep_moments,
            tell=_tell,
        )
    if not ledger.cells:
        console.print(f"Fewer than {k} valid answers: nothing can be shown. The report says so.")
    click.echo(f"{out / SCORES}\n{out / REPORT}")
    if keep_moments is not None:
        click.echo(keep_moments)
        console.print(
            f"{keep_moments} is confidential: it holds sums of answers in every group.", soft_wrap=True
        )


@main.command()
@click.option("--out", type=_FOLDER, required=True, help="Folder for answers.csv and headcounts.csv.")
@click.option("--employees", default=300, show_default=True, type=click.IntRange(min=12))
@click.option("--departments", default=12, show_default=True, type=click.IntRange(min=1))
@click.option("--scenario", "scenario_name", default="S2", show_default=True, help="S0 to S23 (method 7.4).")
@click.option("--seed", default=1, show_default=True)
def simulate(out: Path, employees: int, departments: int, scenario_name: str, seed: int) -> None:
    """Write the answers of a made-up company whose truth is known."""
    from coherence.use_cases.simulate_files import ANSWERS, HEADCOUNTS, simulate_files

    with refusing():
        simulate_files(
            out, employees=employees, departments=departments, seed=seed, scenario_name=scenario_name
        )
    click.echo(f"{out / ANSWERS}\n{out / HEADCOUNTS}")


@main.command()
@click.option("--results", type=_FOLDER, default=None, help="A folder that 'coherence score' has written.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--worker/--no-worker", default=True, help="Do background work too.")
def serve(results: Path | None, host: str, port: int, worker: bool) -> None:
    """Show the questionnaire and the results in the browser, and do background work."""
    _serve(results, host, port, worker)


@main.command()
@click.option("--out", type=_FOLDER, default=Path("demo"), show_default=True, help="Folder for all files.")
@click.option("--employees", default=300, show_default=True, type=click.IntRange(min=12))
@click.option("--seed", default=1, show_default=True)
@click.option("--serve/--no-serve", "serving", default=True, help="End by showing everything in the browser.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo(out: Path, employees: int, seed: int, serving: bool, host: str, port: int) -> None:
    """Take a made-up company through a whole survey: invited, answered over HTTP, closed, reported."""
    from coherence.demo.run import OUTBOX, Demonstration
    from coherence.demo.server import ServerFailed, free_port, running

    port = port if serving else free_port()
    out = out.resolve()
    show = Demonstration(out, f"http://{host}:{port}", employees, seed, _tell)
    with refusing():
        people = show.invite()
    environment = {"COHERENCE_INSTANCE": str(show.state), "COHERENCE_BASE_URL": show.base_url,
                   "COHERENCE_OUTBOX": str(out / OUTBOX)}  # fmt: skip
    try:
        with running(["--results", str(out)], environment, host, port) as server:
            with Progress(console=console, transient=True) as bar:
                task = bar.add_task("Answering", total=len(people))
                show.answer(people, server, lambda: bar.advance(task))
            show.finish()
            for name in ("answers.csv", "headcounts.csv", "scores.json", "report.pdf"):
                click.echo(out / name)
            if serving:
                for role, link in show.sign_in_links().items():
                    console.print(f"Sign in once as {role}: {link}", soft_wrap=True)
                console.print(f"Coherence is at {show.base_url} (stop with Ctrl+C)")
                signal.pause()
    except ServerFailed as error:
        raise Refused(f"the server did not start: {error}; is port {port} taken? Try --port") from error
    except KeyboardInterrupt:
        console.print("Stopped.")


def _serve(results: Path | None, host: str, port: int, worker: bool) -> None:
    import waitress

    from coherence import create_app
    from coherence.jobs.worker import working
    from coherence.settings import Settings, instance
    from coherence.use_cases.background import local_workplace
    from coherence.web.services import local_services

    config: dict[str, object] = {"RESULTS_DIR": results.resolve() if results else None}
    with refusing():
        instance().mkdir(parents=True, exist_ok=True)
        settings = Settings()
        services = local_services(settings)
        app = create_app(config | {"SERVICES": services})
        place = local_workplace(settings, services.database)
    # It warns whenever a request waits a moment for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    scheme = urlsplit(settings.base_url).scheme
    console.print(f"Coherence is at http://{host}:{port} (stop with Ctrl+C)")
    # Like Ctrl+C: a job in the middle commits its step first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    background = working(services.database, place.perform, place.tend) if worker else nullcontext()
    try:
        with background:
            waitress.serve(app, host=host, port=port, ident="", threads=8, url_scheme=scheme)
    except OSError as error:
        raise Refused(f"port {port} on {host} cannot be used ({error.strerror}); try --port") from error


def _tell(step: str) -> None:
    console.print(f"· {step}")


main.add_command(agreement)
main.add_command(factors)
main.add_command(org)
main.add_command(roster)
main.add_command(user)
main.add_command(wave)
wave.add_command(escrow)
main.add_command(report)
for command in COMMANDS:
    main.add_command(command)
register_exports(main)


if __name__ == "__main__":
    sys.exit(main())
