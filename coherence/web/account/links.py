"""The page behind a one-use sign-in link. Looking at it does nothing, so no mail scanner can use it up."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from coherence.accounts.access import Stage
from coherence.accounts.links import PATHS
from coherence.store import LinkPurpose
from coherence.use_cases.accounts.sign_in_by_link import LinkUnusable, is_sign_in_link, sign_in_by_link
from coherence.web.account.blueprint import blueprint
from coherence.web.account.forms import AccountForm
from coherence.web.services import services
from coherence.web.signing_in import NEXT_PAGE, keep, session_id


@blueprint.route(f"{PATHS[LinkPurpose.SIGN_IN]}/<token>", methods=["GET", "POST"])
def sign_in_link(token: str) -> Response | str | tuple[str, int]:
    """One button: sign in."""
    database, now = services().database, services().clock()
    form = AccountForm()
    if request.method == "POST" and form.validate():
        try:
            started = sign_in_by_link(database, token, replacing=session_id(), now=now)
        except LinkUnusable:
            return unusable()
        return keep(redirect(url_for(NEXT_PAGE[Stage.SIGNED_IN])), started)
    if not is_sign_in_link(database, token, now=now):
        return unusable()
    return render_template("account/sign_in_link.html", form=form)


def unusable() -> tuple[str, int]:
    """One page for unknown, used and expired links: it tells nothing about which."""
    return render_template("account/link_unusable.html"), 404
