"""Verifying in the words of the VC-API: credentials, and presentations with challenge and domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from cairn.credentials import Finding, Outcome
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.linkeddata.contexts import VC_V2
from cairn.credentials.linkeddata.isolated import shared
from cairn.credentials.linkeddata.related import check_related
from cairn.credentials.presentations import verify_presentation
from cairn.credentials.verdict import Verdict
from cairn.entry.api.tokens import PerToken, Scoped
from cairn.entry.api.vc_api_body import an_object, body_of, described, optional_text, sent
from cairn.entry.api.vc_problems import result
from cairn.outside import clock, fetching
from cairn.outside.fetching import Within
from cairn.wallet import checking

router = Router()
_ANSWERS = {200: dict, 400: dict}


@router.post("/credentials/verify", auth=Scoped("credentials:verify"), throttle=[PerToken("6000/m")], operation_id="vc_verify",
             summary="Verify a credential", response=_ANSWERS, openapi_extra=described("verifiableCredential"))  # fmt: skip
def verify(request: HttpRequest) -> HttpResponse:
    """Verify a credential, as an object, an envelope or a token. 200 if it is verified, 400 if not; nothing is kept."""
    body = body_of(request)
    options = an_object(body, "options", optional=True)
    source = sent(body, "verifiableCredential")
    verdict = checking.check(source, at=clock.now(), world=fetching.site_resolver())
    findings = [*verdict.findings, *_faults(source, options)]
    word = "not_verified" if len(findings) > len(verdict.findings) else verdict.verdict
    return result(word, findings, {"verifiableCredential": source, "result": verdict.as_dict()})


@router.post("/presentations/verify", auth=Scoped("credentials:verify"), throttle=[PerToken("6000/m")],
             operation_id="vc_verify_presentation", summary="Verify a presentation", response=_ANSWERS,
             openapi_extra=described("verifiablePresentation"))  # fmt: skip
def verify_presented(request: HttpRequest) -> HttpResponse:
    """Verify a presentation and every credential in it. `options.challenge` and `options.domain` must be what its proof says."""
    body = body_of(request)
    options = an_object(body, "options", optional=True)
    source = sent(body, "verifiablePresentation")
    world = checking.SiteResolver(Within(fetching.site_resolver(), seconds=checking.PATIENCE))
    verdict = verify_presentation(
        source,
        at=clock.now(),
        resolve=world,
        trust=checking.Registers(),
        challenge=optional_text(options, "challenge"),
        domain=optional_text(options, "domain"),
        isolated=shared(),
    )
    within = [_named(finding, number) for number, one in enumerate(verdict.credentials, 1) for finding in _against(one)]
    more = {
        "holder": verdict.holder,
        "credentialResults": [{"verified": one.verdict == "verified", **one.as_dict()} for one in verdict.credentials],
    }
    return result(verdict.verdict, [*verdict.findings, *within], more)


def _faults(source: Mapping[str, Any] | str, options: Mapping[str, Any]) -> Iterator[Finding]:
    """What the caller asked for beyond the credential itself."""
    if isinstance(source, str):
        return
    if "EnvelopedVerifiableCredential" in as_list(source.get("type")) and VC_V2 not in as_list(source.get("@context")):
        yield Finding(
            "model", Outcome.FAIL, "bad_context", "The envelope does not name the vocabulary that defines it."
        )
    yield from check_related(source, None)
    asked = {name: optional_text(options, name) for name in ("expectedProofPurpose", "domain", "challenge")}
    for proof in objects(as_list(source.get("proof"))):
        if asked["expectedProofPurpose"] not in (None, proof.get("proofPurpose")):
            yield Finding(
                "proof", Outcome.FAIL, "wrong_purpose", "The signature was made for another purpose than was asked for."
            )
        if asked["domain"] is not None and asked["domain"] not in as_list(proof.get("domain")):
            yield Finding(
                "proof", Outcome.FAIL, "wrong_domain", "The signature was not made for the domain that was asked for."
            )
        if asked["challenge"] not in (None, proof.get("challenge")):
            yield Finding(
                "proof", Outcome.FAIL, "wrong_challenge", "The signature does not answer the challenge that was asked."
            )


def _against(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.outcome not in (Outcome.PASS, Outcome.NOT_ASKED)]


def _named(finding: Finding, number: int) -> Finding:
    message = f"Credential {number}: {finding.message}"
    return Finding(finding.check, finding.outcome, finding.code, message, finding.remedy)
