"""What follows one change at a time is what a run over everybody would write: awards, revocations, expiry, recognitions, decisions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.issuing.factories import MOMENT, make_learner, make_version
from tests.journeys.test_stacks import OUTCOMES, all_of
from tests.recognition.factories import make_agreement, make_course, make_university, term

from cairn import facts
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.issuing.models import Award, StatusChange
from cairn.journeys.jobs import recompute_stack, stacks_to_weigh
from cairn.journeys.models import StackProgress
from cairn.journeys.services import stacks
from cairn.people.models import Person
from cairn.recognition.models import ExternalAward, RecognitionRequest

pytestmark = pytest.mark.django_db

CHANGES = 40
"""Changes for each seed."""


class Site:
    """Two institutions with an agreement, courses of which some run out, four stacks of which one asks for another, five learners."""

    def __init__(self, seed: int) -> None:
        self.rng, self.at, self.made = random.Random(seed), MOMENT, 0  # noqa: S311 - made-up learners
        self.university, self.partner = make_university(), make_university("Partner College")
        own = [make_course(self.university, f"Course {number}") for number in range(5)]
        given = [make_course(self.partner, f"Elsewhere {number}") for number in range(2)]
        self.courses = [*own, *given]
        make_agreement(self.partner, self.university, term(given[0], own[0]))
        part = {"kind": "award_of", "id": "elective", "achievement": achievement_id(own[4])}
        enough = {"kind": "credits_at_least", "amount": 15, "scheme": "ects"}
        small = self.stack("Small", all_of(own[0], own[1]))
        self.stack("Chosen", {"kind": "any_n", "n": 3, "of": [*all_of(*own[:3])["of"], part]})
        self.asking = self.stack("Amount", {"kind": "all_of", "of": [enough, part]})
        self.stack(
            "Large",
            {
                "kind": "all_of",
                "of": [*all_of(small, own[3])["of"], {"kind": "any_n", "n": 1, "of": all_of(*given)["of"]}],
            },
        )
        self.people = [make_learner(f"Learner {number}") for number in range(5)]

    def stack(self, title: str, requirement: dict[str, Any]) -> DefinitionVersion:
        more = {"rubric": None, "assessment_type": "", "outcomes": OUTCOMES}
        return make_version(self.university, title, kind="certificate", requirement=requirement, **more)

    def change(self) -> None:
        """Let one thing happen to one of the learners, and tell who listens."""
        kinds: Sequence[Callable[[Person], None]] = (
            [self.award] * 6 + [self.revoke] * 2 + [self.bring, self.lose, self.recognise, self.withdraw]
        )
        self.rng.choice(kinds)(self.rng.choice(self.people))

    def award(self, person: Person) -> None:
        course: Any = self.rng.choice(self.courses)
        self.made += 1
        award = Award.objects.create(
            organisation=course.definition.owner, version=course, holder=person, state="awarded", awarded_at=self.at,
            valid_until=self.at + timedelta(days=self.rng.randint(5, 35)) if self.rng.random() < 0.6 else None,
            origin=f"direct:{self.made}",
        )  # fmt: skip
        stacks.follow_award(facts.CredentialAwarded(award.pk, person.pk, course.pk, self.at))

    def revoke(self, person: Person) -> None:
        award = Award.objects.filter(holder=person, state="awarded").order_by("awarded_at", "origin").first()
        if award is None:
            return
        Award.objects.filter(pk=award.pk).update(state="revoked")
        StatusChange.objects.create(award=award, action="revoke", reason="error", explanation="-", at=self.at)
        stacks.follow_revocation(facts.CredentialRevoked(award.pk, person.pk, award.version_id, self.at))

    def bring(self, person: Person) -> None:
        self.made += 1
        ExternalAward.objects.create(
            person=person, credential_id=f"urn:external:{self.made}", document="-", digest="-", issuer_id="did:web:elsewhere.example",
            issuer_name="Elsewhere", achievement_id=achievement_id(self.rng.choice(self.courses)), name="Brought", credits={"ects": "5"},
            valid_from=self.at, standing="verified", checked_at=self.at,
        )  # fmt: skip
        self.tell(person)

    def lose(self, person: Person) -> None:
        found = ExternalAward.objects.filter(person=person, standing="verified").order_by("pk").first()
        if found is not None:
            ExternalAward.objects.filter(pk=found.pk).update(standing="failed")
            self.tell(person)

    def recognise(self, person: Person) -> None:
        """As a course of the institution's, or for a part of a rule: then it is a decision."""
        decision = self.rng.random() < 0.5
        self.made += 1
        RecognitionRequest.objects.create(
            person=person, organisation=self.university.organisation, state="recognised", document="-", digest="-", name="Old course",
            issuer_name="Elsewhere", issuer="elsewhere", achievement_id=f"https://elsewhere.example/{self.made}",
            toward=self.asking if decision else self.courses[self.rng.randrange(5)], requirement="elective" if decision else "",
            toward_text="-", asked_because="-", credits=5, scheme="ects", submitted_at=self.at, ended_at=self.at,
        )  # fmt: skip
        self.tell(person)

    def withdraw(self, person: Person) -> None:
        found = (
            RecognitionRequest.objects.filter(person=person, state="recognised")
            .order_by("name", "achievement_id")
            .first()
        )
        if found is not None:
            RecognitionRequest.objects.filter(pk=found.pk).update(state="revoked")
            self.tell(person)

    def tell(self, person: Person) -> None:
        stacks.follow_holdings(facts.HoldingsChanged(person.pk, self.at))


def recompute(at: datetime) -> tuple[int, int]:
    """Weigh everybody anew; return how many rows were new or changed."""
    runs = [recompute_stack(version=version, at=at, awards=False) for version in stacks_to_weigh()]
    return sum(run.counts["new"] for run in runs), sum(run.counts["changed"] for run in runs)


def progress() -> set[tuple[int, int, str, int, tuple[str, ...]]]:
    rows = StackProgress.objects.exclude(state="not").values_list("person", "version", "state", "percent", "elsewhere")
    return {(*row[:4], tuple(row[4])) for row in rows}


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_followed_change_by_change_is_what_a_run_over_everybody_writes(seed: int) -> None:
    site = Site(seed)
    seen = 0
    for number in range(CHANGES):
        if number % 20 == 10:  # days pass, and some things run out: the nightly run sees that
            site.at += timedelta(days=40)
            seen += sum(recompute(site.at))
        site.change()
        if number % 20 == 19:
            assert recompute(site.at) == (0, 0)
    followed = progress()
    assert {state for _, _, state, _, _ in followed} == {"met", "partly"}
    assert seen > 0
    StackProgress.objects.all().delete()
    recompute(site.at)
    assert progress() == followed
