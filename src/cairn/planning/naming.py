"""What the names in a problem refer to: offers of the problem, or credentials that are held or earned somewhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cairn.planning.values import PlanningError


@dataclass(frozen=True)
class Remark:
    """Something worth knowing about a problem that is no fault: `path` is its place in the document."""

    path: str
    text: str


def remarks(document: Mapping[str, Any]) -> tuple[Remark, ...]:
    """What says nothing in a problem because nothing there has that name. `document` keeps to the schema.

    Raises `PlanningError` for `without`, by which nothing else can be meant than an offer of the problem.
    """
    sold = {one["id"] for one in document["offers"]}
    known = sold | {one["id"] for one in document.get("stacks", ())}
    known |= {
        one["achievement"] for kind in ("offers", "stacks") for one in document.get(kind, ()) if one.get("achievement")
    }
    held = set(document.get("learner", {}).get("holds", ()))
    for path, names in _left_out(document):
        for place, name in enumerate(names):
            if name not in known:
                raise PlanningError(
                    f"{path}[{place}] is {name[:60]!r}, which no offer of this problem is. Write the id of one, or take it away."
                )
    for kind in ("bundles", "discounts"):
        ids: set[str] = set()
        for place, one in enumerate(document.get(kind, ())):
            if one["id"] in ids:
                raise PlanningError(
                    f"{kind}[{place}].id is {one['id'][:60]!r}, which another has already. Give each its own."
                )
            ids.add(one["id"])
    found = [
        Remark(path, f"{name[:60]} is no offer of this problem and not held, so nothing here brings it.")
        for path, name in _asked(document)
        if name not in known | held
    ]
    for kind, names_of in (("bundles", lambda one: one["offers"]), ("discounts", lambda one: [one["offer"]])):
        for place, one in enumerate(document.get(kind, ())):
            for inner, name in enumerate(names_of(one)):
                if name not in sold:
                    path = f"{kind}[{place}].{f'offers[{inner}]' if kind == 'bundles' else 'offer'}"
                    found.append(
                        Remark(path, f"{name[:60]} is no offer of this problem, so nothing is sold or discounted here.")
                    )
    for place, one in enumerate(document["offers"]):
        for inner, name in enumerate(one.get("exclusive_with", ())):
            if name not in known | held:
                path = f"offers[{place}].exclusive_with[{inner}]"
                found.append(
                    Remark(path, f"{name[:60]} is no offer of this problem and not held, so it excludes nothing.")
                )
    return tuple([*_on_returns(document), *_on_days(document.get("limits", {})), *found][:MOST])


def _on_returns(document: Mapping[str, Any]) -> Iterator[Remark]:
    """What is set aside, or missing, of what would make one plan return more than another."""
    stated = any(one.get("expected_return") for one in document["offers"])
    worth = "worth" in document["target"]
    if stated and worth:
        yield Remark("target.worth", "Offers state what they return; that is reckoned with, and this is set aside.")
    if document.get("objective") == "best_return" and not stated and not worth:
        told = "No offer states what it returns and target.worth is not given, so no plan returns more than another: told is the cheapest."
        yield Remark("objective", told)


def _on_days(limits: Mapping[str, Any]) -> Iterator[Remark]:
    start, deadline = limits.get("start", ""), limits.get("deadline", "")
    if deadline and deadline < start:
        yield Remark(
            "limits.deadline", f"The deadline, {deadline}, is before the start, {start}, so there is no time at all."
        )


MOST = 1_000
"""Remarks that are told at most."""


def _left_out(document: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str]]]:
    yield "limits.without", document.get("limits", {}).get("without", ())
    for place, one in enumerate(document.get("what_if", ())):
        yield f"what_if[{place}].without", one.get("without", ())


def _asked(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Credentials that prerequisites, parts of stacks and conditions of discounts name."""
    for kind, field in (("offers", "requires"), ("stacks", "parts"), ("discounts", "when")):
        for place, one in enumerate(document.get(kind, ())):
            for group, alternatives in enumerate(one.get(field, ())):
                for number, name in enumerate(alternatives):
                    if isinstance(name, str):
                        yield f"{kind}[{place}].{field}[{group}][{number}]", name


def brought(document: Mapping[str, Any]) -> dict[str, int]:
    """The skills, with their levels, of what the learner holds: an offer brings all of its own.

    An achievement that several offers award brings what all of these have in common.
    """
    found: dict[str, int] = {}
    rows = [*document["offers"], *document.get("stacks", ())]
    held = set(document.get("learner", {}).get("holds", ()))
    awarding: dict[str, list[Mapping[str, int]]] = {}
    for one in rows:
        if one["id"] in held:
            _add(found, one.get("provides", {}).items())
        elif one.get("achievement") in held:
            awarding.setdefault(one["achievement"], []).append(one.get("provides", {}))
    for ways in awarding.values():
        common = set.intersection(*map(set, ways))
        _add(found, ((skill, min(way[skill] for way in ways)) for skill in common))
    return found


def _add(found: dict[str, int], skills: Iterable[tuple[str, int]]) -> None:
    for skill, level in skills:
        found[skill] = max(level, found.get(skill, 0))


def beside_held(document: Mapping[str, Any]) -> dict[str, Any]:
    """The problem in which what is held says to the offers what it means for them.

    What a held offer excludes, excludes the held one. An offer that would award once more what is held from another may be taken all
    the same, for the skills that it brings beyond: it awards nothing then.
    """
    held = set(document.get("learner", {}).get("holds", ()))
    if not held:
        return dict(document)
    barring: dict[str, set[str]] = {}
    for one in document["offers"]:
        if one["id"] in held:
            for name in one.get("exclusive_with", ()):
                barring.setdefault(name, set()).add(one["id"])

    def told(one: Mapping[str, Any]) -> dict[str, Any]:
        own = {one["id"], one.get("achievement", "")}
        barred = set().union(*(barring.get(name, ()) for name in own)) - {one["id"]}
        changed = dict(one)
        if barred:
            changed["exclusive_with"] = [*one.get("exclusive_with", ()), *sorted(barred)]
        if one.get("achievement") in held and one["id"] not in held:
            changed["achievement"] = ""
        return changed

    stacks = [
        {**one, "achievement": ""} if one.get("achievement") in held else one for one in document.get("stacks", ())
    ]
    return {**document, "offers": [told(one) for one in document["offers"]], "stacks": stacks}
