"""What in a rule that is made ready cannot hold together: amounts and limits, windows and orders, what is asked for and excluded.

Each check is certain: where it finds something, no awards meet the requirement that it names, those marked shareable aside, which may
count twice. What it does not find, `obstructing` says of a learner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cairn.stacking.allocation import Branch, Case, allocate
from cairn.stacking.awards import Award, Validity
from cairn.stacking.compiling import Compiled, Limited, Place, Resident
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.criteria import EarnedBetween, FromIssuer, OfAchievement, Recent
from cairn.stacking.imagining import imagine
from cairn.stacking.problems import Problem
from cairn.stacking.schemes import credits_in
from cairn.stacking.together import day_of

NOW = datetime(2000, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
FIELDS = ("issuer", "type", "source", "achievement")
"""Fields of an award that have one value each, by which limits may tell awards apart."""


def clashes(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Everything that is found, each at its place: `where` says where each requirement stands."""
    found = _limits(rule, where)
    found += _sums(rule, where)
    found += _bodies(rule, where)
    found += _windows(rule, where)
    found += _orders(rule, where)
    found += _forbidden(rule, where)
    return found


def coverable(rule: Compiled) -> bool:
    """Whether a learner with one award of every named achievement, and of anything else whatever is asked, meets the rule."""
    named: dict[str, dict[int, int]] = {}
    base = list(rule.need)
    for place in rule.places:
        names = _named(place)
        if names is not None and not place.leaf.splits:
            base[place.number] = 0
            each = (
                1 if place.leaf.unit == "awards" else place.leaf.need
            )  # one award may bring all the credits that are asked
            for achievement in names:
                named.setdefault(rule.root(achievement), {})[place.number] = each
    items = tuple(named[name] for name in sorted(named))
    found = allocate(Case(rule.tree, tuple(rule.need), tuple(base), items, known=rule.weights))
    return found.progress == 1 or not (found.exact or found.short)


