"""ELM in XML: the schema for Learning Opportunities and Qualifications (LOQ, ELM 3), the one of its registers before it (QMS),
and European digital credentials before ELM 3 (EDCI).

Sources: the samples and schemas of the Commission (github.com/european-commission-empl/European-Learning-Model, ``xsd/loq`` and
``Credentials/XML Examples``) and of its registers (github.com/lheo/loms-schema). One table names what the older schemas call otherwise.
Of a credential nothing of its holder is kept, and its seal is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # the package ships no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # the package ships no types

from cairn.catalog.importing.documents import DEEPEST, MOST_VALUES, Given, Tell, text_of
from cairn.catalog.importing.elm_linked import TERMS, Linked, Node, put
from cairn.catalog.importing.elm_rdf import rdf_xml

type Index = dict[str, Mapping[str, Any]]

ROOTS = {"Courses", "qmsLearningOpportunities", "qmsQualifications", "europassCredential"}
_OTHERS = {
    "Accreditations": "the Commission's XML of accreditations",
    "SkillsPassport": "a Europass CV",
    "elmo": "EMREX ELMO, a transcript of one learner",
    "verifiablePresentation": "an EDCI presentation, the check of one credential",
    "europassPresentation": "an EDCI presentation, the check of one credential",
}
_KINDS = {
    "learningOpportunity": "LearningOpportunity",
    "learningAchievementSpecification": "LearningAchievementSpecification",
    "learningSpecification": "LearningAchievementSpecification",
    "qualification": "Qualification",
    "learningProgrammeSpecification": "LearningProgrammeSpecification",
    "learningAchievement": "LearningAchievement",
    "organisation": "Organisation",
    "organization": "Organisation",
}
_OLDER = {
    "supplementaryDoc": "supplementaryDocument", "entryRequirementsNote": "entryRequirement", "hasLocation": "location",
    "providedAt": "location", "hasAddress": "address", "country": "countryCode", "wasDerivedFrom": "provenBy",
    "wasInfluencedBy": "influencedBy", "wasAwardedBy": "awardedBy", "learningActivitySpecification": "influencedBy",
    "assessmentSpecification": "provenBy", "idVerificationMethod": "idVerification", "hasEducationLevel": "educationLevel",
    "priceDetails": "priceDetail", "specializationOf": "specialisationOf", "targetName": "prefLabel", "targetNotation": "notation",
    "hasECTSCreditPoints": "creditPoint", "hasCreditPoints": "creditPoint", "hasISCED-FCode": "ISCEDFCode",
    "entitlementSpecification": "entitlesTo", "organization": "awardingBody", "type": "dcType",
}  # fmt: skip
"""What EDCI and QMS call otherwise than ELM 3, and ``type``, which names no class in XML."""
_WRAPPERS = {"learningOutcomes", "awardingOpportunities"}
_NOTES = {"additionalNote", "entryRequirement", "scheduleInformation", "admissionProcedure", "learningOutcomeSummary"}
_PAGES = {"homepage", "supplementaryDocument"}
_HOLDERS = {"credentialSubject", "person", "proof", "Signature", "attachment", "attachments", "contactPoint", "content"}
"""Of these nothing is kept but the achievements that stand inside."""
_ECTS = {"id": "http://data.europa.eu/snb/education-credit/6fcec5c5af"}
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_LETTERS = re.compile(r"us-ascii|iso-?8859-\d{1,2}|windows-125\d|latin-?1", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml.{0,300}?\?>", re.DOTALL)
_START = re.compile(r"(?:\s|<!--.*?-->|<\?.*?\?>)*<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL)
_TONGUES = ("language", "lang", "{http://www.w3.org/XML/1998/namespace}lang")


def is_xml(given: Given) -> bool:
    """Tell whether a file is XML; a web page is none, nor is a line of RDF."""
    start = given.content[:400].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    told = (b"<html", b"<!doctype html")
    return (
        start.startswith(b"<") and not start.startswith((b"<http", b"<urn:")) and not any(one in start for one in told)
    )


def xml(given: Given, tell: Tell) -> Linked | None:
    """Return the objects of an XML file, RDF/XML included; None, told, where it is broken, hostile or something else."""
    text = _text(given, tell)
    if text is None:
        return None
    if re.search(r"<!(DOCTYPE|ENTITY)", text):
        tell(
            given.place.refused(
                "document_type",
                "It declares a document type, which is not read.",
                "Export it without one, or as JSON-LD.",
            )
        )
        return None
    start = _START.match(text[:20_000])
    if start is not None and start[1] == "RDF":
        return rdf_xml(given, text, tell)
    try:
        root = fromstring(text.encode(), forbid_dtd=True)
    except (
        ValueError,
        SyntaxError,
        RecursionError,
    ) as error:  # ParseError is a SyntaxError; defusedxml's refusals are ValueErrors
        told = "it declares a document type" if isinstance(error, DefusedXmlException) else error
        tell(given.place.refused("broken_xml", f"It is no sound XML: {told}.", "Export it again."))
        return None
    name = _local(root)
    if name not in ROOTS and name not in _KINDS:
        said = _OTHERS.get(name, f"XML that begins with <{name[:40]}>")
        tell(
            given.place.refused(
                "unknown_xml",
                f"It is {said}, not one of the kinds that can be read: LOQ, QMS and EDCI XML, and RDF/XML.",
                "Export learning opportunities or qualifications, best as JSON-LD.",
            )
        )
        return None
    if _too_deep(root):
        tell(given.place.refused("too_deep", f"It is nested too deeply (more than {DEEPEST} levels) or too large."))
        return None
    index: Index = {}
    return Linked(list(_nodes(root, index)), index)


def _text(given: Given, tell: Tell) -> str | None:
    """Return the text of an XML file, in the letters that it declares, without the declaration."""
    declared = _DECLARED.match(given.content[:400].removeprefix(b"\xef\xbb\xbf"))
    text: str | None = None
    if declared and _LETTERS.fullmatch(declared[1].decode()):
        try:
            text = given.content.decode(declared[1].decode())
        except (UnicodeDecodeError, LookupError):
            text = None
    if text is None:
        text = text_of(given, tell)
    return None if text is None else _DECLARATION.sub("", text.replace("\x00", ""), count=1)


def _too_deep(root: Any) -> bool:
    layer, depth, seen = [root], 0, 0
    while layer:
        depth += 1
        seen += len(layer)
        if depth > DEEPEST or seen > 4 * MOST_VALUES:
            return True
        layer = [below for one in layer for below in one]
    return False


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _nodes(root: Any, index: Index) -> Iterator[Node]:
    """Yield the things of a document that stand by themselves, in its order; what is inside one stays inside it."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        name = _local(element)
        if name == "europassCredential":
            issuers = [_value(one, "issuer", "", index) for one in element if _local(one) == "issuer"]
            yield {"type": "EuropassCredential", **({"issuer": issuers[0]} if issuers else {})}
        elif name in _KINDS and not element.get("idref"):
            yield _node(element, _KINDS[name], index)
            continue
        elif element.get("id") and name not in _HOLDERS:
            _node(element, "", index)
            continue
        waiting.extend(reversed(list(element)))


