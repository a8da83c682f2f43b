"""The file in hand beside the issuer's own copy: what do they say differently?

For a hosted badge the file is only good for finding the issuer's copy (Open Badges 2.0, HostedBadge Verification). Yet who holds a
file that says something else should be told. What makes the award what it is must be the same; of what issuers keep up to date
(evidence, descriptions, pictures), their own copy is shown and the difference is mentioned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cairn.credentials.jsontext import as_list
from cairn.credentials.openbadges2.places import same_place
from cairn.credentials.openbadges2.reading import reading_of

_READ = frozenset(
    {
        *(
            "@context",
            "id",
            "@id",
            "type",
            "@type",
            "uid",
            "recipient",
            "salt",
            "badge",
            "verification",
            "verify",
            "issuedOn",
        ),
        *("issued_on", "expires", "image", "evidence", "narrative", "revoked", "revocationReason", "endorsement"),
        *("claim", "issuer"),
    }
)


@dataclass(frozen=True, slots=True)
class Differences:
    """Words for people: ``decisive`` is what makes it another award, ``others`` what an issuer may have brought up to date."""

    decisive: tuple[str, ...]
    others: tuple[str, ...]


def differences(in_hand: Mapping[str, Any], published: Mapping[str, Any]) -> Differences:
    """Compare a file with what its issuer publishes, whose badge and issuer stand inside."""
    mine, theirs = reading_of(in_hand), reading_of(published)
    my_subject, their_subject = mine["credentialSubject"], theirs["credentialSubject"]
    my_achievement, their_achievement = my_subject.get("achievement") or {}, their_subject.get("achievement") or {}
    my_issuer, their_issuer = mine.get("issuer") or {}, theirs.get("issuer") or {}
    decisive = [
        name
        for name, differs in (
            ("the recipient", _recipient(my_subject) != _recipient(their_subject)),
            ("the day of the award", mine.get("validFrom") != theirs.get("validFrom")),
            ("the day it runs out", mine.get("validUntil") != theirs.get("validUntil")),
            ("which badge it is", _another_id(my_achievement, their_achievement)),
            ("the badge's name", _changed(my_achievement, their_achievement, "name")),
            ("who the issuer is", _another_id(my_issuer, their_issuer) or _changed(my_issuer, their_issuer, "name")),
            ("what is endorsed", in_hand.get("claim") != published.get("claim")),
        )
        if differs
    ]
    others = [
        name
        for name, differs in (
            ("the evidence", mine.get("evidence") != theirs.get("evidence")),
            ("the narrative", my_subject.get("narrative") != their_subject.get("narrative")),
            ("the picture", mine.get("image") != theirs.get("image")),
            (
                "the badge's description",
                any(_changed(my_achievement, their_achievement, field) for field in _OF_BADGE),
            ),
            ("the issuer's description", any(_changed(my_issuer, their_issuer, field) for field in _OF_ISSUER)),
            ("further fields", _further(in_hand) != _further(published)),
        )
        if differs
    ]
    return Differences(tuple(decisive), tuple(others))


_OF_BADGE = ("description", "criteria", "image", "alignment", "tag", "version")
_OF_ISSUER = ("url", "email", "phone", "description", "image")


def _recipient(subject: Mapping[str, Any]) -> Any:
    """What tells the person: the kind of identity, its value, its salt."""
    entries = [
        (entry.get("identityType"), entry.get("identityHash"), entry.get("salt", ""))
        for entry in as_list(subject.get("identifier"))
    ]
    return subject.get("id"), entries


def _another_id(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    return "id" in mine and mine["id"] != theirs.get("id") and not same_place(mine["id"], theirs.get("id"))


def _changed(mine: Mapping[str, Any], theirs: Mapping[str, Any], field: str) -> bool:
    """A file need not hold its badge and issuer whole; what it does hold must be what is published."""
    return field in mine and mine[field] != theirs.get(field)


def _further(document: Mapping[str, Any]) -> dict[str, Any]:
    """What this package has no word for: extensions, and fields of an issuer's own."""
    return {name: value for name, value in document.items() if name not in _READ}
