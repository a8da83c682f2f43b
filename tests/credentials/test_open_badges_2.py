"""Open Badges 2.0 and 1.x, hosted: what the issuer's own site says is what counts, and nobody can borrow somebody else's site."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.credentials.badges2 import BETH, V2, Site, Web, copy, documents
from tests.credentials.test_baking import picture, with_chunk
from tests.credentials.world import NOW, Registry

from cairn.credentials import Credential, Outcome, Recipient, Verdict, verify
from cairn.credentials.identity import identity_object


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def site(web: Web) -> Site:
    return Site(web)


def check(web: Web, source: Any, **asked: Any) -> Verdict:
    return verify(source, at=asked.pop("at", NOW), resolve=web, **asked)


def failed(verdict: Verdict, code: str) -> bool:
    return verdict.verdict == "not_verified" and verdict.authentic is Outcome.FAIL and verdict.has(code)


def open_question(verdict: Verdict, code: str) -> bool:
    return verdict.verdict == "undetermined" and verdict.authentic is Outcome.UNKNOWN and verdict.has(code)


# -- a good one -----------------------------------------------------------------------------------------------------------------


def test_a_hosted_badge_is_verified_and_shown_with_its_badge_and_issuer(web: Web, site: Site) -> None:
    verdict = check(web, site.award, recipient=Recipient(email=BETH), trust=Registry({site.issuer_url: "Example"}))
    assert verdict.verdict == "verified"
    assert verdict.trusted is Outcome.PASS
    assert verdict.about_person is Outcome.PASS
    told = verdict.as_dict()
    assert (told["name"], told["type"], told["issuer"]["name"]) == ("Robots", "Badge", "Example Institute")
    assert told["issuer"]["id"] == site.issuer_url
    assert told["valid_from"] == "2025-12-31T23:59:59Z"
    assert verdict.has("hosted_by_issuer")
    assert verdict.has("not_revoked")
    assert not verdict.has("incomplete")


def test_many_awards_of_one_badge_are_each_looked_up(web: Web, site: Site) -> None:
    """What is remembered of signed credentials of one family must never stand in for asking the issuer's site."""
    for number in range(8):
        email = f"learner{number}@example.org"
        award = {
            **site.award,
            "id": f"{site.root}/awards/{number}",
            "recipient": {"type": "email", "hashed": False, "identity": email},
        }
        web.pages[award["id"]] = award
        assert check(web, json.dumps(award), recipient=Recipient(email=email)).verdict == "verified"
        stolen = {**award, "recipient": {**award["recipient"], "identity": "mallory@example.net"}}
        assert failed(check(web, json.dumps(stolen)), "differs_from_hosted")
        web.gone.add(award["id"])
        assert check(web, json.dumps(award)).has("revoked")


def test_nobody_speaks_of_a_signature_where_there_is_none(web: Web, site: Site) -> None:
    verdict = check(web, site.award, trust=Registry({}))
    assert verdict.trusted is Outcome.WARN
    assert not any("signature" in finding.message for finding in verdict.findings)


def test_its_address_alone_will_do(web: Web, site: Site) -> None:
    assert check(web, site.award_url).verdict == "verified"
    assert check(web, site.award_url.replace("https:", "http:")).verdict == "verified"
    assert not any(asked.startswith("http:") for asked in web.asked)


def test_a_badge_image_that_lies_somewhere_may_hold_no_more_than_the_address_of_the_award(web: Web, site: Site) -> None:
    baked = with_chunk(picture(), b"tEXt", b"openbadges\0" + site.award_url.encode())
    web.pages["https://share.example/badge.png"] = baked
    assert check(web, baked).verdict == "verified"
    assert check(web, "https://share.example/badge.png").verdict == "verified"
    # And then it ends: addresses must not lead on and on.
    web.pages["https://share.example/2.png"] = with_chunk(
        picture(), b"tEXt", b"openbadges\0https://share.example/badge.png"
    )
    assert check(web, "https://share.example/2.png").has("not_a_credential")
    web.pages["https://share.example/text"] = site.award_url.encode()
    assert check(web, "https://share.example/text").has("not_a_credential")


