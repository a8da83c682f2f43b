"""Two institutions sign one and the same agreement, and the engine carries it out while it is in force."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.issuing.factories import MOMENT, College
from tests.recognition.factories import make_agreement, make_course, make_university, term
from tests.wallet.factories import NOW

from cairn.credentials import verify
from cairn.errors import Conflict, Invalid, NotAllowed, NotFound
from cairn.issuing.published import SiteResolver
from cairn.issuing.queries import issuer_id_of
from cairn.people.models import AuditEvent
from cairn.people.services import verify_chain
from cairn.recognition import services
from cairn.recognition.queries import agreement_at, agreements_in_force, rows_in_force
from cairn.recognition.terms import sentences


@pytest.fixture
def university(db: None) -> College:
    return make_university()


def test_both_sign_the_same_words_and_anybody_can_check_both_signatures(college: College, university: College) -> None:
    row = make_agreement(college, university, term(make_course(college, "Tables"), make_course(university, "STAT 101")))
    document = json.loads(row.document)
    assert len(document["proof"]) == 2
    signers = {proof["verificationMethod"].partition("#")[0] for proof in document["proof"]}
    assert signers == {issuer_id_of(college.organisation), issuer_id_of(university.organisation)}
    verdict = verify(row.document, at=NOW, resolve=SiteResolver(None))
    assert verdict.verdict == "verified"
    assert verdict.has("further_proof")
    for changed in (
        row.document.replace('"credits":"5"', '"credits":"50"'),
        row.document.replace("STAT 101", "STAT 999"),
    ):
        assert changed != row.document
        assert verify(changed, at=NOW, resolve=SiteResolver(None)).verdict == "not_verified"


def test_one_signature_is_no_agreement(college: College, university: College) -> None:
    row = make_agreement(college, university, term(make_course(college, "Tables"), make_course(university, "STAT 101")))
    document = json.loads(row.document)
    document["proof"][1]["proofValue"] = document["proof"][0]["proofValue"]
    assert verify(json.dumps(document), at=NOW, resolve=SiteResolver(None)).verdict == "not_verified"


def test_the_engine_gets_what_was_signed(college: College, university: College) -> None:
    tables, stat = make_course(college, "Tables"), make_course(university, "STAT 101")
    line = term(tables, stat, level={"framework": "eqf", "value": "5"}, most="5")
    row = make_agreement(college, university, line, most=Decimal(30), in_force_until=NOW + timedelta(days=400))
    [agreement] = agreements_in_force(NOW)
    assert (agreement.id, agreement.version) == (str(row.uid), "1")
    assert (agreement.giver, agreement.receiver) == (college.organisation.slug, university.organisation.slug)
    assert agreement.most == 30
    [one] = agreement.terms
    assert (one.credits, one.scheme, str(one.level), one.most) == (Decimal(5), "ects", "eqf level 5", Decimal(5))
    assert json.loads(row.document)["credentialSubject"]["agreement"]["terms"] == row.terms
    assert agreements_in_force(NOW, receiving=college.organisation) == []
    assert agreements_in_force(MOMENT - timedelta(days=1)) == []
    assert agreements_in_force(NOW + timedelta(days=401)) == []
    assert sentences(row)[:2] == [
        (
            "“Tables” of Harbour College at EQF level 5 or higher counts as “STAT 101” at State University, for 5 ECTS credits, "
            "at most 5 ECTS credits in all."
        ),
        "In all it gives one learner at most 30 ECTS credits.",
    ]


def test_only_the_registrars_of_the_two_sides_sign_and_nobody_for_both(college: College, university: College) -> None:
    lines = [term(make_course(college, "Tables"), make_course(university, "STAT 101"))]
    given = {
        "giver": college.organisation, "receiver": university.organisation, "title": "T", "terms": lines,
        "in_force_from": MOMENT, "at": MOMENT,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        services.draft_agreement(organisation=college.organisation, by=university.registrar, **given)
    row = services.draft_agreement(organisation=college.organisation, by=college.registrar, **given)
    with pytest.raises(NotFound):
        agreement_at(row.uid, 1, university.registrar)  # a draft is for those who write it
    with pytest.raises(NotAllowed):
        services.sign_agreement(agreement=row, by=university.registrar, at=MOMENT)
    row = services.sign_agreement(agreement=row, by=college.registrar, at=MOMENT)
    assert agreement_at(row.uid, 1, university.registrar) == row
    with pytest.raises(NotFound):
        agreement_at(row.uid, 1)
    with pytest.raises(NotAllowed):
        services.countersign_agreement(agreement=row, by=college.second, at=MOMENT)
    assert agreements_in_force(NOW) == []
    services.countersign_agreement(agreement=row, by=university.registrar, at=MOMENT)
    assert len(agreements_in_force(NOW)) == 1
    with pytest.raises(Conflict):
        services.countersign_agreement(agreement=row, by=university.registrar, at=MOMENT)
    for side in (college, university):
        actions = AuditEvent.objects.filter(organisation=side.organisation, object_type="agreement")
        assert "agreement.agreed" in set(actions.values_list("action", flat=True))
        assert verify_chain(side.organisation) == []


@pytest.mark.parametrize("fault", ["not theirs", "no credits", "no terms", "strange field", "ends early", "same side"])
def test_what_cannot_be_carried_out_is_not_drafted(college: College, university: College, fault: str) -> None:
    tables, stat = make_course(college, "Tables"), make_course(university, "STAT 101")
    good = term(tables, stat)
    lines = {
        "not theirs": [term(stat, stat)], "no credits": [{**good, "credits": "many"}], "no terms": [],
        "strange field": [{**good, "sudo": "yes"}],
    }.get(fault, [good])  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        make_agreement(
            university if fault == "same side" else college, university, *lines,
            **({"in_force_until": MOMENT} if fault == "ends early" else {}),
        )  # fmt: skip
    assert refusal.value.remedy


def test_a_new_version_takes_the_place_of_the_older_one_on_its_day(college: College, university: College) -> None:
    tables, stat = make_course(college, "Tables"), make_course(university, "STAT 101")
    first = make_agreement(college, university, term(tables, stat))
    begin = NOW + timedelta(days=10)
    second = services.draft_agreement(
        organisation=college.organisation, giver=college.organisation, receiver=university.organisation, title="Next",
        terms=[term(tables, stat, "3")], in_force_from=begin, by=college.registrar, at=NOW, supersedes=first,
    )  # fmt: skip
    with pytest.raises(Conflict):
        services.draft_agreement(
            organisation=college.organisation, giver=college.organisation, receiver=university.organisation, title="Again",
            terms=[term(tables, stat, "3")], in_force_from=begin, by=college.registrar, at=NOW, supersedes=first,
        )  # fmt: skip
    second = services.change_draft(agreement=second, by=college.second, at=NOW, title="Data, revised")
    second = services.sign_agreement(agreement=second, by=college.registrar, at=NOW)
    services.countersign_agreement(agreement=second, by=university.registrar, at=NOW)
    assert [row.number for row in rows_in_force(NOW + timedelta(days=9))] == [1]
    assert [row.number for row in rows_in_force(begin)] == [2]
    assert agreements_in_force(begin)[0].terms[0].credits == 3


def test_a_side_withdraws_with_notice(college: College, university: College) -> None:
    row = make_agreement(
        college, university, term(make_course(college, "Tables"), make_course(university, "STAT 101")), notice_days=30
    )
    with pytest.raises(Invalid):
        services.withdraw_agreement(
            agreement=row, organisation=college.organisation, by=college.registrar, at=NOW, reason=" "
        )
    row = services.withdraw_agreement(
        agreement=row, organisation=college.organisation, by=college.registrar, at=NOW, reason="We teach it no longer."
    )
    assert row.ended_because == "Harbour College withdrew from it: We teach it no longer."
    assert len(agreements_in_force(NOW + timedelta(days=29))) == 1
    assert agreements_in_force(NOW + timedelta(days=30)) == []
    with pytest.raises(Conflict):
        services.withdraw_agreement(
            agreement=row, organisation=university.organisation, by=university.registrar, at=NOW, reason="We too."
        )


def test_an_offer_can_be_declined(college: College, university: College) -> None:
    row = services.draft_agreement(
        organisation=college.organisation, giver=college.organisation, receiver=university.organisation, title="T",
        terms=[term(make_course(college, "Tables"), make_course(university, "STAT 101"))], in_force_from=MOMENT,
        by=college.registrar, at=MOMENT,
    )  # fmt: skip
    row = services.sign_agreement(agreement=row, by=college.registrar, at=MOMENT)
    row = services.decline_agreement(agreement=row, by=university.registrar, at=NOW, reason="The level is too low.")
    assert row.ended_because == "The level is too low."
    assert agreements_in_force(NOW) == []
