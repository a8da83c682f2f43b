"""What an employer meets at the verify page: each case of the journey by name, with the real core and the real issuer."""

from __future__ import annotations

import json
import os

import pytest
from tests.issuing.factories import MOMENT, College, make_college, make_learner
from tests.people.factories import make_person
from tests.wallet.factories import NOW, STRANGER, NoWorld, make_held, strangers_credential

from cairn.credentials import (
    KeySigner,
    achievement_credential,
    bake,
    did_key,
    did_key_verification_method,
    issue,
    status_entry,
)
from cairn.errors import Invalid
from cairn.issuing import services as issuing
from cairn.issuing.models import SigningKey
from cairn.look.drawings import badge_image
from cairn.look.raster import badge_png
from cairn.verifying import services
from cairn.verifying.services import CheckResult, check, check_many
from cairn.wallet import files
from cairn.wallet.models import HeldCredential
from cairn.wallet.services import share, share_url, withdraw_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def held(college: College) -> HeldCredential:
    evidence = [{"name": "My analysis", "genre": "Link", "url": "https://work.example.org/1"}]
    return make_held(college, make_learner(), evidence=evidence)


def answers(result: CheckResult) -> dict[str, str]:
    return {answer.key: answer.outcome for answer in result.explained.answers}


def document(held: HeldCredential) -> str:
    assert held.award is not None
    return held.award.document


@pytest.mark.parametrize("form", ["json", "png", "svg", "pdf"])
def test_an_untouched_file_is_verified_without_asking_anybody(held: HeldCredential, world: NoWorld, form: str) -> None:
    result = check(files.take_away(held, form, at=NOW).body, at=NOW)
    assert result.explained.panel == "verified"
    assert answers(result) == {"authentic": "pass", "current": "pass", "trusted": "pass", "about_person": "skip"}
    assert "Reading Tables" in result.explained.summary
    assert "Harbour College" in result.explained.summary
    assert "7 April 2026" in result.explained.summary
    assert world.asked == [], "our own lists and keys come from our own database"


def test_a_copy_with_one_letter_changed_is_refused_and_told_why(held: HeldCredential) -> None:
    forged = document(held).replace("Reading Tables", "Reading Fables", 1)
    assert forged != document(held)
    result = check(forged, at=NOW)
    assert result.explained.panel == "not_verified"
    assert answers(result)["authentic"] == "fail"
    assert answers(result)["current"] == answers(result)["trusted"] == "unknown", "nothing in it is believed"
    (fault,) = [finding for finding in result.explained.findings if finding["outcome"] == "fail"]
    assert fault["message"] in result.explained.summary
    assert "changed" in fault["message"]
    assert fault["remedy"]
    assert not result.explained.believable


def test_a_copied_image_without_a_credential_is_not_verifiable() -> None:
    picture = badge_png(badge_image("Reading Tables", "Harbour College", "badge", "x"))
    result = check(picture, at=NOW, name="badge.png")
    assert result.explained.panel == "not_verifiable"
    assert "no credential" in result.explained.summary
    assert result.explained.findings[0]["code"] == "no_credential_inside"
    assert "original" in result.explained.findings[0]["remedy"]
    assert set(answers(result).values()) == {"unknown"}, "nobody says that it is forged"


def test_a_photograph_is_not_verifiable_either() -> None:
    result = check(b"\xff\xd8\xff\xe0" + b"\0" * 200, at=NOW)
    assert result.explained.panel == "not_verifiable"


def test_a_revoked_award_says_revoked_from_the_next_check_on(college: College, held: HeldCredential) -> None:
    file = files.take_away(held, "png", at=NOW).body
    assert check(file, at=NOW).explained.panel == "verified"
    assert held.award is not None
    issuing.revoke(award=held.award, by=college.registrar, reason="error", explanation="Wrong person.", at=NOW)
    result = check(file, at=NOW)
    assert result.explained.panel == "not_verified"
    assert answers(result)["authentic"] == "pass", "it is genuine all the same"
    assert answers(result)["current"] == "fail"
    assert "revoked" in result.explained.summary
    assert result.explained.believable


