"""Find skills by their names and in texts, see what they match in other frameworks, and say what a match is worth."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from cairn.entry.api.tokens import PerToken, Scoped, caller
from cairn.errors import Invalid, NotFound
from cairn.outside import clock
from cairn.people.models import ApiToken
from cairn.skills.decisions import Scope
from cairn.skills.matches import SkillMatch, matches_of, matches_of_label
from cairn.skills.models import Relation
from cairn.skills.queries import skill_by_uri
from cairn.skills.services import decide_match, decision_of, withdraw_decision
from cairn.skills.suggestions import suggest_skills
from cairn.skills.tagging.measured import SURE_ENOUGH

router = Router()
MOST_TEXTS = 50


class SkillOut(Schema):
    """A skill of a framework."""

    uri: str
    name: str
    kind: str
    framework: str


class MatchOut(Schema):
    """One thing that may be meant. ``confidence``: the share of such matches that was right, 0 to 1, where it was measured."""

    skill: SkillOut
    kind: str = Field(description="exact, alternative, crosswalk, variant, similar, or decided")
    relation: str = Field(
        description="What the skill found is to the one asked about: same, broader, narrower or close"
    )
    confidence: float
    why: str
    ambiguous: bool = Field(description="Other skills are called so too")
    accepted: bool | None = Field(description="What somebody decided; null where nobody did")
    counts: bool = Field(description="Whether gaps and plans take it as the same")


class TextIn(Schema):
    """A title and what follows it, as plain text."""

    title: str = Field(max_length=500)
    description: str = Field(default="", max_length=20_000)
    language: str = Field(default="en", max_length=20, description="BCP 47; of other languages only names are found")


class TextsIn(Schema):
    """Texts to look for skills in."""

    texts: list[TextIn] = Field(min_length=1, max_length=MOST_TEXTS)
    least: float = Field(default=SURE_ENOUGH, ge=0, le=1, description="How sure a tag must be at least")


class EvidenceOut(Schema):
    """The words that say so, and where they stand (characters, from 0)."""

    part: str
    start: int
    end: int
    text: str


class TagOut(Schema):
    """A skill that a text names."""

    skill: SkillOut
    how: str = Field(description="exact, alternative, short, common, variant or similar")
    confidence: float
    evidence: EvidenceOut
    why: str


class DecisionIn(Schema):
    """What a skill (``source``) or words (``label``) mean, for the organisation's definitions or for your own goals."""

    source: str = Field(default="", max_length=300, description="A skill's identifier; or label instead")
    label: str = Field(default="", max_length=300)
    target: str = Field(max_length=300, description="The identifier of the skill that it is, or is not")
    accepted: bool
    relation: str = Field(default=Relation.SAME, description="same, broader, narrower or close")


class DecisionOut(Schema):
    """The decision as it holds now."""

    id: int
    source: str | None
    label: str
    target: str
    relation: str
    accepted: bool
    decided_at: str


@router.get("/skills/matches", response=list[MatchOut], auth=None, operation_id="skill_matches",
            summary="What a skill is called elsewhere")  # fmt: skip
def skill_matches(
    request: HttpRequest,
    label: Annotated[str, Query(description="A skill in words", max_length=200)] = "",
    uri: Annotated[str, Query(description="Or a skill's identifier", max_length=300)] = "",
    framework: Annotated[list[str], Query(description="Only skills of these: esco, onet", max_length=10)] = [],  # noqa: B006  a default that ninja copies
    size: Annotated[int, Query(ge=1, le=30, description="How many, 30 at most")] = 8,
) -> list[dict[str, Any]]:
    """Match a label or a skill: each match with its kind, its relation, how sure it is and why. Several names of one kind stay several."""
    if bool(label.strip()) == bool(uri.strip()):
        raise Invalid("Ask for one thing: a label or a uri.", remedy="Give label=… or uri=….", code="one_of_two")
    if uri:
        skill = skill_by_uri(uri)
        found = matches_of([skill.pk], frameworks=framework, most=size)[skill.pk]
    else:
        found = matches_of_label(label, frameworks=framework, most=size)
    return [_match(one) for one in found]


@router.post("/skills/tags", response=list[list[TagOut]], auth=Scoped("skills:read"), throttle=[PerToken("120/m")],
             operation_id="tag", summary="Find skills in texts")  # fmt: skip
def tag_texts(request: HttpRequest, payload: TextsIn) -> list[list[dict[str, Any]]]:
    """Return for each text the skills that it names, the surest first, each with its evidence. Nothing of the texts is kept."""
    organisation = caller(request).organisation
    return [
        [
            {
                "skill": _skill(one.skill), "how": one.tag.how, "confidence": one.tag.confidence, "why": one.tag.why,
                "evidence": {name: getattr(one.tag.evidence, name) for name in EvidenceOut.model_fields},
            }
            for one in suggest_skills(
                text.title, text.description, language=text.language, organisation=organisation, least=payload.least
            )
        ]
        for text in payload.texts
    ]  # fmt: skip


@router.post("/skills/decisions", response=DecisionOut, auth=Scoped("skills:decide"), throttle=[PerToken("120/m")],
             operation_id="decide_match", summary="Confirm or reject a match")  # fmt: skip
def decide(request: HttpRequest, payload: DecisionIn) -> dict[str, Any]:
    """Say what a skill or words mean in the organisation's definitions, or for your own goals. It holds until it is said otherwise."""
    token = caller(request)
    decision = decide_match(
        source=skill_by_uri(payload.source) if payload.source else None, label=payload.label, target=skill_by_uri(payload.target),
        accepted=payload.accepted, relation=payload.relation, by=token.created_by, at=clock.now(), scope=_scope(token),
    )  # fmt: skip
    return {
        "id": decision.pk,
        "source": decision.source.uri if decision.source else None, "label": decision.label, "target": decision.target.uri,
        "relation": decision.relation, "accepted": decision.accepted, "decided_at": decision.decided_at.isoformat(),
    }  # fmt: skip


@router.post("/skills/decisions/{pk}/withdraw", response={204: None}, auth=Scoped("skills:decide"), throttle=[PerToken("120/m")],
             operation_id="withdraw_decision", summary="Take a decision back")  # fmt: skip
def withdraw(request: HttpRequest, pk: int) -> Status[None]:
    """Take a decision on a match back: what was measured counts again."""
    token = caller(request)
    decision, scope = decision_of(token.created_by, pk), _scope(token)
    if (decision.organisation, decision.person) != (scope.organisation, scope.person):
        raise NotFound("There is no such decision.", remedy="Name one that was made with such a token.")
    withdraw_decision(decision=decision, by=token.created_by, at=clock.now())
    return Status(204, None)


def _scope(token: ApiToken) -> Scope:
    """For whom a token decides."""
    return Scope(person=token.created_by) if token.organisation is None else Scope(organisation=token.organisation)


def _skill(skill: Any) -> dict[str, str]:
    return {"uri": skill.uri, "name": skill.name, "kind": skill.kind, "framework": skill.framework.slug}


def _match(one: SkillMatch) -> dict[str, Any]:
    return {
        "skill": _skill(one.skill), "kind": one.kind, "relation": one.relation, "confidence": one.confidence, "why": one.why,
        "ambiguous": one.ambiguous, "accepted": one.accepted, "counts": one.counts,
    }  # fmt: skip
