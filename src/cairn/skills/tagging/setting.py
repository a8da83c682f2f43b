"""What stands around a word: whether the text promises a skill or only asks for it, and whether a word is meant as a name.

A text that says "no knowledge of SQL needed" or "prerequisite: algebra" does not teach SQL or algebra. :func:`not_taught` finds such
stretches; what is found there is no tag.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cairn.skills.matching.words import LITTLE, Word

_REST = r"[^.;:!?\n]{0,160}"
_SHORT_REST = r"[^.;:!?,\n]{0,80}"
_ABOUT = r"(?:knowledge|experience|understanding|skills?|background|familiarity|proficiency|command|fluency|training|ability)"
_WHO = r"(?:students?|participants?|applicants?|candidates?|learners?|you)"
_NOT_TAUGHT = (
    # What one has to bring, or need not bring: from these words to the end of the sentence.
    (
        rf"\b(?:no|without(?: any)?|not require(?:s|d)?(?: any)?|any)\s+"
        rf"(?:prior|previous|special|particular|advanced|earlier)?\s*{_ABOUT}\b{_REST}"
    ),
    rf"\b(?:pre-?requisites?|(?:entry|admission) requirements?|requirements? for (?:entry|admission))\b\s*:?{_REST}",
    (
        rf"\b(?:should|must|need(?:s)?(?: to)?|required to|expected to)\s+(?:already\s+)?"
        rf"(?:have|possess|hold|know|be familiar with|bring)\b{_REST}"
    ),
    rf"\b{_WHO}\s+need\s+(?:a |an |some |strong |basic |good )*{_ABOUT}\b{_REST}",
    rf"\b(?:assumes?|assuming|presuppos(?:es?|ing))\b{_REST}",
    rf"\b(?:have you|if you have|having|who have)\s+already\b{_REST}",
    rf"\b(?:continuation of|follows? on from|builds? (?:up)?on (?:the )?course)\b{_REST}",
    rf"\bno {_ABOUT} (?:of|in|with)\b{_REST}",
    r"\bno\b[^.;:!?,\n]{0,60}\b(?:needed|required|necessary)\b",
    # What it is set against.
    (
        r"\b(?:instead of|rather than|as opposed to|unlike|as (?:a )?substitutes? for|"
        rf"not (?:a course (?:in|on|about)|about|covered?|included?))\b{_SHORT_REST}"
    ),
    # What learners receive, and do not learn to give.
    (
        r"\b(?:receiv(?:es?|ing)|gets?|given|benefits? from|access to|(?:offers?|provides?)(?: you)?)\s+"
        r"(?:[\w'-]{1,30}[\s,/]{1,3}){0,5}(?:mentoring|coaching|tutoring|counsell?ing)\b(?! (?:skills?|techniques?|methods?))"
    ),
    rf"\bservices that (?:provide|offer)\b{_SHORT_REST}",
    # Where one may work.
    (
        r"\b(?:work(?:ing)?|employ(?:ed|ment)|positions?|jobs?|careers?) (?:in|at|within) [^.;:!?\n]{0,100}?"
        r"\b(?:hospitals?|clinics?|offices?|laborator(?:y|ies)|labs|cent(?:er|re)s?|facilit(?:y|ies)|settings?|agenc(?:y|ies)|"
        r"compan(?:y|ies)|homes?|departments?)\b"
    ),
    # What one needs for taking part.
    rf"\b(?:web )?browsers?\s*:{_REST}",
    rf"\bdownload the\b{_SHORT_REST}",
    # How it is taught, and to whom.
    r"\b(?:hybrid|blended)[ /-](?:blended[ -])?learning\b",
    r"\b(?:post-? ?)?(?:secondary|high) schools?\b",
    r"\b(?:helps?|assists?|guides?|supports?) (?:the |our )?(?:students?|individuals?|people|participants?|learners?|clients?|you)\b",
    # Whose name it is a part of.
    (
        r"\b(?:board|department|institute|association|academy|school|college|division|bureau|commission|society|council) "
        r"(?:of|for) [^.;:!?,\n]{0,40}"
    ),
    (
        r"(?-i:[A-Z][\w'-]{1,30}(?: (?:and|&|of|[A-Z][\w'-]{1,30})){0,5} "
        r"(?:Administration \(|Institute|Association|Board|Commission|Department|Agency|Council|Bureau|Society|Alliance)\b)"
    ),
    r"\boccupational safety (?:and|&) health administration\b",
    # In what language it is given.
    (
        r"\b(?:taught|given|delivered|conducted|offered) (?:only |entirely )?(?:in|through|via) "
        r"(?:english|spanish|french|german|an?\b)[^.;:!?,\n]{0,30}"
    ),
    # German.
    rf"\b(?:keine|ohne)\s+(?:vor)?(?:kenntnisse|erfahrung(?:en)?)\b{_REST}",
    rf"\b(?:voraussetzung(?:en)?|vorausgesetzt)\b\s*:?{_REST}",
    rf"\b(?:statt|anstelle von|anstatt)\b{_SHORT_REST}",
)
_PATTERN = re.compile("|".join(f"(?:{pattern})" for pattern in _NOT_TAUGHT), re.IGNORECASE)
_BEFORE = re.compile(
    (
        r"\b(?:is|are) (?:a )?(?:required|prerequisites?|needed|assumed|expected|recommended|helpful|preferred|(?:also )?compatible)\b"
        r"(?! (?:to (?:support|work|be)|by (?!the (?:course|program))))|"
        r"\b(?:not included|(?:is|are) not (?:taught|covered|part))\b"
    ),
    re.IGNORECASE,
)
"""What is said behind the words that it is about: "SQL is required"."""
_FURTHEST_BACK = 160
_SENTENCE = re.compile(r"[.;:!?\n]")


_SERVED = re.compile(r"\b(?:supportive|follow[- ]?up|placement) services\b", re.IGNORECASE)
_RECEIVED = re.compile(
    r"\b(?:mentoring|tutoring|coaching|counsell?ing|placement)\b(?! (?:skills?|techniques?|methods?))", re.IGNORECASE
)
"""What those receive whom a programme serves."""


def not_taught(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a text, as (start, end), that name what it does not teach."""
    found = [match.span() for match in _PATTERN.finditer(text)]
    if _SERVED.search(text):
        found += [match.span() for match in _RECEIVED.finditer(text)]
    for match in _BEFORE.finditer(text):
        begin = max(0, match.start() - _FURTHEST_BACK)
        breaks = [one.end() for one in _SENTENCE.finditer(text, begin, match.start())]
        found.append((breaks[-1] if breaks else begin, match.end()))
    return found


