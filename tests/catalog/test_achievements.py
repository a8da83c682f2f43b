"""A version as an Open Badges 3.0 Achievement: right terms, none that a context does not define, all of it signed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from tests.catalog.factories import Team, skill

from cairn.catalog.achievements import (
    achievement_document,
    achievement_id,
    parse_achievement_id,
    result_level_id,
)
from cairn.catalog.models import DefinitionVersion
from cairn.credentials.errors import NotCovered
from cairn.credentials.linkeddata.contexts import PINNED
from cairn.credentials.linkeddata.coverage import check_coverage

pytestmark = pytest.mark.django_db

TERMS = {
    "id", "type", "name", "description", "criteria", "achievementType", "creditsAvailable", "fieldOfStudy", "humanCode", "image",
    "inLanguage", "tag", "alignment", "resultDescription", "version",
}  # fmt: skip


def full() -> DefinitionVersion:
    welding = skill("Welding")
    return Team().published(
        level=3, level_framework="eqf", credits=Decimal("1.5"), credit_scheme="ECTS", tags=["welding"],
        supervision="Supervised, identity checked", skills={welding.uri: Decimal(3)}, criteria="Weld **three** plates.",
    )  # fmt: skip


def test_the_document_has_only_terms_of_open_badges() -> None:
    document = achievement_document(full())
    assert set(document) <= TERMS
    assert document["type"] == ["Achievement"]
    assert document["achievementType"] == "Badge"
    assert document["creditsAvailable"] == 1.5
    assert document["version"] == "1"


def test_its_id_is_the_address_of_the_version_and_can_be_read_back() -> None:
    version = full()
    address = achievement_id(version)
    assert address == f"{settings.PUBLIC_URL}/achievements/{version.definition.uid}/1"
    assert achievement_document(version)["id"] == address
    assert parse_achievement_id(address) == (version.definition.uid, 1)
    for foreign in ("https://example.org/achievements/1", f"{settings.PUBLIC_URL}/achievements/x/1", address + "x", ""):
        assert parse_achievement_id(foreign) is None


def test_skills_and_the_level_are_alignments() -> None:
    alignments = achievement_document(full())["alignment"]
    assert [(one["targetName"], one["targetType"]) for one in alignments] == [
        ("Welding", "ceasn:Competency"), ("EQF level 3", "ext:EQFLevel")
    ]  # fmt: skip
    assert all(one["targetUrl"].startswith("https://") for one in alignments)


def test_the_rubric_becomes_results_with_levels_from_low_to_high() -> None:
    version = full()
    [result] = achievement_document(version)["resultDescription"]
    assert result["resultType"] == "RubricCriterionLevel"
    assert [level["name"] for level in result["rubricCriterionLevel"]] == ["Not yet", "Meets"]
    identifier, level = result_level_id(version, "reading", "meets")
    assert (result["id"], result["requiredLevel"]) == (identifier, level)
    assert level in {one["id"] for one in result["rubricCriterionLevel"]}


def test_what_open_badges_has_no_term_for_is_told_in_the_criteria() -> None:
    narrative = achievement_document(full())["criteria"]["narrative"]
    for told in ("Weld **three** plates.", "Name the symbols of a weld drawing", "12 hours", "1.5 ECTS credits", "on site", "Observed task",
                 "Supervised", "External review"):  # fmt: skip
        assert told in narrative


def test_nothing_empty_is_written() -> None:
    def leaves(value: Any) -> list[Any]:
        if isinstance(value, dict):
            return [leaf for one in value.values() for leaf in leaves(one)] or [None]
        if isinstance(value, list):
            return [leaf for one in value for leaf in leaves(one)] or [None]
        return [value]

    bare = Team().draft(outcomes=[], workload_hours=None, rubric=None, assessment_type="", participation="")
    assert not {None, ""} & set(leaves(achievement_document(bare)))


def test_recognition_is_labelled_in_the_document() -> None:
    version = Team().draft(rubric=None, assessment_type="", outcomes=[{"text": "Take part in a clean-up"}])
    document = achievement_document(version)
    assert document["tag"] == ["recognition"]
    assert "recognises taking part" in document["criteria"]["narrative"]


@pytest.mark.parametrize(
    ("kind", "told"), [("certificate", "Certificate"), ("programme", "LearningProgram"), ("industry", "Certification")]
)
def test_the_four_types_have_their_open_badges_names(kind: str, told: str) -> None:
    assert achievement_document(Team().draft(type=kind))["achievementType"] == told


def test_all_of_it_would_be_under_a_signature() -> None:
    """The signer refuses words that no context defines; a document with one shows that the check is awake."""
    credential = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:0b2d6ac7-2f5b-4f57-9f77-0c1d8fd1a0aa",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "https://example.org/o/harbour", "type": ["Profile"], "name": "Harbour College"},
        "validFrom": "2026-03-01T12:00:00Z",
        "credentialSubject": {
            "id": "did:example:ada",
            "type": ["AchievementSubject"],
            "achievement": achievement_document(full()),
        },
    }
    assert check_coverage(credential, PINNED)
    credential["credentialSubject"]["achievement"]["workloadHours"] = "12"  # type: ignore[index] # a plain document
    with pytest.raises(NotCovered):
        check_coverage(credential, PINNED)
