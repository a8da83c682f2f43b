"""The data model's own rules: what must be there, and in which form.

:func:`faults_of` holds the rules of the W3C data model that a verifier insists on, since the meaning of a credential hangs on them;
:func:`gaps_of` those of Open Badges 3.0, CLR 2.0 and the rest of that data model (:mod:`classes`, :mod:`consistency`) that an issuer of
ours must fulfil, and that in other people's credentials are worth a remark. Each returns sentences with their place, the first
fault first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from cairn.credentials.datamodel.classes import CLASSES, Field
from cairn.credentials.datamodel.consistency import CONSISTENT
from cairn.credentials.datamodel.kinds import HASHED_IDENTITY, URI
from cairn.credentials.form import Fault
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.contexts import VC_V2
from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.moments import parse_moment
from cairn.credentials.statusentry import LONGEST_INDEX
from cairn.credentials.texts import plain_text

ACHIEVEMENT_TYPES = frozenset({"AchievementCredential", "OpenBadgeCredential"})


def faults_of(document: Mapping[str, Any]) -> list[Fault]:
    """Return the broken rules of the Verifiable Credentials Data Model 2.0 (section 4)."""
    return list(_faults(document))


def gaps_of(document: Mapping[str, Any]) -> list[Fault]:
    """Return what the standards of this type of credential require and is missing, or of another kind, or does not fit together."""
    return _gaps(document)


def _faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    contexts = as_list(document.get("@context"))
    if not contexts or contexts[0] != VC_V2:
        yield Fault("bad_context", "@context", "The first vocabulary must be that of Verifiable Credentials 2.0.")
    if "VerifiableCredential" not in as_list(document.get("type")):
        yield Fault("bad_type", "type", "The type must say VerifiableCredential.")
    if "id" in document and not is_absolute_iri(document["id"]):
        yield Fault("bad_id", "id", "The credential's id must be a full address, such as urn:uuid:… or https://….")
    issuer = document.get("issuer")
    if not is_absolute_iri(issuer.get("id") if isinstance(issuer, Mapping) else issuer):
        yield Fault("bad_issuer", "issuer", "The issuer must be named by a full address or DID.")
    # An end or a beginning that cannot be read must never count as no end.
    for name in ("validFrom", "validUntil", "awardedDate"):
        if name in document and parse_moment(document[name]) is None:
            yield Fault("bad_moment", name, f"{name} must be a moment with a time zone, such as 2026-03-01T00:00:00Z.")
    begin, end = parse_moment(document.get("validFrom")), parse_moment(document.get("validUntil"))
    if begin is not None and end is not None and end < begin:
        yield Fault("bad_period", "validUntil", "It would end before it begins.")
    subjects = as_list(document.get("credentialSubject"))
    if not subjects or not all(isinstance(subject, Mapping) and subject for subject in subjects):
        yield Fault("bad_subject", "credentialSubject", "A credential must say something about somebody or something.")
    # Linked data merges objects with the same id, so their fields could be exchanged under a valid signature.
    for name in ("credentialSubject", "credentialStatus"):
        ids = [str(one["id"]) for one in as_list(document.get(name)) if isinstance(one, Mapping) and one.get("id")]
        if len(set(ids)) != len(ids):
            yield Fault("same_id", name, f"Two entries of {name} have the same id.")
    for index, entry in enumerate(as_list(document.get("credentialStatus"))):
        if not isinstance(entry, Mapping) or not isinstance(entry.get("type"), str | list):
            yield Fault(
                "bad_status_entry", f"credentialStatus[{index}]", "A status entry must be an object with a type."
            )
    for index, proof in enumerate(as_list(document.get("proof"))):
        if not isinstance(proof, Mapping):
            yield Fault("bad_proof", f"proof[{index}]", "A proof must be an object.")


# -- What its type requires: the classes of the standards ----------------------------------------------------------------------------

_OPEN_BADGES_TYPES = ACHIEVEMENT_TYPES | {"EndorsementCredential"}
_CLASS_OF = dict.fromkeys(ACHIEVEMENT_TYPES, "AchievementCredential") | {
    name: name for name in ("EndorsementCredential", "ClrCredential", "BitstringStatusListCredential")
}
MAX_GAPS = 50
"""Nobody reads more; a hostile document could have a million."""


def _gaps(document: Mapping[str, Any]) -> list[Fault]:
    types = [name for name in as_list(document.get("type")) if isinstance(name, str)]
    found: list[Fault] = []
    contexts = [one for one in as_list(document.get("@context")) if isinstance(one, str)]
    if not _OPEN_BADGES_TYPES.isdisjoint(types) and not any(one.startswith(_OB_CONTEXTS) for one in contexts):
        found.append(Fault("bad_context", "@context", "The vocabulary of Open Badges 3.0 must be named."))
    if "ClrCredential" in types and not any(one.startswith(_CLR_CONTEXTS) for one in contexts):
        found.append(Fault("bad_context", "@context", "The vocabulary of CLR 2.0 must be named."))
    for name in dict.fromkeys(_CLASS_OF[one] for one in types if one in _CLASS_OF):
        _look(document, "", name, found)
    return found[:MAX_GAPS]


_OB_CONTEXTS = ("https://purl.imsglobal.org/spec/ob/v3p0/context", "https://purl.imsglobal.org/spec/clr/v2p0/context")
_CLR_CONTEXTS = "https://purl.imsglobal.org/spec/clr/v2p0/context"


def _look(node: Mapping[str, Any], where: str, name: str, found: list[Fault]) -> None:
    """Append to ``found`` what ``node`` lacks to be one of the class ``name``, and look into what is in it."""
    if len(found) >= MAX_GAPS:
        return
    known = CLASSES[name]
    types = node.get("type")
    if known.type and types != known.type and known.type not in as_list(types):
        place = _place(where, "type")
        found.append(Fault("bad_type", place, f"{place} must say {known.type}."))
    required = known.required
    for field in required:
        value = node.get(field)
        if value in _NOTHING or (field == "name" and plain_text(value) is None):
            place = _place(where, field)
            found.append(Fault("missing", place, f"{place} is required and missing."))
    fields = known.fields
    for field in node:
        rule = fields.get(field)
        if rule is None:
            continue
        value = node[field]
        if rule.holds is not None and not rule.many and rule.holds(value):
            continue  # the most frequent case: one value, and of its kind
        if field not in required or value not in _NOTHING:
            _look_at(value, rule, where, field, found)
    consistent = CONSISTENT.get(name)
    if consistent is not None:
        found.extend(consistent(node, where))


_NOTHING: tuple[Any, ...] = (None, "", [], {})


def _look_at(value: Any, rule: Field, where: str, field: str, found: list[Fault]) -> None:
    several = type(value) is list
    if several is not rule.many and not rule.any_number:
        place = _place(where, field)
        found.append(Fault("bad_list", place, f"{place} must {'' if rule.many else 'not '}be a list."))
    values = value if several else (value,)
    if rule.kind is not None:
        holds = rule.kind.holds
        for one in values:
            if not holds(one):
                place = _place(where, field)
                found.append(Fault("bad_value", place, f"{place} must be {rule.kind.sentence}."))
        return
    for index, one in enumerate(values):
        if type(one) is dict or isinstance(one, Mapping):
            _look(one, _place(where, f"{field}[{index}]" if several else field), rule.of, found)
        elif not (rule.or_address and URI.holds(one)):
            place = _place(where, field)
            found.append(Fault("bad_value", place, f"{place} must be an object."))


def _place(where: str, field: str) -> str:
    return f"{where}.{field}" if where else field


# -- What hangs on a single text ------------------------------------------------------------------------------------------------------

_COMPARED = frozenset(
    {
        *("id", "type", "resultDescription", "resultType", "achievedLevel", "status", "value", "allowedValue"),
        *("requiredLevel", "requiredValue", "valueMin", "valueMax", "activityStartDate", "activityEndDate"),
    }
)
"""Fields whose texts some rule holds against other texts of the document."""
_BY_CONSISTENCY: Mapping[str, Callable[[str], bool]] = {
    "identityHash": lambda text: HASHED_IDENTITY.fullmatch(text) is not None,
    "statusListCredential": is_absolute_iri,
    "statusListIndex": lambda text: text.isascii() and text.isdigit() and len(text) <= LONGEST_INDEX,
}


@cache
def text_rule(field: str) -> Callable[[str], bool] | None:
    """Return what tells of a text in ``field`` that no rule here finds anything about it, in whatever document it stands.

    For whoever judges many documents that differ in a few texts only, none of them empty. False means no more than that the rules
    must be asked; None that they must be asked whatever the text is.
    """
    if field in _BY_CONSISTENCY:
        return _BY_CONSISTENCY[field]
    kinds = {known.fields[field].kind for known in CLASSES.values() if field in known.fields}
    checks = [kind.holds for kind in kinds if kind is not None]
    if field in _COMPARED or not checks or len(checks) != len(kinds):
        return None
    return checks[0] if len(checks) == 1 else lambda text: all(check(text) for check in checks)
