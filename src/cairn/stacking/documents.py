"""Awards read from JSON, and an evaluation written as JSON. The schemas of both are in `cairn.stacking.schemas`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cairn.stacking.awards import Allowance, Award, Interval, SkillAt, Validity, plain
from cairn.stacking.completing import Missing
from cairn.stacking.decisions import Decision
from cairn.stacking.problems import AwardError, Problem, RuleError
from cairn.stacking.reading import NULL, Fields, parsed, shown
from cairn.stacking.results import Counted, Evaluation, NodeTrace, Obstacle, Rejection

MOST = 100_000
"""How many awards one document may hold."""
LONGEST = 100_000_000
"""Bytes of such a document."""

_NOTHING = re.compile(r"0{1,20}(\.0{1,20})?")


@dataclass(frozen=True)
class Holding:
    """What a document of awards says: the awards, and what belongs to weighing them."""

    awards: tuple[Award, ...]
    decisions: tuple[Decision, ...] = ()
    equivalent: tuple[frozenset[str], ...] = ()
    names: Mapping[str, str] | None = None
    validity: Validity = Validity.AT_COMPLETION
    retired: tuple[str, ...] = ()
    """Achievements that nobody can earn any more."""


def read_awards(source: str | bytes | Mapping[str, Any] | list[Any]) -> Holding:
    """A list of awards, or an object with `awards` and, if wanted, `decisions`, `equivalent`, `names`, `validity` and `retired`.

    Raises `AwardError` with every fault that was found, each with its JSON path.
    """
    if isinstance(source, str | bytes):
        if len(source) > LONGEST:
            raise AwardError(f"This is longer than {LONGEST} bytes. Weigh fewer awards at a time.")
        try:
            source = parsed(source)
        except RecursionError as fault:
            said = "This is nested too deeply to be a file of awards."
            raise AwardError(said, Problem("$", said, "Write a list of awards.")) from fault
        except ValueError as fault:
            raise AwardError(f"This is not JSON: {fault}.", Problem("$", f"This is not JSON: {fault}.", "")) from fault
    values = {"awards": source} if isinstance(source, list) else source
    if not isinstance(values, Mapping):
        raise AwardError("Awards are a JSON list, or an object with the field awards.")
    root = "" if isinstance(source, list) else ".awards"
    problems: list[Problem] = []
    fields = Fields("$", values)
    awards = _each(values.get("awards"), f"${root}", award_from, problems)
    decisions = _each(values.get("decisions", []), "$.decisions", _decision, problems)
    equivalent: tuple[frozenset[str], ...] = ()
    names: dict[str, str] = {}
    validity = Validity.AT_COMPLETION
    retired: tuple[str, ...] = ()
    fields.seen |= {"awards", "decisions", "names", "equivalent", "validity", "retired"}
    try:
        if "equivalent" in values:
            equivalent = tuple(map(frozenset, fields.lists("equivalent")))
        if "names" in values:
            named = values["names"]
            if not isinstance(named, Mapping) or not all(
                isinstance(one, str) and NULL not in f"{key}{one}" for key, one in named.items()
            ):
                raise fields.refuse(
                    "names", "This does not map ids to texts.", 'Write for example {"a": "Statistics"}.'
                )
            names = dict(named)
        if "validity" in values:
            said = fields.text("validity")
            if said not in list(Validity):
                raise fields.refuse("validity", f"{shown(said)} is not a mode.", f"Write one of {', '.join(Validity)}.")
            validity = Validity(said)
        retired = _texts(fields, "retired")
        fields.close()
    except RuleError as fault:
        problems += fault.problems
    if problems:
        raise AwardError("\n".join(map(str, problems)), *problems)
    return Holding(tuple(awards), tuple(decisions), equivalent, names, validity, retired)


def _each[T](values: object, path: str, read: Callable[[Fields], T], problems: list[Problem]) -> list[T]:
    if not isinstance(values, list | tuple):
        problems.append(Problem(path, "This is not a list.", "Write a list of objects."))
        return []
    if len(values) > MOST:
        problems.append(Problem(path, f"There are more than {MOST}.", "Weigh fewer at a time."))
        return []
    found: list[T] = []
    for number, one in enumerate(values):
        place = f"{path}[{number}]"
        if not isinstance(one, Mapping):
            problems.append(Problem(place, "This is not an object.", "Write an object."))
            continue
        try:
            found.append(read(Fields(place, one)))
        except RuleError as fault:
            problems += fault.problems
        except AwardError as fault:
            problems.append(Problem(place, str(fault), ""))
    return found


def award_from(fields: Fields) -> Award:
    """One award from the fields of a JSON object. Raises `RuleError` or `AwardError`."""
    values = fields.values
    valid_from = fields.moment("valid_from")
    if valid_from is None:
        raise fields.refuse("valid_from", "It is missing.", "Write for example 2026-01-01T00:00:00Z.")
    fields.seen |= {"suspended", "credits", "skills", "level", "hours", "grade", "within"}
    suspended = []
    for number, one in enumerate(_list(fields, "suspended")):
        inner = Fields(f"{fields.at('suspended')}[{number}]", one)
        start = inner.moment("start")
        if start is None:
            raise inner.refuse("start", "It is missing.", "Write when the suspension began.")
        end = inner.moment("end")
        if end is not None and end < start:
            raise inner.refuse(
                "end", "This suspension ends before it begins.", "Write a later moment, or leave it out."
            )
        suspended.append(Interval(start, end))
        inner.close()
    skills = []
    for number, one in enumerate(_list(fields, "skills")):
        inner = Fields(f"{fields.at('skills')}[{number}]", one)
        level = _amount(inner, "level") if "level" in one else Decimal(0)
        skills.append(SkillAt(inner.text("framework"), inner.text("skill"), level))
        inner.close()
    within = []
    for number, one in enumerate(_list(fields, "within")):
        inner = Fields(f"{fields.at('within')}[{number}]", one)
        most = inner.decimal("most", "Write the most credits that count, a number with at most two decimals.")
        within.append(Allowance(inner.text("name"), inner.text("scheme"), most))
        inner.close()
    amounts: dict[str, Decimal] = {}
    if values.get("credits") is not None:
        inner = fields.object("credits", '{"ECTS": 5}')
        amounts = {scheme: _amount(inner, scheme) for scheme in inner.values}
    valid_until = fields.moment("valid_until")
    if valid_until is not None and valid_until < valid_from:
        raise fields.refuse(
            "valid_until", "This award runs out before it is valid.", "Write a later moment, or leave it out."
        )
    award = Award(
        id=fields.text("id"),
        achievement=fields.text("achievement"),
        issuer=fields.text("issuer"),
        valid_from=valid_from,
        valid_until=valid_until,
        revoked_at=fields.moment("revoked_at"),
        earned_at=fields.moment("earned_at"),
        suspended=tuple(suspended),
        credits=amounts,
        level=fields.level("level") if values.get("level") is not None else None,
        grade=fields.text("grade") if values.get("grade") is not None else None,
        type=fields.text("type", ""),
        tags=frozenset(_texts(fields, "tags")),
        subjects=frozenset(_texts(fields, "subjects")),
        source=fields.text("source", ""),
        skills=tuple(skills),
        hours=_amount(fields, "hours") if values.get("hours") is not None else None,
        shareable=fields.flag("shareable"),
        basis=fields.text("basis", ""),
        stands_for=fields.text("stands_for", ""),
        within=tuple(within),
    )
    known = fields.seen - {"kind", "label"}
    for stray in sorted(set(values) - known):
        raise fields.refuse(
            stray, "Nothing reads this field.", f"Take it away, or use one of {', '.join(sorted(known))}."
        )
    return award


def _list(fields: Fields, name: str) -> list[Mapping[str, Any]]:
    values = fields.values.get(name)
    if values is None:
        return []
    if not isinstance(values, list | tuple) or not all(isinstance(one, Mapping) for one in values):
        raise fields.refuse(name, "This is not a list of objects.", "Write a list of objects.")
    return list(values)


def _texts(fields: Fields, name: str) -> tuple[str, ...]:
    if fields.values.get(name) == []:
        fields.seen.add(name)
        return ()
    return fields.texts(name)


def _amount(fields: Fields, name: str) -> Decimal:
    """An amount of zero or more."""
    fields.seen.add(name)
    if not name or NULL in name:  # the name of a scheme is the writer's own
        raise fields.refuse(name, "This is not a usable name.", "Write a text that is not empty.")
    value = fields.values.get(name)
    if not isinstance(value, bool) and (value == 0 or (isinstance(value, str) and _NOTHING.fullmatch(value))):
        return Decimal(0)
    return fields.decimal(name, "Write a number with at most two decimals.")


def _decision(fields: Fields) -> Decision:
    at = fields.moment("at")
    if at is None:
        raise fields.refuse("at", "It is missing.", "Write when it was decided, for example 2026-01-01T00:00:00Z.")
    award = fields.text("award") if fields.values.get("award") is not None else None
    fields.seen.add("award")
    read = Decision(
        requirement=fields.text("requirement"), by=fields.text("by"), at=at, reason=fields.text("reason"), award=award
    )
    fields.close()
    return read


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as JSON values; exact fractions and amounts stand as texts like `2/3` and `7.5`."""
    return {
        "state": str(evaluation.state),
        "progress": str(evaluation.progress),
        "percent": int(evaluation.progress * 100),
        "exact": evaluation.exact,
        "decided": evaluation.decided,
        "used": list(evaluation.used),
        "unused": _rejections(evaluation.unused),
        "questioned": _rejections(evaluation.questioned),
        "missing": [[_missing(one) for one in way] for way in evaluation.missing],
        "obstacles": [_obstacle(one) for one in evaluation.obstacles],
        "trace": _node(evaluation.trace),
    }


