"""How the command line says no: the message as it is, exit status 2, nothing written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from coherence.errors import CoherenceError
from coherence.use_cases.tables import BadTable

PROBLEMS_PRINTED = 50


class Refused(click.ClickException):
    """Bad input: says what is wrong; nothing was written."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the message as it is, line by line."""
        click.echo(self.message, err=True)


@contextmanager
def refusing() -> Iterator[None]:
    """Turn errors that a person can mend into a refusal."""
    try:
        yield
    except BadTable as bad:
        raise Refused(_listed(bad)) from bad
    except (CoherenceError, ValueError) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from error


def _listed(bad: BadTable) -> str:
    shown = [str(problem) for problem in bad.problems[:PROBLEMS_PRINTED]]
    if bad.found > len(shown):
        shown.append(f"... and {bad.found - len(shown)} more")
    count = "1 problem" if bad.found == 1 else f"{bad.found} problems"
    return "\n".join([*shown, f"{count}; nothing was written."])
