"""What became of the signatures of credentials that a catalogue was read from: checked by the credential core, and told, never passed over.

Only a definition is taken from a signed credential, so a signature decides nothing here; but whoever reads the report must know whether
the words were those of the issuer. Nothing is fetched during an import: a key that stands at a web address stays unchecked, and is
told so; ``cairn verify`` asks for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cairn.catalog.importing.documents import Tell
from cairn.catalog.importing.records import Place
from cairn.credentials import CouldNotFetch, Fetched, Outcome, Verdict, verify
from cairn.credentials.errors import CredentialError, NotSupported

MOST = 2_000
"""Signatures that are checked in one import; checking one takes a millisecond or so."""
UNSIGNED = {"no_proof", "not_sealed", "not_signed", "unsigned"}
_BY_CORE = {"container", "model", "proof", "key"}


class _Silence:
    """A world that answers nothing."""

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Raise CouldNotFetch."""
        raise CouldNotFetch("nothing is fetched during an import")


@dataclass
class Signatures:
    """Counts what the core says of each signature at the moment ``at``; a broken one is told with its place as well."""

    at: datetime
    tell: Tell
    counts: Counter[str] = field(default_factory=Counter)

    def check(self, credential: bytes | Mapping[str, Any], place: Place) -> None:
        """Check one credential: a token, or a document."""
        if sum(self.counts.values()) >= MOST:
            self.counts[f"not checked, because there are more than {MOST:,}"] += 1
            return
        try:
            verdict = verify(credential, at=self.at, resolve=_Silence())
        except (CredentialError, NotSupported, ValueError, RecursionError):
            self.counts["not checked, because it cannot be read"] += 1
            return
        self.counts[self._said(verdict, place)] += 1

    def notes(self, what: str) -> list[str]:
        """Return a line for each thing that was found; ``what`` are the credentials called, like "awards"."""
        return [f"Signatures of {what}: {number:,} {told}." for told, number in sorted(self.counts.items())]

    def _said(self, verdict: Verdict, place: Place) -> str:
        found = [one for one in verdict.findings if one.check in _BY_CORE]
        if verdict.authentic is Outcome.PASS:
            return "verified with the issuer's key"
        failed = next((one for one in found if one.outcome is Outcome.FAIL), None)
        if failed is not None and failed.code in UNSIGNED:
            return "without any: unsigned"
        if failed is not None:
            self.tell(
                place.repaired(
                    "signature_not_verified",
                    f"Its signature does not hold: {failed.message} Its definition is taken as words that nobody signed.",
                    failed.remedy,
                )
            )
            return "not verified: the signature does not hold"
        if any(one.code == "seal_holds" for one in found):
            return "with a seal that holds; whether its certificate is trusted was not checked"
        open_ = next((one for one in found if one.outcome is Outcome.UNKNOWN), None)
        if open_ is not None and open_.code.endswith("unreachable"):
            return "not checked: the key stands at a web address, and an import fetches nothing; `cairn verify` asks for it"
        return f"not checked: of a kind that cannot be checked here ({open_.code if open_ is not None else 'unknown'})"
