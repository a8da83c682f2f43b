"""How good answers are: judged questions over the bundled New Jersey sample, and what is counted on them.

``judged.csv``: half, question, grade (3 has everything asked for, 2 is what was asked for, 1 is near it), and the list's own numbers of the
programmes with that grade; what is not named has grade 0. Judged by what titles, licences and credentials say, not by what a search found.
The development half was looked at while the search was made, the other half was held out.

``judged_apart.csv``: the same, judged apart from the builders, over a wider catalogue (New Jersey, MIT, Microsoft Learn in German,
freeCodeCamp), by the keys of their own lists. First by what the published rows say, descriptions, evening classes and distance learning
with them, before any answer was seen; then whatever else stood among the first ten. Half of it was looked at afterwards, to mend causes.
"""

from __future__ import annotations

import csv
import math
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DEVELOPMENT, HELD_OUT = "development", "held out"
APART = ("apart, development", "apart, held out", "third, development", "third, held out")
type Grades = Mapping[str, int]


@dataclass(frozen=True)
class Quality:
    """Means over questions: nDCG of the first ten, reciprocal rank of the first good one, share of the good ones in the first fifty."""

    questions: int
    ndcg: float
    mrr: float
    recall: float


def judged(half: str) -> dict[str, Grades]:
    """Return the grades by question of one half."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    name = "judged_apart.csv" if half in APART else "judged.csv"
    with Path(__file__).with_name(name).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["half"] == half:
                found[row["question"]] |= dict.fromkeys(row["programmes"].split(), int(row["grade"]))
    return dict(found)


def quality(questions: Mapping[str, Grades], answer: Callable[[str], Sequence[str]]) -> Quality:
    """Measure a search: ``answer`` gives programmes' numbers, the best first, at least fifty if there are as many."""
    gains, ranks, recalls = [], [], []
    for question, grades in questions.items():
        found = list(answer(question))[:50]
        best = sorted(grades.values(), reverse=True)[:10]
        gains.append(_gain([grades.get(one, 0) for one in found[:10]]) / _gain(best))
        enough = min(2, best[0])
        good = {one for one, grade in grades.items() if grade >= enough}
        ranks.append(next((1 / rank for rank, one in enumerate(found, 1) if one in good), 0.0))
        recalls.append(len(good & set(found)) / min(50, len(good)))
    count = len(questions)
    return Quality(count, sum(gains) / count, sum(ranks) / count, sum(recalls) / count)


def interval(
    questions: Mapping[str, Grades], answer: Callable[[str], Sequence[str]], draws: int = 2_000
) -> tuple[float, float]:
    """Return between what the mean nDCG lies in 95 of 100 draws of as many questions, with a fixed seed (a bootstrap)."""
    each = [quality({question: grades}, answer).ndcg for question, grades in questions.items()]
    chance = random.Random(1)  # noqa: S311 — a fixed seed, so that a figure can be printed again; no secret
    means = sorted(sum(chance.choices(each, k=len(each))) / len(each) for _ in range(draws))
    return means[draws * 25 // 1000], means[draws * 975 // 1000]


def _gain(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1)))