def test_an_unknown_issuer_is_authentic_with_a_warning_and_no_red_cross() -> None:
    result = check(strangers_credential().text, at=NOW)
    assert result.verdict.verdict == "verified"
    assert result.explained.panel == "warning"
    assert answers(result)["authentic"] == "pass"
    assert answers(result)["trusted"] == "warn"
    assert "no register" in result.explained.summary


def test_an_unreachable_status_list_leaves_it_open_and_is_never_called_invalid(world: NoWorld) -> None:
    url = "https://elsewhere.example/status/1"
    given = json.loads(strangers_credential().text)
    unsigned = achievement_credential(
        id=given["id"],
        issuer=given["issuer"],
        name=given["name"],
        achievement=given["credentialSubject"]["achievement"],
        subject={"type": ["AchievementSubject"], "id": "did:example:holder"},
        valid_from=MOMENT,
        status=[status_entry(url, 94567)],
    )
    signed = issue(unsigned, KeySigner(STRANGER, did_key_verification_method(STRANGER)), created=MOMENT)
    result = check(signed.text, at=NOW)
    assert result.explained.panel == "undetermined"
    assert answers(result)["current"] == "unknown"
    assert world.asked == [url]
    assert "nobody is there" in result.explained.summary


def test_whether_it_is_about_this_person_is_an_answer_of_its_own(held: HeldCredential) -> None:
    right = check(document(held), at=NOW, recipient="lia-learner@example.org")
    wrong = check(document(held), at=NOW, recipient="somebody-else@example.org")
    assert answers(right)["about_person"] == "pass"
    assert answers(wrong)["about_person"] == "fail"
    assert (right.explained.panel, wrong.explained.panel) == ("verified", "not_verified")
    assert answers(wrong)["authentic"] == "pass"


def test_an_address_that_cannot_be_right_is_refused_before_anything_is_checked(held: HeldCredential) -> None:
    with pytest.raises(Invalid) as refusal:
        check(document(held), at=NOW, recipient="lia at example")
    assert "name@example.org" in refusal.value.remedy
    with pytest.raises(Invalid):
        check("  ", at=NOW)


def test_a_forged_issuer_is_not_believed_under_our_colleges_name(held: HeldCredential) -> None:
    forged = json.loads(document(held))
    forged["issuer"]["id"] = did_key(STRANGER)
    del forged["proof"]
    signed = issue(forged, KeySigner(STRANGER, did_key_verification_method(STRANGER)), created=MOMENT)
    result = check(signed.text, at=NOW)
    assert result.explained.panel != "verified"
    assert answers(result)["trusted"] != "pass"


def test_a_stolen_key_speaks_for_nobody_any_more(held: HeldCredential) -> None:
    SigningKey.objects.update(state=SigningKey.State.COMPROMISED)
    assert answers(check(document(held), at=NOW))["trusted"] == "warn"


# --- addresses -----------------------------------------------------------------------------------------------------------------


def test_a_share_link_is_checked_from_the_database(held: HeldCredential, world: NoWorld) -> None:
    link = share(held=held, by=held.holder, at=NOW)
    result = check(share_url(link), at=NOW)
    assert result.explained.panel == "verified"
    assert not result.shows_evidence, "checking a link shows no more than the link"
    assert world.asked == []
    withdraw_link(link=link, by=held.holder, at=NOW)
    ended = check(share_url(link), at=NOW)
    assert ended.verdict.verdict == "undetermined", "the credential behind it may be as good as ever"
    assert "withdrawn" in ended.explained.summary


