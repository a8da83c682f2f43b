"""CTDL constraints: what they say about awards, read into conditions of ours and written from them.

A constraint compares a left side with a right one: `creditValue`, summed, `GTEQ`, `30`. What the left side may be is one row in `SAYS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cairn.stacking.awards import Level, is_hundredths, plain
from cairn.stacking.criteria import number
from cairn.stacking.filters import EVERY_AWARD, LISTS, AwardFilter
from cairn.stacking.pathways.remarks import ASSUMED, LEFT_OUT, Remarks
from cairn.stacking.pathways.terms import concept, local

_DURATION = re.compile(r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?")


@dataclass(frozen=True)
class Constraint:
    """One comparison, in short words (`gteq`, `sum`, `anyof`; `""` where nothing is said). `place` is no part of what it says."""

    left: tuple[str, ...]
    comparator: str
    right: tuple[str, ...]
    left_action: str = ""
    right_action: str = ""
    place: str = field(default="$", compare=False)

    @property
    def about(self) -> str:
        """The one thing it is about; empty where that are several or none."""
        return (local(self.left[0]) or self.left[0]) if len(self.left) == 1 else ""

    @property
    def accepts(self) -> tuple[str, ...]:
        """The values of which one must be there, for comparisons that list them; else none."""
        one = len(self.right) == 1 and self.right_action in ("", "anyof", "oneof", "allof")
        many = self.right_action in ("anyof", "oneof")
        if self.left_action in ("", "anyof") and self.comparator == "eq" and (one or many):
            return tuple(dict.fromkeys(self.right))
        return ()

    @property
    def least(self) -> str:
        """The value that must be reached, for comparisons that say one; else empty."""
        plain_right = len(self.right) == 1 and not self.right_action
        return self.right[0] if plain_right and self.comparator == "gteq" else ""


@dataclass(frozen=True)
class Asked:
    """What the constraints of one condition say together."""

    filter: AwardFilter = EVERY_AWARD
    credits: Decimal | None = None
    scheme: str = ""
    count: int | None = None
    hours: Decimal | None = None
    grade: tuple[str, tuple[str, ...]] | None = None
    """The lowest grade that counts, and the scale it is on, low to high; no scale for numbers."""

    @property
    def sums(self) -> bool:
        """Whether an amount is asked, not only which awards count."""
        return self.credits is not None or self.count is not None or self.hours is not None


def _listed(name: str) -> Callable[[Constraint, Asked, Remarks], Asked | None]:
    def say(one: Constraint, asked: Asked, remarks: Remarks) -> Asked | None:
        if not one.accepts or one.left_action or getattr(asked.filter, name):
            return None
        return replace(asked, filter=_with(asked.filter, name, one.accepts))

    return say


def _with(wanted: AwardFilter, name: str, values: tuple[str, ...]) -> AwardFilter:
    lists = {listed: getattr(wanted, listed) for listed in LISTS} | {name: values}
    return AwardFilter(level=wanted.level, **lists)


def _types(one: Constraint, asked: Asked, remarks: Remarks) -> Asked | None:
    if not one.accepts or asked.filter.types or one.left_action:
        return None
    types = tuple(dict.fromkeys(local(value) or value for value in one.accepts))
    return replace(asked, filter=replace(asked.filter, types=types))


def _credits(one: Constraint, asked: Asked, remarks: Remarks) -> Asked | None:
    amount = _hundredths(one.least)
    if amount is None or one.left_action != "sum" or asked.credits is not None:
        return None
    return replace(asked, credits=amount)


def _unit(one: Constraint, asked: Asked, remarks: Remarks) -> Asked | None:
    if len(one.accepts) != 1 or asked.scheme or one.left_action:
        return None
    given = one.accepts[0]
    scheme = given.rstrip("/#").replace("#", "/").rpartition("/")[2] or given
    if scheme == "credits" and "://" in given:  # …/scqf/credits/: the scheme is what stands before
        scheme = given.rstrip("/").split("/")[-2]
    scheme = scheme.removeprefix("creditUnit:")
    if scheme != given:
        remarks.say(one.place, ASSUMED, f"The credit scheme {given} is called {scheme} here.")
    return replace(asked, scheme=scheme)


def _count(one: Constraint, asked: Asked, remarks: Remarks) -> Asked | None:
    least = one.least
    if one.left_action != "countdistinct" or not (least.isascii() and least.isdigit() and 0 < int(least[:7]) < 10**6):
        return None
    return None if asked.count is not None else replace(asked, count=int(least))


def _hours(one: Constraint, asked: Asked, remarks: Remarks) -> Asked | None:
    hours = hours_of(one.least)
    if hours is None or asked.hours is not None or one.left_action not in ("", "sum"):
        return None
    return replace(asked, hours=hours)


def _level(one: Constraint, asked: Asked, remarks: Remarks) -> Asked | None:
    given = one.least or (one.accepts[0] if len(one.accepts) == 1 else "")
    level = level_of(given)
    if level is None or asked.filter.level is not None or one.left_action:
        return None
    if one.comparator == "eq":
        remarks.say(one.place, ASSUMED, f"{given} is asked for; awards at a higher level of that framework count too.")
    elif given != str(level):
        remarks.say(one.place, ASSUMED, f"{given} is read as {level}.")
    return replace(asked, filter=replace(asked.filter, level=level))


def _grade(one: Constraint, asked: Asked, remarks: Remarks) -> Asked | None:
    if asked.grade is not None or one.left_action:
        return None
    if one.least and number(one.least) is not None:
        return replace(asked, grade=(one.least, ()))
    if not one.accepts:
        return None
    short = tuple(dict.fromkeys(_last(value) for value in one.accepts))
    if one.left != (GRADE,):
        why = f"The grades that count are read as {', '.join(short)}, from the best to the lowest."
        remarks.say(one.place, ASSUMED, why)
    return replace(asked, grade=(short[-1], tuple(reversed(short))))


GRADE, SOURCE = "cairn:grade", "cairn:source"

SAYS: dict[str, Callable[[Constraint, Asked, Remarks], Asked | None]] = {
    "creditValue": _credits,
    "value": _credits,
    "creditUnitType": _unit,
    "proxyFor": _count,
    "experience": _hours,
    "experienceTime": _hours,
    "creditLevelType": _level,
    "atLevel": _level,
    "credentialType": _types,
    "ownedBy": _listed("issuers"),
    "offeredBy": _listed("issuers"),
    "keyword": _listed("tags"),
    "subject": _listed("subjects"),
    SOURCE: _listed("sources"),
    "isProxyFor": _listed("achievements"),
    GRADE: _grade,
}
"""What a constraint may be about → what it then says; None where it says it in a way that no rule can. A new one is one more row."""


def asked_by(constraints: tuple[Constraint, ...], remarks: Remarks) -> Asked:
    """What the constraints ask together. Those that cannot be understood are left out, and said."""
    asked = Asked()
    for one in constraints:
        say = SAYS.get(one.about)
        if say is None and re.fullmatch(r"(student)?grade", _last(one.about), re.IGNORECASE):
            say = _grade
        found = say(one, asked, remarks) if say else None
        if found is None:
            remarks.say(one.place, LEFT_OUT, f"No rule can say this constraint: {in_words(one)}.", in_words(one))
        else:
            asked = found
    return asked


def in_words(one: Constraint) -> str:
    """The constraint as it stands: `sum creditValue GTEQ 30`."""
    left = " ".join(filter(None, (one.left_action, " ".join(one.left))))
    right = " ".join(filter(None, (one.right_action, ", ".join(one.right))))
    return f"{left or 'nothing'} {(one.comparator or 'compared with').upper()} {right or 'nothing'}"


def of_filter(wanted: AwardFilter) -> tuple[Constraint, ...]:
    """The constraints that say a filter."""
    fields = {
        "ceterms:credentialType": tuple(f"ceterms:{one}" if one.isidentifier() else one for one in wanted.types),
        "ceterms:ownedBy": wanted.issuers,
        "ceterms:keyword": wanted.tags,
        "ceterms:subject": wanted.subjects,
        SOURCE: wanted.sources,
        "ceterms:isProxyFor": wanted.achievements,
    }
    found = [Constraint((name,), "eq", values, right_action="anyof") for name, values in fields.items() if values]
    if wanted.level is not None:
        found.append(Constraint(("ceterms:creditLevelType",), "gteq", (str(wanted.level),)))
    return tuple(found)


def of_credits(amount: Decimal, scheme: str) -> tuple[Constraint, ...]:
    """The constraints that ask for credits."""
    return (
        Constraint(("ceterms:creditValue",), "gteq", (plain(amount),), left_action="sum"),
        Constraint(("ceterms:creditUnitType",), "eq", (scheme,)),
    )


def of_count(count: int) -> tuple[Constraint, ...]:
    """The constraint that asks for so many awards."""
    return (Constraint(("ceterms:proxyFor",), "gteq", (str(count),), left_action="countdistinct"),)


def of_hours(hours: Decimal) -> tuple[Constraint, ...]:
    """The constraint that asks for hours of experience, as an ISO 8601 duration (use case 17 of the proposal)."""
    seconds = int(hours * 3600)
    parts = ((seconds // 3600, "H"), (seconds // 60 % 60, "M"), (seconds % 60, "S"))
    written = "".join(f"{much}{unit}" for much, unit in parts if much)
    return (Constraint(("ceterms:experience",), "gteq", (f"PT{written}",)),)


def of_grade(minimum: str, scale: tuple[str, ...]) -> tuple[Constraint, ...]:
    """The constraint that asks for a grade: a number to reach, or the grades that count, the best first."""
    if not scale:
        return (Constraint((GRADE,), "gteq", (minimum,)),)
    return (Constraint((GRADE,), "eq", tuple(reversed(scale[scale.index(minimum) :])), right_action="anyof"),)


def hours_of(text: str) -> Decimal | None:
    """The hours of an ISO 8601 duration of hours, minutes, seconds (and days of 24 hours), to the hundredth; None for others."""
    read = _DURATION.fullmatch(text)
    if not read or not any(read.groups()):
        return None
    days, hours, minutes, seconds = (int(one or 0) for one in read.groups())
    whole = Decimal(((days * 24 + hours) * 60 + minutes) * 60 + seconds) / 3600
    return whole if whole > 0 and is_hundredths(whole) else None


def level_of(text: str) -> Level | None:
    """A level written as "EQF level 5", or as an address that ends in …/scqf/levels/10; None for others."""
    framework, said, value = text.rpartition(" level ")
    if not said:
        parts = [part for part in text.rstrip("/").split("/") if part]
        if len(parts) < 3 or concept(parts[-2]) not in ("levels", "level"):
            return None
        framework, value = parts[-3].upper(), parts[-1]
    amount = _hundredths(value)
    return Level(framework, amount) if framework and amount is not None else None


def _hundredths(text: str) -> Decimal | None:
    if not re.fullmatch(r"\d{1,9}(\.\d{1,2}0{0,8})?", text):
        return None
    amount = Decimal(text)
    return amount if amount > 0 else None


def _last(value: str) -> str:
    if "://" in value:
        return value.rstrip("/#").replace("#", "/").rpartition("/")[2] or value
    return value.rpartition(":")[2] or value
