"""What the W3C data model asks of everybody who writes a credential, beyond what a reader must insist on.

A reader forgives what does not change the meaning; a writer has no excuse. :func:`breaches_of` is for documents that come from
outside and are about to be signed as they are. What our own builders make keeps these rules by itself.

Source: Verifiable Credentials Data Model 2.0, the sections named at each rule; Bitstring Status List 1.0 section 2.1.
A document of version 1.1 is held to the same, and to its issuanceDate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.datamodel.rules import faults_of
from cairn.credentials.form import Fault
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.statusentry import BadEntry, read_entry
from cairn.credentials.vc1 import VC_1

TYPED = ("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence")
"""Properties whose every value is an object with a type (section 4.5, the table of types)."""
_LANGUAGE_VALUE = {"@value", "@language", "@direction"}
MOST_RELATED = 20


def breaches_of(document: Mapping[str, Any]) -> list[Fault]:
    """Return every broken rule of the data model that the document names (2.0, or 1.1), the ones meaning hangs on first."""
    return [*(VC_1.faults(document) if VC_1.recognises(document) else faults_of(document)), *_breaches(document)]


def _breaches(document: Mapping[str, Any]) -> Iterator[Fault]:
    # 4.3 and 4.5: contexts and types.
    if not isinstance(document.get("@context"), list):
        yield Fault("bad_context", "@context", "The vocabularies (@context) must be a list.")
    for index, name in enumerate(as_list(document.get("type"))):
        if not isinstance(name, str) or not name:
            yield Fault("bad_type", f"type[{index}]", "A type must be a word or a full address.")
    # 4.6: names and descriptions, of the credential and of its issuer.
    for place, node in (("", document), ("issuer.", document.get("issuer"))):
        if isinstance(node, Mapping):
            for name in ("name", "description"):
                if name in node and not _is_text(node[name]):
                    yield Fault(
                        "bad_text", f"{place}{name}", f"{place}{name} must be a text, or texts with a language."
                    )
    # 4.8: one identifier for each subject.
    for where, subject in _entries(document, "credentialSubject"):
        if isinstance(subject, Mapping) and "id" in subject and not is_absolute_iri(subject["id"]):
            yield Fault("bad_id", f"{where}.id", f"{where}.id must be one full address.")
    # 4.10, 4.11, 5.4, 5.5, 5.6: whatever says what kind of thing it is.
    for name in TYPED:
        yield from _typed(document, name)
    # 4.11: a schema is found by its id.
    for where, entry in _entries(document, "credentialSchema"):
        if isinstance(entry, Mapping) and not is_absolute_iri(entry.get("id")):
            yield Fault("bad_schema", f"{where}.id", "A schema must be named by a full address (id).")
    for where, entry in _entries(document, "credentialStatus"):
        if isinstance(entry, Mapping) and "BitstringStatusListEntry" in as_list(entry.get("type")):
            try:
                read_entry(entry)
            except BadEntry as bad:
                yield Fault("bad_status_entry", where, str(bad))
    yield from _related(document)


def _typed(document: Mapping[str, Any], name: str) -> Iterator[Fault]:
    for where, entry in _entries(document, name):
        if not isinstance(entry, Mapping):
            yield Fault("bad_entry", where, f"{where} must be an object.")
            continue
        types = as_list(entry.get("type"))
        if not types or not all(isinstance(kind, str) and kind for kind in types):
            yield Fault("missing_type", f"{where}.type", f"{where} must say what kind it is (type).")
        if "id" in entry and not is_absolute_iri(entry["id"]):
            yield Fault("bad_id", f"{where}.id", f"{where}.id must be one full address.")


def _related(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Section 5.3: resources with their digests, each named once."""
    seen: set[str] = set()
    entries = list(_entries(document, "relatedResource"))
    if len(entries) > MOST_RELATED:
        yield Fault("too_many", "relatedResource", f"More than {MOST_RELATED} related resources are not signed here.")
        return
    for where, entry in entries:
        if not isinstance(entry, Mapping):
            yield Fault("bad_related_resource", where, f"{where} must be an object.")
            continue
        url = entry.get("id")
        if not isinstance(url, str) or not is_absolute_iri(url):
            yield Fault("bad_related_resource", f"{where}.id", "A related resource must be named by a full address.")
        elif url in seen:
            yield Fault("bad_related_resource", f"{where}.id", f"{url} is named twice.")
        else:
            seen.add(url)
        if not any(isinstance(entry.get(name), str) for name in ("digestSRI", "digestMultibase")):
            yield Fault("bad_related_resource", where, "A related resource must carry a digest of its content.")


def _entries(document: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    if name not in document:
        return
    values = as_list(document[name])
    for index, value in enumerate(values):
        yield (name if len(values) == 1 else f"{name}[{index}]"), value


def _is_text(value: object) -> bool:
    """Section 11.1: a text, one with a language and perhaps a direction, or several of these."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, str | Mapping) and _is_text(one) for one in value)
    if isinstance(value, Mapping):
        return (
            isinstance(value.get("@value"), str)
            and set(value) <= _LANGUAGE_VALUE
            and isinstance(value.get("@language", ""), str)
            and value.get("@direction", "ltr") in ("ltr", "rtl")
        )
    return isinstance(value, str)
