"""The words of CTDL that say something about stacking, and the few of ours beside them.

Source: the Credential Transparency Description Language (credreg.net/ctdl/terms) and the proposal for pathway conditions and constraints
(CredentialEngine/Schema-Development, PathwaysConditionsAndConstraints).
"""

from __future__ import annotations

CONTEXT = "https://credreg.net/ctdl/schema/context/json"
CAIRN = "urn:cairn:stacking:"
"""Where the extension's own words live: `cairn:requirement`, `cairn:grade`, `cairn:source`."""
REQUIREMENT = "cairn:requirement"

PREFIXES = {
    "ceterms": ("https://purl.org/ctdl/terms/", "http://purl.org/ctdl/terms/"),
    "ceasn": ("https://purl.org/ctdlasn/terms/", "http://purl.org/ctdlasn/terms/"),
    "asn": ("http://purl.org/ASN/schema/core/", "https://purl.org/ASN/schema/core/"),
    "schema": ("https://schema.org/", "http://schema.org/"),
    "logic": ("https://purl.org/ctdl/vocabs/logic/", "http://purl.org/ctdl/vocabs/logic/"),
    "compare": ("https://purl.org/ctdl/vocabs/compare/", "http://purl.org/ctdl/vocabs/compare/"),
    "array": ("https://purl.org/ctdl/vocabs/array/", "http://purl.org/ctdl/vocabs/array/"),
    "cairn": (CAIRN,),
}
"""The vocabularies that are read, by the prefix they are written with."""

PATHWAY, PATHWAY_SET, CONDITION, CONSTRAINT = "Pathway", "PathwaySet", "ComponentCondition", "Constraint"

GROUPS = ("BasicComponent", "SelectionComponent")
"""Components that stand for nothing that is awarded, as long as they are a stand-in for nothing: they hold others together."""
COMPETENCY = "CompetencyComponent"
AWARDED = (
    "CredentialComponent", "CourseComponent", "AssessmentComponent", "JobComponent", "WorkExperienceComponent",
    "ExtracurricularComponent", "CocurricularComponent", "MultiComponent", "CollectionComponent",
)  # fmt: skip
COMPONENTS = (*AWARDED, *GROUPS, COMPETENCY)

STRUCTURE = frozenset({
    "hasPathway", "hasDestinationComponent", "isDestinationComponentOf", "hasPart", "isPartOf", "hasChild", "isChildOf", "isTopChildOf",
    "hasCondition", "targetComponent", "hasConstraint", "requiredNumber", "requiredConstraints", "logicalOperator", "comparator",
    "leftSource", "leftAction", "rightSource", "rightAction", "precedes", "precededBy", "prerequisite", "proxyFor", "sourceData",
    "name", "componentDesignation", "creditValue", "pointValue",
})  # fmt: skip
"""What is read; the last four as facts about a component."""

DESCRIPTIVE = frozenset({
    "ctid", "description", "alternateName", "subjectWebpage", "keyword", "subject", "ownedBy", "offeredBy", "identifier",
    "codedNotation", "componentCategory", "credentialType", "image", "inLanguage", "occupationType", "industryType",
    "instructionalProgramType", "hasProgressionModel", "hasProgressionLevel", "hasSupportService", "lifeCycleStatusType",
    "versionCode", "versionIdentifier", "latestVersion", "previousVersion", "nextVersion", "programTerm",
    "hasPrimaryPathway", "dateModified", "dateCreated", "publishedBy", "expirationDate", "dateEffective", "hasProxy",
    "recognizedBy", "availableOnlineAt", "hasWorkforceDemand", "sameAs", "asOfDate", "isProxyFor", "isicV4", "naics",
    "ONET_Codes", "CIP_Codes", "alternativeOccupationType", "alternativeIndustryType", "broadAlignment", "exactAlignment",
    "narrowAlignment", "majorAlignment", "minorAlignment", "abilityEmbodied", "knowledgeEmbodied", "skillEmbodied",
    "taskEmbodied",
})  # fmt: skip
"""What describes and asks for nothing: it changes no rule, and nothing is said about it."""

DESIGNATIONS = {"capstone": "capstone", "project": "project"}
"""`componentDesignation` → the role of an award in the whole."""


def local(name: str) -> str | None:
    """The word without its vocabulary: `ceterms:name`, `name`, `:name` and the full address are all `name`; None for other vocabularies."""
    if "://" in name or name.startswith(CAIRN):
        for prefix, addresses in PREFIXES.items():
            for address in addresses:
                if name.startswith(address):
                    rest = name[len(address) :]
                    return f"cairn:{rest}" if prefix == "cairn" else rest
        return None
    prefix, colon, rest = name.rpartition(":")
    if not colon or prefix in ("", "_"):
        return rest
    if prefix == "cairn":
        return name
    return rest if prefix in PREFIXES else None


def concept(value: str) -> str:
    """The name of a concept of a vocabulary, in small letters: `logic:And`, `https://…/logic/And`, `AND` and `isAnd` are all `and`."""
    found = value.rstrip("/").replace("#", "/").replace(":", "/").rpartition("/")[2]
    if found[:2] == "is" and found[2:3].isupper():
        found = found[2:]
    return found.casefold()
