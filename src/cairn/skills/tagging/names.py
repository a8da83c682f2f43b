"""Everyday names of skills that the frameworks do not list as labels: what course titles and notices say.

A table of facts, kept by hand in ``names.csv``: phrase to the name of the skill in ESCO or O*NET. Add a row where tags are missed; a phrase
must mean nothing else in a course catalogue. It was written from course titles in general and the development halves of the labelled
sets; what only held-out texts say was left out. Where the first skill is not loaded, the next after " | " is taken; " + " stands between
two skills that are both meant.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import product


def _read(file: str) -> dict[str, str]:
    text = files("cairn.skills.tagging").joinpath(file).read_text(encoding="utf-8")
    return {row["said"]: row["skill"] for row in csv.DictReader(text.splitlines())}


COMMON_NAMES = _read("names.csv")
"""Phrase → name of a skill, or several as above."""

TRANSLATED = "translated"
"""The grade of what is found by a name in another language."""


def in_german() -> Iterator[tuple[str, str]]:
    """Return German names with the skills that they mean, in every ending that German gives them (``names_de.csv``)."""
    for said, skill in _read("names_de.csv").items():
        bare = [_ENDED.sub("", word) if len(said.split()) > 1 and word[0].islower() else word for word in said.split()]
        for endings in product(
            *((_OF_ADJECTIVES if word != whole else _OF_NOUNS) for word, whole in zip(bare, said.split(), strict=True))
        ):
            yield " ".join(map("".join, zip(bare, endings, strict=True))), skill


_ENDED = re.compile(r"(?:e[rs]?)$")
_OF_NOUNS = ("", "e", "en", "n", "s", "es")
_OF_ADJECTIVES = ("e", "er", "es", "en", "em")

NO_NAMES = (
    "information technology",
    "customer satisfaction",
    "road test",
    "cash register",
    "secondary school",
    "educational activities",
)
"""Other names of skills that in a catalogue mean an industry, a wish, an examination, a thing or a place."""
