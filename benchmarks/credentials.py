"""How fast credentials are signed and checked on one core, beside the yardstick: libsodium's own signature, and a peer on Node.

Run: python benchmarks/credentials.py [awards]. All figures come from one run and are per second of processor time; trust the ratios,
machines differ and swing. Python's collector is told not to walk over the material laid out beforehand. With ``awards`` given (such
as 200000) that many are signed as one stream, and memory is printed on the way. Node's figures need interop/node_modules (see
interop/README.md) and are left out without it.
"""

from __future__ import annotations

import copy
import gc
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nacl.signing

from cairn.credentials import (
    PINNED,
    CouldNotFetch,
    Credential,
    Ed25519Key,
    Fetched,
    KeySigner,
    PublishedKey,
    StatusList,
    did_document,
    did_web_url,
    identity_object,
    issue,
    issue_batch,
    verify,
)
from cairn.credentials.canonical import rdf_canonical
from cairn.credentials.contexts import OB_3, OB_EXTENSIONS, VC_V2
from cairn.credentials.shapes import SHAPES, Shapes, canonical

SECONDS = 1.0
ROUNDS = 3
SITE = "https://badges.example.edu"
DID = "did:web:badges.example.edu"
LIST = f"{SITE}/status/7"
ESCO = "http://data.europa.eu/esco/skill/"
GRADE = "urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c"
AWARDED = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
NODE = Path(__file__).parents[1] / "interop"


