"""``cairn people``: accounts opened for somebody else, and links that let people in where there is no mail."""

from __future__ import annotations

import json
from typing import Any

import click

from cairn.entry.cli.site import open_site


@click.group()
def command() -> None:
    """Open accounts for people, and let them in.

    A new site has nobody in it. Make the operator's account first; others sign up themselves, or are opened an account here.
    Passwords are never given here: each person chooses one at a link that works once.

    \b
      cairn people new sam@example.org --name "Sam Ostrander" --operator
      cairn people link ada@example.org
      cairn people list
    """


@command.command()
@click.argument("email")
@click.option("--name", required=True, help="The name, as it should stand on credentials.")
@click.option(
    "--operator", is_flag=True, help="May open the operator's pages at /operator/; can hold no role that awards."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def new(email: str, name: str, operator: bool, as_json: bool) -> None:
    """Open an account for the person with EMAIL, and print the link at which they choose a password."""
    open_site()
    from cairn.outside.clock import now
    from cairn.people.services import entrance_link, open_account

    moment = now()
    person = open_account(email=email, name=name, operator=operator, at=moment)
    facts = _facts(person) | {"link": entrance_link(person=person, at=moment)}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(f"{person.name} has an account" + (" and operates this site." if operator else "."))
    _tell_link(facts["link"])


@command.command()
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def link(email: str, as_json: bool) -> None:
    """Print a link at which the person with EMAIL chooses a new password. The present one works until then."""
    open_site()
    from cairn.outside.clock import now
    from cairn.people.queries import person_by_email
    from cairn.people.services import entrance_link

    person = person_by_email(email)
    address = entrance_link(person=person, at=now())
    if as_json:
        click.echo(json.dumps(_facts(person) | {"link": address}, ensure_ascii=False))
    else:
        _tell_link(address)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, one account a line.")
def list_people(as_json: bool) -> None:
    """List the accounts: operators first, then by address."""
    open_site()
    from cairn.people.models import Person

    rows = Person.objects.order_by("-is_staff", "email").prefetch_related("memberships__organisation")
    for person in rows:
        facts = _facts(person)
        if as_json:
            click.echo(json.dumps(facts, ensure_ascii=False))
            continue
        does = [f"{one['role']} of {one['organisation']}" for one in facts["roles"]]
        if facts["operator"]:
            does.insert(0, "operator")
        if not facts["active"]:
            does.insert(0, "closed")
        click.echo(f"{person.email}  {person.name}" + (f"  ({', '.join(does)})" if does else ""))
    if not rows and not as_json:
        click.echo('Nobody has an account yet. Begin with: cairn people new EMAIL --name "…" --operator')


def _facts(person: Any) -> dict[str, Any]:
    return {
        "email": person.email,
        "name": person.name,
        "operator": person.is_staff,
        "active": person.is_active,
        "roles": [
            {"organisation": one.organisation.slug, "role": one.role}
            for one in person.memberships.all()
            if one.ended_at is None
        ],
    }


def _tell_link(address: str) -> None:
    from django.conf import settings

    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    click.echo(
        f"At this link they choose a password. It works once, for {days} days; give it to nobody else:\n  {address}"
    )
