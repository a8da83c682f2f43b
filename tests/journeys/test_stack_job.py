"""Every learner of a stack weighed anew: all of them, each once, safe beside what happens meanwhile, and from where it stopped."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_version
from tests.journeys import pool
from tests.journeys.test_stacks import OUTCOMES, all_of, give

from cairn.catalog.models import DefinitionVersion
from cairn.entry.cli import main
from cairn.errors import CairnError
from cairn.issuing.models import Award
from cairn.issuing.services import revoke
from cairn.journeys import jobs
from cairn.journeys.jobs import Work, recompute_stack, stacks_to_weigh
from cairn.journeys.models import RecomputeRun, StackEvidence, StackProgress
from cairn.journeys.services import stacks
from cairn.journeys.weighing import weighing_of
from cairn.people.models import Person
from cairn.stacking.tracing import Told

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(days=30)


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def badges(college: College) -> list[DefinitionVersion]:
    return [make_version(college, title=title) for title in ("Reading Tables", "Drawing Charts", "Telling Stories")]


def stack(
    college: College, *badges: DefinitionVersion, title: str = "Working with Data", **more: Any
) -> DefinitionVersion:
    content = {"rubric": None, "assessment_type": "", "outcomes": OUTCOMES, "requirement": all_of(*badges), **more}
    return make_version(college, title=title, kind="certificate", **content)


def crowd(college: College, badges: list[DefinitionVersion]) -> list[Person]:
    """Ten learners: nothing, one, two or all badges, in different orders and on different days."""
    people = [make_learner(f"Learner {number}") for number in range(10)]
    for number, person in enumerate(people):
        held = badges[: number % 4]
        for day, badge in enumerate(reversed(held) if number % 2 else held):
            give(college, badge, person, days=day + number)
    return people


def answers() -> dict[int, tuple[str, int]]:
    return {row.person_id: (row.state, row.percent) for row in StackProgress.objects.all()}


def test_the_job_gives_everybody_the_answer_they_would_get_alone(
    college: College, badges: list[DefinitionVersion]
) -> None:
    people = crowd(college, badges)
    version = stack(college, *badges)
    run = recompute_stack(version=version, at=LATER, awards=False, chunk=3)
    found = answers()
    assert len(found) == run.counts["new"] == 7  # who holds nothing is in no stack
    for person in people:
        alone = stacks.weigh(version, person, LATER)
        assert found.get(person.pk, ("not", 0)) == (alone.state, alone.percent)
        assert (alone.document["state"], alone.document["percent"]) == (alone.state, alone.percent)


def test_learners_whose_awards_ran_out_on_different_days_share_an_answer(
    college: College, badges: list[DefinitionVersion]
) -> None:
    short = make_version(college, title="First Aid", valid_months=1)
    people = [make_learner(f"Learner {number}") for number in range(4)]
    for number, person in enumerate(people):
        give(college, badges[0], person, days=number)
        give(college, short, person, days=3 * number)
    version = stack(college, badges[0], short)
    at = MOMENT + timedelta(days=200)
    work = Work(version, at, awards=False)
    work.do(0, people[-1].pk)
    assert len(work._known) == 1
    alone = stacks.weigh(version, people[0], at)
    assert answers() == {person.pk: (alone.state, alone.percent) for person in people}
    assert (alone.state, alone.percent) == ("partly", 50)


def test_an_award_that_came_while_the_job_was_reading_is_weighed_and_not_taken_for_what_others_hold(
    college: College, badges: list[DefinitionVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = stack(college, *badges)
    people = [make_learner(f"Learner {number}") for number in range(3)]
    for person in people:
        give(college, badges[0], person)
    StackProgress.objects.all().delete()
    rows, late = Work._rows, [people[0]]

    def reading(self: Work, asked: Any) -> Any:
        while late:
            Award.objects.create(
                organisation=college.organisation, version=badges[1], holder=late.pop(), state="awarded",
                awarded_at=MOMENT, origin="import:1",
            )  # fmt: skip
        return rows(self, asked)

    monkeypatch.setattr(Work, "_rows", reading)
    Work(version, LATER, awards=False).do(0, people[-1].pk)
    assert [answers()[person.pk][1] for person in people] == [66, 33, 33]


def test_nothing_long_is_written_for_a_learner_and_no_reason_is_worked_out(
    college: College, badges: list[DefinitionVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(college, badges)
    version = stack(college, *badges)

    def explaining(*_: Any) -> Any:
        raise AssertionError("the job needs no reasons")

    monkeypatch.setattr(Told, "trace", explaining)
    assert recompute_stack(version=version, at=LATER, awards=False).counts["new"] == 7
    monkeypatch.undo()
    assert {len(str(list(row))) < 200 for row in StackProgress.objects.values_list()} == {True}


def test_the_answer_on_which_a_credential_was_awarded_is_kept_whole(
    college: College, badges: list[DefinitionVersion]
) -> None:
    crowd(college, badges)
    version = stack(college, *badges)
    recompute_stack(version=version, at=LATER)
    evidence = {row.award: row for row in StackEvidence.objects.all()}
    assert evidence.keys() == {*Award.objects.filter(version=version)}
    for award, row in evidence.items():
        before = stacks.weigh(version, award.holder, LATER, frozenset({str(award.pk)}))
        assert row.evaluation == before.document
        assert set(row.evaluation["used"]) == {str(part.pk) for part in award.parts.all()}
    recompute_stack(version=version, at=LATER + timedelta(days=1))
    assert StackEvidence.objects.count() == len(evidence)


def test_a_second_run_finds_everything_as_it_was_and_awards_nothing_twice(
    college: College, badges: list[DefinitionVersion]
) -> None:
    crowd(college, badges)
    version = stack(college, *badges)
    first = recompute_stack(version=version, at=LATER)
    assert (first.counts["complete"], first.counts["awarded"]) == (2, 2)
    stamps = list(StackProgress.objects.order_by("pk").values_list("pk", "stamp"))
    second = recompute_stack(version=version, at=LATER + timedelta(days=1))
    assert (second.counts["awarded"], second.counts["changed"], second.counts["new"]) == (0, 0, 0)
    assert second.counts["unchanged"] == second.counts["learners"] == 7
    assert list(StackProgress.objects.order_by("pk").values_list("pk", "stamp")) == stamps
    assert Award.objects.filter(version=version).count() == 2


def test_awards_that_ran_out_are_seen_at_the_next_run(college: College, badges: list[DefinitionVersion]) -> None:
    short = make_version(college, title="First Aid", valid_months=1)
    version = stack(college, badges[0], short)
    person = make_learner()
    give(college, short, person)
    assert StackProgress.objects.get().state == "partly"
    run = recompute_stack(version=version, at=MOMENT + timedelta(days=90))
    assert run.counts["changed"] == 1
    row = StackProgress.objects.get()
    assert row.state == "not"
    unused = stacks.weigh(version, person, MOMENT + timedelta(days=90)).document["unused"]
    assert any("expired" in one["reason"] for one in unused)


def test_what_was_written_meanwhile_is_not_written_over(
    college: College, badges: list[DefinitionVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = stack(college, *badges)
    person, late = make_learner("Early"), make_learner("Late")
    give(college, badges[0], person)
    StackProgress.objects.update(percent=1)  # so that the job has something to write
    Award.objects.filter(holder=late).delete()
    write = Work._write

    def overtaken(self: Work, before: Any, answers: Any) -> Any:
        give(college, badges[1], person, days=1)
        give(college, badges[0], late, days=1)
        return write(self, before, answers | {late.pk: jobs.Answer("partly", 50)})

    monkeypatch.setattr(Work, "_write", overtaken)
    run = recompute_stack(version=version, at=LATER)
    assert (run.counts["changed"], run.counts["new"], run.counts["overtaken"]) == (0, 0, 2)
    rows = {row.person_id: row.percent for row in StackProgress.objects.all()}
    assert rows == {person.pk: 66, late.pk: 33}


def test_a_run_that_was_broken_off_says_how_far_it_came_and_goes_on_where_it_was(
    client: Client, college: College, badges: list[DefinitionVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(college, badges)
    version = stack(college, *badges)
    whole = recompute_stack(version=version, at=LATER, chunk=2)
    StackProgress.objects.all().delete()
    do, done = Work.do, []

    def breaking(self: Work, low: int, high: int) -> jobs.Counts:
        if len(done) == 4:
            raise KeyboardInterrupt
        done.append((low, high))
        return do(self, low, high)

    monkeypatch.setattr(Work, "do", breaking)
    with pytest.raises(KeyboardInterrupt):
        recompute_stack(version=version, at=LATER, chunk=2)
    reached = RecomputeRun.objects.get(finished_at=None).reached
    assert reached == done[-1][1]
    [weighing] = weighing_of(college.organisation)
    gone = Person.objects.filter(pk__lte=reached).count()
    assert (weighing.running, weighing.percent) == (True, 100 * gone // Person.objects.count())
    client.force_login(college.registrar)
    desk = reverse("journeys:questions", args=[college.organisation.slug])
    assert f"{weighing.percent}%" in client.get(desk).text
    assert 'hx-select="#weighing"' in client.get(desk).text  # the page asks again by itself
    monkeypatch.setattr(Work, "do", do)
    run = recompute_stack(version=version, at=LATER, chunk=2)
    assert run.counts["learners"] == whole.counts["learners"]
    assert len(answers()) == 7
    assert not RecomputeRun.objects.filter(finished_at=None).exists()
    page = client.get(desk).text
    assert "7 changed, 2 complete, 0 awarded" in page
    assert 'hx-select="#weighing"' not in page


def test_a_process_that_is_killed_stops_the_run_where_it_was_and_the_next_run_goes_on(
    college: College, badges: list[DefinitionVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = crowd(college, badges)
    version = stack(college, *badges)
    monkeypatch.setattr(jobs.working, "begin", pool.begin)
    monkeypatch.setattr(jobs.working, "do", pool.do_and_end)
    told: list[tuple[int, int]] = []
    with pytest.raises(CairnError, match="One of the processes came to an end"):
        recompute_stack(version=version, at=LATER, chunk=2, processes=2, progress=lambda *seen: told.append(seen))
    run = RecomputeRun.objects.get(finished_at=None)
    assert run.counts["learners"] == sum(people for people, _ in told[-1:])
    assert {total for _, total in told} <= {Person.objects.count()}
    finished = recompute_stack(version=version, at=LATER, chunk=2)
    assert finished.pk == run.pk
    left = {person.pk for person in people if person.pk > run.reached}
    assert set(answers()) <= left
    assert finished.counts["learners"] == run.counts["learners"] + len(answers())


def test_revoked_and_suspended_awards_are_weighed_as_what_they_are(
    college: College, badges: list[DefinitionVersion]
) -> None:
    version = stack(college, *badges)
    person = make_learner()
    fallen = give(college, badges[0], person)
    give(college, badges[1], person)
    revoke(award=fallen, by=college.people["registrar"], reason="error", explanation="Wrong person.", at=MOMENT)
    StackProgress.objects.all().delete()
    recompute_stack(version=version, at=LATER)
    row = StackProgress.objects.get()
    alone = stacks.weigh(version, person, LATER)
    assert (row.state, row.percent) == (alone.state, alone.percent) == ("partly", 33)
    assert [one["award"] for one in alone.document["questioned"]] == [str(fallen.pk)]


def test_where_the_rule_asks_when_something_was_earned_learners_differ_by_it(
    college: College, badges: list[DefinitionVersion]
) -> None:
    version = stack(college, requirement={"kind": "recency", "days": 30, "of": all_of(*badges[:2])})
    new, old = make_learner("New"), make_learner("Old")
    for badge in badges[:2]:
        give(college, badge, new, days=20)
        give(college, badge, old, days=-100)
    StackProgress.objects.all().delete()
    recompute_stack(version=version, at=LATER, awards=False)
    assert {person: state for person, (state, _) in answers().items()} == {new.pk: "met"}


def test_learners_of_an_older_version_are_weighed_under_that_one(
    college: College, badges: list[DefinitionVersion]
) -> None:
    from tests.issuing.factories import publish

    from cairn.catalog.services import new_version, revise_draft

    version = stack(college, *badges[:2])
    person, fresh = make_learner("Started"), make_learner("Fresh")
    give(college, badges[0], person)
    draft = new_version(version=version, by=college.people["designer"], at=MOMENT)
    draft = revise_draft(version=draft, by=college.people["designer"], at=MOMENT, requirement=all_of(*badges))
    newer = publish(college, draft)
    give(college, badges[0], fresh)
    StackProgress.objects.filter(person=fresh).delete()
    assert [found.pk for found in stacks_to_weigh()] == [version.pk, newer.pk]
    for found in stacks_to_weigh():
        recompute_stack(version=found, at=LATER)
    rows = dict(StackProgress.objects.values_list("person", "version"))
    assert rows == {person.pk: version.pk, fresh.pk: newer.pk}


def test_the_command_weighs_and_tells(
    college: College,
    badges: list[DefinitionVersion],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cairn.entry.cli.recompute.open_site", lambda: None)
    crowd(college, badges)
    version = stack(college, *badges)
    assert main(["recompute", version.definition.slug, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["stack"], report["learners"], report["awarded"]) == (version.definition.slug, 7, 2)
    assert main(["recompute"]) == 0
    assert "7 learners weighed" in capsys.readouterr().out
    assert main(["recompute", "no-such-stack"]) == 66
    assert "no stack “no-such-stack”" in capsys.readouterr().err
