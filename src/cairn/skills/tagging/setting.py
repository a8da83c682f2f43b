"""What stands around a word: whether the text promises a skill or only asks for it, and whether a word is meant as a name.

A text that says "no knowledge of SQL needed" or "prerequisite: algebra" does not teach SQL or algebra. :func:`not_taught` finds such
stretches; what is found there is no tag.
"""

from __future__ import annotations

import re

_REST = r"[^.;:!?\n]{0,160}"
_ABOUT = r"(?:knowledge|experience|understanding|skills?|background|familiarity|proficiency|command|fluency|training|ability)"
_NOT_TAUGHT = (
    # What one has to bring, or need not bring: from these words to the end of the sentence.
    rf"\b(?:no|without(?: any)?|not require(?:s|d)?(?: any)?|any)\s+(?:prior|previous|special|particular|advanced|earlier)?\s*{_ABOUT}\b{_REST}",
    rf"\b(?:pre-?requisites?|entry requirements?|admission requirements?|requirements? for (?:entry|admission))\b\s*:?{_REST}",
    rf"\b(?:should|must|need(?:s)?(?: to)?|required to|expected to)\s+(?:already\s+)?(?:have|possess|hold|know|be familiar with|bring)\b{_REST}",
    rf"\b(?:students?|participants?|applicants?|candidates?|learners?|you)\s+need\s+(?:a |an |some |strong |basic |good )*{_ABOUT}\b{_REST}",
    rf"\b(?:assumes?|assuming|presuppos(?:es?|ing))\b{_REST}",
    rf"\b(?:have you|if you have|having|who have)\s+already\b{_REST}",
    rf"\b(?:continuation of|follows? on from|builds? (?:up)?on (?:the )?course)\b{_REST}",
    rf"\bno {_ABOUT} (?:of|in|with)\b{_REST}",
    # What it is set against.
    r"\b(?:instead of|rather than|as opposed to|unlike|as (?:a )?substitutes? for|not (?:a course (?:in|on|about)|about|covered?|included?))\b[^.;:!?,\n]{0,80}",
    # What somebody else does or wants.
    rf"\b(?:taught|given|delivered|conducted|offered) (?:only |entirely )?(?:in|through|via) (?:english|spanish|french|german|an?\b)[^.;:!?,\n]{{0,30}}",
    # German.
    rf"\b(?:keine|ohne)\s+(?:vor)?(?:kenntnisse|erfahrung(?:en)?)\b{_REST}",
    rf"\b(?:voraussetzung(?:en)?|vorausgesetzt)\b\s*:?{_REST}",
    r"\b(?:statt|anstelle von|anstatt)\b[^.;:!?,\n]{0,80}",
)
_BEFORE = (
    # "… is required", "… needed before": back to the beginning of the sentence.
    r"[^.;:!?\n]{0,160}\b(?:is|are) (?:a )?(?:required|prerequisites?|needed|assumed|expected|recommended|helpful)\b(?! to (?:support|work|be))",
    r"[^.;:!?,\n]{0,60}\b(?:not included|(?:is|are) not (?:taught|covered|part))\b",
)
_PATTERN = re.compile("|".join(f"(?:{pattern})" for pattern in (*_NOT_TAUGHT, *_BEFORE)), re.IGNORECASE)


def not_taught(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a text, as (start, end), that name what it does not teach."""
    return [match.span() for match in _PATTERN.finditer(text)]


def inside(start: int, end: int, stretches: list[tuple[int, int]]) -> bool:
    """Say whether a place lies in any of the stretches."""
    return any(begin <= start and end <= last for begin, last in stretches)


def shouted(text: str) -> bool:
    """Say whether most of a text is in capitals, so that capitals in it say nothing."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 3 and sum(letter.isupper() for letter in letters) > 0.6 * len(letters)


def as_a_name(written: str, *, loud: bool) -> bool:
    """Say whether a word is written as a name is: with a capital, a digit or a sign, in a text where that says something."""
    if any(not letter.isalpha() for letter in written):
        return True
    return not loud and written[:1].isupper()


def as_initials(written: str) -> bool:
    """Say whether a word is written as initials are: all of it in capitals or digits."""
    return written.upper() == written and any(letter.isalpha() for letter in written)
