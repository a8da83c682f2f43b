"""Records laid aside on disk come back whole, in order, as often as asked, and the same identifier is noticed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.catalog.importing.catalogues import ctdl, run, write

from cairn.catalog.importing import record_spool
from cairn.catalog.importing.record_spool import Spool
from cairn.catalog.importing.records import CatalogRecord, OfferRecord, Place
from cairn.catalog.models import Definition, DefinitionVersion, Offer, Provider


def record(number: int, file: str = "a.json", **fields: object) -> CatalogRecord:
    return CatalogRecord(key=f"k{number}", place=Place(file, number), title=f"T {number}", provider=None, **fields)  # type: ignore[arg-type]  # of a test


def test_records_come_back_in_order_and_as_often_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_spool, "BATCH", 3)
    given = [record(number, credits=Decimal("1.5"), offers=(OfferRecord(key="x"),)) for number in range(1, 8)]
    with Spool() as spool:
        for one in given:
            spool.add(one.key, one)
        for _ in range(2):
            batches = list(spool.batches())
            assert [len(batch) for batch in batches] == [3, 3, 1]
            assert [one for batch in batches for one in batch] == given
        assert len(spool) == 7


def test_an_identifier_that_comes_again_is_noticed_with_its_place() -> None:
    with Spool() as spool:
        spool.add("k1", record(1))
        spool.add("k2", record(2, "b.json"))
        assert spool.place_of("k3") is None
        assert spool.place_of("k2") == Place("b.json", 2)
        assert spool.says_the_same("k2", record(2, "c.json"))
        assert not spool.says_the_same("k1", record(1, description="other"))


def test_offers_of_later_rows_join_the_first_also_when_it_lies_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_spool, "BATCH", 1)
    paris, lyon = (OfferRecord(city=city) for city in ("Paris", "Lyon"))
    with Spool(2) as spool:
        spool.add("k1", record(1, offers=(paris,), participation="online"))
        assert spool.join("k1", record(1, offers=(lyon,), participation="onsite"))
        assert not spool.join("k1", record(1, offers=(lyon,)))  # twice the same
        assert not spool.join("k1", record(1, offers=(OfferRecord(city="Lille"),)))  # more than it may have
        assert not spool.join("k1", record(1, description="other", offers=(OfferRecord(city="Nice"),)))
        (whole,) = next(spool.batches())
    assert [offer.city for offer in whole.offers] == ["Paris", "Lyon"]
    assert whole.participation == ""


def test_an_empty_spool_has_no_batches() -> None:
    with Spool() as spool:
        assert list(spool.batches()) == []


@pytest.mark.django_db
def test_an_import_in_many_batches_is_the_same_as_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cost = {"ceterms:estimatedCost": [{"ceterms:price": 100, "ceterms:currency": "USD"}]}
    profile = {"@type": "ceterms:ConditionProfile", "ceterms:targetCredential": ["ce-9"]}
    documents = [ctdl(number, **cost) for number in range(1, 10)]
    documents[0]["ceterms:requires"] = [profile]  # names one that comes in another batch
    monkeypatch.setattr(record_spool, "BATCH", 2)
    report = run("ctdl", write(tmp_path, "a.json", documents))
    assert [model.objects.count() for model in (Provider, Definition, DefinitionVersion, Offer)] == [1, 9, 9, 9]
    last = Definition.objects.get(source_key="ce-9")
    assert str(last.uid) in str(DefinitionVersion.objects.get(definition__source_key="ce-1").requires)
    again = run("ctdl", write(tmp_path, "a.json", documents))
    assert (again.total().created, again.total().updated) == (0, 0)
    assert again.total().unchanged == report.total().created
