"""The command line, as somebody would type it."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from coherence.cli import main


def run(*arguments: object) -> Result:
    """What a command prints, and how it ends."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def told(*arguments: object) -> dict[str, object]:
    """What a command that succeeds says as JSON."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, object] = json.loads(result.stdout)
    return answer
