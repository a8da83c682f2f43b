"""What must hold of verification, whatever it is given, and the changes that try to break it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from tests.credentials.world import NOW
from tests.fuzz.mutations import Choices, changed, closed_token, facts, open_token
from tests.fuzz.seeds import Seed, seeds

from cairn.credentials import Verdict, verify
from cairn.credentials.repeating.family import FAMILIES

SEEDS, WORLD = seeds()
TOKENS = {seed.name: open_token(seed.data.decode())[0] for seed in SEEDS if seed.is_token}


class WrongVerdict(Exception):
    """A changed credential was called verified, or was judged in two ways."""


class Bytes(Choices, Protocol):
    """Choices that can be bytes too."""

    def ConsumeBytes(self, count: int) -> bytes: ...  # noqa: N802 - the fuzzer's own name


def said(value: Any) -> set[tuple[tuple[str, ...], str]]:
    """Return what a document says. Its own proofs say nothing about the holder, and a vocabulary nobody uses says nothing at all."""
    return {(path, fact) for path, fact in facts(_without_proofs(value)) if "@context" not in path}


def _without_proofs(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_proofs(one) for one in value]
    if not isinstance(value, dict):
        return value
    signed = "VerifiableCredential" in str(value.get("type", value.get("@type")))
    return {key: _without_proofs(one) for key, one in value.items() if not (signed and key == "proof")}


def check(data: bytes) -> Verdict:
    """Verify ``data``; whatever is raised is a find. What is recognised by its text is also judged as a stranger's."""
    known = FAMILIES.recognise(data) is not None
    verdict = verify(data, at=NOW, resolve=WORLD)
    told = json.dumps(verdict.as_dict())
    if known:
        with as_strangers():
            told_of_strangers = json.dumps(verify(data, at=NOW, resolve=WORLD).as_dict())
        if told != told_of_strangers:
            raise WrongVerdict(f"judged in two ways: {told} and {told_of_strangers}; {data!r}")
    return verdict


@contextmanager
def as_strangers() -> Iterator[None]:
    """Recognise nothing within the block."""
    known, FAMILIES._known = FAMILIES._known, ()
    try:
        yield
    finally:
        FAMILIES._known = known


def shown(verdict: Verdict) -> set[tuple[tuple[str, ...], str]]:
    """Return what a verdict shows to its reader as the credential: for a badge that is hosted, what its issuer hosts."""
    return said(dict(verdict.credential.document)) if verdict.credential else set()


GENUINE = [shown(check(seed.data)) for seed in SEEDS]


def try_one(choose: Bytes) -> None:
    """Let ``choose`` decide what to change in which seed, and judge the outcome; raises :class:`WrongVerdict`."""
    seed = SEEDS[choose.ConsumeIntInRange(0, len(SEEDS) - 1)]
    other = SEEDS[choose.ConsumeIntInRange(0, len(SEEDS) - 1)]
    way = choose.ConsumeIntInRange(0, 5)
    if way == 0:
        data = choose.ConsumeBytes(4096)
    elif way == 1 or not (seed.is_json or seed.is_token):
        data = _with_other_bytes(seed, choose)
    elif seed.is_json:
        foreign = json.loads(other.data) if other.is_json else {}
        data = json.dumps(changed(json.loads(seed.data), foreign, choose)).encode()
    else:
        parts, rest = open_token(seed.data.decode())
        made = changed(parts, TOKENS.get(other.name, [{}, {}]), choose)
        data = closed_token(made, rest).encode() if isinstance(made, list) else b""
    verdict = check(data)
    if verdict.verdict == "verified" and shown(verdict) not in GENUINE:
        nearest = min(GENUINE, key=lambda genuine: len(genuine ^ shown(verdict)))
        raise WrongVerdict(f"said too much: {shown(verdict) - nearest}; left out: {nearest - shown(verdict)}; {data!r}")


def _with_other_bytes(seed: Seed, choose: Bytes) -> bytes:
    made = bytearray(seed.data)
    for _ in range(choose.ConsumeIntInRange(1, 8)):
        at = choose.ConsumeIntInRange(0, max(len(made) - 1, 0))
        made[at : at + choose.ConsumeIntInRange(0, 4)] = choose.ConsumeBytes(choose.ConsumeIntInRange(0, 8))
    return bytes(made)
