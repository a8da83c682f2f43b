"""A larger credential whose rule asks for credits, hours or so many awards, as the planner's question.

Which award counts where is the stacking engine's to decide, so it is asked: about what the person holds and what the awards of chosen
offers would be. Beforehand the planner is told what every plan must come to, so that few choices have to be asked about.

- **What would be earned**: the awards of this site that open offers with a price and hours lead to, as the catalogue describes them, earned
  when the plan says, assessed, with the grade that the rule asks for; and what agreements make of them.
- **Rows**: a part that must be met in any case needs so much beyond what is held, from awards that meet its conditions. Limits, shares and
  double counting only ever lessen what counts, so that these rows hold for every plan.
- **Order, days, and what must not be there** are decided by the engine for each choice, over the plan as it would go (``asked``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import combinations
from math import comb
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.formats import date_format

from cairn import planning, stacking
from cairn.catalog.achievements import parse_achievement_id
from cairn.catalog.counted import STATED, content_of
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import published, rows_now
from cairn.catalog.queries.definitions import SHOWN
from cairn.catalog.rules.supply import as_if_held
from cairn.journeys.asked import Asked, accepted, best_grade, in_any_case, with_denied, worth
from cairn.journeys.held import Held, held_by
from cairn.journeys.ready import Ready
from cairn.journeys.turning import turns_of, when_of
from cairn.people.models import Person
from cairn.recognition.queries import agreements_in_force
from cairn.stacking.articulation import Agreement, articulate
from cairn.stacking.compiling import Compiled, Place, compiled
from cairn.stacking.schemes import credits_in

MOST = 3000
"""How many credentials that may count are looked at; a rule for which there are more is not planned this way."""

MILLION = 1_000_000
MOST_SHARED = 6_000
"""Parts times credentials up to which it is told who may serve which part."""

MOST_COMBINED = 60
"""How many ways of choosing among parts are told as rows."""

ADDING = (stacking.CreditsAtLeast, stacking.AwardsAtLeast, stacking.ExperienceHours)
"""Leaves that add up what each award brings."""


@dataclass(frozen=True)
class Told:
    """What is granted once enough is there, for the planner, and what has to be said about the question."""

    granted: planning.Offer
    notes: tuple[str, ...]

    @property
    def judged(self) -> bool:
        """Whether order, days, or what else is there decide."""
        return self.granted.counting is not None and self.granted.counting.judged is not None


def counting(asked: Asked, *, met: bool) -> planning.Counting:
    """A rule as the planner takes it; nothing more is asked of what is earned where the rule is met."""
    names, amounts = (frozenset[str](), ()) if met else (frozenset(asked.counted), tuple(_amounts(asked)))
    sharing = None if met else _sharing(asked)
    if not asked.depends_on_the_plan:
        return planning.Counting(names=names, amounts=amounts, asked=asked.enough, key=asked.key, sharing=sharing)
    return planning.Counting(
        sharing=sharing,
        names=names, amounts=amounts, asked=None if met else asked.enough, key=asked.key, judged=asked.judged, spoils=asked.spoils,
        in_turn=asked.in_turn if asked.rule.sequences else None, waiting=asked.waiting_helps,
        turns=turns_of(asked), when=partial(when_of, asked),
    )  # fmt: skip


def told_of(
    stack: Ready, person: Person | None, at: datetime, *, address: str, holds: Collection[str], currency: str
) -> Told | None:
    """Return a rule for the planner; None where it has to be planned otherwise, or where nothing that is offered counts.

    ``holds`` are achievements the person has no use for earning again; of nobody in particular they are taken as held, as the catalogue
    describes them. ``address`` is that of the larger credential.
    """
    rule = compiled(stack.rule, stack.families)
    owner = stack.version.definition.owner
    agreements = agreements_in_force(at, receiving=owner) if owner is not None else []
    earned, lasting = _earned(rule, agreements, at, currency, {address, *holds})
    if not earned:
        return None
    held = held_by(person, stack.version, at) if person else Held(_as_said(holds, agreements, at))
    asked = Asked(stack, rule, held, held.decisions_for(stack.rule), earned, at, agreements, lasting)
    now = asked.weighed(())
    told = counting(asked, met=now.met)
    title = stack.version.title
    granted = planning.Offer(
        id=f"counted:{stack.version.pk}", provides={}, cost=planning.Money(0, ""), hours=0, title=title, achievement=address,
        provider=stack.version.definition.provider.name, granted=True, requires=tuple((name,) for name in sorted(told.names)),
        at_least=1 if told.names else None, counting=told,
    )  # fmt: skip
    return Told(
        granted, () if now.met else (*_so_far(now), *_assumed(asked), *_in_the_way(asked, now), *_too_little(asked))
    )


def _earned(
    rule: Compiled, agreements: Sequence[Agreement], at: datetime, currency: str, needless: Collection[str]
) -> tuple[dict[str, tuple[stacking.Award, ...]], dict[str, int]]:
    """The awards that open offers lead to and that some part of the rule accepts, by achievement; and how many months those are valid that
    are not for good.

    Where the rule asks for grades, the best one is taken as reached.
    """
    rows = rows_now(at)
    offered = {row.version for row in rows.offers if row.priced_in(currency) is not None}
    offered |= {int(key.partition(":")[2]) for key in rows.slugs}
    concerned = published().filter(_that_may_count(rule, agreements), definition__owner__isnull=False)
    wanted = sorted(offered.intersection(concerned.values_list("pk", flat=True)))
    if len(wanted) > MOST:
        return {}, {}
    grade = best_grade(rule)
    places = [place for one in with_denied(rule) for place in one.places]
    lasting: dict[str, int] = {}
    found: dict[str, tuple[stacking.Award, ...]] = {}
    known = {uid for uid, _ in _ours(needless)}
    stated = Prefetch("skills", queryset=STATED, to_attr="stated_skills")
    for version in published().filter(pk__in=wanted).prefetch_related(stated):
        owner = version.definition.owner
        content = content_of(version, owner.slug if owner else "")
        if version.definition.uid in known:
            continue
        own = stacking.Award(id=f"planned:{version.pk}", valid_from=at, source="assessed", grade=grade, **content)
        awards = (own, *articulate([own], agreements, at).awards)
        if any(accepted(place, award, whenever=True) for place in places for award in awards):
            found[own.achievement] = awards
            if version.valid_months is not None:
                lasting[own.achievement] = version.valid_months
    return found, lasting


def _as_said(holds: Collection[str], agreements: Sequence[Agreement], at: datetime) -> tuple[stacking.Award, ...]:
    """What somebody says to hold of this site, one version of each credential, and what agreements make of it."""
    said = set(_ours(holds))
    rows = DefinitionVersion.objects.filter(definition__uid__in={uid for uid, _ in said}, state__in=SHOWN)
    newest: dict[UUID, stacking.Award] = {}
    for row in rows.select_related("definition__owner", "definition__provider").order_by("number"):
        if (row.definition.uid, row.number) in said:
            newest[row.definition.uid] = as_if_held(row, at)
    own = tuple(newest.values())
    return (*own, *articulate(own, agreements, at).awards)


def _ours(addresses: Iterable[str]) -> Iterator[tuple[UUID, int]]:
    """The credentials of this site among achievements, each with its version's number."""
    return (found for address in addresses if (found := parse_achievement_id(address)) is not None)


