"""Reading what sources publish of the earnings of people with one credential: each figure as what it is, never mixed with others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from cairn.appraisal import FEWEST, Basis, Earnings, Fact, Kind, known, suppressed
from cairn.catalog.models import DefinitionVersion, PublishedEarnings
from cairn.catalog.queries.outcomes import SMALL, SUPPRESSED_NOTE
from cairn.look.formatting import money_text

FIGURE_NAMES = {
    "median": "Median", "p25": "Lower quartile", "p75": "Upper quartile", "p10": "10th percentile", "p90": "90th percentile",
    "mean": "Mean", "lowest": "At least", "highest": "At most", "amount": "Earnings",
}  # fmt: skip
BASIS_NAMES = {
    Basis.COMPLETERS: "What completers earned",
    Basis.EXPECTED: "What the provider expects",
    Basis.OCCUPATION: "What an occupation pays",
}


@dataclass(frozen=True, slots=True)
class EarningsLine:
    """One statement with its words for people."""

    stated: Earnings

    @property
    def called(self) -> str:
        """What its source calls it; else whose earnings they are."""
        return self.stated.name or BASIS_NAMES[self.stated.basis]

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Each figure with its kind, in words."""
        unsaid = {"amount": " (mean or median is not said)"}
        return tuple(
            (FIGURE_NAMES[kind], self._money(amount) + unsaid.get(kind, "")) for kind, amount in self.stated.figures
        )

    @property
    def period(self) -> str:
        """For how long it is paid."""
        one = self.stated.period
        if not self.stated.figures:
            return ""
        return f"{'an' if one == 'hour' else 'a'} {one}" if one else "for a time that its source does not say"

    @property
    def when(self) -> str:
        """How long after the award, and of which days the data are."""
        months, first, last = self.stated.months_after, self.stated.first, self.stated.last
        after = "" if months is None else f"{months} month{'' if months == 1 else 's'} after the award"
        of = f"data of {_day(first)} to {_day(last)}" if first and last else ""
        of = of or (f"data from {_day(first)}" if first else f"data up to {_day(last)}" if last else "")
        return ", ".join(filter(None, (after, of)))

    @property
    def counted(self) -> tuple[tuple[str, str], ...]:
        """What else is counted, each with its name."""
        one = self.stated
        told = (
            ("Awarded", "" if one.completers is None else f"{one.completers:,}"),
            ("Found work", "" if one.employed is None else f"{one.employed:,}"),
            ("Employed", "" if one.employed_percent is None else f"{one.employed_percent.normalize():f}%"),
        )
        return tuple((name, text) for name, text in told if text)

    @property
    def people(self) -> str:
        """On how many people it stands, and what else is counted."""
        one = self.stated
        earners = "how many people is not published" if one.earners is None else f"{one.earners:,} earners"
        told = [earners if one.figures else "", *(f"{text} {name.lower()}" for name, text in self.counted)]
        return ", ".join(filter(None, told))

    @property
    def small(self) -> bool:
        """Whether so few people are behind it that chance may explain much of it."""
        return bool(self.stated.figures) and self.stated.earners is not None and self.stated.earners < SMALL

    @property
    def host(self) -> str:
        """The site where it is stated, where its source is a web address; else ""."""
        found = _ADDRESS.fullmatch(self.stated.source)
        return found[1] if found else ""

    @property
    def days(self) -> str:
        """Since when it is stated, and until when where its source sets an end."""
        on, until = self.stated.published_on, self.stated.holds_until
        return ", ".join(
            filter(None, (f"stated on {_day(on)}" if on else "", f"holds until {_day(until)}" if until else ""))
        )

    @property
    def words(self) -> str:
        """All of it on one line, for lists."""
        figures = ", ".join(f"{name.lower()} {amount}" for name, amount in self.figures)
        paid = f"{figures} {self.period}" if figures else "earnings kept back" if self.stated.suppressed else ""
        return "; ".join(filter(None, (f"{self.called}: {paid}" if paid else self.called, self.when, self.people)))

    def _money(self, amount: Decimal) -> str:
        return money_text(amount, self.stated.currency)


@dataclass(frozen=True, slots=True)
class EarningsGroup:
    """Statements about the same kind of people, with the sentence that belongs beside them."""

    name: str
    sentence: str
    lines: tuple[EarningsLine, ...]

    @property
    def small(self) -> bool:
        """Whether few people are behind any of them."""
        return any(line.small for line in self.lines)


def earnings_of_each(definitions: Iterable[int]) -> dict[int, tuple[Earnings, ...]]:
    """Return what is published of the earnings with each definition, the latest data first; with one question to the database."""
    found: defaultdict[int, list[Earnings]] = defaultdict(list)
    for row in PublishedEarnings.objects.filter(definition__in=list(definitions)).order_by("pk"):
        found[row.definition_id].append(row.value)
    return {pk: tuple(sorted(several, key=_latest_first)) for pk, several in found.items()}


def earnings_of(version: DefinitionVersion) -> tuple[Earnings, ...]:
    """Return what is published of the earnings of people with this credential, the latest data first."""
    return earnings_of_each([version.definition_id]).get(version.definition_id, ())


def grouped(published: Iterable[Earnings]) -> list[EarningsGroup]:
    """Return statements for a page: those of completers first, then what is expected, then what occupations pay."""
    order = list(Basis)
    ordered = sorted(published, key=lambda one: order.index(one.basis))
    return [
        EarningsGroup(BASIS_NAMES[basis], lines[0].stated.sentence, lines)
        for basis, several in groupby(ordered, key=lambda one: one.basis)
        for lines in [tuple(map(EarningsLine, several))]
    ]


def earnings_fact(published: Iterable[Earnings], source: str) -> Fact:
    """Return the cell of a comparison: every statement as what it is; kept back where nothing but that is said."""
    every = list(published)
    if every and all(one.suppressed for one in every):
        return suppressed(source, SUPPRESSED_NOTE)
    lines = [EarningsLine(one) for one in every]
    if not any(one.figures for one in every) and not any(one.suppressed for one in every):
        lines = []
    few = f"few people, so chance may explain much of it (under {SMALL})" if any(one.small for one in lines) else ""
    found = known(tuple(line.words for line in lines), source, few)
    return found if found.kind is Kind.KNOWN else Fact(Kind.NOT_STATED, source=source)


def told_enough(published: Iterable[Earnings]) -> Earnings | None:
    """Return a statement of what enough completers earned, of most people where that is said; None where there is none."""
    found = [one for one in published if one.basis is Basis.COMPLETERS and one.figures]
    found = [one for one in found if one.earners is None or one.earners >= FEWEST]
    return max(found, key=lambda one: one.earners or 0, default=None)


def _latest_first(one: Earnings) -> tuple[int, int, str]:
    when = one.last or one.published_on or one.first
    return (-when.toordinal() if when else 0, one.months_after or 0, one.name)


_ADDRESS = re.compile(r"https?://([\w.-]{1,253}\w)(?::\d{1,5})?(?:[/?#]\S*)?")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
