"""What speaks for and against a provider and a register's entry being the same institution. Pure: two descriptions in, one judgement out.

The rule for accepting without a person: an identifier agrees and the names do not contradict it, or the web address and the name agree;
and nothing that is known on both sides (state, country) disagrees. A name alone, however exact, waits for a person: two schools of one name
are common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cairn.catalog.importing.registers_names import (
    PARTS,
    distinctive,
    short_forms,
    state_of,
    variants,
    words_of,
    written_as,
)

SAFE_NAME = 0.75
"""How alike names must be, beside a web address, to be accepted without a person."""
LIKE = 0.5
"""Names less alike than this count as different."""
WORTH_ASKING = 0.55
"""Matches below are not shown to anybody."""


@dataclass(frozen=True)
class Described:
    """An institution as one source describes it. ``identifiers`` are pairs of scheme and :func:`identifier_of` value.

    ``lent`` are those that it does not state itself: an entry that was accepted as the same gives them.
    """

    key: int
    names: tuple[str, ...]
    domains: frozenset[str] = frozenset()
    identifiers: frozenset[tuple[str, str]] = frozenset()
    lent: frozenset[tuple[str, str]] = frozenset()
    city: str = ""
    state: str = ""
    country: str = ""
    source: str = ""

    @cached_property
    def worded(self) -> tuple[tuple[str, ...], ...]:
        """Return the words of each name."""
        return tuple(words_of(name) for name in self.names)

    @cached_property
    def known_as(self) -> tuple[tuple[str, str], ...]:
        """Return each name with its variants, and what they leave off."""
        return tuple(one for name in self.names for one in variants(name))


@dataclass(frozen=True, slots=True)
class Judgement:
    """``score`` from 0 to 1; ``safe`` where it may be accepted without a person; ``agreed`` and ``disagreed`` as sentences."""

    kind: str
    score: float
    safe: bool
    agreed: list[str] = field(default_factory=list)
    disagreed: list[str] = field(default_factory=list)


def judge(provider: Described, entry: Described, weights: Mapping[str, float]) -> Judgement | None:
    """Weigh two descriptions; None where nothing worth a person's time agrees.

    ``weights`` says how much a word tells (rare words much, common ones little).
    """
    agreed: list[str] = []
    disagreed: list[str] = []
    same_ids = (provider.identifiers | provider.lent) & entry.identifiers
    same_domains = provider.domains & entry.domains
    alike, named = _names(provider, entry, weights)
    if same_ids:
        stated = ", ".join(f"{scheme} {value}" for scheme, value in sorted(same_ids))
        own = bool(same_ids & provider.identifiers)
        agreed.append(
            f"Identifier: {stated}" + ("." if own else ", as the accepted entry of another register gives it.")
        )
    if same_domains:
        agreed.append(f"Web address: {', '.join(sorted(same_domains))}.")
    elif provider.domains and entry.domains:
        disagreed.append(f"Web address: {', '.join(sorted(provider.domains))} and {', '.join(sorted(entry.domains))}.")
    (agreed if alike >= LIKE else disagreed).append(named)
    city = _place("City", provider.city, entry.city, agreed, disagreed)
    state = _place("State", state_of(provider.state), state_of(entry.state), agreed, disagreed)
    country = _place("Country", provider.country.upper(), entry.country.upper(), agreed, disagreed)
    against = state is False or country is False
    if same_ids:
        kind, score = "identifier", 0.99 if alike >= LIKE else 0.8
        safe = alike >= LIKE and country is not False
    elif same_domains and alike >= LIKE:
        kind, score = "domain", min(0.98, 0.85 + 0.1 * alike + (0.03 if city else 0.0))
        safe = alike >= SAFE_NAME and not against
    elif same_domains:
        kind, score, safe = "site", 0.6 + 0.1 * alike, False
    elif alike >= LIKE and city and state is not False:
        kind, score, safe = "name_place", 0.45 + 0.45 * alike, False
    else:
        kind, score, safe = "name", 0.7 * alike + (0.1 if state else 0.0), False
        if alike < 0.8:
            return None
    if against and not same_ids:
        score -= 0.25
    if score < WORTH_ASKING:
        return None
    return Judgement(kind, round(score, 2), safe, agreed, disagreed)


def likeness(one: tuple[str, ...], other: tuple[str, ...], weights: Mapping[str, float]) -> float:
    """Return how alike two names are, from 0 to 1: the share of their words' weight that both have.

    Names that have no distinctive word in common are never alike: "County College" says nothing of which county.
    """
    if one == other:
        return 1.0
    one, other = written_as(one, other), written_as(other, one)
    first, second = frozenset(one), frozenset(other)
    shared = first & second
    if not distinctive(tuple(shared)):
        return 0.0
    if first == second:
        return 0.98
    left = first ^ second
    if left <= PARTS or left <= {"new", "jersey"}:
        return 0.88
    weight = sum(weights.get(word, 8.0) for word in first | second)
    both = sum(weights.get(word, 8.0) for word in shared)
    return 0.97 * both / weight if weight else 0.0


def _names(provider: Described, entry: Described, weights: Mapping[str, float]) -> tuple[float, str]:
    best, pair, part = 0.0, (provider.names[0], entry.names[0]), ""
    for mine, left in provider.known_as:
        my_words = words_of(mine)
        for its, its_words in zip(entry.names, entry.worded, strict=True):
            alike = likeness(my_words, its_words, weights)
            if alike < 0.9 and "".join(my_words) in short_forms(its) | {"".join(its_words)}:
                alike = 0.9
            if left:
                alike *= 0.95
            if alike > best:
                best, pair, part = alike, (mine, its), left
    rest = f" “{part}” counts as a part or place of it." if part else ""
    if pair[0].casefold() == pair[1].casefold():
        return best, f"Name: “{pair[0]}” on both sides.{rest}"
    return best, f"Name: “{pair[0]}” and “{pair[1]}”, {best:.0%} alike.{rest}"


def _place(what: str, mine: str, its: str, agreed: list[str], disagreed: list[str]) -> bool | None:
    """Return whether two places are the same, None where one is not known."""
    if not mine or not its:
        return None
    same = " ".join(words_of(mine)) == " ".join(words_of(its))
    if same:
        agreed.append(f"{what}: {mine}.")
    else:
        disagreed.append(f"{what}: {mine} and {its}.")
    return same
