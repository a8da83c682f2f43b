"""What could still be earned: for each place the awards that would serve it, in the kinds that limits around it tell apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from cairn.stacking.awards import Award, plain
from cairn.stacking.compiling import Compiled, Place
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.criteria import Criterion, EarnedBetween, Recent, said
from cairn.stacking.families import Names
from cairn.stacking.imagining import imagine
from cairn.stacking.schemes import credits_in

if TYPE_CHECKING:
    from cairn.stacking.serving import Asked

NAMES = 6
"""How many of the achievements that a leaf names are tried at most."""
PIECES = 24
"""Into how many awards of different issuers an amount is divided at most, where a limit holds for each issuer."""
MANY = 4_000
"""Awards that are added to what is held at most, to see what would be."""
KINDS = 4
"""How many kinds of award are tried at most where limits tell them apart."""


@dataclass(frozen=True)
class Supply:
    """An award that could be earned for a place, and what is said of it beyond what the leaf itself asks."""

    place: int
    award: Award
    beyond: str


def names_of(place: Place, retired: Collection[str] = ()) -> list[str] | None:
    """The achievements of which an award must be to serve here, whatever says so; None where it may be of any.

    Those that nobody can earn any more are left out.
    """
    lists = [frozenset(one.accepts or ()) for one in place.criteria if one.reads == "achievement"]
    lists += [] if place.only is None else [place.only]
    return sorted(frozenset.intersection(*lists).difference(retired)) if lists else None


def closed(place: Place, at: datetime) -> bool:
    """Whether nothing that is earned from now on can count here, because its window is over."""
    return any(
        isinstance(criterion, EarnedBetween) and criterion.until is not None and criterion.until <= at
        for criterion in place.criteria
    )


def asked_around(place: Place, at: datetime, names: Names) -> str:
    """What the requirements around a leaf ask of an award that is yet to be earned, as the end of a sentence."""
    own = place.leaf.criteria
    asked = [one for one in dict.fromkeys(place.scope.criteria) if one not in own and not _granted(one, at)]
    return f", {said(asked, names)}" if asked else ""


def _granted(criterion: Criterion, at: datetime) -> bool:
    """Whether whatever is earned now meets it."""
    if isinstance(criterion, EarnedBetween):
        return criterion.until is None and (criterion.since is None or criterion.since <= at)
    return isinstance(criterion, Recent)


def supplies(
    rule: Compiled, place: Place, lack: int, bodies: Mapping[int, int], at: datetime, names: Names,
    retired: Collection[str] = (),
) -> Iterator[Supply]:  # fmt: skip
    """Awards that together bring `lack` to the place, once for each kind of award that its limits and residencies tell apart.

    `bodies` is what each residency lacks, by its place.
    """
    if closed(place, at):
        return
    about = f"for-{place.number}"
    if isinstance(place.leaf, SkillsCovered):
        award = imagine(place.leaf, place.criteria, at, name=about, amount=Decimal(len(place.leaf.skills)))
        if award is not None:
            yield Supply(place.number, award, asked_around(place, at, names))
        return
    known = names_of(place, retired)
    among = [None] if known is None else known[:NAMES]
    for kind, (criteria, beyond, least, credit) in enumerate(_kinds(rule, place, bodies, at, names)):
        for number, name in enumerate(among):
            for piece, (amount, issuer) in enumerate(_pieces(rule, place, max(lack, least), known)):
                award = imagine(
                    place.leaf, criteria, at, name=f"{about}-{kind}-{number}-{piece}", amount=amount, achievement=name
                )
                if award is None:
                    break
                if award.issuer == "somebody":
                    award = replace(award, issuer=issuer or f"somebody-{number}")
                yield Supply(place.number, replace(award, credits={**award.credits, **credit}), beyond)


def completable(rule: Compiled, held: Sequence[Award], at: datetime, asked: Asked) -> bool | None:
    """Whether a rule is met, as far as the search finds out, once everything that could be earned is; None where that is very much."""
    from cairn.stacking.evaluation import completed

    bodies = {one.place: rule.need[one.place] for one in rule.residents}
    added = [
        one.award
        for place in rule.places
        for one in supplies(rule, place, rule.need[place.number], bodies, at, asked.names, asked.retired)
    ]
    return None if len(added) > MANY else completed(rule, [*held, *added], at, asked, spare={}) is not None


type _Asked = tuple[tuple[Criterion, ...], str, int, dict[str, Decimal]]


def _kinds(rule: Compiled, place: Place, bodies: Mapping[int, int], at: datetime, names: Names) -> Iterable[_Asked]:
    """The conditions on an award for the place: as they are, as residencies ask, and each value by itself where there is a choice."""
    around, own = asked_around(place, at, names), place.criteria
    found: list[_Asked] = [(own, around, 0, {})]
    for resident in rule.residents:
        if place.number in resident.places:
            beyond = f"{around}, {said(resident.rule.criteria, names)}"
            credit: dict[str, Decimal] = {}
            scheme = resident.rule.scheme
            if place.leaf.counts_in != scheme and bodies[resident.place]:
                credit = {scheme: Decimal(bodies[resident.place]) / 100}
                beyond += f", with {plain(credit[scheme])} {credits_in(scheme, plain(credit[scheme]))}"
            least = bodies[resident.place] if place.leaf.counts_in == scheme else 0
            found.insert(0, ((*own, *resident.rule.criteria), beyond, least, credit))
    if place.limits:
        for criterion in own:
            for value in (criterion.accepts or ())[1:]:
                only = replace_accepted(criterion, value)
                if only is not None:
                    found.append(
                        ((*(one for one in own if one != criterion), only), f"{around}, {said((only,), names)}", 0, {})
                    )
    return found[: KINDS + len(rule.residents)]


def replace_accepted(criterion: Criterion, value: str) -> Criterion | None:
    """The same condition with one value of its list."""
    made = type(criterion)
    try:
        return made((value,))  # type: ignore[call-arg]  # every criterion with a list is made of it
    except TypeError:
        return None


def _pieces(rule: Compiled, place: Place, lack: int, names: list[str] | None) -> list[tuple[Decimal, str]]:
    """The amounts that awards for the place bring: one, or several of different issuers where no issuer may bring more."""
    leaf = place.leaf
    if names is not None:  # each achievement counts once
        return [(Decimal(1) if leaf.unit_size == 1 else leaf.quantity(lack), "")]
    if leaf.unit_size == 1:
        return [(Decimal(1), f"somebody-{number}") for number in range(min(lack, PIECES * 4))]
    limits = [rule.limits[number].limit for number in place.limits]
    each = [one.most for one in limits if one.each_issuer and one.scheme is not None and one.scheme == leaf.counts_in]
    size = min([lack, *each])
    if size < lack and -(-lack // size) <= PIECES:
        sizes = [size] * (lack // size) + ([lack % size] if lack % size else [])
        return [(leaf.quantity(one), f"somebody-{number}") for number, one in enumerate(sizes)]
    return [(leaf.quantity(lack), "")]
