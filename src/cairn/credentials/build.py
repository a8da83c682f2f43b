"""Unsigned documents in the shape the standards want: contexts in order, lists where there can be many, nothing empty.

Open Badges 3.0 (AchievementCredential, EndorsementCredential) and CLR 2.0 (ClrCredential), on the W3C data model of either version: 2.0, or
1.1 for wallets and verifiers of the years before (:data:`DRESSES`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from cairn.credentials.errors import CredentialError
from cairn.credentials.jose import in_envelope
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.contexts import (
    BITSTRING_STATUS,
    CLR_2,
    OB_3,
    OB_3_0_0,
    OB_3_0_1,
    OB_3_0_2,
    OB_EXTENSIONS,
    VC_V1,
    VC_V2,
)
from cairn.credentials.model import Credential
from cairn.credentials.moments import format_moment

OB_CONTEXTS = {"3.0.0": OB_3_0_0, "3.0.1": OB_3_0_1, "3.0.2": OB_3_0_2, "3.0.3": OB_3}
"""The texts of the Open Badges vocabulary that are in use."""


@dataclass(frozen=True, slots=True)
class Dress:
    """A version of the data model: its vocabulary, those of Open Badges that fit it (the usual one first), and its own words."""

    context: str
    ob_contexts: tuple[str, ...]
    also: tuple[str, ...]
    begin: str
    end: str


DRESSES = {
    "2.0": Dress(VC_V2, ("3.0.3", "3.0.2"), (), "validFrom", "validUntil"),
    # That data model knows no status list by itself.
    "1.1": Dress(VC_V1, ("3.0.1", "3.0.0", "3.0.2", "3.0.3"), (BITSTRING_STATUS,), "issuanceDate", "expirationDate"),
}
DataModel = Literal["2.0", "1.1"]

_MANY = frozenset(
    {
        "alignment", "allowedValue", "association", "endorsement", "endorsementJwt", "evidence", "identifier", "otherIdentifier",
        "related", "result", "resultDescription", "rubricCriterionLevel", "tag", "verifiableCredential",
    }
)  # fmt: skip


def achievement_credential(
    *,
    id: str,  # noqa: A002 - the standard's word
    issuer: Mapping[str, Any],
    achievement: Mapping[str, Any],
    subject: Mapping[str, Any],
    valid_from: datetime,
    valid_until: datetime | None = None,
    awarded_date: datetime | None = None,
    name: str | None = None,
    description: str | None = None,
    evidence: Sequence[Mapping[str, Any]] = (),
    status: Sequence[Mapping[str, Any]] = (),
    image: Mapping[str, Any] | None = None,
    endorsement: Sequence[Mapping[str, Any]] = (),
    extra: Mapping[str, Any] | None = None,
    data_model: DataModel = "2.0",
    ob_context: str | None = None,
) -> dict[str, Any]:
    """Return an unsigned Open Badges 3.0 credential (OpenBadgeCredential).

    ``issuer`` is a Profile (at least ``id`` and ``name``), ``achievement`` an Achievement (``id``, ``name``, ``description``,
    ``criteria``), ``subject`` whatever else belongs into the AchievementSubject: ``id`` and/or ``identifier``, ``result``,
    ``creditsEarned`` and so on. The types are filled in where they are missing. ``name`` defaults to the achievement's.
    ``extra`` adds further top-level fields such as ``credentialSchema``. ``data_model`` is that of Verifiable Credentials, "2.0" or
    "1.1"; ``ob_context`` the version of the Open Badges vocabulary (default: the latest that fits: 3.0.3 for 2.0, 3.0.1 for 1.1).
    Raises ``missing`` for an empty issuer or subject, ``unknown_version`` for vocabularies that do not go together.
    """
    subject_node = {**_with_type(subject, "AchievementSubject"), "achievement": _with_type(achievement, "Achievement")}
    return _document(
        data_model,
        [_ob_context(data_model, ob_context), OB_EXTENSIONS],
        ["VerifiableCredential", "OpenBadgeCredential"],
        id=id,
        name=name or achievement.get("name"),
        description=description,
        image=None if image is None else {"type": "Image", **image},
        issuer=_profile(issuer),
        valid_from=valid_from,
        valid_until=valid_until,
        awarded_date=awarded_date,
        subject=subject_node,
        evidence=[_with_type(one, "Evidence") for one in evidence],
        status=status,
        endorsement=endorsement,
        extra=extra,
    )


def endorsement_credential(
    *,
    id: str,  # noqa: A002 - the standard's word
    issuer: Mapping[str, Any],
    endorsed_id: str,
    comment: str,
    name: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    awarded_date: datetime | None = None,
    status: Sequence[Mapping[str, Any]] = (),
    data_model: DataModel = "2.0",
) -> dict[str, Any]:
    """Return an unsigned EndorsementCredential in which ``issuer`` says ``comment`` about ``endorsed_id``."""
    if not endorsed_id or not comment:
        raise CredentialError("missing", "An endorsement needs the thing it endorses and a comment.")
    return _document(
        data_model,
        [_ob_context(data_model, None), OB_EXTENSIONS],
        ["VerifiableCredential", "EndorsementCredential"],
        id=id,
        name=name,
        issuer=_profile(issuer),
        valid_from=valid_from,
        valid_until=valid_until,
        awarded_date=awarded_date,
        subject={"id": endorsed_id, "type": ["EndorsementSubject"], "endorsementComment": comment},
        status=status,
    )


def clr_credential(
    *,
    id: str,  # noqa: A002 - the standard's word
    issuer: Mapping[str, Any],
    subject: Mapping[str, Any],
    credentials: Sequence[Credential | Mapping[str, Any]],
    name: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    awarded_date: datetime | None = None,
    description: str | None = None,
    associations: Sequence[tuple[str, str, str]] = (),
    achievements: Sequence[Mapping[str, Any]] = (),
    partial: bool | None = None,
    status: Sequence[Mapping[str, Any]] = (),
    data_model: DataModel = "2.0",
) -> dict[str, Any]:
    """Return an unsigned ClrCredential that wraps whole signed ``credentials``, each still verifiable on its own.

    ``associations`` are (source achievement id, type such as ``isChildOf`` or ``isPartOf``, target achievement id);
    ``achievements`` are those the record speaks of beyond its parts. Raises ``missing`` if there is nothing to wrap.
    """
    if not credentials:
        raise CredentialError(
            "missing", "A learner record without credentials records nothing.", remedy="Wrap at least one."
        )
    parts = [_whole(one) if isinstance(one, Credential) else dict(one) for one in credentials]
    node: dict[str, Any] = {
        **_with_type(subject, "ClrSubject"),
        "verifiableCredential": parts,
        "achievement": [_with_type(one, "Achievement") for one in achievements],
        "association": [
            {"type": "Association", "associationType": kind, "sourceId": source, "targetId": target}
            for source, kind, target in associations
        ],
    }
    return _document(
        data_model,
        [CLR_2, _ob_context(data_model, None), OB_EXTENSIONS],
        ["VerifiableCredential", "ClrCredential"],
        id=id,
        name=name,
        description=description,
        issuer=_profile(issuer),
        valid_from=valid_from,
        valid_until=valid_until,
        awarded_date=awarded_date,
        subject=node,
        status=status,
        extra=None if partial is None else {"partial": partial},
    )


def _ob_context(data_model: str, version: str | None) -> str:
    dress = DRESSES.get(data_model)
    if dress is None:
        raise CredentialError(
            "unknown_version",
            f"There is no data model “{data_model}” here.",
            remedy=f"Use one of {', '.join(DRESSES)}.",
        )
    if version is not None and version not in dress.ob_contexts:
        raise CredentialError(
            "unknown_version",
            f"The vocabulary “{version}” of Open Badges does not go with version {data_model} of the data model.",
            remedy=f"Use one of {', '.join(dress.ob_contexts)}.",
        )
    return OB_CONTEXTS[version or dress.ob_contexts[0]]


def _document(
    data_model: str,
    contexts: list[str],
    types: list[str],
    *,
    id: str,  # noqa: A002 - the standard's word
    issuer: Mapping[str, Any],
    subject: Mapping[str, Any],
    valid_from: datetime,
    valid_until: datetime | None,
    awarded_date: datetime | None,
    status: Sequence[Mapping[str, Any]],
    name: Any = None,
    description: str | None = None,
    image: Mapping[str, Any] | None = None,
    evidence: Sequence[Mapping[str, Any]] = (),
    endorsement: Sequence[Mapping[str, Any]] = (),
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    dress = DRESSES[data_model]
    document: dict[str, Any] = {
        "@context": [dress.context, *contexts, *(dress.also if status else ())],
        "id": id,
        "type": types,
        "name": name,
        "description": description,
        "image": image,
        "issuer": issuer,
        dress.begin: format_moment(valid_from),
        dress.end: None if valid_until is None else format_moment(valid_until),
        "awardedDate": None if awarded_date is None else format_moment(awarded_date),
        "credentialSubject": subject,
        "evidence": list(evidence),
        "endorsement": list(endorsement),
        # One entry stands alone, since Open Badges 3.0 allows only one; several make a list, as the W3C data model allows.
        "credentialStatus": status[0] if len(status) == 1 else list(status),
        **(extra or {}),
    }
    cleaned: dict[str, Any] = _clean(document)
    return cleaned


def _profile(issuer: Mapping[str, Any]) -> dict[str, Any]:
    if not issuer.get("id"):
        raise CredentialError("missing", "The issuer needs an id (a DID or an https address).", where="issuer.id")
    return _with_type(issuer, "Profile")


def _whole(credential: Credential) -> dict[str, Any]:
    """The credential with its signature: a token stays one, in an envelope (VC Data Model 2.0 section 4.13)."""
    return dict(credential.document) if credential.envelope is None else in_envelope(credential.text)


def _with_type(node: Mapping[str, Any], name: str) -> dict[str, Any]:
    if not node:
        raise CredentialError("missing", f"An empty {name} says nothing.", remedy="Fill it in, or leave it out.")
    types = as_list(node.get("type"))
    rest = {key: value for key, value in node.items() if key not in ("id", "type")}
    start = {"id": node["id"]} if "id" in node else {}
    return {**start, "type": types if name in types else [name, *types], **rest}


def _clean(value: Any) -> Any:
    """Leave out what says nothing (null, empty lists) and write as lists what there can be many of (OB 3.0, serialisation).

    Signed credentials inside the document are left exactly as they are.
    """
    if isinstance(value, Mapping):
        if "proof" in value:
            return dict(value)
        cleaned = {}
        for key, one in value.items():
            made = _clean(one)
            if made is None or made == [] or made == {}:
                continue
            # A Result points at one ResultDescription by its id; an Achievement has a list of whole ones under the same name.
            alone = isinstance(made, list) or (key == "resultDescription" and isinstance(made, str))
            cleaned[key] = [made] if key in _MANY and not alone else made
        return cleaned
    if isinstance(value, list | tuple):
        return [made for made in (_clean(one) for one in value) if made is not None]
    return value
