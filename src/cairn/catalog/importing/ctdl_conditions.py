"""Conditions of CTDL that must be met beforehand, as groups of alternatives that a plan can weigh.

https://credreg.net/ctdl/terms/ConditionProfile. Conditions side by side are all to be met; ``alternativeCondition`` names ways of which
one is enough. ``entryCondition`` always speaks of what comes before. ``requires`` of a course does too; of a credential only the
credentials in it do: the courses and competencies are what it is made of and what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cairn.catalog.importing.ctdl_terms import classes, term
from cairn.catalog.importing.records import RequiredRecord
from cairn.catalog.importing.words import address_of, as_list, text_in, web

type Whole = Callable[[Any], dict[str, Any]]
type Group = tuple[RequiredRecord, ...]

LEARNING = {"LearningOpportunityProfile", "LearningProgram", "Course"}
"""Classes of what is attended: what they require comes before them."""
PREREQUISITES = "Prerequisites"
"""What a condition is called that speaks of what comes before a credential, which CTDL gives no term of its own for that."""
_ALL = ("targetCredential", "targetLearningOpportunity", "targetCompetency")


def required_before(this: dict[str, Any], kind: str, whole: Whole, tongue: str) -> tuple[Group, ...]:
    """Return what must be held before an object of class ``kind`` can be begun, each group one of which is needed."""
    groups: list[Group] = []
    for name, targets in (("entryCondition", _ALL), ("requires", _ALL if kind in LEARNING else ("targetCredential",))):
        for told in as_list(term(this, name)):
            profile = whole(told)
            beforehand = text_in(term(profile, "name"), "en") == PREREQUISITES
            groups += _of_profile(profile, _ALL if beforehand else targets, whole, tongue)
    return tuple(dict.fromkeys(groups))


def _of_profile(profile: dict[str, Any], targets: tuple[str, ...], whole: Whole, tongue: str) -> Iterator[Group]:
    if not classes(profile) or "ConditionProfile" in classes(profile):
        for target in targets:
            for one in as_list(term(profile, target)):
                yield (_one(one, target, whole, tongue),)
        ways = [whole(one) for one in as_list(term(profile, "alternativeCondition"))]
        sides = [
            [_one(one, target, whole, tongue) for target in targets for one in as_list(term(way, target))]
            for way in ways
        ]
        if sides and all(len(side) == 1 for side in sides):  # a way of several parts is no list of alternatives
            yield tuple(side[0] for side in sides)
    elif profile:  # the credential itself, without a profile around it
        yield (_one(profile, "targetCredential", whole, tongue),)


def _one(told: Any, target: str, whole: Whole, tongue: str) -> RequiredRecord:
    node = whole(told)
    if target == "targetCompetency":
        name = text_in(term(node, "targetNodeName"), tongue) or text_in(term(node, "competencyText"), tongue)
        address = web(term(node, "targetNode")) or web(node)
        return RequiredRecord(name or address, skill=address)
    address = address_of(node)
    ctid = text_in(term(node, "ctid"), "en")
    last = address.rstrip("/").rpartition("/")[2]
    keys = tuple(dict.fromkeys(one for one in (ctid, address, last if last.startswith("ce-") else "") if one))
    return RequiredRecord(text_in(term(node, "name"), tongue) or address, keys)
