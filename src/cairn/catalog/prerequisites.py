"""What must be there beforehand, read: groups of alternatives, one of each group; a skill at a level, or a credential.

It stands as JSON in a version (``requires``) and in a discount (``credentials``), where only credentials are asked for. Whoever stores
it reads it here first, so that no page and no plan meets anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cairn.errors import Invalid

MOST_GROUPS = 12
MOST_ALTERNATIVES = 20
LONGEST = 500
HIGHEST = 7


@dataclass(frozen=True)
class SkillBefore:
    """A skill, by its address, at a whole level from 1 to 7."""

    skill: str
    level: int = 1


@dataclass(frozen=True)
class CredentialBefore:
    """A credential, by its achievement's address; any version of a credential of this site counts."""

    achievement: str


type Before = SkillBefore | CredentialBefore
type Groups = tuple[tuple[Before, ...], ...]


def read_requires(document: object) -> Groups:
    """Read ``DefinitionVersion.requires``. Raises Invalid that says which group, and what to write."""
    if not isinstance(document, list) or len(document) > MOST_GROUPS:
        raise _refused(f"What is needed beforehand is a list of at most {MOST_GROUPS} groups.")
    groups = []
    for number, group in enumerate(document, 1):
        if not isinstance(group, list) or not 1 <= len(group) <= MOST_ALTERNATIVES:
            raise _refused(f"Group {number} needs 1 to {MOST_ALTERNATIVES} alternatives.")
        groups.append(tuple(dict.fromkeys(_one(number, one) for one in group)))
    return tuple(groups)


def _one(number: int, one: object) -> Before:
    if isinstance(one, dict):
        if set(one) == {"achievement"} and _address(one["achievement"]):
            return CredentialBefore(one["achievement"])
        level = one.get("level", 1)
        if (
            set(one) <= {"skill", "level"}
            and _address(one.get("skill"))
            and type(level) is int
            and 1 <= level <= HIGHEST
        ):
            return SkillBefore(one["skill"], level)
    raise _refused(
        f'Group {number} holds something that is neither {{"skill": address, "level": 1 to {HIGHEST}}} nor {{"achievement": address}}.'
    )


def written(groups: Groups) -> list[list[dict[str, Any]]]:
    """Write groups as :func:`read_requires` reads them."""
    return [
        [
            {"skill": one.skill, "level": one.level}
            if isinstance(one, SkillBefore)
            else {"achievement": one.achievement}
            for one in group
        ]
        for group in groups
    ]


def read_credentials(document: object) -> tuple[tuple[str, ...], ...]:
    """Read ``Discount.credentials``: groups of achievement addresses. Raises Invalid; asking for nothing is refused."""
    if not isinstance(document, list) or not 1 <= len(document) <= MOST_GROUPS:
        raise _refused(f"Name the credentials to hold, in 1 to {MOST_GROUPS} groups.")
    groups = []
    for number, group in enumerate(document, 1):
        if not isinstance(group, list) or not 1 <= len(group) <= MOST_ALTERNATIVES or not all(map(_address, group)):
            raise _refused(f"Group {number} needs 1 to {MOST_ALTERNATIVES} addresses of credentials.")
        groups.append(tuple(dict.fromkeys(group)))
    return tuple(groups)


def _address(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and not value.isspace()


def _refused(message: str) -> Invalid:
    return Invalid(message, remedy="Mend it and save again, or leave it out.", code="bad_prerequisites")
