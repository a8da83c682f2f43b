"""Other people's programs on Node, with the same credential: left out where Node or interop/node_modules is not there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from badge import DID
from measuring import Figure

from cairn.credentials import PINNED
from credentials import CHECKS, SIGNS, Material

INTEROP = Path(__file__).parents[1] / "interop"


def on_node(material: Material, yardsticks: Mapping[str, float], seconds: float) -> Iterator[Figure]:
    """Rates a second of processor time; ``yardsticks`` are libsodium's from this run."""
    program = shutil.which("node")
    if program is None or not (INTEROP / "node_modules").is_dir():
        print("Node's figures are left out: see interop/README.md for what to install.", file=sys.stderr)
        return
    key = material.world.key
    question = {
        "contexts": {url: {"@context": value} for url, value in PINNED.items()},
        "documents": material.world.documents,
        "credential": json.loads(material.texts[5]),
        "token": material.tokens[5],
        "key": {
            "type": "Multikey",
            "id": f"{DID}#key-1",
            "controller": DID,
            "publicKeyMultibase": key.public_multibase,
            "secretKeyMultibase": key.secret_multibase,
        },
        "jwk": {**key.public.jwk, "d": _base64url(key.seed), "alg": "EdDSA"},
        "seconds": seconds,
    }
    answer = subprocess.run(  # noqa: S603 - our own program, with the Node that is installed
        [program, str(INTEROP / "measure.mjs")],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if answer.returncode:
        print(f"Node could not be measured: {answer.stderr[:500]}", file=sys.stderr)
        return
    for name, value in json.loads(answer.stdout).items():
        yardstick = CHECKS if "verif" in name else SIGNS
        yield Figure(name, value, "a CPU-second", yardstick, yardsticks[yardstick])


def _base64url(data: bytes) -> str:
    from cairn.credentials.multibase import base64url

    return base64url(data)