def _that_may_count(rule: Compiled, agreements: Sequence[Agreement]) -> Q:
    """Which versions are looked at: all that a leaf may accept, by what an index can tell of them."""
    found = Q(definition__owner__slug__in=sorted({agreement.giver for agreement in agreements}))
    for place in (place for one in with_denied(rule) for place in one.places):
        leaf = place.leaf
        if isinstance(leaf, stacking.CreditsAtLeast):
            schemes = {leaf.scheme, *(rate.source for rate in place.scope.rates)}
            found |= Q(credits__gt=0, credit_scheme__in=sorted(schemes))
        elif isinstance(leaf, stacking.ExperienceHours):
            found |= Q(workload_hours__gt=0)
        elif isinstance(leaf, stacking.SkillsCovered):
            shown = DefinitionVersion.objects.filter(skills__skill__uri__in=leaf.skills, skills__origin="stated")
            found |= Q(pk__in=shown.values("pk"))
        elif place.only is not None:
            found |= Q(definition__uid__in={uid for uid, _ in _ours(place.only)})
        else:
            return Q()
    return found


def _amounts(asked: Asked) -> Iterator[planning.Amount]:
    """What every plan must come to, beyond what is held at most. Decisions may serve or waive anything: then nothing is told."""
    if asked.decisions:
        return
    needed = in_any_case(asked.rule.rule)
    places = _adding(asked, needed)
    for place in places:
        yield from _amount(asked, [place])
    for node in needed:
        if isinstance(node, stacking.AnyN):
            yield from _so_many_of(asked, node)
        elif isinstance(node, stacking.Residency):
            yield from _of_the_body(asked, node)
    for scheme in sorted({place.leaf.counts_in for place in places if place.leaf.counts_in is not None}):
        together = [place for place in places if place.leaf.counts_in == scheme]
        if len(together) > 1 and not any(award.shareable for award in asked.held.awards):
            yield from _amount(asked, together)