def test_the_examples_of_the_specification_are_verified(web: Web) -> None:
    found = documents("specification")["documents"]
    for name in ("assertion", "badge", "issuer"):
        web.pages[found[name]["id"]] = found[name]
    before, after = datetime(2017, 6, 1, tzinfo=UTC), datetime(2017, 7, 1, tzinfo=UTC)
    verdict = check(web, found["assertion"], at=before)
    assert verdict.verdict == "verified"
    assert verdict.credential is not None
    achievement = verdict.credential.achievement
    assert achievement is not None
    assert [entry["targetName"] for entry in achievement["alignment"]] == [
        "CCSS.ELA-Literacy.RST.11-12.3",
        "Problem-Solving",
    ]
    assert achievement["tag"] == ["robots", "awesome"]
    ran_out = check(web, found["assertion"], at=after)
    assert ran_out.verdict == "not_verified"
    assert ran_out.authentic is Outcome.PASS
    assert ran_out.has("expired")


def test_the_simple_example_with_everything_inside_is_verified_from_what_the_site_publishes(web: Web) -> None:
    simple = documents("specification")["documents"]["simple"]
    web.pages[simple["id"]] = simple
    web.pages[simple["badge"]["id"]] = {"@context": V2, **simple["badge"], "issuer": simple["badge"]["issuer"]["id"]}
    web.pages[simple["badge"]["issuer"]["id"]] = {"@context": V2, **simple["badge"]["issuer"]}
    assert check(web, simple, recipient=Recipient(email="alice@example.org")).verdict == "verified"
    assert check(web, simple, recipient=Recipient(email="bob@example.org")).has("other_recipient")


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0"])
def test_the_validators_documents_of_each_version_are_verified(web: Web, version: str) -> None:
    found = documents("validator")
    award, badge, issuer = (copy(found["documents"][f"{version} {kind}"]) for kind in ("assertion", "badge", "issuer"))
    addresses = (award.get("id") or award["verify"]["url"], award["badge"], badge["issuer"])
    for address, document in zip(addresses, (award, badge, issuer), strict=True):
        web.pages[address.replace("http:", "https:")] = document
    verdict = check(web, award, recipient=Recipient(email=found["recipients"][f"{version} assertion"]))
    assert verdict.verdict == "verified", [f.message for f in verdict.findings]
    assert verdict.has("older_rules") is (version != "2.0")
    assert verdict.has("unprotected_address") is (version == "1.0")
    assert verdict.as_dict()["issuer"]["id"] == badge["issuer"]


def test_the_oldest_form_is_vouched_for_by_the_site_it_lies_on(web: Web) -> None:
    award = documents("validator")["documents"]["0.5.1 assertion"]
    web.pages["https://oldstyle.com/assertions/1"] = award
    verdict = check(web, "https://oldstyle.com/assertions/1")
    assert verdict.verdict == "verified"
    assert verdict.as_dict()["issuer"]["name"] == "Basic Issuer"
    web.pages["https://elsewhere.example/assertions/1"] = award
    assert failed(check(web, "https://elsewhere.example/assertions/1"), "not_on_issuers_site")
    # As a file it does not say where it lies, so nobody can be asked.
    assert open_question(check(web, award), "no_address")


def test_paths_of_the_oldest_form_are_read_as_addresses_of_its_issuer() -> None:
    award = copy(documents("validator")["documents"]["0.5 assertion"])
    award["evidence"] = "/work/1"
    award["badge"] |= {"criteria": "/robots", "image": "/robots.png"}
    reading = Credential.parse(award).reading
    assert reading["evidence"][0]["id"] == "http://oldstyle.com/work/1"
    achievement = reading["credentialSubject"]["achievement"]
    assert achievement["criteria"]["id"] == "http://oldstyle.com/robots"
    assert achievement["image"]["id"] == "http://oldstyle.com/robots.png"


