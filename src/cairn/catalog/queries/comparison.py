"""Versions as items of a comparison: every fact with its source, unknowns as unknowns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from cairn.appraisal import (
    Credibility,
    Fact,
    Goal,
    Item,
    Kind,
    Money,
    OccupationWage,
    Score,
    SkillGiven,
    SkillNeeded,
    known,
    suppressed,
)
from cairn.catalog.models import DefinitionVersion, Offer, SkillTaught
from cairn.catalog.queries.beside import Beside, beside
from cairn.catalog.queries.described import AUTHOR, assessment_in_words, completeness_of, source_name
from cairn.catalog.queries.earnings import earnings_fact
from cairn.catalog.queries.gathering import completions_of_each
from cairn.catalog.queries.outcomes import (
    SMALL,
    SUPPRESSED_NOTE,
    OccupationPay,
    OutcomeLine,
    pay_for_each,
)
from cairn.catalog.queries.parts import Whole, wholes_of
from cairn.catalog.queries.returning import ASSUMED_HOUR, break_even_of
from cairn.catalog.queries.worth import credibilities_of
from cairn.look.formatting import credits_text, minor_digits
from cairn.people.models import Person

MOST_STARTS = 3
MOST_OCCUPATIONS = 3
"""How many occupations a comparison names, best paid first; all of them stand on the credential's page."""


More = Callable[[Sequence[DefinitionVersion], datetime], Mapping[int, Fact]]
"""Gives what a higher room knows of versions for one row: facts by the version's number."""


@dataclass(frozen=True, slots=True)
class OwnGoal:
    """A goal of the person who asks. ``asked`` stands in the address for it; ``goal`` is what it needs, None where that is not known."""

    name: str
    asked: tuple[str, str]
    goal: Goal | None


MORE: dict[str, More] = {}
GOALS: list[Callable[[Person], list[OwnGoal]]] = []


def compare_with(row: str, more: More) -> None:
    """Let a higher room answer a row of :data:`cairn.appraisal.ROWS`; called once when the site starts."""
    MORE[row] = more


def goals_with(goals: Callable[[Person], list[OwnGoal]]) -> None:
    """Let a higher room name the goals of a person; called once when the site starts."""
    GOALS[:] = [goals]


def goals_for_comparison(person: Person) -> list[OwnGoal]:
    """Return the goals of a person that skills can be held against, newest first."""
    return [goal for goals in GOALS for goal in goals(person)]


def facts_for_comparison(versions: Iterable[DefinitionVersion], at: datetime) -> list[Item]:
    """Return what is known of each version as an item of :func:`cairn.appraisal.compare`, keyed by slug, in the order given."""
    every = list(versions)
    more = {row: answer(every, at) for row, answer in MORE.items()}
    wholes = wholes_of(every)
    numbers = [version.pk for version in every] + [part.pk for whole in wholes.values() for part in whole.parts]
    read = _Read(
        beside(every), credibilities_of(every, at), completions_of_each(every, at), _taught(numbers), pay_for_each(every), wholes
    )  # fmt: skip
    return [
        _item(version, read, {row: facts[version.pk] for row, facts in more.items() if version.pk in facts}, at.date())
        for version in every
    ]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read for all versions at once, by the version's key; pay by field of study."""

    beside: dict[int, Beside]
    credible: dict[int, Credibility]
    completions: dict[int, tuple[int, int]]
    taught: dict[int, list[SkillTaught]]
    pay: dict[str, list[OccupationPay]]
    wholes: dict[int, Whole]


def _taught(numbers: Sequence[int]) -> dict[int, list[SkillTaught]]:
    found: dict[int, list[SkillTaught]] = {}
    for one in SkillTaught.objects.filter(version__in=numbers).select_related("skill").order_by("skill__name", "pk"):
        found.setdefault(one.version_id, []).append(one)
    return found


def goal_of(name: str, needs: Iterable[tuple[str, str, Decimal | None]]) -> Goal | None:
    """Return a goal to compare skills against, from (uri, name, level) of what is needed; None where nothing is."""
    needed = tuple(SkillNeeded(*need) for need in needs)
    return Goal(name, needed) if needed else None


