"""When an agreement begins or ends, by a signature or because its day has come: whoever it concerns is weighed anew.

1. Find the versions that came into force, or ceased to be, since this was last looked at.
2. For each, find who holds what its terms accept.
3. Tell of each person that what they hold may count for something else now; each stands by itself, so that a run can be broken off.
4. Note that it was told. Whoever was told of twice is weighed twice, and nothing else happens.

What a signature sets off is told at once where few are concerned; otherwise, and for days that come, ``cairn recompute`` does it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from cairn import facts
from cairn.catalog.achievements import parse_achievement_id
from cairn.issuing.holdings import COUNTED_STATES
from cairn.issuing.models import Award
from cairn.recognition.models import AgreementVersion, ExternalAward
from cairn.recognition.queries import rows_in_force

AT_ONCE = 200
"""People who are told of while somebody waits for the page."""


def follow_agreements(*, at: datetime, among: Iterable[AgreementVersion] | None = None, most: int | None = None) -> int:
    """Tell whoever weighs what people hold of agreements that began or ended by ``at``; return how many people that concerned.

    ``among`` are the versions to look at (all, if left out). One that concerns more than ``most`` people is left for the next run.
    """
    versions = AgreementVersion.objects.filter(state=AgreementVersion.State.AGREED)
    if among is not None:
        versions = versions.filter(pk__in=[row.pk for row in among])
    in_force = set(rows_in_force(at).values_list("pk", flat=True))
    told = 0
    for row in versions.order_by("pk"):  # 1
        holds = row.pk in in_force
        if holds == row.told_in_force:
            continue
        people = concerned_by(row)  # 2
        if most is not None and len(people) > most:
            continue
        for person in sorted(people):  # 3
            with transaction.atomic():
                facts.announce(facts.HoldingsChanged(person_id=person, at=at))
        AgreementVersion.objects.filter(pk=row.pk).update(told_in_force=holds)  # 4
        told += len(people)
    return told


def follow_at_once(uid: UUID, at: datetime) -> None:
    """Tell of an agreement after this transaction, where few are concerned."""
    among = list(AgreementVersion.objects.filter(uid=uid))
    transaction.on_commit(partial(follow_agreements, at=at, among=among, most=AT_ONCE), robust=True)


def concerned_by(row: AgreementVersion) -> set[int]:
    """Return who holds what a version's terms accept, by number; whether it is accepted is for whoever weighs it."""
    accepted = {one["id"] for term in row.terms for one in term["accepts"]}
    people = set(
        ExternalAward.objects.filter(achievement_id__in=accepted).values_list("person_id", flat=True).distinct()
    )
    uids = {found[0] for name in accepted if (found := parse_achievement_id(name)) is not None}
    awards = Award.objects.filter(
        organisation=row.giver_id, version__definition__uid__in=uids, state__in=COUNTED_STATES, holder__is_active=True
    )
    return people | set(awards.values_list("holder_id", flat=True).distinct())