def test_what_platforms_write_is_read(web: Web, site: Site) -> None:
    """Empty fields, fractions of seconds, plural alignments, several types: seen in badges of the large platforms."""
    said = {
        "expires": None,
        "revoked": False,
        "revocationReason": None,
        "evidence": [],
        "narrative": None,
        "type": ["Assertion", "extensions:RecipientProfile"],
        "issuedOn": "2018-04-26T17:10:08.155433+00:00",
        "image": {"type": "Image", "id": "https://example.org/awards/7/image"},
        "verify": {"type": "HostedBadge", "url": site.award_url},
        "extensions:recipientProfile": {"@context": "https://example.org/x", "type": ["Extension"], "name": "Beth"},
    }
    site.award |= said
    site.badge["alignments"] = [{"targetName": "Robots", "targetUrl": "https://example.org/framework/1"}]
    site.issuer["type"] = ["Issuer", "schema:Organization"]
    site.publish()
    verdict = check(web, site.award)
    assert verdict.verdict == "verified"
    assert verdict.as_dict()["valid_from"] == "2018-04-26T17:10:08.155433Z"
    assert verdict.credential is not None
    assert verdict.credential.achievement is not None
    assert verdict.credential.achievement["alignment"][0]["targetName"] == "Robots"


# -- what the site says ---------------------------------------------------------------------------------------------------------


def test_gone_means_revoked(web: Web, site: Site) -> None:
    web.gone.add(site.award_url)
    verdict = check(web, site.award)
    assert verdict.verdict == "not_verified"
    assert verdict.current is Outcome.FAIL
    assert verdict.authentic is Outcome.UNKNOWN
    assert verdict.has("revoked")


def test_a_document_that_says_it_was_revoked_tells_the_reason(web: Web, site: Site) -> None:
    stripped = copy(documents("specification")["documents"]["revoked"])
    web.pages[site.award_url] = {**stripped, "id": site.award_url}
    verdict = check(web, site.award)
    assert verdict.verdict == "not_verified"
    assert verdict.current is Outcome.FAIL
    assert any("trenchcoat" in finding.message for finding in verdict.findings)
    web.pages[site.award_url] = {**site.award, "revoked": True}
    whole = check(web, site.award)
    assert (whole.authentic, whole.current, whole.verdict) == (Outcome.PASS, Outcome.FAIL, "not_verified")


def test_not_there_and_silence_are_open_questions(web: Web, site: Site) -> None:
    for address, name in ((site.award_url, "award"), (site.badge_url, "badge"), (site.issuer_url, "issuer")):
        kept = web.pages.pop(address)
        # A badge page that is gone matters only where the award does not hold the badge itself.
        assert open_question(check(web, site.award), "not_published"), name
        web.pages[address] = kept
        web.silent.add(address)
        assert open_question(check(web, site.award), "issuer_unreachable"), name
        web.silent.clear()
    assert check(web, site.award).verdict == "verified"


def test_a_badge_whose_own_page_is_gone_is_taken_from_the_award_on_the_same_site(web: Web, site: Site) -> None:
    web.pages[site.award_url] = {**site.award, "badge": site.badge}
    for page in (None, b"<!doctype html><title>Robots</title>"):
        web.pages.pop(site.badge_url, None)
        if page:
            web.pages[site.badge_url] = page
        verdict = check(web, site.award_url)
        assert verdict.verdict == "verified"
        assert verdict.has("badge_not_published")
    # Another site's badge is for that site to publish.
    badge = {**site.badge, "id": "https://elsewhere.example/badge"}
    web.pages[site.award_url] = {**site.award, "badge": badge}
    assert open_question(check(web, site.award_url), "not_published")


def test_a_web_page_at_the_address_is_an_open_question(web: Web, site: Site) -> None:
    web.pages[site.award_url] = b"<!doctype html><title>Robots</title>"
    assert open_question(check(web, site.award), "unreadable_there")
    web.pages[site.award_url] = {"error": "down for maintenance"}
    assert open_question(check(web, site.award), "unreadable_there")
    web.pages[site.award_url] = b"\xff\xfe\x00"
    assert open_question(check(web, site.award), "unreadable_there")


