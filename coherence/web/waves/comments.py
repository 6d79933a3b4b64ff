"""The review of comments: one after the other, words struck out, released or kept back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coherence.use_cases.waves.overview import survey as read_survey
from coherence.use_cases.waves.review_comments import (
    CommentChanged,
    NothingLeft,
    decide_on_comment,
    next_comment,
    one_comment,
    reviewed_comments,
)
from coherence.web.locale import questionnaire_language
from coherence.web.services import services
from coherence.web.waves.blueprint import blueprint, guarded, staff
from coherence.web.waves.phrases import sentence
from survey_forms.questionnaire import default_questionnaire


@blueprint.get("/<int:wave_id>/comments")
@guarded
def comments(wave_id: int) -> ResponseReturnValue:
    """The next comment that waits."""
    database = services().database
    status, comment = next_comment(database, wave_id, staff())
    return render_template(
        "waves/comments.html",
        survey=read_survey(database, wave_id, staff()),
        status=status,
        comment=comment,
        questions=_questions(),
    )


@blueprint.get("/<int:wave_id>/comments/reviewed")
@guarded
def reviewed(wave_id: int) -> ResponseReturnValue:
    """What was decided, to look at once more."""
    database = services().database
    return render_template(
        "waves/comments_reviewed.html",
        survey=read_survey(database, wave_id, staff()),
        comments=reviewed_comments(database, wave_id, staff()),
        questions=_questions(),
    )


@blueprint.route("/<int:wave_id>/comments/<key>", methods=["GET", "POST"])
@guarded
def comment(wave_id: int, key: str) -> ResponseReturnValue:
    """One comment: show it again, or decide on it."""
    at_hand = services()
    problem = None
    if request.method == "POST":
        text = request.form.get("text")
        struck = {int(one) for one in request.form.getlist("strike") if one.isdecimal()}
        try:
            decide_on_comment(
                at_hand.database,
                wave_id,
                staff(),
                key,
                seen=request.form.get("seen", ""),
                release=request.form.get("decision") == "release",
                struck=struck,
                text=text,
                now=at_hand.clock(),
            )
        except (CommentChanged, NothingLeft) as error:
            problem = sentence(str(error))
        else:
            released = request.form.get("decision") == "release"
            flash(_("The comment is released.") if released else _("The comment is kept back."))
            return redirect(url_for(".comments", wave_id=wave_id))
    status, _waiting = next_comment(at_hand.database, wave_id, staff())
    page = render_template(
        "waves/comments.html",
        survey=read_survey(at_hand.database, wave_id, staff()),
        status=status,
        comment=one_comment(at_hand.database, wave_id, staff(), key),
        questions=_questions(),
        problem=problem,
    )
    return (page, 400) if problem else page


def _questions() -> dict[str, str]:
    texts = default_questionnaire().texts(questionnaire_language()).questions
    return {name: question.text for name, question in texts.items()}
