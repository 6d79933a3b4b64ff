"""What holds for every page of the application."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import abort

PAGES = [
    "/",
    "/confidentiality",
    "/questionnaire/",
    "/questionnaire/welcome",
    "/questionnaire/welcome?level=T&form=short",
    "/questionnaire/page/1",
    "/questionnaire/page/3?level=S&sector=RET&order=8",
    "/questionnaire/page/1?level=M&form=short",
    "/results/",
    "/results/departments",
    "/results/reading",
    "/results/department-1",
    "/results/department-3",
]
ERRORS = [
    "/no-such-page",
    "/questionnaire/page/4",
    "/questionnaire/welcome?level=X",
    "/results/department-9",
]


class Outline(HTMLParser):
    """Tags of a page, its headings, its ids, its title, and what a strict policy would refuse."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.refused: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "style" or name.startswith("on") or (value or "").startswith("javascript:"):
                self.refused.append(f"{tag} {name}")
        if tag in ("script", "style"):
            self.refused.append(tag)


@pytest.mark.parametrize("path", PAGES + ERRORS)
def test_a_page_has_a_title_and_one_first_heading(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert re.search(r"<title>[^<\s][^<]* – Coherence</title>", page)
    assert '<html lang="en">' in page
    outline = Outline(page)
    assert outline.headings.count(1) == 1
    assert outline.headings[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(outline.headings)), outline.headings


@pytest.mark.parametrize("path", PAGES + ERRORS)
def test_a_page_holds_nothing_that_the_policy_refuses(client: FlaskClient, path: str) -> None:
    outline = Outline(client.get(path).text)
    assert outline.refused == []
    assert len(outline.ids) == len(set(outline.ids)), "an id stands twice"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ERRORS)
def test_what_is_not_there_is_said_kindly(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Go to the start" in answer.text


@pytest.mark.parametrize("path", [*PAGES, *ERRORS, "/static/base.css", "/results/report.pdf"])
def test_every_response_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_https_asks_browsers_to_stay_on_it(client: FlaskClient) -> None:
    answer = client.get("/questionnaire/page/1", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_a_cookie_on_http_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/questionnaire/page/1").headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_pages_are_not_kept_by_the_browser_but_the_survey_can_be_gone_back_to(client: FlaskClient) -> None:
    assert client.get("/results/").headers["Cache-Control"] == "no-store"
    assert client.get("/questionnaire/page/1").headers["Cache-Control"] == "private, no-cache"


def test_every_template_compiles(app: Flask) -> None:
    names = app.jinja_env.list_templates(extensions=["html"])
    assert "base.html" in names
    for name in names:
        app.jinja_env.get_template(name)


def test_every_word_of_a_template_can_be_translated(app: Flask) -> None:
    """Text between tags that no gettext call wraps, the name of the product apart."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, name)  # type: ignore[union-attr]
        bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<code>.*?</code>|<[^>]*>", "|", source, flags=re.S)
        words = {word for word in re.findall(r"[^\W\d_]{3,}", bare)} - {"Coherence"}
        assert not words, f"{name}: {words}"


def test_a_server_error_tells_nothing_about_itself(app: Flask) -> None:
    app.add_url_rule("/broken", view_func=lambda: 1 / 0)
    app.testing = False
    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("status", [400, 403])
def test_other_errors_have_pages_too(app: Flask, status: int) -> None:
    app.add_url_rule("/refused", view_func=lambda: abort(status))
    answer = app.test_client().get("/refused")
    assert answer.status_code == status
    assert f"Error {status}" in answer.text


def test_a_method_that_is_not_offered_is_refused(client: FlaskClient) -> None:
    assert client.get("/questionnaire/send").status_code == 405
