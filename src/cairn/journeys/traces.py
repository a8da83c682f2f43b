"""The engine's answer as plain JSON, to be kept and shown as it was computed; as a picture of the stack; and in the learner's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.journeys.ready import Ready
from cairn.look.drawings import StackNode
from cairn.stacking import documents
from cairn.stacking.requirements import nodes

type Called = Mapping[str, str]
"""What a learner calls each award: its title and day, by the engine's id."""

REVOKED, EXPIRED = "was revoked", "expired on"
"""How the engine's reasons begin where an award would count, had it not been revoked or run out."""


def as_json(evaluation: stacking.Evaluation, ready: Ready) -> dict[str, Any]:
    """Return an evaluation as JSON values; exact fractions and amounts stand as text like ``"2/3"``.

    Nodes and missing steps that ask for a credential of this site carry its title, type and page.
    """
    by_id = {node.id: node for node in nodes(stacking.numbered(ready.rule))}
    document = documents.as_json(evaluation)
    for way in document["missing"]:
        for step in way:
            step |= _named(ready.versions.get(step.get("achievement", "")))
            step["search"] = _search_words(by_id.get(step["id"]))
    _name(document["trace"], by_id, ready)
    return document


def _name(node: dict[str, Any], by_id: Mapping[str, stacking.Requirement], ready: Ready) -> None:
    asked = by_id.get(node["id"])
    node |= _named(ready.versions.get(asked.achievement) if isinstance(asked, stacking.AwardOf) else None)
    for part in node["parts"]:
        _name(part, by_id, ready)


def _named(version: DefinitionVersion | None) -> dict[str, str]:
    if version is None:
        return {"title": "", "type": "", "slug": ""}
    return {"title": version.title, "type": version.definition.type, "slug": version.definition.slug}


def _search_words(asked: stacking.Requirement | None) -> str:
    """What to look for in the catalogue where no credential is named: the tags that the requirement asks for."""
    chosen = getattr(asked, "filter", None)
    return " ".join(chosen.tags[:1]) if isinstance(chosen, stacking.AwardFilter) else ""


# --- the picture --------------------------------------------------------------------------------------------------------------------


def picture_of(title: str, kind: str, evaluation: dict[str, Any], called: Called | None = None) -> StackNode:
    """Return the drawing's tree for an evaluation that :func:`as_json` wrote: the credential on top, its parts below.

    With ``called``, stones say which award counts there, which one is questioned or ran out, and which step is the next.
    """
    trace = evaluation["trace"]
    parts = trace["parts"] if trace["kind"] == "all_of" else [trace]
    ways = evaluation.get("missing") or [[]]
    following = {step["id"] for step in ways[0]} if called is not None else set()
    return StackNode(
        id="whole",
        label=title,
        kind=kind,
        state=evaluation["state"],
        detail=f"{evaluation['percent']}% complete" if evaluation["state"] == "partly" else "",
        children=tuple(_stone(part, called or {}, following) for part in parts),
    )


def _stone(node: dict[str, Any], called: Called, following: set[str]) -> StackNode:
    group = {"all_of": "all", "in_order": "all", "any_n": "any", "credits_at_least": "credits"}.get(
        node["kind"], node["kind"]
    )
    if node["parts"] and group not in {"all", "any"}:
        group = "group"
    return StackNode(
        id=node["id"],
        label=(node["label"] or node["title"] or node["sentence"]).rstrip(":"),
        kind=node["type"] or group,
        state=node["state"],
        detail=_amount(node) or node.get("note", ""),
        note="; ".join(_beside(node, called[award]) for award in node["used"] if award in called) if not node["parts"] else "",
        mark=_mark(node, following) if called or following else "",
        children=tuple(_stone(part, called, following) for part in node["parts"]),
        href=reverse("catalog:credential", args=[node["slug"]]) if node["slug"] else None,
    )  # fmt: skip


def _mark(node: dict[str, Any], following: set[str]) -> Any:
    if node["state"] == "met" or node["parts"]:
        return ""
    reasons = [one["reason"] for one in node["rejected"]]
    if any(reason.startswith(REVOKED) for reason in reasons):
        return "questioned"
    if any(reason.startswith(EXPIRED) for reason in reasons):
        return "expired"
    return "next" if node["id"] in following else ""


def _beside(node: dict[str, Any], name: str) -> str:
    """What counts at a stone: the award, or only its day or issuer where the stone says the same already."""
    title, _, rest = name.partition(", ")
    return rest if rest and title in (node["title"], node["label"]) else title


def _amount(node: dict[str, Any]) -> str:
    counts = node["need"] != "1" and node["unit"] not in ("parts", "conditions")
    return f"{node['have']} of {node['need']} {node['unit']}" if counts else ""


# --- the learner's words ------------------------------------------------------------------------------------------------------------

ISO_DAY = re.compile(r"\b[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9])\b")
STATES = {"met": ("Done", "good"), "partly": ("Under way", "info"), "not": ("Missing", "unsure")}


@dataclass(frozen=True)
class Told:
    """One requirement as a learner reads it: what it asks, how far it is, what counts, what does not and why, what was decided."""

    sentence: str
    state: str
    word: str
    tone: str
    amount: str
    note: str
    counts: tuple[str, ...]
    decided: tuple[str, ...]
    against: tuple[str, ...]
    needed: bool
    slug: str
    parts: tuple[Told, ...]