def _sharing(asked: Asked) -> planning.Sharing | None:
    """The parts that must all be met and that add up, where there are several: no award serves two of them.

    Parts that share out credits of one award take freely here, and so do awards that may serve several: no plan is shut out.
    """
    places = [] if asked.decisions else _adding(asked, in_any_case(asked.rule.rule))
    awards = [*asked.held.awards, *(award for several in asked.counted.values() for award in several)]
    if len(places) < 2 or any(award.shareable for award in awards) or len(places) * len(asked.counted) > MOST_SHARED:
        return None

    def most(several: Iterable[stacking.Award]) -> dict[int, int]:
        found = {number: max(worth(place, one) for one in several) for number, place in enumerate(places)}
        return {number: much for number, much in found.items() if much > 0}

    return planning.Sharing(
        least=tuple(place.leaf.need for place in places),
        brought={name: parts for name, several in asked.counted.items() if (parts := most(several))},
        had=tuple(parts for one in asked.held.awards if (parts := most([one]))),
        freely=frozenset(number for number, place in enumerate(places) if place.leaf.splits),
    )


def _amount(asked: Asked, places: Sequence[Place]) -> Iterator[planning.Amount]:
    """What all these need together. An award that counts once brings the most that it would to one of them."""

    def most(awards: Iterable[stacking.Award]) -> int:
        return sum(max(worth(place, award) for place in places) for award in awards)

    leaf = places[0].leaf
    least = sum(place.leaf.need for place in places) - most(asked.held.awards)
    brought = {name: much for name, awards in asked.counted.items() if (much := most(awards))}
    if least > 0:
        unit = leaf.unit if len(places) == 1 else ""
        yield planning.Amount(of=brought, least=least, unit=unit, parts=leaf.unit_size)


def _of_the_body(asked: Asked, node: stacking.Residency) -> Iterator[planning.Amount]:
    """What must be earned at the awarding body: of each of its awards no more than all its credits in the scheme counts.

    Not told where awards stand for others, or serve several parts: then more may count than what is added up here.
    """
    apart = any(isinstance(one, stacking.Equivalences) for one in asked.rule.nodes)
    if apart or any(award.shareable for award in asked.held.awards):
        return
    resident = next(one for one in asked.rule.residents if one.rule is node)
    credit = stacking.CreditsAtLeast(Decimal(1), node.scheme)

    def most(awards: Iterable[stacking.Award]) -> int:
        own = (award for award in awards if not any(one.fault(award, award.earned) for one in node.criteria))
        return sum(credit.worth(award, resident.scope.rates) for award in own)

    least = node.need - most(asked.held.awards)
    if least > 0:
        brought = {name: much for name, awards in asked.counted.items() if (much := most(awards))}
        yield planning.Amount(
            of=brought, least=least, unit=f"{credits_in(node.scheme)} of the awarding body", parts=credit.unit_size
        )


