"""The texts of invitation and reminder, checked before they are kept, and a test message to oneself."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from coherence.mail.placeholders import PLACEHOLDERS, BadText, Fault
from coherence.store import MessageKind
from coherence.use_cases.message_texts import save_message_text
from coherence.use_cases.waves.message_preview import message_desk, send_test
from coherence.use_cases.waves.overview import survey as read_survey
from coherence.web.outgoing import outgoing
from coherence.web.services import services
from coherence.web.signing_in import present_user
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.forms import MessageForm


@blueprint.route("/<int:wave_id>/messages", methods=["GET", "POST"])
@guarded
def messages(wave_id: int) -> ResponseReturnValue:
    """One text in one language: to write, to check, to see filled in."""
    at_hand = services()
    kind, language = _chosen()
    desk = message_desk(at_hand.database, wave_id, staff(), kind, language)
    form = MessageForm()
    faults: tuple[Fault, ...] = ()
    if request.method == "GET":
        form.subject.data, form.body.data = desk.text.subject, desk.text.body
    else:
        proposed = "proposed" in request.form
        try:
            save_message_text(
                at_hand.database,
                wave_id,
                kind,
                desk.language,
                subject="" if proposed else form.subject.data or "",
                body="" if proposed else form.body.data or "",
                now=at_hand.clock(),
                actor_id=staff().user_id,
            )
        except BadText as error:
            faults = error.faults
        else:
            flash(_("The proposed text is used.") if proposed else _("Your text is kept."))
            return redirect(url_for(".messages", wave_id=wave_id, kind=kind.value, language=desk.language))
    page = render_template(
        "waves/messages.html",
        survey=read_survey(at_hand.database, wave_id, staff()),
        form=form,
        faults=faults,
        desk=desk,
        kind=kind,
        kinds=tuple(MessageKind),
        placeholders=PLACEHOLDERS,
        own_address=present_user().email,
    )
    return (page, 400) if faults else page


@blueprint.post("/<int:wave_id>/messages/test")
@guarded
def test_message(wave_id: int) -> ResponseReturnValue:
    """Send the kept text to the person who asks."""
    at_hand, user = services(), present_user()
    kind, language = _chosen()
    send_test(
        at_hand.database,
        wave_id,
        staff(),
        kind,
        language,
        to=user.email,
        name=user.name,
        outbox=outgoing().outbox,
        base_url=outgoing().base_url,
        now=at_hand.clock(),
    )
    flash(_("The test message is on its way to %(address)s.", address=user.email))
    return redirect(url_for(".messages", wave_id=wave_id, kind=kind.value, language=language or None))


def _chosen() -> tuple[MessageKind, str]:
    kind = request.args.get("kind", MessageKind.INVITATION.value)
    if kind not in set(MessageKind):
        raise NotFound
    return MessageKind(kind), request.args.get("language", "")
