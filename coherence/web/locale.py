"""Language of a page: the one asked for in the address, else the browser's."""

from __future__ import annotations

from flask import Flask, request
from flask_babel import Babel, get_locale

from coherence.config import LANGUAGES
from survey_forms.questionnaire import ENGLISH, default_questionnaire


def choose(asked: str | None, accepted: str | None) -> str:
    """The language to speak.

    Args:
        asked: `lang` of the address.
        accepted: the best match of the browser's list, None where nothing matches.

    >>> choose("en", None), choose("tlh", None)
    ('en', 'en')
    """
    return asked if asked in LANGUAGES else accepted or LANGUAGES[0]


def select() -> str:
    """The language of this request."""
    return choose(request.args.get("lang"), request.accept_languages.best_match(LANGUAGES))


def questionnaire_language() -> str:
    """The language of this request, if the questionnaire has it; English otherwise."""
    language = str(get_locale())
    return language if language in default_questionnaire().languages else ENGLISH


def init_app(app: Flask) -> None:
    """Let templates translate, and know the language they are in."""
    Babel(app, default_locale=LANGUAGES[0], locale_selector=select)
    app.context_processor(lambda: {"locale": get_locale()})
