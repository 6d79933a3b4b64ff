"""What stands beside the answers: the fact sheet, and outcomes by other sources."""

from __future__ import annotations

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from coherence.store import WaveState
from coherence.use_cases.fact_sheet import LONGEST_NOTE, FactEntry
from coherence.use_cases.outcomes import MOST_ROWS, outcomes_in, remove_outcomes, save_outcomes
from coherence.use_cases.staff.department_tree import department_tree
from coherence.use_cases.staff.sheets import read_sheet
from coherence.use_cases.staff.unreadable import MOST_BYTES, UnreadableFile
from coherence.use_cases.tables import BadTable
from coherence.use_cases.waves.organisation_data import kept_outcomes, save_sheet, sheet_of
from coherence.use_cases.waves.overview import Overview
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.web.locale import questionnaire_language
from coherence.web.services import services
from coherence.web.staff.uploads import receive_large
from coherence.web.staff.words import unreadable
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.forms import OutcomeForm, department_choices
from coherence.web.waves.phrases import sentence
from scoring.answers import Path as Department
from scoring.facts import FACTS, UnknownFact
from scoring.outcomes import OutcomeKind, OutcomeValue
from survey_forms.questionnaire import default_questionnaire

PROBLEMS_SHOWN: Final = 50
LONGEST_FILE_NAME: Final = 60


@blueprint.route("/<int:wave_id>/facts", methods=["GET", "POST"])
@guarded
def facts(wave_id: int) -> ResponseReturnValue:
    """M01 to M16 and C01 to C05, each with the evidence for it."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    problem = None
    if request.method == "POST":
        given = {
            code: FactEntry(request.form[code], request.form.get(f"{code}-note", "").strip())  # type: ignore[arg-type]
            for code in FACTS
            if request.form.get(code)
        }
        try:
            save_sheet(at_hand.database, wave_id, staff(), given, now=at_hand.clock())
        except (UnknownFact, ValueError) as error:
            problem = sentence(str(error))
        else:
            flash(_("The facts are kept."))
            return redirect(url_for(".survey", wave_id=wave_id))
    else:
        kept = sheet_of(at_hand.database, wave_id, staff())
        given = {code: FactEntry(one.answer, one.note) for code, one in kept.items()}
    page = render_template(
        "waves/facts.html",
        survey=found,
        given=given,
        problem=problem,
        texts=default_questionnaire().texts(questionnaire_language()).facts,
        gates=_gates(),
        longest=LONGEST_NOTE,
        fixed=found.state is WaveState.PUBLISHED,
    )
    return (page, 400) if problem else page


@blueprint.route("/<int:wave_id>/outcomes", methods=["GET", "POST"])
@guarded
def outcomes(wave_id: int) -> ResponseReturnValue:
    """Figures of departments by other sources; one at a time here."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    departments = _departments(found)
    form = _outcome_form(departments)
    if request.method == "POST" and form.validate():
        try:
            one = OutcomeValue(
                departments[int(form.department.data)],
                form.period.data.strip().upper(),
                OutcomeKind(form.kind.data),
                _number(form.value.data),
            )
            save_outcomes(
                at_hand.database, found.organisation_id, [one], now=at_hand.clock(), by=staff().user_id
            )
        except ValueError as error:
            form.refuse(form.value, sentence(str(error)))
        else:
            flash(_("The figure is kept."))
            return redirect(url_for(".outcomes", wave_id=wave_id))
    return _outcomes_page(found, form)