def test_another_document_at_the_address_is_no_award(web: Web, site: Site) -> None:
    web.pages[site.award_url] = site.badge
    assert failed(check(web, site.award), "something_else_there")
    web.pages[site.award_url] = {**site.award, "id": f"{site.root}/awards/8"}
    assert failed(check(web, site.award), "something_else_there")


def test_a_listed_revocation_counts_for_a_hosted_badge_too_and_silence_of_the_list_does_not(
    web: Web, site: Site
) -> None:
    site.revoked["revokedAssertions"] = [{"id": site.award_url, "revocationReason": "Copied"}]
    site.publish()
    verdict = check(web, site.award)
    assert (verdict.authentic, verdict.current) == (Outcome.PASS, Outcome.FAIL)
    web.silent.add(site.list_url)
    assert check(web, site.award).verdict == "verified"


@pytest.mark.parametrize(
    "something",
    [
        {"type": "Profile", "id": "https://example.org/issuer", "name": "x", "url": "https://example.org"},
        {"@context": "https://w3id.org/openbadges/v2", "type": "RevocationList", "revokedAssertions": {"7": True}},
        {"@context": "https://w3id.org/openbadges/v2"},
    ],
)
def test_what_is_no_list_of_revoked_awards_frees_nobody(web: Web, site: Site, something: dict[str, Any]) -> None:
    web.pages[site.list_url] = something
    verdict = check(web, site.token())
    assert (verdict.verdict, verdict.has("bad_status_list")) == ("undetermined", True)
    web.pages[site.list_url] = {}
    assert check(web, site.token()).verdict == "verified", "the older form, with nobody in it"


def test_unsound_words_of_the_issuer_are_not_believed(web: Web, site: Site) -> None:
    web.pages[site.award_url] = {**site.award, "expires": "one day"}
    assert failed(check(web, site.award), "bad_moment")


# -- the file in hand -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"recipient": {"type": "email", "hashed": False, "identity": "mallory@example.net"}}, "the recipient"),
        ({"recipient": identity_object("mallory@example.net", "x")}, "the recipient"),
        ({"issuedOn": "2020-01-01T00:00:00Z"}, "the day of the award"),
        ({"expires": "2099-01-01T00:00:00Z"}, "the day it runs out"),
        ({"badge": "https://example.org/badges/professor"}, "which badge it is"),
        ({"badge": {"id": "https://example.org/badges/robots", "name": "Professor of Robots"}}, "the badge's name"),
        (
            {"badge": {"id": "https://example.org/badges/robots", "issuer": {"id": "https://mit.example/issuer"}}},
            "who the issuer is",
        ),
        (
            {"badge": {"id": "https://example.org/badges/robots", "issuer": {"name": "Famous University"}}},
            "who the issuer is",
        ),
    ],
)
def test_a_changed_file_is_not_verified_and_the_issuers_copy_is_shown(
    web: Web, site: Site, change: dict[str, Any], word: str
) -> None:
    changed = {**site.award, **change}
    if "identityHash" in str(change):
        hashed = change["recipient"]
        changed["recipient"] = {"type": "email", "hashed": True, "identity": hashed["identityHash"], "salt": "x"}
    verdict = check(web, changed)
    assert failed(verdict, "differs_from_hosted")
    assert word in next(f.message for f in verdict.findings if f.code == "differs_from_hosted")
    assert verdict.credential is not None
    assert verdict.credential.name == "Robots"
    assert verdict.credential.issuer_id == site.issuer_url


def test_a_file_that_drops_the_end_is_not_verified(web: Web, site: Site) -> None:
    site.award["expires"] = "2025-12-31T00:00:00Z"
    site.award["issuedOn"] = "2025-01-31T00:00:00Z"
    site.publish()
    dropped = {name: value for name, value in site.award.items() if name != "expires"}
    assert failed(check(web, dropped), "differs_from_hosted")
    assert check(web, site.award).has("expired")


