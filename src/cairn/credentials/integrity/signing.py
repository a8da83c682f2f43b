"""Making proofs: the options are fixed, the suite makes the bytes, the signer signs.

1. The suite is one we know, and takes the signer's kind of key.
2. A proof that follows others (a chain) is made over the document together with exactly those; each of them must be there, once.
3. The options come first, the proof value last. What the options say is signed as well.

What may be signed at all is for the caller to say: :func:`cairn.credentials.issue` and :mod:`cairn.credentials.presenting`.

Source: W3C Data Integrity 1.0 sections 4.2 (Add Proof) and 4.3 (Add Proof Set/Chain).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.integrity.chains import previous_of, unsecured_of
from cairn.credentials.integrity.suite import Suite
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.keys import Signer
from cairn.credentials.linkeddata.contexts import PINNED, Contexts
from cairn.credentials.moments import format_moment

DEFAULT_SUITE = "eddsa-rdfc-2022"
DEFAULT_SUITES = {"Ed25519": DEFAULT_SUITE, "P-256": "ecdsa-rdfc-2019", "P-384": "ecdsa-rdfc-2019"}
"""Which suite signs with a kind of key if nobody says."""


def suite_for(name: str | None, key_type: str) -> Suite:
    """Return the suite called ``name``, which must take keys of ``key_type``; None asks for the usual one of that kind.

    Raises ``unknown_cryptosuite`` and ``wrong_key_type``.
    """
    suite = SUITES.get(name or DEFAULT_SUITES.get(key_type, ""))
    fitting = [one.name for one in SUITES.values() if key_type in one.key_types]
    if suite is None:
        raise CredentialError(
            "unknown_cryptosuite",
            f"There is no cryptosuite “{name or key_type}” here.",
            remedy=f"Use one of {', '.join(fitting or SUITES)}.",
        )
    if key_type not in suite.key_types:
        raise CredentialError(
            "wrong_key_type",
            f"The cryptosuite {suite.name} does not sign with a key of the kind {key_type}.",
            remedy=f"Use one of {', '.join(fitting)}." if fitting else "Seal the credential as a token instead.",
        )
    return suite


def proof_options(
    suite: Suite,
    signer: Signer,
    created: datetime,
    *,
    purpose: str = "assertionMethod",
    proof_id: str | None = None,
    after: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the options of a new proof (whole seconds are kept), before the suite completes them.

    ``proof_id`` names it, so that others can follow it; ``after`` names those it follows; ``more`` is ``expires``, ``domain``,
    ``challenge`` or ``nonce``.
    """
    options = suite.options(
        {
            "created": format_moment(created.replace(microsecond=0)),
            "verificationMethod": signer.verification_method,
            "proofPurpose": purpose,
        }
    )
    if proof_id is not None:
        options["id"] = proof_id
    if after:
        options["previousProof"] = after[0] if len(after) == 1 else list(after)
    return {**options, **(more or {})}


def proof_of(
    document: Mapping[str, Any],
    suite: Suite,
    options: Mapping[str, Any],
    signer: Signer,
    *,
    contexts: Contexts = PINNED,
    mandatory: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a new proof of ``document``, which may carry others. ``mandatory``: what a selective suite must always show.

    Raises ``no_such_proof`` (it should follow one that is not there), ``bad_signature``, ``not_selective``, and what the suite raises.
    """
    if mandatory and not suite.selective:
        raise CredentialError(
            "not_selective",
            f"The cryptosuite {suite.name} always shows everything, so nothing can be made mandatory.",
            remedy="Sign with ecdsa-sd-2023, or leave the list out.",
        )
    unsecured = unsecured_of(document, previous_of(document, options), contexts)
    whole = suite.options_for(unsecured.document, dict(options))
    return {**whole, "proofValue": suite.proof_value(unsecured, whole, signer, mandatory)}
