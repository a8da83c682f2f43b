"""How often matches of each kind are right: counted on the development half of tests/skills/labelled/matching.csv.

A match is right where the relation that it states was judged to hold. Of n matches r were right; the confidence is (r + 1) / (n + 2), so
that few observations never give certainty. Likeness is counted by bands of the score, separately for what is said to be close, broader
or narrower. ``benchmarks/tagging.py`` counts again, on both halves.
"""

from __future__ import annotations

_COUNTED: dict[str, tuple[int, int]] = {
    "exact": (7, 7),
    "alternative": (8, 11),
    "short": (8, 11),
    "crosswalk": (7, 7),
    "variant": (3, 3),
    "variant of another name": (1, 5),
}
"""Kind to (right, found). Short forms are counted with alternative labels, judged crosswalks with exact ones: too few of their own."""

_BANDS: dict[str, tuple[tuple[float, int, int], ...]] = {
    "close": ((0.55, 0, 9), (0.65, 3, 12), (0.75, 4, 17), (0.85, 5, 14), (0.95, 1, 2)),
    "broader": ((0.55, 3, 4), (0.65, 1, 1), (0.75, 6, 8), (0.85, 4, 5), (0.95, 3, 3)),
    "narrower": ((0.55, 2, 2), (0.65, 1, 3), (0.75, 8, 17), (0.85, 10, 18), (0.95, 5, 6)),
}
"""Relation to (middle of the band of scores, right, found)."""


def confidence_of(how: str) -> float:
    """Return the share of matches of this kind that was right."""
    return _share(*_COUNTED[how])


def confidence_alike(relation: str, score: float) -> float:
    """Return the share of matches with this likeness that was right about their relation; never less for a higher score."""
    best = 0.0
    bands = _BANDS[relation]
    for place, (middle, _, _) in enumerate(bands):
        if place == 0 or score >= middle - 0.05:
            right = sum(band[1] for band in bands[max(0, place - 1) : place + 2])
            found = sum(band[2] for band in bands[max(0, place - 1) : place + 2])
            best = max(best, _share(right, found))
    return best


def _share(right: int, found: int) -> float:
    return round((right + 1) / (found + 2), 2)
