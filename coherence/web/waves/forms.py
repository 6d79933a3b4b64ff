"""The forms of the survey pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from coherence.use_cases.waves.draft import HIGHEST_THRESHOLD, LONGEST_NAME, EarlierWave
from coherence.web.account.forms import AccountForm
from scoring.answers import Path
from scoring.disclosure import LOWEST_THRESHOLD
from survey_forms.extra_questions import LONGEST_TEXT

MINUTES: Final = "%Y-%m-%dT%H:%M"


class NewSurveyForm(AccountForm):
    """The name, and what is taken over from an earlier survey."""

    name = StringField(
        _("Name"),
        [
            InputRequired(_("Type a name, such as Autumn 2026.")),
            Length(max=LONGEST_NAME, message=_("Please shorten the name to 200 characters.")),
        ],
    )
    copy_of = SelectField(_("Begin with"))

    def offer(self, earlier: Iterable[EarlierWave]) -> None:
        """The surveys that can be copied."""
        self.copy_of.choices = [
            *(
                SelectChoice(str(one.wave_id), gettext("a copy of “%(name)s”", name=one.name))
                for one in earlier
            ),
            SelectChoice("", gettext("the product’s proposals")),
        ]


class QuestionnaireForm(AccountForm):
    """Length, sector and modules."""

    form = RadioField(
        _("Length"),
        choices=[SelectChoice("full", ""), SelectChoice("short", "")],
        validators=[InputRequired(_("Choose the full or the short form."))],
    )
    sector = SelectField(_("Examples in the statements come from"))
    modules = SelectMultipleField(_("Optional modules"))


class OwnQuestionForm(AccountForm):
    """What is answered; what is asked stands in fields of each language (own_question_form)."""

    kind = RadioField(
        _("Answered by"),
        choices=[SelectChoice("agreement", ""), SelectChoice("choice", "")],
        default="agreement",
        validators=[InputRequired(_("Choose how it is answered."))],
    )

    def text(self, language: str) -> Any:
        """The question in one language."""
        return self[f"text_{language}"]

    def options(self, language: str) -> Any:
        """What one chooses from, in one language."""
        return self[f"options_{language}"]


def own_question_form(languages: Iterable[str]) -> OwnQuestionForm:
    """A form for an own question in these languages."""
    fields: dict[str, Any] = {}
    for language in languages:
        fields[f"text_{language}"] = TextAreaField(
            _("Question or statement"),
            render_kw={"rows": 2, "maxlength": LONGEST_TEXT, "lang": language},
        )
        fields[f"options_{language}"] = TextAreaField(
            _("Answers to choose from"), render_kw={"rows": 4, "lang": language}
        )
    made: OwnQuestionForm = type("OwnQuestionInLanguages", (OwnQuestionForm,), fields)()
    return made


class ThresholdForm(AccountForm):
    """The smallest group that is ever shown."""

    k = IntegerField(
        _("Smallest group ever shown"),
        [
            InputRequired(_("Type a number of people.")),
            NumberRange(LOWEST_THRESHOLD, HIGHEST_THRESHOLD, _("At least 5 people, at most 1,000.")),
        ],
        render_kw={"type": "number", "min": str(LOWEST_THRESHOLD), "inputmode": "numeric"},
    )


class DatesForm(AccountForm):
    """When the survey opens and closes, on which clock, and when nobody is written to."""

    time_zone = StringField(
        _("Time zone"),
        [InputRequired(_("Choose a time zone, such as Europe/Warsaw."))],
        render_kw={"list": "zones", "autocomplete": "off"},
    )
    opens = DateTimeLocalField(_("Opens"), [Optional()], format=MINUTES)
    closes = DateTimeLocalField(_("Closes"), [Optional()], format=MINUTES)
    quiet_from = SelectField(_("No messages from"), coerce=int)
    quiet_until = SelectField(_("until"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = [SelectChoice(hour, f"{hour:02}:00") for hour in range(24)]
        self.quiet_from.choices = self.quiet_until.choices = hours


class MessageForm(AccountForm):
    """A text of one's own."""

    subject = StringField(_("Subject"))
    body = TextAreaField(_("Text"), render_kw={"rows": 16})


class CloseForm(AccountForm):
    """The typed confirmation."""

    typed = StringField(
        _("Type the name of the survey to confirm"),
        [InputRequired(_("Type the name of the survey."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    escrow = RadioField(
        _("Has the copy of the key been deleted?"),
        choices=[SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))],
        validators=[Optional()],
    )


class OutcomeForm(AccountForm):
    """One figure of one department in one period."""

    department = SelectField(_("Department"))
    period = StringField(_("Period"), [InputRequired(_("Type a period, such as 2026, 2026-Q3 or 2026-09."))])
    kind = SelectField(_("Figure"))
    value = StringField(_("Value"), [InputRequired(_("Type a number."))], render_kw={"inputmode": "decimal"})


def department_choices(departments: Iterable[tuple[int, Path]]) -> list[SelectChoice]:
    """Departments by number in the order of the tree; those below others are set in."""
    return [SelectChoice(str(number), "\u2003" * (len(path) - 1) + path[-1]) for number, path in departments]
