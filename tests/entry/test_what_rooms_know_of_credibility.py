"""Keys and awards, agreements and learners each say what they know of a credential's credibility, and say nothing where they do not."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from tests.catalog.factories import AT, Team, imported, organisation, person

from cairn.appraisal import Judged
from cairn.catalog import queries
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.earning.models import Enrolment
from cairn.issuing.models import Award, SigningKey
from cairn.recognition.models import AgreementVersion

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def version() -> DefinitionVersion:
    return Team().published()


def of(version: DefinitionVersion, criterion: str, at: datetime = AT) -> Judged:
    return next(one for one in queries.credibility_of(version, at).criteria if one.criterion.id == criterion)


def test_nothing_is_said_of_what_was_only_imported_or_never_awarded(version: DefinitionVersion) -> None:
    for one in (imported(), version):
        assert all(of(one, criterion).evidence is None for criterion in ("A1", "A5", "E1", "F1"))


def test_a_published_key_is_half_of_an_identity_and_shuts_the_gate(version: DefinitionVersion) -> None:
    owner = version.definition.owner
    assert owner is not None
    assert "unverified_issuer" in {
        gate.key for gate in queries.gates_of(version, queries.credibility_of(version, AT), AT.date())
    }
    SigningKey.objects.create(
        organisation=owner, did="did:web:harbour.example", verification_method="did:web:harbour.example#1", public_multibase="z6Mk",
        custody="file:x", created_at=AT - DAY,
    )  # fmt: skip
    known = of(version, "A1")
    assert (known.low, known.high) == (2, 4)
    assert queries.gates_of(version, queries.credibility_of(version, AT), AT.date()) == ()
    assert of(version, "A1", AT - 2 * DAY).evidence is None


def test_a_year_of_awards_counts_whole_and_less_counts_half(version: DefinitionVersion) -> None:
    owner = version.definition.owner
    assert owner is not None
    Award.objects.create(
        organisation=owner,
        version=version,
        holder=person(),
        state="awarded",
        origin="test",
        credential_id="urn:x",
        awarded_at=AT,
    )
    assert of(version, "A5", AT + DAY).low == 1
    assert of(version, "A5", AT + 365 * DAY).low == 2


@pytest.mark.parametrize(
    ("named", "ends", "points"),
    [(True, None, 5), (True, -1, 0), (False, None, 0)],
    ids=["in force", "ended", "another award"],
)
def test_an_agreement_in_force_that_names_it_counts(
    version: DefinitionVersion, named: bool, ends: int | None, points: int
) -> None:
    owner = version.definition.owner
    assert owner is not None
    address = achievement_id(version) if named else "https://elsewhere.example/achievements/1"
    AgreementVersion.objects.create(
        title="Networks", giver=owner, receiver=organisation("Northgate University"), drafted_for=owner, state="agreed",
        terms=[{"id": "t1", "accepts": [{"id": address, "name": "x"}]}], in_force_from=AT - 9 * DAY, drafted_at=AT - 9 * DAY,
        agreed_at=AT - 9 * DAY, ended_at=None if ends is None else AT + ends * DAY,
    )  # fmt: skip
    known = of(version, "E1")
    assert known.low == points
    assert ("Northgate University" in known.sentence) == bool(points)


def ended(version: DefinitionVersion, count: int, state: str) -> None:
    for _ in range(count):
        Enrolment.objects.create(
            learner=person(), version=version, state=state, started_at=AT - 9 * DAY, ended_at=AT - DAY
        )


def test_completion_is_told_from_sixteen_learners_on(version: DefinitionVersion) -> None:
    ended(version, 12, Enrolment.State.PASSED)
    ended(version, 3, Enrolment.State.WITHDREW)
    assert of(version, "F1").evidence is None
    ended(version, 1, Enrolment.State.FAILED)
    assert "12 of 16 learners" in of(version, "F1").sentence
    assert queries.completions_of(version, AT) == (12, 16)
    found = queries.return_for(version, queries.Inputs(price=Decimal(100)), AT)
    assert found.weighed is not None
    assert [case.completion for case in found.weighed.cases] == [Decimal("0.7222")]
    assert queries.completions_of(version, AT + 1200 * DAY) is None
