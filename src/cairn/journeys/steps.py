"""One step of weighing every learner anew (:mod:`cairn.journeys.jobs`): some hundred people are read, weighed and written.

A process keeps one :class:`Work` for all its steps: the rule made ready, and the answers that were found. How much it keeps has a bound.
"""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Case, QuerySet, TextField, When
from django.db.models.functions import Cast

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.issuing import holdings
from cairn.issuing.models import Award, StatusChange
from cairn.journeys import queries
from cairn.journeys.held import beside, from_outside
from cairn.journeys.models import StackProgress
from cairn.journeys.ready import Ready
from cairn.journeys.services import stacks
from cairn.people.models import Person

KEPT = 50_000
"""Answers that are remembered at most, each some hundred bytes; those that were not needed longest are forgotten first."""
ASKED = 500
"""People or awards that are named in one question to the database at most."""


@dataclass(frozen=True)
class Counts:
    """What came of some learners. ``overtaken`` were written by somebody else meanwhile, and have the newer answer."""

    learners: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    overtaken: int = 0
    complete: int = 0
    awarded: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__})

    def as_dict(self) -> dict[str, int]:
        """Return the numbers by name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class Answer(NamedTuple):
    """What is kept of one learner's evaluation; ``elsewhere`` are the credentials of other issuers that count."""

    state: str
    percent: int
    elsewhere: tuple[str, ...] = ()


type Kind = int | None
"""What an award is, as a number; None where only a look at all of it can say how it counts."""