def test_what_issuers_bring_up_to_date_is_shown_as_they_say_it(web: Web, site: Site) -> None:
    older = {**site.award, "evidence": "https://example.org/work/1", "grade": "A+"}
    web.pages[site.award_url] = {**site.award, "evidence": [{"id": "https://example.org/work/2", "name": "Robot"}]}
    verdict = check(web, older)
    assert verdict.verdict == "verified"
    message = next(f.message for f in verdict.findings if f.code == "updated_by_issuer")
    assert "the evidence" in message
    assert "further fields" in message
    assert verdict.credential is not None
    assert verdict.credential.reading["evidence"][0]["name"] == "Robot"
    assert "grade" not in verdict.credential.document


def test_other_spellings_of_the_same_facts_are_the_same(web: Web, site: Site) -> None:
    said = {
        **{name: value for name, value in site.award.items() if name != "verification"},
        "verify": {"type": "HostedBadge"},
        "type": ["Assertion"],
        "issuedOn": "2026-01-01T00:59:59+01:00",
        "recipient": [site.award["recipient"]],
        "badge": {**site.badge, "issuer": {**site.issuer}},
    }
    verdict = check(web, said)
    assert verdict.verdict == "verified"
    assert not verdict.has("updated_by_issuer")


# -- forged issuers -------------------------------------------------------------------------------------------------------------


def test_an_award_hosted_elsewhere_than_its_issuer_is_not_verified(web: Web, site: Site) -> None:
    """Mallory publishes, on a site of her own, an award of the real badge by the real issuer."""
    forged = {**site.award, "id": "https://mallory.example/awards/1"}
    web.pages[forged["id"]] = forged
    assert failed(check(web, forged), "not_on_issuers_site")
    assert failed(check(web, forged["id"]), "not_on_issuers_site")


def test_a_forged_badge_that_names_a_real_issuer_is_not_verified(web: Web, site: Site) -> None:
    badge = {**site.badge, "id": "https://mallory.example/badge", "name": "Professor"}
    forged = {**site.award, "id": "https://mallory.example/awards/1", "badge": badge["id"]}
    web.pages |= {badge["id"]: badge, forged["id"]: forged}
    assert failed(check(web, forged), "not_on_issuers_site")


def test_a_forged_profile_inside_an_award_is_not_believed(web: Web, site: Site) -> None:
    """The award holds a profile with the real issuer's id that vouches for Mallory's site; the published one does not."""
    profile = {**site.issuer, "verification": {"allowedOrigins": ["mallory.example"]}}
    badge = {**site.badge, "id": "https://mallory.example/badge", "issuer": profile}
    forged = {**site.award, "id": "https://mallory.example/awards/1", "badge": badge}
    web.pages |= {badge["id"]: badge, forged["id"]: forged}
    assert failed(check(web, forged), "not_on_issuers_site")
    # Nor is one without an id, that only says where the issuer is at home.
    badge["issuer"] = {
        "name": "Example Institute",
        "url": "https://example.org",
        "verification": profile["verification"],
    }
    web.pages |= {badge["id"]: badge, forged["id"]: {**forged, "badge": badge}}
    assert failed(check(web, forged["id"]), "not_on_issuers_site")


def test_an_award_of_another_issuers_badge_is_not_verified(web: Web, site: Site) -> None:
    """Mallory's award holds the real badge, as if she were its issuer."""
    other = Site(web, "https://mallory.example", "Mallory")
    forged = {**other.award, "badge": {**site.badge, "issuer": other.issuer_url}}
    web.pages[other.award_url] = forged
    assert failed(check(web, forged), "badge_of_another_issuer")


def test_a_badge_on_a_foreign_site_is_not_vouched_for(web: Web, site: Site) -> None:
    badge = {**site.badge, "id": "https://elsewhere.example/badge"}
    award = {**site.award, "badge": badge["id"]}
    web.pages |= {badge["id"]: badge, award["id"]: award}
    assert failed(check(web, award), "badge_not_on_issuers_site")


