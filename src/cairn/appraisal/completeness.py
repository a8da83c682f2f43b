"""How much of what a micro-credential should say is said: EU Council Recommendation 2022/C 243/02, Annex I.

Eleven elements are mandatory, five optional. Two of the mandatory ones (who learnt, when it was issued) stand in each award rather than
in the description of the credential; they count as stated where the awarding system always writes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Description:
    """What is said about a credential. Empty text, an empty tuple and None all mean "not stated"."""

    title: str = ""
    countries: tuple[str, ...] = ()
    awarding_bodies: tuple[str, ...] = ()
    identifies_learner: bool | None = None
    states_date: bool | None = None
    outcomes: tuple[str, ...] = ()
    workload_hours: Decimal | None = None
    credits: Decimal | None = None
    level: str = ""
    assessment: str = ""
    participation: str = ""
    quality_assurance: str = ""
    prerequisites: str = ""
    supervision: str = ""
    grade: str = ""
    stackability: str = ""
    further_information: str = ""


@dataclass(frozen=True)
class Element:
    """One element of Annex I: ``key`` as it is numbered there (1 to 11, a to e), and what to write where it is missing."""

    key: str
    name: str
    mandatory: bool
    write: str
    stated: Callable[[Description], bool]


ELEMENTS: tuple[Element, ...] = (
    Element("1", "Identification of the learner", True, "Award it with a system that names the learner in every award.",
            lambda given: bool(given.identifies_learner)),
    Element("2", "Title of the micro-credential", True, "Give it a title that says what the learner can do.",
            lambda given: bool(given.title.strip())),
    Element("3", "Country or region of the issuer", True, "Write the country of the awarding body, like NL or US.",
            lambda given: any(given.countries)),
    Element("4", "Awarding body", True, "Name the organisation that signs the award, which may differ from who teaches.",
            lambda given: any(given.awarding_bodies)),
    Element("5", "Date of issuing", True, "Award it with a system that dates every award.",
            lambda given: bool(given.states_date)),
    Element("6", "Learning outcomes", True, "Write what the learner can do afterwards, one observable sentence each.",
            lambda given: any(outcome.strip() for outcome in given.outcomes)),
    Element("7", "Notional workload", True, "Write the hours a typical learner needs, assessment included, and credits if any.",
            lambda given: given.workload_hours is not None or given.credits is not None),
    Element("8", "Level of the learning experience", True, "Write the level in a framework, like EQF 5; say so if none applies.",
            lambda given: bool(given.level.strip())),
    Element("9", "Type of assessment", True, "Write how it is assessed: examination, project, portfolio, observed task.",
            lambda given: bool(given.assessment.strip())),
    Element("10", "Form of participation", True, "Write whether it is online, on site or both.",
            lambda given: bool(given.participation.strip())),
    Element("11", "Type of quality assurance", True, "Write who looks after quality and how: accreditation, review, procedures.",
            lambda given: bool(given.quality_assurance.strip())),
    Element("a", "Prerequisites to enrol", False, "Write what a learner needs beforehand; “none” is an answer.",
            lambda given: bool(given.prerequisites.strip())),
    Element("b", "Supervision and identity check", False, "Write whether assessment is supervised and the learner's identity checked.",
            lambda given: bool(given.supervision.strip())),
    Element("c", "Grade achieved", False, "Write which grade or level an award states; “none” is an answer.",
            lambda given: bool(given.grade.strip())),
    Element("d", "Stackability", False, "Write whether it stands alone or counts towards something larger, and towards what.",
            lambda given: bool(given.stackability.strip())),
    Element("e", "Further information", False, "Write where a learner can read more.",
            lambda given: bool(given.further_information.strip())),
)  # fmt: skip
"""Annex I, in its order."""


@dataclass(frozen=True)
class Completeness:
    """Which elements are stated and which are missing."""

    stated: tuple[Element, ...]
    missing: tuple[Element, ...]

    @property
    def score(self) -> int:
        """How many of the eleven mandatory elements are stated."""
        return sum(element.mandatory for element in self.stated)

    @property
    def of(self) -> int:
        """Eleven."""
        return sum(element.mandatory for element in (*self.stated, *self.missing))

    @property
    def missing_mandatory(self) -> tuple[Element, ...]:
        """What is missing of the eleven."""
        return tuple(element for element in self.missing if element.mandatory)

    @property
    def missing_optional(self) -> tuple[Element, ...]:
        """What is missing of the five."""
        return tuple(element for element in self.missing if not element.mandatory)


def completeness(description: Description) -> Completeness:
    """Say which elements of Annex I a description states, and what to write for those that it does not."""
    return Completeness(
        stated=tuple(element for element in ELEMENTS if element.stated(description)),
        missing=tuple(element for element in ELEMENTS if not element.stated(description)),
    )
