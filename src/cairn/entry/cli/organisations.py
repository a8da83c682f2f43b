"""``cairn organisations``: who people act for, taken in by whoever runs the site."""

from __future__ import annotations

import json

import click

from cairn.entry.cli.site import open_site


@click.group()
def command() -> None:
    """Take organisations in, and give people roles in them.

    Anybody may call themselves a university: taking one in is your decision. Its administrator gives all further roles on the site.

    \b
      cairn organisations new "Riverside College" --kind university --admin ada@example.org
      cairn organisations role riverside-college ben@example.org designer
      cairn organisations list
    """


@command.command()
@click.argument("name")
@click.option("--kind", required=True, help="university, training, professional, employer, accreditor or operator.")
@click.option("--admin", "admin_email", help="E-mail address of the account that becomes its first administrator.")
@click.option("--slug", default="", help="Short name in its addresses; stays for ever. Default: made from NAME.")
@click.option("--website", default="", help="Its website.")
@click.option("--email", default="", help="Its public e-mail address.")
@click.option("--country", default="", help="Two letters, like US.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def new(
    name: str, kind: str, admin_email: str | None, slug: str, website: str, email: str, country: str, as_json: bool
) -> None:
    """Take in the organisation called NAME. It can issue under its own identifier from then on."""
    open_site()
    from django.conf import settings

    from cairn.outside.clock import now
    from cairn.people.queries import person_by_email
    from cairn.people.services import create_organisation

    made = create_organisation(
        name=name,
        kind=kind,
        by=None,
        at=now(),
        slug=slug,
        admin=person_by_email(admin_email) if admin_email else None,
        website=website,
        email=email,
        country=country.upper(),
    )
    page = f"{settings.PUBLIC_URL}/organisations/{made.slug}/"
    facts = {
        "organisation": made.slug,
        "name": made.name,
        "kind": made.kind,
        "administrator": admin_email,
        "page": page,
    }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
    elif admin_email:
        click.echo(f"{made.name} is here as “{made.slug}”. {admin_email} gives roles to others at\n  {page}")
    else:
        click.echo(
            f"{made.name} is here as “{made.slug}”, and nobody acts for it yet:\n"
            f"  cairn organisations role {made.slug} EMAIL admin"
        )


@command.command()
@click.argument("organisation")
@click.argument("email")
@click.argument("role")
@click.option("--by", "by_email", help="The administrator who decides this. Default: recorded as done by the system.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def role(organisation: str, email: str, role: str, by_email: str | None, as_json: bool) -> None:
    """Give the person with EMAIL a ROLE in ORGANISATION (its short name).

    \b
    ROLE is one of admin, designer, reviewer, publisher, instructor, assessor,
    registrar, endorser, recruiter, auditor. Several roles: call it again.
    """
    open_site()
    from cairn.outside.clock import now
    from cairn.people import queries
    from cairn.people.roles import label_of
    from cairn.people.services import add_member

    given = add_member(
        organisation=queries.organisation(organisation),
        person=queries.person_by_email(email),
        role=role,
        by=queries.person_by_email(by_email) if by_email else None,
        at=now(),
    )
    if as_json:
        click.echo(json.dumps({"organisation": organisation, "email": given.person.email, "role": given.role}))
    else:
        click.echo(f"{given.person} is now {label_of(given.role)} at {given.organisation}.")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, one organisation a line.")
def list_organisations(as_json: bool) -> None:
    """List the organisations people act for, with their administrators."""
    open_site()
    from cairn.people.models import Organisation, Role
    from cairn.people.queries import members_of

    rows = Organisation.objects.order_by("slug")
    for row in rows:
        admins = [one.person.email for one in members_of(row).filter(role=Role.ADMIN)]
        if as_json:
            facts = {"organisation": row.slug, "name": row.name, "kind": row.kind, "administrators": admins}
            click.echo(json.dumps(facts, ensure_ascii=False))
        else:
            click.echo(f"{row.slug}  {row.name}  ({row.kind}; administrator: {', '.join(admins) or 'nobody'})")
    if not rows and not as_json:
        click.echo('No organisation is here yet. Take one in: cairn organisations new "…" --kind … --admin EMAIL')
