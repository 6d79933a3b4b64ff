"""The texts of messages, as templates: the first line is the subject."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from coherence.config import PACKAGE, templates_folder
from coherence.mail.message import Message
from coherence.mail.placeholders import WrittenText


def render(name: str, *, to: str, **values: str) -> Message:
    """The message that templates/mail/NAME.txt becomes with these values.

    Raises:
        jinja2.UndefinedError: the text needs a value that is missing.
    """
    subject, text = _parted(_templates().get_template(f"{name}.txt").render(values))
    return Message(to, subject, text)


@lru_cache(maxsize=32)
def proposed_text(kind: str, language: str) -> WrittenText:
    """The product's own invitation or reminder, in English where the language has none."""
    folder = templates_folder(PACKAGE) / "mail"
    own = folder / f"{kind}.{language}.txt"
    file = own if language.isalpha() and own.is_file() else folder / f"{kind}.txt"
    return WrittenText(*_parted(file.read_text(encoding="utf-8")))


def _parted(written: str) -> tuple[str, str]:
    subject, _, text = written.partition("\n")
    return subject.removeprefix("Subject: ").strip(), text.strip() + "\n"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    # Plain text: nothing is escaped.
    return Environment(
        loader=FileSystemLoader(templates_folder(PACKAGE) / "mail"),
        undefined=StrictUndefined,
        autoescape=False,
    )
