"""Judging criteria: who may say what, what counts, answers and appeals, and the history that stays."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import AT, Team, approval, imported, member, organisation, outcome, person, provider

from cairn.appraisal import Evidence, Tier, mcq100
from cairn.catalog import queries, services
from cairn.catalog.models import CredibilityScore, CriterionAppeal, CriterionEvidence, DefinitionVersion
from cairn.catalog.queries.evident import watched
from cairn.catalog.services import Finding
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.outside import clock
from cairn.people.models import AuditEvent, Membership, Organisation, Person, Role
from cairn.people.services import issue_token

pytestmark = pytest.mark.django_db
D = Decimal
DAY = timedelta(days=1)


def finding(criterion: str = "C6", points: object = 2, **more: Any) -> Finding:
    given = {
        "tier": Tier.REVIEWED,
        "sentence": "The report on its reliability was read",
        "checked_on": date(2026, 2, 20),
        "source": "Report of 2025",
    } | more
    return Finding(criterion=criterion, points=D(str(points)), **given)


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("Unsupervised, identity not checked", (0, 0)), ("Unsupervised", None), ("Portfolio", None), ("", None),
        ("Supervised, identity not checked", (1, 1)), ("supervised with no identity verification", (1, 1)), ("Supervised", (1, 6)),
        ("Supervised online or on site, identity checked", (2, 6)), ("supervised online with identity verification", (2, 3)),
        ("Supervised onsite, identity checked", (5, 6)), ("Proctored online, two-factor ID check", (3, 3)),
    ],
)  # fmt: skip
def test_what_is_said_of_supervision_leaves_only_the_steps_that_it_does_not_tell_apart(
    words: str, steps: tuple[int, int] | None
) -> None:
    assert watched(words) == steps
    assert [mcq100().criterion("C3").points >= one for one in steps or ()] == [True] * len(steps or ())


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def version(team: Team) -> DefinitionVersion:
    return team.published()


def program(of: Organisation, by: Person, *scopes: str) -> dict[str, str]:
    Membership.objects.get_or_create(person=by, organisation=of, role=Role.ADMIN)
    token, _ = issue_token(
        organisation=of, name="A program", scopes=scopes or ["evidence:record"], by=by, at=AT, expires_at=None
    )
    return {"Authorization": f"Bearer {token}"}


def told(version: DefinitionVersion, headers: dict[str, str], **more: Any) -> Any:
    body = {"criterion": "C6", "points": 2, "tier": "reviewed", "sentence": "The report was read", "source": "Report of 2025",
            "checked_on": "2026-02-20"} | more  # fmt: skip
    path = f"/api/v1/catalogue/credentials/{version.definition.slug}/evidence"
    return Client().post(path, body, content_type="application/json", headers=headers)


def test_a_program_of_an_accreditor_records_what_its_reviewer_found(
    version: DefinitionVersion, accreditor: Organisation, judge: Person
) -> None:
    before = queries.credibility_of(version, clock.now())
    answer = told(version, program(accreditor, judge))
    assert answer.status_code == 201, answer.content
    row = CriterionEvidence.objects.get(pk=answer.json()["id"])
    assert (row.criterion, row.organisation, row.recorded_by, row.checked_on) == (
        "C6",
        accreditor,
        judge,
        date(2026, 2, 20),
    )
    assert answer.json()["low"] == pytest.approx(float(before.low) + 2 * 0.7)
    assert AuditEvent.objects.filter(action="evidence.recorded").exists()


def test_a_program_of_the_provider_only_declares(version: DefinitionVersion, team: Team) -> None:
    own = program(team.organisation, team.reviewer)
    assert told(version, own).json()["code"] == "own_evidence_is_declared"
    assert told(version, own, tier="declared", source="").status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"criterion": "Z9"},
        {"points": 3},
        {"points": -1},
        {"points": "NaN"},
        {"tier": "sworn"},
        {"source": " "},
        {"sentence": "\u200b " * 3},
        {"sentence": "x" * 401},
        {"document_digest": "abc"},
        {"checked_on": "2999-01-01"},
        {"expires_on": "2020-01-01"},
        {"whole_provider": True},
    ],
    ids=["criterion", "too-many", "below-zero", "no-number", "tier", "no-source", "says-nothing", "too-long", "digest",
         "future", "over", "group"],
)  # fmt: skip
def test_a_program_is_told_what_is_wrong_with_its_finding(
    version: DefinitionVersion, accreditor: Organisation, judge: Person, wrong: dict[str, Any]
) -> None:
    answer = told(version, program(accreditor, judge), **wrong)
    assert answer.status_code == 422, answer.content
    assert answer.json()["message"]
    assert not CriterionEvidence.objects.exists()


def test_a_program_of_anybody_else_records_nothing(version: DefinitionVersion) -> None:
    school = organisation("Seaside School")
    outsider = member(school, Role.REVIEWER, name="Otto Outside")
    assert told(version, program(school, outsider)).status_code == 403
    assert told(version, program(school, outsider, "plans:read")).status_code == 403
    assert told(version, {}).status_code == 401


@pytest.fixture
def accreditor() -> Organisation:
    return organisation("Quality Board", kind=Organisation.Kind.ACCREDITOR)


@pytest.fixture
def judge(accreditor: Organisation) -> Person:
    return member(accreditor, Role.REVIEWER, name="Jules Judge")


def record(version: DefinitionVersion, body: Organisation, by: Person, **more: Any) -> CriterionEvidence:
    return services.record_evidence(version=version, organisation=body, finding=finding(**more), by=by, at=AT)


def of(version: DefinitionVersion, criterion: str, at: Any = AT) -> Any:
    return next(one for one in queries.credibility_of(version, at).criteria if one.criterion.id == criterion)


def test_evidence_makes_a_criterion_known_and_leaves_its_mark_on_the_trail(
    version: DefinitionVersion, accreditor: Organisation, judge: Person
) -> None:
    before = queries.credibility_of(version, AT)
    row = record(version, accreditor, judge, document_digest="A" * 64, expires_on=date(2027, 2, 20))
    after = queries.credibility_of(version, AT)
    assert of(version, "C6").low == D("1.4")
    assert "Quality Board" in of(version, "C6").sentence
    assert (after.low > before.low, after.high < before.high) == (True, True)
    assert (row.document_digest, row.rubric, row.rubric_version) == ("a" * 64, "MCQ-100", "1.0.0")
    event = AuditEvent.objects.get(action="evidence.recorded")
    assert event.details["criterion"] == "C6"


def test_evidence_that_has_expired_is_unknown_again(
    version: DefinitionVersion, accreditor: Organisation, judge: Person
) -> None:
    record(version, accreditor, judge, expires_on=AT.date())
    assert of(version, "C6").evidence is not None
    assert of(version, "C6", AT + DAY).evidence is None


def test_what_a_provider_says_of_itself_is_declared_and_nothing_more(version: DefinitionVersion, team: Team) -> None:
    with pytest.raises(NotAllowed, match="declared"):
        record(version, team.organisation, team.reviewer)
    record(version, team.organisation, team.reviewer, tier=Tier.DECLARED)
    assert of(version, "C6").low == D("0.8")


def test_only_reviewers_of_bodies_that_judge_record_evidence_about_others(
    version: DefinitionVersion, accreditor: Organisation
) -> None:
    rival = Team("Rival College")
    with pytest.raises(NotAllowed, match="accreditors"):
        record(version, rival.organisation, rival.reviewer)
    with pytest.raises(NotAllowed):
        record(version, accreditor, member(accreditor, Role.AUDITOR))
    with pytest.raises(NotAllowed):
        record(version, accreditor, Person.objects.create_superuser("op@example.org", "x", name="Sam"))
    assert not CriterionEvidence.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": 3}, {"points": -1}, {"points": "NaN"}, {"criterion": "Z9"}, {"sentence": " "}, {"source": ""},
        {"document_digest": "abc"},
        {"checked_on": date(2027, 1, 1)}, {"expires_on": date(2026, 1, 1)}, {"whole_provider": True}, {"sentence": "x" * 401},
    ],
    ids=["too many", "below zero", "no number", "no criterion", "silent", "no source", "no hash", "future",
         "expired", "not a provider's", "long"],
)  # fmt: skip
def test_an_impossible_finding_is_refused(
    version: DefinitionVersion, accreditor: Organisation, judge: Person, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        record(version, accreditor, judge, **wrong)


def test_a_partner_that_made_it_too_does_not_judge_it(team: Team, judge: Person, accreditor: Organisation) -> None:
    shared = team.published(partner=accreditor)
    with pytest.raises(NotAllowed, match="made it too"):
        services.record_evidence(version=shared, organisation=accreditor, finding=finding(), by=judge, at=AT)
    asked = services.appeal(version=shared, criterion="C6", grounds="It is wrong", by=team.designer, at=AT)
    with pytest.raises(NotAllowed, match="made it too"):
        services.decide(appeal=asked, organisation=accreditor, reasons="No", by=judge, at=AT)
    assert queries.judging_for(judge, shared) == []


def test_evidence_about_the_provider_serves_all_its_credentials(accreditor: Organisation, judge: Person) -> None:
    school = provider()
    one, other, stranger = imported(by=school), imported("Pipe welding", by=school), imported("Nursing")
    record(one, accreditor, judge, criterion="A4", points=3, whole_provider=True)
    record(one, accreditor, judge, criterion="C6")
    assert of(other, "A4").low == D("2.1")
    assert of(other, "C6").evidence is None
    assert of(stranger, "A4").evidence is None


def test_better_checked_evidence_counts_and_of_equals_the_newest(
    version: DefinitionVersion, accreditor: Organisation, judge: Person
) -> None:
    record(version, accreditor, judge, tier=Tier.VERIFIED, points=1)
    record(version, accreditor, judge, points=2)
    assert of(version, "C6").low == 1
    services.record_evidence(
        version=version, organisation=accreditor, finding=finding(tier=Tier.VERIFIED, points=0), by=judge, at=AT + DAY
    )
    assert of(version, "C6", AT + DAY).low == 0


def test_evidence_is_withdrawn_with_a_reason_and_stays_readable(
    version: DefinitionVersion, accreditor: Organisation, judge: Person
) -> None:
    row = record(version, accreditor, judge)
    with pytest.raises(Invalid, match="reason"):
        services.withdraw_evidence(evidence=row, version=version, reason="", by=judge, at=AT)
    services.withdraw_evidence(evidence=row, version=version, reason="The report was retracted", by=judge, at=AT)
    assert of(version, "C6").evidence is None
    assert queries.evidence_rows(version).get().withdrawn_because == "The report was retracted"
    with pytest.raises(Conflict):
        services.withdraw_evidence(evidence=row, version=version, reason="Again", by=judge, at=AT)


def test_the_provider_answers_beside_the_criterion_and_no_point_moves(version: DefinitionVersion, team: Team) -> None:
    before = queries.credibility_of(version, AT)
    services.answer(version=version, criterion="C6", text="A study is under way.", by=team.designer, at=AT)
    assert queries.latest_answers(version)["C6"].text == "A study is under way."
    assert queries.credibility_of(version, AT).low == before.low
    with pytest.raises(NotAllowed):
        services.answer(version=version, criterion="C6", text="So it is.", by=person(), at=AT)
    with pytest.raises(NotAllowed, match="Nobody here speaks"):
        services.answer(version=imported(), criterion="C6", text="So it is.", by=team.designer, at=AT)


def appealed(version: DefinitionVersion, team: Team) -> CriterionAppeal:
    return services.appeal(
        version=version, criterion="C6", grounds="The report is out of date.", by=team.publisher, at=AT
    )


def test_an_appeal_is_decided_by_somebody_who_had_no_part_in_it(
    version: DefinitionVersion, team: Team, accreditor: Organisation, judge: Person
) -> None:
    record(version, accreditor, judge, points=0)
    appeal = appealed(version, team)
    assert "C6" in appeal.contested
    gates = queries.gates_of(version, queries.credibility_of(version, AT), AT.date())
    assert "open_case" in {gate.key for gate in gates}
    remedy = finding(points=2, tier=Tier.REVIEWED)
    decide = {"appeal": appeal, "reasons": "The new report holds.", "at": AT + DAY, "remedy": remedy}
    with pytest.raises(NotAllowed, match="both"):
        services.decide(organisation=accreditor, by=judge, **decide)
    with pytest.raises(NotAllowed, match="own appeal"):
        services.decide(organisation=team.organisation, by=team.reviewer, **decide)
    other = member(accreditor, Role.REVIEWER, name="Olga Other")
    with pytest.raises(Invalid, match="reasons"):
        services.decide(organisation=accreditor, by=other, **{**decide, "reasons": " "})
    with pytest.raises(Invalid, match="about C6"):
        services.decide(organisation=accreditor, by=other, **{**decide, "remedy": finding("C4", 1)})
    decided = services.decide(organisation=accreditor, by=other, **decide)
    assert (decided.state, decided.reasons) == ("upheld", "The new report holds.")
    assert of(version, "C6", AT + DAY).low == D("1.4")
    with pytest.raises(Conflict):
        services.decide(organisation=accreditor, by=other, **decide)


def test_what_settled_an_appeal_holds_against_other_evidence_and_cannot_be_withdrawn(
    version: DefinitionVersion, team: Team, accreditor: Organisation, judge: Person
) -> None:
    appeal = appealed(version, team)
    services.decide(
        appeal=appeal, organisation=accreditor, reasons="So it is.", by=judge, at=AT, remedy=finding(points=2)
    )
    other = member(accreditor, Role.REVIEWER)
    record(version, accreditor, other, tier=Tier.VERIFIED, points=0)
    assert of(version, "C6").low == D("1.4")
    with pytest.raises(Conflict, match="settles"):
        services.withdraw_evidence(
            evidence=CriterionEvidence.objects.get(settles=appeal), version=version, reason="No", by=judge, at=AT
        )


def test_a_dismissed_appeal_changes_nothing_but_is_told_with_its_reasons(
    version: DefinitionVersion, team: Team, accreditor: Organisation, judge: Person, client: Client
) -> None:
    appeal = appealed(version, team)
    with pytest.raises(Conflict, match="open already"):
        appealed(version, team)
    services.decide(appeal=appeal, organisation=accreditor, reasons="The report is recent.", by=judge, at=AT)
    assert of(version, "C6").evidence is None
    shown = client.get(reverse("catalog:credibility", args=[version.definition.slug])).content.decode()
    assert "The report is recent." in shown
    assert "Dismissed" in shown
    second = appealed(version, team)
    assert services.take_back(appeal=second, by=team.designer, at=AT).state == "withdrawn"


def test_scores_are_kept_when_something_changed_with_rubric_reviewer_and_expiry(
    version: DefinitionVersion, accreditor: Organisation, judge: Person
) -> None:
    assert services.keep_score(version=version, at=AT) is not None
    assert services.keep_score(version=version, at=AT + timedelta(minutes=1)) is None
    record(version, accreditor, judge, expires_on=date(2026, 9, 1))
    newest, first = queries.scores_of(version)
    assert newest.low > first.low
    assert (newest.rubric_version, newest.reviewer, newest.expires_on) == ("1.0.0", judge, date(2026, 9, 1))
    assert newest.because == "evidence on C6 recorded"
    assert len(newest.digest) == 64
    assert next(one for one in newest.criteria if one["id"] == "C6")["tier"] == "reviewed"


def own_rubric(version: str = "1") -> str:
    document = json.loads(resources.files("cairn.appraisal").joinpath("rubric_mcq100.json").read_text(encoding="utf-8"))
    document |= {"id": "STATE-100", "version": version}
    document["groups"][0]["criteria"][1]["points"] = 4  # A2: 6 to 4
    document["groups"][2]["criteria"][5]["points"] = 4  # C6: 2 to 4
    return json.dumps(document)


def test_an_authority_s_own_rubric_weighs_anew_what_is_there_already(
    version: DefinitionVersion, accreditor: Organisation, judge: Person
) -> None:
    record(version, accreditor, judge)
    services.use_rubric(document=own_rubric(), at=AT)
    assert queries.credibility_of(version, AT).rubric.id == "STATE-100"
    assert of(version, "C6").low == D("2.8")
    with pytest.raises(Conflict, match="says something else"):
        services.use_rubric(document=own_rubric().replace("STATE", "STATE").replace("4,", "4, ", 1), at=AT)
    with pytest.raises(Invalid, match="sum to"):
        services.use_rubric(document=own_rubric("2").replace('"points": 4', '"points": 5', 1), at=AT)
    services.use_built_in_rubric(at=AT)
    assert queries.rubric_in_use() == mcq100()
    assert of(version, "C6").low == D("1.4")


def test_higher_rooms_say_what_they_know(version: DefinitionVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        queries.GATHERERS,
        "test",
        lambda versions, _: [(versions[0].pk, Evidence("E1", D(5), Tier.VERIFIED, "It counts", "agreement"))],
    )
    assert of(version, "E1").low == 5


def test_an_ended_approval_and_a_warning_are_labels_beside_the_interval() -> None:
    school = provider()
    approval(school, until=date(2025, 6, 30))
    approval(school, authority="Department of Veterans Affairs", kind="caution", status="Heightened cash monitoring")
    version = imported(by=school)
    found = queries.gates_of(version, queries.credibility_of(version, AT), AT.date())
    assert [gate.key for gate in found] == ["caution", "approval_ended"]
    assert "Veterans" in found[0].sentence


def test_an_organisation_without_a_key_is_an_unverified_issuer(version: DefinitionVersion) -> None:
    found = queries.gates_of(version, queries.credibility_of(version, AT), AT.date())
    assert [gate.key for gate in found] == ["unverified_issuer"]


def test_small_cohorts_bring_fewer_points() -> None:
    school = provider()
    outcome(school, 2, completers=12)
    assert of(imported(by=school), "F2").low == 2


# --- pages -------------------------------------------------------------------------------------------------------------------


def sent(client: Client, version: DefinitionVersion, act: str, **given: Any) -> Any:
    return client.post(
        reverse("catalog:judge", args=[version.definition.slug]), {"act": act, "criterion": "C6", **given}, follow=True
    )


FOUND = {
    "C6-points": "2", "C6-tier": "reviewed", "C6-sentence": "The report was read", "C6-source": "Report", "C6-checked_on": "2026-02-20",
}  # fmt: skip


def test_a_reviewer_records_and_withdraws_on_the_page(
    client: Client, version: DefinitionVersion, accreditor: Organisation, judge: Person
) -> None:
    client.force_login(judge)
    assert "It is on record." in sent(client, version, "record", **FOUND).content.decode()
    row = CriterionEvidence.objects.get()
    shown = sent(client, version, "withdraw", evidence=row.pk, reason="A mistake").content.decode()
    assert "Withdrawn." in shown
    assert CredibilityScore.objects.filter(version=version).count() == 2


def test_a_form_that_is_not_filled_in_comes_back_with_its_errors(
    client: Client, version: DefinitionVersion, judge: Person
) -> None:
    client.force_login(judge)
    answer = sent(client, version, "record", **{**FOUND, "C6-points": "", "C6-checked_on": "yesterday"})
    assert answer.status_code == 422
    assert "The report was read" in answer.content.decode()
    assert not CriterionEvidence.objects.exists()


def test_answers_and_appeals_go_their_way_on_the_page(
    client: Client, version: DefinitionVersion, team: Team, judge: Person
) -> None:
    client.force_login(team.designer)
    assert "A study is under way." in sent(client, version, "answer", text="A study is under way.").content.decode()
    assert "Your appeal is in." in sent(client, version, "appeal", grounds="It is there.").content.decode()
    client.force_login(judge)
    shown = sent(client, version, "uphold", reasons="It is there indeed.", **FOUND).content.decode()
    assert "Upheld" in shown
    assert "It is there indeed." in shown
    assert of(version, "C6", clock.now()).low == D("1.4")


def test_a_provider_is_offered_only_what_it_may_say_of_itself(
    client: Client, version: DefinitionVersion, team: Team, judge: Person
) -> None:
    address = reverse("catalog:credibility", args=[version.definition.slug])
    client.force_login(judge)
    assert 'value="verified"' in client.get(address).content.decode()
    client.force_login(team.designer)
    shown = client.get(address).content.decode()
    assert 'value="declared"' in shown
    assert 'value="verified"' not in shown


def test_others_see_no_buttons_and_cannot_act(client: Client, version: DefinitionVersion) -> None:
    address = reverse("catalog:credibility", args=[version.definition.slug])
    assert "Record evidence" not in client.get(address).content.decode()
    assert client.post(reverse("catalog:judge", args=[version.definition.slug]), {"act": "answer"}).status_code == 302
    client.force_login(person())
    assert "Record evidence" not in client.get(address).content.decode()
    for act, given in (
        ("record", FOUND),
        ("answer", {"text": "x"}),
        ("appeal", {"grounds": "x"}),
        ("dismiss", {"reasons": "x"}),
    ):
        sent(client, version, act, **given)
    assert not CriterionEvidence.objects.exists()
    assert not CriterionAppeal.objects.exists()
    assert not queries.latest_answers(version)


def test_the_rubric_is_public_as_a_page_and_as_data_that_can_be_read_back(client: Client) -> None:
    from cairn.appraisal import read_rubric

    assert "28 criteria" in client.get(reverse("catalog:rubric")).content.decode()
    document = client.get(reverse("catalog:rubric_document")).content.decode()
    assert read_rubric(document) == mcq100()
