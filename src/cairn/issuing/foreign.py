"""Credentials of other issuers that an award is made of, too. They are their holder's: the award keeps what tells them, not their text.

The text stays in the holder's wallet. Only while an award waits for a second person is it kept here, so that what the award rests on can
be verified once more when it is signed; then it is emptied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cairn.credentials import Credential, Outcome, Resolver, verify
from cairn.credentials.linkeddata.isolated import shared
from cairn.credentials.texts import visible
from cairn.errors import RequirementsUnmet
from cairn.issuing.models import Award, ForeignPart
from cairn.issuing.published import SiteResolver
from cairn.outside.fetching import Within

PATIENCE = 20.0
"""Seconds for which others are asked about one credential; somebody waits for the page."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A signed document that an award is made of, and what a check at the moment of awarding found.

    ``finding`` says in a sentence why it does not hold; empty where it verified at ``checked_at``.
    """

    document: str
    achievement_id: str
    name: str
    issuer_id: str
    issuer_name: str
    checked_at: datetime
    finding: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the document, hex."""
        return hashlib.sha256(self.document.encode()).hexdigest()


def check_foreign(title: str, parts: Sequence[Foreign]) -> None:
    """Raise RequirementsUnmet, naming each with its reason, where one of the parts of “title” did not verify."""
    bad = [f"{part.name} by {part.issuer_name}: {part.finding}" for part in parts if part.finding]
    if bad:
        raise RequirementsUnmet(
            f"Not every part of “{title}” by another issuer verifies now.",
            remedy="Its holder can check it again in the wallet, or bring a new copy from its issuer.",
            missing=bad,
        )


def keep_foreign(award: Award, parts: Sequence[Foreign]) -> None:
    """Keep what an award is made of beside awards of this site."""
    ForeignPart.objects.bulk_create(
        ForeignPart(
            award=award, achievement_id=part.achievement_id, name=part.name[:300], issuer_id=part.issuer_id,
            issuer_name=part.issuer_name[:300], digest=part.digest, checked_at=part.checked_at, document=part.document,
        )
        for part in {part.digest: part for part in parts}.values()
    )  # fmt: skip


def check_again(award: Award, at: datetime, world: Resolver | None) -> None:
    """Verify anew what a waiting award is made of from elsewhere. Raises RequirementsUnmet with each that does not hold now."""
    checked = []
    for part in award.foreign_parts.exclude(document=""):
        verdict = verify(
            part.document,
            at=at,
            resolve=SiteResolver(None if world is None else Within(world, seconds=PATIENCE)),
            isolated=shared(),
        )
        good = verdict.authentic is Outcome.PASS and verdict.current is Outcome.PASS
        said = next((one.message for one in verdict.findings if one.outcome in (Outcome.FAIL, Outcome.UNKNOWN)), "")
        finding = "" if good else visible(said) or "It does not verify."
        checked.append(
            Foreign(part.document, part.achievement_id, part.name, part.issuer_id, part.issuer_name, at, finding)
        )
    check_foreign(award.version.title, checked)
    award.foreign_parts.exclude(document="").update(checked_at=at)


def embedded(part: ForeignPart, document: str) -> Credential | None:
    """The document as a child of a learner record; None where it is another one, or CLR 2.0 has no place for its form.

    A record holds verifiable credentials of either data model, and tokens in an envelope (CLR 2.0, ClrSubject). An older badge, an
    EDCI credential or an SD-JWT VC is none: it can only be named.
    """
    if hashlib.sha256(document.encode()).hexdigest() != part.digest:
        return None
    credential = Credential.parse(document)
    return credential if credential.form.name in EMBEDDED else None


EMBEDDED = frozenset({"vc-2.0", "vc-1.1"})
"""Names of the forms of credential that a learner record can hold whole."""
