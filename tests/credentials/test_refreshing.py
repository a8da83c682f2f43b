"""Asking an issuer for a newer copy: only if the caller wants it, once, and never to the award's disadvantage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.credentials.forging import signed_anyway
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import Credential, Verdict, clr_credential, issue, verify

SERVICE = "https://badges.example.org/refresh/7"
LATER = AWARDED + timedelta(days=30)


def award(issuer: Issuer, kind: str = "1EdTechCredentialRefresh", **changes: Any) -> Credential:
    document = issuer.document(**changes)
    document["refreshService"] = {"id": SERVICE, "type": kind}
    return issue(document, issuer.signer, created=AWARDED)


def asked(
    issuer: Issuer, credential: Credential, newer: Credential | bytes | None = None, refresh: bool = True
) -> Verdict:
    if newer is not None:
        issuer.world.pages[SERVICE] = newer if isinstance(newer, bytes) else newer.text.encode()
    return verify(credential, at=NOW, resolve=issuer.world, refresh=refresh)


def test_nobody_is_asked_unless_the_caller_wants_it(issuer: Issuer) -> None:
    newer = award(issuer, valid_from=LATER, name="Newer name")
    verdict = asked(issuer, award(issuer), newer, refresh=False)
    assert verdict.verdict == "verified"
    assert SERVICE not in issuer.world.asked
    assert verdict.credential == award(issuer)


def test_the_newer_copy_is_judged_instead(issuer: Issuer) -> None:
    newer = award(issuer, valid_from=LATER, name="Newer name")
    verdict = asked(issuer, award(issuer), newer)
    assert (verdict.verdict, verdict.has("refreshed")) == ("verified", True)
    assert verdict.credential == newer
    assert issuer.world.asked.count(SERVICE) == 1


def test_a_newer_copy_can_revoke_or_run_out_or_be_renewed(issuer: Issuer) -> None:
    ended = award(issuer, valid_until=AWARDED + timedelta(days=1))
    assert asked(issuer, ended, refresh=False).has("expired")
    assert asked(issuer, ended, award(issuer)).verdict == "verified"
    assert asked(issuer, award(issuer), ended).has("expired")
    issuer.revocations.set(94567)
    issuer.publish()
    assert asked(issuer, award(issuer, status=()), award(issuer)).has("revoked")


def test_ids_are_compared_as_open_badges_compares_them(issuer: Issuer) -> None:
    ours = award(issuer, id="https://badges.example.org/awards/a b".replace(" ", "%20"))
    same = {**ours.document, "id": "https://badges.example.org/awards/a%20b", "name": "Newer name"}
    assert asked(issuer, ours, signed_anyway(same, issuer.signer)).has("refreshed")


def test_the_same_copy_is_no_news(issuer: Issuer) -> None:
    credential = award(issuer)
    verdict = asked(issuer, credential, credential)
    assert (verdict.verdict, verdict.has("refresh_same")) == ("verified", True)


def test_the_newer_copys_own_service_is_not_followed(issuer: Issuer) -> None:
    document = issuer.document(valid_from=LATER)
    document["refreshService"] = {"id": f"{SERVICE}/again", "type": "1EdTechCredentialRefresh"}
    verdict = asked(issuer, award(issuer), issue(document, issuer.signer, created=AWARDED))
    assert verdict.has("refreshed")
    assert f"{SERVICE}/again" not in issuer.world.asked


def _of_another(issuer: Issuer) -> Credential:
    other = Issuer(issuer.world, site="https://other.example", seed=b"\x03" * 32)
    return award(other, valid_from=LATER)


OFFERS: dict[str, tuple[str, Any]] = {
    "silence": ("refresh_unreachable", lambda _issuer: None),
    "a page": ("refresh_unreadable", lambda _issuer: b"<html>"),
    "another award": ("refresh_another_award", lambda issuer: award(issuer, id="urn:uuid:other")),
    "another issuer's": ("refresh_another_award", _of_another),
    "an older one": ("refresh_older", lambda issuer: award(issuer, valid_from=AWARDED - timedelta(days=1))),
    "an unsigned one": (
        "refresh_not_authentic",
        lambda issuer: Credential.parse(issuer.document(valid_from=LATER)),
    ),
    "a changed one": (
        "refresh_not_authentic",
        lambda issuer: award(issuer, valid_from=LATER).text.replace("Cleans, models", "Models").encode(),
    ),
    "a malformed one": (
        "refresh_not_well_formed",
        lambda issuer: signed_anyway({**award(issuer).document, "validUntil": "one day"}, issuer.signer),
    ),
    "an undated one": (
        "refresh_older",
        lambda issuer: signed_anyway(
            {name: value for name, value in award(issuer).document.items() if name != "validFrom"}, issuer.signer
        ),
    ),
}


@pytest.mark.parametrize("offer", list(OFFERS))
def test_whatever_else_is_offered_leaves_the_award_at_hand_as_it_stands(issuer: Issuer, offer: str) -> None:
    code, make = OFFERS[offer]
    credential = award(issuer)
    verdict = asked(issuer, credential, make(issuer))
    assert (verdict.verdict, verdict.authentic, verdict.current) == ("verified", "pass", "pass"), verdict.findings
    assert verdict.has(code), [finding.code for finding in verdict.findings]
    assert verdict.credential == credential


def test_a_forged_award_sends_nobody_anywhere(issuer: Issuer) -> None:
    forged = award(issuer).text.replace("Cleans, models", "Models")
    verdict = verify(forged, at=NOW, resolve=issuer.world, refresh=True)
    assert verdict.has("signature_invalid")
    assert SERVICE not in issuer.world.asked


def test_a_service_of_another_kind_or_without_address_is_a_remark(issuer: Issuer) -> None:
    document = issuer.document()
    document["@context"].append({"ManualRefreshService2018": "https://w3id.org/vc-refresh#ManualRefreshService2018"})
    document["refreshService"] = {"id": SERVICE, "type": "ManualRefreshService2018"}
    verdict = asked(issuer, issue(document, issuer.signer, created=AWARDED))
    assert (verdict.verdict, verdict.has("unsupported_refresh")) == ("verified", True)
    document["refreshService"] = {"id": "http://badges.example.org/refresh", "type": "1EdTechCredentialRefresh"}
    verdict = asked(issuer, issue(document, issuer.signer, created=AWARDED))
    assert (verdict.verdict, verdict.has("refresh_unreadable")) == ("verified", True)
    assert "http://badges.example.org/refresh" not in issuer.world.asked


def test_an_award_without_a_service_is_judged_as_ever(issuer: Issuer, world: MemoryResolver) -> None:
    plain = verify(issuer.award(), at=NOW, resolve=world)
    assert verify(issuer.award(), at=NOW, resolve=world, refresh=True).findings == plain.findings


def test_awards_inside_a_record_are_not_asked_for(issuer: Issuer) -> None:
    record = clr_credential(
        id="urn:uuid:cccccccc-0000-4000-8000-000000000003",
        issuer=issuer.profile,
        subject={"id": "did:example:mira"},
        credentials=[award(issuer)],
        name="Record",
        valid_from=AWARDED,
    )
    verdict = asked(issuer, issue(record, issuer.signer, created=AWARDED), award(issuer, valid_from=LATER))
    assert verdict.verdict == "verified"
    assert SERVICE not in issuer.world.asked
