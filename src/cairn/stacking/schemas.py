"""JSON Schemas (draft 2020-12) of a rule, of awards and of an evaluation, as values. `docs/reference/schemas/` holds them as files."""

from __future__ import annotations

from typing import Any

from cairn.stacking.awards import Validity
from cairn.stacking.filters import LISTS
from cairn.stacking.leaves import ROLES
from cairn.stacking.requirements import KINDS
from cairn.stacking.results import State

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$"

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True}
NUMBER: Schema = {"type": "integer", "minimum": 1}
AMOUNT: Schema = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\d{1,10}(\.\d{1,2}0*)?$"}]
}
FACTOR: Schema = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^(\d{1,6}(/\d{1,6}|\.\d{1,6})?|\.\d{1,6})$"}]
}  # fmt: skip
WHEN: Schema = {"type": "string", "pattern": MOMENT}
PART: Schema = {"$ref": "#/$defs/requirement"}
PARTS: Schema = {"type": "array", "items": PART, "minItems": 1}
FILTER: Schema = {"$ref": "#/$defs/filter"}
LEVEL: Schema = {"$ref": "#/$defs/level"}

FIELDS: dict[str, tuple[dict[str, Schema], tuple[str, ...]]] = {
    "all_of": ({"of": PARTS}, ("of",)),
    "any_n": ({"n": NUMBER, "of": PARTS}, ("n", "of")),
    "in_order": ({"of": {**PARTS, "minItems": 2}}, ("of",)),
    "level_at_least": ({"level": LEVEL, "of": PART}, ("level", "of")),
    "grade_at_least": ({"minimum": TEXT, "scale": TEXTS, "of": PART}, ("minimum", "of")),
    "recency": ({"days": NUMBER, "of": PART}, ("days", "of")),
    "earned_within": ({"since": WHEN, "until": WHEN, "of": PART}, ("of",)),
    "earned_together": ({"years": NUMBER, "months": NUMBER, "days": NUMBER, "of": PART}, ("of",)),
    "counting_only": ({"filter": FILTER, "of": PART}, ("filter", "of")),
    "at_most": (
        {
            "amount": AMOUNT, "share": FACTOR, "count": NUMBER, "scheme": TEXT, "filter": FILTER,
            "each_issuer": {"type": "boolean"}, "of": PART,
        },
        ("of",),
    ),
    "exclusive": ({"achievements": {**TEXTS, "minItems": 2}, "of": PART}, ("achievements", "of")),
    "residency": ({"issuers": TEXTS, "scheme": TEXT, "amount": AMOUNT, "share": FACTOR, "of": PART}, ("issuers", "scheme", "of")),
    "converting": ({"source": TEXT, "target": TEXT, "factor": FACTOR, "of": PART}, ("source", "target", "factor", "of")),
    "equivalences": ({"sets": {"type": "array", "items": {**TEXTS, "minItems": 2}, "minItems": 1}, "of": PART}, ("sets", "of")),
    "counting": ({"mode": {"enum": [str(mode) for mode in Validity]}, "of": PART}, ("mode", "of")),
    "not": ({"of": PART}, ("of",)),
    "award_of": ({"achievement": TEXT, "equivalents": TEXTS, "role": {"enum": list(ROLES)}}, ("achievement",)),
    "awards_at_least": ({"count": NUMBER, "filter": FILTER}, ("count",)),
    "credits_at_least": (
        {"amount": AMOUNT, "scheme": TEXT, "filter": FILTER, "split": {"type": "boolean"}}, ("amount", "scheme"),
    ),
    "experience_hours": ({"hours": AMOUNT, "filter": FILTER}, ("hours",)),
    "skills_covered": ({"framework": TEXT, "skills": TEXTS, "level": AMOUNT, "count": NUMBER}, ("framework", "skills")),
}  # fmt: skip
"""The fields of each kind of requirement, and those that must be there."""


def rule() -> Schema:
    """The schema of a rule."""
    missing = set(KINDS) ^ set(FIELDS)
    if missing:
        raise LookupError(f"Kinds and schemas differ: {', '.join(sorted(missing))}.")
    kinds = {}
    for kind, (fields, required) in FIELDS.items():
        own = {"kind": {"const": kind}, "id": {"type": "string"}, "label": {"type": "string"}}
        kinds[kind] = _object({**own, **fields}, ("kind", *required))
    lists = dict.fromkeys(LISTS, TEXTS)
    return {
        "$schema": DRAFT,
        "title": "A stacking rule",
        "$ref": "#/$defs/requirement",
        "$defs": {
            "requirement": {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in kinds]},
            "filter": {**_object({**lists, "level_at_least": LEVEL}, ()), "minProperties": 1},
            "level": _object({"framework": TEXT, "value": AMOUNT}, ("framework", "value")),
            **kinds,
        },
    }


