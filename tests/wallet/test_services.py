"""What a wallet takes in, keeps and shares."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.fuzz.seeds import seeds as everything
from tests.issuing.factories import MOMENT, College, make_college, make_learner
from tests.people.factories import make_person
from tests.wallet.factories import NOW, make_award, make_held, strangers_credential

from cairn.credentials import bake
from cairn.errors import Conflict, Gone, Invalid, NotFound
from cairn.look.drawings import badge_image
from cairn.look.raster import badge_png
from cairn.people.models import Person
from cairn.wallet import queries, services
from cairn.wallet.files import forms_of
from cairn.wallet.models import HeldCredential, ShareLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def learner() -> Person:
    return make_learner()


def test_an_award_comes_into_its_holders_wallet_once(college: College, learner: Person) -> None:
    award = make_award(college, learner)
    held = services.add_award(award, MOMENT)
    assert services.add_award(award, NOW) == held
    assert list(queries.held_by(learner)) == [held]
    assert (held.name, held.issuer_name, held.credential_id) == (
        "Reading Tables",
        "Harbour College",
        award.credential_id,
    )
    assert queries.document_of(held) == award.document


def test_nothing_is_shared_until_the_holder_shares_it(college: College, learner: Person) -> None:
    make_held(college, learner)
    assert not ShareLink.objects.exists()


def test_a_link_cannot_be_guessed(college: College, learner: Person) -> None:
    held = make_held(college, learner)
    tokens = {services.share(held=held, by=learner, at=NOW).token for _ in range(20)}
    assert len(tokens) == 20
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", token) for token in tokens)  # 192 bits


def test_a_link_works_until_it_expires(college: College, learner: Person) -> None:
    link = services.share(held=make_held(college, learner), by=learner, at=NOW, expires_at=NOW + timedelta(days=2))
    assert queries.shared_link(link.token, at=NOW + timedelta(days=1)) == link
    with pytest.raises(Gone) as refusal:
        queries.shared_link(link.token, at=NOW + timedelta(days=2))
    assert "3 June 2026" in refusal.value.message
    assert "new link" in refusal.value.remedy


def test_a_withdrawn_link_is_gone_and_withdrawing_again_changes_nothing(college: College, learner: Person) -> None:
    link = services.share(held=make_held(college, learner), by=learner, at=NOW)
    services.withdraw_link(link=link, by=learner, at=NOW)
    services.withdraw_link(link=link, by=learner, at=NOW + timedelta(days=1))
    link.refresh_from_db()
    assert link.withdrawn_at == NOW
    with pytest.raises(Gone):
        queries.shared_link(link.token, at=NOW)


def test_a_link_that_would_never_work_is_refused(college: College, learner: Person) -> None:
    with pytest.raises(Invalid):
        services.share(held=make_held(college, learner), by=learner, at=NOW, expires_at=NOW)
    assert not ShareLink.objects.exists()


def test_only_the_holder_shares_and_withdraws(college: College, learner: Person) -> None:
    held = make_held(college, learner)
    link = services.share(held=held, by=learner, at=NOW)
    for other in (make_person("Somebody Else"), college.registrar, college.admin):
        with pytest.raises(NotFound):
            services.share(held=held, by=other, at=NOW)
        with pytest.raises(NotFound):
            services.withdraw_link(link=link, by=other, at=NOW)
        with pytest.raises(NotFound):
            queries.held_of(other, held.pk)


@pytest.mark.parametrize("form", ["text", "bytes", "png", "svg"])
def test_a_credential_from_elsewhere_is_kept_whole(learner: Person, form: str) -> None:
    text = strangers_credential().text
    picture = badge_image("Advanced Everything", "University of Elsewhere", "badge", "x")
    source = {
        "text": lambda: text,
        "bytes": lambda: text.encode(),
        "png": lambda: bake(badge_png(picture), text),
        "svg": lambda: bake(picture.encode(), text),
    }[form]()
    held = services.import_credential(holder=learner, source=source, at=NOW)
    assert held.document == text
    assert (held.name, held.issuer_name) == ("Advanced Everything", "University of Elsewhere")
    assert held.award is None


def test_the_same_credential_is_kept_once_and_a_newer_edition_replaces_it(learner: Person) -> None:
    services.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    with pytest.raises(Conflict) as refusal:
        services.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    assert "already" in refusal.value.message
    newer = strangers_credential(valid_from=MOMENT + timedelta(days=30), name="Advanced Everything II")
    held = services.import_credential(holder=learner, source=newer.text, at=NOW)
    assert held.document == newer.text
    assert held.name == "Advanced Everything II"
    assert HeldCredential.objects.count() == 1
    with pytest.raises(Conflict):
        services.import_credential(holder=learner, source=strangers_credential().text, at=NOW)


def test_an_own_award_cannot_be_replaced_by_bringing_a_file(college: College, learner: Person) -> None:
    held = make_held(college, learner)
    with pytest.raises(Conflict):
        services.import_credential(holder=learner, source=queries.document_of(held), at=NOW)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "empty"),
        (b"   ", "empty"),
        (b"hello", "unknown_format"),
        ("hello", "unknown_format"),
        ('{"name": "no credential"}', "not_a_credential"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ('{"@context": "x", "type": "VerifiableCredential", "issuer": "did:key:z", "id": "urn:\\u0000"}', "no_id"),
        (b"x" * (services.MAX_FILE + 1), "too_large"),
    ],
)
def test_what_is_no_credential_is_refused_with_what_to_do(learner: Person, source: bytes | str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.import_credential(holder=learner, source=source, at=NOW)
    assert refusal.value.specific_code == code
    assert refusal.value.message
    assert refusal.value.remedy
    assert not HeldCredential.objects.exists()


def test_a_plain_image_is_refused_because_a_picture_proves_nothing(learner: Person) -> None:
    picture = badge_png(badge_image("A", "B", "badge", "x"))
    with pytest.raises(Invalid) as refusal:
        services.import_credential(holder=learner, source=picture, at=NOW)
    assert refusal.value.specific_code == "no_credential_inside"


def test_what_was_brought_can_be_removed_and_what_was_awarded_stays(college: College, learner: Person) -> None:
    brought = services.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    link = services.share(held=brought, by=learner, at=NOW)
    services.remove_imported(held=brought, by=learner, at=NOW)
    with pytest.raises(NotFound):
        queries.shared_link(link.token, at=NOW)
    with pytest.raises(Conflict):
        services.remove_imported(held=make_held(college, learner), by=learner, at=NOW)


def test_a_person_can_take_out_and_erase_everything(college: College, learner: Person) -> None:
    held = make_held(college, learner)
    services.share(held=held, by=learner, at=NOW, audience="Harbour Clinic")
    portion = queries.portion_of(learner)
    assert "Harbour Clinic" in str(portion)
    services.forget(learner, NOW)
    assert queries.portion_of(learner) == {"credentials": [], "share_links": []}


# --- other forms ---------------------------------------------------------------------------------------------------------------


def test_a_token_from_elsewhere_is_kept_as_it_came(learner: Person) -> None:
    seeds = {seed.name: seed for seed in everything()[0]}
    held = services.import_credential(holder=learner, source=seeds["vc-jwt"].data, at=NOW)
    assert held.document.encode() == seeds["vc-jwt"].data
    assert (held.name, held.issuer_name) == ("Data Analysis with Python", "Example Institute")
    assert [form.key for form in forms_of(held)] == ["token"]


def test_an_older_badge_that_only_points_at_its_issuer_is_named_after_asking(learner: Person) -> None:
    found, world = everything()
    hosted = next(seed for seed in found if seed.name == "hosted")
    with pytest.raises(Invalid) as refusal:
        services.import_credential(holder=learner, source=hosted.data, at=NOW)
    assert refusal.value.specific_code == "no_issuer"
    held = services.import_credential(holder=learner, source=hosted.data, at=NOW, world=world)
    assert held.document.encode() == hosted.data
    assert (held.name, held.issuer_name) == ("Data Analysis with Python", "Example Institute")


def test_an_address_is_opened_and_what_lies_there_is_kept(learner: Person) -> None:
    found, world = everything()
    badge = next(seed for seed in found if seed.name == "badge")
    world.pages["https://badges.example.org/awards/7"] = badge.data
    held = services.import_credential(holder=learner, source="https://badges.example.org/awards/7", at=NOW, world=world)
    assert held.document.encode() == badge.data
    with pytest.raises(Invalid) as refusal:
        services.import_credential(holder=learner, source="https://badges.example.org/none", at=NOW, world=world)
    assert refusal.value.specific_code == "address_unreachable"
