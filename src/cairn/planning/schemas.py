"""JSON Schemas (draft 2020-12) of a planning problem and of a plan, as values. `docs/reference/schemas/` holds them as files."""

from __future__ import annotations

from typing import Any

from cairn.planning.values import Objective, Source
from cairn.planning.worth import LONGEST_YEARS

DRAFT = "https://json-schema.org/draft/2020-12/schema"

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 1000}
WORDS: Schema = {"type": "string", "maxLength": 1000}
MINOR: Schema = {"type": "integer", "minimum": 0, "maximum": 10**12}
SIGNED: Schema = {"type": "integer", "minimum": -(10**12), "maximum": 10**12}
HOURS: Schema = {"type": "integer", "minimum": 0, "maximum": 10**6}
LEVEL: Schema = {"type": "integer", "minimum": 1, "maximum": 1000}
COUNT: Schema = {"type": "integer", "minimum": 0}
DAY: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$", "examples": ["2026-09-07"]}
SHARE: Schema = {"type": "string", "pattern": r"^(0(\.\d{1,9})?|1(\.0{1,9})?)$", "examples": ["0.75"]}
AMOUNT: Schema = {"type": "string", "pattern": r"^\d{1,9}(\.\d{1,9})?$", "examples": ["1.5"]}
FRACTION: Schema = {"type": "string", "pattern": r"^\d+(/\d+)?$"}
CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]}
YES_NO: Schema = {"type": "boolean"}


def _list(items: Schema, *, least: int = 0, most: int = 1000) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


STEP: Schema = _object({"skill": TEXT, "level": LEVEL})
GROUPS: Schema = _list(_list({"anyOf": [TEXT, STEP]}, least=1, most=200), most=100)
PROVIDES: Schema = {"type": "object", "additionalProperties": LEVEL, "maxProperties": 1000}
NAMES: Schema = _list(TEXT, most=10_000)

OFFER = _object(
    {"id": TEXT, "provides": PROVIDES, "price": MINOR, "hours": HOURS},
    {
        "title": WORDS, "provider": WORDS, "requires": GROUPS, "achievement": WORDS,
        "weeks": {"type": "integer", "minimum": 1, "maximum": 1000}, "starts": _list(DAY), "mode": WORDS, "language": WORDS,
        "place": WORDS, "quality_low": SHARE, "exclusive_with": NAMES, "expected_return": SIGNED, "recognition": SIGNED,
    },
)  # fmt: skip
STACK = _object(
    {"id": TEXT, "parts": {**GROUPS, "minItems": 1}},
    {"title": WORDS, "at_least": {"type": "integer", "minimum": 1}, "provides": PROVIDES, "achievement": WORDS},
)
BUNDLE = _object({"id": TEXT, "offers": _list(TEXT, least=1, most=10_000), "price": MINOR}, {"title": WORDS})
DISCOUNT = _object(
    {"id": TEXT, "offer": TEXT, "off": {**MINOR, "minimum": 1}, "when": {**GROUPS, "minItems": 1}}, {"title": WORDS}
)
HAVE = _object({"skill": TEXT, "level": LEVEL}, {"source": {"enum": [str(one) for one in Source]}, "on": DAY})
NEED = _object(
    {"skill": TEXT, "level": LEVEL}, {"weight": AMOUNT, "essential": YES_NO, "source": WORDS, "uncertainty": AMOUNT}
)
WORTH = _object(
    {"premium": {**MINOR, "maximum": 10**10}},
    {
        "hour": {**MINOR, "maximum": 10**7}, "discount": AMOUNT, "years": {"type": "integer", "minimum": 1, "maximum": LONGEST_YEARS},
        "fade": SHARE,
    },
)  # fmt: skip
LIMITS = _object(
    {},
    {
        "budget": MINOR, "hours_per_week": {"type": "integer", "minimum": 1, "maximum": 168}, "start": DAY, "deadline": DAY,
        "weeks": {"type": "integer", "minimum": 0, "maximum": 2500}, "modes": NAMES, "languages": NAMES, "places": NAMES,
        "quality_at_least": SHARE, "recognition_at_least": SIGNED, "without": NAMES, "count_claimed": YES_NO,
    },
)  # fmt: skip
SUPPOSING = _object(
    {},
    {
        "without": NAMES, "more_budget": SIGNED, "more_hours_per_week": {"type": "integer", "minimum": -167, "maximum": 167},
        "more_weeks": {"type": "integer", "minimum": -2500, "maximum": 2500},
    },
)  # fmt: skip

