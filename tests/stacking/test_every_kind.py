"""Every kind of requirement together, on small random rules and holders, against trying every assignment in the plainest way."""

import json
import re
from copy import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.stacking.schema import faults

from cairn.stacking import (
    AllOf,
    AnyN,
    AtMost,
    Award,
    AwardFilter,
    AwardOf,
    AwardsAtLeast,
    Converting,
    Counting,
    CountingOnly,
    CreditsAtLeast,
    EarnedTogether,
    EarnedWithin,
    Exclusive,
    ExperienceHours,
    InOrder,
    Interval,
    Not,
    Residency,
    SkillAt,
    SkillsCovered,
    Validity,
    contradictions,
    evaluate,
    numbered,
    parse_requirement,
    schemas,
)
from cairn.stacking.documents import as_json

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = ("a", "b", "c", "d")


def days(count):
    return NOW - timedelta(days=count)


filters = st.builds(
    AwardFilter,
    issuers=st.sampled_from(((), (), ("u",))),
    subjects=st.sampled_from(((), ("maths",))),
    sources=st.sampled_from(((), (), ("transfer",))),
)
somehow = filters.filter(lambda one: bool(one.criteria))
leaves = st.one_of(
    st.builds(AwardOf, st.sampled_from(NAMES[:2]), st.lists(st.sampled_from(NAMES[2:]), unique=True).map(tuple)),
    st.builds(AwardsAtLeast, st.integers(1, 2), filters),
    st.builds(CreditsAtLeast, st.integers(1, 5).map(Decimal), st.just("ECTS"), filters, st.booleans()),
    st.builds(ExperienceHours, st.integers(1, 4).map(Decimal), filters),
    st.builds(SkillsCovered, st.just("F"), st.sampled_from((("x",), ("x", "y"), ("y", "z"))), st.sampled_from((Decimal(0), Decimal(2)))),
)  # fmt: skip


def around(inner):
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(AllOf, parts),
        parts.flatmap(lambda of: st.builds(AnyN, st.integers(1, len(of)), st.just(of))),
        st.builds(InOrder, st.lists(inner, min_size=2, max_size=2).map(tuple)),
        st.builds(CountingOnly, inner, somehow),
        st.builds(EarnedWithin, inner, st.just(days(150))),
        st.builds(lambda of, most: EarnedTogether(of, days=most), inner, st.sampled_from((89, 90, 200))),
        st.builds(Counting, inner, st.sampled_from(list(Validity))),
        st.builds(Converting, inner, st.just("CATS"), st.just("ECTS"), st.just(Fraction(1, 2))),
        st.builds(lambda of, most, what: AtMost(of, amount=Decimal(most), scheme="ECTS", filter=what), inner, st.integers(1, 4), somehow),
        st.builds(lambda of: AtMost(of, amount=Decimal(3), scheme="ECTS", each_issuer=True), inner),
        st.builds(lambda of, what: AtMost(of, count=1, filter=what), inner, somehow),
        st.builds(Exclusive, inner, st.just(("a", "c"))),
        st.builds(Residency, inner, st.just(("u",)), st.just("ECTS"), st.integers(1, 5).map(Decimal)),
        st.builds(Not, inner),
    )  # fmt: skip


rules = st.recursive(leaves, around, max_leaves=4)


@st.composite
def holdings(draw, most=3):
    found = []
    for number in range(draw(st.integers(0, most))):
        amounts = draw(
            st.sampled_from(({"ECTS": 1}, {"ECTS": 2}, {"ECTS": 3}, {"CATS": 4}, {"CATS": 2, "ECTS": 3}, {}))
        )
        found.append(
            Award(
                id=f"award-{number}",
                achievement=draw(st.sampled_from(NAMES)),
                issuer=draw(st.sampled_from(("u", "v"))),
                valid_from=days(draw(st.sampled_from((10, 100, 300)))),
                valid_until=draw(st.sampled_from((None, None, days(1)))),
                revoked_at=draw(st.sampled_from((None, None, None, days(1)))),
                suspended=draw(st.sampled_from(((), (), (), (Interval(days(1)),)))),
                credits={scheme: Decimal(amount) for scheme, amount in amounts.items()},
                subjects=draw(st.sampled_from((frozenset(), frozenset({"maths"})))),
                source=draw(st.sampled_from(("", "transfer"))),
                skills=draw(st.sampled_from(((), (SkillAt("F", "x", Decimal(2)),), (SkillAt("F", "y"), SkillAt("F", "z", Decimal(3)))))),
                hours=draw(st.sampled_from((None, Decimal(1), Decimal(3)))),
                shareable=draw(st.integers(0, 4)) == 0,
            )
        )  # fmt: skip
    return found