class Work:
    """What one process needs to weigh learners of one version: the rule made ready, and the answers it has found."""

    def __init__(self, version: DefinitionVersion, at: datetime, *, awards: bool) -> None:
        self.version = version
        self.stack: Ready = stacks.readied(version)
        self.at = at
        self.awards = awards
        self.patterns = self.stack.patterns(at)
        self.takes_new = version.state == DefinitionVersion.State.PUBLISHED
        self._contents: dict[int, dict[str, Any]] = {}
        self._kinds: dict[tuple[int, str, str | None, bool], int] = {}
        self._texts: dict[tuple[int, str, str, bool], int] = {}
        self._known: OrderedDict[tuple[int, ...], Answer] = OrderedDict()

    def do(self, low: int, high: int) -> Counts:
        """Weigh the people above ``low`` up to ``high`` (steps 2 to 5)."""
        before = self._standing(low, high)
        elsewhere = {person for person, row in before.items() if row is None}
        held = self._held(low, high)
        people = {person for person, row in before.items() if row is not None}
        if self.takes_new:
            people |= held.keys() - elsewhere
        apart = from_outside(low, high, self.version.definition.owner, self.at)
        apart = apart - elsewhere if self.takes_new else apart & people
        answers = self._weigh({person: held.get(person, []) for person in sorted(people - apart)})
        answers |= {person.pk: self._weigh_apart(person) for person in Person.objects.filter(pk__in=apart)}
        counts = self._write(before, answers)
        if self.awards and self.version.state in queries.AWARDABLE:
            counts += Counts(awarded=self._award(answers))
        return counts

    # --- reading --------------------------------------------------------------------------------------------------------------------

    def _standing(self, low: int, high: int) -> dict[int, tuple[int, Answer] | None]:
        """Stamp and answer of those who follow this version, None for those who follow another one of its definition (step 2)."""
        versions = DefinitionVersion.objects.filter(definition=self.version.definition_id).values_list("pk", flat=True)
        rows = StackProgress.objects.filter(person__gt=low, person__lte=high, left_at=None)
        rows = rows.annotate(stack=beside("version")).filter(stack__in=list(versions))
        columns = ("person", "version", "stamp", "state", "percent", "elsewhere")
        found: dict[int, tuple[int, Answer] | None] = {}
        for person, version, stamp, state, percent, elsewhere in rows.order_by("pk").values_list(*columns):
            if version == self.version.pk and person not in found:
                found[person] = stamp, Answer(state, percent, tuple(elsewhere))
            else:
                found.setdefault(person, None)
        return found

    def _awards(self) -> QuerySet[Award]:
        """The awards that can matter, oldest first."""
        awards = Award.objects.filter(state__in=holdings.COUNTED_STATES, awarded_at__isnull=False)
        family = self.stack.family_ids
        if family is not None:
            awards = awards.annotate(what=beside("version")).filter(what__in=family)
        return awards.order_by("holder", "awarded_at", "pk")

    def _held(self, low: int, high: int) -> dict[int, list[Kind]]:
        """Of which kinds the awards of people are, in as few columns as will do; texts as the database has them: reading them costs."""
        awards = self._awards().filter(holder__gt=low, holder__lte=high).order_by()
        happened = StatusChange.objects.filter(award__in=awards)
        changed = set(happened.values_list(Cast("award", TextField()), flat=True))
        over = Case(When(valid_until__lt=self.at, then=1), default=0)
        soon = Case(When(awarded_at__gt=self.at, then=1), default=0)
        columns: tuple[Any, ...] = (
            "holder",
            "version",
            "state",
            over,
            soon,
            "origin",
            "supersedes__origin",
            Cast("results", TextField()),
        )
        columns = (*columns, Cast("pk", TextField())) if changed else columns
        found: dict[int, list[Kind]] = defaultdict(list)
        awarded = str(Award.State.AWARDED)
        for holder, version, state, ended, future, origin, earlier, points, *key in awards.values_list(
            *columns
        ).iterator(chunk_size=10_000):
            plain = state == awarded and not future and not (key and key[0] in changed)
            found[holder].append(self._kind_of(version, earlier or origin, points, over=bool(ended)) if plain else None)
        return found

    def _kind_of(self, version: int, origin: str, points: str, *, over: bool) -> int:
        """What an award is that simply stands or simply ran out: awarded, and nothing ever happened to it."""
        source = holdings.source_of(origin)
        found = self._texts.get((version, source, points, over))
        if found is None:
            found = self._kind(version, source, json.loads(points) if points not in ("", "[]") else (), over=over)
            if len(self._texts) >= 10 * KEPT:
                self._texts.clear()
            self._texts[version, source, points, over] = found
        return found

    def _kind(self, version: int, source: str, results: Sequence[Any], *, over: bool) -> int:
        return self._kinds.setdefault((version, source, holdings.grade_of(results), over), len(self._kinds))

    def _kind_of_row(self, row: holdings.Row) -> Kind:
        """The same from everything that an award says."""
        if row.state != Award.State.AWARDED or row.changes or row.awarded_at > self.at:
            return None
        over = row.valid_until is not None and row.valid_until < self.at
        return self._kind(row.version_id, holdings.source_of(row.origin), row.results, over=over)

    def _rows(self, people: Collection[int]) -> dict[int, list[holdings.Row]]:
        """Everything that these people's awards say, oldest first."""
        found: dict[int, list[holdings.Row]] = {}
        for some in batched(people, ASKED):
            found |= holdings.rows_in(self._awards().filter(holder__in=some))
        missing = {row.version_id for rows in found.values() for row in rows} - self._contents.keys()
        self._contents |= holdings.contents_of(missing) if missing else {}
        return found

    # --- weighing -------------------------------------------------------------------------------------------------------------------

    def _weigh(self, held: dict[int, list[Kind]]) -> dict[int, Answer]:
        """Step 3. Where each award simply stands or ran out and the rule does not ask when it was earned, what it is decides alone."""
        answers: dict[int, Answer] = {}
        alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
        others: list[int] = []
        for person, mixed in held.items():
            kinds = [kind for kind in mixed if kind is not None]
            if not self.patterns.timeless or len(kinds) < len(mixed):
                others.append(person)
                continue
            kinds.sort()
            key = tuple(kinds)
            known = self._known.get(key)
            if known is None:
                alike[key].append(person)
            else:
                self._known.move_to_end(key)
                answers[person] = known
        rows = self._rows([*(people[0] for people in alike.values()), *others])
        for key, people in alike.items():
            mine = rows.get(people[0], [])
            found = self.patterns.evaluate(self._values(mine))
            seen = [self._kind_of_row(row) for row in mine]
            if found.exact and sorted(kind for kind in seen if kind is not None) == list(key) and None not in seen:
                self._known[key] = answer = _kept(found)
                answers |= dict.fromkeys(people, answer)
            else:  # the search was cut short, or something was awarded since the kinds were read
                answers[people[0]] = _kept(found)
                others += people[1:]
        rows |= self._rows([person for person in others if person not in rows])
        answers |= {person: _kept(self.patterns.evaluate(self._values(rows.get(person, [])))) for person in others}
        _forget(self._known)
        return answers

    def _values(self, rows: Sequence[holdings.Row]) -> list[stacking.Award]:
        return [holdings.value_from(row, self._contents[row.version_id]) for row in rows]

    def _weigh_apart(self, person: Person) -> Answer:
        """Somebody who holds more than awards of this site."""
        answer = stacks.weigh(self.version, person, self.at)
        return Answer(answer.state, answer.percent, tuple(answer.elsewhere))

    # --- writing --------------------------------------------------------------------------------------------------------------------

    def _write(self, before: dict[int, tuple[int, Answer] | None], answers: dict[int, Answer]) -> Counts:
        """Step 4, in one short transaction: only what is not as it was."""
        changed, new, unchanged, complete = [], [], 0, 0
        met, nothing = str(stacking.State.MET), str(stacking.State.NOT)
        moment = connection.ops.adapt_datetimefield_value(self.at)
        version = self.version.pk
        for person, answer in answers.items():
            complete += answer.state == met
            stood = before.get(person)
            if stood is None:
                if answer.state != nothing:
                    new.append((person, version, *_columns(answer), moment))
            elif stood[1] == answer:
                unchanged += 1
            else:
                changed.append((*_columns(answer), moment, person, version, stood[0]))
        table = connection.ops.quote_name(StackProgress._meta.db_table)
        ids = "%s::jsonb" if connection.vendor == "postgresql" else "%s"
        made = written = 0
        with transaction.atomic(), connection.cursor() as cursor:
            if changed:
                cursor.executemany(
                    f"UPDATE {table} SET state = %s, percent = %s, elsewhere = {ids}, evaluated_at = %s, stamp = stamp + 1"  # noqa: S608 - the table is ours, values go beside
                    " WHERE person_id = %s AND version_id = %s AND stamp = %s",
                    changed,
                )
                written = cursor.rowcount
            if new:
                cursor.executemany(
                    f"INSERT INTO {table} (person_id, version_id, state, percent, elsewhere, evaluated_at, question, stamp)"  # noqa: S608 - as above
                    f" VALUES (%s, %s, %s, %s, {ids}, %s, '', 0) ON CONFLICT (person_id, version_id) DO NOTHING",
                    new,
                )
                made = cursor.rowcount
        return Counts(
            learners=unchanged + len(changed) + len(new),
            new=made,
            changed=written,
            unchanged=unchanged,
            overtaken=len(changed) - written + len(new) - made,
            complete=complete,
        )

    def _award(self, answers: dict[int, Answer]) -> int:
        """Step 5. Whoever was ever given it is left out; what is left is looked at once more, under the lock of a transaction."""
        complete = [person for person, answer in answers.items() if answer.state == str(stacking.State.MET)]
        if not complete:
            return 0
        given = Award.objects.filter(version__definition=self.version.definition_id, holder__in=complete)
        due = set(complete) - set(given.values_list("holder", flat=True))
        awarded = 0
        for person in Person.objects.filter(pk__in=due, is_active=True).order_by("pk"):
            with transaction.atomic():
                answer = stacks.weigh(self.version, person, self.at)
                if answer.met:
                    stacks.award_if_new(version=self.version, person=person, answer=answer, at=self.at)
            awarded += queries.was_awarded(self.version, person)
        return awarded


def _kept(found: stacking.Evaluation) -> Answer:
    return Answer(str(found.state), int(found.progress * 100))


def _columns(answer: Answer) -> tuple[str, int, str]:
    return answer.state, answer.percent, json.dumps(answer.elsewhere) if answer.elsewhere else "[]"


def _forget(kept: OrderedDict[tuple[int, ...], Answer]) -> None:
    """Let go of what was not needed longest where there is too much."""
    while len(kept) > KEPT:
        kept.popitem(last=False)
