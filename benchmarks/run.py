"""Everything that is said about the speed of credentials, measured in one run: python benchmarks/run.py

JSON=1 prints one JSON object a line (name, value, unit, yardstick, ratio) instead of tables. --awards N sets how many awards are
streamed (default 200,000; a million takes some minutes), 0 leaves that out; --seconds how long each rate is measured.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable

import badge
from measuring import Figure
from peers import on_node
from streams import scaled, streamed

from cairn.credentials import PINNED
from cairn.credentials.linkeddata.canonical import rdf_canonical
from credentials import CHECKS, SIGNS, Material, measured

AS_JSON = os.environ.get("JSON") == "1"


def table(title: str, figures: Iterable[Figure]) -> dict[str, float]:
    """Print figures under a title, as they come; return their values by name."""
    if not AS_JSON:
        print(f"\n{title}")
    found: dict[str, float] = {}
    for figure in figures:
        figure.print(as_json=AS_JSON)
        found[figure.name] = figure.value
    return found


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--awards", type=int, default=200_000)
    asked.add_argument("--seconds", type=float, default=1.5)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    world = badge.made_world()
    material = Material(world)
    if not AS_JSON:
        statements = rdf_canonical(badge.badge(), PINNED).count(b"\n")
        print(f"One badge: {len(material.texts[5]):,} bytes signed, {statements} statements, the same for all.")
    here = table("On one core", measured(material, given.seconds, given.rounds))
    yardsticks = {name: here[name] for name in (SIGNS, CHECKS)}
    table("Peers on Node, on one core", on_node(material, yardsticks, given.seconds))
    table("Over processes, by the clock on the wall", scaled(world, material.texts, 20_000))
    if given.awards:
        table(f"{given.awards:,} awards from CSV to JSONL", streamed(world, given.awards))


if __name__ == "__main__":
    main()
