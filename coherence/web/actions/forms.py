"""The forms of the action plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from coherence.store import ActionState
from coherence.use_cases.actions.plan import Wished
from coherence.web.account.forms import AccountForm

LONGEST_TEXT = 2000


def _text(label: Any, *, rows: int) -> TextAreaField:
    return TextAreaField(
        label,
        [Length(max=LONGEST_TEXT, message=_("Please shorten this to 2,000 characters."))],
        render_kw={"rows": rows},
    )


class ActionForm(AccountForm):
    """One action; the choices of departments are those of the person."""

    title = StringField(
        _("What will be done"),
        [
            InputRequired(_("Write what will be done, in one sentence.")),
            Length(max=300, message=_("Please shorten this to 300 characters.")),
        ],
    )
    department = SelectField(_("Where"), coerce=int, validators=[InputRequired()])
    owner = StringField(
        _("Who sees to it"),
        [
            InputRequired(_("Name one person or post that sees to it.")),
            Length(max=200, message=_("Please shorten this to 200 characters.")),
        ],
    )
    first_step = _text(_("First step"), rows=3)
    due_on = DateField(
        _("Done by"), [InputRequired(_("Choose the day by which it is done."))], render_kw={"type": "date"}
    )
    state = SelectField(_("How far it is"), validators=[Optional()])
    evidence = _text(_("What will show that it worked"), rows=2)
    told = BooleanField(_("Show it on the employees’ page"))
    wave_id = HiddenField()
    origin = HiddenField()

    def offer(self, departments: Mapping[int, str]) -> None:
        """Fill the lists to choose from."""
        self.department.choices = [SelectChoice(number, name) for number, name in departments.items()]
        self.state.choices = [SelectChoice(state.value, word) for state, word in state_words().items()]

    def wished(self) -> Wished:
        """What was typed, after the form was found to be right."""
        return Wished(
            department_id=self.department.data,
            title=self.title.data,
            owner=self.owner.data,
            first_step=self.first_step.data or "",
            evidence=self.evidence.data or "",
            due_on=self.due_on.data,
            state=ActionState(self.state.data or ActionState.PLANNED),
            told=bool(self.told.data),
            origin=(self.origin.data or "")[:10],
            wave_id=int(self.wave_id.data) if (self.wave_id.data or "").isdecimal() else None,
        )


class EmployeesPageForm(AccountForm):
    """What HR decides about the employees' page."""

    words = TextAreaField(
        _("Words of the management"),
        [Length(max=4000, message=_("Please shorten this to 4,000 characters."))],
        render_kw={"rows": 6},
    )
    shown = BooleanField(_("Everybody who has the address may read the page"))


def state_words() -> dict[ActionState, str]:
    """How far an action is, in words."""
    return {
        ActionState.PLANNED: gettext("planned"),
        ActionState.UNDER_WAY: gettext("under way"),
        ActionState.DONE: gettext("done"),
        ActionState.DROPPED: gettext("given up"),
    }
