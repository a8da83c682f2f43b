"""Schemas that a credential names: those of the standards are checked by our own rules, others are mentioned; none is fetched."""

from __future__ import annotations

from typing import Any

import pytest
from tests.credentials.forging import signed_anyway
from tests.credentials.world import NOW, Issuer

from cairn.credentials import Verdict, verify
from cairn.credentials.datamodel.schemas import MAX_SCHEMAS, SCHEMAS
from cairn.credentials.linkeddata.contexts import OB_EXTENSIONS

OB = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
KINDS = ("1EdTechJsonSchemaValidator2019", "JsonSchema")


def judged(issuer: Issuer, schema: Any, **changes: Any) -> Verdict:
    document = {**issuer.document(), "credentialSchema": schema, **changes}
    assert OB_EXTENSIONS in document["@context"]
    verdict = verify(signed_anyway(document, issuer.signer), at=NOW, resolve=issuer.world)
    assert (verdict.verdict, verdict.authentic) == ("verified", "pass"), verdict.findings
    assert not any("schema" in url for url in issuer.world.asked), "no schema is fetched"
    return verdict


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings if finding.code.startswith("schema_")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_of_the_standard_is_checked_by_our_own_rules(issuer: Issuer, kind: str) -> None:
    assert codes(judged(issuer, [{"id": OB, "type": kind}])) == ["schema_followed"]
    assert codes(judged(issuer, {"id": OB, "type": kind}, name="Another name")) == ["schema_followed"]
    assert codes(judged(issuer, [{"id": OB, "type": kind}], evidence=[{"id": "https://example.org/e"}])) == [
        "schema_not_followed"
    ]


def test_the_published_addresses_are_known() -> None:
    spec = "https://purl.imsglobal.org/spec"
    assert {
        f"{spec}/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json",
        f"{spec}/ob/v3p0/schema/json-ld/ob_v3p0_anyachievementcredential_schema.json",
        f"{spec}/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json",
        OB,
    } <= set(SCHEMAS)


def test_a_schema_for_another_kind_of_credential_is_remarked(issuer: Issuer) -> None:
    other = next(url for url in SCHEMAS if "endorsement" in url)
    assert codes(judged(issuer, [{"id": other, "type": "JsonSchema"}])) == ["schema_not_followed"]


@pytest.mark.parametrize(
    "schema",
    [
        {"id": "https://example.org/schema.json", "type": "JsonSchema"},
        {"id": f"{OB}?version=2", "type": "JsonSchema"},
        {"id": OB, "type": "JsonSchemaCredential"},
        {"id": OB.replace("https:", "http:"), "type": "JsonSchema"},
    ],
)
def test_any_other_schema_is_mentioned_as_not_checked(issuer: Issuer, schema: Any) -> None:
    verdict = judged(issuer, [schema])
    assert codes(verdict) == ["schema_not_checked"]
    assert any(schema["id"] in finding.message for finding in verdict.findings)


def test_each_of_several_schemas_gets_its_answer_up_to_a_limit(issuer: Issuer) -> None:
    own = {"id": "https://example.org/schema.json", "type": "JsonSchema"}
    assert codes(judged(issuer, [{"id": OB, "type": "JsonSchema"}, own])) == ["schema_followed", "schema_not_checked"]
    many = [{"id": f"https://example.org/{number}", "type": "JsonSchema"} for number in range(MAX_SCHEMAS + 1)]
    assert codes(judged(issuer, many)) == ["schema_not_checked"]
