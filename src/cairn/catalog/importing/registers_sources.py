"""One provider in several sources of the catalogue: what the older one says of it is an entry that the younger one is compared with.

So the evidence, the rule for safe matches and the operator's decisions are those of registers. An entry is made only for a provider that
has its web address or its name in common with one of another source; two of one source are two, because their source says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from cairn.catalog.importing.registers_names import domain_of, words_of
from cairn.catalog.models import Provider
from cairn.catalog.register_models import SOURCES, Register, RegisterEntry
from cairn.skills.importing.report import Report
from cairn.skills.importing.saving import save_all

NAME = "Other sources of this catalogue"
MOST_TOGETHER = 50
"""A web address or a name that more providers have says nothing of who they are."""


def enter_elders(*, report: Report, providers: Iterable[int] | None = None) -> None:
    """Keep as entries what older sources say of whom these providers (None: all) may be, and of themselves to younger ones."""
    rows = list(Provider.objects.order_by("pk").values_list("pk", "source", "name", "website"))
    together: defaultdict[tuple[Any, ...], list[tuple[int, str]]] = defaultdict(list)
    for pk, source, name, website in rows:
        for mark in {("web", domain_of(website)), ("name", *words_of(name))}:
            if any(mark[1:]):
                together[mark].append((pk, source))
    asked = None if providers is None else set(providers)
    elders: set[int] = set()
    for alike in together.values():
        if not 1 < len(alike) <= MOST_TOGETHER or len({source for _, source in alike}) == 1:
            continue
        if asked is not None and asked.isdisjoint(pk for pk, _ in alike):
            continue
        elders.update(pk for pk, source in alike if any(pk < other and source != its for other, its in alike))
    if elders:
        _enter(elders, report)


def elders() -> dict[int, tuple[int, str]]:
    """Return by entry of this register the provider that it describes, with its source."""
    known = {slug: (pk, source) for pk, slug, source in Provider.objects.values_list("pk", "slug", "source")}
    found = RegisterEntry.objects.filter(register__slug=SOURCES).values_list("pk", "key")
    return {pk: known[key] for pk, key in found if key in known}


def standing_for(providers: QuerySet[Provider]) -> QuerySet[RegisterEntry]:
    """Return the entries of this register that describe these providers: they mean nothing without them."""
    return RegisterEntry.objects.filter(register__slug=SOURCES, key__in=providers.order_by().values("slug"))


def _enter(providers: Iterable[int], report: Report) -> None:
    save_all(
        [Register(slug=SOURCES, name=NAME)], within=Register.objects.filter(slug=SOURCES), key=("slug",), fields=("name",),
        table="registers", report=report, named=False,
    )  # fmt: skip
    register = Register.objects.get(slug=SOURCES)
    save_all(
        [
            RegisterEntry(
                register=register, key=one.slug, name=one.name[:300], domains=[domain_of(one.website)] if domain_of(one.website) else [],
                identifiers=one.identifiers, city=one.city, state=one.state, country=one.country,
            )
            for one in Provider.objects.filter(pk__in=list(providers)).order_by("pk")
        ],
        within=RegisterEntry.objects.filter(register=register), key=("key",),
        fields=("name", "domains", "identifiers", "city", "state", "country"), table="register entries", report=report, named=False,
    )  # fmt: skip
