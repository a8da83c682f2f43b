"""What must hold of verification, whatever it is given, and the changes that try to break it."""

from __future__ import annotations

import json
from typing import Any, Protocol

from tests.credentials.world import NOW
from tests.fuzz.mutations import Choices, changed, closed_token, facts, open_token
from tests.fuzz.seeds import Seed, seeds

from cairn.credentials import verify

SEEDS, WORLD = seeds()
TOKENS = {seed.name: open_token(seed.data.decode())[0] for seed in SEEDS if seed.is_token}


class WrongVerdict(Exception):
    """A changed credential was called verified."""


class Bytes(Choices, Protocol):
    """Choices that can be bytes too."""

    def ConsumeBytes(self, count: int) -> bytes: ...  # noqa: N802 - the fuzzer's own name


def said(value: Any) -> set[tuple[tuple[str, ...], str]]:
    """Return what a document says. Its own proofs say nothing about the holder, and a vocabulary nobody uses says nothing at all."""
    return {(path, fact) for path, fact in facts(value) if path[:1] != ("proof",) and "@context" not in path}


GENUINE = [said(json.loads(seed.data)) for seed in SEEDS if seed.is_json]


def check(data: bytes) -> str:
    """Verify ``data`` and return the verdict; whatever is raised is a find."""
    verdict = verify(data, at=NOW, resolve=WORLD)
    json.dumps(verdict.as_dict())
    return verdict.verdict


def try_one(choose: Bytes) -> None:
    """Let ``choose`` decide what to change in which seed, and judge the outcome; raises :class:`WrongVerdict`."""
    seed = SEEDS[choose.ConsumeIntInRange(0, len(SEEDS) - 1)]
    other = SEEDS[choose.ConsumeIntInRange(0, len(SEEDS) - 1)]
    way = choose.ConsumeIntInRange(0, 5)
    if way == 0:
        check(choose.ConsumeBytes(4096))
    elif way == 1 or not (seed.is_json or seed.is_token):
        check(_with_other_bytes(seed, choose))
    elif seed.is_json:
        foreign = json.loads(other.data) if other.is_json else {}
        made = changed(json.loads(seed.data), foreign, choose)
        if check(json.dumps(made).encode()) == "verified" and said(made) not in GENUINE:
            raise WrongVerdict(json.dumps(made))
    else:
        parts, rest = open_token(seed.data.decode())
        made = changed(parts, TOKENS.get(other.name, [{}, {}]), choose)
        whole = isinstance(made, list) and len(made) == 2
        if whole and check(closed_token(made, rest).encode()) == "verified" and made not in TOKENS.values():
            raise WrongVerdict(json.dumps(made))


def _with_other_bytes(seed: Seed, choose: Bytes) -> bytes:
    made = bytearray(seed.data)
    for _ in range(choose.ConsumeIntInRange(1, 8)):
        at = choose.ConsumeIntInRange(0, max(len(made) - 1, 0))
        made[at : at + choose.ConsumeIntInRange(0, 4)] = choose.ConsumeBytes(choose.ConsumeIntInRange(0, 8))
    return bytes(made)
