"""What larger awards are made of: CLR 2.0 associations, written, read back, and verified through every part of every issuer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.issuing.factories import MOMENT, College, ThisSite, make_college, make_learner, make_version

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.credentials import verify
from cairn.errors import Conflict
from cairn.issuing import services
from cairn.issuing.models import Award
from cairn.people.models import Person
from cairn.stacking import RuleError, parse_requirement, sentences
from cairn.stacking.pathways import ASIDE, LEFT_OUT, associations_of, rule_from_associations


def awards(*names: str) -> list[dict[str, Any]]:
    return [{"kind": "award_of", "achievement": name} for name in names]


def lines(associations: Any, whole: str = "w") -> list[str]:
    return sentences(rule_from_associations(associations, whole).rule).lines()


def test_parts_are_children_and_an_order_precedes() -> None:
    rule = parse_requirement(
        {"kind": "in_order", "of": [*awards("a"), {"kind": "any_n", "n": 1, "of": awards("b", "c")}, *awards("d")]}
    )
    found = associations_of("w", ["a", "b", "d"], rule)
    assert found == (
        ("a", "isChildOf", "w"), ("b", "isChildOf", "w"), ("d", "isChildOf", "w"), ("a", "precedes", "b"), ("b", "precedes", "d"),
    )  # fmt: skip
    assert lines(found) == ["These one after the other:", "  Earn a", "  Earn b", "  Earn d"]


def test_a_record_of_others_is_read_in_all_its_words() -> None:
    record: list[dict[str, Any]] = [
        {"type": "Association", "sourceId": "a", "associationType": "isPartOf", "targetId": "w"},
        {"type": "Association", "sourceId": "w", "associationType": "isParentOf", "targetId": "b"},
        {"type": "Association", "sourceId": "c", "associationType": "isChildOf", "targetId": "b"},
        {"type": "Association", "sourceId": "a", "associationType": "isRelatedTo", "targetId": "z"},
        {"type": "Association", "sourceId": 7, "associationType": "isChildOf", "targetId": "w"},
    ]
    read = rule_from_associations(record, "w")
    assert sentences(read.rule).lines() == ["All of these:", "  Earn a", "  Earn b"]
    assert [(remark.place, remark.effect) for remark in read.remarks] == [
        ("$[3]", ASIDE),
        ("$[4]", LEFT_OUT),
        ("$", ASIDE),
    ]


def test_an_order_that_is_not_one_is_said() -> None:
    children = [(name, "isChildOf", "w") for name in "abc"]
    partly = rule_from_associations([*children, ("a", "precedes", "b")], "w")
    assert partly.rule.kind == "all_of"
    assert [remark.effect for remark in partly.remarks] == [LEFT_OUT]
    circle = rule_from_associations([*children, ("a", "precedes", "b"), ("b", "precedes", "a")], "w")
    assert any("circle" in remark.why for remark in circle.remarks)
    assert lines([*children, ("a", "precedes", "c"), ("b", "precedes", "c")])[:2] == [
        "These one after the other:",
        "  All of these:",
    ]


@pytest.mark.parametrize(
    "record",
    [[], [("w", "isChildOf", "w")], [("a", "isChildOf", "v")], [None, 7, {}], [("a", "isChildOf", "w")] * 2001],
)
def test_a_record_that_says_nothing_of_the_whole_is_refused(record: Any) -> None:
    with pytest.raises(RuleError):
        rule_from_associations(record, "w")


def award(college: College, version: DefinitionVersion, learner: Person, parts: list[Award] | None = None) -> Award:
    if parts:
        return services.award_credential(
            version=version, holder=learner, by=None, at=MOMENT, origin=f"stack:{version.pk}", parts=parts
        )
    return services.award_credential(
        version=version, holder=learner, by=college.assessor, at=MOMENT, origin=f"enrolment:{version.pk}"
    )


def stack_of(college: College, title: str, kind: str, versions: list[DefinitionVersion]) -> DefinitionVersion:
    return make_version(
        college, title, kind="certificate", rubric=None, assessment_type="",
        outcomes=[{"id": "o1", "text": "Puts it all together and shows it", "skills": []}],
        requirement={"kind": kind, "of": awards(*map(achievement_id, versions))},
    )  # fmt: skip


@pytest.fixture
def guild(db: None) -> College:
    return make_college("Guild of Analysts")


@pytest.fixture
def nested(guild: College) -> tuple[Award, list[Award]]:
    """A stack of a stack of the college, and of a part that another body awarded."""
    college, learner = make_college(), make_learner()
    small = [award(college, make_version(college, title), learner) for title in ("Tables", "Charts")]
    middle = award(college, stack_of(college, "Data", "in_order", [one.version for one in small]), learner, small)
    other = award(guild, make_version(guild, "Ethics"), learner)
    whole = award(
        college, stack_of(college, "Programme", "all_of", [middle.version, other.version]), learner, [middle, other]
    )
    return whole, [middle, other, *small]


def test_a_stack_of_stacks_holds_every_part_of_every_issuer_and_verifies(nested: tuple[Award, list[Award]]) -> None:
    whole, parts = nested
    record = services.clr_document(award=whole, at=MOMENT)
    verdict = verify(record.text, at=MOMENT, resolve=ThisSite())
    assert verdict.verdict == "verified"
    held = [json.loads(one.document)["id"] for one in (whole, *parts)]
    assert sorted(part["id"] for part in record.parts) == sorted(held)
    assert len({json.dumps(part["issuer"], sort_keys=True) for part in record.parts}) == 2
    middle, other, tables, charts = (achievement_id(one.version) for one in parts)
    said = {
        (row["sourceId"], row["associationType"], row["targetId"])
        for row in record.document["credentialSubject"]["association"]
    }
    assert said == {
        (middle, "isChildOf", achievement_id(whole.version)), (other, "isChildOf", achievement_id(whole.version)),
        (tables, "isChildOf", middle), (charts, "isChildOf", middle), (tables, "precedes", charts),
    }  # fmt: skip
    read = rule_from_associations(record.document["credentialSubject"]["association"], middle)
    assert read.rule == parse_requirement(parts[0].version.requirement or {})


def test_a_part_changed_deep_inside_breaks_the_whole(nested: tuple[Award, list[Award]]) -> None:
    whole, parts = nested
    document = json.loads(services.clr_document(award=whole, at=MOMENT).text)
    inside = document["credentialSubject"]["verifiableCredential"]
    next(part for part in inside if part["id"] == json.loads(parts[-1].document)["id"])["name"] = "Something better"
    assert verify(json.dumps(document), at=MOMENT, resolve=ThisSite()).verdict == "not_verified"


def test_a_revoked_part_of_another_body_is_told(nested: tuple[Award, list[Award]], guild: College) -> None:
    whole, parts = nested
    record = services.clr_document(award=whole, at=MOMENT)
    services.revoke(award=parts[1], by=guild.registrar, reason="fraud", explanation="Copied.", at=MOMENT)
    assert verify(record.text, at=MOMENT, resolve=ThisSite()).verdict == "not_verified"


def test_a_record_too_large_to_send_is_refused(
    nested: tuple[Award, list[Award]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.issuing.services.records.MOST", 3)
    with pytest.raises(Conflict):
        services.clr_document(award=nested[0], at=MOMENT)
