from __future__ import annotations

import json

import pytest
from tests.issuing.factories import MOMENT, College, ThisSite, make_college, make_learner, make_stack, make_version
from tests.people.factories import make_member

from cairn.catalog.achievements import achievement_id
from cairn.credentials import verify
from cairn.errors import Conflict, NotAllowed, RequirementsUnmet
from cairn.issuing import services
from cairn.issuing.models import Award
from cairn.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


def parts_of(college: College, learner: Person, count: int = 3) -> list[Award]:
    return [
        services.award_credential(
            version=make_version(college, f"Part {number}"), holder=learner, by=college.assessor, at=MOMENT,
            origin=f"enrolment:{number}",
        )
        for number in range(count)
    ]  # fmt: skip


def test_a_partner_endorses_with_its_own_key(college: College) -> None:
    guild = make_college("Guild of Analysts")
    endorser = make_member(guild.organisation, "endorser")
    version = make_version(college)
    endorsement = services.endorse_version(
        version=version, endorser=guild.organisation, by=endorser, at=MOMENT, comment="Our members ask for this."
    )
    document = json.loads(endorsement.document)
    assert document["issuer"]["name"] == "Guild of Analysts"
    assert document["credentialSubject"]["id"] == achievement_id(version)
    assert document["credentialSubject"]["endorsementComment"] == "Our members ask for this."
    assert verify(endorsement.document, at=MOMENT, resolve=ThisSite()).verdict == "verified"
    with pytest.raises(Conflict):
        services.endorse_version(version=version, endorser=guild.organisation, by=endorser, at=MOMENT)


def test_nobody_endorses_their_own(college: College) -> None:
    version = make_version(college)
    with pytest.raises(NotAllowed):
        services.endorse_version(
            version=version, endorser=college.organisation, by=make_member(college.organisation, "endorser"), at=MOMENT
        )
    with pytest.raises(NotAllowed):
        services.endorse_version(version=version, endorser=college.organisation, by=college.registrar, at=MOMENT)


def test_a_completed_stack_is_awarded_by_its_published_rule(college: College) -> None:
    learner = make_learner()
    parts = parts_of(college, learner, 2)
    stack = make_stack(college, [part.version for part in parts])
    made = services.award_credential(
        version=stack, holder=learner, by=learner, at=MOMENT, origin=f"stack:{stack.pk}", parts=parts
    )
    assert made.state == Award.State.AWARDED
    assert set(made.parts.all()) == set(parts)


def test_a_stack_is_not_awarded_on_somebody_elses_or_revoked_parts(college: College) -> None:
    learner = make_learner()
    parts = parts_of(college, learner, 2)
    stack = make_stack(college, [part.version for part in parts])
    ask = {"version": stack, "by": None, "at": MOMENT, "origin": f"stack:{stack.pk}"}
    with pytest.raises(RequirementsUnmet):
        services.award_credential(holder=make_learner("Max Other"), parts=parts, **ask)
    with pytest.raises(RequirementsUnmet):
        services.award_credential(holder=learner, parts=[], **ask)
    services.revoke(award=parts[0], by=college.registrar, reason="fraud", explanation="Copied.", at=MOMENT)
    parts[0].refresh_from_db()
    with pytest.raises(RequirementsUnmet) as refused:
        services.award_credential(holder=learner, parts=parts, **ask)
    assert "Part 0" in refused.value.facts["missing"][0]


def test_one_file_holds_the_stack_and_every_part_verifies(college: College) -> None:
    learner = make_learner()
    parts = parts_of(college, learner)
    stack = make_stack(college, [part.version for part in parts])
    whole = services.award_credential(
        version=stack, holder=learner, by=None, at=MOMENT, origin=f"stack:{stack.pk}", parts=parts
    )
    record = services.clr_document(award=whole, at=MOMENT)
    verdict = verify(record.text, at=MOMENT, resolve=ThisSite())
    assert verdict.verdict == "verified"
    assert [json.dumps(dict(part), sort_keys=True) for part in record.parts] == [
        json.dumps(json.loads(made.document), sort_keys=True)
        for made in (whole, *sorted(parts, key=lambda one: (one.awarded_at, one.pk)))
    ]
    associations = record.document["credentialSubject"]["association"]
    assert {row["sourceId"] for row in associations} == {achievement_id(part.version) for part in parts}
    assert {row["targetId"] for row in associations} == {achievement_id(stack)}
    assert {row["associationType"] for row in associations} == {"isChildOf"}
    assert learner.email not in record.text


def test_a_single_award_needs_no_bundle(college: College) -> None:
    [single] = parts_of(college, make_learner(), 1)
    with pytest.raises(Conflict):
        services.clr_document(award=single, at=MOMENT)
