"""What a European digital credential claims about its owner, as achievements, results and credits of Open Badges 3.0."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from cairn.credentials.elm.graph import Graph, said, text_of, types_of
from cairn.credentials.elm.moments import moment
from cairn.credentials.elm.words import ESCO, ESCO_SKILLS, OB_TYPES, SNB, best, in_order, language_of, spoken
from cairn.credentials.moments import format_moment

MAX_CLAIMS = 100
EQF = "European Qualifications Framework"
_KEPT = ("volumeOfLearning", "maximumDuration", "isPartialQualification")
_TOLD = ("mode", "learningSetting", "idVerification", "dcType")


class Claims:
    """Reads the claims of one document, in the given order of languages."""

    def __init__(self, graph: Graph, languages: list[str]) -> None:
        self._graph = graph
        self._languages = languages

    def achievements(self, person: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return each claim as an Achievement."""
        return [made for claim in self._claims(person) if (made := self._achievement(claim))]

    def results(self, person: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the grade of each assessment as a Result, pointing at the ResultDescription in its achievement."""
        made = []
        for claim in self._claims(person):
            for place, assessment in enumerate(self._assessments(claim)):
                value = self._best(self._graph.one(assessment, "grade").get("noteLiteral"))
                status = self._label(self._graph.one(assessment, "gradeStatus"))
                made.append(
                    said(
                        {
                            "type": ["Result"],
                            "resultDescription": self._description_id(claim, assessment, place),
                            "value": value,
                            "status": {"pass": "Completed", "fail": "Failed"}.get(str(status).lower()),
                        }
                    )
                )
        return [one for one in made if "value" in one or "status" in one]

    def credits_earned(self, person: Mapping[str, Any]) -> float | None:
        """Return the credit points received, if they are all of one framework."""
        found = [point for claim in self._claims(person) for point in self._graph.many(claim, "creditReceived")]
        frameworks = {self._graph.address(point, "framework") for point in found}
        numbers = [number for point in found if (number := _number(point.get("point"))) is not None]
        return sum(numbers) if numbers and len(frameworks) == 1 and len(numbers) == len(found) else None

    def awarded(self, person: Mapping[str, Any]) -> datetime | None:
        """Return when the first claim was awarded, if it says so."""
        dates = [moment(self._graph.one(claim, "awardedBy").get("awardingDate")) for claim in self._claims(person)]
        return next((date for date in dates if date is not None), None)

    def period(self, person: Mapping[str, Any]) -> dict[str, str]:
        """Return when the learning of the first claim that says so began and ended, as Open Badges names it."""
        for claim in self._claims(person):
            for one in (claim, *self._graph.many(claim, "influencedBy")):
                time = self._graph.one(one, "temporal")
                dates = {
                    "activityStartDate": moment(time.get("startDate")),
                    "activityEndDate": moment(time.get("endDate")),
                }
                if any(dates.values()):
                    return {name: format_moment(date) for name, date in dates.items() if date is not None}
        return {}

    def _claims(self, person: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return self._graph.many(person, "hasClaim")[:MAX_CLAIMS]

    def _achievement(self, claim: Mapping[str, Any]) -> dict[str, Any]:
        specification = self._graph.one(claim, "specifiedBy")
        body = self._graph.one(claim, "awardedBy", "awardingBody")
        points = [
            number
            for point in self._graph.many(specification, "creditPoint")
            if (number := _number(point.get("point"))) is not None
        ]
        made = {
            "id": specification.get("id") or claim.get("id"),
            "type": ["Achievement"],
            "name": self._spoken(claim.get("title")) or self._spoken(specification.get("title")),
            "description": self._spoken(claim.get("description")) or self._spoken(specification.get("description")),
            "criteria": said({
                "id": text_of(self._graph.one(specification, "homepage"), "contentURL"),
                "narrative": self._narrative(specification),
            }),
            "alignment": list(self._alignments(specification)),
            "creditsAvailable": points[0] if len(points) == 1 else None,
            "creator": said({
                "id": body.get("id"), "type": ["Profile"], "name": self._spoken(body.get("legalName")),
            }) if body else None,
            "fieldOfStudy": self._label(self._graph.one(specification, "thematicArea"))
            or self._label(self._graph.one(specification, "educationSubject")),
            "inLanguage": language_of(self._graph.address(specification, "language")),
            "resultDescription": [self._description(claim, one, place) for place, one in enumerate(self._assessments(claim))],
            "tag": [text for _, text in in_order(specification.get("category"), self._languages)],
            "related": [
                {"id": part["id"], "type": ["Related"]}
                for part in self._graph.many(claim, "hasPart") if isinstance(part.get("id"), str)
            ],
            "prerequisite": self._spoken(self._graph.one(specification, "entryRequirement").get("noteLiteral")),
            **{name: specification[name] for name in _KEPT if isinstance(specification.get(name), str | bool)},
            **{name: self._label(self._graph.one(specification, name)) for name in _TOLD},
            **self._open_badges(specification),
            "claimType": next(iter(types_of(claim)), None),
        }  # fmt: skip
        return said(made)

    def _open_badges(self, specification: Mapping[str, Any]) -> dict[str, Any]:
        """What an Open Badge brought along that the European model only has general words for."""
        kind, codes = self._graph.one(specification, "dcType"), self._graph.many(specification, "identifier")
        is_ours = self._graph.address(kind, "inScheme") == OB_TYPES
        code = next((text_of(one, "notation") for one in codes if one.get("schemeName") == "humanCode"), None)
        return {"humanCode": code, **({"achievementType": self._label(kind), "dcType": None} if is_ours else {})}

    def _narrative(self, specification: Mapping[str, Any]) -> Any:
        """The summary of the learning outcomes, or else their titles, one on each line."""
        summary = self._spoken(self._graph.one(specification, "learningOutcomeSummary").get("noteLiteral"))
        titles = [self._best(one.get("title")) for one in self._graph.many(specification, "learningOutcome")]
        return summary or "\n".join(f"- {title}" for title in titles if title) or None

    def _alignments(self, specification: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for outcome in self._graph.many(specification, "learningOutcome"):
            for term in ("relatedESCOSkill", "relatedSkill"):
                for skill in self._graph.many(outcome, term):
                    yield from self._alignment(skill, "ceasn:Competency")
        for term, kind in (("eqfLevel", "ext:EQFLevel"), ("nqfLevel", "ext:NQFLevel")):
            for level in self._graph.many(specification, term):
                yield from self._alignment(level, kind)

    def _alignment(self, concept: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
        address = concept.get("id")
        if not isinstance(address, str):
            return
        scheme = self._graph.one(concept, "inScheme")
        framework = self._best(scheme.get("prefLabel")) or scheme.get("id")
        if address.startswith(ESCO) or scheme.get("id") == ESCO_SKILLS:
            framework = "ESCO"
        elif address.startswith(f"{SNB}eqf/"):
            framework = EQF
        notation = text_of(concept, "notation")
        yield said({
            "type": ["Alignment"],
            "targetName": self._best(concept.get("prefLabel")) or address,
            "targetUrl": address,
            "targetFramework": framework if isinstance(framework, str) else None,
            "targetDescription": self._best(concept.get("definition")),
            # The Commission's own documents write the name of the list where its code should stand.
            "targetCode": notation if notation != "Skill" else None,
            "targetType": kind,
        })  # fmt: skip

    def _assessments(self, claim: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        own = [claim] if "LearningAssessment" in types_of(claim) else []
        return own + self._graph.many(claim, "provenBy")[:MAX_CLAIMS]

    def _description_id(self, claim: Mapping[str, Any], assessment: Mapping[str, Any], place: int) -> str:
        own = self._graph.address(assessment, "specifiedBy") or assessment.get("id")
        return own if isinstance(own, str) else f"{claim.get('id', 'urn:claim')}#assessment-{place + 1}"

    def _description(self, claim: Mapping[str, Any], assessment: Mapping[str, Any], place: int) -> dict[str, Any]:
        specification = self._graph.one(assessment, "specifiedBy")
        return said({
            "id": self._description_id(claim, assessment, place),
            "type": ["ResultDescription"],
            "name": self._spoken(assessment.get("title")) or self._spoken(specification.get("title")),
            "resultType": "Result",
            "assessmentType": self._label(self._graph.one(specification, "dcType")),
            "mode": self._label(self._graph.one(specification, "mode")),
            "idVerification": self._label(self._graph.one(assessment, "idVerification")),
        })  # fmt: skip

    def _label(self, concept: Mapping[str, Any]) -> str | None:
        address = concept.get("id")
        return self._best(concept.get("prefLabel")) or (address if isinstance(address, str) else None)

    def _best(self, value: object) -> str | None:
        return best(value, self._languages)

    def _spoken(self, value: object) -> Any:
        return spoken(value, self._languages)


def _number(value: object) -> float | None:
    """A number, or a text that holds one, as ELM writes credit points."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
