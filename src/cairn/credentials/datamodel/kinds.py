"""What a single value of a credential must look like: kinds of values, each with a sentence for what is not of it.

Sources: Open Badges 3.0 and CLR 2.0, "Data Models" and "Enumerations"; their own words for extending an enumeration begin with ``ext:``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.moments import parse_moment


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: ``holds`` tells, ``sentence`` ends the sentence “name must be …”."""

    sentence: str
    holds: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_text_in_languages(value: Any) -> bool:
    """A text, or texts that say their language (VC Data Model 2.0 section 11.1)."""
    return isinstance(value, str) or (bool(value) and all(_is_language_value(one) for one in as_list(value)))


def _is_language_value(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("@value"), str)
        and all(key in ("@value", "@language", "@direction") and isinstance(one, str) for key, one in value.items())
    )


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and value >= 0


def _is_coordinate(value: Any) -> bool:
    return type(value) in (int, float) and -180 <= value <= 180


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or not _DATE.match(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
TEXT = Kind("a text", _is_text)
TEXTS = Kind("a text, or texts with their language", _is_text_in_languages)
URI = Kind("a full address, such as https://… or urn:uuid:…", is_absolute_iri)
MOMENT = Kind("a moment with a time zone, such as 2026-03-01T00:00:00Z", lambda value: parse_moment(value) is not None)
DATE = Kind("a date, such as 2006-05-04", _is_date)
NUMBER = Kind("a number from 0", _is_number)
COORDINATE = Kind("a number of degrees", _is_coordinate)
WHOLE = Kind("a whole number from 0", lambda value: type(value) is int and value >= 0)
YES_OR_NO = Kind("true or false", lambda value: isinstance(value, bool))
LANGUAGE = Kind("a language code, such as en or en-GB", _matches(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"))
E_MAIL = Kind("an e-mail address", _matches(r"[^@\s]+@[^@\s]+\.[^@\s]+"))
TOKEN = Kind("a signed token (JWS) in its compact form", _matches(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"))
DIGEST = Kind(
    "a digest, such as sha256-… or u…", _matches(r"sha(256|384|512)-[A-Za-z0-9+/]+={0,2}|[a-zA-Z][A-Za-z0-9+/_-]+")
)
ENCODED_LIST = Kind("packed bits, marked by u", _matches(r"u[A-Za-z0-9_-]+"))
HASHED_IDENTITY = re.compile(r"sha256\$[0-9a-fA-F]{64}|md5\$[0-9a-fA-F]{32}", re.ASCII)
"""Open Badges 3.0, IdentityHash: the algorithm, a dollar sign, the hash in hexadecimal digits."""


def _one_of(words: str, *, extensible: bool) -> Kind:
    known = frozenset(words.split())
    extension = re.compile(r"ext:[A-Za-z0-9._|-]+", re.ASCII)

    def holds(value: Any) -> bool:
        return isinstance(value, str) and (value in known or (extensible and extension.fullmatch(value) is not None))

    return Kind("one of the standard's words" + (", or one of your own after ext:" if extensible else ""), holds)


ACHIEVEMENT_TYPE = _one_of(
    "Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award Badge BachelorDegree Certificate "
    "CertificateOfCompletion Certification CommunityService Competency Course CoCurricular Degree Diploma DoctoralDegree "
    "Fieldwork GeneralEducationDevelopment JourneymanCertificate LearningProgram License Membership ProfessionalDoctorate "
    "QualityAssuranceCredential MasterCertificate MasterDegree MicroCredential ResearchDoctorate SecondarySchoolDiploma",
    extensible=True,
)
TARGET_TYPE = _one_of(
    "ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL", extensible=True
)
RESULT_TYPE = _one_of(
    "GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result RubricCriterion "
    "RubricCriterionLevel RubricScore ScaledScore Status",
    extensible=True,
)
RESULT_STATUS = _one_of("Completed Enrolled Failed InProgress OnHold Provisional Withdrew", extensible=False)
IDENTIFIER_TYPE = _one_of(
    "name sourcedId systemId productId userName accountId emailAddress nationalIdentityNumber isbn issn lisSourcedId "
    "oneRosterSourcedId sisSourcedId ltiContextId ltiDeploymentId ltiToolId ltiPlatformId ltiUserId identifier",
    extensible=True,
)
ASSOCIATION_TYPE = _one_of(
    "exactMatchOf isChildOf isParentOf isPartOf isPeerOf isRelatedTo precedes replacedBy", extensible=False
)