def _so_many_of(asked: Asked, node: stacking.AnyN) -> Iterator[planning.Amount]:
    """Where only so many of the parts must be met, one of any that are too many to be left out; and shares of parts, added up.

    A part that is met got all of what it adds up, so the most that each award brings to any of these parts, as a share of what that part
    needs, comes to 1 or more. Over all parts it comes to as many as must be met, since no award serves two of them.
    """
    parts = [found[0] for part in node.of if (found := _adding(asked, in_any_case(part)))]
    spared = len(node.of) - node.n
    if spared + 1 <= len(parts) and comb(len(parts), spared + 1) <= MOST_COMBINED:
        for some in combinations(parts, spared + 1):
            yield from _shares(asked, some, 1)
    if len(parts) == len(node.of) and node.n > 1 and not any(award.shareable for award in asked.held.awards):
        yield from _shares(asked, parts, node.n)


def _shares(asked: Asked, places: Sequence[Place], least: int) -> Iterator[planning.Amount]:
    """At least so many times what a part needs, counted in millionths and rounded up, so that nothing possible is shut out."""

    def most(awards: Iterable[stacking.Award]) -> int:
        return sum(max(-(-worth(place, award) * MILLION // place.leaf.need) for place in places) for award in awards)

    beyond = least * MILLION - most(asked.held.awards)
    if beyond > 0:
        brought = {name: share for name, awards in asked.counted.items() if (share := most(awards))}
        yield planning.Amount(of=brought, least=beyond)


def _adding(asked: Asked, parts: Iterable[stacking.Requirement]) -> list[Place]:
    """The places of those of these parts that add up what awards bring."""
    ids = {part.id for part in parts}
    return [place for place in asked.loosest_places if place.leaf.id in ids and isinstance(place.leaf, ADDING)]


def _assumed(asked: Asked) -> Iterator[str]:
    """What a plan for it takes as given."""
    grade = best_grade(asked.rule)
    if grade is not None:
        yield f"The rule asks for grades. The plan takes it that you reach {grade} where it does; with less, what you earned may not count."
    day = asked.opens
    if day is not None:
        yield (
            f"The rule counts some things only if they are earned from {date_format(day, 'j F Y')} on. Where hours a week are given, the "
            "plan waits for that where it has to; otherwise finish what is for these no sooner."
        )


def _so_far(now: stacking.Evaluation) -> Iterator[str]:
    """What counts already toward each part that adds up, where anything does."""
    for trace in now.nodes().values():
        if not trace.parts and trace.need > 1 and Decimal(0) < trace.have < trace.need:
            have, need = stacking.awards.plain(trace.have), stacking.awards.plain(trace.need)
            yield f"“{trace.sentence.rstrip('.:')}”: {have} of {need} {trace.unit} count already."


def _in_the_way(asked: Asked, now: stacking.Evaluation) -> Iterator[str]:
    """What is held and must not be, for good: no plan completes the rule."""
    needed = {part.id for part in in_any_case(asked.rule.rule)}
    decided = {decision.requirement for decision in asked.decisions}
    traces = now.nodes()
    for one in asked.rule.denied:
        if one.rule.id in needed - decided and asked.denied_for_good(one):
            trace = traces[one.rule.id]
            asks = ": ".join(part.sentence.rstrip(".:") for part in (trace, *trace.parts))
            yield f"“{asks}”: what is held rules this out, and it does not run out. Only a decision of the awarding body helps."


def _too_little(asked: Asked) -> Iterator[str]:
    """What would still be missing with everything that is offered."""
    everything = asked.weighed(asked.counted)
    if everything.met or not everything.exact:
        return
    for trace in everything.nodes().values():
        if not trace.parts and trace.have < trace.need and trace.counted:
            have, need = stacking.awards.plain(trace.have), stacking.awards.plain(trace.need)
            asks = f"“{trace.sentence.rstrip('.:')}”"
            yield f"{asks}: all that is offered here, with what is held, comes to {have} of {need} {trace.unit}."


__all__ = ["MOST", "Asked", "Told", "counting", "told_of"]
