"""Progress as docs/reference/stacking.md defines it, read from the JSON itself: one whole-number program for each choice of windows.

Nothing of the engine is used. Slow, and for few awards only. Left out: decisions, allowances and leaves that `split`.
"""

import calendar
import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, lcm

from ortools.sat.python import cp_model


class TooMuchError(Exception):
    """More programs than a test has time for."""


@dataclass(frozen=True)
class Around:
    """What stands around a requirement: conditions, windows and turns apart from the others, the mode and conversions."""

    conditions: tuple = ()
    timed: tuple = ()
    mode: str = "at_completion"
    rates: tuple = ()

    def narrowed(self, condition):
        return replace(self, conditions=(*self.conditions, condition))

    def in_time(self, condition):
        return replace(self, timed=(*self.timed, condition))


@dataclass
class Program:
    """What is served: (award, leaf) to whether and how much."""

    model: cp_model.CpModel
    awards: list
    windows: dict
    leaves: list = field(default_factory=list)
    serves: dict = field(default_factory=dict)
    counts: dict = field(default_factory=dict)

    def whether_any(self, variables):
        one = self.model.new_bool_var("")
        self.model.add_max_equality(one, variables)
        return one


def hundredths(amount):
    return int(Decimal(str(amount)) * 100)


def moment(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def earned(award):
    return moment(award.get("earned_at") or award["valid_from"])


def parts_of(node):
    inside = node.get("of", [])
    return inside if isinstance(inside, list) else [inside]


def credits_of(award, scheme, rates):
    found = {name: hundredths(amount) for name, amount in award.get("credits", {}).items()}
    converted = [
        floor(found[source] * factor) for source, target, factor in rates if target == scheme and source in found
    ]
    return found.get(scheme) or max(converted, default=0)


def asked(node, scheme):
    if node["kind"] == "credits_at_least":
        return hundredths(node["amount"]) if node["scheme"] == scheme else 0
    found = [asked(part, scheme) for part in parts_of(node)] if node["kind"] != "not" else []
    return sum(found[: node.get("n", len(found))])


class Book:
    """One question: a rule, awards, a moment, a mode, and achievements that are the same."""

    def __init__(self, rule, awards, at, mode="at_completion", equivalent=(), programs=150):
        self.rule, self.awards, self.at, self.mode, self.left = rule, awards, moment(at), mode, programs
        sets = [set(one) for one in (*equivalent, *rule.get("sets", []))]
        self.same = {}
        for one in sets:
            joined = one.union(*(names for names in self.same.values() if names & one))
            self.same |= dict.fromkeys(joined, joined)

    def root(self, achievement):
        return min(self.same.get(achievement, {achievement}))

    def valid(self, award, mode):
        return (
            moment(award["valid_from"]) <= self.at
            and earned(award) <= self.at
            and not (award.get("revoked_at") and moment(award["revoked_at"]) <= self.at)
            and not any(
                moment(one["start"]) <= self.at and (one.get("end") is None or self.at < moment(one["end"]))
                for one in award.get("suspended", ())
            )
            and not (mode == "at_completion" and award.get("valid_until") and moment(award["valid_until"]) < self.at)
        )

    def at_level(self, award, level):
        has = award.get("level")
        return bool(has) and has["framework"] == level["framework"] and Decimal(has["value"]) >= Decimal(level["value"])

    def passes(self, award, wanted):
        single = {"types": "type", "issuers": "issuer", "sources": "source"}
        for name, values in wanted.items():
            if name == "level_at_least":
                fits = self.at_level(award, values)
            elif name == "achievements":
                fits = self.root(award["achievement"]) in map(self.root, values)
            elif name in single:
                fits = award.get(single[name], "") in values
            else:
                fits = bool(set(award.get(name, ())) & set(values))
            if not fits:
                return False
        return True

    def graded(self, award, node):
        grade, scale = award.get("grade"), node.get("scale")
        if scale:
            return grade in scale and scale.index(grade) >= scale.index(node["minimum"])
        return bool(grade) and grade.replace(".", "", 1).isdigit() and Decimal(grade) >= Decimal(node["minimum"])

    def progress(self, node=None, around=None, awards=None):
        """Of all choices of windows the best."""
        node, around = node or self.rule, around or Around(mode=self.mode)
        awards = self.awards if awards is None else awards
        rolling = list(self.rolling(node))
        days = sorted({earned(award).date() for award in awards}) or [date(2000, 1, 1)]
        best = Fraction(0)
        for first in itertools.product(days, repeat=len(rolling)):
            windows = {id(one): (day, last_day(one, day)) for one, day in zip(rolling, first, strict=True)}
            best = max(best, self.weighed(node, around, awards, windows))
            if best == 1:
                break
        return best

    def rolling(self, node):
        if node["kind"] == "earned_together":
            yield node
        if node["kind"] != "not":
            for part in parts_of(node):
                yield from self.rolling(part)

    def weighed(self, node, around, awards, windows):
        self.left -= 1
        if self.left < 0:
            raise TooMuchError
        told = Program(cp_model.CpModel(), awards, windows)
        has, of = self.build(node, around, told)
        self.count_once(told)
        told.model.maximize(has)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(told.model) == cp_model.OPTIMAL
        return Fraction(round(solver.objective_value), of)

    def count_once(self, told):
        """An award serves once unless it is shareable; of one achievement one counts, and of what is made of another either."""
        used = {}
        for award in {award for award, _ in told.serves}:
            mine = [serves for (one, _), serves in told.serves.items() if one == award]
            used[award] = told.whether_any(mine)
            if not told.awards[award].get("shareable"):
                told.model.add(sum(mine) <= 1)
        for one, other in itertools.combinations(used, 2):
            first, second = told.awards[one], told.awards[other]
            roots = [self.root(award["achievement"]) for award in (first, second)]
            made = [self.root(award["stands_for"]) if award.get("stands_for") else None for award in (first, second)]
            if made[0] == roots[1] or made[1] == roots[0] or (made[0] is not None and made[0] == made[1]):
                told.model.add(used[one] + used[other] <= 1)
            elif roots[0] == roots[1]:
                if not first.get("shareable") and not second.get("shareable"):
                    told.model.add(used[one] + used[other] <= 1)
                for leaf in range(len(told.leaves)):
                    told.model.add(told.serves.get((one, leaf), 0) + told.serves.get((other, leaf), 0) <= 1)

    def build(self, node, around, told):
        """How far a requirement is, as a variable and what it is of."""
        kind = node["kind"]
        if kind in ("all_of", "any_n", "in_order"):
            scopes = self.turns(node, around, told) if kind == "in_order" else [around] * len(node["of"])
            built = [self.build(part, scope, told) for part, scope in zip(node["of"], scopes, strict=True)]
            return self.best(node.get("n", len(built)), built, told)
        if kind == "not":  # weighed by itself, whatever was earned when
            met = self.progress(node["of"], replace(around, timed=()), self.awards) == 1
            return told.model.new_constant(int(not met)), 1
        if kind in LEAVES:
            return self.leaf(node, around, told)
        before = len(told.leaves)
        built = self.build(node["of"], self.inside(node, around, told), told)
        within = [pair for pair in told.serves if pair[1] >= before]
        if kind == "exclusive":
            named = {"achievements": node["achievements"]}
            among = [pair for pair in within if self.passes(told.awards[pair[0]], named)]
            self.limit(1, among, lambda _: None, "count", (), told)
        if kind == "at_most":
            most = node.get("count") or (
                hundredths(node["amount"]) if "amount" in node else floor(Fraction(node["share"]) * asked(node["of"], node["scheme"]))
            )  # fmt: skip
            among = [pair for pair in within if self.passes(told.awards[pair[0]], node.get("filter", {}))]
            whose = (lambda award: award["issuer"]) if node.get("each_issuer") else (lambda _: None)
            self.limit(most, among, whose, "count" if "count" in node else node["scheme"], around.rates, told)
        if kind == "residency":
            need = (
                hundredths(node["amount"])
                if "amount" in node
                else ceil(Fraction(node["share"]) * asked(node["of"], node["scheme"]))
            )
            return self.best(2, [built, (self.resident(node, within, need, around.rates, told), need)], told)
        return built

    def inside(self, node, around, told):
        match node["kind"]:
            case "level_at_least":
                return around.narrowed(lambda award: self.at_level(award, node["level"]))
            case "grade_at_least":
                return around.narrowed(lambda award: self.graded(award, node))
            case "recency":
                return around.narrowed(lambda award: earned(award) >= self.at - timedelta(days=node["days"]))
            case "earned_within":
                since, until = (moment(node[name]) if name in node else None for name in ("since", "until"))
                return around.narrowed(
                    lambda award: (since is None or earned(award) >= since) and (until is None or earned(award) < until)
                )
            case "counting_only":
                return around.narrowed(lambda award: self.passes(award, node["filter"]))
            case "earned_together":
                first, last = told.windows[id(node)]
                return around.in_time(lambda award: first <= earned(award).date() <= last)
            case "counting":
                return replace(around, mode=node["mode"])
            case "converting":
                return replace(
                    around, rates=(*around.rates, (node["source"], node["target"], Fraction(node["factor"])))
                )
        return around

    def limit(self, most, among, whose, unit, rates, told):
        rows = {}
        for award, leaf in among:
            key = whose(told.awards[award])
            if unit == "count":
                key = key, self.root(told.awards[award]["achievement"])
            rows.setdefault(key, []).append((award, leaf))
        sums = {}
        for key, pairs in rows.items():
            if unit == "count":
                sums.setdefault(key[0], []).append(told.whether_any([told.serves[pair] for pair in pairs]))
            else:
                sums[key] = [self.brings(pair, unit, rates, told) for pair in pairs]
        for amounts in sums.values():
            told.model.add(sum(amounts) <= most)

    def brings(self, pair, scheme, rates, told):
        """What is added up there, otherwise all its credits, with the conversions around the limit or residency."""
        award, leaf = pair
        if told.leaves[leaf].get("scheme") == scheme:
            return told.counts[pair]
        return told.serves[pair] * credits_of(told.awards[award], scheme, rates)

    def resident(self, node, within, need, rates, told):
        brought = []
        for number, award in enumerate(told.awards):
            mine = [self.brings(pair, node["scheme"], rates, told) for pair in within if pair[0] == number]
            if (
                mine
                and award["issuer"] in node["issuers"]
                and not award.get("stands_for")
                and award.get("source") != "transfer"
            ):
                most = told.model.new_int_var(0, 10**9, "")
                told.model.add_max_equality(most, mine)  # a shareable award brings its credits once
                brought.append(most)
        has = told.model.new_int_var(0, need, "")
        told.model.add(has <= sum(brought))
        return has

    def best(self, choose, built, told):
        """The mean of the best so many."""
        whole = lcm(*(of for _, of in built))
        chosen = []
        for has, of in built:
            counts, amount = told.model.new_bool_var(""), told.model.new_int_var(0, of, "")
            told.model.add(amount <= has)
            told.model.add(amount <= of * counts)
            chosen.append((counts, amount * (whole // of)))
        told.model.add(sum(counts for counts, _ in chosen) <= choose)
        mean = told.model.new_int_var(0, choose * whole, "")
        told.model.add(mean == sum(amount for _, amount in chosen))
        return mean, choose * whole

    def turns(self, node, around, told):
        """For each part what counts in it: what was earned when the parts before it, each by itself, could be met."""
        scopes, begun, scope = [], None, around
        for part in node["of"]:
            scopes.append(scope)
            if self.progress(part, scope, []) == 1:
                continue
            moments = sorted({earned(award) for award in told.awards})
            met = (
                at
                for at in moments
                if self.progress(part, scope, [award for award in told.awards if earned(award) <= at]) == 1
            )
            turn = next(met, None)
            if turn is None:
                scope = replace(around, timed=(lambda _: False,))
            else:
                begun = turn if begun is None else max(begun, turn)
                scope = around.in_time(lambda award, begun=begun: earned(award) >= begun)
        return scopes

    def leaf(self, node, around, told):
        number = len(told.leaves)
        told.leaves.append(node)
        fitting = [
            (place, award)
            for place, award in enumerate(told.awards)
            if self.valid(award, around.mode)
            and all(fits(award) for fits in (*around.conditions, *around.timed))
            and self.passes(award, node.get("filter", {}))
        ]
        if node["kind"] == "skills_covered":
            least = Decimal(node.get("level", 0))
            shown = {
                one["skill"]
                for _, award in fitting
                for one in award.get("skills", ())
                if one["framework"] == node["framework"] and Decimal(one.get("level", 0)) >= least
            }
            need = node.get("count", len(node["skills"]))
            return told.model.new_constant(min(need, len(shown & set(node["skills"])))), need
        if node["kind"] == "award_of":
            names = {self.root(name) for name in (node["achievement"], *node.get("equivalents", ()))}
            fitting = [(place, award) for place, award in fitting if self.root(award["achievement"]) in names]
        need = LEAVES[node["kind"]](node)
        for place, award in fitting:
            worth = 1
            if node["kind"] == "credits_at_least":
                worth = credits_of(award, node["scheme"], around.rates)
            elif node["kind"] == "experience_hours":
                worth = hundredths(award.get("hours", 0))
            if not worth:
                continue
            serves = told.model.new_bool_var("")
            amount = told.model.new_int_var(0, worth, "")
            if node["kind"] == "credits_at_least":
                told.model.add(amount <= worth * serves)  # a limit may cut it
            else:
                told.model.add(amount == worth * serves)
            told.serves[place, number], told.counts[place, number] = serves, amount
        has = told.model.new_int_var(0, need, "")
        told.model.add(has <= sum(amount for pair, amount in told.counts.items() if pair[1] == number))
        return has, need


def last_day(node, first):
    if "days" in node:
        return first + timedelta(days=node["days"])
    year, month = divmod(first.year * 12 + first.month - 1 + node.get("months", 0) + 12 * node.get("years", 0), 12)
    return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))


LEAVES = {
    "award_of": lambda _: 1,
    "awards_at_least": lambda node: node["count"],
    "credits_at_least": lambda node: hundredths(node["amount"]),
    "experience_hours": lambda node: hundredths(node["hours"]),
    "skills_covered": lambda node: node.get("count", len(node["skills"])),
}
