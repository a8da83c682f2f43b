"""Skills that a text seems to teach, as suggestions: nothing is added anywhere by them."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.people.models import Organisation, Person
from cairn.skills.index import index
from cairn.skills.matches import rejected_phrases
from cairn.skills.matching.words import folded
from cairn.skills.models import Skill
from cairn.skills.tagging import Tag
from cairn.skills.tagging.measured import SURE_ENOUGH


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A skill of this site that a text names, with the tag that says why."""

    skill: Skill
    tag: Tag


def suggest_skills(
    title: str, description: str = "", *, language: str = "en", person: Person | None = None,
    organisation: Organisation | None = None, least: float = SURE_ENOUGH,
) -> list[Suggestion]:  # fmt: skip
    """Return the skills that a title and a description name, the surest first, without those that were rejected for the same words."""
    if not title.strip() and not description.strip():
        return []
    tags = index().tagger.tag(title, description, language=language, least=least)
    rejected = rejected_phrases(person, organisation)
    kept = [tag for tag in tags if (" ".join(folded(tag.evidence.text))[:300], tag.concept.uri) not in rejected]
    skills = {
        skill.uri: skill
        for skill in Skill.objects.filter(uri__in=[tag.concept.uri for tag in kept]).select_related("framework")
    }
    return [Suggestion(skills[tag.concept.uri], tag) for tag in kept if tag.concept.uri in skills]