def _rejections(rejected: tuple[Rejection, ...]) -> list[dict[str, str]]:
    return [{"award": one.award, "reason": one.reason} for one in rejected]


def _missing(one: Missing) -> dict[str, Any]:
    written: dict[str, Any] = {"id": one.id, "sentence": one.sentence, "amount": plain(one.amount), "unit": one.unit}
    if one.achievement is not None:
        written["achievement"] = one.achievement
    return written | ({"skills": list(one.skills)} if one.skills else {})


def _obstacle(one: Obstacle) -> dict[str, Any]:
    written = {"id": one.id, "code": one.code, "sentence": one.sentence, "certain": one.certain}
    return written | ({"awards": list(one.awards)} if one.awards else {})


def _counted(one: Counted) -> dict[str, str]:
    written = {"award": one.award, "amount": plain(one.amount), "unit": one.unit}
    if one.stated is not None:
        written |= {"stated": plain(one.stated), "stated_unit": one.stated_unit}
    if one.cut:
        written["cut"] = plain(one.cut)
    return written | ({"because": one.because} if one.because else {})


def _node(node: NodeTrace) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind,
        "label": node.label,
        "sentence": node.sentence,
        "state": str(node.state),
        "progress": str(node.progress),
        "have": plain(node.have),
        "need": plain(node.need),
        "unit": node.unit,
        "counted": node.counted,
        "used": list(node.used),
        "counts": [_counted(one) for one in node.counts],
        "rejected": _rejections(node.rejected),
        "decisions": [
            {
                "requirement": one.requirement,
                "by": one.by,
                "at": one.at.isoformat(),
                "reason": one.reason,
                **({"award": one.award} if one.award is not None else {}),
            }
            for one in node.decisions
        ],
        "note": node.note,
        "parts": [_node(part) for part in node.parts],
    }
