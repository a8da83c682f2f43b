"""Who a provider is: a person says whether a register's entry means it. Every decision is audited and can be taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cairn.catalog.importing.registers_matching import match_providers
from cairn.catalog.importing.runs import record_run
from cairn.catalog.models import ProviderMatch
from cairn.errors import Conflict, NotAllowed
from cairn.people import services as people
from cairn.people.models import Person
from cairn.skills.importing.report import Report

State = ProviderMatch.State
MATCHING = "provider-matches"


def accept_match(*, match: ProviderMatch, by: Person, at: datetime) -> ProviderMatch:
    """Say that provider and entry are the same institution. Raises NotAllowed but for the operator, Conflict where that is said already.

    Another entry of the same register may stand for the provider too: registers list campuses and former names by themselves.
    """
    return _decide(match, State.ACCEPTED, "provider_match.accepted", by, at)


def reject_match(*, match: ProviderMatch, by: Person, at: datetime) -> ProviderMatch:
    """Say that they are not the same; also of a match that was accepted automatically. Raises as :func:`accept_match`."""
    return _decide(match, State.REJECTED, "provider_match.rejected", by, at)


def take_back_match(*, match: ProviderMatch, by: Person, at: datetime) -> None:
    """Undo a person's decision: the match is again what the rule says of it. Raises Conflict where nobody decided."""
    _operator(by)
    with transaction.atomic():
        match = ProviderMatch.objects.select_for_update(of=("self",)).get(pk=match.pk)
        if match.decided_at is None:
            raise Conflict("Nobody has decided on this match.", remedy="Accept or reject it.", code="not_decided")
        before = match.state
        match.state, match.automatic, match.decided_by, match.decided_at = State.SUGGESTED, False, None, None
        match.save(update_fields=["state", "automatic", "decided_by", "decided_at"])
        _record(match, "provider_match.taken_back", by, at, before)
        _again(match, at)


def match_all(*, by: Person, at: datetime) -> Report:
    """Compare all providers with all registers again, as after new providers have come. Returns the report, which is kept as a run."""
    _operator(by)
    report = Report(importer=MATCHING, source_name="all providers and registers", at=at, feed=MATCHING)
    with transaction.atomic():
        match_providers(report=report)
        record_run(report)
        people.record(
            organisation=None,
            actor=by,
            role="operator",
            action="provider_match.all",
            object_type="import",
            object_id=report.run or 0,
            at=at,
        )
    return report


def _decide(match: ProviderMatch, state: ProviderMatch.State, action: str, by: Person, at: datetime) -> ProviderMatch:
    _operator(by)
    with transaction.atomic():
        match = (
            ProviderMatch.objects.select_for_update(of=("self",)).select_related("provider", "entry").get(pk=match.pk)
        )
        if match.state == state and match.decided_at is not None:
            raise Conflict(
                "This was decided already.", remedy="Take it back first to decide otherwise.", code="decided_already"
            )
        before = match.state
        match.state, match.automatic, match.decided_by, match.decided_at = state, False, by, at
        match.save(update_fields=["state", "automatic", "decided_by", "decided_at"])
        _record(match, action, by, at, before)
        _again(match, at)
    return match


def _again(match: ProviderMatch, at: datetime) -> None:
    """Find anew what hangs on the decision: an accepted entry lends its identifiers, a rejected one lends them no longer."""
    match_providers(
        report=Report(importer=MATCHING, source_name=match.provider.slug, at=at), providers=[match.provider_id]
    )


def _operator(by: Person) -> None:
    if not by.is_staff:
        raise NotAllowed("Only the operator says who is who in the registers.", remedy="Ask the operator of this site.")


def _record(match: ProviderMatch, action: str, by: Person, at: datetime, before: str) -> None:
    people.record(
        organisation=None,
        actor=by,
        role="operator",
        action=action,
        object_type="provider_match",
        object_id=match.pk,
        at=at,
        details={
            "provider": match.provider.slug,
            "register": match.entry.register.slug,
            "entry": match.entry.key,
            "before": before,
        },
    )
