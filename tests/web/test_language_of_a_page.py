"""Which language a page is in."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from coherence.web.locale import choose


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [(None, None, "en"), ("en", None, "en"), (None, "en", "en"), ("xx", "en", "en"), ("xx", None, "en")],
)
def test_an_address_comes_before_the_browser_and_unknown_languages_are_passed_over(
    asked: str | None, accepted: str | None, expected: str
) -> None:
    assert choose(asked, accepted) == expected


@pytest.mark.parametrize("query", ["", "?lang=en", "?lang=tlh", "?lang=../../etc"])
@pytest.mark.parametrize("accepted", ["", "pl,lt;q=0.8", "en-GB", "*;q=bad"])
def test_every_request_gets_a_page_that_names_its_language(
    client: FlaskClient, query: str, accepted: str
) -> None:
    answer = client.get(f"/{query}", headers={"Accept-Language": accepted})
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text
