"""The family of a folded word: endings by which English makes nouns, verbs and adjectives of one word are taken off.

After M. F. Porter, "An algorithm for suffix stripping" (Program 14, 1980), with a table of families that its steps would mix up.
"""

from __future__ import annotations

import re
from functools import lru_cache

_FAMILIES = {
    "analysis": "analy",
    "analyze": "analy",
    "analytic": "analy",
    "analytical": "analy",
    "analyst": "analy",
    "analyzing": "analy",
    "analyzed": "analy",
    "maintenance": "maintain",
    "programing": "program",
    "programming": "program",
    "programmer": "program",
    "programer": "program",
    "engine": "engine",
    "organ": "organ=",
    "police": "police",
    "policy": "policy",
    "community": "community",
    "university": "university",
    "universal": "universal",
    "general": "general",
    "intern": "intern=",
    "nursery": "nursery",
    "international": "international",
    "factory": "factory",
    "factor": "factor",
    "communication": "communicate",
    "communicate": "communicate",
    "communicating": "communicate",
    "organization": "organize",
    "organize": "organize",
    "organizing": "organize",
    "organizational": "organize",
    "operation": "operate",
    "operate": "operate",
    "operating": "operate",
    "opera": "opera",
    "operator": "operate",
    "business": "business",
    "busy": "busy",
    "marketing": "marketing",
    "market": "market",
    "accounting": "accounting",
    "account": "account",
    "training": "train",
    "building": "building",
    "nursing": "nurse",
    "nurse": "nurse",
    "engineering": "engineer",
    "painting": "paint",
    "sale": "sell",
    "sales": "sell",
    "selling": "sell",
    "repairing": "repair",
    "security": "security",
    "secure": "secure",
    "administration": "administer",
    "administer": "administer",
    "administrative": "administer",
    "administering": "administer",
    "administrator": "administer",
    "leadership": "lead",
    "leading": "lead",
    "lead": "lead",
    "leader": "lead",
    "coding": "code",
    "welder": "weld",
    "coder": "code",
    "development": "develop",
    "developer": "develop",
    "interpretation": "interpret",
    "interpreter": "interpret",
    "translator": "translate",
    "electrician": "electrician",
    "electricity": "electricity",
    "electric": "electrical",
    "importance": "importance",
    "import": "import",
    "station": "station",
    "state": "state",
    "relation": "relation",
    "relative": "relative",
    "physical": "physical",
    "physics": "physics",
    "physic": "physics",
    "ethical": "ethic",
    "ethics": "ethic",
    "author": "author",
    "authority": "authority",
    "document": "document",
    "application": "application",
    "apply": "apply",
    "hospital": "hospital",
    "hospitality": "hospitality",
    "personal": "personal",
    "person": "person",
    "personnel": "personnel",
    "negotiation": "negotiate",
    "animal": "animal",
    "animation": "animation",
    "animate": "animation",
    "generator": "generator",
    "generate": "generate",
    "wander": "wander",
    "interior": "interior",
    "internal": "internal",
    "numerical": "numeric",
    "capital": "capital",
    "property": "property",
    "proper": "proper",
    "several": "several",
    "server": "server",
    "service": "service",
    "serve": "serve",
    "servicing": "service",
    "improve": "improve",
    "improvement": "improve",
    "improving": "improve",
    "improvisation": "improvise",
    "medication": "medication",
    "computer": "computer",
    "computing": "computing",
    "compute": "computing",
    "computation": "computing",
}
"""Folded words that Porter's steps would put into a wrong family, or fail to bring together, and the family that they belong to."""


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the family of a folded word."""
    if word in _FAMILIES:
        return _FAMILIES[word]
    if len(word) < 4 or not word.isalpha() or not word.isascii():
        return word
    return _porter(word)


def _measure(word: str) -> int:
    """Return how often a vowel group is followed by a consonant group (Porter's m)."""
    kinds = "".join("v" if _vowel(word, place) else "c" for place in range(len(word)))
    return len(re.findall("v+c+", kinds))


def _vowel(word: str, place: int) -> bool:
    return word[place] in "aeiou" or (word[place] == "y" and place > 0 and not _vowel(word, place - 1))


def _has_vowel(word: str) -> bool:
    return any(_vowel(word, place) for place in range(len(word)))


def _short(word: str) -> bool:
    return (
        len(word) > 2
        and not _vowel(word, len(word) - 3)
        and _vowel(word, len(word) - 2)
        and not _vowel(word, len(word) - 1)
        and word[-1] not in "wxy"
    )


_SECOND = (
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("abli", "able"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
)
_THIRD = (("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""))
_FOURTH = (
    "ement",
    "ance",
    "ence",
    "able",
    "ible",
    "ment",
    "ant",
    "ent",
    "ism",
    "ate",
    "iti",
    "ous",
    "ive",
    "ize",
    "ion",
    "al",
    "er",
    "ic",
    "ou",
)


def _porter(word: str) -> str:
    """Porter's steps 1b to 5; step 1a (plurals) is done by :func:`fold`."""
    if word.endswith("eed"):
        if _measure(word[:-3]) > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending) and _has_vowel(word[: -len(ending)]):
                word = word[: -len(ending)]
                if word.endswith(("at", "bl", "iz")) or (_measure(word) == 1 and _short(word)):
                    word += "e"
                elif len(word) > 1 and word[-1] == word[-2] and word[-1] not in "lsz":
                    word = word[:-1]
                break
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    for table in (_SECOND, _THIRD):
        for ending, instead in table:
            if word.endswith(ending):
                if _measure(word[: -len(ending)]) > 0:
                    word = word[: -len(ending)] + instead
                break
    for ending in _FOURTH:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            if _measure(rest) > 1 and (ending != "ion" or rest.endswith(("s", "t"))):
                word = rest
            break
    if word.endswith("e"):
        rest = word[:-1]
        if _measure(rest) > 1 or (_measure(rest) == 1 and not _short(rest)):
            word = rest
    return word.removesuffix("l") if word.endswith("ll") else word
