"""Programmes of MIT Learn, Microsoft Learn and freeCodeCamp as stacking rules, weighed against what somebody could really hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.shared import shared

from cairn.stacking import Award, RuleError, evaluate, sentences
from cairn.stacking.pathways import ASSUMED, LEFT_OUT, read_pathways, write_pathway
from cairn.stacking.pathways.programmes import (
    Programme,
    Programmes,
    read_freecodecamp,
    read_microsoft_learn,
    read_mit_learn,
)
from cairn.stacking.requirements import nodes

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def holding(*achievements: str) -> list[Award]:
    return [
        Award(id=one, achievement=one, issuer="u", valid_from=datetime(2025, 1, 1, tzinfo=UTC)) for one in achievements
    ]


def asked(programme: Programme) -> list[str]:
    return [node.achievement for node in nodes(programme.rule) if node.kind == "award_of"]  # type: ignore[attr-defined] # of that kind


def check_each(report: Programmes) -> None:
    """Everything that is asked for completes a programme, one thing less does not, and each is the same after a journey through CTDL."""
    for programme in report.found:
        everything = asked(programme)
        assert evaluate(programme.rule, holding(*everything), NOW).met
        less = evaluate(programme.rule, holding(*everything[1:]), NOW)
        assert not less.met
        assert [step.achievement for step in less.missing[0]] == [everything[0]]
        (back,) = read_pathways(write_pathway(programme.rule, title=programme.title, names=programme.names).document)
        assert back.whole
        assert asked(Programme("", "", back.rule, {})) == everything
        assert sentences(back.rule, programme.names).lines() == sentences(programme.rule, programme.names).lines()


def test_mit_programmes_with_their_trees() -> None:
    report = read_mit_learn(*map(shared, ("mit_learn/mitxonline_programs.json", "mit_learn/mitxonline_courses.json")))
    assert report.refused == []
    equations, magnetism = report.found
    assert sentences(equations.rule).lines() == [
        "All of these:",
        "  Earn Introduction to Differential Equations",
        "  Earn Differential Equations: 2x2 Systems",
        "  Earn Linear Algebra and NxN Systems",
    ]
    assert equations.earns == "program-v1:MITxT+18.03x"
    begun = evaluate(equations.rule, holding("course-v1:MITxT+18.03.1x"), NOW)
    assert str(begun.progress) == "1/3"
    assert [remark.effect for remark in magnetism.remarks] == [ASSUMED] * 3
    check_each(report)


def test_mit_programmes_of_programmes_and_those_without_a_tree() -> None:
    report = read_mit_learn(shared("mit_learn/mitxonline_program_children_loader.json"))
    assert [len(asked(one)) for one in report.found] == [3, 1, 1]
    assert asked(report.found[0]) == ["course-10", "mitx-child-program", "mitx-child-program-displayed-as-course"]
    for name in ("xpro_programs", "test_mitx_programs"):
        report = read_mit_learn(shared(f"mit_learn/{name}.json"))
        assert report.found == []
        assert {one.why.partition(",")[0] for one in report.refused} == {"It has no requirement tree"}
    positions = read_mit_learn(shared("mit_learn/mitxonline_child_program_positions.json"))
    assert [(one.title, one.why) for one in positions.refused] == [
        ("Child shown as course", "It asks for nothing."), ("Child shown as program", "It asks for nothing."),
    ]  # fmt: skip


def test_microsoft_learn_trophies_and_badges() -> None:
    report = read_microsoft_learn(*map(shared, ("ms_learn_de/catalog.json", "ms_learn_de/achievements.yml")))
    assert report.refused == []
    paths = [one for one in report.found if one.earns.endswith(".trophy")]
    assert (len(paths), len(report.found)) == (13, 76)
    containers = next(one for one in paths if one.earns == "learn.administer-containers-in-azure.trophy")
    assert asked(containers) == [
        "learn.intro-to-containers.badge", "learn.azure-container-registry.badge", "learn.run-docker-containers-aci.badge",
    ]  # fmt: skip
    told = [remark for one in report.found for remark in one.remarks if remark.effect in (ASSUMED, LEFT_OUT)]
    assert len(told) == 2  # the two units that the catalogue names and does not describe
    check_each(report)


def test_badges_of_modules_serve_the_trophies_of_their_paths() -> None:
    report = read_microsoft_learn(*map(shared, ("ms_learn_de/catalog.json", "ms_learn_de/achievements.yml")))
    by_name = {one.earns: one for one in report.found}
    path = by_name["learn.administer-containers-in-azure.trophy"]
    units = [unit for badge in asked(path) for unit in asked(by_name[badge])]
    earned = [badge for badge in asked(path) if evaluate(by_name[badge].rule, holding(*units), NOW).met]
    assert evaluate(path.rule, holding(*earned), NOW).met


def test_freecodecamp_certificates_are_earned_by_projects() -> None:
    report = read_freecodecamp(shared("freecodecamp/curriculum_structure.json"))
    assert (len(report.found), report.refused) == (50, [])
    certificate = next(one for one in report.found if one.title == "Data Visualization Certificate")
    assert len(asked(certificate)) == 5
    assert all(line.startswith("  Pass the project ") for line in sentences(certificate.rule).lines()[1:])
    check_each(Programmes([one for one in report.found if len(asked(one)) <= 40]))


def tree(*nodes: Any) -> bytes:
    return json.dumps([{"readable_id": "p", "title": "P", "req_tree": list(nodes)}]).encode()


def course(number: Any) -> dict[str, Any]:
    return {"data": {"node_type": "course", "course": number}}


def operator(word: str | None, value: Any, *children: Any) -> dict[str, Any]:
    return {"data": {"node_type": "operator", "operator": word, "operator_value": value}, "children": list(children)}


def test_some_of_the_electives() -> None:
    report = read_mit_learn(
        tree(operator("all_of", None, course(1)), operator("min_number_of", "2", course(2), course(3), course(4)))
    )
    assert sentences(report.found[0].rule).lines()[2:] == [
        "  Any 2 of these 3:", "    Earn course 2", "    Earn course 3", "    Earn course 4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "node",
    [
        operator("min_number_of", "9", course(1), course(2)),
        operator("some_of", 1, course(1), course(2)),
        operator("all_of", None, course(1), course(None), course(2)),
        operator("all_of", None, course(1), course(2), {"data": {"node_type": "exam"}}),
        operator("all_of", None, course(1), course(2), "x", operator("all_of", None)),
    ],
)
def test_what_cannot_be_understood_in_a_tree_is_said(node: Any) -> None:
    (found,) = read_mit_learn(tree(node)).found
    assert asked(found) == ["course:1", "course:2"]
    assert LEFT_OUT in {remark.effect for remark in found.remarks}


def test_rows_that_are_none_are_refused_one_by_one() -> None:
    deep: Any = course(1)
    for _ in range(60):
        deep = operator("all_of", None, deep)
    report = read_mit_learn(json.dumps([
        7, {"title": "No id", "req_tree": [course(1)]}, {"readable_id": "q", "title": "Twice", "req_tree": [course(1), course(1)]},
        {"readable_id": "d", "title": "Deep", "req_tree": [deep]}, {"readable_id": "e", "title": "Empty", "req_tree": []},
    ]))  # fmt: skip
    assert report.found == []
    assert [one.place for one in report.refused] == ["$[0]", "$[1]", "$[2]", "$[3]", "$[4]"]
    assert "count more than once" in report.refused[2].why
    assert (
        read_freecodecamp([{"name": "x", "file": "f", "challenges": [{}, 7, {"id": "a"}, {"id": "a"}]}])
        .refused[0]
        .place
        == "$[0].challenges[1]"
    )
    assert read_microsoft_learn({"learningPaths": "x"}).refused[0].why == "This is not a list."


@pytest.mark.parametrize("source", [b"{", b"[" * 100_000, b"\xff"])
def test_files_that_are_no_json_are_refused(source: bytes) -> None:
    for read in (read_mit_learn, read_freecodecamp, read_microsoft_learn):
        with pytest.raises(RuleError):
            read(source)


def test_achievements_of_another_form_are_refused_line_by_line() -> None:
    said = "achievements:\n- uid: a.badge\n  title: 'One: two'\n  summary: |\n  nested:\n    x: y\n"
    report = read_microsoft_learn(
        {
            "learningPaths": [],
            "modules": [{"uid": "a", "title": "A", "achievement": "a.badge", "units": ["u"]}],
            "units": [],
        },
        said,
    )
    assert report.found[0].names["a.badge"] == "One: two"
    assert [one.place for one in report.refused] == ["line 4", "line 6"]
