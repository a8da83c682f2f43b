"""How often tags of each kind were right on the development halves of the labelled sets (tests/skills/labelled/tagging.csv).

For the kinds that are rare there (akin, alternative, core, loose, shared, translated, variant) tags of offers in no set were judged
as well.

Of n tags of a kind found there r were right; the confidence is (r + 1) / (n + 2), so that few observations never give certainty. What
is less sure than :data:`SURE_ENOUGH` is not said unless asked for. ``benchmarks/tagging.py`` counts again, on both halves.
"""

from __future__ import annotations

SURE_ENOUGH = 0.72
"""Between the kinds that were right about three times in four and those that were wrong more often."""

_COUNTED: dict[tuple[str, bool, str], tuple[int, int]] = {
    ("exact", False, "title"): (20, 20),
    ("exact", False, "description"): (31, 32),
    ("exact", True, "title"): (25, 32),  # both parts together: too few in titles
    ("exact", True, "description"): (25, 32),
    ("common", False, "title"): (29, 30),
    ("common", False, "description"): (23, 27),
    ("common", True, "title"): (33, 34),
    ("common", True, "description"): (51, 55),
    ("translated", False, "title"): (
        10,
        11,
    ),  # one word and several together: too few; on texts in no labelled half that was held out
    ("translated", False, "description"): (12, 15),
    ("translated", True, "title"): (10, 11),
    ("translated", True, "description"): (12, 15),
    ("akin", True, "title"): (5, 5),
    ("akin", True, "description"): (24, 33),
    ("alternative", False, "title"): (2, 2),
    ("alternative", False, "description"): (6, 14),
    ("alternative", True, "title"): (3, 3),
    ("alternative", True, "description"): (13, 30),
    ("short", False, "title"): (10, 12),
    ("short", False, "description"): (5, 6),  # one word and several together: too few
    ("short", True, "title"): (1, 1),
    ("short", True, "description"): (5, 6),
    ("core", False, "title"): (1, 1),
    ("core", False, "description"): (5, 5),
    ("core", True, "title"): (4, 4),
    ("core", True, "description"): (28, 34),
    ("variant", True, "title"): (4, 4),
    ("variant", True, "description"): (4, 11),
    ("loose", True, "title"): (1, 3),
    ("loose", True, "description"): (10, 30),
    ("shared", True, "title"): (14, 14),  # both parts together, of all texts in no labelled half that was held out
    ("shared", True, "description"): (14, 14),
    ("similar", True, "title"): (0, 1),
}
"""(how, of several words, part) to (right, found). Finer than a tag's ``how``: ``akin`` is another name that shares a word with the
skill's own; ``core`` its own name without a light verb or a general word; ``loose`` a variant of another name, or of a field's;
``translated`` an everyday name in another language; ``shared`` a name whose last word stands behind the next one."""


def confidence_of(how: str, size: int, part: str) -> float:
    """Return how sure a tag is: found in this way, by so many words, in this part."""
    right, found = _COUNTED.get((how, size > 1, part), (0, 0))
    return round((right + 1) / (found + 2), 2)
