"""Verifying Open Badges 2.0 and 1.x: is this what the issuer published, or signed?

A hosted badge (Open Badges 2.0, HostedBadge Verification), in order:

1. The file in hand is only believed as to where the award lies. That address is asked, over https only.
   410 (gone) or ``revoked`` there: the issuer took it back. 404 (not there) and silence: we could not find out.
2. What lies there is this award: a sound assertion with this very id.
3. Its badge and its issuer are those that are published at their own addresses (:mod:`chain`).
4. The award and the badge lie where the issuer's own profile vouches for them (:mod:`places`).
5. The file in hand says the same (:mod:`comparing`). From here on the issuer's copy is what is shown and judged.

A signed badge (SignedBadge Verification):

1. There is a signature: the award came as a token.
2. Its badge and its issuer, as above: the badge may stand in the award, the issuer's profile must be published.
3. One of the keys that this profile lists made the signature (:mod:`signed`).

And for both: the issuer's list of revoked awards does not name it (:mod:`revoking`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import as_list
from cairn.credentials.model import Credential
from cairn.credentials.openbadges2.chain import Chain, chain_of
from cairn.credentials.openbadges2.comparing import differences
from cairn.credentials.openbadges2.documents import address_of, id_of, is_revoked, version_of, way_of
from cairn.credentials.openbadges2.fetching import NotThere, fetch_document
from cairn.credentials.openbadges2.places import badge_in_scope, https_twin, in_scope, is_plain_http
from cairn.credentials.openbadges2.reading import OB_1, OB_2
from cairn.credentials.openbadges2.revoking import check_revocation_list, revoked
from cairn.credentials.openbadges2.signed import check_signature
from cairn.credentials.prover import Proven, Prover
from cairn.credentials.question import Question
from cairn.credentials.resolving import CouldNotFetch, Resolver
from cairn.credentials.verdict import Finding, Outcome

GONE, NOT_FOUND = 410, 404
MAX_ENDORSEMENTS = 5
"""Endorsements that are named by address and asked for; each may ask for its own endorser."""
_ASK = "Do not rely on it. Ask the issuer itself whether it made this award."
_LATER = "Try again later. This does not mean that anything is wrong with the credential."


def _takes(credential: Credential) -> bool:
    return credential.form in (OB_2, OB_1)


def prove(credential: Credential, question: Question) -> Proven:
    """Find out whether an Open Badges 2.0 or 1.x award is genuine; the credential comes back with its badge and issuer inside."""
    document = credential.document
    way = way_of(document) or ("signed" if credential.envelope is not None else "hosted")
    try:
        if way == "hosted":
            return _hosted(credential, question)
        if way == "signed":
            return _signed(credential, question)
        return Proven([_unknown_way(way)], credential)
    except NotThere as silence:
        return Proven([_not_there(silence)], credential)
    except CouldNotFetch as silence:
        return Proven([_silent("what it points at", silence)], credential)
    except NotSupported as unsupported:
        return Proven([_unknown(unsupported.code, unsupported.message, unsupported.remedy)], credential)
    except CredentialError as error:
        return Proven([_fail(error.code, error.message, error.remedy or _ASK)], credential)


OPEN_BADGES_2 = Prover("open-badges-2", _takes, prove)


# -- hosted ---------------------------------------------------------------------------------------------------------------------


def _hosted(credential: Credential, question: Question) -> Proven:
    in_hand, resolve = credential.document, question.resolve
    # 1. Ask where it lies.
    address = address_of(in_hand) or credential.found_at
    if https_twin(address) is None:
        message = "It is vouched for by an address of the issuer's, and does not say which."
        if address is not None:
            message = f"It is vouched for by what lies at “{address[:100]}”, which is no web address that can be asked."
        return Proven(
            [_unknown("no_address", message, "Ask for the address of the award, and check that.")], credential
        )
    try:
        published = fetch_document(address, resolve, what="the award", kinds=("Assertion", "Endorsement")).document
    except NotThere as silence:
        if silence.status == GONE:
            return Proven([_gone(), revoked(None)], credential)
        raise
    if is_revoked(published) and "badge" not in published and "claim" not in published:
        return Proven([_gone(), revoked(published.get("revocationReason"))], credential)
    # 2. It is this award, and sound.
    unsound = _faults(published)
    if unsound is not None:
        return Proven([unsound], credential)
    if way_of(published) not in ("hosted", None):
        message = "The issuer publishes this award as a signed one, and this copy has no signature."
        return Proven([_fail("no_proof", message)], credential)
    # 3. Its badge and issuer.
    chain = chain_of(published, resolve, vouched_by=str(address))
    # 4. Where the issuer vouches for.
    out_of_scope = _out_of_scope(str(address), chain)
    if out_of_scope is not None:
        return Proven([out_of_scope], credential)
    whole = _with_endorsements(chain.whole, resolve)
    shown = _shown(credential, whole)
    # 5. The same as in hand.
    compared = differences(in_hand, whole)
    if compared.decisive:
        message = (
            "This file is not what the issuer publishes. They differ in "
            f"{_listed(compared.decisive)}. What is shown here is the issuer's own copy."
        )
        remedy = f"Do not rely on this file. The issuer's own copy lies at {https_twin(address)}."
        return Proven([_fail("differs_from_hosted", message, remedy)], shown)
    findings = [
        Finding(
            "proof",
            Outcome.PASS,
            "hosted_by_issuer",
            "It is what the issuer publishes on its own site, and was looked up there.",
        )
    ]
    if compared.others:
        findings.append(
            _warning(
                "updated_by_issuer",
                f"The issuer's own copy says other things than this file about {_listed(compared.others)}. The issuer's is shown.",
            )
        )
    return Proven([*findings, *_remarks(chain, address), *_revocation(whole, chain, resolve, hosted=True)], shown)


def _faults(published: Mapping[str, Any]) -> Finding | None:
    if version_of(published) is None:
        return _unknown(
            "unreadable_there", "What lies at the address of the award is no Open Badges document we know.", _LATER
        )
    faults = OB_2.faults(published)
    if not faults:
        return None
    return _fail(faults[0].code, f"What the issuer publishes is not well-formed. {faults[0].message}")


def _out_of_scope(address: str, chain: Chain) -> Finding | None:
    who = id_of(chain.issuer)
    if not in_scope(address, chain.issuer):
        return _fail(
            "not_on_issuers_site",
            f"It lies on a site that its issuer ({who}) does not vouch for. Somebody else may be using the issuer's name.",
        )
    if chain.badge_address is not None and not badge_in_scope(chain.badge_address, chain.issuer):
        return _fail(
            "badge_not_on_issuers_site",
            f"Its badge lies on a site that its issuer ({who}) does not vouch for. Somebody else may be using the issuer's name.",
        )
    return None


# -- signed ---------------------------------------------------------------------------------------------------------------------


def _signed(credential: Credential, question: Question) -> Proven:
    resolve = question.resolve
    # 1. A signature.
    if credential.envelope is None:
        message = "It says that it is signed, but there is no signature, so anybody could have written it."
        remedy = "Ask the holder for the original: a badge image, or the signed text (it begins with eyJ)."
        return Proven([_fail("no_proof", message, remedy)], credential)
    # 2. Its badge and issuer.
    chain = chain_of(credential.document, resolve, vouched_by=None)
    # 3. A key of the issuer's.
    check_signature(credential.document, credential.envelope, chain.issuer, resolve)
    findings = [
        Finding(
            "proof",
            Outcome.PASS,
            "signature_valid",
            "It is exactly what the issuer signed, with a key of the issuer's own.",
        )
    ]
    whole = _with_endorsements(chain.whole, resolve)
    findings += [*_remarks(chain, None), *_revocation(whole, chain, resolve, hosted=False)]
    return Proven(findings, _shown(credential, whole))


# -- both -----------------------------------------------------------------------------------------------------------------------


def _revocation(whole: Mapping[str, Any], chain: Chain, resolve: Resolver, *, hosted: bool) -> Iterator[Finding]:
    """Ask the issuer's list. The address of a hosted badge has itself told already: silence of the list then opens no question."""
    if is_revoked(whole):
        yield revoked(whole.get("revocationReason"))
        return
    found = check_revocation_list(whole, chain.issuer, resolve)
    if hosted and (found is None or found.outcome is Outcome.UNKNOWN):
        yield Finding("status", Outcome.PASS, "not_revoked", "The issuer still publishes it and has not revoked it.")
    elif found is not None:
        yield found


