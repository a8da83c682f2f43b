"""JSON that two readers would read differently, or that is built to exhaust its reader."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from tools.hostile.ground import OWN, Case, award_document, compact, honest, honest_copy, nested, signed, written

JSON = "RFC 8259 section 4; RFC 7493 (I-JSON)"


def cases() -> Iterator[Case]:
    """Every file of this kind."""
    text = honest().text
    yield Case(
        "json/honest.json",
        written(honest_copy()),
        "Nothing: the honest award that most files are bent from.",
        "verified",
        "signature_valid",
        OWN,
        "VC Data Model 2.0 section 7.1; cairn.credentials.verify",
    )

    def refused(name: str, content: str | bytes, tries: str, code: str, rule: str = JSON) -> Case:
        data = content.encode() if isinstance(content, str) else content
        return Case(
            f"json/{name}.json",
            data if isinstance(content, bytes) else data + b"\n",
            tries,
            "not_verified",
            code,
            (),
            rule,
        )

    first = '"issuer":{"id":"did:web:mallory.example","name":"Example Institute"},'
    yield refused(
        "duplicate-key",
        text.replace('"issuer":{', first + '"issuer":{', 1),
        "Names the issuer twice: one reader believes the first, another the last.",
        "duplicate_key",
    )
    yield refused(
        "duplicate-key-escaped",
        text.replace('"issuer":{', first.replace("issuer", "iss\\u0075er") + '"issuer":{', 1),
        "Names the issuer twice, once spelled with an escape.",
        "duplicate_key",
    )
    yield refused(
        "duplicate-key-deep",
        text.replace('"achievementType":', '"name":"Doctor of Medicine","achievementType":', 1),
        "Names the achievement twice, deep inside.",
        "duplicate_key",
    )
    yield refused(
        "duplicate-proof",
        text[:-1] + ',"proof":[]}',
        "Carries two members called proof, the last one empty.",
        "duplicate_key",
    )
    yield refused(
        "deep-objects",
        compact({**honest_copy(), "evidence": nested(2000)}),
        "Nests two thousand objects to overflow the reader's stack.",
        "too_deep",
        "cairn.credentials.jsontext: 64 levels",
    )
    yield refused(
        "bottomless-arrays",
        '{"@context":' + "[" * 50_000,
        "Opens fifty thousand arrays and closes none.",
        "too_deep",
        "cairn.credentials.jsontext: 64 levels",
    )
    yield refused(
        "huge-integer",
        text.replace('"creditsEarned":2.5', '"creditsEarned":9007199254740993'),
        "Holds a number that doubles round to another one.",
        "number_not_exact",
    )
    yield refused(
        "endless-integer",
        text.replace('"creditsEarned":2.5', f'"creditsEarned":{"9" * 20_000}'),
        "Holds an integer of twenty thousand digits, slow to read.",
        "number_not_exact",
    )
    yield refused(
        "infinite-number",
        text.replace('"creditsEarned":2.5', '"creditsEarned":1e400'),
        "Holds a number that becomes infinity when it is read.",
        "number_not_exact",
    )
    yield refused(
        "not-a-number",
        text.replace('"creditsEarned":2.5', '"creditsEarned":NaN'),
        "Holds NaN, which some readers accept and JSON does not know.",
        "not_json",
    )
    yield refused(
        "half-a-letter",
        text.replace("Data Analysis", "Data \\ud83d Analysis"),
        "Holds half a surrogate pair, which readers repair differently.",
        "not_text",
    )
    yield refused(
        "broken-utf-8",
        text.encode().replace(b"Data Analysis", b"Data \xc0\xaf Analysis"),
        "Holds an overlong UTF-8 sequence.",
        "not_text",
    )
    yield refused("utf-16", text.encode("utf-16"), "Is written in UTF-16.", "unknown_format")
    yield refused("two-documents", text + "\n" + text, "Holds two documents one after the other.", "not_json")
    yield refused(
        "comment",
        text.replace('"issuer":', '/* "issuer": {} */ "issuer":', 1),
        "Holds a comment, which some readers skip.",
        "not_json",
    )
    yield refused("trailing-comma", text[:-1] + ",}", "Ends with a comma, which some readers forgive.", "not_json")
    yield refused("array", f"[{text}]", "Wraps the award in an array.", "unknown_format")
    yield refused(
        "control-letter",
        text.replace("Data Analysis", "Data\x00Analysis"),
        "Holds a raw zero byte inside a text.",
        "not_json",
    )
    name = "Données et café"
    composed = signed(award_document(name=name))
    yield Case(
        "json/unicode-decomposed.json",
        compact({**composed, "name": unicodedata.normalize("NFD", name)}),
        "Writes a signed name with other code points that look the same (NFD for NFC).",
        "not_verified",
        "signature_invalid",
        OWN,
        "Data Integrity 1.0 section 4.4: nothing is normalised",
    )
    yield Case(
        "json/unicode-homograph-issuer.json",
        compact({**honest_copy(), "issuer": {**honest_copy()["issuer"], "id": "did:web:b\u0430dges.example.org"}}),
        "Names an issuer whose identifier holds a Cyrillic letter in place of a Latin one.",
        "not_verified",
        "bad_did",
        (),
        "did:web method, section Method-specific identifier",
    )
    yield Case(
        "json/unicode-invisible-key.json",
        compact({**honest_copy(), "issuer\u200b": {"id": "did:web:mallory.example"}}),
        "Adds a member whose name looks like issuer and ends with an invisible space.",
        "not_verified",
        "undefined_term",
        OWN,
        "cairn.credentials.linkeddata.coverage",
    )
    yield Case(
        "json/prototype.json",
        compact({**honest_copy(), "__proto__": {"issuer": "did:web:mallory.example"}}),
        "Adds __proto__, which changes objects in some languages.",
        "not_verified",
        "undefined_term",
        OWN,
        "cairn.credentials.linkeddata.coverage",
    )
    yield Case(
        "json/no-fields.json",
        b"{}\n",
        "Is an empty object.",
        "not_verified",
        "not_a_credential",
        (),
        "Credential.parse",
    )
    yield Case(
        "json/null-members.json",
        compact(dict.fromkeys(honest_copy(), None)),
        "Has every member, each of them null.",
        "not_verified",
        "not_a_credential",
        (),
        "Credential.parse",
    )
