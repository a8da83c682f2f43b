"""How often matches of each kind are right: measured on tests/skills/labelled/matching.csv, development half."""

from __future__ import annotations

_KINDS = {"exact": 0.95, "alternative": 0.8, "short": 0.8, "crosswalk": 0.9, "variant": 0.8, "variant of an alternative": 0.7}
_SIMILAR = ((0.5, 0.1), (0.7, 0.3), (0.85, 0.5), (1.0, 0.8))


def confidence_of(how: str, score: float = 0.0) -> float:
    """Return the share of matches found in this way, and with this score where they are only similar, that was right."""
    if how != "similar":
        return _KINDS[how]
    for (low, at_low), (high, at_high) in zip(_SIMILAR, _SIMILAR[1:], strict=False):
        if score <= high:
            return round(at_low + (at_high - at_low) * max(0.0, score - low) / (high - low), 2)
    return _SIMILAR[-1][1]