def inside(start: int, end: int, stretches: list[tuple[int, int]]) -> bool:
    """Say whether a place lies in any of the stretches."""
    return any(begin <= start and end <= last for begin, last in stretches)


def shouted(text: str) -> bool:
    """Say whether most of a text is in capitals, so that capitals in it say nothing."""
    letters = sum(map(str.isalpha, text))
    return letters > 3 and sum(map(str.isupper, text)) > 0.6 * letters


def as_a_name(written: str, *, loud: bool) -> bool:
    """Say whether a word is written as a name is: with a capital, a digit or a sign, in a text where that says something."""
    if any(not letter.isalpha() for letter in written):
        return True
    return not loud and written[:1].isupper()


def as_initials(written: str, folded: str = "") -> bool:
    """Say whether a word is written as initials are: all of it in capitals or digits, and only a plural's "s" small.

    ``folded`` are the initials that are meant: "CPRS" is no plural of "CPR".
    """
    plain = written.removesuffix("s") if len(written) > 2 else written
    return (
        plain.upper() == plain
        and any(letter.isalpha() for letter in plain)
        and (not folded or len(plain) == len(folded))
    )


_LANGUAGES_TEXT = """
    english spanish french german italian portuguese chinese mandarin japanese korean arabic russian polish dutch swedish danish
    norwegian finnish greek turkish hindi
"""
_LANGUAGES = frozenset(_LANGUAGES_TEXT.split())
_OF_A_LANGUAGE_TEXT = """
    language lesson class course literacy grammar composition conversation speaking reading writing skill proficiency literature
    vocabulary program level fluency learner learning training study instruction i ii iii beginner intermediate advanced ability
"""
_OF_A_LANGUAGE = frozenset(_OF_A_LANGUAGE_TEXT.split())


def other_use(text: str, words: Sequence[Word], first: int, last: int, *, name: str, verbal: bool) -> bool:
    """Say whether words that are a label belong to another thing, by what stands beside them.

    "Four-wheel drive vehicles" drives none; "AI-accelerated" tells how something is taught; "Swedish massage" and "English & Spanish"
    (the languages of a course) teach no Swedish, English or Spanish; "literary history" is not history.
    """
    before = words[first - 1] if first and not words[first].begins else None
    after = words[last] if last < len(words) and not words[last].begins else None
    if (
        verbal
        and last - first > 1
        and before is not None
        and before.folded not in LITTLE
        and _hyphened(text, words, first - 1)
    ):
        return True
    if after is not None and _hyphened(text, words, last) and after.folded.endswith(_PARTICIPLES):
        return True
    if last - first > 1:
        return False
    word = words[first].folded
    if word in _LANGUAGES and name.casefold() == word:
        if after is not None and after.folded not in _OF_A_LANGUAGE and after.folded not in LITTLE:
            return True
        beside = {one.folded for one in words[max(0, first - 2) : last + 2]} - {word}
        return bool(beside & _LANGUAGES)
    return word == "history" and before is not None and before.folded not in LITTLE


_PARTICIPLES = ("ed", "driven", "led", "based", "ready", "friendly", "enabled", "style")


_PLACES = frozenset(["center", "facility", "clinic", "hospital", "setting", "department", "agency"])


def names_a_place(words: Sequence[Word], last: int) -> bool:
    """Say whether words tell of what kind a place is: "acute care facilities", "imaging centers"."""
    return last < len(words) and words[last].folded in _PLACES and words[last].start - words[last - 1].end == 1


def _hyphened(text: str, words: Sequence[Word], place: int) -> bool:
    """Say whether a hyphen joins a word to the one before it."""
    return place > 0 and text[words[place - 1].end : words[place].start] == "-"
