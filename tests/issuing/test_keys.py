from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.issuing.factories import MOMENT, College, ThisSite, make_college, make_learner, make_version
from tests.people.factories import make_member, make_organisation

from cairn.credentials import verify
from cairn.errors import Conflict, NotAllowed
from cairn.issuing import services
from cairn.issuing.addresses import site_is_public
from cairn.issuing.models import Award, SigningKey, StatusList

pytestmark = pytest.mark.django_db


@pytest.fixture
def public_site(settings: Any) -> None:
    settings.PUBLIC_URL = "https://credentials.example.org"
    settings.ALLOWED_HOSTS = ["*"]


def award(college: College, name: str = "Lia Learner") -> Award:
    version = make_version(college)
    return services.award_credential(
        version=version, holder=make_learner(name), by=college.registrar, at=MOMENT, origin="direct:x"
    )


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://credentials.example.org", True),
        ("http://credentials.example.org", False),
        ("https://localhost:8000", False),
        ("https://192.0.2.7", False),
        ("https://[2001:db8::1]", False),
        ("https://cairn.internal", False),
        ("https://cairn", False),
    ],
)
def test_a_did_web_needs_an_address_others_can_reach(settings: Any, address: str, public: bool) -> None:
    settings.PUBLIC_URL = address
    assert site_is_public() is public


def test_on_ones_own_machine_the_issuer_is_its_key() -> None:
    key = make_college().organisation.signing_keys.get()
    assert key.did == f"did:key:{key.public_multibase}"
    assert key.verification_method == f"{key.did}#{key.public_multibase}"


def test_on_a_public_site_the_issuer_is_its_address(public_site: None) -> None:
    key = make_college().organisation.signing_keys.get()
    assert key.did == "did:web:credentials.example.org:o:harbour-college"


def test_a_second_call_makes_no_second_key() -> None:
    college = make_college()
    again = services.ensure_signing_key(organisation=college.organisation, by=college.registrar, at=MOMENT)
    assert again == college.organisation.signing_keys.get()


def test_only_an_administrator_or_registrar_makes_a_key() -> None:
    organisation = make_organisation("Hill College")
    for person in (make_learner(), make_member(organisation, "assessor")):
        with pytest.raises(NotAllowed):
            services.ensure_signing_key(organisation=organisation, by=person, at=MOMENT)
    assert not organisation.signing_keys.exists()


def test_a_did_key_does_not_rotate() -> None:
    college = make_college()
    with pytest.raises(Conflict) as refused:
        services.rotate_key(organisation=college.organisation, by=college.admin, at=MOMENT)
    assert refused.value.specific_code == "did_key_cannot_rotate"
    assert college.organisation.signing_keys.get().state == SigningKey.State.ACTIVE


def test_what_a_retired_key_signed_still_verifies(public_site: None) -> None:
    college = make_college()
    before = award(college)
    services.rotate_key(organisation=college.organisation, by=college.admin, at=MOMENT)
    site = ThisSite()
    assert verify(before.document, at=MOMENT, resolve=site).verdict == "verified"
    assert "https://credentials.example.org/o/harbour-college/did.json" in site.asked
    after = services.award_credential(
        version=before.version, holder=make_learner("Max Later"), by=college.registrar, at=MOMENT, origin="direct:y"
    )
    assert after.key_id != before.key_id
    assert verify(after.document, at=MOMENT, resolve=site).verdict == "verified"


def test_what_a_stolen_key_signed_does_not_verify(public_site: None) -> None:
    college = make_college()
    before = award(college)
    services.rotate_key(organisation=college.organisation, by=college.admin, at=MOMENT, compromised=True)
    assert verify(before.document, at=MOMENT, resolve=ThisSite()).verdict == "not_verified"


def test_status_lists_are_signed_anew_with_the_new_key(public_site: None) -> None:
    college = make_college()
    award(college)
    new = services.rotate_key(organisation=college.organisation, by=college.admin, at=MOMENT)
    signed = json.loads(StatusList.objects.get().document)
    assert signed["proof"]["verificationMethod"] == new.verification_method


def test_only_an_administrator_rotates(public_site: None) -> None:
    college = make_college()
    with pytest.raises(NotAllowed):
        services.rotate_key(organisation=college.organisation, by=college.registrar, at=MOMENT)


def test_a_did_key_has_no_document_to_fetch(client: Client) -> None:
    make_college()
    assert client.get("/o/harbour-college/did.json").status_code == 404
