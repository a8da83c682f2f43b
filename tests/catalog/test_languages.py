"""A credential in several languages: written at the desk, complete or not in each, kept with its version, shown in the reader's."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.factories import AT, Team, content

from cairn.catalog import services
from cairn.catalog.achievements import achievement_document
from cairn.catalog.exporting import entry_of
from cairn.catalog.exporting.ctdl import ctdl_document
from cairn.catalog.languages import language_for, moved, read_names, reading_of, translations_of
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries.changes import changes_between
from cairn.errors import CairnError, Conflict, Invalid, NotAllowed

pytestmark = pytest.mark.django_db
GERMAN = {
    "title": "Schweißzeichnungen lesen",
    "description": "Für alle, die schweißen.",
    "outcomes": ["Symbole benennen"],
}


def page(response: Any) -> str:
    return unescape(" ".join(response.content.decode().split()))


def draft(team: Team, **fields: Any) -> DefinitionVersion:
    return services.draft_definition(
        by=team.designer, organisation=team.organisation, at=AT, **content(criteria="Weld it.", **fields)
    )


def in_german(team: Team, version: DefinitionVersion, **fields: Any) -> DefinitionVersion:
    return services.write_language(version=version, language="de", texts=GERMAN | fields, by=team.designer, at=AT)


def test_a_designer_writes_a_further_language_and_sees_what_is_missing_in_it(client: Client) -> None:
    team = Team()
    version = draft(team)
    client.force_login(team.designer)
    here = reverse("catalog:author_language", args=[version.pk]) + "?language=de"
    desk = reverse("catalog:author_definition", args=[version.pk])
    asked = page(client.get(here))
    assert '<span lang="en" dir="auto">Reading weld drawings</span>' in asked
    field = re.search(r'<input[^>]*name="title"[^>]*>', asked)
    assert field is not None
    assert 'lang="de" dir="auto"' in field[0]
    said = client.post(here, {"title": GERMAN["title"], "outcome_1": "Symbole benennen"}, follow=True)
    assert "Still missing: description, what must be shown to earn it." in page(said)
    assert "<strong>German</strong>: 2 of 4 texts. Missing: description; what must be shown to earn it" in page(said)
    version.refresh_from_db()
    assert version.texts == {"de": {"title": GERMAN["title"], "outcomes": ["Symbole benennen"]}}
    full = {
        "title": GERMAN["title"],
        "description": "Für alle.",
        "criteria": "Schweißen.",
        "outcome_1": "Symbole benennen",
    }
    assert "Nothing is missing." in page(client.post(here, full, follow=True))
    assert "<strong>German</strong>: everything" in page(client.get(desk))
    assert '<option value="de"' not in page(client.get(desk))
    assert "German is taken away." in page(client.post(here, {"remove": "1"}, follow=True))
    version.refresh_from_db()
    assert version.texts == {}


@pytest.mark.parametrize(
    ("language", "texts", "told"),
    [
        ("en", GERMAN, "is the language that it is written in"),
        ("German!", GERMAN, "is not the tag of a language"),
        ("de", {"title": " "}, "There is no title in German"),
        ("de", {"title": "T" * 301}, "no text of at most 300 letters"),
        ("de", {"title": "T", "outcomes": ["a", "b"]}, "more outcomes in German than the credential has (1)"),
        ("de", {"title": "T", "outcomes": "a"}, "more outcomes"),
        ("de", {"title": "T", "outcomes": [7]}, "An outcome in German is no text"),
        ("de", {"title": "T", "script": "x"}, "is none of title, description, criteria, outcomes"),
    ],
)
def test_what_is_no_text_of_a_further_language_is_refused_in_a_sentence(
    language: str, texts: dict[str, Any], told: str
) -> None:
    team = Team()
    version = draft(team)
    with pytest.raises(Invalid, match=told.replace("(", r"\(").replace(")", r"\)")):
        services.write_language(version=version, language=language, texts=texts, by=team.designer, at=AT)


def test_only_a_designer_writes_one_and_who_wrote_it_does_not_review_it() -> None:
    team = Team()
    version = draft(team)
    with pytest.raises(NotAllowed):
        services.write_language(version=version, language="de", texts=GERMAN, by=team.publisher, at=AT)
    both = team.reviewer
    team.organisation.memberships.create(person=both, role="designer")
    services.write_language(version=version, language="de", texts=GERMAN, by=both, at=AT)
    version = services.submit_for_review(version=version, by=team.designer, at=AT)
    with pytest.raises(NotAllowed, match="wrote some of this"):
        services.approve(version=version, by=both, at=AT)


def published(team: Team) -> DefinitionVersion:
    version = in_german(team, draft(team))
    version = services.submit_for_review(version=version, by=team.designer, at=AT)
    version = services.approve(version=version, by=team.reviewer, at=AT)
    return services.publish(version=version, by=team.publisher, at=AT)


def test_a_published_version_keeps_its_languages_and_the_next_one_starts_with_them(client: Client) -> None:
    team = Team()
    version = published(team)
    with pytest.raises(Conflict):
        in_german(team, version)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_definitionversion SET texts = '{}' WHERE id = %s", [version.pk])
    client.force_login(team.designer)
    here = reverse("catalog:author_language", args=[version.pk]) + "?language=de"
    assert client.post(here, {"title": "Anders"}).status_code == 302
    version.refresh_from_db()
    assert version.texts["de"]["title"] == GERMAN["title"]
    after = services.new_version(version=version, by=team.designer, at=AT)
    assert after.texts == version.texts
    assert changes_between(version, after) == []
    after = in_german(team, after, title="Schweißpläne lesen")
    after = services.revise_draft(version=after, by=team.designer, at=AT, workload_hours=14, level=3)
    told = {one.name: (one.before, one.after, one.tag) for one in changes_between(version, after)}
    assert told["Title in German"] == (GERMAN["title"], "Schweißpläne lesen", "de")
    assert told["Level"] == ("", "3", "")
    shown = page(client.get(reverse("catalog:author_definition", args=[after.pk])))
    assert "What changes against version 1" in shown
    assert '<td data-label="This version" lang="de" dir="auto">Schweißpläne lesen</td>' in shown


def test_a_reader_gets_their_own_language_with_its_tag_and_the_rest_in_the_credentials_own(client: Client) -> None:
    version = published(Team())
    address = reverse("catalog:credential", args=[version.definition.slug])
    german = client.get(address, headers={"accept-language": "fr;q=0.9, de-AT, en;q=0.5"})
    told = page(german)
    assert f'<h1 lang="de" dir="auto">{GERMAN["title"]}</h1>' in told
    assert '<li lang="de" dir="auto">Symbole benennen</li>' in told
    assert '<div class="prose" lang="en" dir="auto"><p>Weld it.</p>' in told
    assert "Accept-Language" in german["Vary"]
    assert 'lang="de" hreflang="de" aria-current="true">Deutsch</a>' in told
    assert "English, German (in part)" in told
    whole = entry_of(version).page
    assert whole.startswith("http")
    assert f'<link rel="canonical" href="{whole}">' in told
    assert f'<link rel="alternate" hreflang="de" href="{whole}?language=de">' in told
    assert f'<link rel="canonical" href="{whole}?language=de">' in page(client.get(address + "?language=de"))
    for asked, headers in (("", {}), ("?language=en", {"accept-language": "de"}), ("?language=%3Cx%3E", {})):
        assert '<h1 lang="en" dir="auto">Reading weld drawings</h1>' in page(
            client.get(address + asked, headers=headers)
        )


def test_exports_carry_every_language_and_the_award_the_one_that_it_is_signed_in() -> None:
    version = published(Team())
    graph = json.dumps(ctdl_document(entry_of(version)), ensure_ascii=False)
    assert f'"de": "{GERMAN["title"]}"' in graph
    assert '"de": "Symbole benennen"' in graph
    award = achievement_document(version)
    assert (award["inLanguage"], award["name"]) == ("en", "Reading weld drawings")


def test_outcomes_keep_their_translations_when_they_are_moved_and_the_author_is_told_to_look(client: Client) -> None:
    team = Team()
    two = [{"text": "Name symbols", "assessed_by": ["reading"]}, {"text": "Draw symbols", "assessed_by": ["reading"]}]
    version = in_german(team, draft(team, outcomes=two), outcomes=["benennen", "zeichnen"])
    turned = [two[1], {"text": "Weld", "assessed_by": ["reading"]}, two[0]]
    version = services.revise_draft(version=version, by=team.designer, at=AT, outcomes=turned)
    assert version.texts["de"]["outcomes"] == ["zeichnen", "", "benennen"]
    assert translations_of(version)[0].missing == ("what must be shown to earn it", "outcome 2")
    client.force_login(team.designer)
    form = {
        "organisation": team.organisation.slug,
        "title": version.title,
        "outcomes": "Draw symbols",
        "description": "New.",
    }
    told = page(client.post(reverse("catalog:author_edit", args=[version.pk]), form, follow=True))
    assert "See whether it is still said so in German." in told
    version.refresh_from_db()
    assert (version.language, version.texts["de"]["outcomes"]) == ("en", ["zeichnen"])


def test_the_language_it_is_written_in_is_said_at_the_desk_and_cannot_be_one_it_is_translated_to(
    client: Client,
) -> None:
    team = Team()
    client.force_login(team.designer)
    form = {"organisation": team.organisation.slug, "type": "badge", "title": "Lasnetekeningen", "language": "nl"}
    client.post(reverse("catalog:author_new"), form | {"taught_in": "Dutch, Deutsch, mt"})
    version = DefinitionVersion.objects.get()
    assert (version.language, version.taught_in) == ("nl", ["nl", "de", "mt"])
    edit = reverse("catalog:author_edit", args=[version.pk])
    assert 'value="Dutch, German, Maltese"' in page(client.get(edit))
    version = in_german(team, version, outcomes=[])
    said = page(client.post(edit, form | {"language": "de", "taught_in": "Klingon!"}))
    assert "“Klingon!” is no language that is known here" in said
    said = page(client.post(edit, form | {"language": "de"}))
    assert "German is the language that it is written in" in said
    version.refresh_from_db()
    assert version.language == "nl"


def test_a_reader_of_no_language_that_is_there_gets_the_credentials_own() -> None:
    version = DefinitionVersion(title="A", language="en", texts={"pt-BR": {"title": "B"}, "de": {"title": "C"}})
    for asked, accepted, tag in (
        ("", "", "en"), ("", "ja, zh;q=0.5", "en"), ("pt", "", "pt-BR"), ("", "de;q=0, pt-PT", "pt-BR"), ("DE", "en", "de"),
        ("", "*", "en"), ("", "x" * 20_000, "en"), ("und", "de", "de"),
    ):  # fmt: skip
        assert language_for(version, asked, accepted) == tag
    broken = DefinitionVersion(
        title="A", language="und", outcomes=[{"text": "x"}], texts={"de": "none", "fr": {"outcomes": "y"}}
    )
    assert [one.missing for one in translations_of(broken)] == [("title", "learning outcome")] * 2
    assert reading_of(broken, "fr").title.tag == ""


@given(
    st.lists(st.text("abc", min_size=1, max_size=2), unique=True),
    st.lists(st.text("abc", min_size=1, max_size=2), unique=True),
)
def test_no_outcome_ever_gets_the_translation_of_another_that_is_still_there(
    before: list[str], after: list[str]
) -> None:
    found = moved({"de": {"title": "T", "outcomes": [f"de:{one}" for one in before]}}, before, after)["de"]
    listed = found.get("outcomes", [""] * len(after))
    assert len(listed) == len(after)
    for own, told in zip(after, listed, strict=True):
        assert told == f"de:{own}" if own in before else told.removeprefix("de:") not in after


@pytest.mark.parametrize("text", ["", " , ,", "English,english , EN"])
def test_languages_are_read_once_each(text: str) -> None:
    assert read_names(text) == (["en"] if "E" in text else [])
    assert issubclass(Invalid, CairnError)
