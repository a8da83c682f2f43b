"""The W3C's VC-API at ``/api/vc/``: issue, derive, verify, as the working groups' test suites ask it of any implementation.

``/api/v1/`` speaks of definitions and awards; this speaks of documents. What it signs is not looked after here: the document is the
caller's own. See ``docs/reference/api.md`` for how a test suite is pointed at it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router

from cairn.credentials import Credential
from cairn.credentials import derive as derived
from cairn.credentials.jose import looks_like_token
from cairn.entry.api import problems, vc_api_dids, vc_api_verify
from cairn.entry.api.tokens import PerToken, Scoped, caller
from cairn.entry.api.vc_api_body import a_list_of_texts, a_text, an_object, body_of, described, sent
from cairn.errors import Invalid
from cairn.issuing.services import Securing, revoke_given, sign_given
from cairn.outside import clock, fetching

router = Router()
ENVELOPED = {"@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential"}
STATUS_ENTRY = "BitstringStatusListEntry"
_ACCEPTED = 201
_NO = ("false", "0")
"""Ways to say no in an address, where everything is a text."""


@router.post("/credentials/issue", auth=Scoped("vc:issue"), throttle=[PerToken("6000/m")], operation_id="vc_issue",
             summary="Sign a document", response={201: dict}, openapi_extra=described("credential"))  # fmt: skip
def issue(request: HttpRequest) -> HttpResponse:
    """Sign any credential that keeps the data model's rules, in your organisation's name. 201 with the signed document.

    Options, also as query: `cryptosuite`, `format` (`vc-jwt`), `verificationMethod`, `mandatoryPointers`, `credentialStatus`,
    `issuer` (`ours`).
    """
    body = body_of(request)
    token = caller(request)
    options = {**an_object(body, "options", optional=True), **request.GET.dict()}
    signed = sign_given(
        organisation=token.acts_for(),
        by=token.created_by,
        at=clock.now(),
        document=an_object(body, "credential"),
        securing=_securing(options),
        world=fetching.site_resolver(),
    )
    return _credential(signed)


@router.post("/credentials/derive", auth=Scoped("vc:derive"), throttle=[PerToken("6000/m")], operation_id="vc_derive",
             summary="Show less of a credential", response={201: dict}, openapi_extra=described("verifiableCredential"))  # fmt: skip
def derive(request: HttpRequest) -> HttpResponse:
    """Make a credential that shows only what `options.selectivePointers` name and what its issuer made mandatory. Nothing is kept.

    For credentials with an `ecdsa-sd-2023` base proof, and for SD-JWT.
    """
    body = body_of(request)
    pointers = a_list_of_texts(an_object(body, "options", optional=True), "selectivePointers")
    credential = Credential.parse(sent(body, "verifiableCredential"))
    return _credential(derived(credential, pointers))


@router.post("/credentials/status", auth=Scoped("vc:issue"), throttle=[PerToken("6000/m")], operation_id="vc_status",
             summary="Revoke what was signed", response={200: dict},
             openapi_extra=described("credentialId", "credentialStatus"))  # fmt: skip
def status(request: HttpRequest) -> dict[str, Any]:
    """Revoke for good a credential that was signed here with `options.credentialStatus`, by its id."""
    body = body_of(request)
    entry = body.get("credentialStatus")
    # An empty list asks for nothing, and what cannot be taken back is not done for nothing.
    entries = entry if isinstance(entry, list) and entry else [entry]
    for one in entries:
        if (
            not isinstance(one, dict)
            or one.get("type", STATUS_ENTRY) != STATUS_ENTRY
            or one.get("statusPurpose", "revocation") != "revocation"
            or one.get("status", True) not in (True, "1", 1)
        ):
            raise Invalid(
                "Only revoking is offered here, and it is final.",
                remedy=f'Send "credentialStatus": {{"type": "{STATUS_ENTRY}", "statusPurpose": "revocation"}}.',
                code="unknown_status",
            )
    token = caller(request)
    revoke_given(
        organisation=token.acts_for(), by=token.created_by, at=clock.now(), credential_id=a_text(body, "credentialId")
    )
    return {"credentialId": body["credentialId"], "revoked": True}


def _securing(options: dict[str, Any]) -> Securing:
    wanted = options.get("format", options.get("securing", options.get("cryptosuite", Securing().name)))
    if not isinstance(wanted, str):
        raise Invalid(
            "The cryptosuite must be named by a text.", remedy="See docs/reference/api.md.", code="unknown_securing"
        )
    method = options.get("verificationMethod")
    return Securing(
        name={"jwt": "vc-jwt", "vc+jwt": "vc-jwt", "application/vc+jwt": "vc-jwt"}.get(wanted, wanted),
        method=method if isinstance(method, str) else None,
        mandatory=a_list_of_texts(options, "mandatoryPointers"),
        status=bool(options.get("credentialStatus")) and options["credentialStatus"] not in _NO,
        as_ours=options.get("issuer") == "ours",
    )


def _credential(credential: Credential) -> HttpResponse:
    """Answer with the signed text, letter by letter; a token in the envelope that the data model gives it."""
    text = credential.text
    if looks_like_token(text):
        kind = "application/vc+sd-jwt" if "~" in text else "application/vc+jwt"
        context, name = ENVELOPED["@context"], ENVELOPED["type"]
        text = f'{{"@context":"{context}","id":"data:{kind},{text}","type":"{name}"}}'
    return HttpResponse(f'{{"verifiableCredential":{text}}}', status=_ACCEPTED, content_type="application/json")


vc_api = NinjaAPI(
    title="Cairn, W3C VC-API",
    version="vc",
    urls_namespace="vc_api",
    docs_url=None,
    description="Sign, derive and verify W3C Verifiable Credentials.",
    servers=[{"url": settings.PUBLIC_URL}],
)
vc_api.add_router("", router, tags=["W3C VC-API"])
vc_api.add_router("", vc_api_verify.router, tags=["W3C VC-API"])
vc_api.add_router("", vc_api_dids.router, tags=["W3C VC-API"])
# The VC-API knows 400 for whatever cannot be used.
problems.answer_with_problems(vc_api, unusable=400)