def badge() -> dict[str, Any]:
    """An Open Badges 3.0 credential as large as they are in use: 4 kB, 111 statements, 11 blank nodes."""
    alignments = [
        ("analyse big data", f"{ESCO}4a3ebed5-ca31-408f-a7e8-1b3ab3cf1f3a", "ESCO", "ext:ESCOSkill"),
        ("use databases", f"{ESCO}1d1ae4e6-bc2b-4f0a-9d1c-6d2a3f5d7b10", "ESCO", "CFItem"),
        ("EQF level 5", "http://data.europa.eu/snb/eqf/5", "European Qualifications Framework", "CFItem"),
        ("Python (computer programming)", f"{ESCO}ccd0a1d9-afda-43d9-b901-96344886e14d", "ESCO", "CFItem"),
    ]
    image = {"id": f"{SITE}/img/badge/42.png", "type": "Image"}
    achievement = {
        "id": f"{SITE}/achievements/42",
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": "Data Analysis with Python",
        "description": "The holder can clean, model and visualise tabular data with Python and communicate findings.",
        "criteria": {
            "id": f"{SITE}/achievements/42/criteria",
            "narrative": "Completed **four** assessed projects and a proctored test; 200 notional learning hours at EQF level 5.",
        },
        "creator": {"id": DID, "type": ["Profile"], "name": "Example Institute of Technology"},
        "image": {**image, "caption": "A bar chart in a hexagon"},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": name,
                "targetUrl": url,
                "targetFramework": framework,
                "targetType": kind,
            }
            for name, url, framework, kind in alignments
        ],
        "creditsAvailable": 20,
        "fieldOfStudy": "0612 Database and network design",
        "humanCode": "DAP-5",
        "inLanguage": "en",
        "tag": ["python", "data analysis", "statistics", "visualisation"],
        "resultDescription": [
            {
                "id": GRADE,
                "type": ["ResultDescription"],
                "name": "Final grade",
                "resultType": "LetterGrade",
                "allowedValue": ["A", "B", "C", "D"],
                "requiredValue": "C",
            }
        ],
    }
    return {
        "@context": [VC_V2, OB_3, OB_EXTENSIONS],
        "id": f"{SITE}/credentials/0f8fad5b-d9cb-469f-a165-70867728950e",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Data Analysis with Python (Level 5)",
        "description": "Awarded for completing the Data Analysis with Python micro-credential.",
        "issuer": {
            "id": DID,
            "type": ["Profile"],
            "name": "Example Institute of Technology",
            "url": "https://www.example.edu",
            "email": "registry@example.edu",
            "phone": "+64 9 555 0100",
            "image": {"id": f"{SITE}/img/logo.png", "type": "Image", "caption": "Institute logo"},
            "address": {
                "type": ["Address"],
                "addressCountry": "New Zealand",
                "addressCountryCode": "NZ",
                "addressLocality": "Auckland",
                "postalCode": "1010",
            },
        },
        "validFrom": "2026-03-01T00:00:00Z",
        "validUntil": "2031-03-01T00:00:00Z",
        "awardedDate": "2026-02-20T09:30:00Z",
        "image": image,
        "credentialSubject": {
            "id": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            "type": ["AchievementSubject"],
            "identifier": [identity_object("learner@example.com", "kosher")],
            "activityStartDate": "2025-11-01T00:00:00Z",
            "activityEndDate": "2026-02-15T00:00:00Z",
            "creditsEarned": 20,
            "result": [{"type": ["Result"], "resultDescription": GRADE, "value": "A"}],
            "achievement": achievement,
        },
        "evidence": [
            {
                "id": "https://portfolio.example.net/jo/123",
                "type": ["Evidence"],
                "name": "Capstone report",
                "description": "Analysis of ferry delays",
                "genre": "Report",
            }
        ],
        "credentialStatus": [status(94567)],
        "credentialSchema": [
            {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
    }


def status(index: int) -> dict[str, Any]:
    """The status entry of one award."""
    return {
        "id": f"{LIST}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": LIST,
    }


def recipients(number: int, start: int = 0) -> Iterator[dict[str, Any]]:
    """What differs from learner to learner: ids, fingerprint, grade, evidence, place in the status list."""
    for one in range(start, start + number):
        yield {
            "id": f"{SITE}/credentials/{one:032x}",
            "credentialSubject": {
                "id": f"did:web:learners.example:{one}",
                "identifier": [identity_object(f"learner{one}@example.com", f"{one:08x}")],
                "result": [{"type": ["Result"], "resultDescription": GRADE, "value": "ABCD"[one % 4]}],
            },
            "evidence": [
                {
                    "id": f"https://portfolio.example.net/{one}",
                    "type": ["Evidence"],
                    "name": f"Report {one}",
                    "genre": "Report",
                }
            ],
            "credentialStatus": [status(one % 131_072)],
        }


class Pages:
    """What the issuer publishes, in memory."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return the page, or say that there is none."""
        if url not in self.pages:
            raise CouldNotFetch("no such page")
        return Fetched(self.pages[url], "application/json", url)


def rate(work: Callable[[int], object], seconds: float = SECONDS) -> float:
    """How often ``work(number)`` is done in a second of processor time."""
    done = 0
    began = time.process_time()
    while (spent := time.process_time() - began) < seconds:
        for _ in range(5):
            work(done)
            done += 1
    return done / spent


def measure(seed: bytes) -> tuple[dict[str, list[float]], list[Credential], dict[str, bytes]]:
    """All rates, in interleaved rounds."""
    key = Ed25519Key.from_seed(seed)
    signer = KeySigner(key, f"{DID}#key-1")
    listed = issue(
        StatusList().to_credential(url=LIST, issuer=DID, valid_from=AWARDED), signer, created=AWARDED
    ).text.encode()
    published = json.dumps(did_document(DID, [PublishedKey(key.public_multibase, "key-1")])).encode()
    pages = {did_web_url(DID): published, LIST: listed}
    world = Pages(pages)
    template = badge()
    made = list(issue_batch(template, recipients(400), signer, created=AWARDED))
    texts = [one.text.encode() for one in made]
    documents = [{k: v for k, v in json.loads(text).items() if k != "proof"} for text in texts]
    for document, credential in zip(documents[:40], made, strict=False):
        if canonical(document, PINNED) != rdf_canonical(document, PINNED):
            raise SystemExit("The short way and the long way differ.")
        if verify(credential.text, at=NOW, resolve=world).verdict != "verified":
            raise SystemExit("A credential that was just issued does not verify.")
    raw, message = nacl.signing.SigningKey(seed), b"m" * 64
    signed = raw.sign(message)
    stream = issue_batch(template, recipients(10**9, 1000), signer, created=AWARDED)

    def long_way(work: Callable[[int], object]) -> Callable[[int], object]:
        def run(number: int) -> object:
            SHAPES.clear()
            return work(number)

        return run

    def checked(number: int) -> object:
        return verify(texts[number % 400], at=NOW, resolve=world)

    def issued(number: int) -> object:
        return issue(documents[number % 400], signer, created=AWARDED)

    strangers = Shapes()

    def stranger(number: int) -> object:
        document = copy.copy(documents[number % 400])
        document["credentialSubject"] = {**document["credentialSubject"], "creditsEarned": number}
        return strangers.canonical(document, PINNED)

    works: dict[str, Callable[[int], object]] = {
        "libsodium signs": lambda _: raw.sign(message),
        "libsodium verifies": lambda _: raw.verify_key.verify(signed),
        "canonical form, long way": lambda number: rdf_canonical(documents[number % 400], PINNED),
        "canonical form, each document of a shape of its own": stranger,
        "canonical form, known shape": lambda number: canonical(documents[number % 400], PINNED),
        "issue, long way": long_way(issued),
        "issue, known shape": issued,
        "issue, batch": lambda _: next(stream),
        "verify, long way": long_way(checked),
        "verify, known shape": checked,
    }
    found: dict[str, list[float]] = {name: [] for name in works}
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for name, work in works.items():
            for number in range(3):
                work(number)
            found[name].append(rate(work, SECONDS / ROUNDS))
    return found, made, pages


def node(made: list[Credential], pages: dict[str, bytes], seed: bytes) -> dict[str, float]:
    """The same credential through Digital Bazaar's vc, if it is installed."""
    program = shutil.which("node")
    if program is None or not (NODE / "node_modules").is_dir():
        return {}
    question = {
        "contexts": {url: {"@context": value} for url, value in PINNED.items()},
        "documents": {url: json.loads(page) for url, page in pages.items()},
        "credential": json.loads(made[5].text),
        "key": {
            "type": "Multikey",
            "id": f"{DID}#key-1",
            "controller": DID,
            "publicKeyMultibase": Ed25519Key.from_seed(seed).public_multibase,
            "secretKeyMultibase": Ed25519Key.from_seed(seed).secret_multibase,
        },
        "seconds": 2,
    }
    answer = subprocess.run(  # noqa: S603 - our own program, with the Node that is installed
        [program, str(NODE / "measure.mjs")],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if answer.returncode:
        print(f"Node could not be measured: {answer.stderr[:500]}", file=sys.stderr)
        return {}
    rates: dict[str, float] = json.loads(answer.stdout)
    return rates


def memory() -> float:
    """MiB this process holds now (where the system tells; its peak elsewhere)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def streamed(number: int, seed: bytes) -> None:
    """Sign ``number`` awards one after the other, and print what memory does meanwhile."""
    signer = KeySigner(Ed25519Key.from_seed(seed), f"{DID}#key-1")
    began = time.process_time()
    for done, credential in enumerate(issue_batch(badge(), recipients(number), signer, created=AWARDED), start=1):
        if done in (1000, number) or done % (number // 5 or 1) == 0:
            spent = time.process_time() - began
            print(
                f"{done:>9,} awards  {memory():7.1f} MiB  {done / spent:8,.0f} a second  ({len(credential.text)} bytes each)"
            )


def main() -> None:
    """Print the table."""
    seed = b"\x07" * 32
    found, made, pages = measure(seed)
    middle = {name: sorted(rates)[len(rates) // 2] for name, rates in found.items()}
    peer = node(made, pages, seed)
    print(
        f"{len(made[5].text)} bytes, {rdf_canonical(badge(), PINNED).count(b'\n')} statements; a second of one core's time"
    )
    print(f"{'':52} {'a second':>10}  of libsodium")
    for name, value in {**middle, **peer}.items():
        yardstick = middle["libsodium verifies" if "verif" in name else "libsodium signs"]
        print(f"{name:52} {value:10,.0f}  {value / yardstick:8.1%}")
    if len(sys.argv) > 1:
        streamed(int(sys.argv[1]), seed)


if __name__ == "__main__":
    main()