class Plain:
    """The meaning of every kind, written down once more, slowly: a rule over awards by trying everything."""

    def __init__(self, rule, awards, validity=Validity.AT_COMPLETION, begins=None):
        self.rule, self.awards, self.validity, self.begins = rule, awards, validity, begins or {}
        self.part = None  # what alone is asked about, with its leaves
        self.leaves = []  # (leaf, what is around it, from the outside in)
        self.find(rule, ())
        self.fits = [[award for award in awards if self.fit(leaf, above, award)] for leaf, above in self.leaves]
        self.order(rule, range(len(self.leaves)))

    def find(self, rule, above):
        if not rule.parts:
            self.leaves.append((rule, above))
        if isinstance(rule, Not):
            return
        for part in rule.parts:
            self.find(part, (*above, rule))

    def fit(self, leaf, above, award):
        mode = self.validity
        for rule in above:
            mode = rule.mode if isinstance(rule, Counting) else mode
        if award.revoked_at or award.suspended:
            return False
        if award.valid_until and award.valid_until < NOW and mode is Validity.AT_COMPLETION:
            return False
        for rule in above:
            if isinstance(rule, CountingOnly) and not passes(rule.filter, award):
                return False
            if isinstance(rule, EarnedWithin) and award.valid_from < rule.since:
                return False
            begin = self.begins.get(id(rule))
            if begin is not None and not begin <= award.valid_from <= begin + timedelta(days=rule.days):
                return False
        if hasattr(leaf, "filter") and not passes(leaf.filter, award):
            return False
        return self.worth(leaf, above, award) > 0

    def worth(self, leaf, above, award):
        if isinstance(leaf, AwardOf):
            return int(award.achievement in (leaf.achievement, *leaf.equivalents))
        if isinstance(leaf, AwardsAtLeast):
            return 1
        if isinstance(leaf, ExperienceHours):
            return award.hours or 0
        if isinstance(leaf, SkillsCovered):
            return len(shown(leaf, award))
        own = award.credits.get("ECTS", 0)
        if not own and any(isinstance(rule, Converting) for rule in above):
            own = award.credits.get("CATS", 0) / 2
        return own

    def order(self, rule, numbers):
        """In order, awards that come too early are taken out; an order inside knows only what is left. `numbers` are the leaves below."""
        numbers, since, over = iter(numbers), None, False
        for part in () if isinstance(rule, Not) else rule.parts:
            inside = [next(numbers) for _ in self.below(part)]
            if isinstance(rule, InOrder):
                for number in inside:
                    self.fits[number] = [
                        award
                        for award in self.fits[number]
                        if not over and (since is None or award.valid_from >= since)
                    ]
            self.order(part, inside)
            if isinstance(rule, InOrder) and not over:
                moment = self.earliest(part, inside)
                over = moment is None
                since = max((one for one in (since, moment) if isinstance(one, datetime)), default=None)

    def below(self, rule):
        if isinstance(rule, Not):
            return []
        return [leaf for part in rule.parts for leaf in self.below(part)] if rule.parts else [rule]

    def earliest(self, part, numbers):
        """When the part could first be met, all of it at once: a moment, True for always, None for never."""
        for moment in (None, *sorted({award.valid_from for number in numbers for award in self.fits[number]})):
            alone = copy(self)
            alone.part = (part, numbers)
            alone.fits = [
                [award for award in fits if moment and number in numbers and award.valid_from <= moment]
                for number, fits in enumerate(self.fits)
            ]
            if alone.best_of_these() == 1:
                return moment or True
        return None

    def inherit(self, rule):
        around_it = next(above for node, above in walk(self.rule) if node is rule)
        inner = rule.of
        for outer in reversed(around_it):
            if isinstance(outer, CountingOnly | EarnedWithin | Counting | Converting):
                inner = outer.with_parts((inner,))
        return inner

    def best(self):
        """The best of all windows, each from the day on which some award was earned."""
        windows = [node for node, above in walk(self.rule) if isinstance(node, EarnedTogether) and not denied(above)]
        if not windows:
            return self.best_of_these()
        moments = sorted({award.valid_from for award in self.awards}) or [NOW]
        return max(
            Plain(
                self.rule, self.awards, self.validity, dict(zip(map(id, windows), begins, strict=True))
            ).best_of_these()
            for begins in product(moments, repeat=len(windows))
        )

    def best_of_these(self):
        singles = [award for award in self.awards if not award.shareable]
        options = [
            [
                None,
                *(
                    n
                    for n, fits in enumerate(self.fits)
                    if award in fits and not isinstance(self.leaves[n][0], SkillsCovered)
                ),
            ]
            for award in singles
        ]
        split = [n for n, (leaf, _) in enumerate(self.leaves) if isinstance(leaf, CreditsAtLeast) and leaf.split]
        options = [[*found, *(["split"] if any(n in found for n in split) else [])] for found in options]
        best = Fraction(0)
        for chosen in product(*options):
            names = [award.achievement for award, place in zip(singles, chosen, strict=True) if place is not None]
            if len(set(names)) == len(names):
                best = max(best, self.counted(list(zip(singles, chosen, strict=True)), split))
        return best

    def counted(self, chosen, split):
        """The best of all amounts that this assignment can count for."""
        pairs = []  # (award, leaf, most, group: those of one group share `most`)
        for award, place in chosen:
            if place == "split":
                pairs += [(award, n, self.whole(award, n), award.id) for n in split if award in self.fits[n]]
            elif place is not None:
                pairs.append((award, place, self.whole(award, place), None))
        for n, fits in enumerate(self.fits):
            if not isinstance(self.leaves[n][0], SkillsCovered):
                pairs += [(award, n, self.whole(award, n), None) for award in fits if award.shareable]
        cut = [self.cut(award, n) or group for award, n, _, group in pairs]
        best = Fraction(0)
        choices = [
            [0, *range(1, int(most) + 1)] if may else [0, most] for (_, _, most, _), may in zip(pairs, cut, strict=True)
        ]
        for amounts in product(*choices):
            served = [(award, n, much) for (award, n, _, _), much in zip(pairs, amounts, strict=True) if much]
            best = max(best, self.score(served))
        return best

    def whole(self, award, number):
        return self.worth(*self.leaves[number], award)

    def cut(self, award, number):
        leaf, above = self.leaves[number]
        return isinstance(leaf, CreditsAtLeast) and any(isinstance(rule, AtMost) and rule.scheme for rule in above)

    def score(self, served):
        for award in {award.id: award for award, _, _ in served}.values():
            mine = [(n, amount) for one, n, amount in served if one is award]
            if not award.shareable and sum(Fraction(amount) / Fraction(self.whole(award, n)) for n, amount in mine) > 1:
                return Fraction(0)
        for number in range(len(self.leaves)):  # of one achievement one award in one place
            names = [award.achievement for award, n, _ in served if n == number]
            if len(set(names)) < len(names):
                return Fraction(0)
        value = self.value(self.rule, iter(range(len(self.leaves))), served)
        if value is not None and self.part is not None:
            part, numbers = self.part
            value = self.value(part, iter(numbers), served)
        return value or Fraction(0)

    def value(self, rule, numbers, served):
        """Progress of the rule with what is served, or None where a limit is broken."""
        if isinstance(rule, Not):
            return Fraction(Plain(self.inherit(rule), self.awards, self.validity).best() < 1)
        if not rule.parts:
            number = next(numbers)
            if isinstance(rule, SkillsCovered):
                have = len(set().union(*(shown(rule, award) for award in self.fits[number])))
            else:
                have = sum(amount for _, n, amount in served if n == number)
            return min(Fraction(1), Fraction(have) / Fraction(wanted(rule)))
        taken = []
        shares = [self.value(part, Remembering(numbers, taken), served) for part in rule.parts]
        if None in shares:
            return None
        inside = [(award, n, amount) for award, n, amount in served if n in taken]
        if isinstance(rule, Exclusive) and len({a.achievement for a, _, _ in inside} & {*rule.achievements}) > 1:
            return None
        if isinstance(rule, AtMost):
            spent = {}
            limited = set()
            for award, n, amount in inside:
                once = (award.achievement, award.issuer if rule.each_issuer else "")
                if passes(rule.filter, award) and (rule.scheme or once not in limited):
                    limited.add(once)
                    leaf, _ = self.leaves[n]
                    cost = (
                        1
                        if rule.scheme is None
                        else amount
                        if isinstance(leaf, CreditsAtLeast)
                        else self.credits(award, rule)
                    )
                    key = award.issuer if rule.each_issuer else ""
                    spent[key] = spent.get(key, 0) + cost
            if any(much > (rule.count or rule.amount) for much in spent.values()):
                return None
        if isinstance(rule, Residency):
            own = {
                award.id: self.credits(award, rule)
                for award, _, _ in inside
                if award.issuer in rule.issuers and award.source != "transfer"
            }
            shares.append(min(Fraction(1), Fraction(sum(own.values())) / Fraction(rule.amount)))
        choose = rule.n if isinstance(rule, AnyN) else len(shares)
        return sum(sorted(shares, reverse=True)[:choose], Fraction(0)) / choose

    def credits(self, award, rule):
        above = next(above for node, above in walk(self.rule) if node is rule)
        own = award.credits.get("ECTS", 0)
        return own or (award.credits.get("CATS", 0) / 2 if any(isinstance(one, Converting) for one in above) else 0)


