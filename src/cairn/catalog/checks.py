"""What a definition must say before others may rely on it: title, outcomes, rubric, requirement.

Each check returns sentences that tell the author what to write; an empty list means that there is nothing to mend. Only
``read_requirement`` raises, because a rule that cannot be read must not be stored at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cairn.catalog.models import DefinitionVersion
from cairn.errors import Invalid
from cairn.stacking import Requirement, RuleError, parse_requirement

# Words that promise a qualification which a micro-credential is not (NZQA Rules 2022, listing details for micro-credentials, title).
RESERVED = ("national", "diploma", "degree", "bachelor", "master", "masters", "doctor", "doctorate", "undergraduate", "under-graduate",
            "postgraduate", "post-graduate")  # fmt: skip
# Ends that nobody can observe, so nobody can assess them (MCQ-100 criterion B1).
UNSEEN = ("understand", "know", "learn", "appreciate", "be aware", "be familiar", "become familiar", "gain insight", "have knowledge",
          "grasp", "be introduced", "get to know", "believe", "think about")  # fmt: skip


def title_problems(title: str, *, owner_name: str = "", country_name: str = "") -> list[str]:
    """Say what a title must not promise. "nano-degree" is allowed: it is what a programme is called here; "Nanodegree" is a mark."""
    problems = []
    words = re.sub(r"\bnano-degrees?\b", "", title.lower())
    found = [word for word in RESERVED if re.search(rf"\b{re.escape(word)}\b", words)]
    if "nanodegree" in words:
        problems.append("“Nanodegree” is a registered mark of a company. Write “programme” or “nano-degree”.")
    if found:
        listed = ", ".join(f"“{word}”" for word in found)
        problems.append(
            f"The title says {listed}, which names a larger qualification. Name what the learner can do, like “Reading balance sheets”."
        )
    if country_name and re.search(rf"\b{re.escape(country_name.lower())}\b", words):
        problems.append(
            f"The title names a country ({country_name}). Leave it out, unless the law of the country gives it to you."
        )
    if owner_name and owner_name.lower() in words:
        problems.append("The title repeats the name of the awarding body, which stands beside it anyway. Leave it out.")
    if len(title.strip()) < 4:
        problems.append(
            "The title is too short to tell anything. Write what the credential is about, in three to eight words."
        )
    return problems


def outcome_problems(
    outcomes: Sequence[Mapping[str, Any]], *, criteria: frozenset[str], assessed_otherwise: bool
) -> list[str]:
    """Say which outcomes cannot be observed or are not assessed.

    ``criteria`` are the ids of the rubric's criteria. ``assessed_otherwise`` is true where an examination or the parts of a
    stack assess the outcomes, so that they need not name criteria.
    """
    if not outcomes:
        return ["There are no learning outcomes. Write at least one: a verb one can see, then what, then how well."]
    problems = []
    for number, outcome in enumerate(outcomes, 1):
        text = str(outcome.get("text", "")).strip()
        plain = re.sub(
            r"^(the )?(learners?|participants?|holders?|you) (can|will|will be able to|is able to|are able to) ",
            "",
            text.lower(),
        )
        if len(plain.split()) < 2:
            problems.append(f"Outcome {number} is too short to be checked. Write a verb and what it is done to.")
        elif plain.startswith(UNSEEN):
            problems.append(
                f"Outcome {number} (“{text}”) starts with something nobody can observe. Write what the learner does, "
                "like “explain”, “build”, “compare” or “repair”."
            )
        named = [str(criterion) for criterion in outcome.get("assessed_by", [])]
        if strangers := sorted(set(named) - criteria):
            problems.append(f"Outcome {number} is assessed by {', '.join(strangers)}, which the rubric does not have.")
        if criteria and not named and not assessed_otherwise:
            problems.append(
                f"Outcome {number} is not assessed by any criterion of the rubric. Name the criterion that shows it."
            )
    return problems


def rubric_problems(rubric: Mapping[str, Any] | None) -> list[str]:
    """Say what is wrong with a rubric: criteria with levels from low to high, and the level each of them requires."""
    if rubric is None:
        return []
    criteria = rubric.get("criteria")
    if not isinstance(criteria, list) or not criteria:
        return ["The rubric has no criteria. Write at least one, or take the rubric away."]
    problems: list[str] = []
    seen: set[str] = set()
    for number, criterion in enumerate(criteria, 1):
        if not isinstance(criterion, dict) or not criterion.get("id") or not criterion.get("name"):
            problems.append(f"Criterion {number} of the rubric needs an id and a name.")
            continue
        name, identifier = str(criterion["name"]), str(criterion["id"])
        if identifier in seen:
            problems.append(f"Two criteria of the rubric have the id “{identifier}”. Give each its own.")
        seen.add(identifier)
        problems.extend(_level_problems(name, criterion.get("levels"), criterion.get("required")))
    return problems


def _level_problems(name: str, levels: Any, required: Any) -> list[str]:
    if not isinstance(levels, list) or len(levels) < 2:
        return [f"“{name}” needs at least two levels, from not there yet to well done."]
    if not all(isinstance(level, dict) and level.get("id") and level.get("name") for level in levels):
        return [f"Each level of “{name}” needs an id and a name."]
    problems = []
    identifiers = [str(level["id"]) for level in levels]
    if len(set(identifiers)) != len(identifiers):
        problems.append(f"Two levels of “{name}” have the same id. Give each its own.")
    if required not in identifiers:
        problems.append(
            f"“{name}” does not say which of its levels is required. Write one of {', '.join(identifiers)}."
        )
    points = [level.get("points", 0) for level in levels]
    if not all(isinstance(point, int | float) and not isinstance(point, bool) for point in points):
        problems.append(f"The points of “{name}” must be numbers.")
    elif points != sorted(points):
        problems.append(f"The levels of “{name}” must run from low to high: their points go down somewhere.")
    return problems


def criteria_of(rubric: Mapping[str, Any] | None) -> frozenset[str]:
    """Return the ids of a rubric's criteria."""
    return frozenset(
        str(criterion.get("id", "")) for criterion in (rubric or {}).get("criteria", []) if isinstance(criterion, dict)
    )


def read_requirement(document: Mapping[str, Any] | None) -> Requirement | None:
    """Read a stacking rule. Raises :class:`Invalid` with every fault and its place; an empty rule is a fault, not "no rule"."""
    if document is None:
        return None
    try:
        return parse_requirement(document)
    except RuleError as error:
        raise Invalid(
            f"The rule of what it is made of cannot be used: {error.problems[0]}",
            remedy="Mend the places named, or take the whole rule away if the credential is earned by assessment alone.",
            code="bad_requirement",
            problems=[str(problem) for problem in error.problems],
        ) from error


def is_recognition(version: DefinitionVersion) -> bool:
    """Whether nothing is assessed, so that it must be labelled as recognition (of presence, contribution, membership)."""
    return version.rubric is None and version.requirement is None and not version.assessment_type.strip()
