"""Words as labels and texts write them, brought to forms that can be compared: folded (spelling and number), and stemmed (the family).

Three steps, each further away from what was written:

* *normal*: Unicode compatibility form, case folded, accents taken off, curly quotation marks made straight;
* *folded*: also British and American spelling, and singular and plural, made one: "Organisational behaviours" → "organizational behavior";
* *stemmed*: also the endings by which English makes nouns, verbs and adjectives of one word: managing, management, manager → "manag".

The stemmer is :mod:`cairn.skills.matching.stemming`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from cairn.skills.matching.stemming import stem

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
