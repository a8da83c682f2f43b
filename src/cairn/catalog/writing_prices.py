"""What a designer types about what must be there beforehand and about who pays less, read into rows, and back again.

One on each line; where one of several is enough, they stand on one line with "or" between them. A skill by name or address, with a
level from 1 to 7 behind an equals sign; a credential by the address of its page, its slug, or its address as an achievement::

    Welding = 3 or reading-weld-drawings
    safety-at-sea
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil

from django.core.exceptions import ValidationError

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.prerequisites import CredentialBefore, Groups, SkillBefore
from cairn.catalog.queries import published, version_by_achievement
from cairn.catalog.writing import read_skills_text
from cairn.skills.models import Skill

type Before = SkillBefore | CredentialBefore
LONGEST_LINE = 2000


def read_requires_text(text: str) -> Groups:
    """Read what is needed beforehand, skills and credentials. Raises ValidationError that names the words nobody here knows."""
    return tuple(_alternatives(line, _skill_or_credential) for line in _lines(text))


def read_credentials_text(text: str) -> tuple[tuple[str, ...], ...]:
    """Read whose holders pay less: credentials only. Raises ValidationError."""
    return tuple(
        tuple(one.achievement for one in _alternatives(line, _credential) if isinstance(one, CredentialBefore))
        for line in _lines(text)
    )


def requires_text(groups: Groups) -> str:
    """Write groups as :func:`read_requires_text` reads them."""
    return "\n".join(" or ".join(map(_written, group)) for group in groups)


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(len(line) > LONGEST_LINE for line in lines):
        raise ValidationError(f"A line is longer than {LONGEST_LINE} characters. Write one need on each line.")
    return lines


def _alternatives(line: str, read: Callable[[str], Before | None]) -> tuple[Before, ...]:
    """Split a line at its "or"; a name that holds the word itself is taken whole where there is such a name."""
    words = re.split(r"\s+or\s+", line)
    if len(words) > 20:
        raise ValidationError("More than 20 alternatives stand on one line. Name fewer.")
    found: list[Before] = []
    start = 0
    while start < len(words):
        for end in range(len(words), start, -1):
            one = read(" or ".join(words[start:end]))
            if one is not None:
                found.append(one)
                start = end
                break
        else:
            raise ValidationError(_unknown(words[start], read))
    return tuple(dict.fromkeys(found))


def _unknown(words: str, read: Callable[[str], Before | None]) -> str:
    if read is _skill_or_credential:
        try:
            read_skills_text(words)
        except ValidationError as error:
            return f"{error.messages[0]} It is no published credential of this catalogue either."
    return f"“{words}” is no published credential of this catalogue. Copy the address of its page."


def _skill_or_credential(words: str) -> Before | None:
    return _skill(words) or _credential(words)


def _skill(words: str) -> Before | None:
    try:
        levels = read_skills_text(words)
    except ValidationError:
        return None
    return next((SkillBefore(uri, 1 if level is None else ceil(level)) for uri, level in levels.items()), None)


def _credential(words: str) -> Before | None:
    version = version_by_achievement(words)
    if version is None:
        slug = words.rstrip("/").rpartition("/")[2]
        version = published().filter(definition__slug=slug).first() if re.fullmatch(r"[-\w]+", slug) else None
    if version is not None:
        return CredentialBefore(achievement_id(version))
    elsewhere = words.startswith("https://") and " " not in words and len(words) <= 500
    return CredentialBefore(words) if elsewhere else None


def _written(one: Before) -> str:
    if isinstance(one, CredentialBefore):
        version: DefinitionVersion | None = version_by_achievement(one.achievement)
        current = version is not None and version.state == DefinitionVersion.State.PUBLISHED
        return version.definition.slug if version is not None and current else one.achievement
    name = Skill.objects.filter(uri=one.skill).values_list("name", flat=True).first()
    alone = name is not None and Skill.objects.filter(name__iexact=name).count() == 1
    return f"{name if alone else one.skill} = {one.level}"
