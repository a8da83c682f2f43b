"""Words as labels and texts write them, brought to forms that can be compared: folded (spelling and number), and stemmed (the family).

Three steps, each further away from what was written:

* *normal*: Unicode compatibility form, case folded, accents taken off, curly quotation marks made straight;
* *folded*: also British and American spelling, and singular and plural, made one: "Organisational behaviours" → "organizational behavior";
* *stemmed*: also the endings by which English makes nouns, verbs and adjectives of one word: managing, management, manager → "manag".

The stemmer follows M. F. Porter, "An algorithm for suffix stripping" (Program 14, 1980), with a table of families that it would mix up.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST_TEXT = 100_000
"""Characters of a text that are looked at; what comes after is left out."""
_WORD = re.compile(r"[^\W_]+(?:[.'\u2019][^\W_]+)*[+#]*|\.[^\W\d_]+")
_BREAK = re.compile(r"[.;:!?()\[\]{}|\u2022\u00b7\n\r\t]|\s[-\u2013\u2014]\s|,")
_LITTLE_TEXT = """
    a an the of in on for to and or with by from at as into its their your our & using via such other
"""
LITTLE = frozenset(_LITTLE_TEXT.split())
"""Words that carry no meaning of their own in a label."""
_LIGHT_TEXT = """
    use perform apply provide conduct carry do make have work understand ability able demonstrate skill skills
    knowledge various be utilise utilize employ practice practise out up execute undertake
"""
LIGHT = frozenset(_LIGHT_TEXT.split())
"""Verbs with which ESCO begins labels ("use spreadsheets software") and which texts leave out."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands, its forms, and whether a clause begins with it."""

    text: str
    start: int
    end: int
    folded: str
    begins: bool


def normal(text: str) -> str:
    """Return ``text`` in compatibility form, case folded, without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("\u2019", "'")


def words_of(text: str) -> list[Word]:
    """Return the words of ``text`` in order, at most of its first :data:`LONGEST_TEXT` characters."""
    found: list[Word] = []
    last = 0
    for match in _WORD.finditer(text[:LONGEST_TEXT]):
        start, end = match.span()
        written = match[0]
        begins = last == 0 or _BREAK.search(text, last, start) is not None
        found.append(Word(written, start, end, fold(normal(written)), begins))
        last = end
    return found


def folded(label: str) -> tuple[str, ...]:
    """Return the folded words of a label in their order, without an article before it: its key where only the writing differs."""
    found = [fold(normal(match)) for match in _WORD.findall(label.replace("&", " and "))]
    while len(found) > 1 and found[0] in {"a", "an", "the", "to"}:
        del found[0]
    return tuple(found)


def stems(label: str) -> tuple[str, ...]:
    """Return the stems of a label's words, little words left out, in their order."""
    return stems_of(folded(label))


def stems_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stems of folded words, little words left out."""
    return tuple(stem(word) for word in words if word not in LITTLE)


_SPELLING = (
    (re.compile(r"(?<=..)is(?=(?:e|ed|es|er|ers|ing|ation|ations|ational)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{2})ys(?=(?:e|ed|er|ers|ing)$)"), "yz"),
    (re.compile(r"(?<=[a-z]{2}[bivlnrd])our(?=s?$|al|able|ing|ed|ist)"), "or"),
    (re.compile(r"(?<=[a-z]{2}t)re$"), "er"),
    (re.compile(r"^program(?:me|mes|s)$"), "program"),
    (re.compile(r"aesthe"), "esthe"),
    (re.compile(r"^(p)a?ediatr"), r"\1ediatr"),
    (re.compile(r"^(gyn|an)ae"), r"\1e"),
    (re.compile(r"^orthopaed"), "orthoped"),
    (re.compile(r"haem(?=[aop])"), "hem"),
)
_KEPT_TEXT = """
    news business access process analysis basis diagnosis hypothesis thesis synthesis crisis physics mathematics
    statistics economics ethics politics logistics electronics mechanics graphics robotics genetics linguistics
    acoustics optics dynamics athletics gas bus canvas series species means lens always campus virus status focus
    corpus census bonus apparatus canvas this is was has his its us as less excise precise exercise premise promise
    raise rise wise noise advise devise revise supervise televise franchise enterprise merchandise expertise
    disguise surprise course hour four tour your our contour detour velour ourselves aws sas ios macos sales arts
    iis css dns tls gis sis hris bls acls pals cbs rss gps
"""
_KEPT = frozenset(_KEPT_TEXT.split())
_SINGULARS = {
    "analyses": "analysis",
    "diagnoses": "diagnosis",
    "syntheses": "synthesis",
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "data": "data",
    "media": "media",
    "feet": "foot",
    "lenses": "lens",
    "gases": "gas",
    "buses": "bus",
    "axes": "axis",
    "matrices": "matrix",
    "indices": "index",
    "bases": "base",
    "courses": "course",
    "hours": "hour",
    "advertising": "advertizing",
    "centre": "center",
    "centres": "center",
    "metre": "meter",
    "theatre": "theater",
    "fibre": "fiber",
    "fibres": "fiber",
    "licence": "license",
    "licences": "license",
    "jewellery": "jewelry",
    "tyre": "tire",
    "tyres": "tire",
    "mould": "mold",
    "moulds": "mold",
    "catalogue": "catalog",
    "catalogues": "catalog",
    "grey": "gray",
    "defence": "defense",
    "cheque": "check",
    "maths": "mathematics",
    "math": "mathematics",
    "aluminium": "aluminum",
    "modelling": "modeling",
    "labelling": "labeling",
    "counselling": "counseling",
    "travelling": "traveling",
    "tunnelling": "tunneling",
    "channelling": "channeling",
    "signalling": "signaling",
    "sulphur": "sulfur",
    "plough": "plow",
}


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Return a normal word in one spelling and in the singular."""
    if word in _SINGULARS:
        return _SINGULARS[word]
    if word in _KEPT or len(word) < 4 or not word.isalpha():
        return word.removesuffix("'s")
    for pattern, instead in _SPELLING:
        word = pattern.sub(instead, word)
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "ous", "ics")):
        return word[:-1]
    return word


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
