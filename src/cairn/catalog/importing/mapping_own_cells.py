"""Cells of the table that this site exports in which more than a text stands, each written and read side by side.

Further languages stand as one JSON object, related credentials as ``relation: name <address>``, and what is needed beforehand as
addresses: those of a group joined by `` or ``, a skill's with ``level N`` after it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from cairn.catalog.importing.mapping_own import SEPARATOR
from cairn.catalog.importing.mapping_values import parted
from cairn.catalog.importing.records import RelatedRecord, RequiredRecord
from cairn.catalog.importing.special_words import read_special
from cairn.catalog.languages import read_texts
from cairn.catalog.models import DefinitionVersion
from cairn.errors import Invalid

LONGEST = 100_000
"""Letters of a cell of further languages; tables are read up to 131,072 in a cell. Languages that no longer fit are left out."""
_OR = " or "
_ACHIEVEMENT = re.compile(r"https?://\S+/achievements/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/\d{1,9}")
_SKILL = re.compile(r"(\S{1,500}) level ([1-7])")
_RELATED = re.compile(r"([a-z_]{1,20}): (.*) <([^<>\s]*)>", re.DOTALL)


def texts_cell(texts: Mapping[str, Mapping[str, object]]) -> str:
    """Return what is said in further languages as one cell; "" where it is nothing."""
    kept: dict[str, Mapping[str, object]] = {}
    for tag, told in texts.items():
        if told and len(json.dumps(kept | {tag: told}, ensure_ascii=False)) <= LONGEST:
            kept[tag] = told
    return json.dumps(kept, ensure_ascii=False) if kept else ""


def read_texts_cell(text: str, own: str, outcomes: int) -> dict[str, dict[str, object]]:
    """Return what a cell says in further languages than ``own``, of a credential with so many outcomes. Raises ValueError."""
    try:
        return read_texts(orjson.loads(text), own, outcomes) if text else {}
    except orjson.JSONDecodeError as error:
        raise ValueError("the further languages are no JSON that can be read") from error
    except Invalid as error:
        raise ValueError(f"{error.message.rstrip('.')}. {error.remedy.rstrip('.')}") from error


def related_part(one: RelatedRecord) -> str:
    """Return a related credential as a part of its cell."""
    return f"{one.relation}: {one.name} <{''.join(re.split(r'[<>\s]+', one.url))}>"


def read_related(part: str) -> RelatedRecord | None:
    """Return the related credential that a part names, None where it is not in this form."""
    found = _RELATED.fullmatch(part)
    if found is None or found[1] not in DefinitionVersion.Relation.values or len(found[3]) > 500:
        return None
    return RelatedRecord(found[1], found[2], found[3])


def before_part(group: Iterable[tuple[str, int | None]]) -> str:
    """Return the addresses of one group of what is needed beforehand; with each its level where it is a skill."""
    return _OR.join(address if level is None else f"{address} level {level}" for address, level in group)


def read_before(parts: Sequence[str], names: Sequence[str]) -> tuple[tuple[RequiredRecord, ...], ...]:
    """Return what is needed beforehand; ``names`` call the same groups in words. Raises ValueError for an address that is none."""
    groups = []
    for at, part in enumerate(parts):
        told = part.split(_OR)
        called = names[at].split(_OR) if at < len(names) else []
        if len(called) != len(told):  # a name may have “or” in it
            called = [""] * len(told)
        groups.append(tuple(_required(one, name) for one, name in zip(told, called, strict=True)))
    return tuple(groups)


def _required(told: str, name: str) -> RequiredRecord:
    if skill := _SKILL.fullmatch(told):
        return RequiredRecord(name or skill[1], skill=skill[1], level=int(skill[2]))
    if not re.fullmatch(r"https?://\S{4,490}", told):
        raise ValueError(f"“{told[:80]}” is no address of what is needed beforehand")
    known = _ACHIEVEMENT.fullmatch(told)
    return RequiredRecord(name or told, (known[1], told) if known else (told,))


CELLS: dict[str, Callable[[str], Any]] = {
    "special": lambda text: all(map(read_special, parted(text, SEPARATOR))),
    "related": lambda text: all(map(read_related, parted(text, SEPARATOR))),
    "json": lambda text: text.startswith("{"),
    "json list": lambda text: text.startswith("[{"),
}
"""Kinds of cells that only such a table has, by what a value must pass to be taken for one."""
