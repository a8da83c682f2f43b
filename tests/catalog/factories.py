"""Small rows for tests: organisations with people in roles, definitions in any state, imported programmes with outcomes and wages."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from cairn.catalog import services
from cairn.catalog.models import Approval, Definition, DefinitionVersion, Offer, Outcome, Provider, SkillTaught
from cairn.people.models import Membership, Organisation, Person, Role
from cairn.skills.models import FieldOfStudyLink, Framework, Occupation, OccupationNeed, Skill, Wage

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
_number = count(1)

RUBRIC = {
    "criteria": [
        {
            "id": "reading",
            "name": "Reading drawings",
            "levels": [
                {
                    "id": "not-yet",
                    "name": "Not yet",
                    "points": 0,
                    "description": "names fewer than half of the symbols",
                },
                {"id": "meets", "name": "Meets", "points": 1, "description": "names every symbol"},
            ],
            "required": "meets",
        }
    ]
}


def person(name: str = "Ada Brook") -> Person:
    return Person.objects.create_user(f"p{next(_number)}@example.org", "a good long password", name=name)


def organisation(name: str = "Harbour College", **fields: Any) -> Organisation:
    given = {
        "kind": Organisation.Kind.TRAINING,
        "country": "US",
        "quality_assurance": "External review every three years",
    } | fields
    return Organisation.objects.create(slug=f"org-{next(_number)}", name=name, **given)


def member(of: Organisation, *roles: str, name: str = "Ada Brook") -> Person:
    someone = person(name)
    for role in roles:
        Membership.objects.create(person=someone, organisation=of, role=role)
    return someone


def content(**fields: Any) -> dict[str, Any]:
    return {
        "type": "badge",
        "title": "Reading weld drawings",
        "description": "For people who weld and want to read what they are asked to weld.",
        "outcomes": [
            {"id": "o1", "text": "Name the symbols of a weld drawing", "skills": [], "assessed_by": ["reading"]}
        ],
        "rubric": RUBRIC,
        "assessment_type": "Observed task",
        "workload_hours": Decimal(12),
        "participation": "onsite",
    } | fields


class Team:
    """An organisation with one person for each duty, and the way through the lifecycle."""

    def __init__(self, name: str = "Harbour College") -> None:
        self.organisation = organisation(name)
        self.designer = member(self.organisation, Role.DESIGNER, name="Dana Design")
        self.reviewer = member(self.organisation, Role.REVIEWER, name="Rita Review")
        self.publisher = member(self.organisation, Role.PUBLISHER, name="Paul Publish")

    def draft(self, **fields: Any) -> DefinitionVersion:
        return services.draft_definition(by=self.designer, organisation=self.organisation, at=AT, **content(**fields))

    def approved(self, **fields: Any) -> DefinitionVersion:
        version = services.submit_for_review(version=self.draft(**fields), by=self.designer, at=AT)
        return services.approve(version=version, by=self.reviewer, at=AT)

    def published(self, **fields: Any) -> DefinitionVersion:
        return services.publish(version=self.approved(**fields), by=self.publisher, at=AT)

    def offered(self, price: int = 95_00, **fields: Any) -> tuple[DefinitionVersion, Offer]:
        version = self.published(**fields)
        offer = services.create_offer(version=version, by=self.designer, at=AT, price_tuition=price, hours=Decimal(12))
        return version, services.open_offer(offer=offer, by=self.designer, at=AT)


def framework() -> Framework:
    found, _ = Framework.objects.get_or_create(
        slug="onet",
        defaults={"name": "O*NET", "version": "29.2", "publisher": "US Department of Labor", "licence": "CC BY 4.0"},
    )
    return found


def skill(name: str = "Welding") -> Skill:
    slug = name.lower().replace(" ", "-")
    found, _ = Skill.objects.get_or_create(
        uri=f"https://example.org/skills/{slug}",
        defaults={"framework": framework(), "name": name, "kind": Skill.Kind.SKILL},
    )
    return found


def occupation(title: str = "Welders", soc: str = "51-4121", cip: str = "48.0508", **wage: Any) -> Occupation:
    made, _ = Occupation.objects.get_or_create(
        uri=f"https://example.org/occupations/{soc}",
        defaults={"framework": framework(), "code": f"{soc}.00", "soc": soc, "title": title},
    )
    FieldOfStudyLink.objects.get_or_create(cip=cip, soc=soc, defaults={"cip_title": "Welding technology"})
    figures = {"p10": 36000, "p25": 42000, "median": 50000, "p75": 60000, "p90": 72000} | wage
    Wage.objects.get_or_create(soc=soc, area="U.S.", year=2024, defaults={"source": "BLS OEWS, May 2024", **figures})
    return made


def need(of: Occupation, what: Skill, level: str = "3") -> OccupationNeed:
    return OccupationNeed.objects.create(occupation=of, skill=what, importance=Decimal(4), level=Decimal(level))


def provider(name: str = "Camden Welding School", **fields: Any) -> Provider:
    number = next(_number)
    given = {"city": "Camden", "county": "Camden", "state": "NJ", "country": "US", "source": "nj-etpl"} | fields
    return Provider.objects.create(slug=f"provider-{number}", name=name, source_key=str(number), **given)


def imported(title: str = "Combination welding", by: Provider | None = None, **fields: Any) -> DefinitionVersion:
    """A programme as an importer writes it: published at once, owned by nobody here."""
    number = next(_number)
    terms = {
        "price_total": 4200_00,
        "price_tuition": 4000_00,
        "price_fees": 200_00,
        "hours": Decimal(240),
        "county": "Camden",
    }
    terms |= fields.pop("offer", {})
    definition = Definition.objects.create(
        slug=f"programme-{number}",
        type=fields.pop("type", ""),
        provider=by or provider(),
        source="nj-etpl",
        source_key=str(number),
    )
    given = {
        "field_of_study": "48.0508",
        "workload_hours": Decimal(240),
        "published_at": AT,
        "state": "published",
    } | fields
    version = DefinitionVersion.objects.create(definition=definition, number=1, title=title, **given)
    Offer.objects.create(version=version, state=Offer.State.OPEN, **terms)
    return version


def outcome(of: Provider, quarter: int = 2, **fields: Any) -> Outcome:
    given = {
        "completers": 64,
        "employed_percent": Decimal("71.9"),
        "mean_quarterly_wage": Decimal("8150"),
        "earners": 46,
        "currency": "USD",
    } | fields
    return Outcome.objects.create(
        provider=of, field_of_study="48.0508", quarter=quarter, source="New Jersey, 2021", **given
    )


def approval(of: Provider, authority: str = "New Jersey Eligible Training Provider List", **fields: Any) -> Approval:
    given = {
        "kind": "approved",
        "status": "Approved",
        "source": "New Jersey Eligible Training Provider List, 2021",
    } | fields
    return Approval.objects.create(provider=of, authority=authority, **given)


def taught(by: DefinitionVersion, what: Skill, level: str | None = "3", origin: str = "crosswalk") -> SkillTaught:
    return SkillTaught.objects.create(
        version=by, skill=what, level=None if level is None else Decimal(level), origin=origin
    )
