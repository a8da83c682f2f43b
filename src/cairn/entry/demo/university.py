"""A university next door: a degree with transfer, an agreement with the college, a recognition, and a request that waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.services import approve, draft_definition, publish, submit_for_review
from cairn.credentials import verify
from cairn.entry.demo import stranger
from cairn.entry.demo.cast import Cast
from cairn.entry.demo.school import COMMON, School
from cairn.entry.demo.telling import Teller
from cairn.issuing.models import Award
from cairn.issuing.published import SiteResolver
from cairn.issuing.services import ensure_signing_key
from cairn.people.models import Organisation, Person, Role
from cairn.people.services import add_member, create_organisation
from cairn.recognition import services
from cairn.recognition.degrees import degree_plan
from cairn.recognition.models import AgreementVersion, ExternalAward
from cairn.wallet.services import import_credential

PEOPLE = {
    "author": ("wren@northgate.example", "Wren Halloran", (Role.ADMIN, Role.DESIGNER, Role.PUBLISHER)),
    "reviewer": ("sunita@northgate.example", "Sunita Kaul", (Role.REVIEWER,)),
    "examiner": ("elias@northgate.example", "Elias Brodeur", (Role.EXAMINER,)),
    "dean": ("margit@northgate.example", "Margit Solberg", (Role.DEAN,)),
    "second_dean": ("tunde@northgate.example", "Tunde Bakare", (Role.DEAN,)),
    "registrar": ("iris@northgate.example", "Iris Pellerin", (Role.REGISTRAR,)),
}


@dataclass(frozen=True)
class University:
    """The organisation, its people by duty, its courses and the degree they make."""

    organisation: Organisation
    people: dict[str, Person]
    courses: tuple[DefinitionVersion, DefinitionVersion, DefinitionVersion]
    degree: DefinitionVersion


def transfer(tell: Teller, cast: Cast, school: School, now: datetime) -> None:
    """Play what a degree next door makes of what the learner holds, as things are at ``now``."""
    university = _found(cast, now - timedelta(days=60))
    mira, people = cast.learner, university.people
    with tell.step("A university next door recognises what she has learnt") as step:
        agreement = _agree(cast, school, university, now - timedelta(days=55))
        verdict = verify(agreement.document, at=now, resolve=SiteResolver())
        step.check(
            verdict.verdict == "verified" and verdict.has("further_proof"),
            f"one agreement, signed by {cast.college} and by {university.organisation}, checked by anybody",
            verdict.verdict,
        )
        certificate = Award.objects.get(version=school.certificate, holder=mira)
        request = services.submit_request(
            person=mira, organisation=university.organisation, source=certificate, toward=university.courses[0],
            because="The certificate covers what the course teaches.", at=now - timedelta(days=2),
        )  # fmt: skip
        step.check(request.agreement == agreement, "her certificate is covered by it, so nobody decides it again")
        request = services.confirm(request=request, by=people["registrar"], at=now - timedelta(days=1))
        verdict = verify(request.credential, at=now, resolve=SiteResolver())
        step.check(verdict.verdict == "verified", f"{people['registrar'].name} confirms it; the recognition is signed")
        plan = degree_plan(university.degree, mira, now)
        by_agreement = [part for part in plan.parts if "agreement" in part.how]
        step.check(
            plan.evaluation.state == "partly" and by_agreement,
            f"the degree stands at {int(plan.evaluation.progress * 100)}%, “{by_agreement[0].name}” inside it by agreement",
            plan.evaluation.state,
        )
        import_credential(holder=mira, source=stranger.award(mira.email, now - timedelta(days=9)), at=now)
        services.submit_request(
            person=mira, organisation=university.organisation, source=ExternalAward.objects.get(person=mira, name="Soldering for Repairs"),
            toward=university.courses[2], because="I repaired boards for a year; three devices were examined.", at=now,
        )  # fmt: skip
        step.saw(f"another request waits for its examiner ({people['examiner'].email})")


def _found(cast: Cast, at: datetime) -> University:
    organisation = create_organisation(
        name="Northgate University", kind=Organisation.Kind.UNIVERSITY, by=None, at=at, country="US", region="New Jersey",
        website="https://northgate.example", email="registrar@northgate.example",
        quality_assurance="Programmes are reviewed every five years with external examiners.",
    )  # fmt: skip
    people = {
        duty: Person.objects.create(email=email, name=name, password=cast.learner.password)
        for duty, (email, name, _) in PEOPLE.items()
    }
    for duty, (_, _, roles) in PEOPLE.items():
        for role in roles:
            add_member(organisation=organisation, person=people[duty], role=role, by=None, at=at)
    ensure_signing_key(organisation=organisation, by=people["registrar"], at=at)

    def course(title: str, number: int, **content: Any) -> DefinitionVersion:
        return _publish(
            organisation, people, at, title=title, credits=Decimal(number), credit_scheme="us-semester", **content
        )

    first = course("Networks I", 4, type="badge")
    second = course("Networks II", 4, type="badge")
    third = course("Electronics Laboratory", 2, type="badge")
    rule = {
        "kind": "residency", "issuers": [organisation.slug], "scheme": "us-semester", "share": "1/3",
        "of": {
            "kind": "at_most", "amount": "8", "scheme": "us-semester", "filter": {"sources": ["transfer"]},
            "of": {
                "kind": "all_of",
                "of": [
                    {"kind": "award_of", "achievement": achievement_id(first)},
                    {"kind": "credits_at_least", "amount": "8", "scheme": "us-semester", "filter": {"issuers": [organisation.slug]}},
                ],
            },
        },
    }  # fmt: skip
    degree = course("First Year in Networks and Systems", 12, type="programme", requirement=rule)
    return University(organisation, people, (first, second, third), degree)


def _publish(organisation: Organisation, people: dict[str, Person], at: datetime, **content: Any) -> DefinitionVersion:
    rubric = {
        "criteria": [{
            "id": "exam", "name": "Examination", "required": "pass",
            "levels": [
                {"id": "fail", "name": "Fail", "points": 0, "description": "Important parts are missing."},
                {"id": "pass", "name": "Pass", "points": 1, "description": "What the course teaches is shown."},
            ],
        }],
    }  # fmt: skip
    made = content.get("requirement") is not None
    version = draft_definition(
        by=people["author"], organisation=organisation, at=at, description=f"{content['title']} at {organisation.name}.",
        criteria="Pass the examination." if not made else "Collect the credits, a third of them here.",
        outcomes=[{"id": "o", "text": "Apply what the course teaches", "skills": [], "assessed_by": [] if made else ["exam"]}],
        rubric=None if made else rubric, workload_hours=Decimal(40 * content["credits"]),
        **{name: COMMON[name] for name in ("language", "level_framework", "participation", "supervision")}, level=6,
        assessment_type="" if made else "Written examination", **content,
    )  # fmt: skip
    submit_for_review(version=version, by=people["author"], at=at)
    approve(version=version, by=people["reviewer"], at=at)
    return publish(version=version, by=people["author"], at=at)


def _agree(cast: Cast, school: School, university: University, at: datetime) -> AgreementVersion:
    def term(key: str, accepts: DefinitionVersion, toward: DefinitionVersion, amount: str) -> dict[str, Any]:
        return {
            "id": key, "accepts": [{"id": achievement_id(accepts), "name": accepts.title}],
            "toward": {"id": achievement_id(toward), "name": toward.title}, "credits": amount, "scheme": "us-semester",
            "level": {"framework": "eqf", "value": "4"},
        }  # fmt: skip

    row = services.draft_agreement(
        organisation=university.organisation, giver=cast.college, receiver=university.organisation, by=university.people["registrar"],
        title="Networks: from Harbourview to Northgate", at=at, in_force_from=at, most=Decimal(6),
        terms=[
            term("networks-1", school.certificate, university.courses[0], "4"),
            term("networks-2", school.project, university.courses[1], "3"),
        ],
    )  # fmt: skip
    row = services.sign_agreement(agreement=row, by=university.people["registrar"], at=at)
    return services.countersign_agreement(agreement=row, by=cast.registrar, at=at)
