"""How often tags of each kind were right on the development half of the labelled set (tests/skills/labelled/tagging.csv).

Of n tags of a kind found there r were right; the confidence is (r + 1) / (n + 2), so that few observations never give certainty. What
is less sure than :data:`SURE_ENOUGH` is not said unless asked for. ``benchmarks/tagging.py`` counts again, on both halves.
"""

from __future__ import annotations

SURE_ENOUGH = 0.6

_COUNTED: dict[tuple[str, bool, str], tuple[int, int]] = {
    ("exact", False, "title"): (15, 15),
    ("exact", False, "description"): (23, 24),
    ("exact", True, "title"): (22, 27),  # both parts together: too few in titles
    ("exact", True, "description"): (22, 27),
    ("common", False, "title"): (22, 24),
    ("common", False, "description"): (13, 16),
    ("common", True, "title"): (23, 24),
    ("common", True, "description"): (20, 22),
    ("alternative", False, "title"): (2, 2),
    ("alternative", False, "description"): (8, 12),
    ("alternative", True, "title"): (3, 3),
    ("alternative", True, "description"): (6, 11),
    ("short", False, "title"): (10, 12),
    ("short", False, "description"): (4, 5),
    ("short", True, "title"): (1, 1),
    ("short", True, "description"): (1, 1),
    ("variant", True, "title"): (4, 4),
    ("variant", True, "description"): (4, 9),
    ("similar", True, "title"): (0, 1),
}
"""(how, of several words, part) to (right, found)."""


def confidence_of(how: str, size: int, part: str) -> float:
    """Return how sure a tag is: found in this way, by so many words, in this part."""
    right, found = _COUNTED.get((how, size > 1, part), (0, 0))
    return round((right + 1) / (found + 2), 2)