class Remembering:
    def __init__(self, numbers, taken):
        self.numbers, self.taken = numbers, taken

    def __iter__(self):
        return self

    def __next__(self):
        number = next(self.numbers)
        self.taken.append(number)
        return number


def walk(rule, above=()):
    yield rule, above
    for part in rule.parts:
        yield from walk(part, (*above, rule))


def denied(above):
    return any(isinstance(rule, Not) for rule in above)


def shown(leaf, award):
    return {one.skill for one in award.skills if one.skill in leaf.skills and one.level >= leaf.level}


def wanted(leaf):
    if isinstance(leaf, AwardOf):
        return 1
    if isinstance(leaf, AwardsAtLeast):
        return leaf.count
    if isinstance(leaf, ExperienceHours):
        return leaf.hours
    return len(leaf.skills) if isinstance(leaf, SkillsCovered) else leaf.amount


def passes(chosen, award):
    return (
        (not chosen.issuers or award.issuer in chosen.issuers)
        and (not chosen.subjects or bool(award.subjects & set(chosen.subjects)))
        and (not chosen.sources or award.source in chosen.sources)
    )


@settings(max_examples=200, deadline=None)
@given(rules, holdings())
def test_no_assignment_beats_the_evaluation_whatever_kinds_the_rule_is_made_of(rule, awards):
    rule = numbered(rule)
    result = evaluate(rule, awards, NOW)
    assert result.exact
    assert result.progress == Plain(rule, awards).best()


