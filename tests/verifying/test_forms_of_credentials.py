"""The verify page takes credentials in whatever form they come: tokens, lists in the open web, share links read by programs."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.credentials.world import Issuer, MemoryResolver
from tests.issuing.factories import make_college, make_learner, make_version
from tests.wallet.factories import NOW, NoWorld, make_held

from cairn.credentials import Credential
from cairn.credentials.jose.issuing import sign_vc_jwt
from cairn.outside import clock, fetching
from cairn.wallet import services

pytestmark = pytest.mark.django_db
VERIFY = "/verify/"


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Issuer:
    issuer = Issuer(MemoryResolver())
    monkeypatch.setattr(fetching, "site_resolver", lambda: issuer.world)
    return issuer


def answered(data: Mapping[str, object]) -> dict[str, object]:
    response = Client().post(VERIFY, dict(data), headers={"Accept": "application/json"})
    said: dict[str, object] = response.json()
    return said


def test_a_token_is_checked_pasted_uploaded_and_by_its_address(issuer: Issuer) -> None:
    token = sign_vc_jwt(issuer.document(), issuer.signer, created=NOW).text
    issuer.world.pages[f"{issuer.site}/award"] = token.encode()
    upload = SimpleUploadedFile("award.jwt", token.encode())
    for data in ({"text": token}, {"text": f"\n  {token}\n"}, {"file": upload}, {"text": f"{issuer.site}/award"}):
        said = answered(data)
        assert (said["verdict"], said["authentic"]) == ("verified", "pass"), said
    page = Client().post(VERIFY, {"text": token}).content.decode()
    assert "Data Analysis with Python" in page
    assert "cannot check" not in page
    spoilt = answered({"text": token[:-8] + "AAAAAAAA"})
    assert spoilt["verdict"] == "not_verified"


def test_the_page_names_the_forms_it_takes() -> None:
    page = Client().get(VERIFY).content.decode()
    assert "JWT" in page
    assert ".jwt" in page


def test_a_program_reads_the_signed_file_behind_a_share_link(world: NoWorld) -> None:
    college = make_college()
    held = make_held(college, make_learner(), make_version(college))
    link = services.share(held=held, by=held.holder, at=NOW, show_name=True, show_evidence=True)
    path = services.share_url(link).partition("localhost:8000")[2]
    page = Client().get(path, headers={"Accept": "text/html"})
    assert page["Content-Type"].startswith("text/html")
    assert Client().get(path)["Content-Type"].startswith("text/html")
    file = Client().get(path, headers={"Accept": "application/vc, application/json;q=0.9, image/png;q=0.8"})
    assert "json" in file["Content-Type"] or "vc" in file["Content-Type"]
    assert held.award is not None
    assert Credential.parse(file.content).text == held.award.document
    assert json.loads(file.content)["id"] == held.credential_id
    quiet = services.share(held=held, by=held.holder, at=NOW, show_name=False, show_evidence=False)
    path = services.share_url(quiet).partition("localhost:8000")[2]
    assert Client().get(path, headers={"Accept": "application/json"}).status_code == 404