def _item(version: DefinitionVersion, read: _Read, more: Mapping[str, Fact], today: date) -> Item:
    definition, provider = version.definition, version.definition.provider
    source = source_name(definition.source)
    known_of = read.beside[version.pk]
    whole = read.wholes.get(version.pk)
    summed = whole.offer(version) if whole is not None and not known_of.offers else None
    offer = next(iter(known_of.offers), None) or summed or Offer(version=version)
    told = whole.said if whole is not None and summed is not None else ""
    complete, credible = completeness_of(version, known_of), read.credible[version.pk]
    stated = [(one.authority, one.kind, one.until) for one in known_of.approvals]
    stated += [(one.statement.authority, one.statement.kind, one.statement.until) for one in known_of.registered]
    approvals = tuple(
        f"{authority} ({kind}{_until(until, today)})"
        for authority, kind, until in dict.fromkeys(sorted(stated, key=str))
    )
    approved_by = " and ".join(
        dict.fromkeys(
            [
                *([source_name(provider.source)] if known_of.approvals else []),
                *(one.source for one in known_of.registered),
            ]
        )
    )
    facts = {
        "type": known(definition.type, source),
        "outcomes": known(tuple(str(outcome["text"]) for outcome in version.outcomes), source),
        "leads_to": known(version.leads_to, source),
        "stacks_into": known(tuple(stack.title for stack in known_of.stacks), "this catalogue"),
        "assessment": known(assessment_in_words(version), source),
        "prerequisites": known(version.prerequisites, source),
        "skills": _skills_of(version, whole, read.taught),
        "workload_hours": known(version.workload_hours, source)
        if version.workload_hours is not None
        else known(offer.hours, source, told),
        "credits": _credits(version, whole, source),
        "level": known(_level(version), source),
        "validity": known(_validity(version), source),
        "duration": known(_duration(offer), source),
        "starts": known(_starts(known_of.offers), source),
        "languages": known(_languages(offer.languages or version.taught_in), source),
        "mode": known(version.participation or offer.mode, source),
        "place": known(", ".join(part for part in (offer.city, offer.county, offer.state_code) if part), source),
        **{
            f"price_{part}": known(_money(getattr(offer, f"price_{part}"), offer.currency), source, told)
            for part in ("total", "tuition", "fees", "materials", "other")
        },
        "provider": known(provider.name, source),
        "approved_by": known(approvals, approved_by or source_name(provider.source)),
        "quality_assurance": known(
            version.quality_assurance or (definition.owner.quality_assurance if definition.owner else ""), source
        ),
        "completeness": known(Score(complete.score, complete.of), "EU recommendation 2022/C 243/02, Annex I"),
        "credibility": known(
            (credible.low, credible.high, credible.coverage), f"rubric {credible.rubric.id} {credible.rubric.version}"
        ),
        "break_even": _break_even(version, [summed] if summed else known_of.offers, read.completions.get(version.pk)),
        "recognition": known(_accepted(version), source),
        "occupations": _occupations(read.pay.get(version.field_of_study, [])),
        **_outcome_facts(known_of.outcomes),
        "earnings": earnings_fact(known_of.earnings, source),
    }
    return Item(definition.slug, version.title, {**facts, **more})


def _credits(version: DefinitionVersion, whole: Whole | None, source: str) -> Fact:
    if version.credits is None and whole is not None and whole.credits is not None:
        return known(whole.credits, whole.said, _scheme(whole.credits, whole.scheme))
    return known(version.credits, source, _scheme(version.credits, version.credit_scheme))


def _scheme(amount: Decimal | None, scheme: str) -> str:
    """Name the scheme as it stands behind the figure: "1" "US semester credit"."""
    return credits_text(amount or Decimal(0), scheme).partition(" ")[2] if scheme else "of no scheme that is stated"


def _skills_of(version: DefinitionVersion, whole: Whole | None, taught: Mapping[int, list[SkillTaught]]) -> Fact:
    """Return its skills; where it states none, those of its parts, each at the highest level that one of them gives."""
    own = taught.get(version.pk, [])
    if own or whole is None:
        return _skills(own)
    best: dict[str, SkillTaught] = {}
    for one in (one for part in whole.parts for one in taught.get(part.pk, [])):
        held = best.get(one.skill.uri)
        if held is None or (one.origin == "stated", one.level or 0) > (held.origin == "stated", held.level or 0):
            best[one.skill.uri] = one
    found = _skills(sorted(best.values(), key=lambda one: one.skill.name))
    return replace(found, note=found.note or "what its parts give") if best else found


def _accepted(version: DefinitionVersion) -> tuple[str, ...]:
    """Return who accepts it as its source says; agreements of this site are a higher room's to add."""
    return tuple(
        str(one.get("name") or one.get("url")) for one in version.related
        if one.get("relation") == DefinitionVersion.Relation.ACCEPTED_BY
    )  # fmt: skip


