"""The skills of a row: names, and beside them addresses, frameworks and levels that go with the names one by one."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from cairn.catalog.importing.mapping_values import read_decimal
from cairn.catalog.importing.records import SkillRecord

_ADDRESS = re.compile(r"(https?://[^\s]+|urn:[a-z0-9-]+:[^\s]+)", re.IGNORECASE)
type Parts = Callable[[str], list[str]]
type Left = Callable[[str, str], None]


def skills_of(parts: Parts, left: Left) -> tuple[SkillRecord, ...]:
    """Return the skills. ``parts`` gives the texts of a field in their places, ``left`` tells that something was left out, and why.

    Addresses without names stand for themselves; where there are as many as names, each goes with one. Where their number is another,
    nobody can tell which is whose: none is taken, and it is told. One framework, or one level, is that of all.
    """
    names, addresses = parts("skills"), _addresses(parts("skill_urls"), left)
    if not names:
        names = [*addresses] if all(addresses) else [one for one in addresses if one]
        addresses = [*names]
    beside = {
        "skill_urls": addresses,
        "skill_frameworks": parts("skill_frameworks"),
        "skill_levels": parts("skill_levels"),
    }
    for column, told in beside.items():
        if len(told) == 1 and len(names) > 1 and column != "skill_urls":
            beside[column] = told * len(names)
        elif told and len(told) != len(names):
            left(
                column,
                f"There are {len(names)} skills and {len(told)} of these: which is whose cannot be told, so they are left out.",
            )
            beside[column] = []
    found: dict[tuple[str, str], SkillRecord] = {}
    for at, name in enumerate(names):
        address, framework, level = (told[at] if told else "" for told in beside.values())
        if name:
            one = SkillRecord(name[:300], address, framework[:200], _level(level, left))
            found.setdefault((one.name, one.url), one)
    return tuple(found.values())


def _addresses(told: list[str], left: Left) -> list[str]:
    parted = told
    if len(told) == 1:  # addresses have no blanks in them, so that what parts them is plain
        parted = [one.rstrip(",;|") for one in re.split(r"[\s|]+|[,;]\s*(?=https?:|urn:)", told[0]) if one.strip(",;|")]
    for one in parted:
        if one and (not _ADDRESS.fullmatch(one) or len(one) > 300):
            left("skill_urls", f"“{one[:80]}” is no address of a skill; the addresses are left out.")
            return []
    return parted


def _level(text: str, left: Left) -> Decimal | None:
    if not text:
        return None
    try:
        level = read_decimal(text, ".")
    except ValueError as error:
        left("skill_levels", f"{error}; it is left open.")
        return None
    if not 1 <= level <= 7:
        left("skill_levels", f"“{text[:40]}” is no level from 1 to 7; it is left open.")
        return None
    return level