TARGET = _object({"needs": _list(NEED, least=1)}, {"worth": WORTH})
PROBLEM: Schema = {
    "$schema": DRAFT,
    "title": "A planning problem",
    "description": "Offers, where a learner is, where they want to be, and what a plan must respect. Money in minor units.",
    **_object(
        {"currency": CURRENCY, "offers": _list(OFFER, most=1_000_000), "target": TARGET},
        {
            "stacks": _list(STACK, most=100_000), "bundles": _list(BUNDLE, most=100_000), "discounts": _list(DISCOUNT, most=100_000),
            "learner": _object({}, {"have": _list(HAVE, most=10_000), "holds": NAMES}), "limits": LIMITS,
            "objective": {"enum": [str(one) for one in Objective]}, "what_if": _list(SUPPOSING, most=20),
        },
    ),
}  # fmt: skip

GAP = _object(
    {
        "skill": TEXT, "have": COUNT, "need": LEVEL, "weight": AMOUNT, "essential": YES_NO,
        "known_from": _or_null({"enum": [str(one) for one in Source]}), "source": WORDS, "uncertainty": _or_null(AMOUNT),
    },
)  # fmt: skip
CHANGE = _object({"what": TEXT, "by": COUNT, "to": COUNT, "skill": WORDS, "sentence": TEXT}, {"until": DAY})
TAKEN = _object(
    {
        "offer": TEXT, "title": WORDS, "provider": WORDS, "order": LEVEL, "granted": YES_NO, "price": MINOR, "hours": HOURS,
        "start_week": _or_null(COUNT), "end_week": _or_null(COUNT), "closes": _list(STEP), "unlocks": NAMES, "needs": NAMES, "why": TEXT,
    },
)  # fmt: skip
TIE = _object(
    {
        "offer": TEXT, "title": WORDS, "instead_of": TEXT, "more_cost": SIGNED, "more_hours": {"type": "integer"}, "fits": YES_NO,
        "why": TEXT,
    },
)  # fmt: skip
INFEASIBLE = _object(
    {
        "reason": TEXT, "unreachable": _list(STEP), "ways": _list(_list(CHANGE, least=1)), "give_up": _list(CHANGE),
        "proven": YES_NO,
    },
)  # fmt: skip
RETURNED = _object(
    {
        "premium": COUNT, "hour": COUNT, "discount": AMOUNT, "years": LEVEL, "fade": SHARE, "weeks": COUNT, "value": COUNT, "time": COUNT,
        "net": {"type": "integer"}, "break_even": COUNT, "sentence": TEXT,
    },
)  # fmt: skip
CHOICE = _object({"offers": NAMES, "cost": MINOR, "hours": COUNT, "weeks": _or_null(COUNT), "optimal": YES_NO})
CONSEQUENCE = _object(
    {
        "supposing": SUPPOSING, "offers": NAMES, "cost": MINOR, "hours": COUNT, "weeks": _or_null(COUNT), "complete": YES_NO,
        "optimal": YES_NO, "coverage": FRACTION, "sentence": TEXT,
    },
)  # fmt: skip
PLAN: Schema = {
    "$schema": DRAFT,
    "title": "A plan",
    "description": "The answer to a planning problem. Money in minor units, coverage as a fraction.",
    **_object(
        {
            "objective": {"enum": [str(one) for one in Objective]}, "complete": YES_NO, "optimal": YES_NO,
            "bound": _or_null({"type": "integer"}), "steps": _list(TAKEN, most=100_000), "cost": MINOR,
            "currency": {"type": "string", "pattern": "^([A-Z]{3})?$"}, "hours": COUNT, "weeks": _or_null(COUNT), "bundles": NAMES,
            "discounts": NAMES, "gap": _list(GAP), "still_open": _list(GAP), "coverage": FRACTION, "coverage_before": FRACTION,
            "considered": _object({"offers": COUNT, "relevant": COUNT, "candidates": COUNT}), "alternatives": _list(TIE, most=100_000),
            "returned": _or_null(RETURNED), "infeasible": _or_null(INFEASIBLE), "pareto": _list(CHOICE), "what_if": _list(CONSEQUENCE),
            "remarks": _list(_object({"path": TEXT, "text": WORDS})),
        },
    ),
}  # fmt: skip
