"""Two institutions with people at the recognition desk, an agreement between them, and a degree with transfer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.issuing.factories import MOMENT, College, make_college, make_version
from tests.people.factories import give_role, make_person

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.people.models import Person
from cairn.recognition import services
from cairn.recognition.models import AgreementVersion, RecognitionRequest
from cairn.recognition.services import Granting

FIVE = Granting(credits=Decimal(5), scheme="ects", level_framework="eqf", level=Decimal(6))


def make_university(name: str = "State University") -> College:
    """Create an institution with an examiner and two deans beside everybody else."""
    university = make_college(name)
    for duty, role in (("examiner", "examiner"), ("dean", "dean"), ("other_dean", "dean")):
        person = make_person(f"{duty.replace('_', ' ').title()} of {name}")
        university.people[duty] = give_role(person, university.organisation, role)
    return university


def make_course(college: College, title: str, credits: int = 5, **content: Any) -> DefinitionVersion:  # noqa: A002 - the field's word
    """Publish a credential with credits and a level."""
    return make_version(
        college, title, credits=Decimal(credits), credit_scheme="ects", level_framework="eqf", level=5, **content
    )


def term(accepts: DefinitionVersion, toward: DefinitionVersion, amount: str = "5", **more: Any) -> dict[str, Any]:
    """Return one term."""
    return {
        "id": f"t-{accepts.pk}",
        "accepts": [{"id": achievement_id(accepts), "name": accepts.title}],
        "toward": {"id": achievement_id(toward), "name": toward.title},
        "credits": amount,
        "scheme": "ects",
        **more,
    }


def make_agreement(
    giver: College, receiver: College, *terms: dict[str, Any], at: datetime = MOMENT, **more: Any
) -> AgreementVersion:
    """Draft by the receiver, sign by both."""
    row = services.draft_agreement(
        organisation=receiver.organisation, giver=giver.organisation, receiver=receiver.organisation,
        title="Data and Statistics", terms=list(terms), by=receiver.registrar, at=at,
        **{"in_force_from": at, **more},
    )  # fmt: skip
    row = services.sign_agreement(agreement=row, by=receiver.registrar, at=at)
    return services.countersign_agreement(agreement=row, by=giver.registrar, at=at)


def recognise(request: RecognitionRequest, university: College, at: datetime) -> RecognitionRequest:
    """Take a request through examiner, dean and registrar."""
    request = services.examine(
        request=request,
        by=university.examiner,
        at=at,
        recommend=True,
        reason="Same outcomes, same level.",
        granting=FIVE,
    )
    request = services.decide(request=request, by=university.dean, at=at, grant=True, reason="As recommended.")
    return services.confirm(request=request, by=university.registrar, at=at)


__all__ = ["FIVE", "Person", "make_agreement", "make_course", "make_university", "recognise", "term"]
