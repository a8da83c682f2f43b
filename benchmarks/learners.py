"""How many learners a second `cairn recompute` weighs anew, on a site made up for it in a folder that goes away again.

Run: python benchmarks/learners.py [--learners 100000] [--processes 1] [--chunk 1000]. A rule of some forty nodes over thirty courses;
learners have gone different distances along a few usual ways through it, passed on days and with points of their own, one in twenty left
the usual way, one in a hundred has an award that was revoked. JSON=1 prints one object a line: name, value, unit, yardstick, ratio.

Everything runs on SQLite, and counts reading, weighing and writing. The yardstick is weighing the same learners one by one without
remembering anything (pure, no database), in the same call; beside it stands what one award costs while the site is used.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import batched
from resource import RUSAGE_SELF, getrusage
from typing import Any

NOW = datetime(2026, 6, 1, tzinfo=UTC)
COURSES = 30
SAMPLE = 2_000


def main() -> None:
    """Make a site, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--learners", type=int, default=100_000)
    asked.add_argument("--processes", type=int, default=1)
    asked.add_argument("--chunk", type=int, default=1_000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"CAIRN_HOME": home, "DJANGO_SETTINGS_MODULE": "cairn.entry.settings"}
        os.environ.pop("DATABASE_URL", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        measure(given.learners, given.processes, given.chunk)


def measure(learners: int, processes: int, chunk: int) -> None:
    """Fill the site, then run the job: for the first time, again when nothing changed, and after a change of the rule."""
    from cairn.journeys.jobs import recompute_stack

    rng = random.Random(1)
    took, (college, courses) = timed(catalogue)
    stack = published(college, "Data Programme", rule(courses, 5))
    took, held = timed(lambda: fill(learners, college, courses, rng))
    note(f"{learners:,} learners with {held:,} awards made in {took:.0f} s")
    alone = weighed_alone(stack)
    say("each weighed alone, nothing remembered, no database", alone, "learners/s", alone)
    say("one award while the site is used: all its stacks, written", live(stack), "awards/s", alone)

    def run(version: Any, at: datetime) -> tuple[float, Any]:
        took, done = timed(
            lambda: recompute_stack(version=version, at=at, processes=processes, chunk=chunk, awards=False)
        )
        return done.counts["learners"] / took, done

    first, done = run(stack, NOW)
    say(f"recompute, {processes} process(es): first time, all written", first, "learners/s", alone)
    note(f"{done.counts}; {getrusage(RUSAGE_SELF).ru_maxrss // 1024} MB at most")
    again, done = run(stack, NOW)
    say("recompute again: nothing changed, nothing written", again, "learners/s", alone)
    changed = published(college, "Data Programme, stricter", rule(courses, 7))
    after, done = run(changed, NOW)
    say("recompute after a change of the rule", after, "learners/s", alone)
    note(f"{done.counts}; {getrusage(RUSAGE_SELF).ru_maxrss // 1024} MB at most")
    note(f"At these rates a million learners take {1_000_000 / after / 60:.0f} minutes after a change of the rule.")


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


def fill(learners: int, college: Any, courses: list[Any], rng: random.Random) -> int:
    """Learners along forty usual ways; how many awards they hold."""
    from cairn.issuing.models import Award, StatusChange
    from cairn.people.models import Person

    ways = [rng.sample(range(COURSES), 14) for _ in range(40)]
    held = 0
    for numbers in batched(range(learners), 5_000):
        people = Person.objects.bulk_create(
            [Person(email=f"learner-{number}@example.org", name=f"Learner {number}") for number in numbers]
        )
        awards, changes = [], []
        for person in people:
            way = rng.choice(ways)[: rng.randint(1, 14)]
            if rng.random() < 0.05:
                way = rng.sample(range(COURSES), rng.randint(1, 14))
            for course in way:
                earned = NOW - timedelta(hours=rng.randrange(24 * 900))
                award = Award(
                    organisation=college, version=courses[course], holder=person, state="awarded", awarded_at=earned,
                    origin=f"enrolment:{person.pk}-{course}",
                    valid_until=earned + timedelta(days=730) if course % 10 == 0 else None,
                )  # fmt: skip
                if rng.random() < 0.001:
                    award.state = "revoked"
                    changes.append(StatusChange(award=award, action="revoke", reason="error", explanation="-", at=NOW))
                awards.append(award)
        Award.objects.bulk_create(awards, batch_size=2_000)
        StatusChange.objects.bulk_create(changes)
        held += len(awards)
    return held


def weighed_alone(stack: Any) -> float:
    """Learners a second by ``evaluate`` alone, for a sample."""
    from cairn import stacking
    from cairn.issuing import holdings
    from cairn.journeys.services.stacks import readied
    from cairn.people.models import Person

    ready = readied(stack)
    people = Person.objects.order_by("pk")[:SAMPLE]
    values = [holdings.values_of(holdings.awards_of(person)) for person in people]
    stacking.evaluate(ready.rule, values[0], NOW, equivalent=ready.families)
    took, _ = timed(
        lambda: [
            stacking.evaluate(ready.rule, one, NOW, equivalent=ready.families, names=ready.names).trace
            for one in values
        ]
    )
    return len(values) / took


def live(stack: Any) -> float:
    """Awards a second, each followed as while the site is used: the stacks it can touch, weighed and written."""
    from cairn import facts
    from cairn.issuing.models import Award
    from cairn.journeys.models import StackProgress
    from cairn.journeys.services.stacks import follow_award, index

    index(version=stack)
    awards = list(Award.objects.filter(state="awarded").order_by("pk")[:200])
    took, _ = timed(
        lambda: [follow_award(facts.CredentialAwarded(one.pk, one.holder_id, one.version_id, NOW)) for one in awards]
    )
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
    sys.exit(main())
