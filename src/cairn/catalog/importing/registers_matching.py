"""Find which register entries mean which providers, and keep what was found with its evidence.

1. **Candidates**: entries that share an identifier, a web address, or a rare word of the name.
2. **Judge** each (:mod:`registers_evidence`); for each provider and register the best few are kept.
3. **Accept** what is safe and unrivalled; the rest waits for a person.
4. **Again**: an accepted entry lends its identifiers (an IPEDS number leads to the DAPIP entry with that number), until nothing is new.
5. **Keep**: what a person decided is never touched; automatic matches that no longer hold are taken away.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from django.db.models import Q

from cairn.catalog.importing.registers_evidence import Described, Judgement, judge
from cairn.catalog.importing.registers_names import distinctive, domain_of, identifier_of, joined, words_of
from cairn.catalog.importing.registers_sources import elders, enter_elders
from cairn.catalog.models import Provider
from cairn.catalog.register_models import ProviderMatch, RegisterEntry
from cairn.skills.importing.report import Progress, Report, quiet
from cairn.skills.importing.saving import remove_all, save_all

KEPT = 3
"""Entries of one register that are shown for one provider."""
COMMON = 150
"""A word that more entries have leads to no candidates by itself."""
ROUNDS = 3

State = ProviderMatch.State
type Found = dict[tuple[int, int], tuple[Judgement, bool]]


def match_providers(*, report: Report, progress: Progress = quiet, providers: Iterable[int] | None = None) -> None:
    """Bring the matches of all providers (or of those with these primary keys) up to date; counted in ``report``.

    For some of them, who of other sources they may be has been entered already (:func:`enter_elders`, once for an import).
    """
    if providers is None:
        enter_elders(report=report)
    chosen = Provider.objects.order_by("pk") if providers is None else Provider.objects.filter(pk__in=providers)
    described = [_provider(row) for row in chosen]
    if not described:
        return
    index = _Index()
    keys = [one.key for one in described]
    decided = {
        (provider, entry): state
        for provider, entry, state in ProviderMatch.objects.filter(provider__in=keys, automatic=False)
        .exclude(state=State.SUGGESTED)
        .values_list("provider", "entry", "state")
    }
    found: Found = {}
    for number, provider in enumerate(described, 1):
        if number % 50 == 0:
            progress("matching providers", number, len(described))
        found.update(_of(provider, index, decided))
    _keep(found, keys, decided, report, progress)


def _provider(row: Provider) -> Described:
    return Described(
        key=row.pk,
        names=(row.name,),
        domains=frozenset(filter(None, [domain_of(row.website)])),
        identifiers=frozenset((one["scheme"], identifier_of(one["value"])) for one in row.identifiers),
        city=row.city,
        state=row.state,
        country=row.country,
        source=row.source,
    )


class _Index:
    """Register entries by what they may be found by."""

    def __init__(self) -> None:
        self.entries: dict[int, Described] = {}
        self.register: dict[int, int] = {}
        self.by_identifier: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self.by_domain: defaultdict[str, list[int]] = defaultdict(list)
        self.by_word: defaultdict[str, list[int]] = defaultdict(list)
        columns = ("pk", "register", "name", "aliases", "domains", "identifiers", "city", "state", "country")
        counts: Counter[str] = Counter()
        for (
            pk,
            register,
            name,
            aliases,
            domains,
            identifiers,
            city,
            state,
            country,
        ) in RegisterEntry.objects.values_list(*columns).iterator(chunk_size=2000):
            entry = Described(
                key=pk,
                names=(name, *aliases),
                domains=frozenset(domains),
                city=city,
                state=state,
                country=country,
                identifiers=frozenset((one["scheme"], identifier_of(one["value"])) for one in identifiers),
            )
            self.entries[pk], self.register[pk] = entry, register
            for mark in entry.identifiers:
                self.by_identifier[mark].append(pk)
            for domain in entry.domains:
                self.by_domain[domain].append(pk)
            words = {word for name_words in entry.worded for word in (*name_words, *joined(name_words))}
            counts.update(words)
            for word in words:
                self.by_word[word].append(pk)
        self.elders = elders()
        many = len(self.entries) or 1
        self.weights: Mapping[str, float] = {word: math.log(1 + many / number) for word, number in counts.items()}

    def candidates(self, provider: Described) -> set[int]:
        """1. Return entries worth judging."""
        found: set[int] = set()
        for mark in provider.identifiers | provider.lent:
            found.update(self.by_identifier.get(mark, ()))
        for domain in provider.domains:
            found.update(self.by_domain.get(domain, ()))
        for name, _ in provider.known_as:
            words = words_of(name)
            spelt = (*words, *joined(words))
            rare = [word for word in distinctive(spelt) if len(self.by_word.get(word, ())) <= COMMON]
            for word in rare:
                found.update(self.by_word.get(word, ()))
            if not rare and words:
                few = sorted(set(words), key=lambda word: len(self.by_word.get(word, ())))[:3]
                lists = [set(self.by_word.get(word, ())) for word in few]
                found.update(set.intersection(*lists))
        return {pk for pk in found if self._may_be(provider, pk)}

    def _may_be(self, provider: Described, entry: int) -> bool:
        """Of the catalogue's own sources only an older one says who a provider is, and never its own."""
        elder = self.elders.get(entry)
        return elder is None or (elder[0] < provider.key and elder[1] != provider.source)


