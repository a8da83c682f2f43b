"""The pages: a learner asks and follows, the desk decides, registrars sign agreements, everybody reads them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.issuing.factories import College, make_college, make_version
from tests.people.factories import make_person
from tests.recognition.factories import make_agreement, make_course, make_university, term
from tests.wallet.factories import NOW, make_award, signed_in, strangers_credential

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.outside import clock
from cairn.people.models import Person
from cairn.recognition import services
from cairn.recognition.forms import MOST_SHOWN
from cairn.recognition.models import AgreementVersion, ExternalAward, RecognitionRequest
from cairn.recognition.queries import agreements_in_force
from cairn.stacking import Level
from cairn.wallet import services as wallet

State = RecognitionRequest.State


@pytest.fixture
def university(db: None) -> College:
    return make_university()


@pytest.fixture
def stat(university: College) -> DefinitionVersion:
    return make_course(university, "STAT 101")


def bring(learner: Person) -> ExternalAward:
    wallet.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    return ExternalAward.objects.get(person=learner)


def test_a_request_is_made_followed_and_decided_on_pages_alone(
    learner: Person, university: College, stat: DefinitionVersion
) -> None:
    row = bring(learner)
    mine = signed_in(learner)
    make_version(make_college("Nobody Examines Here"))
    with clock.frozen(NOW):
        assert "No requests yet" in mine.get("/recognition/").content.decode()
        first = mine.get("/recognition/new/").content.decode()
        assert "Advanced Everything, University of Elsewhere" in first
        assert '<option value="" selected>Choose one</option>' in first
        assert "Nobody Examines Here" not in first  # a request there would wait for nobody
        there = f"/recognition/new/?institution={university.organisation.slug}&credential=external-{row.pk}"
        assert "STAT 101" in mine.get(there).content.decode()
        assert mine.post(there, {"toward": str(stat.pk), "because": ""}).status_code == 422
        answer = mine.post(there, {"toward": str(stat.pk), "because": "Same contents."})
        found = RecognitionRequest.objects.get()
        assert answer["Location"] == f"/recognition/requests/{found.pk}/"
        assert "With the examiner" in mine.get("/recognition/").content.decode()

        def act(person: Person, name: str, **data: str) -> int:
            return signed_in(person).post(f"/recognition/requests/{found.pk}/{name}/", data).status_code

        desk = signed_in(university.examiner)
        assert desk.get("/recognition/desk/", follow=True).content.decode().count("Advanced Everything") == 1
        page = desk.get(f"/recognition/requests/{found.pk}/").content.decode()
        assert "Everything, advanced." in page  # what the credential says, as its issuer wrote it
        assert "<em>good</em>" in page
        beside = page[page.index('<table class="compare">') :]  # and what it shall count as, in the column next to it
        assert "5 ECTS credits" in beside
        assert "EQF level 5" in beside
        assert stat.outcomes[0]["text"] in beside
        assert 'name="credits" value="5.00"' in page  # what it gives is proposed, and the examiner may say otherwise
        assert '<option value="ects" selected>' in page
        assert 'name="level" value="5"' in page
        assert 'src="https://elsewhere' not in page  # a picture would tell its issuer who reads it
        assert act(university.examiner, "ask", reason="How many hours?") == 302
        assert "How many hours?" in mine.get(f"/recognition/requests/{found.pk}/").content.decode()
        assert act(learner, "answer", reason="125.") == 302
        good = {"verdict": "yes", "credits": "5", "scheme": "ects", "level": "6", "reason": "Same outcomes."}
        assert act(university.examiner, "examine", **{**good, "scheme": ""}) == 409
        assert act(university.examiner, "examine", **good) == 302
        assert "waits for the dean" in desk.get(f"/recognition/requests/{found.pk}/").content.decode()
        assert act(university.dean, "decide", verdict="no", reason="Nobody assessed it.") == 302
        refused = mine.get(f"/recognition/requests/{found.pk}/").content.decode()
        assert "Nobody assessed it." in refused
        assert "You can appeal once, until 1 July 2026" in refused
        assert act(learner, "appeal", reason="There was an exam.") == 302
        assert act(university.dean, "decide", **good) == 409
        assert act(university.other_dean, "decide", **good) == 302
        assert act(university.registrar, "confirm", reason="") == 302
        found.refresh_from_db()
        assert found.state == State.RECOGNISED
        assert (
            "The signed recognition is in your wallet."
            in mine.get(f"/recognition/requests/{found.pk}/").content.decode()
        )
        assert "STAT 101”, by recognition" in mine.get("/credentials/").content.decode()
        assert act(university.registrar, "conjure") == 404
    public = Client().get(reverse("recognition:achievement", args=[found.pk]))
    assert "recognises" in public.content.decode()
    assert learner.name not in public.content.decode()


def test_pages_are_private_and_others_find_nothing(
    learner: Person, university: College, stat: DefinitionVersion
) -> None:
    found = services.submit_request(
        person=learner,
        organisation=university.organisation,
        source=bring(learner),
        toward=stat,
        because="Same.",
        at=NOW,
    )
    address = f"/recognition/requests/{found.pk}/"
    assert "no-store" in signed_in(learner).get(address)["Cache-Control"]
    assert signed_in(make_person("Somebody Else")).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert signed_in(learner).get(f"/recognition/desk/{university.organisation.slug}/").status_code == 403
    assert Client().get(reverse("recognition:achievement", args=[found.pk])).status_code == 404  # not decided yet
    assert signed_in(learner).post(f"{address}examine/", {"verdict": "yes", "reason": "Me."}).status_code == 409


def test_of_many_credentials_those_with_the_words_are_offered_and_what_is_ticked_stays(
    college: College, university: College
) -> None:
    tables = make_course(college, "Tables")
    rest = [make_course(college, f"Reading {number:02}") for number in range(MOST_SHOWN + 5)]
    welding = make_course(college, "Welding of Pipes")
    client, slug = signed_in(university.registrar), university.organisation.slug
    there = f"/recognition/desk/{slug}/agreements/new/?with={college.organisation.slug}&we=receive"
    with clock.frozen(NOW):
        first = client.get(there).content.decode()
        assert first.count('name="t0-accepts"') == MOST_SHOWN
        assert f"{MOST_SHOWN} of {len(rest) + 2} are shown" in first
        assert "Welding of Pipes" not in first
        data = {"title": "Data", "in_force_from": "2026-06-01", "notice_days": "60", "rows": "1", "t0-credits": "5",
                "t0-scheme": "ects", "t0-accepts": [achievement_id(tables)]}  # fmt: skip
        found = client.post(there, {**data, "find": "pipes weld", "search": "1"})
        html = found.content.decode()
        assert (found.status_code, html.count('name="t0-accepts"')) == (200, 2)
        assert f'value="{achievement_id(welding)}"' in html
        assert f'value="{achievement_id(tables)}" checked' in re.sub(r' (id|aria-describedby)="[^"]*"', "", html)
        assert not AgreementVersion.objects.exists()
        client.post(there, {**data, "find": "pipes", "t0-accepts": [achievement_id(tables), achievement_id(welding)]})
    [term] = AgreementVersion.objects.get().terms
    assert [one["name"] for one in term["accepts"]] == ["Tables", "Welding of Pipes"]


def test_two_registrars_write_and_sign_an_agreement_on_pages_alone(
    college: College, university: College, stat: DefinitionVersion
) -> None:
    tables = make_course(college, "Tables")
    ours, theirs = signed_in(university.registrar), signed_in(college.registrar)
    slug = university.organisation.slug
    with clock.frozen(NOW):
        assert "Draft an agreement" in ours.get(f"/recognition/desk/{slug}/agreements/").content.decode()
        there = f"/recognition/desk/{slug}/agreements/new/?with={college.organisation.slug}&we=receive"
        assert "Term 2" in ours.get(there).content.decode()
        data = {
            "title": "Data", "in_force_from": "2026-06-01", "notice_days": "60", "rows": "2",
            "t0-accepts": achievement_id(tables), "t0-toward": achievement_id(stat), "t0-credits": "5", "t0-scheme": "ects",
            "t0-level": "5", "t0-grade": "B", "t0-grades": "C, B, A", "t0-gives": "6",
            "t1-accepts": achievement_id(tables), "t1-credits": "2", "t1-scheme": "ects",
        }  # fmt: skip
        assert "Term 4" in ours.post(there, {**data, "more": "1"}).content.decode()
        wrong = ours.post(there, {**data, "t0-credits": ""})
        assert wrong.status_code == 422
        assert "Term 1 cannot be used" in wrong.content.decode()
        ours.post(there, data)
        row = AgreementVersion.objects.get()
        page = f"/recognition/agreements/{row.uid}/1/"
        assert theirs.get(page).status_code == 404
        ours.post(f"{page}edit/", {**data, "title": "Data and Statistics"})
        ours.post(f"{page}sign/")
        assert Client().get(page).status_code == 404
        assert "Sign for our side" in theirs.get(page).content.decode()
        theirs.post(f"{page}countersign/")
        assert len(agreements_in_force(NOW)) == 1
        public = Client().get(page)
        assert public.content.decode().count("</strong>, 1 June 2026") == 2  # when each side signed
        assert (
            "“Tables” of Harbour College at EQF level 5 or higher and with grade B or better counts as “STAT 101” at State University"
            " at EQF level 6, for 5 ECTS credits." in public.content.decode()
        )
        assert (
            "“Tables” of Harbour College counts as credit at State University, for 2 ECTS credits."
            in public.content.decode()
        )
        [named, unnamed] = agreements_in_force(NOW)[0].terms
        assert (named.grade, named.grades, named.gives, unnamed.toward) == (
            "B",
            ("C", "B", "A"),
            Level("eqf", Decimal(6)),
            "",
        )
        assert "every signature is genuine" in public.content.decode()
        assert len(json.loads(Client().get(f"{page}agreement.json").content)["proof"]) == 2
        theirs.post(f"{page}withdraw/", {"reason": "We teach it no longer."})
        assert "It ends on 31 July 2026" in Client().get(page).content.decode()
        assert theirs.post(f"{page}explode/").status_code == 404
    assert Client().get(f"/recognition/agreements/{uuid4()}/1/").status_code == 404


def test_an_agreement_is_named_where_it_decided(
    learner: Person, college: College, university: College, stat: DefinitionVersion
) -> None:
    tables = make_course(college, "Tables")
    make_agreement(college, university, term(tables, stat))
    award = make_award(college, learner, tables)
    mine = signed_in(learner)
    with clock.frozen(NOW):
        there = f"/recognition/new/?institution={university.organisation.slug}&credential=award-{award.pk}"
        page = mine.post(there, {"toward": str(stat.pk), "because": "By agreement."}, follow=True).content.decode()
    assert "It is covered by an agreement." in page
    assert "Nobody has to examine or decide it again" in page


def test_who_has_nothing_to_ask_about_is_led_to_the_wallet(learner: Person) -> None:
    assert "Nothing to ask about yet" in signed_in(learner).get("/recognition/new/").content.decode()
