"""Catalogues as offices send them, that nobody had in mind when the words were gathered: guessed, corrected in two places, and read."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from tests.catalog.importing.catalogues import run, write

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.mapping_import import guess_file
from cairn.catalog.importing.mapping_values import read_decimal
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.errors import Invalid
from cairn.skills.importing.report import Report

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

EVENING_SCHOOL = """\
Kursnr.;Kurstitel;Untertitel;Beginn;Ende;Termine;UE;Entgelt;Ermäßigtes Entgelt;Kursort;Max. TN;Status;Kursinhalt
261-4021;Englisch A2;Für Wiedereinsteiger;14.09.2026;07.12.2026;12;24;96,00 €;67,20 €;Mitte;12;frei;Sprechen, Hören
261-5107;Finanzbuchführung 1;Mit Prüfung;21.09.2026;18.01.2027;15;60;1.234,50 €;;Süd;16;Warteliste;Buchen, Abschluss
261-3999;Töpfern;;;;;;kostenlos;;Nord;8;ausgebucht;
"""
TRAINING = """\
CÓDIGO ESPECIALIDAD;DENOMINACIÓN DE LA ACCIÓN FORMATIVA;ENTIDAD DE FORMACIÓN;MODALIDAD;HORAS TOTALES;\
FECHA INICIO PREVISTA;FECHA FIN PREVISTA;Nº ALUMNOS;MUNICIPIO;NIVEL CUALIFICACIÓN;REQUISITOS DE ACCESO;PRECIO (€)
FMEC0110;SOLDADURA TIG;Centro Ñuble S.L.;PRESENCIAL;680;15/09/2026;28/02/2027;15;MÁLAGA;2;ESO;0,00
IFCD0210;APLICACIONES WEB;Academia Íñigo;TELEFORMACIÓN;590;01/10/2026;30/03/2027;20;SEVILLA;3;Bachillerato;1.250,00
SSCS0208;ATENCIÓN;Academia Íñigo;MIXTA;450;05/10/2026;31/01/2027;18;SEVILLA;2;;1.100,50
"""
REGULATED = """\
Qualification Number\tQualification Title\tAwarding Organisation\tQualification Level\tGuided Learning Hours\tTotal Qualification Time
603/1234/5\tAward in Food Safety\tExample Awards Ltd\tLevel 2\t7\t10
603/9999/X\tCertificate in Welding\tExample Awards Ltd\tLevel 3\t120\t240
"""


def guessed(path: Path) -> dict[str, Any]:
    return dict(json.loads(guess_file(path, at=NOW).mapping.as_json()))


def load(path: Path, mapping: dict[str, Any], **answers: Any) -> Report:
    chosen = path.parent / "mapping.json"
    chosen.write_text(json.dumps({**mapping, **answers}), encoding="utf-8")
    return IMPORTERS["csv"].run([path, chosen], at=NOW)


def test_an_evening_school_of_germany_in_windows_letters(tmp_path: Path) -> None:
    path = write(tmp_path, "kurse.csv", EVENING_SCHOOL.encode("cp1252"))
    found = guessed(path)
    assert (found["currency"], found["dates"], found["decimal"], found["hours"]) == ("EUR", "dmy", ",", "lessons")
    assert found["fields"]["price_total"] == "Entgelt", "never the reduced one"
    assert (found["fields"]["capacity"], found["fields"]["workload_hours"]) == ("Max. TN", "UE")
    load(path, found, language="de", fields={**found["fields"], "provider": "=VHS Beispielstadt"})
    offers = {one.version.title: one for one in Offer.objects.select_related("version")}
    assert {title: one.price_total for title, one in offers.items()} == {
        "Englisch A2": 96_00, "Finanzbuchführung 1": 1234_50, "Töpfern": 0,
    }  # fmt: skip
    english = offers["Englisch A2"]
    assert english.version.workload_hours == 18, "24 lessons of 45 minutes"
    assert (english.starts_on, english.ends_on, english.capacity) == (date(2026, 9, 14), date(2026, 12, 7), 12)


def test_public_training_in_spain(tmp_path: Path) -> None:
    path = write(tmp_path, "cursos.csv", TRAINING.encode("cp1252"))
    found = guessed(path)
    assert found["fields"] == {
        "key": "CÓDIGO ESPECIALIDAD", "title": "DENOMINACIÓN DE LA ACCIÓN FORMATIVA", "provider": "ENTIDAD DE FORMACIÓN",
        "mode": "MODALIDAD", "workload_hours": "HORAS TOTALES", "starts_on": "FECHA INICIO PREVISTA", "ends_on": "FECHA FIN PREVISTA",
        "capacity": "Nº ALUMNOS", "city": "MUNICIPIO", "level_text": "NIVEL CUALIFICACIÓN", "prerequisites": "REQUISITOS DE ACCESO",
        "price_total": "PRECIO (€)",
    }  # fmt: skip
    load(path, found, language="es", currency="EUR")
    assert sorted(Offer.objects.values_list("mode", "price_total")) == [
        ("blended", 1100_50), ("online", 1250_00), ("onsite", 0),
    ]  # fmt: skip


def test_a_register_of_qualifications_of_england(tmp_path: Path) -> None:
    fields = guessed(write(tmp_path, "register.tsv", REGULATED))["fields"]
    assert (fields["key"], fields["workload_hours"]) == ("Qualification Number", "Total Qualification Time")
    assert "leads_to" not in fields


def test_a_list_of_india_under_titles_and_merged_headings(tmp_path: Path) -> None:
    book, out = Workbook(), io.BytesIO()
    for row in (
        ["National Council for Vocational Education and Training"], ["Approved Qualification Packs as on 31.03.2026"], [],
        ["S. No.", "Qualification Details", None, None, "Hours", None, "Approval", None],
        [None, "QP Code", "Qualification Title", "NSQF Level", "Theory", "Total Notional Hours", "Awarding Body", "Approval Date"],
        [1, "ASC/Q1401", "Automotive Service Technician", 4, 120, 480, "Automotive Skills Council", datetime(2025, 11, 27)],  # noqa: DTZ001 (a day)
        [2, "SSC/Q0503", "Junior Software Developer", "4.5", 180, 540, "Sector Skill Council", None],
    ):  # fmt: skip
        book.active.append(row)
    book.active.merge_cells("A1:H1")
    book.active.merge_cells("B4:D4")
    book.save(out)
    path = write(tmp_path, "nsqf.xlsx", out.getvalue())
    found = guessed(path)
    assert found["fields"] == {
        "key": "QP Code", "title": "Qualification Title", "level_text": "NSQF Level", "workload_hours": "Total Notional Hours",
        "provider": "Awarding Body",
    }  # fmt: skip
    report = load(path, found, language="en")
    assert report.remarks == []
    assert sorted(DefinitionVersion.objects.values_list("title", "workload_hours", "level_text")) == [
        ("Automotive Service Technician", 480, "4"), ("Junior Software Developer", 540, "4.5"),
    ]  # fmt: skip


def test_the_french_register_in_xml_is_named_by_how_it_begins(tmp_path: Path) -> None:
    sheet = "<?xml version='1.0'?><FICHES><FICHE><NUMERO_FICHE>RNCP41234</NUMERO_FICHE></FICHE></FICHES>"
    path = write(tmp_path, "rncp.xml", sheet)
    with pytest.raises(Invalid, match="XML that begins with <FICHES>, not one of the kinds that can be read"):
        run("elm", path)
    with pytest.raises(Invalid, match="is a web page or XML, not a table"):
        guess_file(path, at=NOW)


def test_a_graph_that_a_course_site_writes_about_itself(tmp_path: Path) -> None:
    graph = [
        {"@type": "WebSite", "@id": "https://kurse.example/#site", "name": "Kurse"},
        {"@type": "Organization", "@id": "https://kurse.example/#org", "name": "Kurse Beispiel GmbH"},
        {"@type": "BreadcrumbList", "itemListElement": []},
        {"@type": ["Course", "Product"], "@id": "https://kurse.example/python/", "name": "Python in 6 Wochen",
         "provider": {"@id": "https://kurse.example/#org"}, "aggregateRating": {"ratingValue": 4.8},
         "offers": [{"@type": "Offer", "category": "Paid", "price": "1.299,00", "priceCurrency": "EUR"}],
         "hasCourseInstance": [{"@type": "CourseInstance", "courseMode": "Online", "courseSchedule": {"startDate": "2026-09-07"}}]},
    ]  # fmt: skip
    markup = json.dumps({"@context": "https://schema.org", "@graph": graph})
    page = f'<!doctype html><html lang="de"><script type="application/ld+json">{markup}</script></html>'
    report = run("schema-org", write(tmp_path, "a.html", page))
    assert report.remarks == []
    version = DefinitionVersion.objects.get()
    assert (version.title, version.language) == ("Python in 6 Wochen", "de")
    assert version.definition.provider.name == "Kurse Beispiel GmbH"
    assert Offer.objects.get().price_total == 1299_00


def test_collections_of_credly_give_the_templates_in_them_and_a_page_says_that_it_is_one(tmp_path: Path) -> None:
    issuer = {"entities": [{"primary": True, "entity": {"id": "o1", "name": "Example Cloud"}}]}
    inside = [{"id": f"t{one}", "name": f"Cloud {one}", "state": "active", "issuer": issuer} for one in (1, 2)]
    document = {
        "data": [{"id": "c", "type": "collection", "name": "Cloud Track", "badge_templates": [*inside, 17]}],
        "metadata": {"current_page": 1, "total_pages": 3},
    }
    report = run("credly", write(tmp_path, "credly.json", document))
    assert set(DefinitionVersion.objects.values_list("title", flat=True)) == {"Cloud 1", "Cloud 2"}
    (remark,) = report.remarks
    assert (remark.column, remark.code) == ("/badge_templates/2", "no_object")
    assert any("page 1 of 3" in note for note in report.notes)


@pytest.mark.parametrize(("text", "number"), [("1.299,00", "1299.00"), ("1,299.00", "1299.00"), ("12,5", "12.5")])
def test_a_figure_with_one_meaning_is_read_whichever_way_it_is_written(text: str, number: str) -> None:
    assert str(read_decimal(text)) == number
