from __future__ import annotations

import json
from typing import Any

import pytest
from tests.issuing.factories import MOMENT, College, ThisSite, make_college, make_learner, make_version

from cairn import facts
from cairn.credentials import verify
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.issuing import services
from cairn.issuing.models import Award, StatusList
from cairn.issuing.services import status_lists
from cairn.issuing.services.revoking import Changes
from cairn.people.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


def award(college: College, name: str = "Lia Learner", **content: Any) -> Award:
    version = make_version(college, **content)
    return services.award_credential(
        version=version, holder=make_learner(name), by=college.registrar, at=MOMENT, origin="direct:x"
    )


def revoke(college: College, made: Award, **change: Any) -> None:
    given = {
        "by": college.registrar,
        "reason": "error",
        "explanation": "The file was mixed up with another.",
        "at": MOMENT,
    } | change
    services.revoke(award=made, **given)


def codes(made: Award) -> set[str]:
    return {finding.code for finding in verify(made.document, at=MOMENT, resolve=ThisSite()).findings}


def test_a_revoked_award_is_refused_by_the_next_check(college: College) -> None:
    made, neighbour = award(college), award(college, "Max Other", title="Writing Tables")
    assert verify(made.document, at=MOMENT, resolve=ThisSite()).verdict == "verified"
    revoke(college, made)
    assert verify(made.document, at=MOMENT, resolve=ThisSite()).verdict == "not_verified"
    assert "revoked" in codes(made)
    assert verify(neighbour.document, at=MOMENT, resolve=ThisSite()).verdict == "verified"


def test_revoking_touches_one_bit_and_not_the_document(college: College) -> None:
    made = award(college)
    before = made.document
    revoke(college, made)
    made.refresh_from_db()
    assert made.document == before
    bits = bytes(StatusList.objects.get().bits)
    assert sum(byte.bit_count() for byte in bits) == 1
    assert bits[made.status_index // 8] & (0x80 >> made.status_index % 8)


def test_revoking_is_final(college: College) -> None:
    made = award(college)
    revoke(college, made)
    with pytest.raises(Conflict):
        revoke(college, made)
    assert made.status_changes.count() == 1


@pytest.mark.parametrize(("change", "error"), [({"reason": "bad mood"}, Invalid), ({"explanation": "  "}, Invalid)])
def test_revoking_needs_a_reason(college: College, change: dict[str, Any], error: type[Exception]) -> None:
    made = award(college)
    with pytest.raises(error):
        revoke(college, made, **change)
    assert verify(made.document, at=MOMENT, resolve=ThisSite()).verdict == "verified"


@pytest.mark.parametrize("duty", ["admin", "assessor", "publisher"])
def test_only_a_registrar_revokes(college: College, duty: str) -> None:
    with pytest.raises(NotAllowed):
        revoke(college, award(college), by=college.people[duty])


def test_a_waiting_award_cannot_be_revoked(college: College) -> None:
    with pytest.raises(Conflict):
        revoke(college, award(college, high_stakes=True))


def test_the_holder_is_told_by_letter_and_the_trail_keeps_no_words_about_them(
    college: College, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    made = award(college)
    with django_capture_on_commit_callbacks(execute=True):
        revoke(college, made, explanation="Lia handed in somebody else's work.")
    [letter] = mailoutbox
    assert letter.to == [made.holder.email]
    assert "somebody else's work" in letter.body
    event = AuditEvent.objects.get(action="award.revoked")
    assert event.reason == "error"
    assert "Lia" not in json.dumps(event.details)


def test_whoever_counted_it_is_told(college: College, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[facts.CredentialRevoked] = []
    monkeypatch.setitem(facts._listeners, facts.CredentialRevoked, [heard.append])
    made = award(college)
    revoke(college, made)
    assert [fact.award_id for fact in heard] == [made.pk]


def test_a_correction_takes_the_old_ones_place(college: College) -> None:
    made = award(college)
    later = MOMENT.replace(month=5)
    better = services.correct_and_supersede(
        award=made, changes=Changes(results=[{"criterion": "reads", "level": "exceeds", "points": 3}]),
        by=college.registrar, explanation="The level was entered wrongly.", at=later,
    )  # fmt: skip
    made.refresh_from_db()
    assert made.state == Award.State.SUPERSEDED
    assert made.superseded_by == better
    document = json.loads(better.document)
    assert document["awardedDate"] == "2026-04-07T10:30:00Z"
    assert document["validFrom"] == "2026-05-07T10:30:00Z"
    assert document["credentialSubject"]["result"][0]["value"] == "Exceeds"
    assert verify(made.document, at=later, resolve=ThisSite()).verdict == "not_verified"
    assert verify(better.document, at=later, resolve=ThisSite()).verdict == "verified"


def test_a_high_stakes_correction_waits_while_the_old_one_stands(college: College) -> None:
    made = award(college, high_stakes=True)
    services.approve_award(award=made, by=college.second, at=MOMENT)
    better = services.correct_and_supersede(
        award=made, changes=Changes(), by=college.registrar, explanation="New address.", at=MOMENT
    )
    made.refresh_from_db()
    assert (made.state, better.state) == (Award.State.AWARDED, Award.State.PROPOSED)
    with pytest.raises(Conflict):
        services.correct_and_supersede(
            award=made, changes=Changes(), by=college.registrar, explanation="Again.", at=MOMENT
        )
    services.approve_award(award=better, by=college.second, at=MOMENT)
    made.refresh_from_db()
    assert made.state == Award.State.SUPERSEDED


def test_a_new_list_begins_when_half_of_one_is_taken(college: College) -> None:
    version = make_version(college)
    first = services.award_credential(
        version=version, holder=make_learner("One"), by=college.registrar, at=MOMENT, origin="direct:x"
    )
    StatusList.objects.update(allocated=status_lists.LENGTH // 2)
    second = services.award_credential(
        version=version, holder=make_learner("Two"), by=college.registrar, at=MOMENT, origin="direct:x"
    )
    assert [first.status_list.number, second.status_list.number] == [1, 2]
    assert verify(second.document, at=MOMENT, resolve=ThisSite()).verdict == "verified"
