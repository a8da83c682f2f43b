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
_TALK_TEXT = """
    but hate love something anything really
    le les des du au aux et dans avec pour chez une je veux voudrais etre
    gli di della delle dei degli nel nella per voglio vorrei essere
"""
_TALK = frozenset(_TALK_TEXT.split())
"""What is said around a question, and little words of French and Italian. Labels of frameworks keep them, so :data:`LITTLE` has none."""
_GENERAL_TEXT = """
    course courses class classes program programs programme programmes training trainings school learn learning study lesson
    lessons become credential credentials certification certifications certificate certificates cert certs near skill skills
    workshop workshops seminar seminars tutorial tutorials beginner beginners
    kurs kurse kurses lehrgang lehrgange schulung schulungen ausbildung weiterbildung lernen werden zertifikat bescheinigung umschulung
    cours formation formations apprendre certificat devenir metier stage atelier
    curso cursos clase clases formacion aprender estudiar capacitacion programa programas certificado
    corso corsi formazione imparare diventare lezione lezioni certificato attestato
    课程 課程 培训 培訓 学习 學習 证书 證書
"""
GENERAL = frozenset(_GENERAL_TEXT.split())
"""Words that nearly every credential could have: they help the order and leave nothing out."""
_SIGNS = (
    (("#", "sharp"), re.compile(r"\b([cf])(?:\s?#|[ -]sharp\b(?![ -]?(?:minor|major)))"), r"\1sharp"),
    (("+", "plus"), re.compile(r"\bc(?:\+\+|[ -]plus[ -]plus\b)"), "cplusplus"),
    (("net",), re.compile(r"\b(asp|vb|ado)[ .]net\b"), r"\1 dotnet"),
    (("net",), re.compile(r"(?<!\w)\.net\b|\bdot[ -]net\b"), "dotnet"),
    (("js",), re.compile(r"\b(angular|d3|express|next|node|nuxt|p5|react|three|vue)\.?js\b"), r"\1 js"),
    (("+",), re.compile(r"\b([a-z]{2,20})\+(?![+\w])"), r"\1 \1plus"),
    (
        ("+", "plus"),
        re.compile(r"\b([a-z])\+(?![+\w])|\b(?<!is )(?<!be )(?<!as )(?<!are )([an])[ -]plus\b"),
        r"\1\2plus",
    ),
)
"""Names with signs in them, as written and as spoken, by the word that stands for both. Of “Security+” the plain word stands too.

Each with what is in any text that has one: asking for that is several times as quick.
"""
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
"""Chinese and Japanese letters: words are written without blanks between them."""
_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")


def words_of(folded: str) -> list[str]:
    """Return the words of a folded text. Of Chinese and Japanese every two letters in a row are one: 微积分 is 微积 and 积分."""
    if folded.isascii():  # nearly every text is, and blanks are found four times as fast as words
        return folded.encode().translate(_BLANKED).decode().split()
    words = _WORD.findall(folded)
    return [part for word in words for part in _in_twos(word)] if _RUN_THERE.search(folded) else words


_BLANKED = bytes(code if chr(code).isalnum() and code < 128 else ord(" ") for code in range(256))
"""By byte of a text of plain ASCII: itself in a word, a blank between words."""
_RUN_THERE = re.compile(f"[{_UNSPACED}]")


def _in_twos(word: str) -> Iterator[str]:
    for run in _RUN.findall(word):
        if len(run) > 2 and _RUN_THERE.match(run):
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        else:
            yield run


def bridges(word: str, words: Sequence[str]) -> bool:
    """Say whether two letters are only the end of one of these words and the beginning of another: 士培 in 护士培训 is no word."""
    joined = len(word) == 2 and _RUN_THERE.match(word) is not None
    return joined and any(one[-1] == word[0] for one in words) and any(one[0] == word[1] for one in words)


def name_of(words: Sequence[str]) -> str:
    """Return the one term by which the index holds a whole title of these words, as far as words of a question are read."""
    return "_".join(words[:MOST_WORDS])


def fold(text: str) -> str:
    """Return ``text`` in small letters, without accents, "ß" as "ss"; names such as C#, .NET and A+ as one word each."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        text = _BEYOND.sub(_uncombined, text)
    text = text.lower()
    if _hinted(text):
        for hints, sign, name in _SIGNS:
            if hints[0] in text or hints[-1] in text:
                text = sign.sub(name, text)
    return text


def _hinted(text: str) -> bool:
    """Say whether there may be such a name. It is asked of every text, and a loop over the hints takes more than twice as long."""
    signs = "+" in text or "#" in text or ".net" in text
    return signs or " net" in text or "-net" in text or "js" in text or "plus" in text or "sharp" in text


_BEYOND = re.compile("[^\0-\u02ff]")
"""What may be an accent: those that stand by themselves begin here."""


def _uncombined(letter: re.Match[str]) -> str:
    return "" if unicodedata.combining(letter[0]) else letter[0]


_NAMES = {"csharp": "C#", "cplusplus": "C++", "dotnet": ".NET", "fsharp": "F#", "aplus": "A+", "securityplus": "Security+",
          "networkplus": "Network+", "serverplus": "Server+", "linuxplus": "Linux+"}  # fmt: skip


def shown(text: str) -> str:
    """Return folded words as people read them: names that :func:`fold` writes as one word stand with their signs again."""
    told: list[str] = []
    for word in text.split(" "):
        if word != "plus" and word.endswith("plus") and told[-1:] == [word.removesuffix("plus")]:
            told[-1] += "+"
        elif told and len(word) == 2 and told[-1][-1:] == word[0] and _RUN_THERE.match(word):
            told[-1] += word[1]
        else:
            told.append(_NAMES.get(word, word))
    return " ".join(told)


def tokens(text: str) -> list[str]:
    """Return the folded words of a question, at most :data:`MOST_WORDS` of its first :data:`LONGEST_QUESTION` letters."""
    found = [word for word in words_of(fold(text[:LONGEST_QUESTION])) if len(word) <= LONGEST_WORD]
    return found[:MOST_WORDS]


def telling(words: list[str]) -> list[str]:
    """Leave the little words out, unless there are no others."""
    return [word for word in words if word not in LITTLE and word not in _TALK] or words


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


def stemmed(text: str) -> str:
    """Return the stems of the words of a folded text, as the index takes them: with blanks in between."""
    return in_stems(words_of(text))


def in_stems(words: Sequence[str]) -> str:
    """Return the stems of folded words, with blanks in between."""
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
