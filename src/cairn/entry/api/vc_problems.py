"""What a verdict means in the words of the W3C: a result with problem details (VC Data Model 2.0 section 7, VC-API).

``verified`` can only say yes or no; ``verdict`` beside it says what a no means: that it is wrong, or that it could not be found out.
Each problem carries the type that the specifications name for it, and our own code, sentence and remedy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse

from cairn.credentials import Finding, Outcome
from cairn.credentials.status import SPECIFIED_ERRORS

MODEL = "https://www.w3.org/TR/vc-data-model#"
SECURITY = "https://w3id.org/security#"
STATUS = "https://www.w3.org/ns/credentials/status-list#"

OF_CODE = {
    **{code: STATUS + name for code, name in SPECIFIED_ERRORS.items()},
    "wrong_challenge": SECURITY + "INVALID_CHALLENGE_ERROR",
    "wrong_domain": SECURITY + "INVALID_DOMAIN_ERROR",
}
"""Code of a finding → type of the problem, where the check alone does not say it."""
OF_CHECK = {
    "container": MODEL + "PARSING_ERROR",
    "model": MODEL + "MALFORMED_VALUE_ERROR",
    "shape": MODEL + "MALFORMED_VALUE_ERROR",
    "proof": SECURITY + "PROOF_VERIFICATION_ERROR",
    "key": SECURITY + "PROOF_VERIFICATION_ERROR",
    "holder": SECURITY + "PROOF_VERIFICATION_ERROR",
    "part": MODEL + "CRYPTOGRAPHIC_SECURITY_ERROR",
    "status": STATUS + "STATUS_VERIFICATION_ERROR",
    "part_status": STATUS + "STATUS_VERIFICATION_ERROR",
}
"""Check of a finding → type of the problem."""
CHECKS = {
    "proof": "proof",
    "key": "proof",
    "holder": "proof",
    "status": "credentialStatus",
    "part_status": "credentialStatus",
    "period": "validityPeriod",
    "container": "dataModel",
    "model": "dataModel",
    "trust": "issuer",
    "recipient": "credentialSubject",
}
"""Check of a finding → what the VC-API calls it."""


def problem_of(finding: Finding) -> dict[str, str]:
    """Return the problem details (RFC 9457) of a finding."""
    kind = OF_CODE.get(finding.code) or OF_CHECK.get(finding.check, "about:blank")
    detail = f"{finding.message} {finding.remedy}".strip()
    return {"type": kind, "title": finding.message, "detail": detail, "code": finding.code, "check": finding.check}


def result(verdict: str, findings: Iterable[Finding], more: Mapping[str, Any]) -> HttpResponse:
    """Return the VC-API's verification result: 200 where it is verified, else 400 with the errors."""
    found = list(findings)
    verified = verdict == "verified"
    against = (Outcome.FAIL, Outcome.UNKNOWN)
    decisive = [
        finding for finding in found if finding.outcome in against and finding.check not in ("trust", "part_trust")
    ]
    errors = [] if verified else [problem_of(finding) for finding in decisive]
    warned = [finding for finding in found if finding.outcome is Outcome.WARN or (verified and finding in decisive)]
    warned += [finding for finding in found if finding.outcome is Outcome.UNKNOWN and finding not in decisive]
    warnings = [problem_of(finding) for finding in warned]
    checks = list(dict.fromkeys(CHECKS[finding.check] for finding in found if finding.check in CHECKS))
    body = {
        "verified": verified,
        "verdict": verdict,
        "checks": checks,
        "warnings": warnings,
        "errors": errors,
        "problemDetails": [*errors, *warnings],
        **more,
    }
    return JsonResponse(body, status=200 if verified else 400)