@settings(max_examples=150, deadline=None)
@given(rules, holdings(5), st.randoms(use_true_random=False))
def test_the_order_of_the_awards_changes_nothing_in_any_kind(rule, awards, random):
    shuffled = list(awards)
    random.shuffle(shuffled)
    assert as_json(evaluate(rule, shuffled, NOW)) == as_json(evaluate(rule, awards, NOW))


@settings(max_examples=200, deadline=None)
@given(rules, holdings(4))
def test_gaining_an_award_never_lowers_progress_unless_something_is_denied(rule, awards):
    assume(awards)
    assume(not any(isinstance(node, Not) for node, _ in walk(rule)))
    assert evaluate(rule, awards[:-1], NOW).progress <= evaluate(rule, awards, NOW).progress


def portions(missing):
    """The credits of each award that does what is missing: one, or several where no issuer may give all of it."""
    each = re.search(r"at most ([0-9.]+) ECTS credits? from any one issuer", missing.sentence)
    beside = re.search(r"with ([0-9.]+) ECTS credits?", missing.sentence)
    if missing.unit != "ECTS credits":
        count = int(missing.amount) if missing.unit == "awards" else 1
        return [{"ECTS": Decimal(beside[1])} if beside else {}] * count
    found, left = [], missing.amount
    while left:
        found.append({"ECTS": min(left, Decimal(each[1])) if each else left})
        left -= found[-1]["ECTS"]
    return found


