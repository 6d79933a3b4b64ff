"""Commands for staff accounts: `coherence user ...`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from coherence.cli_waves import as_json, now, opened_database, organisation_option

email_argument = click.argument("email")


@click.group()
def user() -> None:
    """Accounts of consultants, HR and people who read results."""


@user.command("add")
@email_argument
@click.option("--role", required=True, type=click.Choice(["consultant", "hr", "reader"]))
@organisation_option
@click.option("--department", default=None, help="Path that a reader reads from downwards; all if left out.")
@click.option("--name", default="", help="Name shown in the bar.")
@as_json
def user_add(email: str, role: str, organisation: str, department: str | None, name: str) -> dict[str, Any]:
    """Give somebody a role; prints a one-use link to choose a password where there is none yet."""
    from coherence.settings import Settings
    from coherence.store import Role
    from coherence.use_cases.accounts.add_user import add_user

    with opened_database() as database:
        return asdict(
            add_user(
                database,
                email,
                role=Role(role),
                organisation=organisation,
                department=department,
                name=name,
                base_url=Settings().base_url,
                now=now(),
            )
        )


@user.command("reset")
@email_argument
@as_json
def user_reset(email: str) -> dict[str, Any]:
    """Take password and authenticator away and print a one-use link to begin anew."""
    from coherence.settings import Settings
    from coherence.use_cases.accounts.reset_user import reset_user

    with opened_database() as database:
        link = reset_user(database, email, base_url=Settings().base_url, now=now())
    return {"password_link": link}


@user.command("remove")
@email_argument
@organisation_option
@as_json
def user_remove(email: str, organisation: str) -> dict[str, Any]:
    """Take a role away; an account without any role is closed."""
    from coherence.use_cases.accounts.remove_user import remove_user

    with opened_database() as database:
        closed = remove_user(database, email, organisation=organisation, now=now())
    return {"account_closed": closed}


@user.command("link")
@email_argument
@as_json
def user_link(email: str) -> dict[str, Any]:
    """Print a link that signs a person in once, within twelve hours. Never send it by mail."""
    from coherence.settings import Settings
    from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link

    with opened_database() as database:
        return {"link": make_sign_in_link(database, email, base_url=Settings().base_url, now=now())}
