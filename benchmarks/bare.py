"""The least that the frameworks take: the eight requests of a respondent with nothing of the product in them.

One select at the door, a signed cookie, pages that are constants, one field that takes every answer, a token
against forgery, one ballot sealed and committed. What the product adds, it adds to this.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, redirect, request, session
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from werkzeug.wrappers import Response
from wtforms import Field

from coherence.ballots.ballot import Ballot
from coherence.ballots.keys import create_key
from coherence.ballots.seal import seal
from coherence.store import Database
from coherence.web.sheets import hidden_fields
from scoring.disclosure import Label
from scoring.vocabulary import ITEMS, Level

TABLES = MetaData()
PEOPLE = Table(
    "people",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("token", String, unique=True),
    Column("used", Integer),
)
BALLOTS = Table("ballots", TABLES, Column("id", Integer, primary_key=True), Column("ciphertext", LargeBinary))
FIND = select(PEOPLE.c.id).where(PEOPLE.c.token == bindparam("sent"))
USE = update(PEOPLE).where(PEOPLE.c.id == bindparam("person"), PEOPLE.c.used == 0).values(used=1)
STORE = insert(BALLOTS)
VISIT = {"level": "F", "form": "full", "group": "Sales, front line", "invited": 300, "draft": "x" * 24}
FILLING = "x" * 8_000


class Everything(Field):  # type: ignore[misc]
    """Takes whatever comes."""

    def process(self, formdata: Any, data: object = None, extra_filters: object = None) -> None:
        """Keep the first value of each name."""
        self.data = {name: values[0] for name, values in formdata.lists() if name != "csrf_token"}
        self.process_errors = []


class Answers(FlaskForm):  # type: ignore[misc]
    """A form with one field."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """The token of the request is checked before any view."""

        csrf = False

    sent = Everything()


def a_page(number: int) -> str:
    action = f"/answer/page/{number + 1}" if number < 3 else "/answer/review"
    names = ITEMS[(number - 1) * 17 : number * 17]
    fields = "".join(f'<input type="radio" name="{name}">' for name in names)
    texts = '<textarea name="X4"></textarea><textarea name="X5"></textarea>' if number == 3 else ""
    return f'<form action="{action}">{fields}{texts}{FILLING}'


def bare_application(folder: Path, people: int) -> tuple[Flask, list[str]]:
    """The application, and the links of its people."""
    folder.mkdir()
    database, key = Database.connect(f"sqlite:///{folder / 'bare.sqlite'}"), create_key(folder / "keys")
    tokens = [secrets.token_urlsafe(32) for _ in range(people)]
    with database.writing_rows() as connection:
        TABLES.create_all(connection)
        connection.execute(insert(PEOPLE), [{"token": one, "used": 0} for one in tokens])
    pages = {number: a_page(number) for number in (1, 2, 3)}
    app = Flask("bare")
    app.secret_key = "benchmark"
    CSRFProtect(app)

    @app.get("/i/<token>")
    def link(token: str) -> Response:
        with database.reading_rows() as connection:
            session["visit"] = VISIT | {"person": connection.scalar(FIND, {"sent": token})}
        generate_csrf()
        return redirect("/answer/", 303)

    @app.get("/answer/")
    def welcome() -> str:
        return FILLING + session["visit"]["group"]

    @app.route("/answer/page/<int:number>", methods=["GET", "POST"])
    def page(number: int) -> str:
        return pages[number] + hidden(Answers().sent.data if request.method == "POST" else {})

    @app.post("/answer/review")
    def review() -> str:
        return '<form action="/answer/send">' + hidden(Answers().sent.data)

    def hidden(given: Mapping[str, str]) -> str:
        return f'<input type="hidden" name="csrf_token" value="{generate_csrf()}">{hidden_fields(given)}'

    @app.post("/answer/send")
    def send() -> Response:
        ballot = Ballot(Label(0, Level.F), "en", str(list(Answers().sent.data.values())[:51]))
        with database.writing_rows() as connection:
            connection.execute(USE, {"person": session["visit"]["person"]})
            connection.execute(STORE, {"ciphertext": seal(ballot, key.public, 1, key.name)})
        session["sent"] = session.pop("visit")["draft"]
        return redirect("/answer/thanks", 303)

    @app.get("/answer/thanks")
    def thanks() -> str:
        return "sealed in the box" + session["sent"]

    return app, [f"/i/{one}" for one in tokens]
