"""Who plays: made-up people, one duty each where duties must be separate, and their organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from cairn.people.models import Organisation, Person, Role
from cairn.people.services import add_member, create_organisation

PASSWORD = "one stone upon another"  # noqa: S105 - shown on the first screen of the demonstration, which listens on this machine only
OCCUPATION = "15-1231.00"
"""What the learner plans toward and the employer hires for."""


@dataclass(frozen=True)
class Cast:
    """The people by what they do, and the organisations they act for."""

    learner: Person
    classmate: Person
    designer: Person
    reviewer: Person
    publisher: Person
    instructor: Person
    assessor: Person
    registrar: Person
    second_registrar: Person
    endorser: Person
    accreditor: Person
    second_accreditor: Person
    recruiter: Person
    operator: Person
    college: Organisation
    guild: Organisation
    board: Organisation
    employer: Organisation

    def sign_ins(self) -> list[tuple[str, Person]]:
        """One ready sign-in for each kind of person."""
        return [
            ("learner", self.learner),
            ("designer", self.designer),
            ("assessor", self.assessor),
            ("registrar", self.registrar),
            ("accreditor", self.accreditor),
            ("employer", self.recruiter),
            ("operator", self.operator),
        ]


def assemble(at: datetime) -> Cast:
    """Create the accounts, the organisations and the roles."""
    secret = make_password(PASSWORD)  # once: a good hash takes its time

    def make(email: str, *, name: str, **fields: bool) -> Person:
        return Person.objects.create(email=email, name=name, password=secret, **fields)

    people = {
        "learner": make("mira@learner.example", name="Mira Sandoval"),
        "classmate": make("jonas@learner.example", name="Jonas Adeyemi"),
        "designer": make("tomas@harbourview.example", name="Tomas Lindqvist"),
        "reviewer": make("amara@harbourview.example", name="Amara Osei"),
        "publisher": make("joan@harbourview.example", name="Joan Whitfield"),
        "instructor": make("luis@harbourview.example", name="Luis Ferreira"),
        "assessor": make("priya@harbourview.example", name="Priya Raman"),
        "registrar": make("helen@harbourview.example", name="Helen Brandt"),
        "second_registrar": make("ivo@harbourview.example", name="Ivo Marchetti"),
        "endorser": make("curtis@meridian-guild.example", name="Curtis Bell"),
        "accreditor": make("leonie@tidewater-board.example", name="Leonie Achterberg"),
        "second_accreditor": make("anton@tidewater-board.example", name="Anton Veres"),
        "recruiter": make("noor@pinewood.example", name="Noor Aziz"),
        "operator": make("sam@operator.example", name="Sam Ostrander", is_staff=True, is_superuser=True),
    }
    college = create_organisation(
        name="Harbourview College", kind=Organisation.Kind.UNIVERSITY, by=None, at=at,
        website="https://harbourview.example", country="US", region="New Jersey", email="registry@harbourview.example",
        quality_assurance="Internal review by somebody other than the author before anything is published; yearly review of rubrics.",
    )  # fmt: skip
    guild = create_organisation(
        name="Meridian Guild of Network Technicians", kind=Organisation.Kind.PROFESSIONAL, by=None, at=at,
        website="https://meridian-guild.example", country="US", email="office@meridian-guild.example",
    )  # fmt: skip
    board = create_organisation(
        name="Tidewater Accreditation Board", kind=Organisation.Kind.ACCREDITOR, by=None, at=at,
        website="https://tidewater-board.example", country="US", email="office@tidewater-board.example",
    )  # fmt: skip
    employer = create_organisation(
        name="Pinewood Logistics", kind=Organisation.Kind.EMPLOYER, by=None, at=at,
        website="https://pinewood.example", country="US", email="jobs@pinewood.example",
    )  # fmt: skip
    roles: list[tuple[Organisation, str, Role]] = [
        (college, "publisher", Role.ADMIN),
        (college, "designer", Role.DESIGNER),
        (college, "reviewer", Role.REVIEWER),
        (college, "publisher", Role.PUBLISHER),
        (college, "instructor", Role.INSTRUCTOR),
        (college, "assessor", Role.ASSESSOR),
        (college, "registrar", Role.REGISTRAR),
        (college, "second_registrar", Role.REGISTRAR),
        (guild, "endorser", Role.ADMIN),
        (guild, "endorser", Role.ENDORSER),
        (board, "accreditor", Role.REVIEWER),
        (board, "second_accreditor", Role.REVIEWER),
        (employer, "recruiter", Role.RECRUITER),
    ]
    for organisation, who, role in roles:
        add_member(organisation=organisation, person=people[who], role=role, by=None, at=at)
    return Cast(**people, college=college, guild=guild, board=board, employer=employer)


def signed_in(person: Any) -> Client:
    """A browser in which a person is signed in, or nobody."""
    client = Client(headers={"host": settings.PUBLIC_URL.split("://")[1]})
    if person is not None:
        client.force_login(person)
    return client
