"""What registers say of a provider, by which entries it was found there, and which other providers are the same institution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from cairn.catalog.models import Provider, ProviderMatch, RegisterStatement
from cairn.catalog.register_models import SOURCES

State = ProviderMatch.State
CURRENT = {"accredited": "good", "approved": "good", "listed": "plain", "caution": "warn", "closed": "bad"}
"""Kind of statement to the state of its chip."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement of a register about a provider, ready to show. ``ended`` tells that its end lies before the day asked for."""

    statement: RegisterStatement
    match: ProviderMatch
    state: str
    ended: bool


def entries_of(provider: Provider) -> list[ProviderMatch]:
    """Return the accepted matches of a provider in registers, with entry and register."""
    found = ProviderMatch.objects.filter(provider=provider, state=State.ACCEPTED).exclude(entry__register__slug=SOURCES)
    return list(found.select_related("entry__register").order_by("entry__register__name", "entry__name"))


def stated_of(provider: Provider, on: date) -> list[Stated]:
    """Return what registers state of a provider: cautions first, then what holds on the day ``on``, then what has ended."""
    matches = {match.entry_id: match for match in entries_of(provider)}
    rows = RegisterStatement.objects.filter(entry__in=matches).order_by("authority", "scope", "pk")
    found = [
        Stated(row, matches[row.entry_id], CURRENT.get(row.kind, "plain"), row.until is not None and row.until < on)
        for row in rows
    ]
    order = {"caution": 0, "closed": 0}
    return sorted(
        found, key=lambda one: (order.get(one.statement.kind, 2 if one.ended else 1), one.statement.authority)
    )


def same_institution(provider: Provider) -> list[Provider]:
    """Return the other providers that an accepted match puts on the same entry of a register, such as its departments in another source.

    An entry of the catalogue's own sources is itself a provider.
    """
    accepted = ProviderMatch.objects.filter(state=State.ACCEPTED)
    entries = accepted.filter(provider=provider).values("entry")
    own = accepted.filter(entry__register__slug=SOURCES)
    elders = own.filter(provider=provider).values("entry__key")
    same = (
        Q(pk__in=accepted.filter(entry__in=entries).values("provider"))
        | Q(slug__in=elders)
        | Q(pk__in=own.filter(entry__key=provider.slug).values("provider"))
    )
    return list(Provider.objects.filter(same).exclude(pk=provider.pk).order_by("name", "pk"))


def matches_to_review(*, state: str = "", register: str = "", words: str = "") -> QuerySet[ProviderMatch]:
    """Return matches for the operator's page, the surest first within a provider."""
    found = ProviderMatch.objects.select_related("provider", "entry__register", "decided_by")
    if state in State.values:
        found = found.filter(state=state)
    if register:
        found = found.filter(entry__register__slug=register)
    if words:
        found = found.filter(provider__name__icontains=words[:100])
    return found.order_by("provider__name", "provider__pk", "entry__register__name", "-score", "pk")
