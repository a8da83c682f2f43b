"""From an assertion to its badge and from there to its issuer, each as its own owner publishes it.

1. The badge: the document that stands in the assertion, or the one at the badge's address. Where a badge has an address, what is
   published there must be a badge of the same issuer; nobody awards other people's badges.
2. The issuer: always the profile as it is published at the issuer's own address, whatever is written elsewhere about it.
3. Before Open Badges 1.1, an issuer may be no more than the origin it names; then that site itself is what vouches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.openbadges2.documents import embedded, id_of, kind_of, one
from cairn.credentials.openbadges2.fetching import UNREADABLE, NotThere, fetch_document
from cairn.credentials.openbadges2.places import https_twin, same_place, same_site
from cairn.credentials.resolving import Resolver

_OTHER_ISSUER = "Do not rely on it. Ask the issuer itself whether it made this award."


@dataclass(frozen=True, slots=True)
class Chain:
    """An assertion (or endorsement) with its badge and issuer inside, and where each of them is published (None: only inside).

    ``kept`` says that the badge could not be had from its address, so that what the assertion holds of it was taken.
    """

    whole: Mapping[str, Any]
    badge_address: str | None
    issuer: Mapping[str, Any]
    kept: bool = False


def chain_of(assertion: Mapping[str, Any], resolve: Resolver, *, vouched_by: str | None) -> Chain:
    """Follow an assertion whose own words are already proven, or are about to be.

    ``vouched_by`` is the address of the site that stands behind them, None where only a signature will. Raises NotThere,
    NotSupported (we cannot tell) and CredentialError (something is wrong).
    """
    if kind_of(assertion) == "Endorsement":
        profile = _issuer(assertion.get("issuer"), resolve)
        return Chain({**assertion, "issuer": profile}, None, profile)
    badge, address, kept = _badge(assertion, resolve, vouched_by)
    reference = one(badge.get("issuer"))
    own = embedded(reference)
    profile = _issuer_by_origin(own) if own is not None and id_of(own) is None else _issuer(reference, resolve)
    return Chain({**assertion, "badge": {**badge, "issuer": profile}}, address, profile, kept)


def _badge(
    assertion: Mapping[str, Any], resolve: Resolver, vouched_by: str | None
) -> tuple[Mapping[str, Any], str | None, bool]:
    reference = one(assertion.get("badge"))
    inside = embedded(reference)
    address = id_of(reference)
    if inside is None:
        found = fetch_document(address, resolve, what="the badge", kinds=("BadgeClass",))
        return found.document, found.address, False
    if https_twin(address) is None:
        # A badge of its own id (urn:uuid:…), or of none: it exists in this award only.
        return inside, None, False
    try:
        published = fetch_document(address, resolve, what="the badge", kinds=("BadgeClass",)).document
    except (NotThere, NotSupported) as silence:
        # Some badges have a web page at their address, or nothing any more. Then the site's own words in the award will do.
        missing = isinstance(silence, NotThere) or silence.code == UNREADABLE
        if missing and same_site(address, vouched_by or id_of(one(inside.get("issuer")))):
            return inside, str(address), True
        raise
    if not _same_issuer(inside, published):
        raise CredentialError(
            "badge_of_another_issuer",
            "The badge belongs to another issuer than the award says.",
            remedy=_OTHER_ISSUER,
        )
    # A hosted award is whatever is published now; what was signed stays as it was signed.
    return (published if vouched_by is not None else {**published, **inside}), str(address), False


def _same_issuer(inside: Mapping[str, Any], published: Mapping[str, Any]) -> bool:
    named, owner = id_of(one(inside.get("issuer"))), id_of(one(published.get("issuer")))
    return named is None or same_place(named, owner)


def _issuer(reference: Any, resolve: Resolver) -> Mapping[str, Any]:
    address = id_of(reference)
    if address is None:
        raise CredentialError("bad_issuer", "The badge does not say who issues it.", remedy=_OTHER_ISSUER)
    if https_twin(address) is None:
        raise NotSupported(
            "issuer_without_address",
            f"The issuer is named by an identifier that is no web address ({address[:100]}), so its profile cannot be looked up.",
            remedy="Ask the issuer. This does not mean that anything is wrong with the credential.",
        )
    return fetch_document(address, resolve, what="the issuer's profile", kinds=("Profile",)).document


def _issuer_by_origin(profile: Mapping[str, Any]) -> Mapping[str, Any]:
    origin = profile.get("origin", profile.get("url"))
    if https_twin(origin) is None:
        raise NotSupported(
            "issuer_without_address",
            "The issuer is named without a web address, so nothing can be asked about it.",
            remedy="Ask the issuer. This does not mean that anything is wrong with the credential.",
        )
    # These words are the award's own; only what the site itself publishes may say which keys and which places are the issuer's.
    kept = {
        name: value
        for name, value in profile.items()
        if name not in ("publicKey", "verification", "verify", "revocationList")
    }
    return {**kept, "id": origin}
