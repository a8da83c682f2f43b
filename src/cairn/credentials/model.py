"""The credential as a value: parsed once, at the edge, then only read.

It keeps the text as it was given, since that is what was signed, and every field, known to us or not. Whatever form a credential
has (:mod:`cairn.credentials.forms`), its properties speak one language: that of W3C Verifiable Credentials Data Model 2.0, Open
Badges 3.0 and Comprehensive Learner Record 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from cairn.credentials.elm.seal import is_sealed, uploaded
from cairn.credentials.elm.seal import read as read_seal
from cairn.credentials.envelope import Envelope
from cairn.credentials.form import Fault, Form
from cairn.credentials.forms import VC_2, form_of
from cairn.credentials.jose import enveloped, looks_like_token, plain_token, read
from cairn.credentials.jsontext import as_list, checked_copy, objects, parse_object, serialise
from cairn.credentials.moments import parse_moment
from cairn.credentials.repeating.family import FAMILIES, Member
from cairn.credentials.texts import plain_text


@dataclass(frozen=True)
class Credential:
    """A credential, signed or not. Make one with :meth:`parse`; two are equal if their texts are.

    ``text`` is what was given: JSON, a token, or JSON under a seal. ``document`` is the value that was signed (read it, do not change
    it), ``envelope`` the token it came in, if it did; ``found_at`` the https address it was fetched from, if it was; ``member`` how it
    was recognised, see :attr:`known`. All other properties are read leniently: what is absent or malformed is None or empty.
    Whether that is acceptable is for :func:`cairn.credentials.verify` to say.
    """

    text: str
    document: Mapping[str, Any] = field(compare=False, repr=False)
    form: Form = field(default=VC_2, compare=False, repr=False)
    envelope: Envelope | None = field(default=None, compare=False, repr=False)
    found_at: str | None = field(default=None, compare=False, repr=False)
    member: Member | None = field(default=None, compare=False, repr=False)

    @classmethod
    def parse(cls, data: bytes | str | Mapping[str, Any]) -> Credential:
        """Read a credential from JSON (UTF-8 bytes or text), from a token, or from a mapping.

        Raises :class:`CredentialError`: the codes of :func:`cairn.credentials.jsontext.parse_object`, those of
        :func:`cairn.credentials.jose.read` and :func:`cairn.credentials.elm.seal.read`, ``not_a_credential``, ``unsupported_version``.
        """
        if isinstance(data, Mapping):
            document = checked_copy(data)
            text = serialise(document)
        elif looks_like_token(data):
            return cls._in_token(data)
        elif (recognised := FAMILIES.recognise(data)) is not None:
            text, member = recognised
            return cls(text, member.document, member.family.form, member=member)
        else:
            document = parse_object(data)
            text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        token = enveloped(document)
        if token is not None:
            return cls._in_token(token)
        if is_sealed(document):
            document, seal = read_seal(document)
            return cls(text, MappingProxyType(document), form_of(document), seal)
        found = uploaded(document)
        return cls(text, MappingProxyType(dict(found)), form_of(found))

    @classmethod
    def _in_token(cls, token: str | bytes) -> Credential:
        document, envelope = read(token)
        return cls(plain_token(token), document, form_of(document), envelope)

    @cached_property
    def reading(self) -> Mapping[str, Any]:
        """The same facts in the words of Verifiable Credentials 2.0 and Open Badges 3.0; for these, the document itself."""
        return self.form.reading(self.document)

    @property
    def known(self) -> Member | None:
        """What was found out about its family, if it was recognised by its text: never anything else than looking at it would tell."""
        return self.member if self.member is not None and self.member.document is self.document else None

    @property
    def faults(self) -> list[Fault]:
        """The rules of its form that it breaks (:class:`Form`)."""
        rulings = None if self.known is None else self.known.rulings
        return self.form.faults(self.document) if rulings is None else rulings.faults

    @property
    def gaps(self) -> list[Fault]:
        """What its type still requires (:class:`Form`)."""
        rulings = None if self.known is None else self.known.rulings
        return self.form.gaps(self.document) if rulings is None else rulings.gaps

    @property
    def id(self) -> str | None:
        """The credential's own identifier."""
        return _text(self.reading.get("id"))

    @property
    def types(self) -> tuple[str, ...]:
        """The values of ``type``, in order."""
        return tuple(name for name in as_list(self.reading.get("type")) if isinstance(name, str))

    @property
    def issuer_id(self) -> str | None:
        """The issuer's identifier: a DID or an https address."""
        issuer = self.reading.get("issuer")
        return _text(issuer.get("id")) if isinstance(issuer, Mapping) else _text(issuer)

    @property
    def issuer_name(self) -> str | None:
        """The name the credential itself gives its issuer: a claim, not a proof."""
        issuer = self.reading.get("issuer")
        return plain_text(issuer.get("name")) if isinstance(issuer, Mapping) else None

    @property
    def subjects(self) -> tuple[Mapping[str, Any], ...]:
        """Every credentialSubject."""
        return tuple(objects(as_list(self.reading.get("credentialSubject"))))

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
        own = plain_text(self.reading.get("name"))
        return own or (plain_text(self.achievement.get("name")) if self.achievement else None)

    @property
    def valid_from(self) -> datetime | None:
        """From when it holds, in UTC."""
        return parse_moment(self.reading.get("validFrom"))

    @property
    def valid_until(self) -> datetime | None:
        """Until when it holds, in UTC; None means no end (or an end that cannot be read, which verification refuses)."""
        return parse_moment(self.reading.get("validUntil"))

    @property
    def awarded_date(self) -> datetime | None:
        """When the achievement was first awarded, in UTC."""
        return parse_moment(self.reading.get("awardedDate"))

    @property
    def status_entries(self) -> tuple[Mapping[str, Any], ...]:
        """The entries of ``credentialStatus``."""
        return tuple(objects(as_list(self.reading.get("credentialStatus"))))

    @property
    def proofs(self) -> tuple[Mapping[str, Any], ...]:
        """The embedded proofs."""
        return tuple(objects(as_list(self.document.get("proof"))))

    @property
    def parts(self) -> tuple[Mapping[str, Any], ...]:
        """The credentials a CLR holds as documents (``credentialSubject.verifiableCredential``)."""
        return tuple(objects(self.held))

    @property
    def held(self) -> tuple[Any, ...]:
        """Whatever stands where a CLR holds its credentials: documents, tokens, and what is neither."""
        return tuple(part for one in self.subjects for part in as_list(one.get("verifiableCredential")))

    def __hash__(self) -> int:
        return hash(self.text)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