def _of(provider: Described, index: _Index, decided: Mapping[tuple[int, int], str]) -> Found:
    """2. to 4. for one provider."""
    found: Found = {}
    accepted_by_person = {pk for (key, pk), state in decided.items() if key == provider.key and state == State.ACCEPTED}
    answered = {index.register[pk] for pk in accepted_by_person if pk in index.register}
    settled: dict[int, Judgement] = {}
    for _ in range(ROUNDS):
        judged: defaultdict[int, list[tuple[Judgement, int]]] = defaultdict(list)
        for pk in index.candidates(provider):
            judgement = settled.get(pk) or judge(provider, index.entries[pk], index.weights)
            if judgement is not None:
                judged[index.register[pk]].append((judgement, pk))
        found = {}
        for register, of_register in judged.items():
            of_register.sort(key=lambda one: (-one[0].score, one[1]))
            taken = register in answered
            best = of_register[0][0]
            rivals = sum(1 for judgement, _ in of_register if judgement.score >= best.score - 0.02)
            for judgement, pk in of_register[:KEPT]:
                accepted = judgement is best and best.safe and rivals == 1 and not taken
                if best.safe and rivals == 1 and judgement is not best and judgement.score < best.score - 0.1:
                    continue  # an answer is there; weaker ones only confuse
                found[provider.key, pk] = (judgement, accepted)
        sure = {pk for (_, pk), (_, accepted) in found.items() if accepted and decided.get((provider.key, pk)) is None}
        sure |= accepted_by_person
        lent = frozenset(mark for pk in sure if pk in index.entries for mark in index.entries[pk].identifiers)
        if lent <= provider.lent:
            break
        settled.update({pk: judgement for (_, pk), (judgement, accepted) in found.items() if accepted})
        provider = replace(provider, lent=provider.lent | lent)
    return found


def _keep(
    found: Found, providers: list[int], decided: Mapping[tuple[int, int], str], report: Report, progress: Progress
) -> None:
    """5. Write matches; what a person decided stays as it is."""
    rows = [
        ProviderMatch(
            provider_id=provider,
            entry_id=entry,
            kind=judgement.kind,
            score=Decimal(str(judgement.score)),
            agreed=judgement.agreed,
            disagreed=judgement.disagreed,
            state=State.ACCEPTED if accepted else State.SUGGESTED,
            automatic=accepted,
        )
        for (provider, entry), (judgement, accepted) in sorted(found.items())
        if (provider, entry) not in decided
    ]
    within = ProviderMatch.objects.filter(provider__in=providers).filter(Q(automatic=True) | Q(state=State.SUGGESTED))
    wanted = {(row.provider_id, row.entry_id) for row in rows}
    stale = [pk for pk, *key in within.values_list("pk", "provider", "entry") if tuple(key) not in wanted]
    if stale:
        remove_all(ProviderMatch.objects.filter(pk__in=stale), report=report)
        report.skip("matches that no longer hold and were taken away", len(stale))
    if rows:
        save_all(
            rows,
            within=within,
            key=("provider_id", "entry_id"),
            fields=("kind", "score", "agreed", "disagreed", "state", "automatic"),
            table="provider matches",
            report=report,
            progress=progress,
            named=False,
        )
    accepted, waiting = (sum(1 for row in rows if row.automatic is one) for one in (True, False))
    told = [f"{accepted:,} entries accepted by the rule for safe matches"] if accepted else []
    told += [f"{waiting:,} {'waits' if waiting == 1 else 'wait'} for a person"] if waiting else []
    if told:
        report.notes.append(f"Providers matched: {', '.join(told)}.".replace(" 1 entries", " 1 entry"))