def _limits(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Leaves that must be met by awards which a limit around them does not let count so far."""
    found: list[Problem] = []
    for limited in rule.limits:
        limit = limited.limit
        if limit.each_issuer:
            continue
        inside = [
            place
            for place in rule.places
            if place.number in limited.places
            and place.leaf.counts_in == limit.scheme
            and (limit.scheme is not None or place.leaf.unit == "awards")
            and _all_under(place, limited.criteria)
        ]
        under = {place.number: place.leaf.need for place in inside}
        asked = _at_least(rule.tree, under)
        if asked > limit.most:
            size = 100 if limit.scheme else 1
            wrong = f"It lets {Decimal(limit.most) / size:f} count where {Decimal(asked) / size:f} of the same kind are asked."
            found.append(Problem(where[limit.id], wrong, "Raise the limit, or ask for less."))
    return found


def _at_least(node: Branch | int, under: dict[int, int]) -> int:
    """How much must come to these places, whatever is chosen."""
    if isinstance(node, int):
        return under.get(node, 0)
    return sum(sorted(_at_least(part, under) for part in node.parts)[: node.choose])


def _sums(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Leaves of which every kind of award that could serve is limited, and all limits together let too little count; residencies too."""
    found: list[Problem] = []
    for place in rule.places:
        most = _at_most(rule, place)
        if most is not None and most < place.leaf.need and not _too_low(rule, place):
            much, asked = place.leaf.quantity(most), place.leaf.quantity(place.leaf.need)
            wrong = f"The limits around it let {much:f} of the {asked:f} {place.leaf.unit} count that it asks for."
            found.append(Problem(where[place.leaf.id], wrong, "Raise a limit, ask for less, or accept other awards."))
    for resident in rule.residents:
        most = min((_of_the_body(one, resident) for one in rule.limits), default=resident.rule.need)
        if most < resident.rule.need:
            size = Decimal(100)
            wrong = (
                f"It asks for {resident.rule.need / size:f} {credits_in(resident.rule.scheme)} from there, "
                f"and a limit lets {most / size:f} of them count."
            )
            found.append(Problem(where[resident.rule.id], wrong, "Raise the limit, or ask for less."))
    return found


def _too_low(rule: Compiled, place: Place) -> bool:
    """Whether a single limit is below what is asked at a place, which is said at the limit."""
    around = (rule.limits[number] for number in place.limits)
    return any(
        one.limit.most < place.leaf.need
        and not one.limit.each_issuer
        and _counts_alike(place, one)
        and _all_under(place, one.criteria)
        for one in around
    )


def _at_most(rule: Compiled, place: Place) -> int | None:
    """How much the limits around a leaf let count there, where each kind of award that it accepts is limited; else None."""
    if not place.leaf.spends:
        return None
    around = [rule.limits[number] for number in place.limits]
    bounds = [most for name in FIELDS if (most := _by_kind(place, around, name)) is not None]
    return min(bounds, default=None)


def _by_kind(place: Place, around: list[Limited], name: str) -> int | None:
    lists = [frozenset(one.accepts) for one in place.criteria if one.reads == name and one.accepts is not None]
    lists += [place.only] if name == "achievement" and place.only is not None else []
    if not lists:
        return None
    total = 0
    counted: set[int] = set()
    for value in frozenset.intersection(*lists):
        capping = [
            (one.limit.most, number, one.limit.each_issuer)
            for number, one in enumerate(around)
            if _counts_alike(place, one)
            and (not one.limit.each_issuer or name == "issuer")
            and all(
                asked in place.criteria or (asked.reads == name and value in (asked.accepts or ()))
                for asked in one.criteria
            )
        ]
        if not capping:
            return None
        most, number, each = min(capping)
        if each or number not in counted:
            total += most
        if not each:
            counted.add(number)
    return total


def _counts_alike(place: Place, limited: Limited) -> bool:
    """Whether what serves at a place is counted by a limit as it is counted there."""
    if limited.limit.scheme is None:
        return place.leaf.unit == "awards"
    return place.leaf.counts_in == limited.limit.scheme


def _of_the_body(limited: Limited, resident: Resident) -> int:
    """How much of what a residency counts a limit lets count; all that it needs where the limit does not bind all of it."""
    free = resident.rule.need
    limit = limited.limit
    if limit.scheme != resident.rule.scheme or not resident.places <= limited.places:
        return free
    issuers = frozenset(resident.rule.issuers)
    if not all(isinstance(one, FromIssuer) and issuers <= set(one.issuers) for one in limited.criteria):
        return free
    return limit.most * (len(issuers) if limit.each_issuer else 1)


def _bodies(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Residencies inside which nothing that the awarding body awards can count, and limits inside which nothing is used up."""
    found: list[Problem] = []
    for resident in rule.residents:
        if not any(
            imagine(place.leaf, asked, moment_in(asked), name="imagined", amount=Decimal(1), achievement=name)
            for place in rule.places
            if place.number in resident.places
            for asked in [(*place.criteria, *resident.rule.criteria)]
            for name in (sorted(place.only) if place.only is not None else [None])
        ):
            wrong = "Nothing that counts inside can come from these issuers."
            found.append(Problem(where[resident.rule.id], wrong, "Name issuers whose awards count inside."))
    for limited in rule.limits:
        if not any(place.leaf.spends for place in rule.places if place.number in limited.places):
            wrong = "Inside it only skills are asked, which are shown and not used up, so that it limits nothing."
            found.append(Problem(where[limited.limit.id], wrong, "Write by counting_only which awards may show them."))
    return found


def _windows(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Windows around a single award, and windows too short for the days between which what must count inside can be earned."""
    found: list[Problem] = []
    for window in rule.windows:
        inside = [place for place in rule.places if place.number in window.places]
        if len(inside) == 1 and inside[0].leaf.need == 1 and inside[0].leaf.unit == "awards":
            wrong = "Inside it one award is asked for, which is near itself whenever it was earned."
            found.append(Problem(where[window.rule.id], wrong, "Ask for two awards or more, or take it away."))
        if not inside:
            wrong = "Inside it nothing is asked that awards serve, so that it says nothing."
            found.append(Problem(where[window.rule.id], wrong, "Take it away."))
        asked = [
            criterion
            for place in inside
            if place.number in rule.weights.single
            for criterion in place.criteria
            if isinstance(criterion, EarnedBetween)
        ]
        latest = max((one.since for one in asked if one.since is not None), default=None)
        soonest = min((one.until for one in asked if one.until is not None), default=None)
        if latest and soonest and window.rule.last(day_of(soonest - MOMENT)) < day_of(latest):
            wrong = f"What must count inside lies more than {window.rule.span} apart."
            found.append(Problem(where[window.rule.id], wrong, "Allow more time, or bring the windows inside nearer."))
    return found


def _orders(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Orders in which a part has to be earned before a part that comes first can be complete."""
    found: list[Problem] = []
    for sequence in rule.sequences:
        since: datetime | None = None
        for turn in sequence.turns:
            if since is not None and not _still_open(rule, turn.shape, since):
                wrong = f"What comes later must be earned before {since:%Y-%m-%d}, and what comes first cannot be complete sooner."
                found.append(Problem(where[sequence.rule.id], wrong, "Change the order, or the windows inside."))
                break
            begins = _soonest(rule, turn.shape)
            since = max((one for one in (since, begins) if one is not None), default=None)
    return found


def _soonest(rule: Compiled, shape: Branch | int) -> datetime | None:
    """A moment before which a part cannot be complete, as its windows begin; None where there is none."""
    if isinstance(shape, int):
        place = next((one for one in rule.places if one.number == shape), None)
        begins = [one.since for one in place.criteria if isinstance(one, EarnedBetween) and one.since] if place else []
        return max(begins, default=None)
    every = [_soonest(rule, part) for part in shape.parts]
    known = sorted(one for one in every if one is not None)
    free = len(every) - len(known)
    return None if shape.choose <= free else known[shape.choose - free - 1]


def _still_open(rule: Compiled, shape: Branch | int, since: datetime) -> bool:
    """Whether a part may be met by what is earned from a moment on."""
    if isinstance(shape, int):
        place = next((one for one in rule.places if one.number == shape), None)
        ends = [one.until for one in place.criteria if isinstance(one, EarnedBetween) and one.until] if place else []
        return all(end > since for end in ends)
    return sum(_still_open(rule, part, since) for part in shape.parts) >= shape.choose


def _all_under(place: Place, criteria: tuple[object, ...]) -> bool:
    """Whether every award that could serve here is one that the limit is about."""
    for criterion in criteria:
        if criterion in place.criteria:
            continue
        if (
            isinstance(criterion, OfAchievement)
            and place.only is not None
            and place.only <= set(criterion.achievements)
        ):
            continue
        return False
    return True


def _forbidden(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Negations that what must be earned anyway would break."""
    from cairn.stacking.evaluation import evaluate

    found: list[Problem] = []
    for denied in rule.denied:
        inside = denied.inside
        # a negation inside may end when more is earned; the same awards may be earned in another order, or further apart
        if denied.place not in rule.weights.single or inside.denied or inside.windows or inside.sequences:
            continue
        earned = [
            award
            for place in rule.places
            if place.number in rule.weights.single
            and _only_this(place, rule, inside)
            and (award := _least(place)) is not None
        ]
        if evaluate(inside.rule, earned, NOW + timedelta(days=40_000), equivalent=rule.equivalent).met:
            wrong = "What is asked for elsewhere in the rule is forbidden here."
            found.append(Problem(where[denied.rule.id], wrong, "Drop one of them."))
    return found


def _only_this(place: Place, rule: Compiled, inside: Compiled) -> bool:
    """Whether what serves at a place is sure to be like what is imagined for it, as far as a negation can tell."""
    leaf = place.leaf
    lists = [frozenset(one.accepts) for one in place.criteria if one.accepts is not None and one.reads in FIELDS]
    if any(len(one) > 1 for one in lists) or any(one.accepts and len(one.accepts) > 1 for one in place.criteria):
        return False
    if place.only is not None and len(set(map(rule.root, place.only))) > 1:
        return False
    times = {one for other in inside.places for one in other.criteria if isinstance(one, EarnedBetween | Recent)}
    if not times <= set(place.criteria):  # it may be earned at another time
        return False
    if isinstance(leaf, SkillsCovered):  # shown by what serves elsewhere too, so that it may be no award of its own
        return leaf.need == len(leaf.skills) and all(isinstance(other.leaf, SkillsCovered) for other in inside.places)
    if leaf.splits:
        return place.number == min(other.number for other in rule.places if other.leaf.splits)
    return True


def _least(place: Place) -> Award | None:
    """The least that serves at a place: run out, where that is allowed."""
    name = next(iter(place.only)) if place.only else None
    award = imagine(
        place.leaf, place.criteria, moment_in(place.criteria), name=f"m{place.number}",
        amount=place.leaf.quantity(place.leaf.need), achievement=name,
    )  # fmt: skip
    if award is not None and place.scope.validity is Validity.WHEN_EARNED:
        return replace(award, valid_until=award.valid_from)
    return award


def _named(place: Place) -> frozenset[str] | None:
    """The achievements of which an award must be to serve at a place; None where it may be of any, or is not used up."""
    if not place.leaf.spends:
        return None
    lists = [frozenset(one.achievements) for one in place.criteria if isinstance(one, OfAchievement)]
    lists += [] if place.only is None else [place.only]
    return frozenset.intersection(*lists) if lists else None


def moment_in(criteria: Iterable[object]) -> datetime:
    """A moment at which awards inside all the windows can have been earned, if there is one."""
    windows = [criterion for criterion in criteria if isinstance(criterion, EarnedBetween)]
    begins = [window.since for window in windows if window.since is not None]
    ends = [window.until for window in windows if window.until is not None]
    if begins:
        return max(begins)  # the windows' common part, where there is one, begins with the latest beginning
    return min(ends) - timedelta(microseconds=1) if ends else NOW
