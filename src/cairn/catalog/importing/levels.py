"""Levels of the European Qualifications Framework as catalogues write them; what is no level of it is never taken for one."""

from __future__ import annotations

import re

EQF_LEVELS = frozenset("12345678")
"""The levels, as Annex II of the Council Recommendation of 22 May 2017 on the EQF has them."""
FIGURE = r"(?:(?<!\S)-)?\d{1,4}(?:\.\d+)?"
"""A figure with what makes another one of it: “-1” and “4.5” are not 1 and 4; the hyphen of “EQF-5” is no sign."""
_FIGURE = re.compile(FIGURE)


def figure_in(text: str) -> str:
    """Return the first figure of a text as it is written, "" where there is none."""
    found = _FIGURE.search(text)
    return found[0] if found else ""
