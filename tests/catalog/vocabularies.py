"""Which class has which term, as far as exports use them: facts looked up in machine-readable copies, by which exports are held.

CTDL: the classes with which the Credential Registry's own publishing service writes (``src/RA.Models/JsonV2`` of
github.com/CredentialEngine/Registry_Assistant: Credential, LearningOpportunityProfile, ConditionProfile, CostProfile, CostManifest,
DurationProfile, ValueProfile, IdentifierValue, Place, CredentialAlignmentObject, Agent, AggregateDataProfile, MonetaryAmount,
QuantitativeValue, and of ``QData`` DataProfile, DataSetProfile and DataSetTimeFrame). schema.org: the types that the package schema-dts
2.1.0 is made of, each with the terms of the types above it.
"""

from __future__ import annotations

_LEARNING = (
    "aggregateData audienceLevelType availabilityListing availableAt availableOnlineAt commonCosts ctid deliveryType description "
    "entryCondition "
    "estimatedCost estimatedDuration hasPart identifier inLanguage instructionalProgramType isAdvancedStandingFor isPartOf "
    "isPreparationFor keyword lifeCycleStatusType name offeredBy ownedBy requires subjectWebpage teaches versionIdentifier"
)
_CREDENTIAL = (
    "aggregateData audienceLevelType availabilityListing availableAt availableOnlineAt commonCosts credentialStatusType ctid description "
    "estimatedCost estimatedDuration hasPart identifier inLanguage instructionalProgramType isAdvancedStandingFor isPartOf "
    "isPreparationFor keyword learningDeliveryType name offeredBy ownedBy renewalFrequency requires subjectWebpage versionIdentifier"
)
CTDL = {
    **dict.fromkeys(("Credential", "DigitalBadge", "Certificate", "Certification"), _CREDENTIAL),
    "LearningProgram": _LEARNING,
    "AggregateDataProfile": (
        "currency dateEffective description expirationDate highEarnings jobsObtained lowEarnings medianEarnings name numberAwarded "
        "postReceiptMonths qdata:relevantDataSet source"
    ),
    "ConditionProfile": "alternativeCondition assertedBy condition creditValue description name targetCompetency targetCredential",
    "CostManifest": "costDetails costManifestOf ctid description endDate estimatedCost name startDate",
    "CostProfile": "condition costDetails currency description directCostType endDate name price startDate",
    "CredentialAlignmentObject": "codedNotation framework frameworkName targetNode targetNodeDescription targetNodeName",
    "qdata:DataProfile": "qdata:dataAvailable qdata:earningsAmount qdata:earningsDefinition qdata:earningsDistribution",
    "qdata:DataSetProfile": "ctid description name qdata:dataSetTimePeriod schema:about source",
    "qdata:DataSetTimeFrame": "endDate qdata:dataAttributes startDate",
    "schema:MonetaryAmount": "schema:currency schema:description schema:maxValue schema:minValue schema:value",
    "schema:MonetaryAmountDistribution": (
        "qdata:median qdata:percentile10 qdata:percentile25 qdata:percentile75 qdata:percentile90 schema:currency"
    ),
    "schema:QuantitativeValue": "qdata:percentage schema:value",
    "CredentialOrganization": "address ctid identifier name subjectWebpage",
    "DurationProfile": "description exactDuration maximumDuration minimumDuration timeRequired",
    "IdentifierValue": "identifierTypeName identifierValueCode",
    "Place": "addressCountry addressLocality addressRegion streetAddress",
    "ValueProfile": "creditLevelType creditUnitType schema:description schema:maxValue schema:minValue schema:value subject",
}
"""Terms without prefix are CTDL's own; of a ValueProfile those of figures and words are schema.org's."""
SCHEMA_ORG = {
    "AlignmentObject": "alignmentType targetName targetUrl",
    "Course": (
        "courseCode coursePrerequisites description educationalCredentialAwarded educationalLevel hasCourseInstance identifier inLanguage "
        "keywords name numberOfCredits offers provider teaches timeRequired url"
    ),
    "CourseInstance": "courseMode courseWorkload endDate inLanguage location maximumAttendeeCapacity startDate url",
    "DefinedTerm": "inDefinedTermSet name termCode url",
    "DefinedTermSet": "name",
    "EducationalOccupationalCredential": (
        "competencyRequired credentialCategory description educationalLevel identifier inLanguage keywords name publisher url validFor "
        "version"
    ),
    "EducationalOccupationalProgram": (
        "applicationDeadline description educationalCredentialAwarded educationalProgramMode endDate identifier maximumEnrollment name "
        "numberOfCredits offers programPrerequisites provider salaryUponCompletion startDate timeToComplete url"
    ),
    "MonetaryAmountDistribution": "currency description duration median name percentile10 percentile25 percentile75 percentile90",
    "Offer": "category description itemOffered name price priceCurrency url validFrom validThrough",
    "Organization": "address name url",
    "Place": "address",
    "PostalAddress": "addressCountry addressLocality addressRegion streetAddress",
    "PropertyValue": "propertyID value",
    "QuantitativeValue": "unitText value",
}