@blueprint.post("/<int:wave_id>/outcomes/file")
@guarded
def outcomes_file(wave_id: int) -> ResponseReturnValue:
    """Figures from a CSV or XLSX: all of them or none."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    departments = _departments(found)
    try:
        receive_large()
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return _outcomes_page(found, _empty_form(departments), [_("Choose a file first.")])
        sheet = read_sheet(sent.read(MOST_BYTES + 1), fewest_columns=2, most_rows=MOST_ROWS)
        read = outcomes_in(sheet, sent.filename[-LONGEST_FILE_NAME:], departments, departments[0][0])
    except UnreadableFile as error:
        return _outcomes_page(found, _empty_form(departments), [unreadable(error)])
    except BadTable as bad:
        problems = [str(one) for one in bad.problems[:PROBLEMS_SHOWN]]
        more = bad.found - len(problems)
        if more > 0:
            problems.append(_("... and %(more)s more", more=more))
        return _outcomes_page(found, _empty_form(departments), problems)
    save_outcomes(at_hand.database, found.organisation_id, read, now=at_hand.clock(), by=staff().user_id)
    flash(_("%(count)s figures are kept.", count=len(read)))
    return redirect(url_for(".outcomes", wave_id=wave_id))


@blueprint.post("/<int:wave_id>/outcomes/remove")
@guarded
def remove_outcome(wave_id: int) -> ResponseReturnValue:
    """Take one figure back."""
    at_hand = services()
    found = read_survey(at_hand.database, wave_id, staff())
    kind = request.form.get("kind", "")
    if kind in set(OutcomeKind):
        key = tuple(request.form.getlist("part")), request.form.get("period", ""), OutcomeKind(kind)
        remove_outcomes(
            at_hand.database, found.organisation_id, [key], now=at_hand.clock(), by=staff().user_id
        )
        flash(_("The figure is taken back."))
    return redirect(url_for(".outcomes", wave_id=wave_id))


def _departments(survey: Overview) -> tuple[Department, ...]:
    rows = department_tree(services().database, survey.organisation_id, staff())
    return tuple(one.path for one in rows)


def _outcome_form(departments: tuple[Department, ...]) -> OutcomeForm:
    return _with_choices(OutcomeForm(), departments)


def _empty_form(departments: tuple[Department, ...]) -> OutcomeForm:
    """As it stands beside a file that was refused, whose request may be too large to be read."""
    return _with_choices(OutcomeForm(formdata=None), departments)


def _with_choices(form: OutcomeForm, departments: tuple[Department, ...]) -> OutcomeForm:
    form.department.choices = department_choices(enumerate(departments))
    form.kind.choices = [SelectChoice(kind.value, name) for kind, name in _kinds().items()]
    return form


def _outcomes_page(
    survey: Overview, form: OutcomeForm, problems: list[str] | None = None
) -> ResponseReturnValue:
    kept = kept_outcomes(services().database, survey.organisation_id, staff())
    page = render_template(
        "waves/outcomes.html",
        survey=survey,
        form=form,
        kept=kept,
        kinds=_kinds(),
        columns=["department", "period", *OutcomeKind],
        problems=problems or [],
    )
    return (page, 400) if form.errors or problems else page


def _kinds() -> dict[OutcomeKind, str]:
    return {
        OutcomeKind.MYSTERY_SHOPPING: _("Mystery visits, % passed"),
        OutcomeKind.RECOMMENDATION_INDEX: _("Recommendation index"),
        OutcomeKind.SATISFACTION_INDEX: _("Satisfaction index"),
        OutcomeKind.RETENTION: _("Customers kept, %"),
        OutcomeKind.COMPLAINTS: _("Complaints"),
        OutcomeKind.SALES_INDEX: _("Sales index"),
        OutcomeKind.EMPLOYEE_SATISFACTION: _("Employee satisfaction"),
    }


def _number(written: str) -> float:
    try:
        return float(written.strip().replace("−", "-").removesuffix("%").strip().replace(",", "."))
    except ValueError:
        raise ValueError(_("“%(written)s” is not a number.", written=written)) from None


def _gates() -> list[tuple[str, list[str]]]:
    """The facts by the maturity level that needs them, those of context last."""
    facts = default_questionnaire().facts
    found = [
        (_("For level %(level)s of maturity", level=gate), [one.id for one in facts if one.gate == gate])
        for gate in (2, 3, 4, 5)
    ]
    return [*found, (_("Context"), [one.id for one in facts if one.gate is None])]
