"""Frameworks of competencies as CASE packages: items become skills, associations relations, and broken packages keep their sound parts."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cairn.errors import CairnError
from cairn.skills.importing import IMPORTERS
from cairn.skills.importing.report import Report
from cairn.skills.models import Framework, Relation, Skill, SkillLink

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BASE = "https://case.example.org/ims/case/v1p0"


def node(identifier: str) -> dict[str, str]:
    return {"title": identifier, "identifier": identifier, "uri": f"{BASE}/CFItems/{identifier}"}


def item(identifier: str, statement: str, **more: Any) -> dict[str, Any]:
    return {"identifier": identifier, "uri": f"{BASE}/CFItems/{identifier}", "fullStatement": statement, **more}


def link(kind: str, origin: str, destination: str) -> dict[str, Any]:
    return {
        "identifier": f"{origin}-{destination}",
        "uri": f"{BASE}/CFAssociations/{origin}-{destination}",
        "associationType": kind,
        "originNodeURI": node(origin),
        "destinationNodeURI": node(destination),
    }


def package() -> dict[str, Any]:
    return {
        "CFDocument": {
            "identifier": "d1",
            "uri": f"{BASE}/CFDocuments/d1",
            "title": "Welding Competencies",
            "creator": "Example Guild",
            "version": "2.0",
            "officialSourceURL": "https://guild.example.org/welding",
            "licenseURI": {"title": "CC BY 4.0"},
        },
        "CFItems": [
            item("a", "Weld safely and well.", humanCodingScheme="W", CFItemType="Area", educationLevel=["09", "10"]),
            item(
                "b",
                "Prepare joints for welding to a drawing.",
                abbreviatedStatement="Prepare joints",
                humanCodingScheme="W.1",
            ),
            item("c", "Know the hazards of welding fumes.", CFItemType="Knowledge"),
        ],
        "CFAssociations": [link("isChildOf", "a", "d1"), link("isChildOf", "b", "a"), link("isRelatedTo", "c", "b")],
    }


def load(tmp_path: Path, document: Any, name: str = "welding.json") -> Report:
    path = tmp_path / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return IMPORTERS["case"].run([path], at=NOW)


def test_items_become_skills_with_code_level_and_the_skill_above_them(tmp_path: Path) -> None:
    load(tmp_path, package())
    framework = Framework.objects.get(slug__startswith="case-welding")
    assert (framework.name, framework.version, framework.licence) == ("Welding Competencies", "2.0", "CC BY 4.0")
    above = Skill.objects.get(code="W")
    assert (above.levels, above.broader) == (["09", "10"], [])
    below = Skill.objects.get(code="W.1")
    assert (below.name, below.broader) == ("Prepare joints", [above.uri])
    assert Skill.objects.get(name__startswith="Know the hazards").kind == Skill.Kind.KNOWLEDGE
    assert SkillLink.objects.get().relation == Relation.CLOSE


def test_other_names_translations_and_successors_are_kept_and_rubrics_counted(tmp_path: Path) -> None:
    given = package()
    given["CFItems"] += [
        item("d", "Schweiße sicher und gut.", alternativeLabel="Sicheres Schweißen"),
        item("e", "Weld safely."),
    ]
    given["CFAssociations"] += [
        link("isTranslationOf", "d", "a"),
        link("replacedBy", "e", "a"),
        link("precedes", "a", "b"),
    ]
    given["CFRubrics"] = [{"identifier": "r", "CFRubricCriteria": []}]
    given["CFDefinitions"] = {"CFAssociationGroupings": [{"identifier": "g", "title": "Crosswalks"}]}
    report = load(tmp_path, given)
    assert Skill.objects.get(name="Schweiße sicher und gut.").alt_labels == ["Sicheres Schweißen"]
    kinds = dict(SkillLink.objects.values_list("source__name", "relation"))
    assert kinds["Schweiße sicher und gut."] == Relation.SAME
    assert kinds["Weld safely."] == Relation.CLOSE
    assert sorted(report.skipped.values()) == [1, 1, 1]


def test_an_exact_match_joins_the_skill_of_another_framework_that_is_loaded(tmp_path: Path) -> None:
    load(tmp_path, package())
    other = package()
    other["CFDocument"] |= {"identifier": "d2", "title": "Metalwork"}
    other["CFItems"] = [item("m", "Prepare joints.")]
    other["CFAssociations"] = [link("exactMatchOf", "m", "b"), link("exactMatchOf", "m", "nowhere")]
    report = load(tmp_path, other, "metal.json")
    found = SkillLink.objects.get(relation=Relation.SAME)
    assert (found.source.name, found.target.code) == ("Prepare joints.", "W.1")
    assert sum(number for reason, number in report.skipped.items() if "not loaded here" in reason) == 1


def test_the_same_package_again_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, package())
    again = load(tmp_path, package()).total()
    assert (again.created, again.updated) == (0, 0)


def change(act: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    document = copy.deepcopy(package())
    act(document)
    return document


STOPPED: dict[str, tuple[Any, str]] = {
    "no JSON at all": ("{", "broken_json"),
    "an empty file": ("  ", "empty_file"),
    "a list": ([1, 2], "no_document"),
    "no document": ({"CFItems": []}, "no_document"),
    "no items": (change(lambda d: d.update(CFItems=[])), "no_items"),
    "a framework without a title": (change(lambda d: d["CFDocument"].pop("title")), "no_title"),
    "associations that are no list": (change(lambda d: d.update(CFAssociations={"a": 1})), "bad_associations"),
    "nesting without end": ("[" * 100_000, "broken_json"),
}


@pytest.mark.parametrize("case", sorted(STOPPED))
def test_a_package_that_cannot_be_used_says_why_and_writes_nothing(tmp_path: Path, case: str) -> None:
    document, code = STOPPED[case]
    with pytest.raises(CairnError) as raised:
        load(tmp_path, document)
    assert raised.value.specific_code == code
    assert raised.value.remedy
    assert not Skill.objects.exists()


REFUSED: dict[str, tuple[Callable[[dict[str, Any]], Any], str, int]] = {
    "an item that is no object": (lambda d: d["CFItems"].append("x"), "no_object", 3),
    "an item without identifier": (lambda d: d["CFItems"].append({"fullStatement": "x"}), "no_identifier", 3),
    "an item that says nothing": (lambda d: d["CFItems"].append(item("z", " ")), "no_statement", 3),
    "two items of one identifier": (lambda d: d["CFItems"].append(item("a", "Other.")), "duplicate", 3),
    "an unknown association": (
        lambda d: d["CFAssociations"].append(link("isCousinOf", "a", "b")),
        "unknown_association",
        3,
    ),
    "an association from nowhere": (
        lambda d: d["CFAssociations"].append(link("isChildOf", "q", "b")),
        "unknown_item",
        3,
    ),
    "an association to nowhere": (lambda d: d["CFAssociations"].append(link("isChildOf", "c", "q")), "unknown_item", 3),
    "an association without ends": (
        lambda d: d["CFAssociations"].append({"associationType": "isChildOf"}),
        "no_end",
        3,
    ),
    "an association that is no object": (lambda d: d["CFAssociations"].append(7), "no_object", 3),
    "an item above itself": (lambda d: d["CFAssociations"].append(link("isChildOf", "a", "a")), "to_itself", 3),
    "a circle": (lambda d: d["CFAssociations"].append(link("isChildOf", "a", "b")), "circle", 3),
    "a level that is a number": (lambda d: d["CFItems"][0].update(educationLevel=9), "bad_level", 3),
    "an address of the maker's machine": (
        lambda d: d["CFItems"][2].update(uri="http://localhost/x"),
        "local_address",
        3,
    ),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_what_is_wrong_in_a_package_is_told_with_its_place_and_the_rest_is_kept(tmp_path: Path, case: str) -> None:
    act, code, skills = REFUSED[case]
    report = load(tmp_path, change(act))
    told = [remark for remark in report.remarks if remark.code == code]
    assert len(told) == 1
    assert told[0].column.startswith("/CF")
    assert told[0].message.endswith(".")
    assert Skill.objects.count() == skills


def test_long_chains_are_followed_without_recursion(tmp_path: Path) -> None:
    document = package()
    document["CFItems"] = [item(f"i{n}", f"Statement {n}.") for n in range(3000)]
    document["CFAssociations"] = [link("isChildOf", f"i{n}", f"i{n + 1}") for n in range(2999)]
    document["CFAssociations"].append(link("isChildOf", "i2999", "i0"))
    report = load(tmp_path, document)
    assert [remark.code for remark in report.remarks] == ["circle"]
    assert Skill.objects.exclude(broader=[]).count() == 2999


def test_an_item_that_says_only_na_is_no_skill(tmp_path: Path) -> None:
    document = package()
    document["CFItems"].append(
        item("na", "NA", abbreviatedStatement="Allowable Tools", CFItemType="General Requirements")
    )
    report = load(tmp_path, document)
    (remark,) = report.remarks
    assert (remark.code, remark.message) == ("no_statement", "The item says only “NA”.")
    assert not Skill.objects.filter(name="Allowable Tools").exists()
