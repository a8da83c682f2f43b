"""What stands beside versions in other tables, read for many of them at once: as many questions for a hundred as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count

from cairn.appraisal import Earnings
from cairn.catalog.models import (
    Approval,
    DefinitionVersion,
    Endorsement,
    Offer,
    Outcome,
    ProviderMatch,
    RegisterStatement,
    SkillTaught,
)
from cairn.catalog.queries.definitions import current_offers_of, stacks_naming
from cairn.catalog.queries.earnings import earnings_of_each
from cairn.catalog.queries.outcomes import OutcomeLine, line_of
from cairn.people.models import Organisation
from cairn.skills.models import FieldOfStudyLink, Occupation


@dataclass(frozen=True, slots=True)
class Registered:
    """What a register states of the institution that a provider is; ``certain`` where an identifier or its web address says that it is."""

    statement: RegisterStatement
    register: str
    as_of: str
    certain: bool

    @property
    def source(self) -> str:
        """The register with the date of its copy, in words."""
        return f"{self.register}, {self.as_of}" if self.as_of else self.register


@dataclass(frozen=True, slots=True)
class Beside:
    """What other rows say of one version; ``in_demand``: titles of occupations its field prepares for that are listed as in demand."""

    offers: tuple[Offer, ...] = ()
    stacks: tuple[DefinitionVersion, ...] = ()
    approvals: tuple[Approval, ...] = ()
    registers: tuple[ProviderMatch, ...] = ()
    registered: tuple[Registered, ...] = ()
    skills_stated: int = 0
    endorsers: tuple[Organisation, ...] = ()
    outcomes: tuple[OutcomeLine, ...] = ()
    in_demand: tuple[str, ...] = ()
    earnings: tuple[Earnings, ...] = ()


def beside(versions: Sequence[DefinitionVersion]) -> dict[int, Beside]:
    """Return what stands beside each of these stored versions, by its key. Their definitions should be read with them."""
    if not versions:
        return {}
    numbers = [version.pk for version in versions]
    providers = {version.definition.provider_id for version in versions}
    fields = {version.field_of_study for version in versions} - {""}
    offers, stacks = current_offers_of(numbers), stacks_naming(versions)
    approvals: defaultdict[int, list[Approval]] = defaultdict(list)
    for approval in Approval.objects.filter(provider__in=providers).order_by("pk"):
        approvals[approval.provider_id].append(approval)
    matches, registered = _registers(providers)
    stated = dict(
        SkillTaught.objects.filter(version__in=numbers, origin="stated")
        .order_by()
        .values_list("version")
        .annotate(many=Count("pk"))
    )
    endorsers: defaultdict[int, list[Organisation]] = defaultdict(list)
    for endorsement in Endorsement.objects.filter(version__in=numbers).select_related("endorser").order_by("pk"):
        endorsers[endorsement.version_id].append(endorsement.endorser)
    outcomes: defaultdict[tuple[int, str], list[OutcomeLine]] = defaultdict(list)
    if fields:
        for row in Outcome.objects.filter(provider__in=providers, field_of_study__in=fields).order_by("quarter"):
            outcomes[row.provider_id, row.field_of_study].append(line_of(row))
    wanted = _in_demand(fields)
    earned = earnings_of_each({version.definition_id for version in versions})
    return {
        version.pk: Beside(
            offers=tuple(offers.get(version.pk, ())),
            stacks=tuple(stacks.get(version.pk, ())),
            approvals=tuple(approvals[version.definition.provider_id]),
            registers=tuple(matches[version.definition.provider_id]),
            registered=tuple(registered[version.definition.provider_id]),
            skills_stated=stated.get(version.pk, 0),
            endorsers=tuple(endorsers[version.pk]),
            outcomes=tuple(outcomes[version.definition.provider_id, version.field_of_study]),
            in_demand=tuple(wanted[version.field_of_study]),
            earnings=earned.get(version.definition_id, ()),
        )
        for version in versions
    }


def _registers(
    providers: Iterable[int],
) -> tuple[defaultdict[int, list[ProviderMatch]], defaultdict[int, list[Registered]]]:
    """Return by provider the accepted matches with registers, and what these state."""
    certain = {ProviderMatch.Kind.IDENTIFIER, ProviderMatch.Kind.DOMAIN}
    accepted = ProviderMatch.objects.filter(provider__in=providers, state=ProviderMatch.State.ACCEPTED)
    matches: defaultdict[int, list[ProviderMatch]] = defaultdict(list)
    entries: defaultdict[int, list[ProviderMatch]] = defaultdict(list)
    for match in accepted.select_related("entry__register").order_by("pk"):
        matches[match.provider_id].append(match)
        entries[match.entry_id].append(match)
    found: defaultdict[int, list[Registered]] = defaultdict(list)
    if entries:
        for row in RegisterStatement.objects.filter(entry__in=entries).order_by("authority", "scope", "pk"):
            for match in entries[row.entry_id]:
                register = match.entry.register
                found[match.provider_id].append(
                    Registered(row, register.name, register.as_of, match.kind in certain or match.decided_by_id is not None)
                )  # fmt: skip
    return matches, found


def _in_demand(fields: Iterable[str]) -> defaultdict[str, list[str]]:
    """Return by field of study the titles of occupations it prepares for that are listed as in demand, each once."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    links = list(FieldOfStudyLink.objects.filter(cip__in=list(fields)).values_list("cip", "soc")) if fields else []
    if not links:
        return found
    titles: dict[str, str] = {}
    socs = {soc for _, soc in links}
    for soc, title in (
        Occupation.objects.filter(in_demand=True, soc__in=socs).order_by("code").values_list("soc", "title")
    ):
        titles.setdefault(soc, title)
    for cip, soc in sorted(set(links)):
        if soc in titles:
            found[cip].append(titles[soc])
    return found
