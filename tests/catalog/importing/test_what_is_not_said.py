"""What a source does not say is not made up, and what cannot be used is called what it is."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.catalog.importing.catalogues import MAKERS, run, write

from cairn.catalog.exporting import FORMATS, entries
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.search.facets import languages_of
from cairn.errors import Invalid

pytestmark = pytest.mark.django_db
every = pytest.mark.parametrize("name", list(MAKERS))
NAMES: dict[str, dict[str, Any]] = {
    "ctdl": {"ceterms:name": "Schweißen"},
    "open-badges": {"name": "Schweißen"},
    "elm": {"title": "Schweißen"},
    "schema-org": {"name": "Schweißen"},
}


@every
def test_a_language_that_nobody_states_is_not_stated_anywhere(name: str, tmp_path: Path, client: Client) -> None:
    write(tmp_path, "a.json", MAKERS[name](1, **NAMES[name]))
    run(name, tmp_path)
    version = DefinitionVersion.objects.get()
    assert (version.title, version.language, version.taught_in) == ("Schweißen", "und", [])
    assert languages_of((version.language,)) == languages_of(())
    page = client.get(f"/catalogue/{version.definition.slug}/").content.decode()
    assert "<dt>Described in</dt><dd>not stated" in page
    for way in FORMATS.values():
        assert '"inLanguage":"und"' not in b"".join(way.write(entries())).decode().replace(" ", "")


@every
def test_a_language_that_is_stated_stays(name: str, tmp_path: Path) -> None:
    stated = {
        "ctdl": {"ceterms:inLanguage": ["de"], **NAMES["ctdl"]},
        "open-badges": {"inLanguage": "de", **NAMES["open-badges"]},
        "elm": {"title": {"de": "Schweißen"}},
        "schema-org": {"inLanguage": "de", **NAMES["schema-org"]},
    }
    write(tmp_path, "a.json", MAKERS[name](1, **stated[name]))
    run(name, tmp_path)
    assert DefinitionVersion.objects.get().language == "de"


@every
@pytest.mark.parametrize("empty", ["[]", '{"@graph": []}', "[[], []]"])
def test_a_file_that_holds_no_entry_is_an_error_with_a_sentence(name: str, empty: str, tmp_path: Path) -> None:
    write(tmp_path, "a.json", empty)
    with pytest.raises(Invalid) as raised:
        run(name, tmp_path)
    assert raised.value.message.endswith(".")
    assert raised.value.remedy


def test_organisations_alone_are_no_credentials(tmp_path: Path) -> None:
    write(tmp_path, "a.json", {"@type": "ceterms:CredentialOrganization", "ceterms:name": "Harbour College"})
    with pytest.raises(Invalid, match=r"No credential is in a\.json, only: 1 CredentialOrganization"):
        run("ctdl", tmp_path / "a.json")


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"", "a zip file"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive"),
        (b"Rar!\x1a\x07\x00", "a RAR archive"),
        (b"%PDF-1.7 \x00", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office document"),
    ],
)
@every
def test_what_is_no_text_is_called_what_it_is(name: str, start: bytes, what: str, tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.json", json.dumps(MAKERS[name](1)))
    write(tmp_path, "a.json", start + bytes(40) if start else content.getvalue())
    with pytest.raises(Invalid, match=what):
        run(name, tmp_path)


PRICED: dict[str, Any] = {
    "ctdl": lambda price, code: {
        "ceterms:estimatedCost": [{"@type": "ceterms:CostProfile", "ceterms:price": price, "ceterms:currency": code}]
    },
    "elm": lambda price, code: {
        "priceDetail": {
            "amount": {"value": str(price), "unit": {"id": f"http://publications.europa.eu/resource/authority/currency/{code}"}}
        }
    },
    "schema-org": lambda price, code: {"offers": {"@type": "Offer", "price": price, "priceCurrency": code}},
}  # fmt: skip


@pytest.mark.parametrize("name", list(PRICED))
@pytest.mark.parametrize(
    ("price", "code", "minor"),
    [
        (45_000_000, "IDR", 4_500_000_000),
        (250_000_000, "VND", 250_000_000),
        (3_000_000_000, "KRW", 3_000_000_000),
        (120.125, "KWD", 120_125),
        (9_999_999_999.99, "USD", 999_999_999_999),
    ],
)
def test_prices_in_small_units_are_stored_exactly(
    name: str, price: float, code: str, minor: int, tmp_path: Path
) -> None:
    write(tmp_path, "a.json", MAKERS[name](1, **PRICED[name](price, code)))
    assert [one.message for one in run(name, tmp_path).remarks] == []
    offer = Offer.objects.get()
    assert (offer.price_total, offer.currency) == (minor, code)
    written = json.loads(b"".join(FORMATS["schema-org"].write(entries())))["@graph"][0]["offers"]
    assert float(written[0]["price"]) == price


@pytest.mark.parametrize("name", list(PRICED))
def test_a_price_that_no_plan_could_weigh_is_left_out_with_a_sentence(name: str, tmp_path: Path) -> None:
    write(tmp_path, "a.json", MAKERS[name](1, **PRICED[name](10**14, "USD")))
    assert "is more than a price here can be; it is left out." in " ".join(
        one.message for one in run(name, tmp_path).remarks
    )
    assert set(Offer.objects.values_list("price_total", flat=True)) <= {None}
