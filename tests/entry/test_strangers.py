"""Every address of the site as it is met by those who have nothing to do with what lies there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from tests.earning.factories import hand_in, make_enrolment, make_session
from tests.issuing.factories import make_college, make_learner, make_version
from tests.people.factories import give_role, make_person
from tests.recognition.factories import make_university, term
from tests.wallet.factories import NOW, make_held, signed_in

from cairn.catalog.models import Definition
from cairn.catalog.services import draft_definition
from cairn.outside import clock
from cairn.people.models import Person, Role
from cairn.people.services import issue_token
from cairn.recognition.services import draft_agreement, submit_request
from cairn.wallet.models import ShareLink
from cairn.wallet.reviews.writing import write_review
from cairn.wallet.services import share

pytestmark = pytest.mark.django_db

PUBLIC = {
    "entry:home", "entry:health", "entry:api", "people:sign_in", "people:sign_up", "people:sign_out",
    "skills:occupations", "skills:occupation", "catalog:search", "catalog:credential", "catalog:credential_version",
    "catalog:compare", "catalog:compare_csv", "catalog:provider", "issuing:profile", "issuing:did_document", "issuing:status_list",
    "issuing:achievement", "issuing:achievement_image", "journeys:stack", "journeys:stack_fragment", "verifying:verify",
    "wallet:shared", "wallet:shared_badge", "wallet:shared_preview", "wallet:shared_file",
    "skills:skills", "skills:skill", "catalog:compare_json", "catalog:compare_pdf", "catalog:provider_completeness",
    "catalog:provider_completeness_csv", "catalog:rubric", "catalog:rubric_document", "catalog:exports", "catalog:export",
    "catalog:sitemap", "catalog:sitemap_part", "catalog:feed", "catalog:robots",
}  # fmt: skip
"""Open to everybody; share links to whoever has their token."""
OWN = {
    "people:account", "people:rename", "people:consents", "people:export", "people:erase", "people:own_tokens", "earning:learn",
    "earning:enrol",
    "earning:desk", "earning:sessions", "earning:schedule", "journeys:path", "journeys:new_goal", "journeys:state_skills",
    "wallet:credentials", "wallet:import", "issuing:desk", "catalog:author_definitions", "recognition:overview", "recognition:new",
    "recognition:desk",
}  # fmt: skip
"""Everybody's own place: whoever signs in sees theirs, and nothing of others."""
OPERATOR = {
    "catalog:identity", "catalog:identity_again", "catalog:identity_step", "catalog:likely_skills",
    "catalog:likely_progress", "catalog:likely_start", "catalog:likely_step", "catalog:imports", "catalog:import_run",
    "catalog:import_undo", "catalog:mapping_upload", "catalog:import_file", "catalog:import_file_progress",
    "wallet:settle_reviews",
}  # fmt: skip
"""The operator's own: what was imported, and who is who in the registers."""


