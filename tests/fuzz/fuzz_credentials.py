"""Fuzzes parsing and verification with coverage-guided changes to genuine credentials.

Run: python -m tests.fuzz.fuzz_credentials -max_total_time=60 [-seed=1]    (libFuzzer's options; `make fuzz` does it)

What must hold for every input: verify answers, within seconds, with a verdict that can be written as JSON; and it never says
"verified" of a document that says anything else than the genuine one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cairn.credentials"]):
    from tests.fuzz.oracle import SEEDS, WrongVerdict, check, try_one


def one_input(data: bytes) -> None:
    """Let the fuzzer's bytes decide."""
    try_one(atheris.FuzzedDataProvider(data))


def main() -> None:
    """Check the seeds, then hand over to the fuzzer."""
    for seed in SEEDS:
        if check(seed.data).verdict != "verified":
            raise WrongVerdict(f"the seed {seed.name} does not verify")
    finds = Path(os.environ.get("FUZZ_FINDS", "var/fuzz"))
    finds.mkdir(parents=True, exist_ok=True)
    atheris.Setup([*sys.argv, f"-artifact_prefix={finds}/", "-timeout=20", "-max_len=2048"], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
