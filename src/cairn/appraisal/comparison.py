"""Side by side: the same rows for every credential, whatever its type, with unknowns as visible as figures.

A cell is *known*, *not stated* or *suppressed* (somebody knows, but may not say, because too few people are behind it). The three are
never mixed up, and an unknown never counts as worse or better. Nothing is ranked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from cairn.appraisal.errors import AppraisalError
from cairn.appraisal.evidence import WAGES_OF_ALL

MOST = 5
"""How many can be compared at once: more do not fit side by side, in a page or in a head."""


class Kind(StrEnum):
    """What sort of answer a cell is."""

    KNOWN = "known"
    NOT_STATED = "not_stated"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Fact:
    """One answer with its source. ``note`` is what must be said beside it, such as how many people a figure rests on."""

    kind: Kind
    value: Any = None
    source: str = ""
    note: str = ""


NOT_STATED = Fact(Kind.NOT_STATED)


def known(value: Any, source: str, note: str = "") -> Fact:
    """A fact that somebody states; None, empty text and empty tuples become "not stated", zero does not."""
    empty = value is None or value == "" or (isinstance(value, tuple) and not value)
    return Fact(Kind.NOT_STATED, source=source) if empty else Fact(Kind.KNOWN, value, source, note)


def suppressed(source: str, note: str) -> Fact:
    """A figure that its source keeps back; ``note`` says why."""
    return Fact(Kind.SUPPRESSED, None, source, note)


@dataclass(frozen=True)
class Money:
    """An exact amount in minor units (cents)."""

    minor: int
    currency: str


@dataclass(frozen=True)
class OccupationWage:
    """What people in an occupation earn a year, whole currency units; None where the source keeps it back."""

    occupation: str
    low: int | None
    median: int | None
    high: int | None
    currency: str = "USD"


@dataclass(frozen=True)
class Score:
    """So many of so many."""

    have: int
    of: int


@dataclass(frozen=True)
class SkillGiven:
    """A skill that a credential leads to; ``stated`` is false where only a crosswalk suggests it."""

    uri: str
    name: str
    level: Decimal | None = None
    stated: bool = True


@dataclass(frozen=True)
class SkillNeeded:
    """A skill that the goal needs, at a level where its source gives one."""

    uri: str
    name: str
    level: Decimal | None = None


@dataclass(frozen=True)
class Goal:
    """What the learner wants to become able to do."""

    name: str
    needs: tuple[SkillNeeded, ...]


@dataclass(frozen=True)
class Cover:
    """What a credential gives of a goal: reached, touched (below the level, or at an unknown one) and not given, by name."""

    reached: tuple[str, ...]
    touched: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class RowKind:
    """A row of every comparison: what it asks, in which part of the table, and how its values are written."""

    key: str
    name: str
    section: str
    format: str
    note: str = ""


ROWS: tuple[RowKind, ...] = (
    RowKind("type", "Type", "What it is", "type"),
    RowKind("level", "Level", "What it is", "text"),
    RowKind("outcomes", "What you can do afterwards", "What it is", "list"),
    RowKind("leads_to", "What it leads to", "What it is", "text"),
    RowKind("stacks_into", "What it counts towards", "What it is", "list"),
    RowKind("assessment", "How it is assessed", "What it is", "text"),
    RowKind("prerequisites", "Needed beforehand", "What it is", "text"),
    RowKind("validity", "How long it holds", "What it is", "text"),
    RowKind("skills", "Skills", "What it is", "skills"),
    RowKind("cover", "Skills against your goal", "What it is", "cover"),
    RowKind("workload_hours", "Workload", "What it takes", "hours"),
    RowKind("credits", "Credits", "What it takes", "number", "Credits of different schemes are not the same amount of work."),
    RowKind("duration", "Duration", "What it takes", "text"),
    RowKind("starts", "Starts", "What it takes", "list"),
    RowKind("languages", "Language", "What it takes", "languages"),
    RowKind("mode", "Online or on site", "What it takes", "mode"),
    RowKind("place", "Place", "What it takes", "text"),
    RowKind("price_total", "Price", "What it costs", "price"),
    RowKind("price_tuition", "Tuition", "What it costs", "money"),
    RowKind("price_fees", "Fees", "What it costs", "money"),
    RowKind("price_materials", "Books, tools and materials", "What it costs", "money"),
    RowKind("price_other", "Other costs", "What it costs", "money"),
    RowKind("price_per_hour", "Price per hour", "What it costs", "money", "Worked out from price and workload, and rounded."),
    RowKind("price_per_credit", "Price per credit", "What it costs", "money", "Worked out from price and credits, and rounded."),
    RowKind("break_even", "What it must bring a year to be worth it", "What it costs", "money",
            "Over the years that are assumed, with time counted as cost, in whole units of the currency. Nobody measured what it brings: "
            "each credential's own page says what is assumed and lets you change it."),
    RowKind("provider", "Provider", "Who stands behind it", "text"),
    RowKind("approved_by", "Who approves the provider", "Who stands behind it", "list"),
    RowKind("quality_assurance", "Quality assurance", "Who stands behind it", "text"),
    RowKind("recognition", "Counts elsewhere", "Who stands behind it", "list",
            "By agreements in force on this site, and as the source says. No entry does not mean that nobody recognises it."),
    RowKind("completeness", "Elements of the EU standard stated", "Who stands behind it", "score"),
    RowKind("credibility", "Credibility", "Who stands behind it", "interval", "From what is known to what is possible, of 100."),
    RowKind("completers", "People who completed", "What became of learners", "count"),
    RowKind("employed_2", "Employed after half a year", "What became of learners", "percent"),
    RowKind("employed_4", "Employed after a year", "What became of learners", "percent"),
    RowKind("wage_2", "Mean earnings a quarter, after half a year", "What became of learners", "money",
            "What completers earn, compared with nobody: not the effect of the credential."),
    RowKind("wage_4", "Mean earnings a quarter, after a year", "What became of learners", "money",
            "What completers earn, compared with nobody: not the effect of the credential."),
    RowKind("earnings", "Earnings published for this credential", "What became of learners", "list",
            "Each as what it is: a median is no mean, and neither is the effect of the credential."),
    RowKind("occupations", "Occupations and their wages", "What became of learners", "wages",
            f"{WAGES_OF_ALL} They are not the effect of the credential."),
)  # fmt: skip
"""Every row, in the order in which it is read."""

_DERIVED = {"price_per_hour", "price_per_credit", "cover"}
_GIVEN = {row.key for row in ROWS} - _DERIVED


@dataclass(frozen=True)
class Item:
    """One credential to compare. ``facts`` by the key of :data:`ROWS`; what is absent is "not stated".

    Prices are :class:`Money`, hours and credits Decimals (the note of credits names their scheme), percentages Decimals from 0 to 100,
    ``languages`` tuples of BCP 47 tags, ``skills`` tuples of :class:`SkillGiven`, ``occupations`` tuples of :class:`OccupationWage`,
    ``completeness`` a :class:`Score`, ``credibility`` (low, high, share known): two Decimals of 100 and one from 0 to 1.
    """

    key: str
    title: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.facts) - _GIVEN):
            raise AppraisalError(unknown[0], "There is no such row.", f"Use one of {', '.join(sorted(_GIVEN))}.")

    def fact(self, key: str) -> Fact:
        """What is said about a row."""
        return self.facts.get(key, NOT_STATED)


@dataclass(frozen=True)
class Row:
    """A row with one cell for each item; ``differs`` where the answers are not all the same."""

    kind: RowKind
    cells: tuple[Fact, ...]

    @property
    def differs(self) -> bool:
        """Whether the items answer differently; unknown beside known is a difference too."""
        first = (self.cells[0].kind, self.cells[0].value)
        return any((cell.kind, cell.value) != first for cell in self.cells[1:])

    @property
    def empty(self) -> bool:
        """Whether nobody answers."""
        return all(cell.kind is Kind.NOT_STATED for cell in self.cells)


@dataclass(frozen=True)
class Comparison:
    """Items side by side."""

    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    goal: Goal | None

    def row(self, key: str) -> Row:
        """One row by its key."""
        return next(row for row in self.rows if row.kind.key == key)

    @property
    def differing(self) -> tuple[Row, ...]:
        """The rows in which the items differ."""
        return tuple(row for row in self.rows if row.differs)

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies in which money stands here. Amounts in two of them are never converted and say nothing about each other."""
        found = {cell.value.currency for row in self.rows for cell in row.cells if isinstance(cell.value, Money)}
        return tuple(sorted(found))

    def unknowns(self, item: Item) -> tuple[Row, ...]:
        """The rows that say nothing about an item, because it is not stated or kept back."""
        place = self.items.index(item)
        return tuple(row for row in self.rows if row.cells[place].kind is not Kind.KNOWN)


