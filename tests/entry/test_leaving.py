"""Somebody who leaves gets everything, then everything of theirs goes and nobody else's record breaks."""

from __future__ import annotations

import json

import pytest
from tests.issuing.factories import MOMENT, make_college, make_learner, make_stack, make_version

from cairn.issuing.models import Award
from cairn.issuing.services import award_credential
from cairn.journeys.models import StackProgress
from cairn.people.services import erase_account, export_account, verify_chain
from cairn.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db


def test_every_room_gives_what_it_keeps_and_forgets_it() -> None:
    college, learner = make_college(), make_learner()
    badge = make_version(college)
    make_stack(college, [badge, make_version(college, "Drawing Charts")])
    award = award_credential(version=badge, holder=learner, by=college.registrar, at=MOMENT, origin="direct:1")
    told = export_account(learner, at=MOMENT)
    assert {"awards", "learning", "journeys", "wallet"} <= set(told)
    assert str(award.credential_id) in json.dumps(told)
    erase_account(person=learner, at=MOMENT)
    learner.refresh_from_db()
    assert learner.name != "Lia Learner"
    assert not HeldCredential.objects.filter(holder=learner).exists()
    assert not StackProgress.objects.filter(person=learner).exists()
    kept = Award.objects.get(pk=award.pk)
    assert kept.digest == award.digest
    assert verify_chain(college.organisation) == []
