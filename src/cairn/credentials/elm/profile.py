"""The application profile of European digital credentials as a table: what each class of the European Learning Model must and may hold.

Facts from the profile's shapes (EDC-generic-no-cv, version 1.1.0 of 2023-06-05, part of ELM 3; CC BY 4.0), written in the terms of
its JSON-LD context. In each entry ``!`` means exactly one, ``+`` at least one, ``?`` at most one, nothing any number; behind the
colon stands what the value must be: a class, or a kind of literal.
"""

from __future__ import annotations

from dataclasses import dataclass

LITERALS = frozenset({"text", "moment", "duration", "string", "number", "boolean", "address", "any"})
FAMILIES: dict[str, frozenset[str]] = {
    "Agent": frozenset({"Agent", "Person", "Organisation"}),
    "Identifier": frozenset({"Identifier", "LegalIdentifier"}),
    "Claim": frozenset(
        {"LearningAchievement", "LearningActivity", "LearningAssessment", "LearningEntitlement", "Claim"}
    ),
    "Specified": frozenset({"LearningAchievementSpecification", "Qualification"}),
}
"""Names in the table that stand for several classes."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How often a term may stand in an object of a class, and what its values must be (a literal kind, or classes)."""

    least: int
    most: int | None
    literal: str | None
    classes: frozenset[str]


_CLAIM = (
    "title+:text description:text identifier:Identifier additionalNote:Note supplementaryDocument:WebResource "
    "awardedBy!:AwardingProcess "
)
_SPECIFICATION = (
    "title+:text description:text identifier:Identifier additionalNote:Note supplementaryDocument:WebResource homepage:WebResource "
    "altLabel:text category:text language:Concept status?:string "
)
_ACHIEVEMENT = (
    _SPECIFICATION
    + "dcType:Concept volumeOfLearning?:duration mode:Concept learningOutcomeSummary?:Note thematicArea:Concept "
    "educationSubject:Concept creditPoint:CreditPoint educationLevel:Concept learningSetting?:Concept maximumDuration?:duration "
    "targetGroup:Concept entryRequirement?:Note learningOutcome:LearningOutcome influencedBy:LearningActivitySpecification "
    "provenBy:LearningAssessmentSpecification entitlesTo:LearningEntitlementSpecification awardingOpportunity:AwardingOpportunity "
)
_IDENTIFIER = (
    "notation!:any schemeName?:string schemeVersion?:string schemeId?:address dateIssued?:moment dcType:Concept "
)

