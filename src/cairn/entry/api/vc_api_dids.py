"""Looking up a DID: the document in which it says which keys speak for it (DID Resolution, HTTP binding)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from cairn.credentials import CouldNotFetch, CredentialError
from cairn.credentials.dids import controller_document
from cairn.credentials.errors import NotSupported
from cairn.entry.api.tokens import PerToken, Scoped
from cairn.errors import Invalid, Unreachable
from cairn.outside import fetching
from cairn.outside.fetching import Within
from cairn.wallet import checking

router = Router()
RESOLUTION = "https://w3id.org/did-resolution"


@router.get("/dids/{path:did}", auth=Scoped("credentials:verify"), throttle=[PerToken("6000/m")], operation_id="vc_did",
            summary="Look up a DID", response={200: dict})  # fmt: skip
def resolve(request: HttpRequest, did: str) -> HttpResponse:
    """Return the DID document of a did:key, did:jwk or did:web; as a whole resolution result where `Accept` asks for one."""
    world = checking.SiteResolver(Within(fetching.site_resolver(), seconds=checking.PATIENCE))
    try:
        document = dict(controller_document(did, world))
    except CouldNotFetch as silence:
        raise Unreachable(
            f"{did[:200]} could not be looked up: {silence.reason}.", remedy="Try again later.", code="did_unreachable"
        ) from silence
    except NotSupported as unsupported:
        raise Invalid(
            unsupported.message, remedy="Known: did:key, did:jwk, did:web.", code="methodNotSupported"
        ) from unsupported
    except CredentialError as error:
        raise Invalid(error.message, remedy=error.remedy or "Check its spelling.", code=error.code) from error
    if RESOLUTION in request.headers.get("Accept", ""):
        whole = {"didDocument": document, "didResolutionMetadata": {}, "didDocumentMetadata": {}}
        return JsonResponse(whole, content_type=f'application/ld+json;profile="{RESOLUTION}"')
    return JsonResponse(document, content_type="application/did+json")
