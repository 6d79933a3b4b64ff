"""Results to take away as files; for consultants also the answers, by the rule for researchers."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from coherence.accounts.access import NotVisible
from coherence.reports.files.answers_table import Attribute
from coherence.store import Role
from coherence.use_cases.department_bundle import bundle_of, cancel_bundle, start_bundle
from coherence.use_cases.export_answers import (
    AnswersFormat,
    AttributeChosen,
    answers_offer,
    export_answers,
)
from coherence.use_cases.export_results import wave_file
from coherence.use_cases.export_selection import NothingToExport
from coherence.use_cases.kept_bundles import KEPT
from coherence.use_cases.read_results import published_waves
from coherence.web.headers import WITH_OUR_SCRIPTS
from coherence.web.services import services
from coherence.web.signing_in import present_user, signed_in

blueprint = Blueprint("downloads", __name__, url_prefix="/published/<int:wave_id>/files")

ATTRIBUTES: Final[tuple[Attribute, ...]] = ("level", "department")
ANSWER_FORMS: Final[tuple[AnswersFormat, ...]] = ("sav", "csv")
MIME_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
    "sav": "application/x-spss-sav",
}


@blueprint.get("/")
@signed_in()
def home(wave_id: int) -> ResponseReturnValue:
    """What can be taken away of a published wave."""
    user, database = present_user(), services().database
    wave = next((one for one in published_waves(database, user.rights) if one.wave_id == wave_id), None)
    if wave is None:
        raise NotVisible(f"there are no published results {wave_id} for this user")
    offer = answers_offer(database, wave_id, user.rights)
    bundle = bundle_of(
        database, services().bundles, wave_id, user.rights, str(get_locale()), now=services().clock()
    )
    answer: Response = make_response(
        render_template(
            "report/files.html",
            wave=wave,
            offer=offer,
            attributes=ATTRIBUTES,
            bundle=bundle,
            hours=KEPT // timedelta(hours=1),
        )
    )
    if bundle.done is not None:
        answer.headers["Content-Security-Policy"] = WITH_OUR_SCRIPTS
    return answer


@blueprint.get("/results.<form>")
@signed_in()
def results(wave_id: int, form: str) -> ResponseReturnValue:
    """The results as a workbook, CSV or JSON, as far as this person may read them."""
    user = present_user()
    file = wave_file(services().database, wave_id, user.rights, form, str(get_locale()))
    return _attached(file, f"coherence-results.{form}")


@blueprint.get("/departments.zip")
@signed_in()
def bundle(wave_id: int) -> ResponseReturnValue:
    """The reports of all departments that this person may read, once they are made."""
    at_hand = services()
    made = bundle_of(
        at_hand.database,
        at_hand.bundles,
        wave_id,
        present_user().rights,
        str(get_locale()),
        now=at_hand.clock(),
    )
    if made.file is None:
        raise NotVisible("the reports of the departments are not made, or were deleted")
    answer = send_file(made.file, as_attachment=True, download_name="coherence-departments.zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/departments")
@signed_in()
def make_bundle(wave_id: int) -> ResponseReturnValue:
    """Make them in the background."""
    at_hand = services()
    start_bundle(
        at_hand.database,
        at_hand.bundles,
        wave_id,
        present_user().rights,
        str(get_locale()),
        now=at_hand.clock(),
    )
    return redirect(url_for(".home", wave_id=wave_id), 303)


@blueprint.post("/departments/cancel")
@signed_in()
def stop_bundle(wave_id: int) -> ResponseReturnValue:
    """Stop the making."""
    at_hand = services()
    cancel_bundle(at_hand.database, wave_id, present_user().rights, str(get_locale()), now=at_hand.clock())
    return redirect(url_for(".home", wave_id=wave_id), 303)


@blueprint.post("/answers")
@signed_in(Role.CONSULTANT)
def answers(wave_id: int) -> ResponseReturnValue:
    """The answers for researchers; the first export fixes the attribute."""
    attribute = next((one for one in ATTRIBUTES if one == request.form.get("attribute")), None)
    form = next((one for one in ANSWER_FORMS if one == request.form.get("form")), None)
    back = redirect(url_for(".home", wave_id=wave_id), 303)
    user = present_user()
    if attribute is None or form is None:
        flash(gettext("Please choose what the file tells of each person, and its form."))
        return back
    try:
        file = export_answers(
            services().database,
            wave_id,
            attribute,
            form,
            now=services().clock(),
            rights=user.rights,
            actor_id=user.user_id,
            language=str(get_locale()),
        )
    except (AttributeChosen, NothingToExport) as error:
        flash(str(error)[:1].upper() + f"{error}."[1:])
        return back
    return _attached(file, f"coherence-answers.{form}")


def _attached(file: bytes, name: str) -> Response:
    answer: Response = make_response(file)
    answer.mimetype = MIME_TYPES[name.rpartition(".")[2]]
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