_TABLE = {
    "EuropeanDigitalCredential": (
        "identifier:Identifier credentialProfiles+:Concept attachment:MediaObject displayParameter!:DisplayParameter issuer!:Agent "
        "credentialSubject!:Agent issuanceDate?:moment issued!:moment validFrom!:moment expirationDate?:moment validUntil?:moment "
        "evidence:Evidence credentialStatus?:any credentialSchema+:ShaclValidator2017 holder:Agent"
    ),
    "DisplayParameter": (
        "title+:text description:text primaryLanguage!:Concept language+:Concept summaryDisplay?:string "
        "individualDisplay+:IndividualDisplay"
    ),
    "IndividualDisplay": "language!:Concept displayDetail+:DisplayDetail",
    "DisplayDetail": "image!:MediaObject page!:number",
    "MediaObject": (
        "title:text description:text contentType!:Concept attachmentType?:Concept contentEncoding!:Concept contentSize?:number "
        "content!:string contentURL?:address"
    ),
    "Evidence": "dcType!:Concept evidenceStatement?:string evidenceTarget?:Agent embeddedEvidence:MediaObject accreditation?:Accreditation",
    "Person": (
        "identifier:Identifier location?:Location nationalID?:LegalIdentifier fullName?:text givenName?:text familyName?:text "
        "birthName:text patronymicName:text memberOf:Organisation dateOfBirth?:moment placeOfBirth?:Location gender?:Concept "
        "citizenshipCountry:Concept contactPoint:ContactPoint groupMemberOf:Group hasCredential:EuropeanDigitalCredential "
        "hasClaim+:Claim"
    ),
    "Organisation": (
        "identifier:Identifier altLabel:text dcType:Concept homepage:WebResource additionalNote:Note location+:Location "
        "accreditation:Accreditation eIDASIdentifier?:LegalIdentifier registration?:LegalIdentifier legalName+:text "
        "vatIdentifier:LegalIdentifier taxIdentifier:LegalIdentifier logo?:MediaObject hasSubOrganization:Organisation "
        "subOrganizationOf?:Organisation groupMemberOf:Group contactPoint:ContactPoint"
    ),
    "Agent": "identifier:Identifier altLabel:text prefLabel:text location:Location additionalNote:Note contactPoint:ContactPoint",
    "Group": "prefLabel+:text altLabel:text dcType:Concept additionalNote:Note location:Location contactPoint:ContactPoint member:Agent",
    "Identifier": _IDENTIFIER,
    "LegalIdentifier": _IDENTIFIER + "spatial!:Concept",
    "Location": "identifier:Identifier description:text address+:Address geographicName:text spatialCode:Concept",
    "Address": "identifier:Identifier fullAddress?:Note countryCode!:Concept",
    "ContactPoint": "additionalNote:Note description:text address:Address phone:Phone emailAddress:Mailbox contactForm:WebResource",
    "Phone": "phoneNumber?:string countryDialing?:string areaDialing?:string dialNumber?:string",
    "Note": "noteLiteral+:text subject?:Concept noteFormat?:Concept",
    "WebResource": "title:text language?:Concept contentURL!:address",
    "Concept": "prefLabel:text notation?:any definition:text",
    "PeriodOfTime": "prefLabel:text startDate?:moment endDate?:moment",
    "AwardingProcess": (
        "description:text identifier:Identifier location?:Location additionalNote:Note used:LearningAssessment awards:Claim "
        "awardingBody+:Agent educationalSystemNote?:Concept awardingDate?:moment"
    ),
    "AwardingOpportunity": (
        "identifier:Identifier location?:Location temporal?:PeriodOfTime awardingBody+:Agent learningAchievementSpecification?:Specified"
    ),
    "Claim": _CLAIM + "dcType+:Concept",
    "LearningAchievement": (
        _CLAIM
        + "dcType:Concept learningOpportunity?:LearningOpportunity creditReceived:CreditPoint provenBy:LearningAssessment "
        "influencedBy:LearningActivity entitlesTo:LearningEntitlement specifiedBy?:Specified hasPart:LearningAchievement "
        "isPartOf:LearningAchievement"
    ),
    "LearningActivity": (
        _CLAIM
        + "dcType:Concept temporal:PeriodOfTime location:Location learningOpportunity?:LearningOpportunity workload?:duration "
        "directedBy:Agent influences:LearningAchievement specifiedBy?:LearningActivitySpecification hasPart:LearningActivity "
        "isPartOf:LearningActivity levelOfCompletion?:number"
    ),
    "LearningAssessment": (
        _CLAIM
        + "dcType:Concept dateIssued?:moment location?:Location grade!:Note gradeStatus?:Concept shortenedGrading?:ShortenedGrading "
        "resultDistribution?:ResultDistribution idVerification?:Concept assessedBy:Agent proves?:LearningAchievement "
        "hasPart:LearningAssessment isPartOf:LearningAssessment specifiedBy?:LearningAssessmentSpecification"
    ),
    "LearningEntitlement": (
        _CLAIM
        + "dcType?:Concept dateIssued?:moment expiryDate?:moment entitledBy:LearningAchievement hasPart:LearningEntitlement "
        "isPartOf:LearningEntitlement specifiedBy?:LearningEntitlementSpecification"
    ),
    "LearningAchievementSpecification": _ACHIEVEMENT + "hasPart:Specified isPartOf:Specified",
    "Qualification": (
        _ACHIEVEMENT
        + "hasPart:Qualification isPartOf:Qualification isPartialQualification?:boolean eqfLevel?:Concept nqfLevel:Concept "
        "accreditation:Accreditation qualificationCode:Concept"
    ),
    "LearningActivitySpecification": (
        _SPECIFICATION
        + "dcType:Concept volumeOfLearning?:duration contactHour:string mode:Concept influences:Specified "
        "hasPart:LearningActivitySpecification isPartOf:LearningActivitySpecification"
    ),
    "LearningAssessmentSpecification": (
        _SPECIFICATION + "dcType?:Concept mode:Concept gradingScheme?:GradingScheme proves:Specified "
        "hasPart:LearningAssessmentSpecification isPartOf:LearningAssessmentSpecification"
    ),
    "LearningEntitlementSpecification": (
        _SPECIFICATION
        + "dcType!:Concept entitlementStatus!:Concept limitOrganisation:Organisation limitJurisdiction:Concept "
        "limitOccupation:Concept limitNationalOccupation:Concept entitledBy:Specified"
    ),
    "LearningOutcome": (
        "title+:text dcType?:Concept identifier:Identifier additionalNote:Note reusabilityLevel?:Concept relatedSkill:Concept "
        "relatedESCOSkill:Concept"
    ),
    "LearningOpportunity": (
        "identifier:Identifier title+:text description:text dcType:Concept additionalNote:Note homepage:WebResource temporal?:PeriodOfTime "
        "duration?:duration mode:Concept learningSchedule?:Concept scheduleInformation?:Note admissionProcedure?:Note "
        "priceDetail:PriceDetail providedBy+:Organisation grant:Grant location:Location learningAchievementSpecification?:Specified "
        "learningActivitySpecification?:LearningActivitySpecification bannerImage?:MediaObject applicationDeadline:moment "
        "defaultLanguage?:Concept status?:string"
    ),
    "CreditPoint": "framework!:Concept point!:any",
    "GradingScheme": "title+:text description:text identifier:Identifier supplementaryDocument:WebResource",
    "ShortenedGrading": "percentageLower!:number percentageEqual!:number percentageHigher!:number",
    "ResultDistribution": "description:text resultCategory:ResultCategory",
    "ResultCategory": "label!:string score?:string minimumScore?:string maximumScore?:string count!:number",
    "Accreditation": (
        "identifier:Identifier title+:text description:text dcType!:Concept decision?:Concept report?:WebResource "
        "organisation:Organisation limitQualification?:Qualification limitField:Concept limitEQFLevel:Concept "
        "limitJurisdiction:Concept limitCredentialType:Concept accreditingAgent!:Organisation dateIssued?:moment reviewDate?:moment "
        "expiryDate?:moment landingPage:WebResource status?:string"
    ),
    "Grant": "title+:text description:text dcType?:Concept supplementaryDocument:WebResource contentURL?:address",
    "PriceDetail": "identifier:Identifier prefLabel:text description:text additionalNote:Note amount?:Amount",
    "Amount": "unit!:Concept value!:any",
    "VerificationCheck": "dcType!:Concept description:text verificationStatus!:Concept elmSubject!:EuropeanDigitalCredential",
}

_COUNTS: dict[str, tuple[int, int | None]] = {"!": (1, 1), "+": (1, None), "?": (0, 1)}


def _rule(entry: str) -> tuple[str, Rule]:
    name, _, kind = entry.partition(":")
    least, most = _COUNTS.get(name[-1], (0, None))
    rule = Rule(
        least,
        most,
        kind if kind in LITERALS else None,
        frozenset() if kind in LITERALS else FAMILIES.get(kind, frozenset({kind})),
    )
    return name.rstrip("!+?"), rule


PROFILE: dict[str, dict[str, Rule]] = {
    name: dict(_rule(entry) for entry in entries.split()) for name, entries in _TABLE.items()
}
"""Class → term → rule."""