def awards() -> Schema:
    """The schema of the awards that a rule is asked about, with what belongs to weighing them."""
    interval = _object({"start": WHEN, "end": {"anyOf": [WHEN, {"type": "null"}]}}, ("start",))
    skill = _object({"framework": TEXT, "skill": TEXT, "level": AMOUNT}, ("framework", "skill"))
    allowance = _object({"name": TEXT, "scheme": TEXT, "most": AMOUNT}, ("name", "scheme", "most"))
    award = _object(
        {
            "id": TEXT, "achievement": TEXT, "issuer": TEXT, "valid_from": WHEN,
            **{name: {"anyOf": [WHEN, {"type": "null"}]} for name in ("valid_until", "revoked_at", "earned_at")},
            "suspended": {"type": "array", "items": interval},
            "credits": {"type": "object", "additionalProperties": AMOUNT},
            "level": LEVEL, "grade": TEXT, "type": {"type": "string"},
            "tags": {"type": "array", "items": TEXT, "uniqueItems": True},
            "subjects": {"type": "array", "items": TEXT, "uniqueItems": True},
            "source": {"type": "string"}, "skills": {"type": "array", "items": skill}, "hours": AMOUNT,
            "shareable": {"type": "boolean"}, "basis": {"type": "string"}, "stands_for": {"type": "string"},
            "within": {"type": "array", "items": allowance},
        },
        ("id", "achievement", "issuer", "valid_from"),
    )  # fmt: skip
    decision = _object(
        {"requirement": TEXT, "by": TEXT, "at": WHEN, "reason": TEXT, "award": TEXT},
        ("requirement", "by", "at", "reason"),
    )
    listed: Schema = {"type": "array", "items": {"$ref": "#/$defs/award"}}
    whole = _object(
        {
            "awards": listed,
            "decisions": {"type": "array", "items": decision},
            "equivalent": {"type": "array", "items": {"type": "array", "items": TEXT}},
            "names": {"type": "object", "additionalProperties": {"type": "string"}},
            "validity": {"enum": [str(mode) for mode in Validity]},
        },
        ("awards",),
    )
    level = _object({"framework": TEXT, "value": AMOUNT}, ("framework", "value"))
    return {
        "$schema": DRAFT,
        "title": "Awards to weigh",
        "anyOf": [listed, whole],
        "$defs": {"award": award, "level": level},
    }


def evaluation() -> Schema:
    """The schema of an evaluation."""
    text: Schema = {"type": "string"}
    share: Schema = {"type": "string", "pattern": r"^\d+(/\d+)?$"}
    rejected = {"type": "array", "items": _object({"award": text, "reason": text}, ("award", "reason"))}
    counted = _object(
        dict.fromkeys(("award", "amount", "unit", "stated", "stated_unit", "because", "cut"), text),
        ("award", "amount", "unit"),
    )
    decided = _object(
        dict.fromkeys(("requirement", "by", "at", "reason", "award"), text), ("requirement", "by", "at", "reason")
    )
    state: Schema = {"enum": [str(one) for one in State]}
    texts: Schema = {"type": "array", "items": text}
    node = {
        **dict.fromkeys(("id", "kind", "label", "sentence", "have", "need", "unit", "note"), text),
        "state": state, "progress": share, "counted": {"type": "boolean"}, "used": texts,
        "counts": {"type": "array", "items": counted}, "rejected": rejected,
        "decisions": {"type": "array", "items": decided},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/node"}},
    }  # fmt: skip
    step = _object(
        {**dict.fromkeys(("id", "sentence", "amount", "unit", "achievement"), text), "skills": texts},
        ("id", "sentence", "amount", "unit"),
    )
    whole = {
        "state": state, "progress": share, "percent": {"type": "integer", "minimum": 0, "maximum": 100},
        "exact": {"type": "boolean"}, "used": texts, "unused": rejected, "questioned": rejected,
        "missing": {"type": "array", "items": {"type": "array", "items": step}}, "trace": {"$ref": "#/$defs/node"},
    }  # fmt: skip
    remark = _object(dict.fromkeys(("place", "effect", "why", "value"), text), ("place", "effect", "why", "value"))
    out = ("input", "verdict", "reason")
    around: dict[str, Schema] = {  # what the command line and the API say beside it
        "at": {"type": "string", "pattern": MOMENT},
        "left_out": {"type": "array", "items": _object(dict.fromkeys(out, text), out)},
        "pathway": _object({"id": text, "name": text, "whole": {"type": "boolean"}, "remarks": {"type": "array", "items": remark}},
                           ("id", "name", "whole", "remarks")),
    }  # fmt: skip
    return {
        "$schema": DRAFT,
        "title": "An evaluation",
        **_object(whole | around, tuple(whole)),
        "$defs": {"node": _object(node, tuple(node))},
    }


SCHEMAS = {"stacking-rule": rule, "stacking-awards": awards, "stacking-evaluation": evaluation}
"""The schemas by the names of their files."""


def _object(properties: dict[str, Schema], required: tuple[str, ...]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
