"""The verify page and the employer's desk, as people and programs meet them."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.issuing.factories import College, make_college, make_learner, make_version
from tests.people.factories import make_member, make_organisation, make_person
from tests.wallet.factories import NOW, NoWorld, make_held, make_skill, signed_in, strangers_credential

from cairn.errors import Invalid, NotAllowed
from cairn.outside import clock
from cairn.people.models import AuditEvent, Organisation, Person
from cairn.skills.models import Framework, Occupation, OccupationNeed
from cairn.verifying import services
from cairn.verifying.models import RoleProfile
from cairn.verifying.needs import proposal
from cairn.wallet import files
from cairn.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db
VERIFY = "/verify/"


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def held(college: College) -> HeldCredential:
    skill = make_skill("Critical Thinking")
    evidence = [{"name": "Tide analysis", "genre": "Link", "url": "https://work.example.org/1"}]
    return make_held(college, make_learner(), make_version(college, skills={skill.uri: 3}), evidence=evidence)


def upload(name: str, body: bytes | str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body.encode() if isinstance(body, str) else body)


def document(held: HeldCredential) -> str:
    assert held.award is not None
    return held.award.document


# --- the verify page -------------------------------------------------------------------------------------------------------------


def test_anybody_may_open_the_verify_page() -> None:
    response = Client().get(VERIFY)
    assert response.status_code == 200
    assert "Check a credential" in response.content.decode()


def test_a_file_is_answered_in_plain_words_with_four_answers(held: HeldCredential) -> None:
    file = files.take_away(held, "png", at=NOW)
    response = Client().post(VERIFY, {"file": upload(file.name, file.body)})
    page = response.content.decode()
    assert response.status_code == 200
    for said in (
        "Verified",
        "Is it genuine?",
        "Does it still hold?",
        "Is the issuer known?",
        "Harbour College",
        "Tide analysis",
    ):
        assert said in page
    assert "no-store" in response["Cache-Control"]


def test_pasted_text_works_without_javascript_and_with_htmx(held: HeldCredential) -> None:
    whole = Client().post(VERIFY, {"text": document(held)}).content.decode()
    assert "<html" in whole
    part = Client().post(VERIFY, {"text": document(held)}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="result"' in part
    assert "Verified" in part


def test_a_program_is_answered_in_json(held: HeldCredential) -> None:
    asked = Client(enforce_csrf_checks=True).post(
        VERIFY, {"text": document(held)}, headers={"Accept": "application/json"}
    )
    assert asked.status_code == 200
    assert json.loads(asked.content)["verdict"] == "verified"
    nothing = Client().post(VERIFY, {}, headers={"Accept": "application/json"})
    assert nothing.status_code == 422
    wrong = Client().post(VERIFY, {"text": document(held), "recipient": "x y"}, headers={"Accept": "application/json"})
    assert wrong.status_code == 422
    assert json.loads(wrong.content)["code"] == "no_email"


def test_nothing_given_and_a_wrong_address_are_explained(held: HeldCredential) -> None:
    nothing = Client().post(VERIFY, {})
    assert nothing.status_code == 422
    assert "Choose a file" in nothing.content.decode()
    wrong = Client().post(VERIFY, {"text": document(held), "recipient": "not an address"})
    assert wrong.status_code == 422
    assert "name@example.org" in wrong.content.decode()


def test_a_plain_picture_is_explained_and_not_called_forged(held: HeldCredential) -> None:
    from cairn.look.raster import badge_png

    page = Client().post(VERIFY, {"file": upload("copy.png", badge_png(files.badge_svg(held)))}).content.decode()
    assert "Not verifiable" in page
    assert "Why a picture alone proves nothing" in page
    assert "Not verified" not in page


def test_a_changed_credentials_claims_are_shown_as_claims(held: HeldCredential) -> None:
    page = (
        Client().post(VERIFY, {"text": document(held).replace("Reading Tables", "Reading Fables", 1)}).content.decode()
    )
    assert "Not verified" in page
    assert "What it claims" in page
    assert "None of this is confirmed" in page


def test_opening_the_page_with_an_address_fetches_nothing(world: NoWorld) -> None:
    page = Client().get(VERIFY, {"url": "https://elsewhere.example/c.json"}).content.decode()
    assert "https://elsewhere.example/c.json" in page
    assert world.asked == []


def test_checking_writes_nothing_to_the_database(held: HeldCredential) -> None:
    with CaptureQueriesContext(connection) as asked:
        Client().post(VERIFY, {"text": document(held), "recipient": "lia-learner@example.org"})
        Client().post(VERIFY, {"text": strangers_credential().text})
    written = [query["sql"] for query in asked if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert written == []


# --- roles -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def employer() -> Organisation:
    return make_organisation("Harbour Clinic", kind=Organisation.Kind.EMPLOYER)


@pytest.fixture
def recruiter(employer: Organisation) -> Person:
    return make_member(employer, "recruiter")


@pytest.fixture
def occupation() -> Occupation:
    thinking, talking, unimportant = make_skill("Critical Thinking"), make_skill("Speaking"), make_skill("Repairing")
    found = Occupation.objects.create(
        framework=Framework.objects.get(slug="made-up"),
        uri="https://jobs.example/1",
        code="15-2051.00",
        title="Data Scientists",
    )
    for skill, importance, level in ((thinking, 4.12, 4.5), (talking, 3.5, 4), (unimportant, 1.2, 0)):
        OccupationNeed.objects.create(occupation=found, skill=skill, importance=importance, level=level)
    return found


def test_an_occupation_proposes_what_a_role_needs(occupation: Occupation) -> None:
    rows = proposal(Occupation.objects.get(pk=occupation.pk))
    assert [(row["name"], row["level"], row["weight"], row["essential"]) for row in rows] == [
        ("Critical Thinking", 4.5, 4.12, True),
        ("Speaking", 4.0, 3.5, False),
    ]


def make_role(employer: Organisation, recruiter: Person, *skills: tuple[str, float]) -> RoleProfile:
    needs = [
        {"skill": make_skill(name).uri, "name": name, "level": level, "weight": 1, "essential": True}
        for name, level in skills
    ]
    return services.create_role_profile(organisation=employer, by=recruiter, at=NOW, title="Analyst", needs=needs)


def test_a_recruiter_starts_a_role_from_an_occupation_and_weighs_it(recruiter: Person, occupation: Occupation) -> None:
    browser = signed_in(recruiter)
    assert "No roles yet" in browser.get(reverse("verifying:desk")).content.decode()
    employer = recruiter.memberships.get().organisation
    started = browser.post(
        reverse("verifying:new_role"),
        {"organisation": employer.pk, "occupation": "Data Scientists (15-2051.00)", "title": ""},
    )
    profile = RoleProfile.objects.get()
    assert started["Location"] == reverse("verifying:role", args=[profile.pk])
    assert profile.title == "Data Scientists"
    page = browser.get(started["Location"]).content.decode()
    assert 'name="level-0" value="4.5"' in page
    make_skill("Patience")
    form = {
        "title": "Junior analyst", "more": "patience\n", "skill-0": profile.needs[0]["skill"], "name-0": "Critical Thinking",
        "level-0": "3,5", "weight-0": "2", "essential-0": "on", "skill-1": profile.needs[1]["skill"], "name-1": "Speaking",
        "level-1": "4", "weight-1": "1", "drop-1": "on",
    }  # fmt: skip
    assert browser.post(started["Location"], form).status_code == 302
    profile.refresh_from_db()
    assert [(need["name"], need["level"], need["weight"]) for need in profile.needs] == [
        ("Critical Thinking", 3.5, 2.0),
        ("Patience", 3.0, 1.0),
    ]
    assert AuditEvent.objects.filter(action="role_profile.replaced").get().details["before"][1]["name"] == "Speaking"


def test_an_unknown_skill_or_number_says_what_to_do_and_changes_nothing(
    employer: Organisation, recruiter: Person
) -> None:
    make_skill("Critical Thinking")
    profile = make_role(employer, recruiter, ("Speaking", 4))
    browser, where = signed_in(recruiter), reverse("verifying:role", args=[profile.pk])
    row = {
        "title": "Analyst",
        "skill-0": profile.needs[0]["skill"],
        "name-0": "Speaking",
        "level-0": "4",
        "weight-0": "1",
    }
    unknown = browser.post(where, row | {"more": "Critical Thinkin"})
    assert unknown.status_code == 422
    assert "Did you mean “Critical Thinking”?" in unknown.content.decode()
    for level in ("0", "8", "-1", "much", "nan", "inf", ""):
        wrong = browser.post(where, row | {"level-0": level})
        assert wrong.status_code == 422
        assert "level of need 1" in wrong.content.decode()
    none = browser.post(where, row | {"drop-0": "on"})
    assert "needs nothing" in none.content.decode()
    profile.refresh_from_db()
    assert profile.needs[0]["level"] == 4


def test_the_desk_is_not_there_for_others(employer: Organisation, recruiter: Person, college: College) -> None:
    profile = make_role(employer, recruiter, ("Speaking", 4))
    rival = make_member(make_organisation("Rival Ltd", kind=Organisation.Kind.EMPLOYER), "recruiter")
    pages = [reverse(f"verifying:{name}", args=[profile.pk]) for name in ("role", "delete_role", "compare")]
    for other in (rival, college.registrar, make_person("Somebody Else")):
        for page in pages:
            method = Client.get if page.endswith(f"{profile.pk}/") else Client.post
            assert method(signed_in(other), page).status_code == 404
    assert signed_in(college.registrar).get(reverse("verifying:desk")).status_code == 404
    assert Client().get(reverse("verifying:desk")).status_code == 302
    with pytest.raises(NotAllowed):
        services.replace_role_profile(profile=profile, by=rival, at=NOW, title="x", needs=profile.needs)
    assert signed_in(recruiter).post(pages[1]).status_code == 302
    assert not RoleProfile.objects.exists()


def test_a_role_that_needs_the_same_skill_twice_is_refused(employer: Organisation, recruiter: Person) -> None:
    with pytest.raises(Invalid) as refusal:
        make_role(employer, recruiter, ("Speaking", 4), ("Speaking", 5))
    assert "twice" in refusal.value.message


# --- candidates ------------------------------------------------------------------------------------------------------------------


def compare(recruiter: Person, profile: RoleProfile, **given: object) -> str:
    response = signed_in(recruiter).post(reverse("verifying:compare", args=[profile.pk]), given)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_candidates_are_compared_by_what_verified_credentials_prove(
    employer: Organisation, recruiter: Person, held: HeldCredential
) -> None:
    profile = make_role(employer, recruiter, ("Critical Thinking", 4), ("Speaking", 4))
    page = compare(
        recruiter,
        profile,
        **{
            "files-1": [upload("a.json", document(held)), upload("stranger.json", strangers_credential().text)],
            "files-2": [upload("forged.json", document(held).replace("Reading Tables", "Reading Fables", 1))],
        },
    )
    assert "Candidate 1" in page
    assert "Candidate 2" in page
    assert "Candidate 3" not in page
    squeezed = " ".join(page.split())
    assert "38%" in squeezed  # (1·3/4 + 1·0/4) / 2 = 37.5 %
    assert "3</span> / 4" in squeezed or "3 / 4" in squeezed
    assert "0.75 / 1.00" in squeezed
    assert "Tide analysis" in squeezed
    assert "stranger.json" in squeezed
    assert "no register we use knows its issuer" in squeezed
    assert "Not verified" in squeezed
    assert "Lia" not in squeezed, "no names"
    assert "<img" not in squeezed, "no pictures"


def test_files_of_somebody_else_count_nothing(employer: Organisation, recruiter: Person, held: HeldCredential) -> None:
    profile = make_role(employer, recruiter, ("Critical Thinking", 4))
    theirs = compare(
        recruiter, profile, **{"files-1": [upload("a.json", document(held))], "recipient-1": "lia-learner@example.org"}
    )
    assert "75%" in theirs
    others = compare(
        recruiter, profile, **{"files-1": [upload("a.json", document(held))], "recipient-1": "mia@example.org"}
    )
    assert "0%" in others
    assert "75%" not in others
    assert "awarded to somebody else" in others


def test_comparing_without_files_says_what_to_do(employer: Organisation, recruiter: Person) -> None:
    profile = make_role(employer, recruiter, ("Critical Thinking", 4))
    response = signed_in(recruiter).post(reverse("verifying:compare", args=[profile.pk]), {})
    assert response.status_code == 422
    assert "choose the files" in response.content.decode()


def test_comparing_writes_nothing_to_the_database(
    employer: Organisation, recruiter: Person, held: HeldCredential
) -> None:
    profile = make_role(employer, recruiter, ("Critical Thinking", 4))
    browser = signed_in(recruiter)
    with CaptureQueriesContext(connection) as asked:
        browser.post(reverse("verifying:compare", args=[profile.pk]), {"files-1": [upload("a.json", document(held))]})
    assert [query["sql"] for query in asked if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}] == []
