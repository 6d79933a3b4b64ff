"""The catalogue of patterns and recommendations as a page for consultants, made from data and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from coherence.reports.points import signed
from coherence.reports.quantity_names import quantity_name, reading_rule
from coherence.reports.wording import Wording, uncapitalised, wording
from scoring import recommendations as rules
from scoring.conditions import Condition, Rule
from scoring.patterns import DIVIDED, DIVIDED_FROM, DIVIDED_LEGS, MOST_SHOWN, PATTERNS, Pattern
from scoring.released import Ledger
from scoring.released_diagnosis import ShownReading
from scoring.rounding import nearest
from scoring.support import CLEAR, POSSIBLE
from scoring.vocabulary import Level
from survey_forms.patterns import PatternTexts
from survey_forms.questionnaire import ENGLISH, Questionnaire
from survey_forms.recommendations import Advice, Recommendation

STEPS: Final = {
    1: "remove obstacles",
    2: "rules and authority",
    3: "skills",
    4: "measurement",
    5: "talk",
}
"""The order of work in which recommendations are printed (method 5.3)."""

_NOWHERE: Final = Ledger(wave="", k=5, form="full", labels=(), cells=(), moved_up="0", careless="0")


def catalogue_page(questionnaire: Questionnaire) -> str:
    """The page as Markdown, in English; the same data and rules give the same text."""
    words = wording(_NOWHERE, ENGLISH)
    library = questionnaire.recommendations
    advice = questionnaire.advice(ENGLISH)
    lines = [
        *_head(),
        "## Patterns",
        "",
        f"At most {MOST_SHOWN} are shown. *Clear*: the rule holds in {nearest(100 * CLEAR)} % of the draws "
        f"around the printed scores or more; *possible*: in {nearest(100 * POSSIBLE)} % or more.",
        "",
    ]
    for name, texts in questionnaire.patterns.items():
        chosen = sorted((one for one in library if name in one.patterns), key=lambda one: one.patterns[name])
        lines += _pattern(texts, PATTERNS.get(name), chosen, advice, words, questionnaire)
    lines += ["## Recommendations", "", *_choice(), ""]
    for one in library:
        lines += _recommendation(one, advice[one.id], words, questionnaire)
    return "\n".join(lines).rstrip("\n") + "\n"


def _head() -> list[str]:
    return [
        "# Catalogue of patterns and recommendations",
        "",
        "Written by `coherence catalogue --out docs/catalogue.md`; do not edit by hand.",
        "",
        "The rules and their limits are those of the [method](method.md), 4.2 and 5.3, and the same for "
        "every company. The words can be a firm’s own: a folder with `recommendations.json` and "
        "`patterns.json`, each a list of groups with the `id` and those texts that differ:",
        "",
        "```json",
        '[{"id": "A01", "who": "Managing director", "horizon": "2 to 4 months"}]',
        "```",
        "",
        "A recommendation has `text`, `who`, `first_step`, `evidence` and `horizon`; a pattern has `name`, "
        "`finding`, `meaning`, `talk_about` and `check`. Name the folder in `COHERENCE_CATALOGUE`, or with "
        "`coherence --catalogue DIR ...`; report, pages and files then speak with its words. A broken file "
        "is refused with file, key and reason.",
        "",
    ]


def _pattern(
    texts: PatternTexts,
    pattern: Pattern | None,
    chosen: Sequence[Recommendation],
    advice: Mapping[str, Advice],
    words: Wording,
    questionnaire: Questionnaire,
) -> list[str]:
    lines = [
        f"### {texts.id} {texts.name}",
        "",
        f"**{texts.finding}** {texts.meaning}",
        "",
        "In numbers:",
        "",
    ]
    lines += [f"- {one}" for one in _conditions(texts.id, pattern, words, questionnaire)]
    lines += ["", f"Talk about: {texts.talk_about}", "", f"Check first: {texts.check}", ""]
    if chosen:
        lines += ["What helps:", ""]
        lines += [f"- [{one.id}](#{one.id.lower()}) {advice[one.id].text}" for one in chosen]
        lines.append("")
    return lines


def _conditions(
    name: str, pattern: Pattern | None, words: Wording, questionnaire: Questionnaire
) -> Iterator[str]:
    if pattern is None:
        if name == DIVIDED:
            yield (
                f"answers lie on average {DIVIDED_FROM:.2f} steps or more from the mean of their statement, "
                f"on {DIVIDED_LEGS} of the three legs or more"
            )
        return
    yield from _said(pattern.rule, words)
    if pattern.large_top and pattern.large_top == pattern.small_top:
        yield from (f"{one} (where the board is shown)" for one in _said(pattern.large_top, words))
    elif pattern.large_top:
        yield from (f"{one} (board of ten or more)" for one in _said(pattern.large_top, words))
        yield from (f"{one} (smaller board)" for one in _said(pattern.small_top, words))
    if pattern.fact is not None:
        yield f"the fact sheet says yes: {uncapitalised(questionnaire.texts(ENGLISH).facts[pattern.fact])}"
    if pattern.organisation_only:
        yield "looked for in the organisation as a whole only"
    if pattern.short_form:
        yield "the short form is enough to see it"


def _said(rule: Rule, words: Wording) -> Iterator[str]:
    for alternatives in rule:
        yield ", or ".join(_condition(one, words) for one in alternatives)


def _condition(one: Condition, words: Wording) -> str:
    reading = ShownReading(one.quantity, 0, None, None, one.relation, nearest(one.threshold))
    return f"{quantity_name(one.quantity, words)}: {reading_rule(reading)}"


def _choice() -> list[str]:
    return [
        f"A unit gets at most {rules.MOST}: first what is forced, then the first recommendation of each "
        "clear pattern, then one for each key area. A recommendation of a higher maturity level than the "
        "present one is not given. They are printed in the order of work: "
        + ", ".join(f"{number} {name}" for number, name in STEPS.items())
        + ".",
        "",
        "At level 1 a short list is filled up with " + ", ".join(rules.BEGINNER_SET) + ".",
    ]


def _recommendation(
    one: Recommendation, advice: Advice, words: Wording, questionnaire: Questionnaire
) -> list[str]:
    items = questionnaire.texts(ENGLISH).items
    lines = [f"### {one.id}", "", f"**{advice.text}**", ""]
    when = [f"pattern {name} {questionnaire.patterns[name].name}" for name in sorted(one.patterns)]
    when += _forced(one.id)
    for item in one.items:
        facet = words.facets[item[:2]]
        when.append(f"key area {facet}, statement {item}: “{items[item].wording(Level.F, None)}”")
    lines += ["- When:", *(f"  - {reason}" for reason in when)] if when else []
    lines += [
        f"- Who: {advice.who}",
        f"- First step, within 14 days: {advice.first_step}",
        f"- Horizon: {advice.horizon}",
        f"- Evidence to watch: {advice.evidence}",
        f"- From maturity level {one.from_level}; {STEPS[one.step]}"
        + ("; the board acts itself" if one.top else "")
        + ("; quick" if one.quick else ""),
        "",
    ]
    return lines


def _forced(name: str) -> list[str]:
    """The rules that force a recommendation whatever else is found (method 5.3, step 1)."""
    found = {
        rules.TALK_FIRST: "forced where pattern P02 is possible",
        rules.NO_SLOGANS: "forced where declarations stand "
        f"{nearest(rules.SAY_DO_GAP)} points or more above behaviours, or pattern P15 is possible",
        rules.OBSTACLES: f"forced where resources are {signed(nearest(rules.LOW_RESOURCES))} or lower",
        rules.FIRST_STANDARD: "forced for an organisation at maturity level 1 without a written standard",
        rules.ACROSS_BORDERS: "forced for an organisation that is stuck at maturity level 2",
        rules.RENEWAL: f"forced for an organisation with {rules.RELAPSE_SIGNALS} signals of relapse or more",
        rules.PROTECT: f"where there is no key area, from maturity level {rules.PROTECT_FROM_LEVEL} on",
    }
    return [found[name]] if name in found else []