@pytest.mark.parametrize("path", ["/credentials/1/", "/credentials/1/files/json/", "/s/", "/", "/s/guess/"])
def test_other_addresses_of_this_site_show_nothing(held: HeldCredential, settings: object, path: str) -> None:
    from django.conf import settings as site

    result = check(f"{site.PUBLIC_URL}{path}", at=NOW)
    assert result.explained.panel == "undetermined"
    assert result.explained.contents is None


def test_the_address_of_a_credential_elsewhere_is_fetched_and_checked(world: NoWorld) -> None:
    world.pages["https://elsewhere.example/c.json"] = ("application/vc+ld+json", strangers_credential().text.encode())
    assert check("https://elsewhere.example/c.json", at=NOW).explained.panel == "warning"
    assert check("  https://elsewhere.example/c.json\n", at=NOW).explained.panel == "warning"


def test_a_web_page_is_no_credential_and_a_silent_address_leaves_it_open(world: NoWorld) -> None:
    world.pages["https://elsewhere.example/page"] = ("text/html; charset=utf-8", b"<html>A lovely badge</html>")
    page = check("https://elsewhere.example/page", at=NOW)
    assert page.verdict.verdict == "undetermined", "no credential was seen, so none was found wanting"
    assert "web page" in page.explained.summary
    silent = check("https://silent.example/c.json", at=NOW)
    assert silent.explained.panel == "undetermined"


# --- many ----------------------------------------------------------------------------------------------------------------------


def test_many_files_are_checked_and_a_broken_one_does_not_stop_the_others(held: HeldCredential) -> None:
    results = check_many(
        [
            ("a.json", document(held).encode()),
            ("empty.json", b""),
            ("noise.bin", os.urandom(300)),
            ("b.png", files.take_away(held, "png", at=NOW).body),
        ],
        at=NOW,
    )
    assert [result.source for result in results] == ["a.json", "empty.json", "noise.bin", "b.png"]
    assert [result.explained.panel for result in results] == [
        "verified",
        "not_verifiable",
        "not_verifiable",
        "verified",
    ]


def test_the_world_is_asked_once_for_a_whole_batch(world: NoWorld) -> None:
    given = json.loads(strangers_credential().text)
    signed = issue(
        achievement_credential(
            id="urn:uuid:4b9dc70c-8e7e-4a55-9ef5-0c3a3ec3a111",
            issuer=given["issuer"],
            name="x",
            achievement=given["credentialSubject"]["achievement"],
            subject={"type": ["AchievementSubject"], "id": "did:example:holder"},
            valid_from=MOMENT,
            status=[status_entry("https://elsewhere.example/status/1", 7)],
        ),
        KeySigner(STRANGER, did_key_verification_method(STRANGER)),
        created=MOMENT,
    )
    check_many([(f"{number}.json", signed.text.encode()) for number in range(5)], at=NOW)
    assert world.asked == ["https://elsewhere.example/status/1"]


def test_too_many_files_at_once_are_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        check_many([("x.json", b"{}")] * (services.MAX_FILES + 1), at=NOW)
    assert "smaller groups" in refusal.value.remedy


def test_a_result_says_the_same_to_programs(held: HeldCredential) -> None:
    told = json.loads(json.dumps(check(document(held), at=NOW, name="a.json").as_dict()))
    assert told["input"] == "a.json"
    assert told["verdict"] == "verified"
    assert (told["authentic"], told["current"], told["trusted"]) == ("pass", "pass", "pass")
    assert {"check", "outcome", "code", "message", "remedy"} <= set(told["findings"][0])
    assert told["summary"]


def test_an_image_with_somebody_elses_credential_swapped_in_says_whose_it_is(held: HeldCredential) -> None:
    swapped = bake(files.take_away(held, "png", at=NOW).body, strangers_credential().text)
    result = check(swapped, at=NOW, recipient=make_person("Mia Other").email)
    assert result.explained.contents is not None
    assert result.explained.contents.issuer_name == "University of Elsewhere"
    assert answers(result)["about_person"] == "fail"
