"""What a European digital credential must hold: the rules its meaning hangs on, and those of the application profile.

``faults`` are the few rules without which nothing can be said about it; ``gaps`` hold every object in it against the profile
(:mod:`cairn.credentials.elm.profile`), and look at durations that can hardly be meant: ``P60M`` is sixty months.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from cairn.credentials.elm.moments import moment
from cairn.credentials.elm.profile import PROFILE, Rule
from cairn.credentials.elm.words import is_language_map
from cairn.credentials.form import Fault
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.texts import visible

CONTEXTS = ("http://data.europa.eu/snb/model/context/edc", "https://data.europa.eu/snb/model/context/edc")
"""How the addresses of the vocabulary's versions begin."""
MAX_GAPS = 50
"""Broken rules of the profile that are told of; more help nobody."""
MAX_OBJECTS = 20_000
MOMENTS = ("validFrom", "validUntil", "expirationDate", "issuanceDate", "issued")
_DURATION = re.compile(
    r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?\Z", re.ASCII
)
_CALENDAR = re.compile(r"-?P(?:\d+[YMW])+\Z", re.ASCII)
_WORK = frozenset({"volumeOfLearning", "workload"})


def faults(document: Mapping[str, Any]) -> list[Fault]:
    """Return the broken rules that the meaning of the credential hangs on, in the order of the document."""
    return list(_faults(document))


def gaps(document: Mapping[str, Any]) -> list[Fault]:
    """Return what the application profile requires and is missing or of another kind, the first :data:`MAX_GAPS` of it."""
    return list(islice(_gaps(document), MAX_GAPS))


def is_duration(value: object) -> bool:
    """Tell whether ``value`` is a duration as ISO 8601 and xsd:duration write it, such as ``PT60H``."""
    return isinstance(value, str) and len(value) <= 64 and _DURATION.match(value) is not None


def _faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    contexts = [one for one in as_list(document.get("@context")) if isinstance(one, str)]
    if not any(one.startswith(CONTEXTS) for one in contexts):
        yield Fault("bad_context", "@context", "It does not name the vocabulary of European digital credentials.")
    if "VerifiableCredential" not in as_list(document.get("type")):
        yield Fault("bad_type", "type", "The type must say VerifiableCredential.")
    if "id" in document and not is_absolute_iri(document["id"]):
        yield Fault("bad_id", "id", "The credential's id must be a full address, such as urn:uuid:… or https://….")
    issuer = document.get("issuer")
    if not is_absolute_iri(issuer.get("id") if isinstance(issuer, Mapping) else issuer):
        yield Fault("bad_issuer", "issuer", "The issuer must be one organisation, named by a full address.")
    subject = document.get("credentialSubject")
    if not isinstance(subject, Mapping) or not subject:
        yield Fault("bad_subject", "credentialSubject", "A European digital credential is about exactly one person.")
    # An end or a beginning that cannot be read must never count as no end.
    for name in MOMENTS:
        if name in document and moment(document[name]) is None:
            yield Fault("bad_moment", name, f"{name} must be a moment, such as 2026-03-01T00:00:00Z.")
    begin = moment(document.get("validFrom"))
    ends = [
        end for end in (moment(document.get("validUntil")), moment(document.get("expirationDate"))) if end is not None
    ]
    if begin is not None and any(end < begin for end in ends):
        yield Fault("bad_period", "validUntil", "It would end before it begins.")


def _gaps(document: Mapping[str, Any]) -> Iterator[Fault]:
    classes = _classes(document)
    issuer = document.get("issuer")
    for where, node in _objects(document):
        for name in _types(node):
            for term, rule in PROFILE.get(name, {}).items():
                place = f"{where}.{term}" if where else term
                yield from _held(node, term, rule, place, classes)
    if isinstance(issuer, Mapping) and len(as_list(issuer.get("eIDASIdentifier"))) != 1:
        yield Fault(
            "missing",
            "issuer.eIDASIdentifier",
            "The issuer's legal identifier (eIDASIdentifier) is required and missing.",
        )


def _held(
    node: Mapping[str, Any], term: str, rule: Rule, place: str, classes: Mapping[str, frozenset[str]]
) -> Iterator[Fault]:
    values = [one for one in as_list(node.get(term)) if one not in ("", {}, [])]
    if len(values) < rule.least:
        yield Fault("missing", place, f"{place} is required and missing.")
    if rule.most is not None and len(values) > rule.most:
        yield Fault("too_many", place, f"{place} may stand only once, and stands {len(values)} times.")
    for value in values:
        if rule.literal is not None:
            yield from _literal(value, rule.literal, term, place)
        elif not _is_one_of(value, rule.classes, classes):
            yield Fault("bad_value", place, f"{place} must be of the kind {' or '.join(sorted(rule.classes))}.")


def _literal(value: object, kind: str, term: str, place: str) -> Iterator[Fault]:
    if kind == "text" and not is_language_map(value):
        yield Fault("bad_text", place, f'{place} must say in which language it is, as in {{"en": "…"}}.')
    elif kind == "moment":
        if moment(value) is None:
            yield Fault("bad_moment", place, f"{place} must be a moment, such as 2026-03-01T00:00:00Z.")
        elif moment(value, zone_needed=True) is None:
            yield Fault("moment_without_zone", place, f"{place} does not say its time zone; it is read as UTC.")
    elif kind == "duration":
        if not is_duration(value):
            yield Fault("bad_duration", place, f"{place} must be a duration, such as PT60H for 60 hours.")
        elif term in _WORK and isinstance(value, str) and _CALENDAR.match(value):
            yield Fault(
                "unlikely_duration",
                place,
                f"{place} is “{value}”, which counts years, months or weeks; 60 hours are PT60H, 60 minutes PT60M.",
            )
    elif (kind in ("string", "address") and not isinstance(value, str)) or (
        kind == "boolean" and not isinstance(value, bool)
    ):
        yield Fault("bad_value", place, f"{place} is not of the kind {kind}.")


def _is_one_of(value: object, wanted: frozenset[str], classes: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether an object, or what an address in the same document stands for, is of a wanted class; the unknown may be."""
    if isinstance(value, str):
        found = classes.get(value, frozenset())
    elif isinstance(value, Mapping):
        named = value.get("id")
        found = frozenset(_types(value)) or (classes.get(named, frozenset()) if isinstance(named, str) else frozenset())
        if not found and not (isinstance(named, str) and len(value) == 1):
            return False
    else:
        return False
    return not found or bool(found & wanted)


def _objects(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every object with its place, the outer ones first, at most :data:`MAX_OBJECTS`."""
    layer: list[tuple[str, Mapping[str, Any]]] = [("", document)]
    seen = 0
    while layer:
        below: list[tuple[str, Mapping[str, Any]]] = []
        for where, node in layer:
            seen += 1
            if seen > MAX_OBJECTS:
                return
            yield where, node
            for key, value in node.items():
                name = visible(key[:80])
                place = f"{where}.{name}" if where else name
                if isinstance(value, Mapping):
                    below.append((place, value))
                elif isinstance(value, list):
                    below += [(f"{place}[{index}]", one) for index, one in enumerate(value) if isinstance(one, Mapping)]
        layer = below


def _classes(document: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {
        node["id"]: frozenset(_types(node))
        for _, node in _objects(document)
        if isinstance(node.get("id"), str) and _types(node)
    }


def _types(node: Mapping[str, Any]) -> list[str]:
    return [name for name in as_list(node.get("type")) if isinstance(name, str)]