def home_of(residency):
    """What is around the first amount of credits, itself too, that awards of the body can count for, from the outside in."""
    for leaf, above in walk(residency):
        asked = [one.filter for one in (*above, leaf) if hasattr(one, "filter") and not isinstance(one, AtMost)]
        if isinstance(leaf, CreditsAtLeast) and not denied(above) and not any(one.sources for one in asked):
            return (*above, leaf)
    raise AssertionError("a way asks for credits of a body where none can count")


def doing(rule, way):
    """Awards that do what a way says, and no more, as its sentences ask for them."""
    by_id = {node.id: (node, above) for node, above in walk(rule)}
    earned = []
    for number, missing in enumerate(way):
        resident = missing.id.endswith(":credits")
        node, above = by_id[missing.id.removesuffix(":credits")]
        around_it = [*above, *(home_of(node) if resident else [node])]
        filters_of = [one.filter for one in around_it if hasattr(one, "filter") and not isinstance(one, AtMost)]
        transferred = any(one.sources for one in filters_of) and "none by transfer" not in missing.sentence
        earned += [
            Award(
                id=f"new-{number}-{unit}",
                achievement=missing.achievement or f"new-{number}-{unit}",
                issuer="u"
                if resident
                or "from u" in re.sub("none from u|at most [^,]*", "", missing.sentence)
                or any(one.issuers for one in filters_of)
                else f"somebody-{number}-{unit}",
                valid_from=NOW,
                credits=brings,
                subjects=frozenset({"maths"}) if any(one.subjects for one in filters_of) else frozenset(),
                source="transfer" if transferred else "",
                skills=tuple(SkillAt("F", skill, node.level) for skill in missing.skills[: int(missing.amount)]),
                hours=missing.amount if missing.unit == "hours" else None,
            )
            for unit, brings in enumerate(portions(missing))
        ]
    return earned


@settings(max_examples=200, deadline=None)
@given(rules, holdings(4))
def test_doing_what_is_missing_completes_a_rule_of_any_kind(rule, awards):
    assume(not contradictions(rule))
    rule = numbered(rule)
    result = evaluate(rule, awards, NOW)
    assert not (result.met and result.missing)
    for way in result.missing:
        earned = doing(rule, way)
        assert evaluate(rule, [*awards, *earned], NOW).met
    if not result.met and not any(
        isinstance(n, AtMost | Exclusive | Residency | Not | InOrder | CreditsAtLeast) for n, _ in walk(rule)
    ):
        windows = [n for n, _ in walk(rule) if isinstance(n, EarnedWithin)]
        assert result.missing or windows  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(rules, holdings(4))
def test_every_reason_is_true_and_every_award_is_accounted_for(rule, awards):
    """A reason that names one fault: without it the award would fit; an award that serves elsewhere does serve there."""
    rule = numbered(rule)
    result = evaluate(rule, awards, NOW)
    assert sorted([*result.used, *(left.award for left in result.unused)]) == [award.id for award in awards]
    by_id = {award.id: award for award in awards}
    served = {one for node in result.nodes().values() if not node.parts for one in node.used}
    for node in result.nodes().values():
        for left in node.rejected:
            award = by_id[left.award]
            assert left.award not in node.used
            if "already counts for" in left.reason:
                assert left.award in served
            if "was revoked" in left.reason:
                assert award.revoked_at
            if "expired" in left.reason:
                assert award.valid_until < NOW
            if left.reason.startswith("comes from"):
                assert award.issuer == "v"
            if "is not in maths" in left.reason:
                assert not award.subjects
            if "no hours" in left.reason:
                assert not award.hours
    for counted in (one for node in result.nodes().values() for one in node.counts):
        assert counted.amount > 0
        if "conversion" in counted.because or "counts as" in counted.because:
            assert counted.stated_unit == "CATS credits"


@settings(max_examples=200, deadline=None)
@given(rules)
def test_a_rule_of_any_kind_is_written_and_read_again_and_keeps_to_the_schema(rule):
    written = rule.to_json()
    assert faults(schemas.rule(), json.loads(json.dumps(written))) == []
    if not contradictions(rule):
        assert parse_requirement(json.dumps(written)) == numbered(rule)


@settings(max_examples=100, deadline=None)
@given(rules, holdings(3))
def test_an_evaluation_keeps_to_the_schema(rule, awards):
    assert faults(schemas.evaluation(), as_json(evaluate(rule, awards, NOW))) == []
