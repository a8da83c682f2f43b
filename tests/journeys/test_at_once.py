"""The last two parts of a stack, awarded at the same moment by two bodies: the larger credential follows all the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection, connections, transaction
from tests.issuing.factories import College, make_college, make_learner, make_version
from tests.journeys.test_stacks import OUTCOMES, all_of, give

from cairn.catalog.models import DefinitionVersion
from cairn.issuing.models import Award


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("bodies", [1, 2])
def test_two_last_parts_at_once_complete_a_stack_once(bodies: int) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time, so nothing happens at once")
    one = make_college("One College")
    other = make_college("Other College") if bodies == 2 else one
    parts = [(one, make_version(one, "Part One")), (other, make_version(other, "Part Two"))]
    whole = make_version(
        one, "The Whole", kind="certificate", rubric=None, assessment_type="", outcomes=OUTCOMES,
        requirement=all_of(*(version for _, version in parts)),
    )  # fmt: skip
    learner, together = make_learner(), Barrier(2)

    def award(part: tuple[College, DefinitionVersion]) -> None:
        try:
            with transaction.atomic():
                give(part[0], part[1], learner)
                with suppress(BrokenBarrierError):  # where one waits for the other anyway
                    together.wait(2)  # both have awarded, neither has committed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(award, parts))
    assert Award.objects.filter(holder=learner, version=whole).count() == 1
