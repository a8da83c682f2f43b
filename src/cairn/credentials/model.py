"""The credential as a value: parsed once, at the edge, then only read.

It keeps the text as it was given, since that is what was signed, and every field, known to us or not. Sources: W3C Verifiable
Credentials Data Model 2.0, Open Badges 3.0, Comprehensive Learner Record 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import as_list, checked_copy, objects, parse_object, serialise
from cairn.credentials.moments import parse_moment

_OLDER = ("https://w3id.org/openbadges/v", "https://openbadgespec.org/", "https://www.w3.org/2018/credentials/v1")
ACHIEVEMENT_TYPES = frozenset({"AchievementCredential", "OpenBadgeCredential"})


@dataclass(frozen=True)
class Credential:
    """A verifiable credential, signed or not. Make one with :meth:`parse`; two are equal if their texts are.

    ``text`` is the JSON as given, ``document`` its value (read it, do not change it). All other properties are read leniently:
    what is absent or malformed is None or empty. Whether that is acceptable is for :func:`cairn.credentials.verify` to say.
    """

    text: str
    document: Mapping[str, Any] = field(compare=False, repr=False)

    @classmethod
    def parse(cls, data: bytes | str | Mapping[str, Any]) -> Credential:
        """Read a credential from JSON (UTF-8 bytes or text) or from a mapping.

        Raises :class:`CredentialError`: the codes of :func:`cairn.credentials.jsontext.parse_object`, ``not_a_credential``,
        ``unsupported_version``.
        """
        if isinstance(data, Mapping):
            document = checked_copy(data)
            text = serialise(document)
        else:
            document = parse_object(data)
            text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        contexts = [one for one in as_list(document.get("@context")) if isinstance(one, str)]
        if any(one.startswith(_OLDER) for one in contexts):
            raise NotSupported(
                "unsupported_version",
                "This is a credential of an older version (Open Badges 2, Verifiable Credentials 1) that we cannot check yet.",
                remedy="Check it with the issuer's own verifier, or ask the issuer for an Open Badges 3.0 copy.",
            )
        if "@context" not in document or "VerifiableCredential" not in as_list(document.get("type")):
            raise CredentialError(
                "not_a_credential",
                "This is JSON, but no verifiable credential: it lacks @context, or its type does not say VerifiableCredential.",
                remedy="Choose the credential itself: a .json file in the Open Badges 3.0 form, or the badge image.",
            )
        return cls(text, MappingProxyType(document))

    @property
    def id(self) -> str | None:
        """The credential's own identifier."""
        return _text(self.document.get("id"))

    @property
    def types(self) -> tuple[str, ...]:
        """The values of ``type``, in order."""
        return tuple(name for name in as_list(self.document.get("type")) if isinstance(name, str))

    @property
    def issuer_id(self) -> str | None:
        """The issuer's identifier: a DID or an https address."""
        issuer = self.document.get("issuer")
        return _text(issuer.get("id")) if isinstance(issuer, Mapping) else _text(issuer)

    @property
    def issuer_name(self) -> str | None:
        """The name the credential itself gives its issuer: a claim, not a proof."""
        issuer = self.document.get("issuer")
        return plain_text(issuer.get("name")) if isinstance(issuer, Mapping) else None

    @property
    def subjects(self) -> tuple[Mapping[str, Any], ...]:
        """Every credentialSubject."""
        return tuple(objects(as_list(self.document.get("credentialSubject"))))

    @property
    def subject(self) -> Mapping[str, Any]:
        """The first credentialSubject, or an empty mapping."""
        return next(iter(self.subjects), {})

    @property
    def subject_id(self) -> str | None:
        """The subject's identifier, often a DID of the holder; for an endorsement, the endorsed thing."""
        return _text(self.subject.get("id"))

    @property
    def achievement(self) -> Mapping[str, Any] | None:
        """What was achieved (Open Badges 3.0 Achievement), if this is an achievement credential."""
        found = objects(as_list(self.subject.get("achievement")))
        return found[0] if found else None

    @property
    def name(self) -> str | None:
        """The credential's name, or else its achievement's."""
        own = plain_text(self.document.get("name"))
        return own or (plain_text(self.achievement.get("name")) if self.achievement else None)

    @property
    def valid_from(self) -> datetime | None:
        """From when it holds, in UTC."""
        return parse_moment(self.document.get("validFrom"))

    @property
    def valid_until(self) -> datetime | None:
        """Until when it holds, in UTC; None means no end (or an end that cannot be read, which verification refuses)."""
        return parse_moment(self.document.get("validUntil"))

    @property
    def awarded_date(self) -> datetime | None:
        """When the achievement was first awarded, in UTC."""
        return parse_moment(self.document.get("awardedDate"))

    @property
    def status_entries(self) -> tuple[Mapping[str, Any], ...]:
        """The entries of ``credentialStatus``."""
        return tuple(objects(as_list(self.document.get("credentialStatus"))))

    @property
    def proofs(self) -> tuple[Mapping[str, Any], ...]:
        """The embedded proofs."""
        return tuple(objects(as_list(self.document.get("proof"))))

    @property
    def parts(self) -> tuple[Mapping[str, Any], ...]:
        """The credentials a CLR holds (``credentialSubject.verifiableCredential``)."""
        return tuple(part for one in self.subjects for part in objects(as_list(one.get("verifiableCredential"))))

    def __hash__(self) -> int:
        return hash(self.text)


def plain_text(value: Any) -> str | None:
    """Return the first text of ``value``, which may be a text, a ``{"@value", "@language"}`` object, or a list of these.

    For people to read, so letters that cannot be seen are left out: they turn words round, hide them, or make two names look alike.
    """
    for one in as_list(value):
        if isinstance(one, str):
            return visible(one)
        if isinstance(one, Mapping) and isinstance(one.get("@value"), str):
            return visible(one["@value"])
    return None


def visible(text: str) -> str:
    """Return ``text`` on one line, without letters that cannot be seen (controls, direction marks, zero-width)."""
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(letter for letter in text if letter.isprintable() or letter.isspace())
    return " ".join(kept.split())


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