@pytest.mark.parametrize(
    ("policy", "address", "in_scope"),
    [
        ({"startsWith": "https://example.org/awards/"}, "https://example.org/awards/7", True),
        ({"startsWith": ["https://x.example/", "https://example.org/awards/"]}, "https://example.org/awards/7", True),
        ({"startsWith": "https://example.org/others/"}, "https://example.org/awards/7", False),
        ({"startsWith": "https://host.example/of-example/"}, "https://host.example/of-example/7", True),
        ({"startsWith": "https://host.example"}, "https://host.example.mallory.example/7", False),
        ({"startsWith": "https://host.example/a/"}, "https://host.example/a/../b/7", False),
        ({"startsWith": "https://host.example/a/"}, "https://host.example/a/%2e%2e/b/7", False),
        ({"startsWith": "https://host.example/a/"}, "https://host.example@mallory.example/a/7", False),
        ({"allowedOrigins": "host.example"}, "https://host.example/7", True),
        ({"allowedOrigins": ["other.example", "https://host.example"]}, "https://host.example/7", True),
        ({"allowedOrigins": "host.example"}, "https://example.org/awards/7", False),
        ({"allowedOrigins": "example.org"}, "https://mallory-example.org/7", False),
        ({"allowedOrigins": "example.org"}, "https://www.mallory.example/example.org", False),
        (
            {"allowedOrigins": "host.example", "startsWith": "https://host.example/a/"},
            "https://host.example/b/7",
            False,
        ),
        ({}, "https://www.example.org/awards/7", True),
        ({}, "https://example.org:8443/awards/7", False),
    ],
)
def test_an_issuer_says_where_its_awards_lie(
    web: Web, site: Site, policy: dict[str, Any], address: str, in_scope: bool
) -> None:
    if policy:
        site.issuer["verification"] = {"type": "VerificationObject", **policy}
    site.award["id"] = address
    site.publish()
    verdict = check(web, site.award)
    assert (verdict.verdict == "verified") is in_scope, [f.message for f in verdict.findings]


def test_on_a_host_that_anybody_writes_to_the_place_tells_the_issuer(web: Web) -> None:
    home = Site(web, "https://raw.githubusercontent.com/example/badges")
    assert check(web, home.award).verdict == "verified"
    forged = {**home.award, "id": "https://raw.githubusercontent.com/mallory/badges/awards/1"}
    web.pages[forged["id"]] = forged
    assert failed(check(web, forged), "not_on_issuers_site")


def test_a_redirect_to_another_site_is_an_open_question(web: Web, site: Site) -> None:
    """An issuer's page that forwards to anywhere must not lend its name to whoever knows of it."""
    address = "https://example.org/go?to=https://mallory.example/award"
    forged = {
        **site.award,
        "id": address,
        "recipient": {"type": "email", "hashed": False, "identity": "mallory@m.example"},
    }
    web.pages["https://mallory.example/award"] = forged
    web.moved[address] = "https://mallory.example/award"
    assert open_question(check(web, forged), "redirected_elsewhere")
    # Nor to one whose address is so odd that it is on no site at all.
    for odd in (
        "https://mallory.example/%2e%2e/award",
        "https://mallory.example/award|",
        "https://you@mallory.example/a",
    ):
        web.pages[odd], web.moved[address] = forged, odd
        assert open_question(check(web, forged), "redirected_elsewhere")
    # Within the site, and to its www., a redirect is nothing odd.
    web.pages["https://www.example.org/awards/7"] = web.pages.pop(site.award_url)
    web.moved[site.award_url] = "https://www.example.org/awards/7"
    assert check(web, site.award).verdict == "verified"


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/awards/7",
        "https://",
        "https://example.org\\@mallory.example/",
        "https://user@example.org/awards/7",
        "http://example.org:8080/awards/7",
        "javascript:alert(1)",
        "urn:uuid:a953081a-4bbd-4927-9653-7219bca00e3b",
        "https://exämple.org/awards/7",
        "https://example.org/" + "a" * 3000,
    ],
)
def test_an_odd_address_is_never_asked(web: Web, site: Site, address: str) -> None:
    verdict = check(web, {**site.award, "id": address})
    assert verdict.verdict == "undetermined"
    assert web.asked == []


