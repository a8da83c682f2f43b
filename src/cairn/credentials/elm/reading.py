"""A European digital credential in the words of Verifiable Credentials 2.0 and Open Badges 3.0.

Claims become achievements, assessments results, learning outcomes alignments to the skills they name. What Open Badges has no word
for keeps its own (``volumeOfLearning``, ``mode``, ``idVerification``), and what is personal and not needed to tell whose credential it
is (names, birth, nationality) stays where it is, in the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.elm.claims import Claims
from cairn.credentials.elm.graph import Graph, said, text_of
from cairn.credentials.elm.moments import moment
from cairn.credentials.elm.rules import faults, gaps
from cairn.credentials.elm.words import best, country_of, language_of, spoken
from cairn.credentials.form import Form
from cairn.credentials.jsontext import as_list
from cairn.credentials.moments import format_moment

_IDENTIFIERS = (
    ("eIDASIdentifier", "ext:eIDASIdentifier"),
    ("registration", "ext:registration"),
    ("vatIdentifier", "ext:vatIdentifier"),
    ("taxIdentifier", "ext:taxIdentifier"),
    ("identifier", "identifier"),
)

_NAMES = ("legalName", "prefLabel", "altLabel", "fullName")


def recognises(document: Mapping[str, Any]) -> bool:
    """Tell a European digital credential by its type."""
    return "EuropeanDigitalCredential" in as_list(document.get("type"))


def reading(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts of a European digital credential in the words of Open Badges 3.0. Never raises; the broken is left out."""
    graph = Graph(document)
    display = graph.one(document, "displayParameter")
    languages = preferred_languages(graph)
    claims = Claims(graph, languages)
    subject = graph.one(document, "credentialSubject")
    # Who says it and of whom come first: a document with very many claims is read only up to a bound.
    issuer, identities = (
        _organisation(graph, graph.one(document, "issuer"), languages),
        list(_identities(graph, subject)),
    )
    achievements = claims.achievements(subject)
    begin = moment(document.get("validFrom")) or moment(document.get("issuanceDate"))
    ends = [
        end for end in (moment(document.get("validUntil")), moment(document.get("expirationDate"))) if end is not None
    ]
    issued = claims.awarded(subject) or moment(document.get("issued")) or moment(document.get("issuanceDate"))
    made: dict[str, Any] = {
        "id": document.get("id"),
        "type": [
            "VerifiableCredential",
            *(["AchievementCredential"] if achievements else []),
            "EuropeanDigitalCredential",
        ],
        "name": spoken(display.get("title"), languages),
        "description": spoken(display.get("description"), languages),
        "inLanguage": languages[0] if languages else None,
        "issuer": issuer,
        "validFrom": format_moment(begin) if begin else None,
        "validUntil": format_moment(min(ends)) if ends else None,
        "awardedDate": format_moment(issued) if issued else None,
        "credentialSubject": {
            "id": subject.get("id"),
            "type": ["AchievementSubject"],
            "identifier": identities,
            "achievement": achievements[0] if len(achievements) == 1 else achievements,
            "result": claims.results(subject),
            "creditsEarned": claims.credits_earned(subject),
            **claims.period(subject),
        },
        "evidence": [
            said(
                {
                    "type": ["Evidence"],
                    "name": best(graph.one(one, "dcType").get("prefLabel"), languages),
                    "narrative": text_of(one, "evidenceStatement"),
                }
            )
            for one in graph.many(document, "evidence")
        ],
        "credentialStatus": list(_statuses(document)),
        "credentialSchema": document.get("credentialSchema"),
        "proof": document.get("proof"),
    }
    return {**said(made), "credentialSubject": said(made["credentialSubject"])}


def preferred_languages(graph: Graph) -> list[str]:
    """Return the languages to read in: the primary one, then those it says it has, then English."""
    display = graph.one(graph.document, "displayParameter")
    named = [language_of(graph.address(display, "primaryLanguage"))]
    named += [language_of(one.get("id")) for one in graph.many(display, "language")]
    return list(dict.fromkeys([tag for tag in named if tag is not None] + ["en"]))


def _organisation(graph: Graph, node: Mapping[str, Any], languages: list[str]) -> dict[str, Any]:
    """Return an organisation or a person as a Profile."""
    others = [
        said(
            {
                "type": "IdentifierEntry",
                "identifier": text_of(one, "notation"),
                "identifierType": kind,
                "name": text_of(one, "schemeName"),
            }
        )
        for term, kind in _IDENTIFIERS
        for one in graph.many(node, term)
    ]
    address = graph.one(node, "location", "address")
    country = graph.one(address, "countryCode")
    mail = graph.address(node, "contactPoint", "emailAddress")
    return said({
        "id": node.get("id"),
        "type": ["Profile"],
        "name": next((name for term in _NAMES if (name := spoken(node.get(term), languages))), None),
        "url": text_of(graph.one(node, "homepage"), "contentURL"),
        "email": mail.removeprefix("mailto:") if mail and mail.startswith("mailto:") else None,
        "address": said({
            "type": ["Address"],
            "addressCountryCode": country_of(country.get("id")),
            "addressCountry": best(country.get("prefLabel"), languages),
        }) if country else None,
        "otherIdentifier": [one for one in others if "identifier" in one],
    })  # fmt: skip


def _identities(graph: Graph, person: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what tells whose credential it is: e-mail addresses, identifiers that an institution gave."""
    for mailbox in graph.many(person, "contactPoint", "emailAddress"):
        address = mailbox.get("id")
        if isinstance(address, str) and address.lower().startswith("mailto:"):
            yield {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": address[7:],
                "identityType": "emailAddress",
            }
    for one in graph.many(person, "identifier"):
        value = text_of(one, "notation")
        if value is None:
            continue
        kind, _, salt = (text_of(one, "schemeName") or "identifier").partition(HASHED)
        if value.partition("$")[0] in ("sha256", "md5") and kind == "emailAddress":
            yield said(
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": value,
                    "identityType": kind,
                    "salt": salt or None,
                }
            )
        else:
            yield {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": "identifier"}


HASHED = " (hashed with salt) "
"""Between the kind and the salt, in the name of the scheme of a learner's identifier that Open Badges has hashed."""


def _statuses(document: Mapping[str, Any]) -> Iterator[Any]:
    """A status that is only an address must not get lost: nobody could tell that it was never asked."""
    for one in as_list(document.get("credentialStatus")):
        yield one if isinstance(one, Mapping) else {"id": str(one), "type": "CredentialStatus"}


ELM_3 = Form("elm-3", "European digital credential (ELM 3)", recognises, faults, gaps, reading)
