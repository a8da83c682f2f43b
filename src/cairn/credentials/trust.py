"""Whether the issuer is known to a registry the caller trusts: step 6 of verification.

A proof shows who signed, not who that is: anyone may call themselves anything. So a registry is asked, about the moment of the award and
about credentials of this kind; what it does not know is a warning and no failure.

Source: Verifiable Credentials Data Model 2.0, “Trust Model”: whom to trust is for the verifier to say.
"""

from __future__ import annotations

from cairn.credentials.datamodel.rules import ACHIEVEMENT_TYPES
from cairn.credentials.model import Credential
from cairn.credentials.question import Question
from cairn.credentials.resolving import CouldNotFetch, KnownIssuer
from cairn.credentials.texts import visible
from cairn.credentials.verdict import Finding, Outcome


def check_trust(credential: Credential, question: Question) -> tuple[Finding, KnownIssuer | None]:
    """Return what the registry says, and who the issuer is by its name there, if it is known for this at that moment."""
    # What is hosted carries no signature: its issuer's site vouches for it.
    what = "The signature is" if credential.proofs or credential.envelope is not None else "It is"
    named = visible(str(credential.issuer_id))[:200]
    who = (credential.issuer_name or named)[:200]
    if question.trust is None:
        return Finding("trust", Outcome.UNKNOWN, "no_registry", f"Nobody was asked whether {who} is known."), None
    moment = credential.awarded_date or credential.valid_from or question.at
    try:
        known = question.trust.known(str(credential.issuer_id), moment)
    except CouldNotFetch as unreachable:
        return (
            Finding(
                "trust",
                Outcome.UNKNOWN,
                "registry_unreachable",
                f"We could not look up the issuer ({unreachable.reason}).",
                "Try again later.",
            ),
            None,
        )
    if known is None:
        return (
            Finding(
                "trust",
                Outcome.WARN,
                "issuer_unknown",
                f"{what} genuine, but no register we use knows this issuer ({named}). "
                f"Anyone may call themselves “{who}”.",
                "Find out yourself whether this identifier belongs to whom you think it does, for instance on the issuer's website.",
            ),
            None,
        )
    if not known.held(moment):
        finding = Finding(
            "trust",
            Outcome.WARN,
            "issuer_not_known_then",
            f"{known.source} knows {known.name}{_span(known)}, and this was awarded on {moment:%d %B %Y}.",
            "Find out yourself what the issuer was allowed to award at that time.",
        )
        return finding, None
    if not known.speaks_for(_kinds(credential)):
        finding = Finding(
            "trust",
            Outcome.WARN,
            "issuer_not_known_for_this",
            f"{known.source} knows {known.name}, but not for credentials of this kind.",
            "Find out yourself whether the issuer may award it.",
        )
        return finding, None
    return Finding(
        "trust", Outcome.PASS, "issuer_known", f"The issuer is {known.name}, according to {known.source}."
    ), known


def _span(known: KnownIssuer) -> str:
    since = f" from {known.since:%d %B %Y}" if known.since else ""
    return since + (f" until {known.until:%d %B %Y}" if known.until else "")


def _kinds(credential: Credential) -> list[str]:
    """The types of the credential, under both names that an Open Badge may carry, and of the achievement in it."""
    types = {*credential.types}
    if types & ACHIEVEMENT_TYPES:
        types |= ACHIEVEMENT_TYPES
    kind = (credential.achievement or {}).get("achievementType")
    return [*types, kind] if isinstance(kind, str) else [*types]
