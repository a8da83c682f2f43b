"""Everyday names of skills that the frameworks do not list as labels: what course titles and notices say.

A table of facts, kept by hand in ``names.csv``: phrase to the name of the skill in ESCO or O*NET. Add a row where tags are missed; a phrase
must mean nothing else in a course catalogue. It was written from course titles in general and the development halves of the labelled
sets; what only held-out texts say was left out. Where the first skill is not loaded, the next after " | " is taken; " + " stands between
two skills that are both meant.
"""

from __future__ import annotations

import csv
from importlib.resources import files


def _read() -> dict[str, str]:
    text = files("cairn.skills.tagging").joinpath("names.csv").read_text(encoding="utf-8")
    return {row["said"]: row["skill"] for row in csv.DictReader(text.splitlines())}


COMMON_NAMES = _read()
"""Phrase → name of a skill, or several as above."""

NO_NAMES = (
    "information technology",
    "customer satisfaction",
    "road test",
    "cash register",
    "secondary school",
    "educational activities",
)
"""Other names of skills that in a catalogue mean an industry, a wish, an examination, a thing or a place."""
