"""The texts of messages, as templates: the first line is the subject."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from coherence.config import PACKAGE, templates_folder
from coherence.mail.message import Message


def render(name: str, *, to: str, **values: str) -> Message:
    """The message that templates/mail/NAME.txt becomes with these values.

    Raises:
        jinja2.UndefinedError: the text needs a value that is missing.
    """
    written = _templates().get_template(f"{name}.txt").render(values)
    subject, _, text = written.partition("\n")
    return Message(to, subject.removeprefix("Subject: ").strip(), text.strip() + "\n")


@lru_cache(maxsize=1)
def _templates() -> Environment:
    # Plain text: nothing is escaped.
    return Environment(
        loader=FileSystemLoader(templates_folder(PACKAGE) / "mail"),
        undefined=StrictUndefined,
        autoescape=False,
    )
