"""A larger credential made of parts by several issuers: verified when it is awarded, and one record that verifies down to each part."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.credentials.badges2 import Site, Web
from tests.issuing.factories import MOMENT, College, make_college, make_version
from tests.journeys.test_stacks import OUTCOMES, all_of, give
from tests.people.factories import give_role, make_person
from tests.wallet.factories import NOW, STRANGER, NoWorld, strangers_credential

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.credentials import (
    Credential,
    KeySigner,
    StatusList,
    Verdict,
    did_key,
    did_key_verification_method,
    issue,
    status_entry,
    verify,
)
from cairn.credentials.jose.issuing import sign_vc_jwt
from cairn.errors import NotFound, RequirementsUnmet
from cairn.issuing import services as issuing
from cairn.issuing.models import Award, ForeignPart
from cairn.issuing.published import SiteResolver
from cairn.issuing.services.keys import key_for_signing
from cairn.issuing.services.signing import sign_document
from cairn.journeys.models import StackProgress
from cairn.outside import fetching
from cairn.people.models import Person
from cairn.recognition.models import ExternalAward
from cairn.wallet import services as wallet
from cairn.wallet.files import forms_of, take_away
from cairn.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db
ELSEWHERE = "https://elsewhere.example/everything"
STATUS = "https://elsewhere.example/status/1"
LATER = NOW + timedelta(days=5)
SIGNER = KeySigner(STRANGER, did_key_verification_method(STRANGER))
AT = int((LATER - MOMENT).total_seconds() // 86_400)


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> NoWorld:
    nobody = NoWorld()
    monkeypatch.setattr(fetching, "site_resolver", lambda: nobody)
    return nobody


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def learner() -> Person:
    return make_person("Lia Learner")


@pytest.fixture
def badge(college: College) -> DefinitionVersion:
    return make_version(college, title="Reading Tables")


def whole_of(college: College, badge: DefinitionVersion, *others: str, **more: Any) -> DefinitionVersion:
    rule = all_of(badge)
    rule["of"] += [{"kind": "award_of", "achievement": other} for other in others or (ELSEWHERE,)]
    return make_version(
        college, title="Working with Data", kind="certificate", rubric=None, assessment_type="", outcomes=OUTCOMES,
        requirement=rule, **more,
    )  # fmt: skip


@pytest.fixture
def whole(college: College, badge: DefinitionVersion) -> DefinitionVersion:
    return whole_of(college, badge)


@pytest.fixture
def complete(
    college: College, badge: DefinitionVersion, django_capture_on_commit_callbacks: Any
) -> Callable[[Person], Award]:
    """Award the part of this site, which completes the stack if the others hold; what waits for the commit is done."""

    def award(learner: Person) -> Award:
        with django_capture_on_commit_callbacks(execute=True):
            return give(college, badge, learner, AT)

    return award


def publish_status(world: NoWorld, *, revoked: bool) -> None:
    bits = StatusList("revocation")
    bits.set(7, revoked)
    document = bits.to_credential(url=STATUS, issuer=did_key(STRANGER), valid_from=MOMENT)
    world.pages[STATUS] = ("application/vc+ld+json", issue(document, SIGNER, created=MOMENT).text.encode())


def record_of(award: Award) -> Credential:
    held = HeldCredential.objects.get(award=award)
    return Credential.parse(take_away(held, "record", at=LATER).body)


def checked(record: Credential | str, world: NoWorld) -> Verdict:
    text = record if isinstance(record, str) else record.text
    return verify(text, at=LATER, resolve=SiteResolver(world))


def test_the_record_holds_the_foreign_document_and_verifies_down_to_it(
    learner: Person, whole: DefinitionVersion, complete: Any, world: NoWorld
) -> None:
    foreign = strangers_credential()
    wallet.import_credential(holder=learner, source=foreign.text, at=NOW)
    complete(learner)
    award = Award.objects.get(holder=learner, version=whole)
    [part] = award.foreign_parts.all()
    assert (part.name, part.issuer_name, part.document) == ("Advanced Everything", "University of Elsewhere", "")
    assert part.checked_at == award.awarded_at  # not when it was brought
    record = record_of(award)
    assert dict(record.parts[-1]) == json.loads(foreign.text)
    assert (ELSEWHERE, "isChildOf", achievement_id(whole)) in [
        (one["sourceId"], one["associationType"], one["targetId"]) for one in record.subject["association"]
    ]
    assert "partial" not in record.document
    verdict = checked(record, world)
    assert verdict.verdict == "verified"
    assert [part.verdict for part in verdict.parts] == ["verified"] * 3


def test_a_child_that_was_tampered_with_fails_with_the_whole(
    college: College, learner: Person, whole: DefinitionVersion, complete: Any, world: NoWorld
) -> None:
    wallet.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    complete(learner)
    record = record_of(Award.objects.get(version=whole))
    forged = record.text.replace("Everything, advanced.", "Everything, and more.")
    assert forged != record.text
    assert checked(forged, world).verdict == "not_verified"
    document = {key: value for key, value in json.loads(forged).items() if key != "proof"}
    signed_all_the_same = sign_document(document, key=key_for_signing(college.organisation), at=LATER)
    verdict = checked(signed_all_the_same, world)
    assert verdict.verdict == "not_verified"
    assert [part.verdict for part in verdict.parts] == ["verified", "verified", "not_verified"]


def test_what_was_tampered_with_in_between_completes_nothing(
    learner: Person, whole: DefinitionVersion, complete: Any
) -> None:
    wallet.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    row = ExternalAward.objects.get()
    row.document = row.document.replace("Everything, advanced.", "Everything, and more.")
    row.save()
    complete(learner)
    assert not Award.objects.filter(version=whole).exists()
    row.refresh_from_db()
    assert (row.standing, row.checked_at) == ("failed", LATER.replace(hour=MOMENT.hour, minute=MOMENT.minute))
    assert StackProgress.objects.get(person=learner, version=whole).state == "partly"


@pytest.mark.parametrize("revoked", [True, False])
def test_what_was_revoked_in_between_completes_nothing_and_an_unanswered_question_neither(
    revoked: bool, learner: Person, whole: DefinitionVersion, complete: Any, world: NoWorld
) -> None:
    publish_status(world, revoked=False)
    document = strangers_credential(status=[status_entry(STATUS, 7, "revocation")])
    wallet.import_credential(holder=learner, source=document.text, at=NOW, world=world)
    assert ExternalAward.objects.get().standing == "verified"
    if revoked:
        publish_status(world, revoked=True)
    else:
        world.pages.clear()
    complete(learner)
    row = ExternalAward.objects.get()
    assert row.standing == ("failed" if revoked else "unknown")
    assert row.finding
    assert not Award.objects.filter(version=whole).exists()


def test_a_child_revoked_later_is_said_by_whoever_verifies_the_record(
    learner: Person, whole: DefinitionVersion, complete: Any, world: NoWorld
) -> None:
    publish_status(world, revoked=False)
    document = strangers_credential(status=[status_entry(STATUS, 7, "revocation")])
    wallet.import_credential(holder=learner, source=document.text, at=NOW, world=world)
    complete(learner)
    record = record_of(Award.objects.get(version=whole))
    assert checked(record, world).verdict == "verified"
    publish_status(world, revoked=True)
    assert checked(record, world).verdict == "not_verified"


def test_a_token_stands_in_the_record_in_its_envelope(
    learner: Person, whole: DefinitionVersion, complete: Any, world: NoWorld
) -> None:
    document = {key: value for key, value in strangers_credential().document.items() if key != "proof"}
    token = sign_vc_jwt(document, SIGNER, created=MOMENT)
    wallet.import_credential(holder=learner, source=token.text, at=NOW)
    complete(learner)
    record = record_of(Award.objects.get(version=whole))
    assert record.parts[-1]["type"] == "EnvelopedVerifiableCredential"
    assert token.text in record.parts[-1]["id"]
    assert checked(record, world).verdict == "verified"


def test_an_older_badge_has_no_place_in_a_record_and_is_named(
    learner: Person, college: College, badge: DefinitionVersion, complete: Any, world: NoWorld
) -> None:
    site = Site(Web())
    site.award["recipient"]["identity"] = learner.email
    site.publish()
    whole = whole_of(college, badge, site.badge_url)
    world.pages |= {url: ("application/ld+json", json.dumps(page).encode()) for url, page in site.web.pages.items()}
    wallet.import_credential(holder=learner, source=json.dumps(site.award), at=NOW, world=world)
    complete(learner)
    record = record_of(Award.objects.get(version=whole))
    assert len(record.parts) == 2
    assert record.document["partial"] is True
    [named] = record.subject["achievement"]
    assert (named["id"], named["name"]) == (site.badge_url, "Robots")
    assert ForeignPart.objects.get().digest in named["description"]
    assert checked(record, world).verdict == "verified"


def test_what_the_holder_took_out_of_the_wallet_is_named_only(
    learner: Person, whole: DefinitionVersion, complete: Any, world: NoWorld
) -> None:
    held = wallet.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    complete(learner)
    award = Award.objects.get(version=whole)
    wallet.remove_imported(held=held, by=learner, at=LATER)
    record = record_of(award)
    assert record.document["partial"] is True
    assert "Everything, advanced." not in record.text
    assert checked(record, world).verdict == "verified"


def test_a_second_person_approves_only_what_still_verifies(
    learner: Person, college: College, badge: DefinitionVersion, complete: Any, world: NoWorld
) -> None:
    whole = whole_of(college, badge, high_stakes=True)
    publish_status(world, revoked=False)
    document = strangers_credential(status=[status_entry(STATUS, 7, "revocation")])
    wallet.import_credential(holder=learner, source=document.text, at=NOW, world=world)
    complete(learner)
    award = Award.objects.get(version=whole)
    assert award.state == Award.State.PROPOSED
    second = give_role(make_person("Second Registrar"), college.organisation, "registrar")
    publish_status(world, revoked=True)
    with pytest.raises(RequirementsUnmet, match="by another issuer verifies now") as refused:
        issuing.approve_award(award=award, by=second, at=LATER, world=world)
    assert "Advanced Everything by University of Elsewhere" in refused.value.facts["missing"][0]
    publish_status(world, revoked=False)
    assert issuing.approve_award(award=award, by=second, at=LATER, world=world).state == Award.State.AWARDED
    assert ForeignPart.objects.get().document == ""


def test_nobody_awards_on_a_part_that_was_found_not_to_hold(
    learner: Person, college: College, badge: DefinitionVersion, whole: DefinitionVersion
) -> None:
    from cairn.issuing.foreign import Foreign

    part = give(college, badge, learner, AT)
    bad = Foreign("{}", ELSEWHERE, "Everything", "did:example:1", "Elsewhere", LATER, "It was revoked.")
    with pytest.raises(RequirementsUnmet) as refused:
        issuing.award_credential(
            version=whole, holder=learner, by=None, at=LATER, origin="stack:1", parts=[part], foreign=[bad]
        )
    assert refused.value.facts["missing"] == ["Everything by Elsewhere: It was revoked."]


def test_a_single_award_offers_no_record(learner: Person, college: College, badge: DefinitionVersion) -> None:
    held = HeldCredential.objects.get(award=give(college, badge, learner))
    assert "record" not in [form.key for form in forms_of(held)]
    with pytest.raises(NotFound):
        take_away(held, "record", at=LATER)