def _node(element: Any, kind: str, index: Index) -> Node:
    """Return an element with what is inside it as an object of ELM 3, and keep it in the index under its name."""
    node: Node = {"type": kind} if kind else {}
    name = (element.get("id") or element.get("uri") or "").strip()
    if name:
        node["id"] = name
    for one in element:
        _add(node, one, kind, index)
    if (
        kind == "Organisation"
        and "legalName" not in node
        and (known := node.get("preferredName") or node.get("prefLabel"))
    ):
        node["legalName"] = known
    began, ended = node.pop("startedAtDate", None), node.pop("endedAtDate", None)
    if began or ended:
        node.setdefault("temporal", {"startDate": str(began or "")[:10], "endDate": str(ended or "")[:10]})
    if node.get("isPartialQualification") in {"true", "false", "1", "0"}:
        node["isPartialQualification"] = node["isPartialQualification"] in {"true", "1"}
    if element.get("id"):
        index.setdefault(name, node)
    return node


def _add(node: Node, element: Any, kind: str, index: Index) -> None:
    """Put what an element says into the object that it stands in."""
    name = _local(element)
    if name in _HOLDERS:
        return
    if name in _WRAPPERS:
        for inner in element:
            put(node, _local(inner), _value(inner, _local(inner), "", index))
        return
    term = TERMS.get(name) or _OLDER.get(name, name)
    if term == "specifiedBy" and kind == "LearningOpportunity":
        term = "learningAchievementSpecification"
    value = _value(element, term, _KINDS.get(name, kind if term == "hasPart" else ""), index)
    if value not in ("", {}):
        put(node, term, value)


def _value(element: Any, term: str, kind: str, index: Index) -> Any:
    """Return what an element says: the name of another object, a text in a language, a plain text, or an object of its own."""
    if reference := element.get("idref"):
        return {"id": reference.strip()}
    text = (element.text or "").strip() if not len(element) else ""
    if text and (special := _special(element, term, text)) is not None:
        return special
    texts = [one for one in element if _local(one) == "text"]
    if texts:
        said = [{one.get("lang") or one.get("language") or "@none": _plain(one)} for one in texts]
        whole: Any = said[0] if len(said) == 1 else said
        return {"noteLiteral": whole} if term in _NOTES else whole
    tongue = next(filter(None, (element.get(one) for one in _TONGUES)), "")
    if text and tongue:
        return {tongue: text}
    if term in _PAGES and (address := element.get("uri")):
        return {"contentURL": address.strip()}
    if text and not element.get("uri"):
        return text
    return _node(element, kind, index)


def _special(element: Any, term: str, text: str) -> Any:
    """Return what EDCI and QMS write as a text with attributes, the way ELM 3 does: credit points, identifiers, amounts."""
    if term == "creditPoint":
        ects = _local(element) == "hasECTSCreditPoints" or str(element.get("schemeID", "")).endswith("/ects")
        return {"point": text, **({"framework": _ECTS} if ects else {})}
    if term == "registration" or term == "identifier" or term.endswith("Identifier"):
        scheme, spatial = element.get("schemeName") or element.get("schemeID"), (element.get("spatialID") or "").strip()
        return {
            "notation": text,
            **({"schemeName": scheme} if scheme else {}),
            **({"spatial": {"id": spatial}} if spatial else {}),
        }
    if unit := element.get("unit"):
        return {"unit": {"id": unit}, "value": text}
    return None


def _plain(element: Any) -> str:
    text = "".join(element.itertext()).strip()
    return re.sub(r"<[^>]{0,500}>", " ", text).strip() if element.get("content-type") == "text/html" else text
