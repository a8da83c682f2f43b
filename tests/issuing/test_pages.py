from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_version
from tests.people.factories import make_member, make_organisation

from cairn.catalog.achievements import achievement_id
from cairn.issuing import services
from cairn.issuing.models import Award
from cairn.people.models import Organisation, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def award(college: College) -> Award:
    return services.award_credential(
        version=make_version(college), holder=make_learner(), by=college.registrar, at=MOMENT, origin="direct:x"
    )


def signed_in(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# --- documents for machines --------------------------------------------------------------------------------------------------


def test_a_status_list_is_the_same_bytes_for_everybody_and_cached(client: Client, award: Award) -> None:
    url = "/o/harbour-college/status/revocation/1"
    first = client.get(url)
    assert first.headers["Content-Type"] == "application/vc"
    assert "max-age=300" in first.headers["Cache-Control"]
    assert "Cookie" not in first.headers.get("Vary", "")
    assert first.content.decode() == award.status_list.document
    again = client.get(url, headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    services.revoke(
        award=award,
        by=Person.objects.get(name="Registrar of Harbour College"),
        reason="error",
        explanation="…",
        at=MOMENT,
    )
    changed = client.get(url, headers={"if-none-match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.content != first.content


def test_there_is_no_list_that_was_not_made(client: Client, award: Award) -> None:
    assert client.get("/o/harbour-college/status/revocation/2").status_code == 404
    assert client.get("/o/harbour-college/status/suspension/1").status_code == 404
    assert client.get("/o/nobody/status/revocation/1").status_code == 404


def test_an_issuer_shows_itself_to_people_and_to_programs(client: Client, college: College) -> None:
    make_version(college)
    page = client.get("/o/harbour-college")
    assert "Reading Tables" in page.content.decode()
    profile = client.get("/o/harbour-college", headers={"accept": "application/json"}).json()
    assert profile["id"] == college.organisation.signing_keys.get().did
    assert profile["name"] == "Harbour College"
    assert profile["@context"][0] == "https://www.w3.org/ns/credentials/v2"


def test_an_achievement_leads_people_to_the_catalogue_and_gives_programs_json(client: Client, college: College) -> None:
    version = make_version(college)
    url = reverse("issuing:achievement", args=[version.definition.uid, 1])
    assert achievement_id(version).endswith(url)
    led = client.get(url, headers={"accept": "text/html"})
    assert led.headers["Location"] == reverse("catalog:credential", args=[version.definition.slug])
    assert client.get(url, headers={"accept": "application/ld+json"}).json()["id"] == achievement_id(version)


def test_an_achievements_picture_runs_nothing(client: Client, college: College) -> None:
    version = make_version(college)
    picture = client.get(reverse("issuing:achievement_image", args=[version.definition.uid, 1]))
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert "script-src 'self'" not in picture.headers["Content-Security-Policy"]


def test_a_draft_is_nobodys_achievement_yet(client: Client, college: College) -> None:
    from cairn.catalog.services import draft_definition

    draft = draft_definition(
        by=college.designer, organisation=college.organisation, at=MOMENT, type="badge", title="Not Ready"
    )
    assert client.get(f"/achievements/{draft.definition.uid}/1").status_code == 404


# --- who may see what --------------------------------------------------------------------------------------------------------

PAGES = {
    "overview": {"registrar", "admin", "designer", "reviewer", "publisher"},
    "awards": {"registrar"},
    "direct": {"registrar"},
    "keys": {"registrar", "admin"},
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_the_desk_is_for_those_it_is_for(college: College, award: Award, name: str) -> None:
    url = reverse(f"issuing:{name}", args=["harbour-college"])
    assert signed_in(None).get(url).headers["Location"].startswith("/sign-in/")
    assert signed_in(award.holder).get(url).status_code == 403
    assert signed_in(make_college("Hill College").registrar).get(url).status_code == 403
    for duty in ("registrar", "admin", "designer", "reviewer", "publisher", "instructor", "assessor"):
        expected = 200 if duty in PAGES[name] else 403
        assert signed_in(college.people[duty]).get(url).status_code == expected, duty


@pytest.mark.parametrize("name", ["award", "correct", "revoke", "decline"])
def test_an_award_at_the_desk_is_for_its_registrars(college: College, award: Award, name: str) -> None:
    url = reverse(f"issuing:{name}", args=[award.pk])
    assert signed_in(None).get(url).headers["Location"].startswith("/sign-in/")
    for person in (award.holder, college.admin, college.assessor, make_college("Hill College").registrar):
        assert signed_in(person).get(url).status_code == 404
    assert signed_in(college.registrar).get(url).status_code == 200


def test_the_desk_leads_to_ones_organisation(college: College) -> None:
    assert signed_in(college.registrar).get("/desk/provider/").headers["Location"] == "/desk/provider/harbour-college/"
    assert (
        "This desk is for people who work for a provider"
        in signed_in(make_learner()).get("/desk/provider/").content.decode()
    )


def test_the_page_of_an_award_shows_what_was_signed(college: College, award: Award) -> None:
    page = signed_in(college.registrar).get(reverse("issuing:award", args=[award.pk])).content.decode()
    assert "Lia Learner" in page
    assert "OpenBadgeCredential" in page
    assert "Signed and given to the holder" in page


def test_awards_are_found_by_words_and_state(college: College, award: Award) -> None:
    client, url = signed_in(college.registrar), reverse("issuing:awards", args=["harbour-college"])
    assert "Lia Learner" in client.get(url, {"q": "lia tables"}).content.decode()
    assert "Nothing like that" in client.get(url, {"q": "nobody"}).content.decode()
    assert "Nothing like that" in client.get(url, {"state": "revoked"}).content.decode()


# --- doing -------------------------------------------------------------------------------------------------------------------


def test_revoking_asks_first_and_then_does_it(college: College, award: Award) -> None:
    client, url = signed_in(college.registrar), reverse("issuing:revoke", args=[award.pk])
    assert "This is final" in client.get(url).content.decode()
    unsure = client.post(url, {"reason": "error", "explanation": "Mixed up."})
    assert unsure.status_code == 422
    done = client.post(url, {"reason": "error", "explanation": "Mixed up.", "sure": "on"}, follow=True)
    assert "The award is revoked" in done.content.decode()
    award.refresh_from_db()
    assert award.state == Award.State.REVOKED
    assert client.post(url, {"reason": "error", "explanation": "Again.", "sure": "on"}).status_code == 409


def test_a_correction_signs_a_new_award_and_replaces_the_old_one(college: College) -> None:
    version, learner = make_version(college), make_learner()
    shown = [
        {"criterion": "reads", "level": "meets", "points": 2},
        {"criterion": "explains", "level": "meets", "points": 2},
    ]
    old = services.award_credential(
        version=version, holder=learner, by=college.registrar, at=MOMENT, origin="direct:1", results=shown
    )
    client, url = signed_in(college.registrar), reverse("issuing:correct", args=[old.pk])
    assert "Reads the data" in client.get(url).content.decode()
    given = {"level-0": "exceeds", "level-1": "meets", "valid_until": ""}
    assert client.post(url, given).status_code == 422
    done = client.post(url, {**given, "explanation": "The level was mistyped."}, follow=True)
    assert "This is the corrected award" in done.content.decode()
    old.refresh_from_db()
    new = old.superseded_by
    assert (old.state, new.state) == (Award.State.SUPERSEDED, Award.State.AWARDED)
    assert [row["level"] for row in new.results] == ["exceeds", "meets"]
    assert client.post(url, {**given, "explanation": "Again."}).status_code == 409


def test_the_second_registrar_approves_on_the_page(college: College) -> None:
    version = make_version(college, high_stakes=True)
    waiting = services.award_credential(
        version=version, holder=make_learner(), by=college.registrar, at=MOMENT, origin="direct:x"
    )
    url = reverse("issuing:approve", args=[waiting.pk])
    first = signed_in(college.registrar)
    assert "another registrar decides" in first.get(reverse("issuing:award", args=[waiting.pk])).content.decode()
    assert first.post(url).status_code == 403
    assert "The award is signed" in signed_in(college.second).post(url, follow=True).content.decode()
    assert signed_in(college.second).post(url).status_code == 409


def test_a_declined_award_says_why(college: College) -> None:
    version = make_version(college, high_stakes=True)
    waiting = services.award_credential(
        version=version, holder=make_learner(), by=college.registrar, at=MOMENT, origin="direct:x"
    )
    client, url = signed_in(college.second), reverse("issuing:decline", args=[waiting.pk])
    assert client.post(url, {"explanation": ""}).status_code == 422
    assert (
        "Nobody checked the identity."
        in client.post(url, {"explanation": "Nobody checked the identity."}, follow=True).content.decode()
    )


def test_many_are_awarded_after_a_look_at_the_list(
    college: College, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    version, known = make_version(college), make_learner("Known Person")
    client, url = signed_in(college.registrar), reverse("issuing:direct", args=["harbour-college"])
    data = f"email,name\n{known.email},\nnew@example.org,New Person\nwrong,Nobody\n".encode()
    looked = client.post(url, {"version": version.pk, "file": SimpleUploadedFile("people.csv", data)})
    page = looked.content.decode()
    assert "2 people get it" in page
    assert "1 row is left out" in page
    assert "This is no e-mail address." in page
    assert not Award.objects.exists()
    confirm = {"confirm": "1", "version": version.pk, "batch": looked.context["batch"], "rows": looked.context["rows"]}
    with django_capture_on_commit_callbacks(execute=True):
        assert "awarded to 2 people" in client.post(url, confirm, follow=True).content.decode()
    assert Award.objects.count() == 2
    assert [message.to for message in mailoutbox] == [["new@example.org"]]
    assert client.post(url, confirm).status_code == 409
    assert Award.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "one of the two"),
        ({"email": "a@example.org", "name": ""}, "1 row is left out"),
        ({"file": SimpleUploadedFile("people.csv", b"mail;name\na@example.org;A\n")}, "no column “email”"),
        ({"file": SimpleUploadedFile("people.xlsx", b"PK\x03\x04")}, "not taken here"),
    ],
)
def test_a_list_of_no_use_says_what_to_do(college: College, given: dict[str, Any], said: str) -> None:
    version = make_version(college)
    for file in given.values():
        if isinstance(file, SimpleUploadedFile):
            file.seek(0)
    url = reverse("issuing:direct", args=["harbour-college"])
    answer = signed_in(college.registrar).post(url, {"version": version.pk, **given})
    assert said in answer.content.decode()
    assert not Award.objects.exists()


def test_the_first_key_is_made_on_its_page() -> None:
    organisation = make_organisation("Hill College")
    admin = make_member(organisation, "admin")
    client, url = signed_in(admin), reverse("issuing:keys", args=["hill-college"])
    assert "No key yet" in client.get(url).content.decode()
    assert "did:key:" in client.post(url, follow=True).content.decode()


def test_rotating_is_offered_where_it_is_possible(settings: Any) -> None:
    settings.PUBLIC_URL = "https://credentials.example.org"
    college = make_college()
    client = signed_in(college.admin)
    assert (
        reverse("issuing:rotate", args=["harbour-college"])
        in client.get(reverse("issuing:keys", args=["harbour-college"])).content.decode()
    )
    assert signed_in(college.registrar).get(reverse("issuing:rotate", args=["harbour-college"])).status_code == 403
    page = client.post(reverse("issuing:rotate", args=["harbour-college"]), {"why": "routine"}, follow=True)
    assert "The new key signs from now on." in page.content.decode()
    document = client.get("/o/harbour-college/did.json").json()
    assert len(document["assertionMethod"]) == 2


def test_a_partner_endorses_on_its_desk(college: College) -> None:
    guild = make_college("Guild of Analysts")
    endorser = make_member(guild.organisation, "endorser")
    version = make_version(college, partner=Organisation.objects.get(slug="guild-of-analysts"))
    client = signed_in(endorser)
    url = reverse("issuing:endorse", args=["guild-of-analysts", version.pk])
    assert url in client.get(reverse("issuing:overview", args=["guild-of-analysts"])).content.decode()
    assert signed_in(guild.registrar).get(url).status_code == 403
    assert client.post(url, {"comment": ""}).status_code == 422
    assert "endorses “Reading Tables”" in client.post(url, {"comment": "We ask for it."}, follow=True).content.decode()
    assert client.get(url).status_code == 404
    endorsement = json.loads(version.endorsements.get().document)
    assert endorsement["credentialSubject"]["endorsementComment"] == "We ask for it."
