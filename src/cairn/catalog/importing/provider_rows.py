"""Who gives a programme: one provider per number in New Jersey's list, also where it leaves the name out or gives two for one number."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.utils.text import slugify

from cairn.catalog.importing.programme_rows import Programme, Remarks
from cairn.catalog.models import Approval, Provider
from cairn.skills.importing.report import Progress, Report
from cairn.skills.importing.saving import save_all

SOURCE = "nj-etpl"
LIST = "New Jersey Eligible Training Provider List"
APPROVALS = f"{LIST}, 2021"


def identify(programmes: Sequence[Programme], remark: Remarks) -> dict[str, str]:
    """Return the provider's key per programme key.

    A number with one name is one provider. Where a number comes with several names, the commonest keeps it; another name that belongs
    to just one other number goes there, and any other becomes a provider of its own, because a programme must not be shown under a
    stranger's name. Rows without a name take the name their number has elsewhere.
    """
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for programme in programmes:
        if programme.provider_name:
            names[programme.provider_id][programme.provider_name] += 1
    main = {number: counted.most_common(1)[0][0] for number, counted in names.items()}
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for number, name in main.items():
        owners[name].add(number)
    keys = {}
    for programme in programmes:
        number, name = programme.provider_id, programme.provider_name
        if not name:
            known = main.get(number)
            programme.provider_name = known or f"Provider {number} (name not published)"
            told = (
                f"other rows of provider {number} name “{known}”"
                if known
                else f"it is shown as “{programme.provider_name}”"
            )
            said = programme.row.get("name", "").strip()
            empty = f"“{said[:60]}” is no name of a provider" if said else "The provider's columns are empty"
            remark(programme.row.repaired("provider_not_named", f"{empty}; {told}.", column="name"))
            keys[programme.key] = number
        elif name == main[number]:
            keys[programme.key] = number
        else:
            elsewhere = owners[name]
            keys[programme.key] = next(iter(elsewhere)) if len(elsewhere) == 1 else f"{number}:{slugify(name)}"[:120]
            remark(
                programme.row.repaired(
                    "two_names",
                    f"Provider number {number} is “{main[number]}” in other rows; this one is kept as “{name}”.",
                    column="providerid",
                )
            )
    return keys


def save_providers(
    programmes: Sequence[Programme], keys: dict[str, str], report: Report, progress: Progress
) -> dict[str, int]:
    """Write providers and what the list says of their approval; return their primary keys by key."""
    first: dict[str, Programme] = {}
    for programme in programmes:
        key = keys[programme.key]
        if key not in first or (programme.city and not first[key].city):
            first[key] = programme
    stored = Provider.objects.filter(source=SOURCE)
    slugs = dict(stored.values_list("source_key", "slug"))
    taken = set(Provider.objects.values_list("slug", flat=True))
    rows = []
    for key, programme in first.items():
        slug = slugs.get(key) or _free_slug(programme, key, taken)
        taken.add(slug)
        rows.append(
            Provider(
                slug=slug, name=programme.provider_name, website=programme.website, city=programme.city, county=programme.county,
                state=programme.state, country="US", source=SOURCE, source_key=key,
            )
        )  # fmt: skip
    saved = save_all(
        rows, within=stored, key=("source_key",), fields=("name", "website", "city", "county", "state", "country"),
        table="providers", report=report, progress=progress,
    )  # fmt: skip
    providers = {key: pk for (key,), pk in saved.items()}
    save_all(
        _approvals(first, providers), within=Approval.objects.filter(source=APPROVALS), key=("provider_id", "kind", "authority", "scope"),
        fields=("status", "until", "source"), table="approvals", report=report, progress=progress,
    )  # fmt: skip
    return providers


def _free_slug(programme: Programme, key: str, taken: set[str]) -> str:
    name = slugify(programme.provider_name)[:80] or "provider"
    for slug in (name, f"{name}-{slugify(programme.city)}"[:100].strip("-"), f"{name}-{slugify(key)}"[:120]):
        if slug not in taken:
            return slug
    return f"nj-{slugify(key)}"[:120]


def _approvals(first: dict[str, Programme], providers: dict[str, int]) -> Iterable[Approval]:
    """What the list states of a provider, each as a statement with its source.

    That it is on the list; what it calls its approval outside government, in its own words; and when the certificate of approval
    runs out, whose issuer the list does not name.
    """
    for key, programme in first.items():
        provider = providers[key]
        if programme.listed:
            yield Approval(
                provider_id=provider,
                kind="approved",
                authority=LIST,
                scope="training provider",
                status="Approved",
                source=APPROVALS,
            )
        if programme.approval:
            yield Approval(
                provider_id=provider, kind="approved", authority=programme.approval, scope="outside government, in the provider's words",
                source=APPROVALS,
            )  # fmt: skip
        if programme.approval_until:
            yield Approval(
                provider_id=provider, kind="approved", authority="Certificate of approval (the list does not say by whom)",
                scope="training provider", until=programme.approval_until, source=APPROVALS,
            )  # fmt: skip
