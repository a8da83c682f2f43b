"""A degree plan: a larger programme's rule weighed over everything that counts for it, with where each part came from.

1. What the person holds: awards of this site that stand, and verified ones of other issuers.
2. What agreements with the awarding body make of these.
3. What the awarding body recognised, as credit, toward a credential or for a part of the rule.
4. The engine weighs all of it; whatever stands for something else counts instead of it, never beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import achievement_family, versions_named_in
from cairn.catalog.queries.definitions import others_named_in
from cairn.catalog.queries.earnable import no_longer_earned
from cairn.errors import NotFound
from cairn.issuing import holdings
from cairn.issuing.models import Award
from cairn.look.drawings import StackNode
from cairn.people.models import Person
from cairn.recognition.models import ExternalAward, RecognitionRequest
from cairn.recognition.queries import (
    EXTERNAL,
    decisions_for,
    held_elsewhere,
    issuers_called,
    recognised,
    recognitions_of,
    rows_in_force,
)
from cairn.recognition.terms import as_agreement
from cairn.recognition.values import RECOGNITION
from cairn.stacking.articulation import Articulated, articulate
from cairn.stacking.results import NodeTrace

_COUNTED = ("awards", "skills", "parts", "conditions")
"""Units of what is counted one by one; of all others it is said how much counts."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that counts in a degree: what it is, whose, how it came in, and how much of it counts."""

    name: str
    issuer: str
    how: str
    counts: str
    cut: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class DegreePlan:
    """What a person's degree is made of at a moment. ``refused`` are (names, reason) of what counts nothing, and why."""

    version: DefinitionVersion
    evaluation: stacking.Evaluation
    picture: StackNode
    parts: tuple[Part, ...]
    refused: tuple[tuple[tuple[str, ...], str], ...]
    notes: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]
    obstacles: tuple[str, ...]
    """Why there is no way to complete it, where there is none."""


def degree_plan(version: DefinitionVersion, person: Person | None, at: datetime) -> DegreePlan:
    """Return the plan of a person (of nobody: what it takes) toward a programme at ``at``. Raises NotFound where it has no rule."""
    if version.requirement is None:
        raise NotFound(f"“{version.title}” is not made of other credentials.", remedy="Its page says how it is earned.")
    rule = stacking.parse_requirement(version.requirement)
    named = versions_named_in(rule)
    names = {address: one.title for address, one in named.items()}
    called = others_named_in(version.requirement)
    held, sources = _held(person)  # 1
    rows = {str(row.uid): row for row in rows_in_force(at, receiving=version.definition.owner)} if person else {}
    moved = articulate(held, [as_agreement(row) for row in rows.values()], at)  # 2
    papers: dict[str, str] = {}
    for one in moved.derived:
        name, issuer, _ = sources[one.original]
        row = rows[one.agreement]
        how = f"by agreement “{row.title}”, term {one.term}"
        sources[one.award.id] = (name, issuer, how)
        papers[one.award.id] = reverse("recognition:agreement", args=[row.uid, row.number])
    given = recognised(person) if person else []  # 3
    for found in recognitions_of(person) if person else ():
        sources[f"{RECOGNITION}{found.pk}"] = (
            found.name,
            found.issuer_name,
            f"recognised on {found.ended_at:%-d %B %Y}",
        )
    decisions = decisions_for(person, version) if person else []
    families = {frozenset(achievement_family(name)) for name in names}
    weighed = [*held, *moved.awards, *given]
    issuers = issuers_called(person, {award.issuer for award in weighed})
    evaluation = stacking.evaluate(  # 4
        rule,
        weighed,
        at,
        equivalent=sorted(families, key=sorted),
        names={**issuers, **called, **names},
        decisions=decisions,
        retired=no_longer_earned(names),
    )
    return DegreePlan(
        version=version,
        evaluation=evaluation,
        picture=_picture(version, evaluation, sources),
        parts=tuple(_parts(evaluation.trace, sources, papers)),
        refused=_refused(held, given, moved, evaluation, sources),
        notes=tuple(dict.fromkeys(_noted(node) for node in evaluation.nodes().values() if node.note)),
        missing=tuple(tuple(step.sentence for step in way) for way in evaluation.missing),
        obstacles=tuple(_plain(one.sentence, sources) for one in evaluation.obstacles),
    )


