"""Reviews come from people who prove that they hold the credential, are private until they say so, and never become one number."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_version
from tests.wallet.factories import NOW, STRANGER, NoWorld, make_held, signed_in, strangers_credential

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import Definition, DefinitionVersion, Provider
from cairn.catalog.queries import credibility_of, version_of
from cairn.credentials import did_key
from cairn.errors import Conflict, Invalid, NotAllowed, NotFound
from cairn.issuing.models import Award
from cairn.issuing.services import revoke
from cairn.people.models import AuditEvent, Membership, Person, Role
from cairn.people.services import erase_account, export_account
from cairn.wallet.models import HeldCredential, Review
from cairn.wallet.reviews import reading, writing
from cairn.wallet.reviews.proof import doubt_about, proof_of, speaks_for
from cairn.wallet.services import import_credential, remove_imported

pytestmark = pytest.mark.django_db


class Scene:
    """A college, somebody who holds its badge, and an operator."""

    def __init__(self) -> None:
        self.college: College = make_college()
        self.learner: Person = make_learner()
        self.version: DefinitionVersion = make_version(self.college)
        self.held: HeldCredential = make_held(self.college, self.learner, self.version)
        self.operator = Person.objects.create_user(
            "operator@example.org", "a good long password", name="O", is_staff=True
        )
        self.page = f"/catalogue/{self.version.definition.slug}/reviews/"

    def write(self, *, public: bool = False, **said: Any) -> Review:
        review = writing.write_review(held=self.held, by=self.learner, at=NOW, **({"text": "Clear and short."} | said))
        return writing.publish_review(review=review, by=self.learner, at=NOW) if public else review


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_review_is_bound_to_the_version_and_day_of_the_award_and_private(scene: Scene, client: Client) -> None:
    review = scene.write(helped="yes", again=True, hours_spent=Decimal(14))
    assert (review.version, review.awarded_on) == (scene.version, MOMENT.date())
    assert review.public_since is None
    assert b"Clear and short." not in client.get(scene.page).content
    assert client.get(f"/reviews/{review.uid}/report/").status_code == 302
    assert signed_in(make_learner("other@example.org")).get(f"/reviews/{review.uid}/report/").status_code == 404


def test_a_public_review_shows_the_chosen_name_and_never_the_account(scene: Scene, client: Client) -> None:
    scene.write(public=True, shown_as="A welder")
    page = client.get(scene.page).content.decode()
    assert "A welder" in page
    assert "holds it, proved" in page
    assert scene.learner.name not in page
    assert scene.learner.email not in page


def test_its_own_page_says_who_can_read_it_now(scene: Scene) -> None:
    client, address = signed_in(scene.learner), f"/credentials/{scene.held.pk}/review/"
    scene.write()
    assert "Nobody but you reads it until you make it public." in client.get(address).content.decode()
    scene.write(public=True)
    shown = client.get(address).content.decode()
    assert "Everybody can read this review." in shown
    assert "Nobody but you" not in shown


def test_one_person_has_one_review_of_one_credential_whatever_proves_it(scene: Scene) -> None:
    first = scene.write(text="First")
    second = scene.write(text="Second")
    assert first.pk == second.pk
    assert Review.objects.get().text == "Second"
    assert second.written_at == first.written_at


def test_nobody_reviews_with_somebody_elses_credential_or_without_one(scene: Scene) -> None:
    other = make_learner("other@example.org")
    with pytest.raises(NotFound):
        writing.write_review(held=scene.held, by=other, at=NOW, text="I never held it")
    assert signed_in(other).get(f"/credentials/{scene.held.pk}/review/").status_code == 404


def test_a_revoked_award_proves_nothing_and_a_review_from_before_says_so(scene: Scene, client: Client) -> None:
    review = scene.write(public=True)
    assert scene.held.award is not None
    revoke(award=scene.held.award, by=scene.college.registrar, at=NOW, reason="error", explanation="The wrong person")
    review.refresh_from_db()
    assert doubt_about(Review.objects.get()) == "The award was withdrawn later."
    assert b"The award was withdrawn later." in client.get(scene.page).content
    with pytest.raises(Conflict):
        writing.write_review(held=HeldCredential.objects.get(pk=scene.held.pk), by=scene.learner, at=NOW, text="Again")


def test_a_suspended_award_proves_nothing_until_it_is_reinstated(scene: Scene, client: Client) -> None:
    scene.write(public=True, hours_spent=Decimal(9))
    Award.objects.filter(pk=scene.held.award_id).update(state=Award.State.SUSPENDED)
    held = HeldCredential.objects.get(pk=scene.held.pk)
    assert proof_of(held) is None
    assert b"The award is suspended at the moment." in client.get(scene.page).content
    with pytest.raises(Conflict):
        writing.write_review(held=held, by=scene.learner, at=NOW, text="Again")
    Award.objects.filter(pk=scene.held.award_id).update(state=Award.State.AWARDED)
    assert doubt_about(Review.objects.get()) == ""


def test_a_review_whose_proof_has_fallen_is_read_with_its_doubt_and_counted_nowhere(
    scene: Scene, client: Client
) -> None:
    scene.write(public=True, helped="yes")
    for number in range(2):
        _another_review(scene, number, helped="no")
    feedback = next(one for one in credibility_of(scene.version, NOW).criteria if one.criterion.id == "F5")
    assert (feedback.low, feedback.high) == (1, 2)
    assert scene.held.award is not None
    revoke(award=scene.held.award, by=scene.college.registrar, at=NOW, reason="error", explanation="The wrong person")
    feedback = next(one for one in credibility_of(scene.version, NOW).criteria if one.criterion.id == "F5")
    assert (feedback.low, feedback.high) == (0, 2), "two are too few, and the third proves nothing any more"
    told = reading.summary(reading.public_reviews(scene.version.definition))
    assert (told.people, told.answers[0].counts) == (2, (("No", 2),))
    assert b"Clear and short." in client.get(scene.page).content


ITS_OWN = {"scheme": "did", "value": did_key(STRANGER)}


def _imported(
    achievement: str, *, source: str = "open-badges", names: list[dict[str, str]] | None = None, **more: Any
) -> DefinitionVersion:
    """A definition of the university that signs as ``ITS_OWN``, unless ``names`` says that it is known by something else."""
    provider = Provider.objects.create(
        slug=f"elsewhere-{source}", name="University of Elsewhere", source=source, source_key="u",
        identifiers=[ITS_OWN] if names is None else names, website=more.pop("website", ""),
    )  # fmt: skip
    definition = Definition.objects.create(
        slug=f"everything-{source}", provider=provider, source=source, source_key=achievement
    )
    return DefinitionVersion.objects.create(
        definition=definition, number=1, state="published", title="Everything", published_at=NOW, **more
    )


def brought(scene: Scene, world: NoWorld, **change: Any) -> HeldCredential:
    credential = strangers_credential(email=scene.learner.email, **change)
    return import_credential(holder=scene.learner, source=credential.text, at=NOW, world=world)


def test_a_good_signature_of_anybody_proves_nothing_about_the_provider(scene: Scene, world: NoWorld) -> None:
    held = brought(scene, world)
    version = _imported("https://elsewhere.example/everything", names=[], website="https://elsewhere.example/")
    assert proof_of(held) is None
    with pytest.raises(Conflict) as refused:
        writing.write_review(held=held, by=scene.learner, at=NOW, text="I made this myself")
    assert refused.value.as_dict()["code"] == "no_proof"
    assert not Review.objects.filter(definition=version.definition).exists()


def test_a_stranger_who_signs_for_an_achievement_of_this_site_proves_nothing(scene: Scene, world: NoWorld) -> None:
    achievement = {
        "id": achievement_id(scene.version), "type": ["Achievement"], "name": "Charts", "description": "Drawn",
        "criteria": {"narrative": "None"},
    }  # fmt: skip
    assert proof_of(brought(scene, world, achievement=achievement)) is None


@pytest.mark.parametrize(
    "known",
    [
        {"homepage": "https://elsewhere.example/everything"},
        {"identifiers": [{"scheme": "url", "value": "https://elsewhere.example/everything"}]},
    ],
    ids=["page", "identifier"],
)
def test_an_achievement_may_be_known_by_its_page_or_another_identifier(
    scene: Scene, world: NoWorld, known: dict[str, Any]
) -> None:
    held = brought(scene, world)
    version = _imported("course-17", **known)
    found = proof_of(held)
    assert found is not None
    assert found.version == version


def test_an_achievement_may_be_known_by_its_ctid_in_the_registry(scene: Scene, world: NoWorld) -> None:
    ctid = "ce-0b7d9a3e-8f53-4c5e-9f7e-0d9c7ad1f001"
    held = brought(scene, world, achievement={
        "id": f"https://credentialengineregistry.org/resources/{ctid}", "type": ["Achievement"], "name": "E",
        "description": "E", "criteria": {"narrative": "E"},
    })  # fmt: skip
    version = _imported("course-18", identifiers=[{"scheme": "ctid", "value": ctid}])
    found = proof_of(held)
    assert found is not None
    assert found.version == version


@pytest.mark.parametrize(
    ("issuer", "website", "speaks"),
    [
        ("did:web:elsewhere.example", "https://www.elsewhere.example/", True),
        ("did:web:badges.elsewhere.example:college", "https://elsewhere.example", True),
        ("https://elsewhere.example/issuer.json", "http://elsewhere.example", True),
        ("did:web:elsewhere.example.attacker.example", "https://elsewhere.example", False),
        ("did:web:notelsewhere.example", "https://elsewhere.example", False),
        ("did:web:elsewhere.example%3A8443", "https://elsewhere.example", True),
        ("https://elsewhere.example@attacker.example/", "https://elsewhere.example", False),
        ("https://attacker.example/#https://elsewhere.example", "https://elsewhere.example", False),
        ("https://sites.example/attacker", "https://sites.example/college", False),
        ("https://sites.example/college/issuer", "https://sites.example/college", True),
        ("https://sites.example/college-attacker", "https://sites.example/college", False),
        ("did:web:sites.example:attacker", "https://sites.example/college", False),
        ("did:key:z6Mkanything", "https://elsewhere.example", False),
        ("https://192.0.2.1/issuer", "https://192.0.2.1/", False),
        ("u", "", True),
        ("", "", False),
        ("javascript://elsewhere.example/", "https://elsewhere.example", False),
    ],
    ids=["same-host", "below-it", "address", "longer-host", "ends-alike", "port", "user-name", "fragment", "neighbour", "under-its-path",
         "path-begins-alike", "shared-did", "key-alone", "number-of-a-machine", "its-sources-key", "nothing", "script"],
)  # fmt: skip
def test_who_speaks_for_a_provider(issuer: str, website: str, speaks: bool) -> None:
    provider = Provider.objects.create(slug="p", name="P", source="open-badges", source_key="u", website=website)
    assert speaks_for(issuer, provider) is speaks


def test_whoever_works_for_the_provider_does_not_review_it(scene: Scene) -> None:
    Membership.objects.create(person=scene.learner, organisation=scene.college.organisation, role=Role.INSTRUCTOR)
    with pytest.raises(NotAllowed) as refused:
        scene.write()
    assert refused.value.as_dict()["code"] == "own_credential"


def test_feedback_counts_by_how_many_gave_it_and_not_by_what_they_say(scene: Scene) -> None:
    def judged() -> tuple[Decimal, Decimal]:
        found = credibility_of(version_of(scene.version.definition.slug), NOW)
        return next((one.low, one.high) for one in found.criteria if one.criterion.id == "F5")

    for number in range(2):
        _another_review(scene, number)
    assert judged() == (0, 2)
    _another_review(scene, 2, helped="no")
    assert judged() == (1, 2)
    for number in range(3, 16):
        _another_review(scene, number)
    assert judged() == (2, 2)
    Review.objects.update(hidden_at=NOW)
    assert judged() == (0, 2)


def _another_review(scene: Scene, number: int, **said: Any) -> None:
    author = make_learner(f"learner{number}@example.org")
    Review.objects.create(
        author=author, definition=scene.version.definition, version=scene.version, awarded_on=NOW.date(), text="Good",
        written_at=NOW, changed_at=NOW, public_since=NOW, **said,
    )  # fmt: skip


def test_a_verified_credential_from_elsewhere_proves_what_the_catalogue_knows_by_its_identifier(
    scene: Scene, world: NoWorld
) -> None:
    credential = strangers_credential(email=scene.learner.email)
    held = import_credential(holder=scene.learner, source=credential.text, at=NOW, world=world)
    assert proof_of(held) is None
    version = _imported("https://elsewhere.example/everything")
    found = proof_of(held)
    assert found is not None
    assert (found.version, found.awarded_on) == (version, MOMENT.date())
    review = writing.write_review(held=held, by=scene.learner, at=NOW, text="It was everything")
    remove_imported(held=held, by=scene.learner, at=NOW)
    review.refresh_from_db()
    assert "taken the credential out" in doubt_about(review)
    with pytest.raises(Conflict):
        writing.publish_review(review=review, by=scene.learner, at=NOW)


def test_somebody_elses_credential_brought_along_proves_nothing(scene: Scene, world: NoWorld) -> None:
    _imported("https://elsewhere.example/everything")
    held = import_credential(
        holder=scene.learner, source=strangers_credential(email="not-me@example.org").text, at=NOW, world=world
    )
    assert proof_of(held) is None


def test_an_identifier_that_several_sources_use_proves_none_of_them(scene: Scene, world: NoWorld) -> None:
    held = import_credential(
        holder=scene.learner, source=strangers_credential(email=scene.learner.email).text, at=NOW, world=world
    )
    for source in ("one", "two"):
        _imported("https://elsewhere.example/everything", source=source)
    assert proof_of(held) is None


@pytest.mark.parametrize(
    "said",
    [
        {"text": "  \u200b "},
        {"text": "x" * 2001},
        {"hours_spent": Decimal(0), "text": "x"},
        {"helped": "certainly", "text": "x"},
    ],
    ids=["nothing", "too-long", "no-hours", "no-such-answer"],
)
def test_what_says_nothing_or_too_much_is_refused(scene: Scene, said: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        scene.write(**said)


def test_hostile_text_is_shown_as_text(scene: Scene, client: Client) -> None:
    scene.write(public=True, text="<script>alert(1)</script>\n\n\n\n<b>bold</b> \u202egnihton", shown_as="<i>me</i>")
    page = client.get(scene.page).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;i&gt;me&lt;/i&gt;" in page
    assert "\u202e" not in page


@given(st.text())
def test_readable_text_has_no_letters_that_hide_and_stays_as_it_is_when_read_again(text: str) -> None:
    once = writing.readable(text)
    assert writing.readable(once) == once
    assert all(letter == "\n" or letter.isprintable() for letter in once)
    assert "\n\n\n" not in once


def test_counts_come_with_how_many_answered_and_means_only_of_enough(scene: Scene) -> None:
    def said(**given: Any) -> Review:
        return Review(version=scene.version, **given)

    few = reading.summary([said(helped="yes", hours_spent=Decimal(10)), said(helped="no", hours_spent=Decimal(20))])
    assert few.hours is None
    assert few.hours_people == 2
    enough = reading.summary([said(hours_spent=Decimal(hours)) for hours in (10, 11, 11)] + [said(helped="yes")])
    assert (enough.hours, enough.hours_people, enough.people) == (Decimal("10.7"), 3, 4)
    helped = enough.answers[0]
    assert (helped.people, dict(helped.counts)["Yes"]) == (1, 1)
    assert not hasattr(enough, "score")


def test_the_provider_replies_through_a_role_and_nobody_else_does(scene: Scene, client: Client) -> None:
    review = scene.write(public=True)
    with pytest.raises(NotAllowed):
        writing.reply_to(review=review, by=scene.learner, at=NOW, text="Thanks")
    outsider = make_learner("assessor@example.org")
    Membership.objects.create(person=outsider, organisation=scene.college.organisation, role=Role.ASSESSOR)
    assert signed_in(outsider).post(f"/reviews/{review.uid}/reply/", {"text": "No"}).status_code == 403
    answer = signed_in(scene.college.registrar).post(f"/reviews/{review.uid}/reply/", {"text": "Thank <b>you</b>"})
    assert answer.status_code == 302
    page = client.get(scene.page).content.decode()
    assert "Thank &lt;b&gt;you&lt;/b&gt;" in page
    assert f"{scene.college.organisation.name} replies" in page
    event = AuditEvent.objects.get(action="review.replied")
    assert event.organisation == scene.college.organisation
    assert "Thank" not in json.dumps(event.details)


def test_hiding_needs_a_reason_is_on_the_trail_and_told_to_the_author(
    scene: Scene, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    review = scene.write(public=True)
    reporter = make_learner("reporter@example.org")
    assert signed_in(reporter).post(f"/reviews/{review.uid}/report/", {"why": "personal"}).status_code == 302
    with pytest.raises(NotAllowed):
        writing.hide_review(review=review, by=reporter, at=NOW, reason="I do not like it")
    with pytest.raises(Invalid):
        writing.hide_review(review=review, by=scene.operator, at=NOW, reason="  ")
    operator = signed_in(scene.operator)
    assert b"It says something about a person" in operator.get("/desk/operator/reviews/").content
    with django_capture_on_commit_callbacks(execute=True):
        operator.post(
            "/desk/operator/reviews/", {"review": str(review.uid), "step": "hide", "reason": "It names a teacher"}
        )
    assert b"Clear and short." not in client.get(scene.page).content
    assert AuditEvent.objects.get(action="review.hidden").reason == "It names a teacher"
    assert "It names a teacher" in outbox.outbox[-1].body
    assert b"It names a teacher" in signed_in(scene.learner).get(f"/credentials/{scene.held.pk}/review/").content
    review.refresh_from_db()
    with pytest.raises(Conflict):
        writing.publish_review(review=review, by=scene.learner, at=NOW)
    operator.post("/desk/operator/reviews/", {"review": str(review.uid), "step": "stand"})
    assert b"Clear and short." in client.get(scene.page).content


def test_a_hidden_review_that_is_deleted_and_written_again_stays_hidden_until_the_operator_shows_it(
    scene: Scene, client: Client
) -> None:
    review = scene.write(public=True, helped="no", shown_as="A welder")
    reporter = make_learner("reporter@example.org")
    writing.report_review(review=review, by=reporter, why="personal", words="It names her", at=NOW)
    writing.hide_review(review=review, by=scene.operator, at=NOW, reason="It names a teacher")
    mine, address = signed_in(scene.learner), f"/credentials/{scene.held.pk}/review/"
    told = mine.post(f"{address}step/", {"step": "delete"}, follow=True).content.decode()
    assert "You deleted what it said." in told
    assert "Delete it" not in told
    left = Review.objects.get()
    assert (left.text, left.helped, left.shown_as, left.public_since, left.held, left.reports.count()) == (
        "",
        "",
        "",
        None,
        None,
        0,
    )
    listed = signed_in(scene.operator).get("/desk/operator/reviews/").content.decode()
    assert "Its author has deleted it." in listed
    again = scene.write(text="The same, about the teacher.")
    assert (again.pk, again.hidden_because) == (review.pk, "It names a teacher")
    with pytest.raises(Conflict):
        writing.publish_review(review=again, by=scene.learner, at=NOW)
    writing.let_stand(review=again, by=scene.operator, at=NOW)
    writing.publish_review(review=again, by=scene.learner, at=NOW)
    assert b"about the teacher" in client.get(scene.page).content


def test_the_mark_of_a_hidden_review_goes_when_the_operator_takes_it_away_or_its_author_is_erased(scene: Scene) -> None:
    for taken in (True, False):
        review = scene.write(public=True)
        writing.hide_review(review=review, by=scene.operator, at=NOW, reason="It names a teacher")
        writing.delete_review(review=Review.objects.get(), by=scene.learner)
        assert Review.objects.get().is_empty
        if taken:
            writing.let_stand(review=Review.objects.get(), by=scene.operator, at=NOW)
        else:
            writing.forget_reviews(scene.learner, NOW)
        assert not Review.objects.exists()
    review = scene.write(public=True)
    writing.delete_review(review=review, by=scene.learner)
    assert not Review.objects.exists()


def test_only_the_operator_settles(scene: Scene) -> None:
    assert signed_in(scene.learner).get("/desk/operator/reviews/").status_code == 403
    assert signed_in(scene.operator).post("/desk/operator/reviews/", {"review": "x", "step": "hide"}).status_code == 422


def test_writing_and_publishing_on_the_page(scene: Scene, client: Client) -> None:
    mine, page = signed_in(scene.learner), f"/credentials/{scene.held.pk}/review/"
    assert mine.post(page, {"text": ""}).status_code == 422
    mine.post(page, {"text": "On the page", "helped": "partly", "again": "no", "hours_spent": "12.5"})
    assert b"On the page" not in client.get(scene.page).content
    assert "no-store" in mine.get(page).headers["Cache-Control"]
    mine.post(f"{page}step/", {"step": "publish"})
    assert b"On the page" in client.get(scene.page).content
    assert b"On the page" in client.get(f"{scene.page}latest/").content
    mine.post(f"{page}step/", {"step": "private"})
    assert b"On the page" not in client.get(scene.page).content
    mine.post(f"{page}step/", {"step": "delete"})
    assert not Review.objects.exists()


def test_my_data_has_my_reviews_and_leaving_takes_them_along(scene: Scene, client: Client) -> None:
    scene.write(public=True, text="To be forgotten")
    assert "To be forgotten" in json.dumps(export_account(scene.learner, at=NOW))
    erase_account(person=scene.learner, at=NOW)
    assert b"To be forgotten" not in client.get(scene.page).content
    assert not Review.objects.exists()


def test_reviews_change_no_order_of_search(scene: Scene, client: Client, settings: Any, tmp_path: Any) -> None:
    from cairn.catalog.search import rebuild

    settings.SEARCH_INDEX = tmp_path / "search"
    for number in range(4):
        make_version(scene.college, f"Drawing Charts {number}")
    rebuild()

    def order() -> list[str]:
        return [one["slug"] for one in client.get("/api/v1/catalogue/search?q=").json()["results"]]

    before = order()
    assert len(before) == 5
    scene.write(public=True, helped="yes", again=True)
    rebuild()
    assert order() == before
