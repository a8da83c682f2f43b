"""Pathways as others write them.

Shapes and names follow the examples of CredentialEngine/Schema-Development (PathwaysConditionsAndConstraints: CompTIA, Hutchinson Community
College, Heriot-Watt, use cases) and the registry's “AI in Finance”; each is cut down to a few components.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cairn.stacking import RuleError, sentences
from cairn.stacking.pathways import ASIDE, ASSUMED, LEFT_OUT, Pathway, read_pathways, write_pathway

RES = "https://credentialengineregistry.org/resources/"


def one(document: Any) -> Pathway:
    (read,) = read_pathways(document)
    return read


def lines(pathway: Pathway) -> list[str]:
    return sentences(pathway.rule, pathway.names).lines()


def effects(pathway: Pathway, effect: str) -> list[str]:
    return [remark.why for remark in pathway.remarks if remark.effect == effect]


def component(name: str, title: str, kind: str = "CourseComponent", **more: Any) -> dict[str, Any]:
    return {"@id": RES + name, "@type": f"ceterms:{kind}", "ceterms:name": {"en-US": title}} | {
        f"ceterms:{key}": value for key, value in more.items()
    }


def pathway(*nodes: dict[str, Any], to: str = "goal", **more: Any) -> dict[str, Any]:
    head = {
        "@id": RES + "pathway", "@type": "ceterms:Pathway", "ceterms:name": {"en-US": "A pathway"},
        "ceterms:hasDestinationComponent": [RES + to],
    } | {f"ceterms:{key}": value for key, value in more.items()}  # fmt: skip
    return {"@context": "https://credreg.net/ctdl/schema/context/json", "@graph": [head, *nodes]}


def asking(*targets: str, number: int | None = None, **more: Any) -> dict[str, Any]:
    condition: dict[str, Any] = {
        "@type": "ceterms:ComponentCondition",
        "ceterms:targetComponent": [RES + name for name in targets],
    }
    if number is not None:
        condition["ceterms:requiredNumber"] = number
    return condition | {f"ceterms:{key}": value for key, value in more.items()}


def constraint(left: Any, comparator: str, right: Any, **more: Any) -> dict[str, Any]:
    return {
        "@type": "ceterms:Constraint",
        "ceterms:leftSource": left,
        "ceterms:comparator": comparator,
        "ceterms:rightSource": right,
    } | {f"ceterms:{key}": value for key, value in more.items()}


def test_a_chain_of_certifications_is_an_order() -> None:
    read = one(pathway(
        component("goal", "CompTIA Cloud+", "CredentialComponent", hasCondition=[asking("linux", number=1)]),
        component("linux", "CompTIA Linux+", "CredentialComponent", hasCondition=[asking("security", number=1)]),
        component("security", "CompTIA Security+", "CredentialComponent", hasCondition=[asking("a", number=1)]),
        component("a", "CompTIA A+", "CredentialComponent", proxyFor=RES + "ce-a-plus"),
        component("career", "IT Networking Specialist", "BasicComponent", hasCondition=[asking("goal", number=1)]),
    ))  # fmt: skip
    assert lines(read) == [
        "These one after the other:", "  Earn CompTIA A+", "  Earn CompTIA Security+", "  Earn CompTIA Linux+",
    ]  # fmt: skip
    assert read.rule.parts[0].to_json()["achievement"] == RES + "ce-a-plus"
    assert read.destination == RES + "goal"
    assert [(remark.place, remark.effect) for remark in read.remarks] == [("$.@graph[5]", ASIDE)]
    assert read.whole


def test_a_degree_with_options_prerequisites_and_grades() -> None:
    grades = constraint(
        ["ex:StudentGrade"], "compare:EQ", ["ex:GradeA", "ex:GradeB", "ex:GradeC"], rightAction="array:AnyOf"
    )
    grades["@id"] = "_:grades"
    read = one(pathway(
        component("goal", "Welding Technology", "CredentialComponent", hasCondition=[
            asking("we111", "we108", number=2),
            asking("we116", "we118", number=1, name={"en": "WE116 or WE118"}),
        ]),
        component("we111", "Gas Metal Arc Welding II", hasCondition=[asking("we110", number=1, hasConstraint=["_:grades"])]),
        component("we110", "Gas Metal Arc Welding", creditValue=[{"@type": "ceterms:ValueProfile", "schema:value": 3}]),
        component("we108", "Cutting Processes for Welding"),
        component("we116", "Flux Cored Arc Welding"),
        component("we118", "Industrial Robotic Welding"),
        grades,
    ))  # fmt: skip
    assert lines(read) == [
        "All of these:",
        "  All of these:",
        "    These one after the other:",
        "      Counting only awards with grade GradeC or better:",
        "        Earn Gas Metal Arc Welding",
        "      Earn Gas Metal Arc Welding II",
        "    Earn Cutting Processes for Welding",
        "  One of these 2:",
        "    Earn Flux Cored Arc Welding",
        "    Earn Industrial Robotic Welding",
    ]
    assert read.rule.parts[1].label == "WE116 or WE118"
    assert effects(read, ASSUMED) == [
        "The grades that count are read as GradeA, GradeB, GradeC, from the best to the lowest."
    ]
    assert next(found for found in read.components if found.name == "Gas Metal Arc Welding").credits == "3"


def test_expanded_json_ld_with_credits_of_a_level_and_what_no_rule_can_say() -> None:
    terms = "https://purl.org/ctdl/terms/"

    def ref(*names: str) -> list[dict[str, str]]:
        return [{"@id": name} for name in names]

    def compared(name: str, left: str, right: Any, how: str = "EQ", **more: str) -> dict[str, Any]:
        value = {"@id": right} if isinstance(right, str) else {"@value": right}
        return {
            "@id": name, "@type": [terms + "Constraint"], terms + "leftSource": ref(left), terms + "rightSource": [value],
            terms + "comparator": ref("https://purl.org/ctdl/vocabs/compare/" + how),
        } | {terms + key: ref(value) for key, value in more.items()}  # fmt: skip

    read = one([
        {"@id": "urn:p", "@type": [terms + "Pathway"], terms + "hasDestinationComponent": ref("urn:bsc")},
        {
            "@id": "urn:bsc", "@type": [terms + "CredentialComponent"], terms + "hasCondition": ref("urn:stage4"),
            terms + "name": [{"@language": "en", "@value": "BSc Computer Science"}],
        },
        {
            "@id": "urn:stage4", "@type": [terms + "ComponentCondition"], terms + "hasConstraint": ref("_:1", "_:2", "_:3", "_:4"),
            terms + "logicalOperator": ref("https://purl.org/ctdl/vocabs/logic/And"),
        },
        compared("_:1", "https://example.edu/studentData/resit", False),
        compared("_:2", "https://schema.org/value", 90, "GTEQ", leftAction="https://purl.org/ctdl/vocabs/array/Sum"),
        compared("_:3", terms + "creditUnitType", "http://example.edu/scqf/credits/"),
        compared("_:4", terms + "creditLevelType", "http://example.edu/scqf/levels/10"),
    ])  # fmt: skip
    assert lines(read) == ["Collect at least 90 scqf credits from awards at SCQF level 10 or above"]
    assert not read.whole
    (lost,) = [remark for remark in read.remarks if remark.effect == LEFT_OUT]
    assert (lost.place, lost.value) == ("$[3]", "https://example.edu/studentData/resit EQ false")
    assert len(effects(read, ASSUMED)) == 2


def test_badges_without_conditions_are_all_asked_for_and_that_is_said() -> None:
    read = one(pathway(
        component("goal", "AI in Finance Certificate", "CredentialComponent"),
        component("one", "Fundamentals of AI", "CredentialComponent"),
        component("two", "Data Literacy", "CredentialComponent"),
        hasPart=[RES + "goal", RES + "one", RES + "two"],
    ))  # fmt: skip
    assert lines(read) == ["All of these:", "  Earn Fundamentals of AI", "  Earn Data Literacy"]
    assert effects(read, ASSUMED) == ["Nothing says what its destination takes; the other 2 components are asked for."]


def test_older_selection_components_and_children_only() -> None:
    read = one(pathway(
        component("goal", "Specialist", "CredentialComponent", hasChild=[{"@id": RES + "pick"}]),
        component("pick", "Pick any 2 of 3", "SelectionComponent", hasCondition=asking("a", "b", "c", number=2)),
        component("a", "A"), component("b", "B"), component("c", "C"),
    ))  # fmt: skip
    assert lines(read) == ["Any 2 of these 3:", "  Earn A", "  Earn B", "  Earn C"]
    assert read.rule.label == "Pick any 2 of 3"


def test_or_not_and_experience() -> None:
    read = one(pathway(component("goal", "Goal", "CredentialComponent", hasCondition=[
        {
            "@type": "ceterms:ComponentCondition", "ceterms:logicalOperator": "logic:Or",
            "ceterms:hasCondition": [asking("a", "b", number=2), asking("c", number=1)],
        },
        asking("d", logicalOperator="logic:Not"),
        {"@type": "ceterms:ComponentCondition", "ceterms:hasConstraint": [constraint(":experienceTime", ":gteq", "PT500H")]},
    ]), *(component(name, name.upper()) for name in "abcd")))  # fmt: skip
    assert lines(read) == [
        "All of these:",
        "  One of these 2:",
        "    All of these:",
        "      Earn A",
        "      Earn B",
        "    Earn C",
        "  Only without this:",
        "    Earn D",
        "  Show at least 500 hours of experience",
    ]
    assert read.remarks == ()


def test_competencies_of_one_framework_are_skills_shown() -> None:
    framework = "https://skills.example/f/"
    read = one(pathway(
        component("goal", "Goal", "CredentialComponent", hasCondition=[asking("x", "y", "z", number=2)]),
        *(component(name, name.upper(), "CompetencyComponent", proxyFor=framework + name) for name in "xyz"),
    ))  # fmt: skip
    assert lines(read) == ["Show 2 of these skills of https://skills.example/f: X, Y, Z"]


def test_credits_from_named_courses_count_those_courses() -> None:
    read = one(pathway(
        component("goal", "Goal", "CredentialComponent", hasCondition=[asking("a", "b", hasConstraint=[
            constraint("ceterms:creditValue", "compare:GTEQ", 7.5, leftAction="array:Sum"),
            constraint("ceterms:creditUnitType", "compare:EQ", "creditUnit:SemesterHours"),
        ])]),
        component("a", "A"), component("b", "B"),
    ))  # fmt: skip
    assert lines(read)[0].startswith("Collect at least 7.5 SemesterHours credits from awards of")


def test_a_component_of_several_conditions_is_asked_for_once() -> None:
    read = one(pathway(
        component("goal", "Goal", "CredentialComponent", hasCondition=[asking("maths", "physics", number=2)]),
        component("physics", "Physics", hasCondition=[asking("maths", number=1)]),
        component("maths", "Maths"),
    ))  # fmt: skip
    assert lines(read) == ["These one after the other:", "  Earn Maths", "  Earn Physics"]
    assert effects(read, ASIDE) == [
        "Maths is asked for in several places; an award counts once, so it is asked for once."
    ]
    assert read.whole


def test_an_order_that_a_tree_cannot_draw_is_said() -> None:
    read = one(pathway(
        component("goal", "Goal", "CredentialComponent", hasCondition=[asking("physics", "chemistry", number=2)]),
        component("physics", "Physics", hasCondition=[asking("maths", number=1)]),
        component("chemistry", "Chemistry", hasCondition=[asking("maths", number=1)]),
        component("maths", "Maths"),
    ))  # fmt: skip
    assert lines(read) == [
        "All of these:",
        "  These one after the other:",
        "    Earn Maths",
        "    Earn Physics",
        "  Earn Chemistry",
    ]
    assert effects(read, LEFT_OUT) == [
        "Maths comes before something in several places; the rule asks for it once, and keeps one of these orders."
    ]


@pytest.mark.parametrize(
    ("left", "how", "right", "action"),
    [
        (":repeatability", ":lteq", 3, ""),
        (":repeatability", ":eq", False, ""),
        ("ceterms:experience", "compare:GTEQ", "P3Y", ""),
        ("ceterms:creditValue", "compare:EQ", ["10"], ""),
        (
            "ceterms:financialAssistanceType",
            "compare:EQ",
            ["financialAid:FederalGrant", "financialAid:PrivateGrant"],
            "array:AnyOf",
        ),
        (RES + "ce-studentgrade", "compare:GT", RES + "ce-gradelevelc", ""),
        ("ceterms:creditLevelType", "compare:LT", "EQF level 5", ""),
        ([], "compare:EQ", "x", ""),
    ],
)
def test_a_constraint_that_no_rule_can_say_is_told_with_its_place(left: Any, how: str, right: Any, action: str) -> None:
    more = {"rightAction": action} if action else {}
    read = one(pathway(
        component("goal", "Goal", "CredentialComponent", hasCondition=[
            asking("a", number=1, hasConstraint=[constraint(left, how, right, **more)]),
        ]),
        component("a", "A"),
    ))  # fmt: skip
    (remark,) = read.remarks
    assert remark.effect == LEFT_OUT
    assert remark.place == "$.@graph[1].ceterms:hasCondition[0].ceterms:hasConstraint[0]"
    assert remark.why.startswith("No rule can say this constraint: ")
    assert lines(read) == ["Earn A"]


def test_a_set_of_pathways_gives_a_rule_for_each() -> None:
    first = pathway(component("goal", "Goal", "CredentialComponent", hasCondition=[asking("a")]), component("a", "A"))
    second = pathway(
        component("other", "Other", "CredentialComponent", hasCondition=[asking("b")]), component("b", "B"), to="other"
    )
    second["@graph"][0]["@id"] = RES + "second"
    bundle = {
        "@graph": [
            {
                "@id": "urn:set",
                "@type": "ceterms:PathwaySet",
                "ceterms:hasPathway": [RES + "pathway", RES + "second", RES + "gone"],
            }
        ]
    }
    read = read_pathways([bundle, first, second])
    assert [lines(found) for found in read] == [["Earn A"], ["Earn B"]]
    assert [[remark.value for remark in found.remarks] for found in read] == [[RES + "gone"], [RES + "gone"]]


def test_suggested_order_and_unknown_words_are_told() -> None:
    read = one(pathway(
        component("goal", "Goal", "CredentialComponent", hasCondition=[asking("a", "b", number=2, fancy="x")]),
        component("a", "A", precedes=[RES + "b"]) | {"dcterms:title": "A"},
        component("b", "B", "CourseComponent", unheard="y"),
    ))  # fmt: skip
    told = {(remark.place.rpartition(".")[2], remark.effect) for remark in read.remarks}
    assert told == {
        ("ceterms:precedes", ASIDE), ("dcterms:title", ASSUMED), ("ceterms:unheard", ASSUMED), ("ceterms:fancy", LEFT_OUT),
    }  # fmt: skip


def test_names_come_in_the_language_wished_for() -> None:
    document = pathway(
        component("goal", "Goal", "CredentialComponent", hasCondition=[asking("a")]),
        {
            "@id": RES + "a",
            "@type": "ceterms:CourseComponent",
            "ceterms:name": {"en": "Statistics", "de-DE": "Statistik"},
        },
    )
    assert sentences(read_pathways(document, language="de")[0].rule).lines() == ["Earn Statistik"]
    assert lines(one(document)) == ["Earn Statistics"]


def test_a_document_without_a_pathway_is_refused() -> None:
    with pytest.raises(RuleError, match=r"no ceterms:Pathway"):
        read_pathways({"@graph": [component("a", "A")]})


def test_amounts_keep_their_hundredths() -> None:
    read = one(pathway(component("goal", "Goal", "CredentialComponent", hasCondition=[asking(hasConstraint=[
        constraint("ceterms:creditValue", "compare:GTEQ", "0.25", leftAction="array:Sum"),
    ])])))  # fmt: skip
    assert read.rule.to_json() == {"kind": "credits_at_least", "id": "1", "amount": "0.25", "scheme": "Credits"}
    assert effects(read, ASSUMED) == ["The credits have no unit here; they are called Credits."]
    assert Decimal(str(read.rule.to_json()["amount"])) == Decimal("0.25")


REGISTRY = "https://credentialengineregistry.org/resources/ce-"


def published(name: str, kind: str, **more: Any) -> dict[str, Any]:
    """A component as the Registry Assistant publishes it."""
    said = {
        "ceterms:ctid": f"ce-{name}",
        "ceterms:name": {"en-US": name.upper()},
        "ceasn:isPartOf": [f"{REGISTRY}path"],
    }
    return {"@id": f"{REGISTRY}{name}", "@type": f"ceterms:{kind}", **said, **more}


def wants(number: int, *names: str, **more: Any) -> dict[str, Any]:
    targets = [f"{REGISTRY}{name}" for name in names]
    return {"@type": "ceterms:ComponentCondition", "ceterms:requiredNumber": number, "ceterms:requiredConstraints": 0,
            "ceterms:targetComponent": targets, **more}  # fmt: skip


def test_a_pathway_as_the_registry_publishes_it_with_a_course_that_comes_before_another_option() -> None:
    value = {
        "@type": "schema:ValueProfile",
        "schema:value": 3.0,
        "ceterms:creditUnitType": [{"ceterms:targetNode": "creditUnit:SemesterHours"}],
    }
    graph = [
        {"@id": f"{REGISTRY}path", "@type": "ceterms:Pathway", "ceterms:name": {"en-US": "Biotechnology"},
         "ceasn:hasChild": [f"{REGISTRY}degree"], "ceterms:hasDestinationComponent": [f"{REGISTRY}degree"],
         "ceasn:hasPart": [f"{REGISTRY}{name}" for name in ("degree", "exam", "choice", "one", "two", "three")]},
        published("degree", "CredentialComponent", **{
            "ceterms:isDestinationComponentOf": [f"{REGISTRY}path"], "ceasn:hasChild": [f"{REGISTRY}exam", f"{REGISTRY}choice"],
            "ceterms:hasCondition": [wants(2, "exam", "choice")]}),
        published("exam", "AssessmentComponent", **{"ceasn:isChildOf": [f"{REGISTRY}degree"], "ceterms:preceeds": [f"{REGISTRY}choice"]}),
        published("choice", "SelectionComponent", **{"ceterms:hasCondition": [wants(2, "one", "two", "three")]}),
        published("one", "CourseComponent", **{"ceterms:creditValue": [value]}),
        published("two", "CourseComponent", **{"ceterms:prerequisite": [f"{REGISTRY}one"]}),
        published("three", "CourseComponent"),
    ]  # fmt: skip
    (read,) = read_pathways({"envelope_ceterms_ctid": "ce-path", "decoded_resource": {"@graph": graph}})
    assert sentences(read.rule).lines() == [
        "All of these:",
        "  Earn EXAM",
        "  One of these 2:",
        "    These one after the other:",
        "      Earn ONE",
        "      Earn TWO",
        "    All of these:",
        "      Earn ONE",
        "      Earn THREE",
    ]
    assert read.whole
    assert [remark.effect for remark in read.remarks] == ["assumed"]
    written = write_pathway(read.rule, title="Biotechnology", base="https://u.example/path")
    assert read_pathways(written.document)[0].rule == read.rule


def test_what_comes_before_an_option_and_is_asked_for_anyway_is_asked_for_once() -> None:
    graph = [
        {"@id": f"{REGISTRY}path", "@type": "ceterms:Pathway", "ceterms:name": {"en": "P"},
         "ceterms:hasDestinationComponent": [f"{REGISTRY}degree"]},
        published("degree", "CredentialComponent", **{"ceterms:hasCondition": [wants(1, "one"), wants(1, "two", "three")]}),
        published("one", "CourseComponent"),
        published("two", "CourseComponent", **{"ceterms:prerequisite": [f"{REGISTRY}one"]}),
        published("three", "CourseComponent"),
    ]  # fmt: skip
    (read,) = read_pathways({"@graph": graph})
    assert sentences(read.rule).lines() == [
        "All of these:",
        "  Earn ONE",
        "  One of these 2:",
        "    Earn TWO",
        "    Earn THREE",
    ]
    assert [remark.why for remark in read.remarks if remark.effect == "left_out"] == [
        "ONE comes before an option of a choice and is asked for elsewhere too; that order is left out."
    ]
