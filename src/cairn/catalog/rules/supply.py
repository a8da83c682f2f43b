"""What this catalogue can bring to a rule: remarks about what nobody can earn here. No faults, for awards may come from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Prefetch

from cairn import stacking
from cairn.catalog.achievements import parse_achievement_id
from cairn.catalog.counted import STATED, content_of
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import published, version_by_achievement
from cairn.catalog.rules.judging import OPEN, Judged
from cairn.stacking import compiled
from cairn.stacking.compiling import Place

MOST_LOOKED_AT = 2000
State = DefinitionVersion.State


def remarks(judged: Judged, at: datetime) -> dict[str, list[str]]:
    """Return, by the key of a part, what the catalogue of this site lacks for it at a moment.

    Looked at are the credentials awarded here, :data:`MOST_LOOKED_AT` at most; how long ago something was earned plays no part.
    """
    if judged.reading is None:
        return {}
    found: dict[str, list[str]] = {}
    try:
        places = compiled(judged.reading).places
    except stacking.RuleError:
        return {}
    held: list[stacking.Award] | None = None
    for place in places:
        leaf = place.leaf
        if isinstance(leaf, stacking.AwardOf):
            said = _named(leaf.achievement) if not leaf.achievement.startswith(OPEN) else ""
        elif isinstance(leaf, stacking.CreditsAtLeast | stacking.AwardsAtLeast | stacking.ExperienceHours):
            held = _everything(at) if held is None else held
            said = _supplied(place, held)
        else:
            said = ""
        if said:
            found.setdefault(leaf.id, []).append(said)
    return found


def _named(achievement: str) -> str:
    if parse_achievement_id(achievement) is None:
        return "This is a credential of another site. It counts once a learner brings it here and it is verified."
    version = version_by_achievement(achievement)
    if version is None:
        return "There is no such credential on this site. Choose another one."
    if version.state in {State.RETIRED, State.SUSPENDED}:
        return (
            f"It is {State(version.state).label.lower()}: nobody can earn it now. Those who hold it can still count it."
        )
    if version.definition.owner_id is None:
        return "It is in the catalogue, but nobody awards it on this site."
    return ""


def _everything(at: datetime) -> list[stacking.Award]:
    stated = Prefetch("skills", queryset=STATED, to_attr="stated_skills")
    versions = (
        published().filter(definition__owner__isnull=False).prefetch_related(stated).order_by("pk")[:MOST_LOOKED_AT]
    )
    return [as_if_held(version, at) for version in versions]


def as_if_held(version: DefinitionVersion, at: datetime) -> stacking.Award:
    """Return what an award of a version would be to the engine, as far as the catalogue says."""
    owner = version.definition.owner
    issuer = owner.slug if owner else version.definition.provider.slug
    return stacking.Award(id=str(version.pk), valid_from=at, **content_of(version, issuer))


def _supplied(place: Place, held: Iterable[stacking.Award]) -> str:
    leaf = place.leaf
    lasting = [criterion for criterion in place.criteria if getattr(criterion, "reads", "") != "earned"]
    worth = sum(
        leaf.worth(award, place.scope.rates)
        for award in held
        if not any(criterion.fault(award, award.earned) for criterion in lasting)
    )
    if worth >= leaf.need:
        return ""
    have, need = stacking.awards.plain(leaf.quantity(worth)), stacking.awards.plain(leaf.quantity(leaf.need))
    if not worth:
        return f"No credential awarded on this site brings {leaf.unit} here. All {need} must come from elsewhere."
    return f"All credentials awarded on this site together bring {have} {leaf.unit} here; {need} are asked."
