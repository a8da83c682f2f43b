"""The schemas that a credential says it follows (``credentialSchema``).

Nothing is fetched: what a schema's address serves today is not what was signed. The published schemas of Open Badges 3.0 and CLR 2.0
say what our own rules for their classes say (:func:`cairn.credentials.datamodel.rules.gaps_of`), so these are asked. Any other schema is
mentioned as not checked: neither held against the credential nor passed over.

Sources: VC Data Model 2.0 section 4.11; VC JSON Schema 1.0; Open Badges 3.0 and CLR 2.0, "JSON Schema".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cairn.credentials.datamodel.rules import ACHIEVEMENT_TYPES
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.model import Credential
from cairn.credentials.texts import visible
from cairn.credentials.verdict import Finding, Outcome

MAX_SCHEMAS = 8
KINDS = frozenset({"1EdTechJsonSchemaValidator2019", "JsonSchema", "JsonSchemaValidator2018"})
"""Types of ``credentialSchema`` that name a JSON Schema by its address."""
_PUBLISHED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "ob/v3p0": {
        "achievementcredential": ACHIEVEMENT_TYPES,
        "anyachievementcredential": ACHIEVEMENT_TYPES,
        "endorsementcredential": frozenset({"EndorsementCredential"}),
        "anyendorsementcredential": frozenset({"EndorsementCredential"}),
    },
    "clr/v2p0": {
        "clrcredential": frozenset({"ClrCredential"}),
        "achievementcredential": ACHIEVEMENT_TYPES,
        "endorsementcredential": frozenset({"EndorsementCredential"}),
    },
}
SCHEMAS: Mapping[str, frozenset[str]] = {
    f"https://purl.imsglobal.org/spec/{standard}/schema/{folder}/{standard.replace('/', '_')}_{name}_schema.json": types
    for standard, names in _PUBLISHED.items()
    for name, types in names.items()
    for folder in ("json", "json-ld")
}
"""Address of a published schema → the types of credential it is for; one of them must be said."""


_FOLLOWED = Finding("shape", Outcome.PASS, "schema_followed", "It follows the schema it names.")


def check_schemas(credential: Credential) -> Iterator[Finding]:
    """Yield a finding for each schema that an authentic credential names."""
    entries = objects(as_list(credential.reading.get("credentialSchema")))
    if len(entries) > MAX_SCHEMAS:
        yield _remark("schema_not_checked", f"It names more than {MAX_SCHEMAS} schemas; none was checked.")
        return
    for entry in entries:
        address, kinds = entry.get("id"), as_list(entry.get("type"))
        named = visible(str(address))[:200]
        wanted = SCHEMAS.get(address) if isinstance(address, str) else None
        if wanted is None or not any(kind in KINDS for kind in kinds if isinstance(kind, str)):
            yield _remark(
                "schema_not_checked",
                f"It says that it follows a schema we do not know, so that was not checked: {named}",
            )
        elif wanted.isdisjoint(credential.types):
            yield _remark(
                "schema_not_followed", f"It says that it follows a schema for another kind of credential: {named}"
            )
        elif gaps := credential.gaps:
            yield _remark("schema_not_followed", f"It does not follow the schema it names. {gaps[0].message}")
        else:
            yield _FOLLOWED


def _remark(code: str, message: str) -> Finding:
    return Finding("shape", Outcome.WARN, code, message)