def _remarks(chain: Chain, address: str | None) -> Iterator[Finding]:
    whole = chain.whole
    if version_of(whole) != "2":
        yield _warning(
            "older_rules",
            "It is a badge of an early version of Open Badges (before 2.0). Its issuer is known by its web address only, "
            "and its place there is what was checked.",
        )
    addresses = (address, chain.badge_address, id_of(chain.issuer))
    if any(is_plain_http(each) for each in addresses):
        yield _warning(
            "unprotected_address",
            "It names addresses without protection (http). The protected ones (https) of the same site were asked instead.",
        )
    if chain.kept:
        yield _warning(
            "badge_not_published",
            "The page of the badge itself does not answer any more. What the award says of its badge is shown.",
        )


def _with_endorsements(whole: Mapping[str, Any], resolve: Resolver) -> Mapping[str, Any]:
    """Put endorsements that are named by address in their place, so that step 9 of the verification can judge them."""
    badge = whole.get("badge")
    if isinstance(badge, Mapping) and badge.get("endorsement"):
        whole = {**whole, "badge": {**badge, "endorsement": _endorsements(badge["endorsement"], resolve)}}
    if whole.get("endorsement"):
        whole = {**whole, "endorsement": _endorsements(whole["endorsement"], resolve)}
    return whole


