"""What a person says they can do. Said is not shown: claims are marked as such wherever they count."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from cairn.errors import Invalid, NotFound
from cairn.journeys.models import SkillClaim
from cairn.people.models import Person
from cairn.skills.models import Skill

LOWEST, HIGHEST = Decimal(0), Decimal(7)
"""O*NET's level scale."""


def state_skill(*, person: Person, skill_uri: str, level: str | Decimal, at: datetime) -> SkillClaim:
    """Note that a person says they have a skill at a level from 0 to 7; saying it again replaces the level.

    Raises NotFound for an unknown skill, Invalid for a level that is none.
    """
    skill = Skill.objects.filter(uri=skill_uri).first()
    if skill is None:
        raise NotFound(
            f"There is no skill “{skill_uri}” in the frameworks loaded here.",
            remedy="Choose one from the list of an occupation, or ask the operator to load the framework it belongs to.",
            code="unknown_skill",
        )
    try:
        value = Decimal(level)
    except InvalidOperation as error:
        raise Invalid(f"“{level}” is not a level.", remedy="Give a number from 0 (none) to 7 (expert).") from error
    if not value.is_finite() or not LOWEST <= value <= HIGHEST:
        raise Invalid(f"Level {value} is outside the scale.", remedy="Give a number from 0 (none) to 7 (expert).")
    claim, _ = SkillClaim.objects.update_or_create(
        person=person, skill=skill, defaults={"level": value.quantize(Decimal("0.01")), "stated_at": at}
    )
    return claim


def withdraw_skill(*, person: Person, claim_id: int) -> None:
    """Remove a claim of the person; raises NotFound for anybody else's."""
    deleted, _ = SkillClaim.objects.filter(person=person, pk=claim_id).delete()
    if not deleted:
        raise NotFound("This skill is not on your list.", remedy="Reload the page to see the list as it is now.")
