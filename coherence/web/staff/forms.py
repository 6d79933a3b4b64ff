"""The forms of the staff area."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from coherence.accounts.addresses import LONGEST as LONGEST_ADDRESS
from coherence.use_cases.staff.roster_list import LONGEST
from coherence.web.account.forms import AccountForm

LANGUAGE_NAMES = {"en": "English", "pl": "polski", "lt": "lietuvių", "ru": "русский", "uk": "українська"}
"""Languages as their own speakers write them, so never translated."""


class OrganisationForm(AccountForm):
    """Name, sector and languages of an organisation."""

    name = StringField(_("Name"), [InputRequired(_("Please write a name."))], render_kw={"maxlength": "200"})
    sector = SelectField(_("Sector"))
    languages = SelectMultipleField(
        _("Languages of the survey"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class DepartmentForm(AccountForm):
    """A new department below another one."""

    name = StringField(_("Name"), [InputRequired(_("Please write a name."))], render_kw={"maxlength": "200"})
    parent = SelectField(_("Below"), coerce=int)


class RenameForm(AccountForm):
    """Another name for a department."""

    name = StringField(_("Name"), [InputRequired(_("Please write a name."))], render_kw={"maxlength": "200"})


class MoveForm(AccountForm):
    """Another place for a department."""

    parent = SelectField(_("Below"), coerce=int)


class UploadForm(AccountForm):
    """A list as CSV or XLSX."""

    file = FileField(
        _("File"),
        [FileRequired(_("Choose a file first."))],
        render_kw={"accept": ".csv,.txt,.tsv,.xlsx"},
    )


class PersonForm(AccountForm):
    """One person of the roster; what else can be wrong with it, the checks of a list say."""

    name = StringField(_("Name"), render_kw={"maxlength": LONGEST["name"], "autocomplete": "off"})
    email = StringField(
        _("E-mail address"),
        render_kw={
            "type": "email",
            "maxlength": LONGEST["email"],
            "autocomplete": "off",
            "spellcheck": "false",
        },
    )
    reference = StringField(_("Number"), render_kw={"maxlength": LONGEST["reference"], "autocomplete": "off"})
    department = SelectField(_("Department"), [InputRequired(_("Choose a department."))])
    level = SelectField(_("Level"), [InputRequired(_("Choose a level."))])
    language = SelectField(_("Language of the survey"))


class ColleagueForm(AccountForm):
    """Somebody to invite."""

    email = StringField(
        _("E-mail address"),
        [InputRequired(_("Type the e-mail address of the person."))],
        render_kw={
            "type": "email",
            "maxlength": str(LONGEST_ADDRESS),
            "autocomplete": "off",
            "spellcheck": "false",
        },
    )
    name = StringField(_("Name"), render_kw={"maxlength": "200", "autocomplete": "off"})
    role = SelectField(_("Role"))
    department = SelectField(_("Reads from this department downwards"), coerce=int)


def said(field: Any) -> str:
    """What a text field holds, never None."""
    return str(field.data or "")
