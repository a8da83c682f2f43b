"""Weighing every learner of a stack anew, after its rule changed or time has passed: a stream that any number of them fits through.

1. Take people in the order of their numbers, some hundreds at a time.
2. Read how their progress stands (its stamp), and only then what they hold.
3. Weigh them, without reasons: those are worked out when somebody looks. Who holds the same courses shares an answer, so that most are
   found and not worked out, and only of the others everything is read that an award says.
4. Write what changed, each row only where its stamp is still the one that was read: an award that came meanwhile wrote the newer answer.
5. Award what is complete and was never awarded, each by itself, once.
6. Note how far this came. A run that was broken off goes on from there.

Steps 2 to 5 are :mod:`cairn.journeys.steps`. Learners who follow an older version of a rule are weighed under that one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from itertools import islice
from multiprocessing import get_context

from django.db.models import Max

from cairn.catalog.models import DefinitionVersion
from cairn.errors import CairnError
from cairn.journeys import working
from cairn.journeys.models import RecomputeRun, StackProgress
from cairn.journeys.services import stacks
from cairn.journeys.steps import Answer, Counts, Work
from cairn.people.models import Person

CHUNK = 1_000
"""People in one step: enough that questions to the database cost little each, few enough that nobody waits for the write."""
AHEAD = 2
"""Steps that wait for each process, so that none has to."""


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


__all__ = ["AHEAD", "CHUNK", "Answer", "Counts", "Work", "print_nothing", "recompute_stack", "stacks_to_weigh"]
