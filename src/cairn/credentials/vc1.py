"""Verifiable Credentials 1.1, in which Open Badges 3.0 and CLR 2.0 were issued from 2022 to 2024.

It says ``issuanceDate`` and ``expirationDate`` where version 2.0 says ``validFrom`` and ``validUntil``; everything else reads the same. Its
vocabulary knew the later words already, so a credential may carry both: then the later beginning and the earlier end hold.

Source: W3C Verifiable Credentials Data Model 1.1, sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.datamodel.rules import faults_of, gaps_of, text_rule
from cairn.credentials.form import Fault, Form
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.pins import VC_V1, VC_V2
from cairn.credentials.moments import parse_moment

BEGINNINGS = ("issuanceDate", "validFrom")
ENDS = ("expirationDate", "validUntil")


def recognises(document: Mapping[str, Any]) -> bool:
    """Tell whether ``document`` is a credential that names the vocabulary of version 1, and not that of version 2 before it."""
    contexts = as_list(document.get("@context"))
    return VC_V1 in contexts and contexts[0] != VC_V2 and "VerifiableCredential" in as_list(document.get("type"))


def _faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    if as_list(document.get("@context"))[:1] != [VC_V1]:
        yield Fault("bad_context", "@context", "The first vocabulary must be that of Verifiable Credentials.")
    if "issuanceDate" not in document:
        yield Fault("missing", "issuanceDate", "issuanceDate is required and missing.")
    # An end or a beginning that cannot be read must never count as no end.
    for name in (*BEGINNINGS, *ENDS):
        if name in document and parse_moment(document[name]) is None:
            yield Fault("bad_moment", name, f"{name} must be a moment with a time zone, such as 2023-03-01T00:00:00Z.")
    for begin in BEGINNINGS:
        for end in ENDS:
            starts, ends = parse_moment(document.get(begin)), parse_moment(document.get(end))
            if starts is not None and ends is not None and ends < starts:
                yield Fault("bad_period", end, "It would end before it begins.")
    # All other rules are those of version 2.
    rest = {name: one for name, one in document.items() if name not in (*BEGINNINGS, *ENDS)}
    yield from faults_of({**rest, "@context": [VC_V2]})


def faults(document: Mapping[str, Any]) -> list[Fault]:
    """Return the broken rules of the Verifiable Credentials Data Model 1.1 (section 4)."""
    return list(_faults(document))


def reading(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the same credential in the words of version 2.0."""
    read: dict[str, Any] = {}
    begin, end = _of(document, BEGINNINGS, later=True), _of(document, ENDS, later=False)
    for name, value in document.items():
        if name in BEGINNINGS:
            read["validFrom"] = begin
        elif name in ENDS:
            read["validUntil"] = end
        else:
            read[name] = value
    return read


def _of(document: Mapping[str, Any], names: tuple[str, str], *, later: bool) -> Any:
    """The later or the earlier of two moments; one that cannot be read goes before all others, so that nobody takes it for none."""
    given = [document[name] for name in names if name in document]
    moments = [parse_moment(one) for one in given]
    for value, moment in zip(given, moments, strict=True):
        if moment is None:
            return value
    if len(given) == 2 and moments[0] is not None and moments[1] is not None:
        return given[(moments[1] > moments[0]) is later]
    return given[0] if given else None


def gaps(document: Mapping[str, Any]) -> list[Fault]:
    """Return what Open Badges 3.0 or CLR 2.0 requires of this type of credential and is missing."""
    return gaps_of(reading(document))


VC_1 = Form("vc-1.1", "Verifiable Credentials 1.1", recognises, faults, gaps, reading, text_rule)
