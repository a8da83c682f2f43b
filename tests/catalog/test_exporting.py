"""What is given away says what the rows say, in every format, to programs that may be strangers and from texts that may be hostile."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from defusedxml import ElementTree  # type: ignore[import-untyped]  # the package ships no types
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.factories import AT, Team, imported, skill, taught

from cairn.catalog.exporting import FORMATS, data_block, entries, entry_of
from cairn.catalog.exporting.ctdl import ctdl_document
from cairn.catalog.exporting.european import elm_document
from cairn.catalog.exporting.published import Entry
from cairn.catalog.exporting.schema_org import schema_org_document
from cairn.catalog.exporting.table import guarded
from cairn.catalog.exporting.values import amount, hours_duration
from cairn.catalog.models import Definition, DefinitionVersion, Offer, Provider, SkillTaught
from cairn.skills.models import Framework, Skill

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOSTILE = '</script><script>alert(1)</script> & "quoted" <!-- \u2028 ]]>'

pytestmark = pytest.mark.django_db


def welding(**fields: Any) -> DefinitionVersion:
    """A published badge with an offer and a skill."""
    given = {
        "credits": Decimal("2.5"),
        "credit_scheme": "ects",
        "prerequisites": "Safe work in a workshop",
        "tags": ["welding"],
    }
    version = Team().published(**(given | fields))
    Offer.objects.create(
        version=version, currency="EUR", price_total=19999, price_tuition=15000, price_materials=4999, weeks=3, mode="onsite",
        city="Dublin", country="IE", starts_on=AT.date(),
    )  # fmt: skip
    framework, _ = Framework.objects.get_or_create(slug="esco", defaults={"name": "ESCO"})
    skill = Skill.objects.create(framework=framework, uri="http://data.europa.eu/esco/skill/abc", name="read drawings")
    SkillTaught.objects.create(version=version, skill=skill, origin="stated")
    return version


def entry() -> Entry:
    return next(entries())


def test_ctdl_has_what_the_registry_requires_and_the_exact_costs() -> None:
    welding()
    organisation, credential = ctdl_document(entry())["@graph"]
    assert organisation["@type"] == "ceterms:CredentialOrganization"
    assert credential["ceterms:ownedBy"] == [organisation["@id"]]
    for term in (
        "ctid",
        "name",
        "description",
        "ownedBy",
        "credentialStatusType",
        "subjectWebpage",
        "inLanguage",
        "availabilityListing",
    ):
        assert credential[f"ceterms:{term}"], term
    assert credential["ceterms:ctid"].startswith("ce-")
    costs = {
        one["ceterms:directCostType"]["ceterms:targetNode"]: one["ceterms:price"]
        for one in credential["ceterms:estimatedCost"]
    }
    assert costs == {"costType:AggregateCost": 199.99, "costType:Tuition": 150, "costType:LearningResource": 49.99}
    requirements, before = credential["ceterms:requires"]
    assert [one.get("ceterms:targetNode") for one in requirements["ceterms:targetCompetency"]] == [
        None,
        "http://data.europa.eu/esco/skill/abc",
    ]
    assert before["ceterms:description"] == {"en": "Safe work in a workshop"}
    assert credential["ceterms:estimatedDuration"][0]["ceterms:timeRequired"] == "PT12H"


def test_a_rule_that_asks_for_all_of_some_credentials_names_them_and_any_other_is_said_in_words() -> None:
    parts = [Team().published(title=f"Part {number}") for number in (1, 2)]
    from cairn.catalog.achievements import achievement_id

    of = [{"kind": "award_of", "achievement": achievement_id(part)} for part in parts]
    for rule, named in (({"kind": "all_of", "of": of}, 2), ({"kind": "any_n", "n": 1, "of": of}, 0)):
        version = DefinitionVersion(
            definition=parts[0].definition,
            number=9,
            title="Stack",
            requirement=rule,
            description="Both",
            pk=parts[0].pk,
        )
        credential = ctdl_document(entry_of(version))["@graph"][1]
        profile = credential["ceterms:requires"][0]
        assert len(profile.get("ceterms:targetCredential", [])) == named
        said = profile["ceterms:condition"]["en"]
        assert any("at least 1" in one.lower() or "one of" in one.lower() for one in said) is (not named), said


def test_what_is_needed_beforehand_is_named_by_its_page_in_every_format() -> None:
    from cairn.catalog.achievements import achievement_id

    first = Team().published(title="Part 1")
    groups = [[{"achievement": achievement_id(first)}, {"achievement": "https://elsewhere.example/a"}]]
    version = DefinitionVersion(
        definition=first.definition, number=9, title="Next", requires=groups, description="More", pk=first.pk
    )
    entry = entry_of(version)
    # CTDL has entryCondition for what is attended, not for credentials
    condition = ctdl_document(entry)["@graph"][1]["ceterms:requires"][-1]
    assert condition["ceterms:name"] == {"en": "Prerequisites"}
    ways = [way["ceterms:targetCredential"] for way in condition["ceterms:alternativeCondition"]]
    assert ways == [[entry.page], ["https://elsewhere.example/a"]]
    said = "Part 1 or https://elsewhere.example/a"
    assert condition["ceterms:description"] == {"en": f"Beforehand: {said}"}
    head, line = csv.reader(io.StringIO(b"".join(FORMATS["csv"].write([entry])).decode()))
    assert dict(zip(head, line, strict=True))["needed_before"] == said


def test_what_is_not_stated_is_left_out_and_never_free() -> None:
    team = Team()
    version = team.published(prerequisites="")
    Offer.objects.create(version=version, mode="online")
    said = json.dumps([ctdl_document(entry()), schema_org_document(entry()), elm_document(entry())])
    assert "estimatedCost" not in said
    assert '"price"' not in said
    assert "priceDetail" not in said
    assert "null" not in said


def test_a_price_of_nothing_is_said() -> None:
    Offer.objects.create(version=Team().published(), price_total=0)
    assert schema_org_document(entry())["offers"] == [
        {"@type": "Offer", "price": "0", "priceCurrency": "USD", "category": "Free"}
    ]


@given(st.integers(0, 2**31 - 1), st.sampled_from(["USD", "EUR", "JPY", "KWD"]))
def test_amounts_are_exact_in_json_too(minor: int, currency: str) -> None:
    from cairn.catalog.exporting.values import number
    from cairn.look.formatting import minor_digits

    back = Decimal(str(json.loads(json.dumps(number(amount(minor, currency))))))
    assert back.scaleb(minor_digits(currency)) == minor


@given(st.decimals(0, 20_000, places=2))
def test_durations_keep_hours_to_the_second(hours: Decimal) -> None:
    import re

    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", hours_duration(hours))
    assert found
    assert any(part is not None for part in found.groups())
    whole, minutes, seconds = (int(part or 0) for part in found.groups())
    assert whole * 3600 + minutes * 60 + seconds == int((hours * 3600).to_integral_value())


def test_european_specifications_use_the_controlled_lists() -> None:
    welding(level=4, level_framework="eqf")
    opportunity = elm_document(entry())
    document = opportunity["learningAchievementSpecification"]
    assert (opportunity["type"], document["type"]) == ("LearningOpportunity", "Qualification")
    assert document["eqfLevel"]["id"] == "http://data.europa.eu/snb/eqf/4"
    assert document["creditPoint"]["point"] == "2.5"
    assert document["volumeOfLearning"] == "PT12H"
    assert document["mode"]["id"].startswith("http://data.europa.eu/snb/learning-assessment/")
    assert [one for one in document["learningOutcome"] if "relatedESCOSkill" in one]
    assert [one["amount"]["value"] for one in opportunity["priceDetail"]] == ["199.99"]


def test_markup_on_the_page_cannot_be_broken_out_of(client: Client) -> None:
    version = welding(title=HOSTILE, description=HOSTILE)
    page = client.get(f"/catalogue/{version.definition.slug}/").content.decode()
    block = page[page.index('<script type="application/ld+json">') :]
    inside = block[len('<script type="application/ld+json">') : block.index("</script>")]
    document = json.loads(inside)
    assert document["educationalCredentialAwarded"]["name"] == document["name"] == HOSTILE
    assert "<" not in inside


def test_a_course_without_a_description_says_on_its_page_what_is_stated(client: Client) -> None:
    version = imported(
        "Plant safety",
        type="badge",
        leads_to="Licence: Plant worker",
        workload_hours=Decimal(12),
        participation="onsite",
    )
    taught(version, skill("Reading drawings"), origin="stated")
    address = f"/catalogue/{version.definition.slug}/"
    page = client.get(address).content.decode()
    block = page[page.index('<script type="application/ld+json">') :]
    document = json.loads(block[len('<script type="application/ld+json">') : block.index("</script>")])
    stated = "on site, 12 hours. Skills: Reading drawings. Leads to: Licence: Plant worker."
    assert document["@type"] == "Course"
    assert document["description"] == f"Digital badge “Plant safety” by {version.definition.provider.name}: {stated}"
    assert "description" not in client.get(f"{address}as/schema-org/").json(), (
        "nobody takes it for the provider's own words"
    )


@given(st.text())
def test_no_text_ends_a_data_block(text: str) -> None:
    block = str(data_block({"name": text}))
    inside = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&\u2028\u2029") & set(inside)
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert json.loads(inside) == {"name": text}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_streams_all_published_credentials_and_no_draft(client: Client, name: str) -> None:
    welding(title="Reading weld drawings", description=HOSTILE)
    Team().draft(title="Not yet for anybody")
    body = b"".join(client.get(f"/exports/{name}/"))
    assert b"Reading weld drawings" in body
    assert b"Not yet for anybody" not in body
    if name != "csv":
        json.loads(body)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_an_empty_catalogue_is_a_whole_document(client: Client, name: str) -> None:
    body = b"".join(client.get(f"/exports/{name}/"))
    if name == "csv":
        assert body.count(b"\n") == 1
    else:
        json.loads(body)


def test_the_table_keeps_spreadsheets_from_computing() -> None:
    welding(title="=HYPERLINK(1)")
    rows = list(csv.DictReader(io.StringIO(b"".join(FORMATS["csv"].write(entries())).decode())))
    assert rows[0]["title"] == "'=HYPERLINK(1)"
    assert rows[0]["price_total"] == "199.99"
    assert guarded("plain") == "plain"


def test_entries_come_in_steps_and_none_is_lost(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr("cairn.catalog.exporting.published.STEP", 2)
    versions = [Team().published(title=f"Number {number}") for number in range(5)]
    with django_assert_max_num_queries(14):
        found = [one.record.title for one in entries()]
    assert found == [version.title for version in versions]


def test_a_copy_that_is_still_right_is_not_sent_again(client: Client) -> None:
    version = welding()
    for address in ("/exports/ctdl/", f"/catalogue/{version.definition.slug}/as/ctdl/", "/sitemap.xml", "/feed.atom"):
        first = client.get(address)
        b"".join(first) if first.streaming else None
        assert first.headers["Cache-Control"].startswith("public")
        assert "Cookie" not in first.headers.get("Vary", "")
        tag = first.headers["ETag"]
        assert client.get(address, headers={"if-none-match": tag}).status_code == 304
        Offer.objects.create(version=version, price_total=5)
        if "feed" not in address:
            again = client.get(address, headers={"if-none-match": tag})
            assert again.status_code == 200, address


def test_a_format_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/exports/pdf/").status_code == 404
    assert client.get("/sitemap-credentials-99.xml").status_code == 404
    assert client.get("/sitemap-awards-0.xml").status_code == 404


def test_the_sitemap_names_every_published_page_once_with_its_day(client: Client) -> None:
    version = welding()
    Team().draft()
    index = ElementTree.fromstring(b"".join(client.get("/sitemap.xml")))
    pages = []
    for part in index.iter(f"{SITEMAP}loc"):
        tree = ElementTree.fromstring(b"".join(client.get("/" + part.text.split("/", 3)[3])))
        pages += [(one.findtext(f"{SITEMAP}loc"), one.findtext(f"{SITEMAP}lastmod")) for one in tree]
    mine = [(page, day) for page, day in pages if page and f"/catalogue/{version.definition.slug}/" in page]
    assert mine == [(mine[0][0], AT.isoformat(timespec="seconds"))]
    assert len([page for page, _ in pages if page and "/catalogue/" in page]) == 1
    assert len(pages) == 1 + Provider.objects.count()


def test_a_part_of_the_sitemap_holds_what_lies_in_its_span(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.catalog.exporting.sitemap.LONGEST", 2)
    versions = [Team().published(title=f"Number {number}") for number in range(5)]
    index = ElementTree.fromstring(b"".join(client.get("/sitemap.xml")))
    parts = [one.text or "" for one in index.iter(f"{SITEMAP}loc") if "credentials" in (one.text or "")]
    found: list[str] = []
    for part in parts:
        tree = ElementTree.fromstring(b"".join(client.get("/" + part.split("/", 3)[3])))
        assert 1 <= len(tree) <= 2
        found += [one.findtext(f"{SITEMAP}loc") or "" for one in tree]
    assert sorted(page.rstrip("/").rpartition("/")[2] for page in found) == sorted(
        one.definition.slug for one in versions
    )


def test_the_feed_has_the_latest_first_and_survives_hostile_texts(client: Client) -> None:
    team = Team()
    first = team.published(title="First")
    definition = Definition.objects.create(
        slug="later", provider=first.definition.provider, source="cairn", source_key="later"
    )
    DefinitionVersion.objects.create(
        definition=definition,
        number=2,
        state="published",
        title=HOSTILE + "\x0b",
        description=HOSTILE,
        published_at=AT + timedelta(1),
    )
    feed = ElementTree.fromstring(client.get("/feed.atom").content)
    titles = [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")]
    assert titles == [HOSTILE, "First"]
    terms = [one.find(f"{ATOM}category").get("term") for one in feed.iter(f"{ATOM}entry")]
    assert terms == ["changed", "new"]
    assert feed.findtext(f"{ATOM}updated") == "2026-03-02T12:00:00Z"


def test_robots_learn_where_the_sitemap_is(client: Client) -> None:
    said = client.get("/robots.txt").content.decode()
    assert "Sitemap: http" in said
    assert "Disallow: /s/" in said


def test_the_page_of_exports_names_every_format(client: Client) -> None:
    page = client.get("/exports/").content.decode()
    assert all(f"/exports/{name}/" in page for name in FORMATS)


def test_the_command_writes_the_same_bytes_as_the_site(client: Client, tmp_path: Any) -> None:
    from cairn.entry.cli.export import command

    welding()
    target = tmp_path / "catalogue.jsonld"
    result = CliRunner().invoke(command, ["ctdl", "--to", str(target)])
    assert result.exit_code == 0, result.output
    assert target.read_bytes() == b"".join(client.get("/exports/ctdl/"))
    assert [path.name for path in tmp_path.iterdir()] == ["catalogue.jsonld"]
    listed = CliRunner().invoke(command, []).output
    assert all(name in listed for name in FORMATS)


def test_discounts_and_bundles_that_stand_are_written_and_those_that_are_over_are_not(client: Client) -> None:
    from cairn.catalog.achievements import achievement_id
    from cairn.catalog.models import Bundle, Discount
    from cairn.outside import clock

    version, first = welding(), Team().published(title="Safe work")
    offer, other = version.offers.get(), Offer.objects.create(version=first, currency="EUR", price_total=5000)
    today = clock.now().date()
    terms = {"offer": offer, "credentials": [[achievement_id(first)]], "created_at": AT}
    Discount.objects.create(title="A tenth", percent=10, until_on=today, **terms)
    Discount.objects.create(title="More than it costs", amount=90000, from_on=today + timedelta(9), **terms)
    Discount.objects.create(title="Gone by", percent=50, until_on=today - timedelta(1), **terms)
    Discount.objects.create(title="Ended", percent=60, ended_at=AT, **terms)
    bundle = Bundle.objects.create(
        provider=version.definition.provider, title="Both", currency="EUR", price=22000, created_at=AT
    )
    bundle.offers.set([offer, other])
    welded, safe = entries()
    assert [(one.title, one.price) for one in welded.special] == [
        ("A tenth", 18000),
        ("More than it costs", 0),
        ("Both", 22000),
    ]
    assert welded.special[0].condition == "for those who hold “Safe work”"
    assert [sold.title for sold in safe.special[0].together] == ["Reading weld drawings", "Safe work"]
    for name in ("ctdl", "schema-org", "elm", "csv"):
        written = b"".join(client.get(f"/exports/{name}/")).decode()
        assert "A tenth" in written, name
        assert "Gone by" not in written, name
        assert "Ended" not in written, name
    graph = json.loads(b"".join(client.get("/exports/ctdl/")))["@graph"]
    assert len([one for one in graph if one["@type"] == "ceterms:CostManifest"]) == 1 + (
        welded.provider_page != safe.provider_page
    )
