"""Rules between fields: results that fit their descriptions, periods that begin before they end, hashes that look like hashes.

Each function takes a node of one class and returns what does not fit. Source: Open Badges 3.0, "Result", "ResultDescription",
"IdentityObject"; Bitstring Status List v1.0; VC Data Model 2.0 section 5.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cairn.credentials.datamodel.kinds import HASHED_IDENTITY
from cairn.credentials.form import Fault
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.moments import parse_moment
from cairn.credentials.statusentry import BadEntry, read_entry

Rule = Callable[[Mapping[str, Any], str], Iterator[Fault]]


def _achievement_subject(subject: Mapping[str, Any], where: str) -> Iterator[Fault]:
    yield from _identified(subject, where)
    if "activityEndDate" in subject and "activityStartDate" in subject:
        begin, end = parse_moment(subject["activityStartDate"]), parse_moment(subject["activityEndDate"])
        if begin is not None and end is not None and end < begin:
            yield Fault("bad_period", f"{where}.activityEndDate", "The activity would end before it begins.")
    if "result" in subject:
        achievement = subject.get("achievement")
        described = achievement.get("resultDescription") if isinstance(achievement, Mapping) else None
        descriptions = {str(one["id"]): one for one in objects(as_list(described)) if "id" in one}
        for index, result in enumerate(objects(as_list(subject["result"]))):
            yield from _result(result, descriptions, f"{where}.result[{index}]")


def _achievement(achievement: Mapping[str, Any], where: str) -> Iterator[Fault]:
    ids = [one.get("id") for one in objects(as_list(achievement.get("resultDescription")))]
    if len(set(map(str, ids))) != len(ids):
        yield Fault("same_id", f"{where}.resultDescription", "Two result descriptions have the same id.")


def _identified(subject: Mapping[str, Any], where: str) -> Iterator[Fault]:
    if not subject.get("id") and not as_list(subject.get("identifier")):
        yield Fault("missing", where, f"{where} must say whom it is about: an id or an identifier.")


def _description(one: Mapping[str, Any], where: str) -> Iterator[Fault]:
    allowed = [value for value in as_list(one.get("allowedValue")) if isinstance(value, str)]
    if len(set(allowed)) != len(allowed):
        yield Fault(
            "bad_value", f"{where}.allowedValue", f"{where}.allowedValue names a value twice, so its order is unclear."
        )
    low, high = _number(one.get("valueMin")), _number(one.get("valueMax"))
    if low is not None and high is not None and high < low:
        yield Fault("bad_value", f"{where}.valueMax", f"{where}.valueMax is below valueMin.")
    if "requiredValue" in one:
        yield from _value_fits(one["requiredValue"], one, f"{where}.requiredValue")
    if "requiredLevel" in one:
        yield from _level_fits(one["requiredLevel"], one, f"{where}.requiredLevel")


def _result(result: Mapping[str, Any], descriptions: Mapping[str, Mapping[str, Any]], where: str) -> Iterator[Fault]:
    if "resultDescription" not in result:
        return
    described = descriptions.get(str(result["resultDescription"]))
    if described is None:
        message = f"{where}.resultDescription names no result description of this achievement."
        yield Fault("unknown_result_description", f"{where}.resultDescription", message)
        return
    if described.get("resultType") == "Status" and not result.get("status"):
        yield Fault(
            "missing", f"{where}.status", f"{where}.status is required, since its description is about a status."
        )
    if "value" in result:
        yield from _value_fits(result["value"], described, f"{where}.value")
    if "achievedLevel" in result:
        yield from _level_fits(result["achievedLevel"], described, f"{where}.achievedLevel")


def _value_fits(value: Any, described: Mapping[str, Any], where: str) -> Iterator[Fault]:
    allowed = as_list(described.get("allowedValue"))
    if allowed:
        if value not in allowed:
            yield Fault("value_not_allowed", where, f"{where} is none of the allowed values.")
        return
    number, low, high = _number(value), _number(described.get("valueMin")), _number(described.get("valueMax"))
    if number is None:
        return
    if (low is not None and number < low) or (high is not None and number > high):
        yield Fault("value_not_allowed", where, f"{where} lies outside of valueMin and valueMax.")


def _level_fits(level: Any, described: Mapping[str, Any], where: str) -> Iterator[Fault]:
    levels = [one.get("id") for one in objects(as_list(described.get("rubricCriterionLevel")))]
    if level not in levels:
        yield Fault("unknown_level", where, f"{where} names no level of the result description's rubric.")


def _number(text: Any) -> Decimal | None:
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _criteria(criteria: Mapping[str, Any], where: str) -> Iterator[Fault]:
    if not criteria.get("id") and not criteria.get("narrative"):
        yield Fault("missing", where, "criteria must say what it is earned for: a narrative or an address.")


def _identity(identity: Mapping[str, Any], where: str) -> Iterator[Fault]:
    hashed = identity.get("identityHash")
    if identity.get("hashed") is True and isinstance(hashed, str) and not HASHED_IDENTITY.fullmatch(hashed):
        place = f"{where}.identityHash"
        yield Fault("bad_value", place, f"{place} must be sha256$ and the hash in hexadecimal digits.")


def _status(entry: Mapping[str, Any], where: str) -> Iterator[Fault]:
    if "BitstringStatusListEntry" in as_list(entry.get("type")):
        try:
            read_entry({name: entry[name] for name in entry if name != "id"})
        except BadEntry as wrong:
            yield Fault("bad_status_entry", where, f"{where}: {wrong}")


def _related_resource(resource: Mapping[str, Any], where: str) -> Iterator[Fault]:
    if "digestSRI" not in resource and "digestMultibase" not in resource:
        yield Fault("missing", where, f"{where} needs a digest (digestSRI or digestMultibase).")


CONSISTENT: Mapping[str, Rule] = {
    "Achievement": _achievement,
    "AchievementSubject": _achievement_subject,
    "ClrSubject": _identified,
    "CredentialStatus": _status,
    "Criteria": _criteria,
    "IdentityObject": _identity,
    "NamedStatus": _status,
    "RelatedResource": _related_resource,
    "ResultDescription": _description,
}
"""Name of a class → the rules between its fields."""
