"""Commands for any table of answers: `coherence factors`, `coherence agreement`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from coherence.refusals import refusing

_FILE = click.Path(dir_okay=False, path_type=Path)
json_option = click.option("--json", "out", type=_FILE, required=True, help="File to write the results to.")


@click.command()
@click.argument("answers", type=_FILE)
@click.option("--items", default=None, help="Regular expression that the names of the items match.")
@click.option("--factors", default=None, type=click.IntRange(min=1), help="Number of factors; else by rule.")
@click.option("--method", default="minres", show_default=True, type=click.Choice(["minres", "ml"]))
@click.option("--rotation", default="oblimin", show_default=True,
              type=click.Choice(["none", "varimax", "promax", "oblimin"]))  # fmt: skip
@click.option("--cor", default="pearson", show_default=True, type=click.Choice(["pearson", "polychoric"]))
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Of the parallel analysis."
)
@json_option
def factors(answers: Path, out: Path, **options: Any) -> None:
    """Factor analysis and reliability of a table of ordinal items, missing answers included."""
    from coherence.use_cases.analyse_factors import analyse_factors

    with refusing():
        found = analyse_factors(answers, **options)
        _write(found, out)
    for line in _remarks(found):
        click.echo(line, err=True)


@click.command()
@click.argument("answers", type=_FILE)
@click.option("--group", required=True, help="Column that names the group of each row.")
@click.option("--items", required=True, help="Regular expression that the names of the items match.")
@click.option("--scale", nargs=2, type=float, default=None, help="Lowest and highest answer.")
@json_option
def agreement(answers: Path, out: Path, **options: Any) -> None:
    """Agreement inside groups and differences between them, of items or ready scale scores."""
    from coherence.use_cases.analyse_agreement import analyse_agreement

    with refusing():
        _write(analyse_agreement(answers, **options), out)


def _remarks(found: dict[str, Any]) -> Iterator[str]:
    """What somebody who looks at the numbers alone should know first."""
    if found["left_out"]:
        yield f"Left out, see left_out for the reasons: {', '.join(found['left_out'])}"
    for scale in found["scales"] or ["all items"]:
        if against := found["alpha"][scale].get("keyed_against"):
            yield f"{scale}: {', '.join(against)} answered against the rest; turn round before summing."


def _write(results: dict[str, Any], out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    unfinished = out.with_name(out.name + ".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(out)
    click.echo(out)
