"""JSON Schemas (draft 2020-12) of a rule, of awards and of an evaluation, as values. `docs/reference/schemas/` holds them as files."""

from __future__ import annotations

from typing import Any

from cairn.stacking.awards import LARGEST, Validity
from cairn.stacking.criteria import LONGEST_AGO
from cairn.stacking.filters import LISTS
from cairn.stacking.leaves import ROLES
from cairn.stacking.obstructing import CODES
from cairn.stacking.reading import LONGEST_NUMBER, MOST
from cairn.stacking.requirements import KINDS
from cairn.stacking.results import State
from cairn.stacking.together import LONGEST

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$"

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1, "pattern": "^[^\\u0000]*$"}
ANY_TEXT: Schema = {"type": "string", "pattern": "^[^\\u0000]*$"}
TEXTS: Schema = {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True}
NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": MOST}
_POSITIVE = r"(?!0+(\.0+)?$)(0?[0-9]{1,9}(\.[0-9]{1,2}0*)?|10{9}(\.0+)?)"
_FRACTION = r"[0-9]{1,6}/(?!0+$)[0-9]{1,6}"
AMOUNT: Schema = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0, "maximum": int(LARGEST)},
        {"type": "string", "maxLength": LONGEST_NUMBER, "pattern": f"^{_POSITIVE}$"},
    ]
}
"""More than nothing. More than two decimals are refused too; of a number no schema can say so reliably."""
ANY_AMOUNT: Schema = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": int(LARGEST)},
        {"type": "string", "maxLength": LONGEST_NUMBER, "pattern": rf"^(0{{1,20}}(\.0{{1,20}})?|{_POSITIVE})$"},
    ]
}
FACTOR: Schema = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0, "maximum": 1000},
        {"type": "string", "pattern": rf"^(?!0*(\.0*)?$|0+/)({_FRACTION}|[0-9]{{1,6}}(\.[0-9]{{1,6}})?|\.[0-9]{{1,6}})$"},
    ]
}  # fmt: skip
SHARE: Schema = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        {"type": "string", "pattern": rf"^(?!0*(\.0*)?$|0+/)({_FRACTION}|0{{0,6}}\.[0-9]{{1,6}}|0{{0,5}}1(\.0{{1,6}})?)$"},
    ]
}  # fmt: skip
"""A fraction is no more than the whole, which no schema can say."""
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
    "recency": ({"days": {**NUMBER, "maximum": LONGEST_AGO}, "of": PART}, ("days", "of")),
    "earned_within": ({"since": WHEN, "until": WHEN, "of": PART}, ("of",)),
    "earned_together": ({**{unit: {**NUMBER, "maximum": most} for unit, most in LONGEST.items()}, "of": PART}, ("of",)),
    "counting_only": ({"filter": FILTER, "of": PART}, ("filter", "of")),
    "at_most": (
        {
            "amount": AMOUNT, "share": SHARE, "count": NUMBER, "scheme": TEXT, "filter": FILTER,
            "each_issuer": {"type": "boolean"}, "of": PART,
        },
        ("of",),
    ),
    "exclusive": ({"achievements": {**TEXTS, "minItems": 2}, "of": PART}, ("achievements", "of")),
    "residency": ({"issuers": TEXTS, "scheme": TEXT, "amount": AMOUNT, "share": SHARE, "of": PART}, ("issuers", "scheme", "of")),
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

_EITHER_WHICH: Schema = {
    "anyOf": [{"required": ["filter"]}, {"required": ["each_issuer"], "properties": {"each_issuer": {"enum": [True]}}}]
}
TOGETHER: dict[str, Schema] = {
    "earned_within": {"anyOf": [{"required": ["since"]}, {"required": ["until"]}]},
    "earned_together": {"oneOf": [{"required": [unit]} for unit in LONGEST]},
    "at_most": {
        "oneOf": [{"required": [much, *also]} for much, also in (("amount", ["scheme"]), ("share", ["scheme"]), ("count", []))],
        "dependentSchemas": {"count": {"properties": {"scheme": False}}},
        **_EITHER_WHICH,
    },
    "residency": {"oneOf": [{"required": ["amount"]}, {"required": ["share"]}]},
}  # fmt: skip
"""Which fields of a kind belong together, or exclude each other."""


def rule() -> Schema:
    """The schema of a rule."""
    missing = set(KINDS) ^ set(FIELDS)
    if missing:
        raise LookupError(f"Kinds and schemas differ: {', '.join(sorted(missing))}.")
    kinds = {}
    for kind, (fields, required) in FIELDS.items():
        own = {"kind": {"const": kind}, "id": ANY_TEXT, "label": ANY_TEXT}
        kinds[kind] = _object({**own, **fields}, ("kind", *required)) | TOGETHER.get(kind, {})
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
    skill = _object({"framework": TEXT, "skill": TEXT, "level": ANY_AMOUNT}, ("framework", "skill"))
    allowance = _object({"name": TEXT, "scheme": TEXT, "most": AMOUNT}, ("name", "scheme", "most"))
    award = _object(
        {
            "id": TEXT, "achievement": TEXT, "issuer": TEXT, "valid_from": WHEN,
            **{name: {"anyOf": [WHEN, {"type": "null"}]} for name in ("valid_until", "revoked_at", "earned_at")},
            "suspended": {"type": "array", "items": interval},
            "credits": {"type": "object", "additionalProperties": ANY_AMOUNT},
            "level": LEVEL, "grade": TEXT, "type": ANY_TEXT,
            "tags": {"type": "array", "items": TEXT, "uniqueItems": True},
            "subjects": {"type": "array", "items": TEXT, "uniqueItems": True},
            "source": ANY_TEXT, "skills": {"type": "array", "items": skill}, "hours": ANY_AMOUNT,
            "shareable": {"type": "boolean"}, "basis": ANY_TEXT, "stands_for": ANY_TEXT,
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
            "equivalent": {"type": "array", "items": {"type": "array", "items": TEXT, "minItems": 1}},
            "names": {"type": "object", "additionalProperties": ANY_TEXT},
            "validity": {"enum": [str(mode) for mode in Validity]},
            "retired": {"type": "array", "items": TEXT, "uniqueItems": True},
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
        "exact": {"type": "boolean", "description": EXACT}, "used": texts, "unused": rejected, "questioned": rejected,
        "missing": {"type": "array", "items": {"type": "array", "items": step}}, "trace": {"$ref": "#/$defs/node"},
    }  # fmt: skip
    hindered = _object(
        {
            **dict.fromkeys(("id", "sentence"), text),
            "code": {"enum": list(CODES)},
            "certain": {"type": "boolean"},
            "awards": texts,
        },
        ("id", "code", "sentence", "certain"),
    )
    later: dict[str, Schema] = {  # not in documents that were written before there were such answers
        "decided": {"type": "boolean", "description": DECIDED},
        "obstacles": {"type": "array", "items": hindered},
    }
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
        **_object(whole | later | around, tuple(whole)),
        "$defs": {"node": _object(node, tuple(node))},
    }


EXACT = (
    "Whether the progress is proven; False where the search ran out of its allowance. Progress in fractions finer than 1/2^53 may be "
    "less than the best by under a hundred-millionth of it; the percent is the same then, and whether the rule is met is not in doubt."
)
DECIDED = (
    "Whether it is proven that the rule is met, or that it is not; which can be so where the progress is not proven."
)

SCHEMAS = {"stacking-rule": rule, "stacking-awards": awards, "stacking-evaluation": evaluation}
"""The schemas by the names of their files."""


def _object(properties: dict[str, Schema], required: tuple[str, ...]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