def _break_even(version: DefinitionVersion, offers: Sequence[Offer], completions: tuple[int, int] | None) -> Fact:
    found = break_even_of(version, offers, completions)
    if found is None:
        foreign = next((one.currency for one in offers if one.price_total is not None), "USD")
        hour = f"needs what an hour of your time is worth in {foreign}: its own page asks you"
        return Fact(Kind.NOT_STATED, note="needs a price and a workload" if foreign in ASSUMED_HOUR else hour)
    amount, currency = found
    # Whole units: it rests on guesses, and cents would say that it is known to the cent.
    whole = amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return known(
        Money(int(whole.scaleb(minor_digits(currency))), currency), "worked out with the assumptions of its own page"
    )


def _level(version: DefinitionVersion) -> str:
    framework = f"{version.level_framework.upper()} {version.level}" if version.level is not None else ""
    return ", ".join(part for part in (framework.strip(), version.level_text) if part)


def _validity(version: DefinitionVersion) -> str:
    if version.valid_months:
        return f"{version.valid_months} month{'' if version.valid_months == 1 else 's'}"
    return "for good" if version.definition.owner_id else ""  # an import that names no end says nothing


def _starts(offers: Sequence[Offer]) -> tuple[str, ...]:
    """Return the next days on which it starts, a few; or that it can be begun at any time."""
    days = sorted({offer.starts_on for offer in offers if offer.starts_on})
    if days:
        return tuple(f"{day.day} {day:%B %Y}" for day in days[:MOST_STARTS])
    return ("at any time",) if any(offer.self_paced for offer in offers) else ()


def _languages(tags: Sequence[str]) -> tuple[str, ...]:
    return tuple(tag for tag in tags if tag.lower() not in {"", "und"})  # "und": nobody said which


def _until(until: date | None, today: date) -> str:
    """Say until when an approval holds, or that it does not any more."""
    return "" if until is None else f", ended {until}" if until < today else f", until {until}"


def _duration(offer: Offer) -> str:
    if offer.duration_text:
        return offer.duration_text
    return f"{offer.weeks} weeks" if offer.weeks else "at your own pace" if offer.self_paced else ""


def _skills(taught: Sequence[SkillTaught]) -> Fact:
    stated = any(one.origin == "stated" for one in taught)
    note = (
        ""
        if stated or not taught
        else "Not stated by the provider: worked out here from its field of study or its own words."
    )
    return known(
        tuple(SkillGiven(one.skill.uri, one.skill.name, one.level, one.origin == "stated") for one in taught),
        AUTHOR if stated else "worked out here", note,
    )  # fmt: skip


def _occupations(pays: Sequence[OccupationPay]) -> Fact:
    shown = tuple(_wage(pay) for pay in pays[:MOST_OCCUPATIONS])
    source = next((pay.wage.source for pay in pays if pay.wage), "")
    return known(
        shown, source, f"{len(pays) - MOST_OCCUPATIONS} more occupations" if len(pays) > MOST_OCCUPATIONS else ""
    )


def _wage(pay: OccupationPay) -> OccupationWage:
    wage = pay.wage
    if wage is None:
        return OccupationWage(pay.title, None, None, None)
    return OccupationWage(pay.title, wage.p10, wage.median, wage.p90, wage.currency)


def _outcome_facts(lines: Sequence[OutcomeLine]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    by_quarter = {line.quarter: line for line in lines}
    for quarter in (2, 4):
        line = by_quarter.get(quarter)
        if line is None:
            continue
        facts[f"employed_{quarter}"] = _figure(line.employed_percent, line.completers, line.source)
        facts[f"wage_{quarter}"] = _figure(_quarterly(line), line.earners, line.source)
    if lines:
        first = lines[0]
        facts["completers"] = (
            suppressed(first.source, SUPPRESSED_NOTE)
            if first.completers is None
            else known(first.completers, first.source)
        )
    return facts


def _quarterly(line: OutcomeLine) -> Money | None:
    if line.mean_quarterly_wage is None:
        return None
    return Money(int(line.mean_quarterly_wage.scaleb(minor_digits(line.currency))), line.currency)


def _figure(value: object, people: int | None, source: str) -> Fact:
    if value is None:
        return suppressed(source, SUPPRESSED_NOTE)
    if people == 0:
        return Fact(Kind.NOT_STATED, source=source, note="nobody is behind it")
    few = f": few, so chance may explain much of it (under {SMALL})" if people is not None and people < SMALL else ""
    return known(
        value, source, f"of {people} people{few}" if people is not None else "how many people is not published"
    )


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)