def patterns(resolver: Any = None, space: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every named address of our rooms with the names of its parameters."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            if each.namespace not in {"admin", "api", "vc_api"} and "allauth" not in str(each.urlconf_name):
                yield from patterns(each, f"{space}{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern):
            yield f"{space}{each.name}", set(each.pattern.converters)


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> dict[str, dict[str, Any]]:
    """One of everything, all of it somebody's; for each room what its parameters are called."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.MEDIA_ROOT = tmp_path
    college, learner = make_college(), make_learner()
    version = make_version(college)
    held = make_held(college, learner, version)
    link = share(held=held, by=learner, at=NOW)
    enrolled = make_enrolment(make_version(college, "Writing Tables"), learner)
    handed_in = hand_in(enrolled, upload=SimpleUploadedFile("work.txt", b"my secret work"))
    draft = draft_definition(
        by=college.designer,
        organisation=college.organisation,
        at=NOW,
        type=Definition.Type.BADGE,
        title="A Secret Draft",
    )
    assert held.award is not None
    slug = college.organisation.slug
    university = make_university()
    request = submit_request(
        person=learner,
        organisation=university.organisation,
        source=held.award,
        toward=make_version(university, "Statistics"),
        because="my secret work",
        at=NOW,
    )
    agreement = draft_agreement(
        organisation=university.organisation,
        giver=college.organisation,
        receiver=university.organisation,
        title="A Secret Draft",
        terms=[term(version, make_version(university, "Networks"))],
        in_force_from=NOW,
        by=university.registrar,
        at=NOW,
    )
    review = write_review(held=held, by=learner, at=NOW, text="my secret work")
    return {
        "people": {"slug": slug, "pk": college.admin.memberships.get().pk},
        "catalog": {"pk": draft.pk, "slug": draft.definition.slug, "number": 1, "name": "ctdl"},
        "issuing": {"slug": slug, "award_id": held.award.pk, "version": version.pk},
        "earning": {"pk": enrolled.pk},
        "earning:submission": {"pk": handed_in.pk},
        "earning:evidence_file": {"pk": handed_in.pk},
        "earning:session": {"pk": make_session(college, version).pk},
        "wallet": {"pk": held.pk, "form": "json", "link": link.pk},
        "wallet:reviews": {"slug": draft.definition.slug},
        "wallet:reviews_fragment": {"slug": draft.definition.slug},
        "wallet:review_reply": {"uid": review.uid},
        "wallet:review_report": {"uid": review.uid},
        "journeys": {"pk": 1, "plan": 1, "slug": draft.definition.slug, "mark": "abc"},
        "journeys:try_rule": {"pk": draft.pk},
        "journeys:try_record": {"pk": draft.pk, "mark": "abc"},
        "journeys:questions": {"slug": slug},
        "journeys:question": {"slug": slug, "pk": 1},
        "journeys:award_again": {"slug": slug, "pk": 1},
        "skills": {"pk": 1},
        "recognition": {"slug": university.organisation.slug, "uid": request.uid, "act": "examine"},
        "recognition:degree": {"slug": draft.definition.slug},
        "recognition:agreement": {"uid": agreement.uid, "number": agreement.number},
        "recognition:agreement_json": {"uid": agreement.uid, "number": agreement.number},
        "recognition:edit_agreement": {"uid": agreement.uid, "number": agreement.number},
        "recognition:agreement_act": {"uid": agreement.uid, "number": agreement.number, "act": "sign"},
        "verifying": {"pk": 1},
    }


def closed(places: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Name and path of every address that is neither open to everybody nor everybody's own."""
    for name, parameters in patterns():
        if name in PUBLIC | OWN:
            continue
        known = places[name.partition(":")[0]] | places.get(name, {})
        yield name, reverse(name, kwargs={each: known[each] for each in parameters})


def test_nobody_sees_anything_that_is_not_for_everybody(places: dict[str, dict[str, Any]]) -> None:
    seen = 0
    for name, path in closed(places):
        for answer in (Client().get(path), Client().post(path)):
            assert answer.status_code in {302, 403, 404, 405}, (name, answer.status_code)
            if answer.status_code == 302:
                assert answer["Location"].startswith("/sign-in/"), name
            seen += 1
    assert seen > 150


@pytest.mark.parametrize("who", ["learner", "registrar", "operator"])
def test_strangers_see_nothing_and_learn_nothing(places: dict[str, dict[str, Any]], who: str) -> None:
    stranger: Person
    if who == "learner":
        stranger = make_person("Some Stranger")
    elif who == "operator":
        stranger = Person.objects.create_superuser("operator@example.org", name="Operator")
    else:
        other = make_college("Other College")
        stranger = other.registrar
    client = signed_in(stranger)
    for name, path in closed(places):
        if who == "operator" and name in OPERATOR:
            continue
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in {403, 404, 405, 422}, (name, answer.status_code)
            said = b"".join(answer) if answer.streaming else answer.content
            for secret in (b"my secret work", b"A Secret Draft", b"lia-learner"):
                assert secret not in said, (name, secret)


@pytest.mark.parametrize("who", ["learner", "registrar"])
def test_what_is_there_and_what_is_not_look_the_same(places: dict[str, dict[str, Any]], who: str) -> None:
    """Numbers can be guessed; the answer must not tell whether a guess was right."""
    client = signed_in(make_person("Some Stranger") if who == "learner" else make_college("Other College").registrar)
    for name, path in closed(places):
        known = places[name.partition(":")[0]] | places.get(name, {})
        number = str(known.get("award_id") if "award_id" in path else known.get("pk"))
        if f"/{number}/" not in path:
            number = str(known.get("award_id"))
        if f"/{number}/" not in path:
            continue
        absent = path.replace(
            f"/{number}/", f"/{'0' * 8}-0000-4000-8000-{'0' * 12}/" if "-" in number else "/987654/", 1
        )
        for method in (client.get, client.post):
            there, nowhere = method(path), method(absent)
            assert there.status_code == nowhere.status_code, (name, there.status_code, nowhere.status_code)


@pytest.mark.parametrize("who", ["learner", "registrar"])
def test_requests_and_agreements_of_others_look_like_none(places: dict[str, dict[str, Any]], who: str) -> None:
    client = signed_in(make_person("Some Stranger") if who == "learner" else make_college("Other College").registrar)
    nobody = f"{'0' * 8}-0000-4000-8000-{'0' * 12}"
    seen = 0
    for name, path in closed(places):
        uid = str((places[name.partition(":")[0]] | places.get(name, {})).get("uid"))
        if uid not in path:
            continue
        seen += 1
        for method in (client.get, client.post):
            there, nowhere = method(path), method(path.replace(uid, nobody))
            assert there.status_code == nowhere.status_code, (name, there.status_code, nowhere.status_code)
    assert seen > 5


def test_programs_of_another_organisation_find_nothing(places: dict[str, dict[str, Any]]) -> None:
    other = make_college("Other College")
    give_role(other.registrar, other.organisation, Role.ADMIN, Role.DESIGNER, Role.EXAMINER, Role.DEAN)
    moment = clock.now()
    token, _ = issue_token(
        organisation=other.organisation, name="P", by=other.registrar, at=moment, expires_at=moment + timedelta(days=9),
        scopes=["recognition:read", "recognition:decide", "recognition:agree", "recognition:ask", "stacks:read", "stacks:follow",
                "stacks:design", "stacks:decide", "plans:read"],
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}
    nobody = f"{'0' * 8}-0000-4000-8000-{'0' * 12}"
    request, agreement = places["recognition"]["uid"], places["recognition:agreement"]["uid"]
    slug = places["catalog"]["slug"]
    rule = {"kind": "award_of", "achievement": "a"}
    asked: list[tuple[str, Any]] = [
        (f"/recognition/requests/{request}", None),
        (f"/recognition/requests/{request}", {"act": "examine", "grant": True, "credits": 5, "scheme": "ects", "reason": "x"}),
        (f"/recognition/requests/{request}", {"act": "confirm", "reason": "x"}),
        (f"/recognition/mine/{request}", {"act": "withdraw"}),
        (f"/recognition/agreements/{agreement}/1", {"act": "sign"}),
        (f"/stacks/{slug}", None),
        (f"/stacks/{slug}/pathway", None),
        (f"/stacks/{slug}/versions", None),
        (f"/stacks/{slug}/progress", None),
        ("/stacks/try", {"rule": rule, "definition": slug}),
        ("/plans", {"stack": slug}),
    ]  # fmt: skip
    for path, body in asked:
        answers = []
        for one, sent in ((path, body), (_elsewhere(path, nobody), _elsewhere(body, nobody))):
            client = Client()
            if sent is None:
                answers.append(client.get(f"/api/v1{one}", headers=headers))
            else:
                answers.append(client.post(f"/api/v1{one}", sent, content_type="application/json", headers=headers))
        there, nowhere = answers
        assert there.status_code == nowhere.status_code == 404, (path, body, there.content, nowhere.content)
        assert b"Secret" not in there.content, path
        assert there.json()["code"] == nowhere.json()["code"], path
    assert Client().get("/api/v1/recognition/requests", headers=headers).json() in ([], {"requests": []})


def _elsewhere(what: Any, nobody: str) -> Any:
    """The same question about something that is not there."""
    if isinstance(what, str):
        return re.sub(
            r"[0-9a-f]{8}-[0-9a-f-]{27}",
            nobody,
            what.replace("/stacks/", "/stacks/no-", 1) if what != "/stacks/try" else what,
        )
    return {**what, **{name: "no-such-stack" for name in ("definition", "stack") if name in what}} if what else what


def test_a_draft_is_nowhere_in_public(places: dict[str, dict[str, Any]]) -> None:
    slug, client = places["catalog"]["slug"], signed_in(make_person("Some Stranger"))
    for path in (
        f"/catalogue/{slug}/",
        f"/catalogue/{slug}/versions/1/",
        f"/path/stacks/{slug}/",
        f"/learn/enrol/{slug}/",
    ):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "path",
    [
        "/occupations/%00/",
        "/s/%00/",
        "/catalogue/?q=%00",
        "/catalogue/?facet=%00",
        "/compare/?c=%00",
        "/verify/?url=%00",
    ],
)
def test_a_letter_that_no_database_keeps_is_no_crash(path: str) -> None:
    """PostgreSQL refuses the null letter; a visitor's typing is never the server's error."""
    assert Client(raise_request_exception=False).get(path).status_code < 500


def test_nor_is_it_in_a_form() -> None:
    client = signed_in(make_person("Some Stranger"))
    client.raise_request_exception = False
    assert client.post("/path/goals/new/", {"occupation": "\0"}).status_code < 500


def test_a_share_link_works_as_it_is_written_and_until_it_ends(places: dict[str, dict[str, Any]]) -> None:
    link = ShareLink.objects.get()
    page = Client().get(f"/s/{link.token}/")
    assert page.status_code == 200
    assert "private" in page["Cache-Control"], "no proxy on the way may show it after it was withdrawn"
    assert page["Referrer-Policy"] == "no-referrer"
    for token in (link.token.swapcase(), link.token[:-1], link.token + "A", "%00", "a" * 5000):
        assert Client().get(f"/s/{token}/").status_code == 404, token
    link.expires_at = NOW - timedelta(seconds=1)
    link.save()
    for page in ("", "badge.svg", "preview.png", "credential.json"):
        assert Client().get(f"/s/{link.token}/{page}").status_code == 410
