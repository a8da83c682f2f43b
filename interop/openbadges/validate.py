# ruff: noqa: INP001 - a script, not a package
"""Asks 1EdTech's own validator (PyPI: openbadges 1.1.2) about badges, and its bakery about pictures. Runs in an environment of its own.

One JSON question in, one JSON answer out; no network: addresses are answered from what the question brings.

    question: {"pages": {address: JSON value, or {"image/png": base64}}, "jobs": [job, …]}
      job:    {"name", "check": address, JSON text, JWS, or {"file": base64}, "recipient": Profile or null}
              {"name", "bake": text, "into": base64}
    answer:   {"jobs": [{"name", "valid", "messages"} or {"name", "baked": base64}]}

The validator is of 2019. Three names that Python has moved since are put back where it looks for them, and its two ways to the
web are replaced; it is otherwise as published.
"""

from __future__ import annotations

import base64
import collections
import collections.abc
import io
import json
import sys

for _name in ("Mapping", "MutableMapping", "Iterable"):
    setattr(collections, _name, getattr(collections.abc, _name))

import requests  # noqa: E402 - after the names are back
import requests_cache  # noqa: E402 - after the names are back

QUESTION = json.load(sys.stdin)
PAGES = QUESTION["pages"]


class Page:
    """An answer from the pages of the question."""

    from_cache = True

    def __init__(self, url: str) -> None:
        """Read the page at ``url``; whatever is not there cannot be connected to."""
        if url not in PAGES:
            raise requests.ConnectionError(url)
        value = PAGES[url]
        image = value.get("image/png") if isinstance(value, dict) else None
        self.content = base64.b64decode(image) if image else json.dumps(value).encode()
        kind = "image/png" if image else "application/ld+json"
        self.headers = requests.structures.CaseInsensitiveDict({"Content-Type": kind})
        self.text = self.content.decode("latin-1" if image else "utf-8")
        self.status_code = 200


class Session:
    """Stands in for both sessions that the validator makes."""

    def __init__(self, *_args: object, **_options: object) -> None:
        """Take whatever the validator says about caches."""

    def get(self, url: str, **_options: object) -> Page:
        """Return the page at ``url``."""
        return Page(url)

    def remove_expired_responses(self) -> None:
        """Do nothing: pages do not grow old."""


requests.Session = Session
requests_cache.CachedSession = Session

from openbadges.verifier import verify  # noqa: E402 - after the session that answers from files
from openbadges.verifier.openbadges_context import OPENBADGES_CONTEXT_V2_DICT  # noqa: E402 - after the session that answers from files
from openbadges_bakery import bake  # noqa: E402 - after the session that answers from files

PAGES.setdefault("https://w3id.org/openbadges/v2", OPENBADGES_CONTEXT_V2_DICT)


def answered(job: dict) -> dict:
    """Do one job."""
    if "bake" in job:
        made = bake(io.BytesIO(base64.b64decode(job["into"])), job["bake"])
        return {"name": job["name"], "baked": base64.b64encode(made.read()).decode()}
    given = job["check"]
    if isinstance(given, dict):
        given = io.BytesIO(base64.b64decode(given["file"]))
        given.name = "badge"
    report = verify(given, job.get("recipient"), use_cache=False)["report"]
    messages = [message["result"] for message in report["messages"] if message["messageLevel"] == "ERROR"]
    return {"name": job["name"], "valid": report["valid"], "messages": messages}


json.dump({"jobs": [answered(job) for job in QUESTION["jobs"]]}, sys.stdout)