def test_an_issuer_without_an_address_is_an_open_question(web: Web, site: Site) -> None:
    web.pages[site.badge_url] = {**site.badge, "issuer": "did:example:institute"}
    assert open_question(check(web, site.award), "issuer_without_address")
    web.pages[site.badge_url] = {name: value for name, value in site.badge.items() if name != "issuer"}
    assert failed(check(web, site.award), "bad_issuer") or check(web, site.award).has("unreadable_there")


# -- recipients -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipient", "asked", "match"),
    [
        ({"type": "email", "identity": "Beth@Example.org"}, "beth@example.org", Outcome.PASS),
        ({"type": "email", "identity": BETH, "hashed": False}, "rob@example.org", Outcome.FAIL),
        (
            {
                "type": "email",
                "hashed": True,
                "salt": "deadsea",
                "identity": "sha256$b6877bb4361da770ac2c9fa2f28136de8dc93d823bbc1de438d5987e3f4032ef",
            },
            "Beth@example.org",
            Outcome.PASS,
        ),
        (
            {
                "type": "email",
                "hashed": "true",
                "salt": "deadsea",
                "identity": "sha256$B6877BB4361DA770AC2C9FA2F28136DE8DC93D823BBC1DE438D5987E3F4032EF",
            },
            BETH,
            Outcome.PASS,
        ),
        (
            {"type": "email", "hashed": True, "identity": "md5$f5d1278e8109edd94e1e4197e04873b9"},
            "test@x.y",
            Outcome.FAIL,
        ),
        ({"type": "email", "hashed": True, "identity": "blake3$00"}, BETH, Outcome.UNKNOWN),
        ({"type": "telephone", "identity": "+16175551212"}, BETH, Outcome.UNKNOWN),
        ({"type": "url", "identity": "https://beth.example"}, BETH, Outcome.UNKNOWN),
    ],
)
def test_recipients_are_told_apart(web: Web, site: Site, recipient: dict[str, Any], asked: str, match: Outcome) -> None:
    site.award["recipient"] = recipient
    site.publish()
    assert check(web, site.award, recipient=Recipient(email=asked)).about_person is match


def test_a_recipient_may_be_a_did(web: Web, site: Site) -> None:
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    site.award["recipient"] = {"type": "id", "hashed": False, "identity": did}
    site.publish()
    assert check(web, site.award, recipient=Recipient(did=did)).about_person is Outcome.PASS
    assert check(web, site.award, recipient=Recipient(did=did[:-1] + "L")).about_person is Outcome.FAIL


@pytest.mark.parametrize(
    ("recipient", "asked", "match"),
    [
        ({"type": "url", "identity": "https://beth.example"}, "https://beth.example", Outcome.PASS),
        ({"type": "url", "identity": "https://beth.example"}, "https://rob.example", Outcome.FAIL),
        ({"type": "url", "identity": "https://beth.example"}, "did:web:beth.example", Outcome.UNKNOWN),
        ({"type": "telephone", "identity": "+16175551212"}, "tel:+16175551212", Outcome.PASS),
        ({"type": "telephone", "identity": "+16175551212"}, "tel:+16175551213", Outcome.FAIL),
        (
            {
                "type": "id",
                "hashed": True,
                "identity": "sha256$" + hashlib.sha256(b"did:web:beth.examplesalt").hexdigest(),
                "salt": "salt",
            },
            "did:web:beth.example",
            Outcome.PASS,
        ),
        (
            {"type": "id", "hashed": True, "identity": "sha256$" + hashlib.sha256(b"did:web:x").hexdigest()},
            "did:web:y",
            Outcome.FAIL,
        ),
    ],
)
def test_recipients_that_are_no_e_mail_addresses_are_told_apart(
    web: Web, site: Site, recipient: dict[str, Any], asked: str, match: Outcome
) -> None:
    site.award["recipient"] = recipient
    site.publish()
    assert check(web, site.award, recipient=Recipient(did=asked)).about_person is match


