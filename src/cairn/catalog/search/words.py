"""Words of questions and texts, brought to the forms that the index holds: folded, then stemmed for English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

import tantivy

LONGEST_QUESTION = 200
"""Letters of a question that are read."""
MOST_WORDS = 12
LONGEST_WORD = 39
"""The index leaves longer words out."""
_LITTLE_TEXT = """
    a an the in of for and or to with at on how by from i me my want would like what is are be can do
    der die das den dem ein eine einen im in und oder fur zu zum zur mit am bei wie ich mein will
    el la los las un una unos unas de del en y o para con por al como yo mi quiero
"""
LITTLE = frozenset(_LITTLE_TEXT.split())
"""Words that carry no meaning in a question, in English, German and Spanish."""
_GENERAL_TEXT = """
    course courses class classes program programs programme programmes training trainings school learn learning study lesson
    lessons become credential credentials certification certifications certificate certificates cert certs near skill skills
    workshop workshops seminar seminars tutorial tutorials beginner beginners
    kurs kurse kurses lehrgang lehrgange schulung schulungen ausbildung weiterbildung lernen werden zertifikat bescheinigung umschulung
    cours formation formations apprendre certificat
    curso cursos clase clases formacion aprender estudiar capacitacion programa programas certificado
"""
GENERAL = frozenset(_GENERAL_TEXT.split())
"""Words that nearly every credential could have: they help the order and leave nothing out."""
_SIGNS = ((re.compile(r"\bc\s?#", re.I), "csharp"), (re.compile(r"\bc\+\+", re.I), "cplusplus"),
          (re.compile(r"(?<![\w])\.net\b", re.I), "dotnet"), (re.compile(r"\bf#", re.I), "fsharp"))  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return ``text`` in small letters, without accents, "ß" as "ss"; names such as C# and .NET as one word each."""
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        text = "".join(letter for letter in plain if not unicodedata.combining(letter))
    text = text.lower()
    if "#" in text or "++" in text or ".net" in text:
        for sign, name in _SIGNS:
            text = sign.sub(name, text)
    return text


def tokens(text: str) -> list[str]:
    """Return the folded words of a question, at most :data:`MOST_WORDS` of its first :data:`LONGEST_QUESTION` letters."""
    found = [word for word in _WORD.findall(fold(text[:LONGEST_QUESTION])) if len(word) <= LONGEST_WORD]
    return found[:MOST_WORDS]


def telling(words: list[str]) -> list[str]:
    """Leave the little words out, unless there are no others."""
    return [word for word in words if word not in LITTLE] or words


_ANALYZER = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.stemmer("english")).build()
"""The English stemmer of the engine (Snowball)."""


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a folded word, as the index holds it."""
    made = _ANALYZER.analyze(word)
    return made[0] if made else word


MOST_STEMS = 300_000
"""So many words are kept with their stems: a build meets the same ones again and again."""


class _Stems(dict[str, str]):
    """Words with their stems; a word that is too long has none."""

    def __missing__(self, word: str) -> str:
        if len(self) >= MOST_STEMS:
            self.clear()
        made = self[word] = stem(word) if len(word) <= LONGEST_WORD else ""
        return made


_STEMS = _Stems()


_BLANKED = bytes(code if chr(code).isalnum() and code < 128 else ord(" ") for code in range(256))
"""By byte of a text of plain ASCII: itself in a word, a blank between words."""


def stemmed(text: str) -> str:
    """Return the stems of the words of a folded text, as the index takes them: with blanks in between."""
    plain = text.isascii()  # nearly every text is, and blanks are found four times as fast as words
    words = text.encode().translate(_BLANKED).decode().split() if plain else _WORD.findall(text)
    return " ".join(map(_STEMS.__getitem__, words))


_BRITISH = (("isation", "ization"), ("ising", "izing"), ("ise", "ize"), ("our", "or"), ("tre", "ter"), ("programme", "program"),
            ("aes", "es"), ("ae", "e"), ("lling", "ling"))  # fmt: skip


def spellings(word: str) -> Iterator[str]:
    """Return how else an English word may be spelt: British for American and the other way round. Not all of them are words."""
    for british, american in _BRITISH:
        if british in word:
            yield word.replace(british, american)
        elif american in word and len(american) > 2:
            yield word.replace(american, british)


def key_of(words: list[str]) -> str:
    """Return the key of a label or a stretch of a question: stems, without little words and light verbs."""
    told = [word for word in words if word not in LITTLE and word not in _LIGHT] or words
    return " ".join(stem(word) for word in told)


_LIGHT_TEXT = "use perform apply provide conduct carry make manage operate work understand handle execute"
_LIGHT = frozenset(_LIGHT_TEXT.split())


_COUNTY, WITHIN = "county", "@"


def place_of(words: Sequence[str]) -> str:
    """Return the one term by which the index holds a place of these folded words: Jersey City is no Jersey and no city."""
    return "_".join(words)


@lru_cache(maxsize=20_000)
def places_of(city: str, county: str) -> str:
    """Return the terms of a city, or of several with a stroke between, and of a county, and of which cities are in it, with blanks."""
    found = [place_of(_WORD.findall(fold(each))) for each in city.split("/")]
    words = _WORD.findall(fold(county))
    if words:
        around = place_of([*words, _COUNTY])
        found += [place_of(words), around, *(f"{each}{WITHIN}{around}" for each in found if each)]
    return " ".join(dict.fromkeys(each for each in found if each))


def concept_of(uri: str) -> str:
    """Return the short name under which the index holds a skill: a digest of its identifier."""
    return blake2b(uri.encode(), digest_size=6).hexdigest()