def _endorsements(value: Any, resolve: Resolver) -> list[Any]:
    found: list[Any] = []
    for number, entry in enumerate(as_list(value)):
        if isinstance(entry, str) and number < MAX_ENDORSEMENTS:
            try:
                entry = dict(fetch_document(entry, resolve, what="an endorsement", kinds=("Endorsement",)).document)
            except (CouldNotFetch, CredentialError):
                # It stays the address it was; an endorsement that cannot be had decides nothing.
                entry = str(entry)
        found.append(entry)
    return found


def _shown(credential: Credential, whole: Mapping[str, Any]) -> Credential:
    form = OB_2 if version_of(whole) == "2" else OB_1
    return replace(credential, document=MappingProxyType(dict(whole)), form=form)


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _not_there(silence: NotThere) -> Finding:
    if silence.status == NOT_FOUND:
        return _unknown(
            "not_published",
            f"There is nothing any more at the address of {silence.what} ({silence.reason}). The issuer may have moved it, or may never "
            "have published it: we cannot tell.",
            "Ask the issuer whether the award still stands, and where it lies now.",
        )
    return _silent(silence.what, silence)


def _silent(what: str, silence: CouldNotFetch) -> Finding:
    message = f"We could not look up {what} ({silence.reason}), so we cannot say whether this is genuine."
    return Finding("key", Outcome.UNKNOWN, "issuer_unreachable", message, _LATER)


def _gone() -> Finding:
    return _unknown(
        "only_revocation_published",
        "The issuer only publishes that this award was revoked, so what the file says about it could not be compared.",
        "Ask the issuer.",
    )


def _unknown_way(way: str) -> Finding:
    return _unknown(
        "unsupported_proof",
        f"This badge is to be verified in a way this version does not know ({way[:60]}).",
        "Check it with the issuer's own verifier. This does not mean that anything is wrong with the credential.",
    )


def _unknown(code: str, message: str, remedy: str) -> Finding:
    return Finding("proof", Outcome.UNKNOWN, code, message, remedy)


def _fail(code: str, message: str, remedy: str = _ASK) -> Finding:
    return Finding("proof", Outcome.FAIL, code, message, remedy)


def _warning(code: str, message: str) -> Finding:
    return Finding("shape", Outcome.WARN, code, message)