@pytest.mark.parametrize("name", ["md5", "sha1"])
def test_an_outdated_fingerprint_is_read_and_remarked_on(web: Web, site: Site, name: str) -> None:
    made = hashlib.new(name, f"{BETH}deadsea".encode(), usedforsecurity=False).hexdigest()
    site.award["recipient"] = {"type": "email", "hashed": True, "salt": "deadsea", "identity": f"{name}${made}"}
    site.publish()
    verdict = check(web, site.award, recipient=Recipient(email=BETH))
    assert verdict.about_person is Outcome.WARN
    assert verdict.has("weak_identity")


# -- what is no award -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [("badge", "badge_class"), ("issuer", "issuer_profile"), ("revocation_list", "revocation_list")],
)
def test_a_badge_or_an_issuer_is_said_to_be_no_award(web: Web, name: str, code: str) -> None:
    verdict = check(web, documents("specification")["documents"][name])
    assert failed(verdict, code)
    assert web.asked == []


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": None},
        {"recipient": {"type": "email"}},
        {"recipient": {"type": "email", "identity": 7}},
        {"badge": None},
        {"badge": {}},
        {"badge": 7},
        {"badge": ["https://example.org/1", "https://example.org/2"]},
        {"issuedOn": "yesterday"},
        {"issuedOn": True},
        {"expires": "2025-02-30T00:00:00Z"},
        {"expires": "2020-01-01T00:00:00Z"},
        {"type": "Something"},
    ],
)
def test_an_award_without_its_meaning_is_refused(web: Web, site: Site, change: dict[str, Any]) -> None:
    broken = {name: value for name, value in {**site.award, **change}.items() if value is not None}
    verdict = check(web, broken)
    assert verdict.verdict in ("not_verified", "undetermined")
    assert verdict.authentic in (Outcome.FAIL, Outcome.UNKNOWN)
    assert "recipient" not in change or verdict.has("bad_subject") or verdict.has("not_a_credential")


def test_a_way_of_verifying_that_nobody_knows_is_an_open_question(web: Web, site: Site) -> None:
    assert open_question(check(web, {**site.award, "verification": {"type": "Blockcerts"}}), "unsupported_proof")


# -- endorsements ---------------------------------------------------------------------------------------------------------------


def test_an_endorsement_is_looked_up_and_shown(web: Web, site: Site) -> None:
    endorser = Site(web, "https://endorser.example", "Robot Society")
    endorsement = {
        "@context": V2,
        "type": "Endorsement",
        "id": "https://endorser.example/endorsements/1",
        "issuer": endorser.issuer_url,
        "issuedOn": "2026-01-01T00:00:00Z",
        "claim": {"id": site.badge_url, "endorsementComment": "A great beginning."},
        "verification": {"type": "hosted"},
    }
    web.pages[endorsement["id"]] = endorsement
    for said in (endorsement["id"], {name: value for name, value in endorsement.items() if name != "@context"}):
        site.badge["endorsement"] = said
        site.publish()
        verdict = check(web, site.award)
        assert verdict.verdict == "verified"
        assert verdict.has("endorsed")
    # One that its endorser does not publish is shown as what it is.
    site.badge["endorsement"] = {**endorsement, "id": "https://endorser.example/endorsements/2"}
    site.publish()
    verdict = check(web, site.award)
    assert verdict.verdict == "verified"
    assert verdict.has("endorsement_not_verified")
    assert check(web, endorsement).verdict == "verified"
    forged = {**endorsement, "id": "https://mallory.example/e"}
    web.pages[forged["id"]] = forged
    assert failed(check(web, forged), "not_on_issuers_site")


def test_what_was_given_is_kept_untouched(site: Site) -> None:
    given = {
        **site.award,
        "extensions:grade": {"@context": "https://example.org/x", "type": ["Extension"], "value": 1.5},
    }
    parsed = Credential.parse(given)
    assert dict(parsed.document) == given
    assert parsed.form.name == "ob-2.0"
