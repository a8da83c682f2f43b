"""A made-up college with one person per duty, and credentials it has published. Everything goes through the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.test import Client
from tests.people.factories import give_role, make_organisation, make_person

from cairn.catalog import services as catalog
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.credentials import CouldNotFetch, Fetched
from cairn.issuing import services as issuing
from cairn.people.models import Organisation, Person

MOMENT = datetime(2026, 4, 7, 10, 30, tzinfo=UTC)

RUBRIC: dict[str, Any] = {
    "criteria": [
        {
            "id": "reads",
            "name": "Reads the data",
            "levels": [
                {"id": "not-yet", "name": "Not yet", "points": 0, "description": "Important columns are misread."},
                {"id": "meets", "name": "Meets", "points": 2, "description": "Every column is read as it is meant."},
                {
                    "id": "exceeds",
                    "name": "Exceeds",
                    "points": 3,
                    "description": "Doubtful values are found and explained.",
                },
            ],
            "required": "meets",
        },
        {
            "id": "explains",
            "name": "Explains the result",
            "levels": [
                {"id": "not-yet", "name": "Not yet", "points": 0, "description": "A reader could not act on it."},
                {"id": "meets", "name": "Meets", "points": 2, "description": "A reader knows what to do."},
            ],
            "required": "meets",
        },
    ]
}

OUTCOMES = [
    {"id": "o1", "text": "Reads a table of figures", "skills": [], "assessed_by": ["reads"]},
    {"id": "o2", "text": "Explains what the figures mean", "skills": [], "assessed_by": ["explains"]},
]


@dataclass
class College:
    """An organisation with a key, and its people by duty."""

    organisation: Organisation
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, duty: str) -> Person:
        try:
            return self.__dict__["people"][duty]
        except KeyError:
            raise AttributeError(duty) from None


def make_college(name: str = "Harbour College", **facts: Any) -> College:
    """Create a college with an administrator, designer, reviewer, publisher, instructor, assessor, two registrars and a signing key."""
    facts = {"country": "IE", "website": "https://harbour.example.org", "email": "office@harbour.example.org", **facts}
    college = College(make_organisation(name, **facts))
    for duty in ("admin", "designer", "reviewer", "publisher", "instructor", "assessor", "registrar"):
        college.people[duty] = give_role(make_person(f"{duty.title()} of {name}"), college.organisation, duty)
    college.people["second"] = give_role(make_person(f"Second Registrar of {name}"), college.organisation, "registrar")
    issuing.ensure_signing_key(organisation=college.organisation, by=college.admin, at=MOMENT)
    return college


def make_version(
    college: College, title: str = "Reading Tables", *, kind: str = "badge", **content: Any
) -> DefinitionVersion:
    """Publish a credential of the college that is assessed against :data:`RUBRIC`, through draft, review and publication."""
    content = {
        "description": "Shows that somebody can read a table of figures and say what it means.",
        "criteria": "Hand in a short analysis of a table you chose.",
        "outcomes": OUTCOMES,
        "rubric": RUBRIC,
        "assessment_type": "portfolio",
        "workload_hours": 12,
        **content,
    }
    version = catalog.draft_definition(
        by=college.designer, organisation=college.organisation, at=MOMENT, type=kind, title=title, **content
    )
    return publish(college, version)


def publish(college: College, version: DefinitionVersion) -> DefinitionVersion:
    """Take a draft through review to publication."""
    version = catalog.submit_for_review(version=version, by=college.designer, at=MOMENT)
    version = catalog.approve(version=version, by=college.reviewer, at=MOMENT)
    return catalog.publish(version=version, by=college.publisher, at=MOMENT)


def make_stack(
    college: College, parts: list[DefinitionVersion], title: str = "Practical Data Work"
) -> DefinitionVersion:
    """Publish a certificate that is made of other credentials."""
    requirement = {
        "kind": "all_of",
        "of": [{"kind": "award_of", "achievement": achievement_id(part)} for part in parts],
    }
    outcomes = [{"id": "o1", "text": "Works with figures from the first look to the report", "skills": []}]
    content = {"rubric": None, "requirement": requirement, "assessment_type": "", "outcomes": outcomes}
    return make_version(college, title, kind="certificate", **content)


def make_learner(name: str = "Lia Learner") -> Person:
    """Create a learner, who belongs to no organisation."""
    return make_person(name)


class ThisSite:
    """A resolver that finds what this site publishes, the way a stranger's verifier would over https."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Ask the site through its own pages."""
        self.asked.append(url)
        response = Client().get(url.removeprefix(settings.PUBLIC_URL), headers={"accept": accept})
        if response.status_code != 200:
            raise CouldNotFetch(f"answered {response.status_code}")
        return Fetched(response.content, response.headers["Content-Type"], url)
