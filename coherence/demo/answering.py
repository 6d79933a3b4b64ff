"""Simulated employees who answer as browsers do: through their links, page by page, over HTTP."""

from __future__ import annotations

import html
import http.client
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from time import perf_counter
from typing import Final
from urllib.parse import urlencode, urlsplit

AT_ONCE: Final = 8
_LINK: Final = re.compile(r"https?://\S+/i/\S+")
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_FIELD: Final = re.compile(r'<(?:input type="radio"|textarea)[^>]* name="([^"]+)"')
_ACTION: Final = re.compile(r'<form[^>]* action="([^"]+)"')


class Stumbled(Exception):
    """A page answered otherwise than an employee expects."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How the answering went."""

    people: int
    requests: int
    seconds: float


def links_in(outbox: Path) -> dict[str, str]:
    """The personal link of each address, from the messages in a folder."""
    links = {}
    for file in sorted(outbox.glob("*.eml")):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = message.get_body()
        found = _LINK.search(body.get_content()) if body else None
        if found:
            links[str(message["To"])] = found.group()
    return links


def answer_all(
    people: Sequence[tuple[str, Mapping[str, str]]], watch: Callable[[], None] = lambda: None
) -> Answered:
    """Let everybody answer, several at a time.

    people: link and form fields of each.

    Raises:
        Stumbled: somebody did not reach the thank-you.
    """
    began = perf_counter()

    def one(person: tuple[str, Mapping[str, str]]) -> int:
        visitor = _Visitor(person[0])
        visitor.answer(person[1])
        watch()
        return visitor.requests

    with ThreadPoolExecutor(AT_ONCE) as pool:
        requests = sum(pool.map(one, people))
    return Answered(len(people), requests, perf_counter() - began)


class _Visitor:
    """One employee at one browser."""

    def __init__(self, link: str) -> None:
        address = urlsplit(link)
        self.connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        self.path = address.path
        self.cookies: dict[str, str] = {}
        self.requests = 0

    def answer(self, answers: Mapping[str, str]) -> None:
        """From the link to the thank-you."""
        self._open(self.path)
        page = self._open("/answer/page/1")
        while "/answer/send" not in (action := self._action(page)):
            page = self._open(action, self._filled(page, answers))
        thanks = self._open(action, dict(_HIDDEN.findall(page)), escaped=True)
        if "sealed in the box" not in thanks:
            raise Stumbled("the thank-you did not come")
        self.connection.close()

    def _action(self, page: str) -> str:
        found = _ACTION.search(page)
        if found is None:
            raise Stumbled("a page without a form")
        return html.unescape(found.group(1))

    def _filled(self, page: str, answers: Mapping[str, str]) -> dict[str, str]:
        asked = set(_FIELD.findall(page))
        carried = {name: html.unescape(value) for name, value in _HIDDEN.findall(page)}
        return carried | {name: value for name, value in answers.items() if name in asked}

    def _open(self, path: str, form: Mapping[str, str] | None = None, *, escaped: bool = False) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            fields = {name: html.unescape(value) for name, value in form.items()} if escaped else form
            body, headers["Content-Type"] = urlencode(fields), "application/x-www-form-urlencoded"
        self.connection.request("GET" if body is None else "POST", path, body, headers)
        self.requests += 1
        reply = self.connection.getresponse()
        content = reply.read().decode()
        for cookie in reply.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if reply.status == 303:
            return self._open(reply.headers["Location"])
        if reply.status != 200:
            raise Stumbled(f"{path.split('?')[0]} answered {reply.status}")
        return content
