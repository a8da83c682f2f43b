"""A learner without any organisation lets a program of theirs read what is theirs: wallet, goals with plans, stacks. Nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.entry.test_api import Program, own_program, problem
from tests.issuing.factories import College, make_college, make_learner, make_version
from tests.journeys.test_stacks import OUTCOMES, all_of, give
from tests.people.factories import give_role
from tests.wallet.factories import NOW, make_held

from cairn.credentials import Credential
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.journeys.models import Goal, Plan
from cairn.outside import clock
from cairn.people import queries, services
from cairn.people.models import ApiToken, Person, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def college(monkeypatch: pytest.MonkeyPatch) -> College:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_college()


def test_a_wallet_is_read_with_the_documents_as_they_were_signed(college: College) -> None:
    learner = make_learner()
    held = make_held(college, learner, make_version(college))
    mine = own_program(learner, "wallet:read")
    (one,) = mine.get("/wallet").json()
    assert (one["id"], one["title"], one["issuer"], one["awarded_here"], one["holds"]) == (
        held.pk, held.name, college.organisation.name, True, True,
    )  # fmt: skip
    document = mine.get(f"/wallet/{held.pk}").json()["document"]
    assert held.award is not None
    assert document == held.award.document
    assert Credential.parse(document).id == one["credential"]
    assert mine.get("/wallet", page=2).json() == []


def test_nobody_elses_wallet_or_goal_is_there(college: College) -> None:
    learner, other = make_learner(), make_learner("Somebody Else")
    held = make_held(college, learner, make_version(college))
    goal = Goal.objects.create(person=learner, title="Mine", needs=[], created_at=NOW)
    stranger = own_program(other, "wallet:read", "goals:read")
    assert stranger.get("/wallet").json() == stranger.get("/goals").json() == []
    for path, nowhere in ((f"/wallet/{held.pk}", "/wallet/987654"), (f"/goals/{goal.pk}", "/goals/987654")):
        assert stranger.get(path).status_code == stranger.get(nowhere).status_code == 404
        assert stranger.get(path).json()["message"] == stranger.get(nowhere).json()["message"]


def test_goals_come_with_the_plan_that_was_taken(college: College) -> None:
    learner = make_learner()
    goal = Goal.objects.create(person=learner, title="Reading", needs=[], budget=50_000, currency="EUR", created_at=NOW)
    taken = Plan.objects.create(goal=goal, objective="cheapest", document={"steps": [1]}, proposed_at=NOW, taken_at=NOW)
    Plan.objects.create(goal=goal, objective="fastest", document={"steps": [2]}, proposed_at=NOW + timedelta(1))
    mine = own_program(learner, "goals:read")
    (one,) = mine.get("/goals").json()
    assert (one["title"], one["budget"], one["currency"]) == ("Reading", 50_000, "EUR")
    whole = mine.get(f"/goals/{goal.pk}").json()
    assert (whole["taken"]["plan"], whole["taken"]["objective"]) == (taken.document, "cheapest")
    assert whole["proposed"]["plan"] == {"steps": [2]}


def test_stacks_of_a_learner_without_an_organisation(college: College) -> None:
    learner = make_learner()
    badges = [make_version(college, title=title) for title in ("Reading Tables", "Drawing Charts")]
    content: dict[str, Any] = {
        "rubric": None,
        "assessment_type": "",
        "outcomes": OUTCOMES,
        "requirement": all_of(*badges),
    }
    stack = make_version(college, title="Working with Data", kind="certificate", **content)
    give(college, badges[0], learner)
    answer = own_program(learner, "stacks:read").get(f"/stacks/{stack.definition.slug}/progress").json()
    assert answer["evaluation"]["percent"] == 50


def test_what_an_organisation_does_cannot_be_done_with_a_token_of_ones_own(college: College) -> None:
    registrar = give_role(college.registrar, college.organisation, Role.ADMIN)
    for scope, means in services.SCOPES.items():
        if not means.own:
            with pytest.raises(Invalid, match="no scope that this token can have"):
                own_program(registrar, scope)
    for scope in ("wallet:read", "goals:read"):
        with pytest.raises(Invalid, match="no scope that this token can have"):
            services.issue_token(
                organisation=college.organisation, name="P", scopes=[scope], by=registrar, at=NOW, expires_at=None
            )
    # Even if a row said otherwise, the door behind the door is shut.
    own_program(registrar, "stacks:read")
    ApiToken.objects.update(scopes=["credentials:read"])
    with pytest.raises(NotAllowed, match="acts for a person"):
        ApiToken.objects.get().acts_for()


def test_a_token_of_ones_own_ends_with_its_day_its_revocation_and_the_account(college: College) -> None:
    learner = make_learner()

    def made(days: int) -> tuple[Program, ApiToken]:
        token, row = services.issue_own_token(
            name="Phone", scopes=["wallet:read"], by=learner, at=NOW, expires_at=NOW + timedelta(days)
        )
        return Program(token, Client()), row

    first, row = made(1)
    assert first.get("/wallet").status_code == 200
    with pytest.raises(NotAllowed, match="has expired"):
        services.authenticate_token(first.token, "wallet:read", NOW + timedelta(1))
    services.revoke_token(token=row, by=learner, at=NOW)
    problem(first.get("/wallet"), 401, "bad_token")
    second, kept = made(30)
    services.erase_account(person=learner, at=NOW)
    problem(second.get("/wallet"), 401, "bad_token")
    kept.refresh_from_db()
    assert (kept.name, kept.revoked_at) == ("", NOW)
    trail = queries.audit_events(None, object_type="token").order_by("sequence")
    assert [(one.action, one.actor) for one in trail] == [
        (action, learner.uid) for action in ("token.issued", "token.revoked", "token.issued", "token.revoked")
    ]
    assert not services.verify_chain(None)


def test_nobody_ends_anybody_elses_token_and_a_copy_of_ones_data_names_ones_own(college: College) -> None:
    learner: Person = make_learner()
    token, row = services.issue_own_token(
        name="Phone", scopes=["wallet:read"], by=learner, at=NOW, expires_at=NOW + timedelta(1)
    )
    with pytest.raises(NotAllowed, match="somebody else's"):
        services.revoke_token(token=row, by=college.admin, at=NOW)
    (told,) = services.export_account(learner, at=NOW)["tokens"]
    assert (told["name"], told["scopes"], told["prefix"]) == ("Phone", ["wallet:read"], row.prefix)
    assert token not in str(told)
    for _ in range(19):
        own_program(learner, "wallet:read")
    with pytest.raises(Conflict, match="20 tokens"):
        own_program(learner, "wallet:read")