def compare(items: Sequence[Item], goal: Goal | None = None) -> Comparison:
    """Put one to five credentials side by side. Raises :class:`AppraisalError` for none, too many, or the same one twice."""
    if not items:
        raise AppraisalError("items", "There is nothing to compare.", "Give at least one.")
    if len(items) > MOST:
        raise AppraisalError("items", f"{len(items)} are too many to compare at once.", f"Give at most {MOST}.")
    if len({item.key for item in items}) != len(items):
        raise AppraisalError("items", "The same credential stands there twice.", "Give each once.")
    rows = [
        Row(kind, tuple(_cell(kind.key, item, goal) for item in items))
        for kind in ROWS
        if goal is not None or kind.key != "cover"
    ]
    return Comparison(tuple(items), tuple(rows), goal)


def _cell(key: str, item: Item, goal: Goal | None) -> Fact:
    if key == "price_per_hour":
        return _price_per(item, "workload_hours")
    if key == "price_per_credit":
        return _price_per(item, "credits")
    if key == "cover" and goal is not None:
        return _cover(item, goal)
    return item.fact(key)


def _price_per(item: Item, unit: str) -> Fact:
    price, amount = item.fact("price_total"), item.fact(unit)
    if not isinstance(price.value, Money) or not isinstance(amount.value, Decimal) or amount.value <= 0:
        return NOT_STATED
    each = (Decimal(price.value.minor) / amount.value).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    said = f"worked out from the price and the {'workload' if unit == 'workload_hours' else 'credits'} stated"
    return known(Money(int(each), price.value.currency), said, f"({amount.note})" if amount.note else "")


def _cover(item: Item, goal: Goal) -> Fact:
    fact = item.fact("skills")
    if fact.kind is not Kind.KNOWN:
        return fact
    given = {skill.uri: skill for skill in fact.value}
    reached, touched, missing = [], [], []
    for need in goal.needs:
        skill = given.get(need.uri)
        if skill is None:
            missing.append(need.name)
        elif need.level is None or (skill.level is not None and skill.level >= need.level):
            reached.append(need.name)
        else:
            touched.append(need.name)
    return known(Cover(tuple(reached), tuple(touched), tuple(missing)), fact.source, fact.note)
