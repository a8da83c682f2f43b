"""Genuine credentials to start from, one of each kind that is read, and the world in which they verify."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.credentials.world import AWARDED, Issuer, MemoryResolver

from cairn.credentials import Credential, bake, clr_credential, endorsement_credential, issue

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>'


@dataclass(frozen=True)
class Seed:
    """A credential as it is handed over: JSON, a token, or a file with one inside."""

    name: str
    data: bytes

    @property
    def is_json(self) -> bool:
        return self.data.startswith(b"{")

    @property
    def is_token(self) -> bool:
        return self.data.startswith(b"eyJ")


def seeds() -> tuple[list[Seed], MemoryResolver]:
    """Return the seeds, each of which verifies, and the resolver they verify with."""
    world = MemoryResolver()
    issuer = Issuer(world)
    badge = issuer.award()
    found: dict[str, Credential] = {
        "badge": badge,
        "badge-jcs": issuer.award(suite="eddsa-jcs-2022"),
        "endorsement": issue(
            endorsement_credential(
                id="urn:uuid:2c3b5d1e-0000-4000-8000-000000000001",
                issuer=issuer.profile,
                endorsed_id=f"{issuer.site}/achievements/42",
                comment="We hire people who hold this.",
                name="Endorsement",
                valid_from=AWARDED,
            ),
            issuer.signer,
            created=AWARDED,
        ),
        "record": issue(
            clr_credential(
                id="urn:uuid:2c3b5d1e-0000-4000-8000-000000000002",
                issuer=issuer.profile,
                subject={"identifier": badge.subject["identifier"]},
                credentials=[badge, issuer.award(id="urn:uuid:2c3b5d1e-0000-4000-8000-000000000003")],
                name="Record",
                valid_from=AWARDED,
                associations=[("https://badges.example.org/achievements/42", "isPartOf", "https://badges.example.org/achievements/7")],
            ),
            issuer.signer,
            created=AWARDED,
        ),
    }  # fmt: skip
    made = [Seed(name, credential.text.encode()) for name, credential in found.items()]
    made.append(Seed("badge-svg", bake(SVG, badge)))
    return made, world


def document_of(seed: Seed) -> object:
    """Return the JSON value of a seed that is JSON."""
    return json.loads(seed.data)
