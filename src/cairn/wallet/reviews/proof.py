"""Which credential of the catalogue a held credential proves, in which version, since which day; and whether it still does.

Three things prove: an award of this site in the holder's wallet; a copy of one, signed by the key of its awarding body; and a credential
from elsewhere that verified as this person's, whose issuer speaks for the provider in the catalogue, and whose achievement the catalogue
knows by one of its identifiers. Anybody can sign a credential about anything with a key of their own, so a good signature alone
proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urlsplit

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from cairn.catalog.models import DefinitionVersion, Provider, ProviderMatch
from cairn.catalog.queries import version_by_achievement
from cairn.catalog.queries.definitions import SHOWN
from cairn.issuing.models import Award, SigningKey
from cairn.recognition.models import ExternalAward
from cairn.wallet.models import HeldCredential, Review

MOST_PROVIDERS = 50
MOST_VERSIONS = 5_000
"""Of a provider's versions so many are looked through for an identifier."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The version that a held credential is of, and the day of its award."""

    version: DefinitionVersion
    awarded_on: date


def proof_of(held: HeldCredential) -> Proof | None:
    """Return what a held credential proves; None where it proves nothing of this catalogue or does not count.

    An award of this site counts unless it was revoked, declined or only proposed, or is suspended. One from elsewhere counts when its last
    check found it genuine, in force and this person's, and :func:`speaks_for` its issuer.
    """
    award = held.award
    if award is not None:
        counts = award.awarded_at is not None and not _withdrawn(award) and award.state != Award.State.SUSPENDED
        return Proof(award.version, award.awarded_at.date()) if counts and award.awarded_at else None
    checked = ExternalAward.objects.filter(
        person=held.holder_id, credential_id=held.credential_id, standing=ExternalAward.Standing.VERIFIED
    ).first()
    if checked is None or not checked.achievement_id:
        return None
    version = _known_as(checked.achievement_id, checked.issuer_id)
    return Proof(version, checked.valid_from.date()) if version is not None else None


def doubt_about(review: Review) -> str:
    """Say why a review's proof does not hold any more, or "" while it does."""
    held = review.held
    if held is None:
        return "Its author has taken the credential out of their wallet since."
    if held.award is not None:
        if held.award.state == Award.State.SUSPENDED:
            return "The award is suspended at the moment."
        return "The award was withdrawn later." if _withdrawn(held.award) else ""
    return "" if proof_of(held) is not None else "The credential could not be verified again later."


def speaks_for(issuer: str, provider: Provider) -> bool:
    """Tell whether an issuer's identifier is the provider's own: one that its source or a register names, or one on its own web address.

    A web address that many share (it has a path, like ``https://sites.example/college``) is nobody's own, except for what lies under it.
    """
    named = {str(one.get("value", "")) for one in provider.identifiers} | {provider.source_key}
    if issuer in named - {""}:
        return True
    where = _place_of(issuer)
    if where is None:
        return False
    return any(_within(where, place) for place in _places_of(provider))


def _known_as(achievement: str, issuer: str) -> DefinitionVersion | None:
    """Return the version that an achievement of this issuer is; None where the issuer speaks for none, or several are known so."""
    ours = version_by_achievement(achievement)
    if ours is not None:
        owner = ours.definition.owner
        signed = owner is not None and SigningKey.objects.filter(organisation=owner, did=issuer).exists()
        return ours if signed or (owner is None and speaks_for(issuer, ours.definition.provider)) else None
    providers = [one for one in _providers_near(issuer) if speaks_for(issuer, one)]
    if not providers:
        return None
    versions = DefinitionVersion.objects.filter(definition__provider__in=providers, state__in=SHOWN)
    rows = list(
        versions.order_by("pk").values_list("pk", "definition", "definition__source_key", "homepage", "identifiers")[
            :MOST_VERSIONS
        ]
    )
    found = {row[1] for row in rows if achievement in _names(row[2], row[3], row[4])}
    if len(found) != 1:
        return None
    return versions.filter(definition__in=found).order_by("-number").select_related("definition").first()


def _names(source_key: str, homepage: str, identifiers: list[dict[str, object]]) -> Iterator[str]:
    """Yield what an achievement of a source may be called: its key there, its page, its other identifiers, a CTID as an address."""
    yield source_key
    if homepage:
        yield homepage
    for one in identifiers:
        value = str(one.get("value", ""))
        if ":" in value:
            yield value
        if str(one.get("scheme", "")).lower() == "ctid" and value:
            yield f"https://credentialengineregistry.org/resources/{value}"


def _providers_near(issuer: str) -> list[Provider]:
    """Return providers that an issuer may speak for, found by what stands in their rows; :func:`speaks_for` decides."""
    told = Q(source_key=issuer) | Q(told__contains=issuer)
    where = _place_of(issuer)
    if where is not None:
        labels = where[0].split(".")
        listed = Q()
        for host in (".".join(labels[start:]) for start in range(len(labels) - 1)):
            told |= Q(website__icontains=f"//{host}") | Q(website__icontains=f"//www.{host}")
            listed |= Q(hosts__icontains=f'"{host}"')
        accepted = ProviderMatch.objects.filter(state=ProviderMatch.State.ACCEPTED)
        matched = accepted.annotate(hosts=Cast("entry__domains", TextField())).filter(listed)
        told |= Q(pk__in=matched.values("provider"))
    named = Provider.objects.annotate(told=Cast("identifiers", TextField())).filter(told)
    return list(named.distinct().order_by("pk")[:MOST_PROVIDERS])


def _places_of(provider: Provider) -> Iterator[tuple[str, str]]:
    """Yield the provider's web address, and those under which accepted entries of registers know it: (host, path)."""
    own = _place_of(provider.website)
    if own is not None:
        yield own
    accepted = provider.matches.filter(state=ProviderMatch.State.ACCEPTED).select_related("entry")
    for match in accepted:
        for domain in match.entry.domains:
            if place := _place_of(f"https://{domain}"):
                yield place


def _place_of(identifier: str) -> tuple[str, str] | None:
    """Return host and path of an https address or a did:web identifier; None for all others."""
    if identifier.startswith("did:web:"):
        host, *path = [unquote(part) for part in identifier.removeprefix("did:web:").split("#")[0].split(":")]
        identifier = f"https://{host}/{'/'.join(path)}"
    try:
        parts = urlsplit(identifier)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if (
        parts.scheme not in {"https", "http"}
        or "." not in host
        or host.replace(".", "").isdigit()
        or "\\" in identifier
    ):
        return None
    return host, parts.path.strip("/")


def _within(where: tuple[str, str], place: tuple[str, str]) -> bool:
    (host, path), (own_host, own_path) = where, place
    if own_path:
        return host == own_host and f"{path}/".startswith(f"{own_path}/")
    return host == own_host or host.endswith(f".{own_host}")


FALLEN = (Award.State.REVOKED, Award.State.DECLINED, Award.State.PROPOSED, Award.State.SUSPENDED)
"""States in which an award proves nothing; one that was replaced stands and falls with the one that replaced it."""


def _withdrawn(award: Award) -> bool:
    if award.state == Award.State.SUPERSEDED:
        return Award.objects.filter(supersedes=award, state=Award.State.REVOKED).exists()
    return award.state in {Award.State.REVOKED, Award.State.DECLINED, Award.State.PROPOSED}
