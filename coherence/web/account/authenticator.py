"""Enrol an authenticator app: a QR code to scan, and the same secret to type."""

from __future__ import annotations

import segno
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from coherence.accounts.access import Stage
from coherence.use_cases.accounts.enrol_authenticator import enrol_authenticator, offer
from coherence.use_cases.accounts.show_code import WrongCode
from coherence.web.account.blueprint import blueprint
from coherence.web.account.forms import CodeForm
from coherence.web.redirects import local_path
from coherence.web.services import services
from coherence.web.signing_in import NEXT_PAGE, current_user, keep, session_id, to_sign_in


@blueprint.route("/account/authenticator", methods=["GET", "POST"])
def authenticator() -> Response | str | tuple[str, int]:
    """Scan, type one code, done. Open to those who must enrol now, and to those who may."""
    user, held = current_user(), session_id()
    if user is None or held is None or user.stage is Stage.CODE_DUE:
        return to_sign_in(user)
    if user.has_authenticator:
        return redirect(url_for("account.show"))
    form, status = CodeForm(), 200
    if request.method == "GET":
        form.next.data = local_path(request.args.get("next"))
    elif form.validate():
        try:
            renewed = enrol_authenticator(services().database, held, form.code.data, now=services().clock())
        except WrongCode:
            status = 400
            form.refuse(form.code, _("This code does not fit. Please wait for the next one and type it."))
        else:
            target = local_path(form.next.data) or url_for(NEXT_PAGE[Stage.SIGNED_IN])
            return keep(redirect(target), renewed)
    else:
        status = 400
    offered = offer(held, user.email)
    groups = [offered.secret[start : start + 4] for start in range(0, len(offered.secret), 4)]
    due = user.stage is Stage.ENROLMENT_DUE
    return render_template(
        "account/authenticator.html", form=form, qr=drawn(offered.address), groups=groups, due=due
    ), status


def drawn(content: str) -> Markup:
    """A QR code as SVG, black on white in every colour scheme, since cameras want it so."""
    code = segno.make_qr(content, error="m")
    # segno draws from numbers alone: nothing of the content stands in the SVG as text.
    return Markup(code.svg_inline(border=4, light="#fff", dark="#000", omitsize=True, svgclass="qr"))
