"""Each page once per kind of person: the holder, somebody else, staff of the issuer, nobody."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.issuing.factories import College, make_college, make_learner, make_version
from tests.people.factories import make_person
from tests.wallet.factories import NOW, NoWorld, make_held, signed_in, strangers_credential

from cairn.issuing import services as issuing
from cairn.outside import clock
from cairn.people.models import Person
from cairn.wallet import services
from cairn.wallet.models import HeldCredential, ShareLink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def held(college: College) -> HeldCredential:
    evidence = [{"name": "My analysis of the tide tables", "genre": "Link", "url": "https://work.example.org/1"}]
    results = [{"criterion": "reads", "level": "exceeds", "points": 3}]
    return make_held(college, make_learner(), evidence=evidence, results=results)


def link_to(held: HeldCredential, **choices: object) -> ShareLink:
    return services.share(held=held, by=held.holder, at=NOW, **choices)  # type: ignore[arg-type]  # choices of share()


HOLDERS_PAGES = ["credential", "badge", "download-json", "download-png", "download-svg", "download-pdf"]


def address(held: HeldCredential, page: str) -> str:
    if page.startswith("download-"):
        return reverse("wallet:download", args=[held.pk, page.removeprefix("download-")])
    return reverse(f"wallet:{page}", args=[held.pk])


@pytest.mark.parametrize("page", HOLDERS_PAGES)
def test_the_holder_sees_it(held: HeldCredential, page: str) -> None:
    response = signed_in(held.holder).get(address(held, page))
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]


@pytest.mark.parametrize("page", HOLDERS_PAGES)
def test_for_everybody_else_it_is_not_there(held: HeldCredential, college: College, page: str) -> None:
    operator = Person.objects.create_superuser("op@example.org", name="Operator")
    for other in (make_person("Somebody Else"), college.registrar, college.assessor, college.admin, operator):
        theirs = signed_in(other).get(address(held, page))
        absent = signed_in(other).get(address(held, page).replace(f"/{held.pk}/", "/999999/"))
        assert theirs.status_code == absent.status_code == 404
        assert held.name not in theirs.content.decode()


@pytest.mark.parametrize("page", HOLDERS_PAGES)
def test_whoever_is_not_signed_in_is_asked_to_sign_in(held: HeldCredential, page: str) -> None:
    for pk in (held.pk, 999999):
        response = Client().get(address(held, page).replace(f"/{held.pk}/", f"/{pk}/"))
        assert response.status_code == 302
        assert "/sign-in/" in response["Location"]


@pytest.mark.parametrize("action", ["share", "remove", "withdraw"])
def test_nobody_else_can_do_anything_with_it(held: HeldCredential, college: College, action: str) -> None:
    link = link_to(held)
    where = reverse(f"wallet:{action}", args=[held.pk, link.pk] if action == "withdraw" else [held.pk])
    for other in (make_person("Somebody Else"), college.registrar):
        assert signed_in(other).post(where).status_code == 404
    assert Client().post(where).status_code == 302
    assert signed_in(held.holder).get(where).status_code == 405
    link.refresh_from_db()
    assert link.withdrawn_at is None
    assert ShareLink.objects.count() == 1


def test_a_link_of_another_credential_cannot_be_withdrawn_through_ones_own(
    held: HeldCredential, college: College
) -> None:
    other = make_held(college, make_person("Other Learner"), make_version(college, "Another One"))
    link = link_to(other)
    assert signed_in(held.holder).post(reverse("wallet:withdraw", args=[held.pk, link.pk])).status_code == 404


def test_my_credentials_say_how_each_stands(held: HeldCredential, college: College) -> None:
    lapsed = make_held(college, held.holder, make_version(college, "Old Licence"), valid_until=NOW - timedelta(days=1))
    revoked = make_held(college, held.holder, make_version(college, "Taken Back"), origin="direct:2")
    assert revoked.award is not None
    issuing.revoke(award=revoked.award, by=college.registrar, reason="error", explanation="Mix-up.", at=NOW)
    page = signed_in(held.holder).get(reverse("wallet:credentials")).content.decode()
    for said in (
        "Reading Tables",
        "Valid",
        "Old Licence",
        "Expired",
        "Taken Back",
        "Revoked",
        "Awarded in error".lower(),
        "private",
    ):
        assert said in page
    assert lapsed.name in page


def test_an_empty_wallet_says_what_to_do() -> None:
    page = signed_in(make_learner()).get(reverse("wallet:credentials")).content.decode()
    assert "No credentials yet" in page


def test_sharing_by_the_form_makes_a_link_and_offers_linkedin(held: HeldCredential) -> None:
    browser = signed_in(held.holder)
    before = browser.get(address(held, "credential")).content.decode()
    assert "linkedin.com" not in before
    form = {"audience": "Harbour Clinic", "purpose": "application", "show_name": "on", "until": "2026-06-30"}
    response = browser.post(reverse("wallet:share", args=[held.pk]), form, follow=True)
    link = ShareLink.objects.get()
    assert link.expires_at is not None
    assert (link.expires_at.date().isoformat(), link.show_evidence, link.listed) == ("2026-06-30", False, False)
    page = response.content.decode()
    assert services.share_url(link) in page
    assert "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&amp;name=Reading%20Tables" in page
    assert "Lia" not in re.findall(r"https://www\.linkedin\.com[^\"]+", page)[0]


def test_a_day_in_the_past_is_explained_and_what_was_written_is_kept(held: HeldCredential) -> None:
    form = {"audience": "Harbour Clinic", "until": "2026-05-01"}
    response = signed_in(held.holder).post(reverse("wallet:share", args=[held.pk]), form)
    assert response.status_code == 422
    page = response.content.decode()
    assert "lies in the past" in page
    assert 'value="Harbour Clinic"' in page
    assert not ShareLink.objects.exists()


def test_downloads_are_named_and_never_shown_as_pages(held: HeldCredential) -> None:
    for form, media_type in (("json", "application/vc+ld+json"), ("pdf", "application/pdf"), ("svg", "image/svg+xml")):
        response = signed_in(held.holder).get(address(held, f"download-{form}"))
        assert response["Content-Type"] == media_type
        assert response["Content-Disposition"] == f'attachment; filename="reading-tables.{form}"'


def test_artwork_may_draw_and_do_nothing_else(held: HeldCredential) -> None:
    response = signed_in(held.holder).get(address(held, "badge"))
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


# --- the public page -------------------------------------------------------------------------------------------------------------


def public(link: ShareLink, what: str = "shared", browser: Client | None = None) -> str:
    response = (browser or Client()).get(reverse(f"wallet:{what}", args=[link.token]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_shared_page_shows_what_was_proven_and_checks_it(held: HeldCredential, world: NoWorld) -> None:
    page = public(link_to(held))
    for said in (
        "Reading Tables",
        "Harbour College",
        "Lia Learner",
        "Verified",
        "Reads the data",
        "Exceeds",
        "not revoked",
    ):
        assert said in page
    assert "The issuer has not revoked it." in page
    assert world.asked == []


def test_evidence_and_name_are_shown_only_where_the_holder_says_so(held: HeldCredential) -> None:
    hidden = link_to(held, show_name=False, show_evidence=False)
    page = public(hidden)
    assert "Lia" not in page
    assert "tide tables" not in page
    assert "work.example.org" not in page
    assert Client().get(reverse("wallet:shared_file", args=[hidden.token])).status_code == 404
    shown = link_to(held, show_name=True, show_evidence=True)
    page = public(shown)
    assert "Lia Learner" in page
    assert "tide tables" in page
    assert held.award is not None
    file = Client().get(reverse("wallet:shared_file", args=[shown.token]))
    assert file.content.decode() == held.award.document


def test_the_file_is_given_out_only_where_the_page_hides_nothing_of_it(held: HeldCredential) -> None:
    link = link_to(held, show_name=True, show_evidence=False)
    assert Client().get(reverse("wallet:shared_file", args=[link.token])).status_code == 404
    assert reverse("wallet:shared_file", args=[link.token]) not in public(link)


def test_the_page_has_preview_tags_and_a_card(held: HeldCredential) -> None:
    link = link_to(held)
    page = public(link)
    assert f'<meta property="og:url" content="{services.share_url(link)}">' in page
    assert f'<meta property="og:image" content="{services.share_url(link)}preview.png">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    card = Client().get(reverse("wallet:shared_preview", args=[link.token]))
    assert card["Content-Type"] == "image/png"
    assert card.content.startswith(b"\x89PNG")
    assert (int.from_bytes(card.content[16:20]), int.from_bytes(card.content[20:24])) == (1200, 630)


@pytest.mark.parametrize("what", ["shared", "shared_badge", "shared_preview", "shared_file"])
def test_search_engines_stay_away_unless_the_holder_lets_them_in(held: HeldCredential, what: str) -> None:
    private = Client().get(reverse(f"wallet:{what}", args=[link_to(held, show_evidence=True).token]))
    assert "noindex" in private["X-Robots-Tag"]
    assert private["Referrer-Policy"] == "no-referrer"
    listed = Client().get(reverse(f"wallet:{what}", args=[link_to(held, show_evidence=True, listed=True).token]))
    assert "X-Robots-Tag" not in listed


@pytest.mark.parametrize("what", ["shared", "shared_badge", "shared_preview", "shared_file"])
def test_an_ended_link_is_gone_with_what_to_do_and_a_guessed_one_is_not_there(held: HeldCredential, what: str) -> None:
    withdrawn, ended = link_to(held), link_to(held, expires_at=NOW + timedelta(seconds=1))
    services.withdraw_link(link=withdrawn, by=held.holder, at=NOW)
    ShareLink.objects.filter(pk=ended.pk).update(expires_at=NOW - timedelta(seconds=1))
    for link in (withdrawn, ended):
        response = Client().get(reverse(f"wallet:{what}", args=[link.token]))
        assert response.status_code == 410
        assert "new link" in response.content.decode()
        assert held.name not in response.content.decode()
    assert Client().get(reverse(f"wallet:{what}", args=["x" * 32])).status_code == 404


def test_openings_are_counted_without_the_holders_own(held: HeldCredential) -> None:
    link = link_to(held)
    public(link)
    public(link)
    public(link, browser=signed_in(held.holder))
    assert Client().get(reverse("wallet:shared_preview", args=[link.token])).status_code == 200
    Client().head(reverse("wallet:shared", args=[link.token]))
    link.refresh_from_db()
    assert link.opened == 2


def test_a_revoked_award_says_so_on_its_shared_page(held: HeldCredential, college: College) -> None:
    link = link_to(held)
    assert held.award is not None
    issuing.revoke(award=held.award, by=college.registrar, reason="error", explanation="Mix-up of two people.", at=NOW)
    page = public(link)
    assert "Not verified" in page
    assert "revoked" in page
    assert "Mix-up of two people" not in page, "the registrar's words are not for the public"
    own = signed_in(held.holder).get(address(held, "credential")).content.decode()
    assert "linkedin.com" not in own


def test_a_replaced_award_says_that_a_corrected_one_exists(held: HeldCredential, college: College) -> None:
    link = link_to(held)
    assert held.award is not None
    changes = issuing.revoking.Changes(results=[])
    issuing.correct_and_supersede(award=held.award, changes=changes, by=college.registrar, explanation="Typo.", at=NOW)
    assert "replaced it with a corrected one" in public(link)


# --- from elsewhere --------------------------------------------------------------------------------------------------------------


def test_a_credential_can_be_brought_by_file_or_text_and_errors_say_what_to_do(held: HeldCredential) -> None:
    browser = signed_in(held.holder)
    where = reverse("wallet:import")
    nothing = browser.post(where, {})
    assert nothing.status_code == 422
    assert "Choose a file" in nothing.content.decode()
    broken = browser.post(where, {"text": '{"a": }'})
    assert broken.status_code == 422
    assert "not JSON" in broken.content.decode()
    assert browser.post(where, {"text": strangers_credential().text}).status_code == 302
    again = browser.post(where, {"text": strangers_credential().text})
    assert again.status_code == 422
    assert "already" in again.content.decode()
    assert HeldCredential.objects.filter(award=None).count() == 1


def test_a_strangers_words_and_pictures_do_nothing_on_our_pages(held: HeldCredential, world: NoWorld) -> None:
    hostile = strangers_credential(
        name='<script>alert("x")</script>',
        achievement={
            "id": "https://elsewhere.example/a",
            "type": ["Achievement"],
            "name": '"><img src=x onerror=alert(1)>',
            "description": "<b>bold</b>",
            "criteria": {
                "narrative": "![pixel](https://elsewhere.example/p.png) [go](javascript:alert(1)) <iframe src=x>"
            },
            "image": {"id": "https://elsewhere.example/track.png", "type": "Image"},
        },
    )
    brought = services.import_credential(holder=held.holder, source=hostile.text, at=NOW)
    for page in (
        public(link_to(brought, show_evidence=True)),
        signed_in(held.holder).get(address(brought, "credential") + "?check=1").content.decode(),
    ):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<iframe" not in page
        assert 'href="javascript' not in page
        assert 'src="https://elsewhere.example' not in page, "a link may lead there, nothing loads by itself"
        assert "elsewhere.example/track.png" not in page
        assert "no register" in page


def test_ones_own_page_asks_the_world_only_on_demand(held: HeldCredential, world: NoWorld) -> None:
    brought = services.import_credential(holder=held.holder, source=strangers_credential().text, at=NOW)
    browser = signed_in(held.holder)
    first = browser.get(address(brought, "credential")).content.decode()
    assert "Check it now" in first
    assert "no register" not in first
    assert "no register" in browser.get(address(brought, "credential") + "?check=1").content.decode()


def test_a_brought_credential_that_names_somebody_else_is_not_shown_as_awarded_to_the_holder(
    held: HeldCredential,
) -> None:
    others = strangers_credential(email="somebody@example.org")
    brought = services.import_credential(holder=held.holder, source=others.text, at=NOW)
    page = public(link_to(brought))
    assert "Awarded to Lia Learner" not in page
    assert "does not show that it was awarded to this person" in page
    assert json.loads(others.text)["name"] in page
