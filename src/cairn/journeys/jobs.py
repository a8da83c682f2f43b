"""Weighing every learner of a stack anew, after its rule changed or time has passed: a stream that any number of them fits through.

1. Take people in the order of their numbers, some hundreds at a time.
2. Read how their progress stands (its stamp), and only then what they hold.
3. Weigh them, without reasons: those are worked out when somebody looks. Who holds the same courses shares an answer, so that most are
   found and not worked out, and only of the others everything is read that an award says.
4. Write what changed, each row only where its stamp is still the one that was read: an award that came meanwhile wrote the newer answer.
5. Award what is complete and was never awarded, each by itself, once.
6. Note how far this came. A run that was broken off goes on from there.

Learners who follow an older version of a rule are weighed under that one.
"""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, islice
from multiprocessing import get_context
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Case, Max, QuerySet, TextField, When
from django.db.models.functions import Cast

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.errors import CairnError
from cairn.issuing import holdings
from cairn.issuing.models import Award, StatusChange
from cairn.journeys import queries, working
from cairn.journeys.held import beside, from_outside
from cairn.journeys.models import RecomputeRun, StackProgress
from cairn.journeys.ready import Ready
from cairn.journeys.services import stacks
from cairn.people.models import Person

CHUNK = 1_000
"""People in one step: enough that questions to the database cost little each, few enough that nobody waits for the write."""
KEPT = 50_000
"""Answers that are remembered at most, each some hundred bytes; those that were not needed longest are forgotten first."""
ASKED = 500
"""People or awards that are named in one question to the database at most."""
AHEAD = 2
"""Steps that wait for each process, so that none has to."""


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


def print_nothing(_done: int, _total: int) -> None:
    """Progress for nobody."""


def stacks_to_weigh(slugs: Sequence[str] = ()) -> list[DefinitionVersion]:
    """Return the versions that have learners or could have some, of these definitions or of all: open ones, and those that are followed."""
    followed = StackProgress.objects.filter(left_at=None).values("version")
    versions = DefinitionVersion.objects.filter(requirement__isnull=False, definition__owner__isnull=False)
    if slugs:
        versions = versions.filter(definition__slug__in=slugs)
    rows = versions.filter(state=DefinitionVersion.State.PUBLISHED) | versions.filter(pk__in=followed)
    return list(rows.select_related("definition__owner", "definition__provider").order_by("definition__slug", "number"))


def recompute_stack(
    *,
    version: DefinitionVersion,
    at: datetime,
    processes: int = 1,
    chunk: int = CHUNK,
    awards: bool = True,
    anew: bool = False,
    progress: Callable[[int, int], None] = print_nothing,
) -> RecomputeRun:
    """Weigh every learner of a version at ``at`` and return the finished run, whose ``counts`` are the report.

    Goes on where an unfinished run of the version stopped, unless ``anew``. ``awards`` lets complete stacks be awarded. ``processes``
    share the work; writes stay one after the other where the database wants it so. ``progress`` is told how many people were gone
    through, and how many there are to go through. Raises CairnError where a process came to an end by itself.
    """
    stacks.index(version=version)
    if anew:
        RecomputeRun.objects.filter(version=version, finished_at=None).delete()
    run, _ = RecomputeRun.objects.get_or_create(
        version=version, finished_at=None, defaults={"at": at, "started_at": at, "counts": Counts().as_dict()}
    )
    counts, seen = Counts(**run.counts), 0
    total = Person.objects.filter(pk__gt=run.reached).count()
    for upto, people, found in _results(version, at, run.reached, processes=processes, chunk=chunk, awards=awards):
        counts, seen = counts + found, seen + people
        run.reached, run.counts, run.at = upto, counts.as_dict(), at
        run.save(update_fields=["reached", "counts", "at"])  # 6
        progress(seen, total)
    run.finished_at = at
    run.save(update_fields=["finished_at"])
    return run


def _results(
    version: DefinitionVersion, at: datetime, since: int, *, processes: int, chunk: int, awards: bool
) -> Iterator[tuple[int, int, Counts]]:
    steps = _steps(since, chunk)
    if processes <= 1:
        work = Work(version, at, awards=awards)
        for low, high, people in steps:
            yield high, people, work.do(low, high)
        return
    waiting: deque[Future[tuple[int, int, Counts]]] = deque()
    started = (version.pk, at, awards)
    with ProcessPoolExecutor(processes, get_context("spawn"), working.begin, started) as pool:
        try:
            waiting.extend(pool.submit(working.do, step) for step in islice(steps, processes * AHEAD))
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(working.do, step) for step in islice(steps, 1))
        except BrokenProcessPool as fault:
            raise CairnError(
                "One of the processes came to an end before its work was done.",
                remedy="Run the command again: it goes on where it was. If it happens again, use fewer processes or a smaller --chunk.",
            ) from fault
        finally:
            for one in waiting:
                one.cancel()


def _steps(since: int, chunk: int) -> Iterator[tuple[int, int, int]]:
    """Numbers of people in steps: above the first, up to the second; the third is how many there are (step 1)."""
    last = Person.objects.aggregate(last=Max("pk"))["last"] or 0
    while since < last:
        found = Person.objects.filter(pk__gt=since, pk__lte=last).order_by("pk").values_list("pk", flat=True)[:chunk]
        numbers = list(found)
        if not numbers:
            return
        yield since, numbers[-1], len(numbers)
        since = numbers[-1]


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
        found: dict[int, list[holdings.Row]] = defaultdict(list)
        for some in batched(people, ASKED):
            awards = self._awards().filter(holder__in=some)
            changes: dict[Any, list[tuple[str, datetime]]] = defaultdict(list)
            happened = StatusChange.objects.filter(award__in=awards.order_by()).order_by("at")
            for award, action, moment in happened.values_list("award", "action", "at"):
                changes[award].append((action, moment))
            columns = (
                "pk",
                "holder",
                "version",
                "state",
                "awarded_at",
                "valid_until",
                "origin",
                "supersedes__origin",
                "results",
            )
            for pk, holder, version, state, awarded_at, until, origin, earlier, results in awards.values_list(*columns):
                happened_to = tuple(changes.get(pk, ()))
                found[holder].append(
                    holdings.Row(pk, version, state, awarded_at, until, earlier or origin, results, happened_to)
                )
        self._read_contents({row.version_id for rows in found.values() for row in rows})
        return found

    def _read_contents(self, versions: set[int]) -> None:
        missing = versions - self._contents.keys()
        for version in DefinitionVersion.objects.filter(pk__in=missing).select_related("definition__owner"):
            owner = version.definition.owner
            self._contents[version.pk] = holdings.content_of(version, owner.slug if owner else "")

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