def told(node: dict[str, Any], called: Called) -> Told:
    """Return a node of a trace, and everything below it, in the learner's words."""
    word, tone = STATES[node["state"]]
    return Told(
        sentence=(node["label"] or node["sentence"]).rstrip(":"),
        state=node["state"],
        word=word,
        tone=tone,
        amount=_amount(node),
        note=_with_names(node.get("note", ""), called),
        counts=tuple(_counted(one, called) for one in node.get("counts", ())) if not node["parts"] else (),
        decided=tuple(_decided(one, called) for one in node.get("decisions", ())),
        against=tuple(f"{called.get(one['award'], one['award'])} {_with_names(one['reason'], called)}." for one in node["rejected"]),
        needed=bool(node["counted"]),
        slug=node["slug"],
        parts=tuple(told(part, called) for part in node["parts"]),
    )  # fmt: skip


def _counted(one: dict[str, Any], called: Called) -> str:
    """Both numbers where an award counts for something else than it states."""
    name = called.get(one["award"], one["award"])
    said = f"{one['amount']} {one['unit']}" if one["unit"] not in ("awards", "skills") else ""
    if one["unit"] == "skills":
        said = f"{one['amount']} skills" if one["amount"] != "1" else "one skill"
    stated = (
        f" (it states {one['stated']} {one['stated_unit']})" if one.get("stated_unit") and one.get("because") else ""
    )
    because = f": {_with_names(one['because'], called)}" if one.get("because") else ""
    return f"{name} counts{f' for {said}' if said else ''}{stated}{because}."


def _decided(one: dict[str, Any], called: Called) -> str:
    what = f"{called.get(one['award'], one['award'])} accepted instead" if one.get("award") else "waived"
    return f"{what} by {one['by']} on {_with_names(one['at'][:10], called)}: {one['reason']}"


def _with_names(text: str, called: Called) -> str:
    """A reason with the awards in it called as the learner calls them, and days as people write them."""
    text = ISO_DAY.sub(lambda hit: date_format(date.fromisoformat(hit[0]), "j F Y"), text)
    if not text or not called:
        return text
    known = "|".join(re.escape(key) for key in sorted(called, key=len, reverse=True))
    return re.sub(known, lambda hit: called[hit[0]], text)


def left_over(evaluation: dict[str, Any], called: Called) -> list[str]:
    """Return a sentence for each award that counts nowhere, with the reason."""
    return [
        f"{called.get(one['award'], one['award'])} {_with_names(one['reason'], called)}."
        for one in evaluation["unused"]
        if "not asked for" not in one["reason"]
    ]


def questioned(evaluation: dict[str, Any], called: Called) -> list[str]:
    """Return a sentence for each revoked award that would serve where something is missing."""
    wanted = {
        one["award"] for node in _leaves(evaluation["trace"]) if node["state"] != "met" for one in node["rejected"]
    }
    return [
        f"{called.get(one['award'], one['award'])} {_with_names(one['reason'], called)}."
        for one in evaluation.get("questioned", ())
        if one["award"] in wanted
    ]


def ways(evaluation: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the nearest ways to complete the stack, each step with the page where its credential is offered, if there is one."""
    return [
        [
            step | {"credential": reverse("catalog:credential", args=[step["slug"]]) if step.get("slug") else ""}
            for step in way
        ]
        for way in evaluation["missing"]
    ]


@dataclass(frozen=True)
class Hindered:
    """Why nothing completes a stack, in sentences; ``certain`` where nothing that is earned from now on can change it."""

    certain: bool
    sentences: tuple[str, ...]


def hindered(evaluation: dict[str, Any], called: Called) -> Hindered | None:
    """Return why there is no way to complete the stack; None where there is one, and of answers kept before reasons were."""
    found = evaluation.get("obstacles")
    if not found:
        return None
    said = tuple(f"{_with_names(one['sentence'], called)}." for one in found)
    return Hindered(all(one["certain"] for one in found), said)


def doubt(evaluation: dict[str, Any]) -> str:
    """Return what of the answer is not proven, as a sentence; nothing where all of it is."""
    if evaluation["exact"]:
        return ""
    many = "There are very many ways to count what you hold."
    if evaluation.get("decided", False):
        return f"{many} It is certain that it is not complete; how far it is may be more than shown."
    return f"{many} We show the best one found so far; more may be possible."


def reasons(evaluation: dict[str, Any]) -> list[str]:
    """Return, in sentences, why the evaluation came out as it did: what is met, then what is missing."""
    said = []
    for node in _leaves(evaluation["trace"]):
        if node["state"] == "met":
            said.append(f"{node['sentence'].rstrip(':')}: done.")
        elif node["counted"]:
            said.append(
                f"{node['sentence'].rstrip(':')}: still missing ({node['have']} of {node['need']} {node['unit']})."
            )
    return said


def awards_in(evaluation: dict[str, Any]) -> set[str]:
    """Return the engine's ids of every award that an evaluation mentions."""
    found = {one["award"] for one in evaluation["unused"]} | set(evaluation["used"])
    found |= {one["award"] for one in evaluation.get("questioned", ())}
    found |= {award for one in evaluation.get("obstacles", ()) for award in one.get("awards", ())}
    return found | {one["award"] for node in _every(evaluation["trace"]) for one in node["rejected"]}


def _every(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for part in node["parts"]:
        yield from _every(part)


def _leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in _every(node) if not one["parts"]]
