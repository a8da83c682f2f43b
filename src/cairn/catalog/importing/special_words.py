"""Prices for some, or for several things together, read from the words in which :mod:`cairn.catalog.exporting.special` writes them.

No format has terms for them: whose a price is stands in a condition, in the same words in each. What is not in these words stays words.
"""

from __future__ import annotations

import re
from datetime import date

from cairn.catalog.importing.mapping_values import CURRENCIES, read_money
from cairn.catalog.importing.records import RequiredRecord, SpecialRecord

LONGEST = 5_000
"""Letters of a special price that are looked at."""
_HOLDING, _TOGETHER = "for those who hold ", "for all of these together: "
_NAMES = r"“[^”]{1,400}”"
_GROUPS = re.compile(rf"{_NAMES}(?:(?: or | and ){_NAMES}){{0,30}}")
_LIST = re.compile(rf"{_NAMES}(?:, {_NAMES}){{0,60}}")
_DAY = r"\d{4}-\d\d-\d\d"
_WHOLE = re.compile(
    rf"(?P<title>.{{1,400}}?): (?P<currency>[A-Z]{{3}}) (?P<amount>\d{{1,12}}(?:\.\d{{1,4}})?), (?P<condition>for .*”)"
    rf"(?: from (?P<first>{_DAY}))?(?: until (?P<last>{_DAY}))?",
    re.DOTALL,
)


def read_special(text: str) -> SpecialRecord | None:
    """Return what a line as a whole says, None where it is not in these words.

    >>> found = read_special("Began here: EUR 169.99, for those who hold “Safe work” until 2026-08-31")
    >>> found.title, found.price, found.holding[0][0].name, found.last.isoformat()
    ('Began here', 16999, 'Safe work', '2026-08-31')
    """
    found = _WHOLE.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        return None
    try:
        first, last = (date.fromisoformat(found[name]) if found[name] else None for name in ("first", "last"))
    except ValueError:
        return None
    return special_of(found["title"], found["amount"], found["currency"], found["condition"], first, last)


def special_of(
    title: str, amount: str, currency: str, condition: str, first: date | None, last: date | None, key: str = "",
    together: tuple[RequiredRecord, ...] = (),
) -> SpecialRecord | None:  # fmt: skip
    """Return a price with its condition, None where the condition is not in these words or the price is none.

    ``together`` are what it is for where the source names them by address; then the condition may be in any words.
    """
    holding = groups_in(condition)
    together = together or names_in(condition)
    if (
        not title.strip()
        or bool(holding) == bool(together)
        or currency not in CURRENCIES
        or (first and last and last < first)
    ):
        return None
    try:
        price = read_money(amount, currency, ".")
    except ValueError:
        return None
    days = [f"from {first.isoformat()}"] if first else []
    days += [f"until {last.isoformat()}"] if last else []
    words = " ".join([f"{title.strip()}: {currency} {amount}{f', {condition}' if condition else ''}", *days])
    words = words.replace("\x00", "")
    return SpecialRecord(
        key or words, title.replace("\x00", "").strip()[:200], price, currency, words, together, holding, first, last
    )


def groups_in(condition: str) -> tuple[tuple[RequiredRecord, ...], ...]:
    """Return the credentials of “for those who hold …”, a group for each “and”; nothing where it says anything else."""
    told = condition.removeprefix(_HOLDING)
    if told == condition or len(told) > LONGEST or not _GROUPS.fullmatch(told):
        return ()
    # names may have “and” in them: only what stands between the quotation marks parts groups
    names, between = re.findall(r"“([^”]*)”", told), re.findall(r"”( or | and )“", told)
    groups: list[list[RequiredRecord]] = [[_named(names[0])]]
    for joined, name in zip(between, names[1:], strict=True):
        if joined == " and ":
            groups.append([])
        groups[-1].append(_named(name))
    return tuple(map(tuple, groups))


def names_in(condition: str) -> tuple[RequiredRecord, ...]:
    """Return what “for all of these together: …” names; nothing where it says anything else."""
    told = condition.removeprefix(_TOGETHER)
    if told == condition or len(told) > LONGEST or not _LIST.fullmatch(told):
        return ()
    return tuple(map(_named, re.findall(r"“([^”]*)”", told)))


def _named(name: str) -> RequiredRecord:
    """A name, or the address of a credential that nobody there knew by name."""
    return RequiredRecord(name, (name,) if re.fullmatch(r"https://\S{4,490}", name) else ())
