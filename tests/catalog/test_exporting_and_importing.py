"""What is written in a format comes back from reading it: the same facts, exact amounts, and nothing that was not stated."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.catalog.exporting import FORMATS
from cairn.catalog.exporting.published import Entry, Needed
from cairn.catalog.importing import ctdl, elm, schema_org
from cairn.catalog.importing.records import CatalogRecord, OfferRecord, Place, ProviderRecord, SkillRecord
from cairn.catalog.models import DefinitionVersion
from cairn.skills.importing.report import Report

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://credentials.example.org"
LETTERS = st.characters(categories=("Lu", "Ll", "Nd"), exclude_characters="ŉǰ")
WORDS = st.lists(st.text(LETTERS, min_size=2, max_size=9), min_size=2, max_size=5).map(" ".join)


@st.composite
def written(draw: st.DrawFn) -> Entry:
    """An entry as the catalogue could hold it, of facts that every format has a term for."""
    title = draw(WORDS)
    price = draw(st.none() | st.integers(0, 5_000_000))
    mode = draw(st.sampled_from(["online", "onsite", "blended"]))
    currency = draw(st.sampled_from(["USD", "EUR"]))
    offers = () if price is None else (OfferRecord(currency=currency, price_total=price, mode=mode),)
    skills = draw(
        st.lists(st.tuples(WORDS, st.uuids()), max_size=3, unique_by=(lambda one: one[0], lambda one: one[1]))
    )
    slug = draw(st.from_regex(r"[a-z]{3,12}", fullmatch=True))
    record = CatalogRecord(
        key=slug, place=Place(""), title=title, description=draw(WORDS), type=draw(st.sampled_from(["badge", "certificate", "industry"])),
        provider=ProviderRecord(f"{SITE}/providers/p/", draw(WORDS), "https://college.example.org/", country="IE"),
        outcomes=tuple(draw(st.lists(WORDS, max_size=3, unique=True))),
        workload_hours=draw(st.none() | st.integers(1, 900).map(Decimal)),
        credits=draw(st.none() | st.integers(1, 60).map(Decimal)), credit_scheme="ects", participation=mode,
        skills=tuple(SkillRecord(name, f"https://skills.example.org/{number}", "Made-up") for name, number in skills),
        tags=tuple(draw(st.lists(st.text(LETTERS, min_size=2, max_size=9), max_size=3, unique_by=str.lower))), offers=offers,
    )  # fmt: skip
    return Entry(
        record, f"{SITE}/achievements/{slug}/1", f"{SITE}/catalogue/{slug}/", f"{SITE}/providers/p/",
        str(draw(st.uuids())), 1, DefinitionVersion(), False, None, None,
    )  # fmt: skip


def read_back(module: ModuleType, name: str, entry: Entry) -> CatalogRecord:
    """Write the entry as a catalogue in a format, read the file, and return the one record that was read."""
    found: list[CatalogRecord] = []

    def keep(records: Iterable[CatalogRecord], **_: object) -> dict[str, int]:
        found.extend(records)
        return {}

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"catalogue.{FORMATS[name].suffix}"
        path.write_bytes(b"".join(FORMATS[name].write([entry])))
        report = Report(name, path.name, AT)
        with patch.object(module, "save_records", keep):
            module.load([path], report, lambda *_: None)
    assert len(found) == 1, (found, report.remarks)
    return found[0]


def same(entry: Entry, back: CatalogRecord, *names: str) -> None:
    for name in names:
        assert getattr(back, name) == getattr(entry.record, name), name


def prices(record: CatalogRecord) -> list[tuple[int | None, str]]:
    return [(one.price_total, one.currency) for one in record.offers if one.price_total is not None]


PATIENT = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@PATIENT
@given(written())
def test_ctdl_gives_back_what_it_was_given(entry: Entry) -> None:
    back = read_back(ctdl, "ctdl", entry)
    same(entry, back, "title", "description", "type", "participation", "tags")
    assert prices(back) == prices(entry.record)
    assert [(one.name, one.url) for one in back.skills] == [(one.name, one.url) for one in entry.record.skills]
    assert back.provider is not None
    assert entry.record.provider is not None
    assert (back.provider.name, back.provider.website, back.key) == (
        entry.record.provider.name,
        entry.record.provider.website,
        f"ce-{entry.uid}",
    )
    hours = [one.hours for one in back.offers if one.hours is not None]
    assert hours == ([entry.record.workload_hours] if entry.record.workload_hours is not None else [])


GROUPS = (
    (Needed("Welding 1", f"{SITE}/catalogue/welding-1/", is_skill=False),),
    (Needed("SQL", "https://skills.example.org/sql", is_skill=True),),
)
ALTERNATIVES = tuple(one for group in GROUPS for one in group)


@PATIENT
@given(written(), st.booleans())
def test_what_is_needed_beforehand_comes_back_from_ctdl(entry: Entry, either: bool) -> None:
    groups = (ALTERNATIVES,) if either else GROUPS
    back = read_back(ctdl, "ctdl", replace(entry, before=groups))
    assert [[(one.skill, one.keys[:1]) for one in group] for group in back.requires] == [
        [(one.address, ()) if one.is_skill else ("", (one.address,)) for one in group] for group in groups
    ]


@PATIENT
@given(written())
def test_what_is_needed_beforehand_comes_back_from_schema_org_where_it_is_one_thing(entry: Entry) -> None:
    back = read_back(schema_org, "schema-org", replace(entry, before=GROUPS))
    assert [(one.skill, [key for key in one.keys if "#" not in key]) for (one,) in back.requires] == [
        ("", [GROUPS[0][0].address]),
        (GROUPS[1][0].address, []),
    ]
    words = read_back(schema_org, "schema-org", replace(entry, before=(ALTERNATIVES,)))
    assert words.requires == ()
    assert words.prerequisites == "Welding 1 or SQL"


@PATIENT
@given(written())
def test_european_specifications_give_back_what_they_were_given(entry: Entry) -> None:
    back = read_back(elm, "elm", entry)
    same(entry, back, "title", "description", "participation", "workload_hours", "credits")
    assert set(entry.record.outcomes) <= set(back.outcomes)
    assert {one.url for one in back.skills} == {one.url for one in entry.record.skills}


@PATIENT
@given(written())
def test_schema_org_gives_back_what_it_was_given(entry: Entry) -> None:
    back = read_back(schema_org, "schema-org", entry)
    same(entry, back, "title", "description", "workload_hours", "credits")
    assert prices(back) == prices(entry.record)
    assert {one.url for one in entry.record.skills} <= {one.url for one in back.skills}
    assert back.provider is not None
    assert entry.record.provider is not None
    assert back.provider.name == entry.record.provider.name