def _refused(
    held: list[stacking.Award],
    given: list[stacking.Award],
    moved: Articulated,
    evaluation: stacking.Evaluation,
    sources: _Sources,
) -> tuple[tuple[tuple[str, ...], str], ...]:
    """What is held and counts in no form, by reason: what an agreement says of it, or else the rule."""
    used = set(evaluation.used)
    standing = {award.stands_for for award in given if award.id in used}
    unused = {one.award: one.reason for one in evaluation.unused}
    by_agreement = {one.award: one.reason for one in moved.refused}
    made: dict[str, list[str]] = {}
    for one in moved.derived:
        made.setdefault(one.original, []).append(one.award.id)
    found: dict[str, list[str]] = {}
    for award in held:
        forms = made.get(award.id, [])
        if award.id in used or not used.isdisjoint(forms) or award.achievement in standing:
            continue
        reason = next((unused[form] for form in forms), by_agreement.get(award.id, "")) or unused.get(award.id, "")
        found.setdefault(_plain(reason, sources), []).append(sources[award.id][0])
    return tuple((tuple(sorted(names)), reason) for reason, names in sorted(found.items()))


type _Sources = dict[str, tuple[str, str, str]]
"""The engine's id of an award → its name, its issuer's name, how it came in."""


def _held(person: Person | None) -> tuple[list[stacking.Award], _Sources]:
    if person is None:
        return [], {}
    awards = list(holdings.awards_of(person).filter(state=Award.State.AWARDED))
    sources = {str(one.pk): (one.version.title, one.organisation.name, "awarded here") for one in awards}
    elsewhere = held_elsewhere(person)
    rows = {f"{EXTERNAL}{row.pk}": row for row in ExternalAward.objects.filter(person=person)}
    for value in elsewhere:
        sources[value.id] = (rows[value.id].name, rows[value.id].issuer_name, "brought along")
    return [*holdings.values_of(awards), *elsewhere], sources


def _parts(trace: NodeTrace, sources: _Sources, papers: dict[str, str]) -> list[Part]:
    """What counts, once for each place where it counts."""
    if trace.parts:
        return [part for inner in trace.parts for part in _parts(inner, sources, papers)]
    found: list[Part] = []
    for one in trace.counts:
        name, issuer, how = sources.get(one.award, (one.award, "", ""))
        amount, cut = _amount(one.amount, one.unit), _amount(one.cut, one.unit) if one.cut else ""
        if not any(part.name == name and part.how == how for part in found):
            found.append(Part(name, issuer, how, amount, cut, papers.get(one.award, "")))
    return found


def _picture(version: DefinitionVersion, evaluation: stacking.Evaluation, sources: _Sources) -> StackNode:
    trace = evaluation.trace
    parts = trace.parts if trace.kind == "all_of" else (trace,)
    return StackNode(
        id="degree",
        label=version.title,
        kind=version.definition.type or "programme",
        state=evaluation.state.value,
        detail=f"{int(evaluation.progress * 100)}% complete" if evaluation.state == "partly" else "",
        children=tuple(_stone(part, sources) for part in parts),
    )


def _stone(node: NodeTrace, sources: _Sources) -> StackNode:
    """A part of the rule; below it, what sits inside it, each with how it came in."""
    group = {"all_of": "all", "any_n": "any", "credits_at_least": "credits"}.get(
        node.kind, "group" if node.parts else node.kind
    )
    inside = () if node.parts or node.kind == "residency" else tuple(
        StackNode(
            id=f"{node.id}-{number}",
            label=sources.get(one.award, (one.award, "", ""))[0],
            kind="badge",
            state="met",
            detail=" · ".join(filter(None, (sources.get(one.award, ("", "", ""))[2], _amount(one.amount, one.unit)))),
        )
        for number, one in enumerate(node.counts)
    )  # fmt: skip
    need = f"{node.have} of {node.need} {node.unit}" if node.unit not in _COUNTED else ""
    return StackNode(
        id=node.id,
        label=(node.label or node.sentence).rstrip(":"),
        kind=group if inside or node.parts else ("project" if group == "credits" else group),
        state=node.state.value,
        detail=need,
        children=(*(_stone(part, sources) for part in node.parts), *inside),
    )


def _noted(node: NodeTrace) -> str:
    """A note with what it is about: how much of a cap is used says little without the cap."""
    about = (node.label or node.sentence).rstrip(":")
    return node.note if " by the agreement " in node.note else f"{about}: {node.note}"


def _amount(amount: Decimal, unit: str) -> str:
    return "" if unit in _COUNTED else f"{amount.normalize():f} {unit.removesuffix('s') if amount == 1 else unit}"


def _plain(reason: str, sources: _Sources) -> str:
    """A reason in which awards stand by their names, not by their ids."""
    for key, (name, _issuer, how) in sorted(sources.items(), key=lambda one: -len(one[0])):
        reason = reason.replace(key, f"“{name}” {how}")
    return reason


def programmes_of(person: Person) -> list[DefinitionVersion]:
    """Return the programmes that an institution could see a person's way into: those they asked recognition toward."""
    asked = RecognitionRequest.objects.filter(person=person, toward__requirement__isnull=False)
    found = {one.toward_id: one.toward for one in asked.select_related("toward__definition") if one.toward is not None}
    return sorted(found.values(), key=lambda version: version.title)
