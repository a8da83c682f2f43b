"""Step 5 of the tagger: which sense a word has in this text, by what else the text says.

*Initials* that the text itself spells out ("Customer Service Specialist (CSS)") mean that and nothing else. *Fields of knowledge* named
by one word that is a part of a longer name ("business model logic", "fashion terminology", "history of instruments") are meant only
where something else in the text belongs to the same field of education.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from cairn.skills.matching.stemming import stem
from cairn.skills.matching.vocabulary import Key, Source, Vocabulary
from cairn.skills.matching.words import LIGHT, LITTLE, folded, words_of
from cairn.skills.tagging.found import Tag

_WORD = re.compile(r"[^\W_][\w']*")
_LONGEST_NAME = 100
"""Characters beside initials in which what they are short for may stand."""


def spelt_out(initials: str, text: str) -> frozenset[str] | None:
    """Return what initials are short for in a text, as stems, where it says so in brackets: behind the words or before them."""
    at = text.find(f"({initials}")
    if at >= 0 and text[at + 1 + len(initials) : at + 3 + len(initials)].lstrip("s").startswith(")"):
        found = _first_letters(initials, text[max(0, at - _LONGEST_NAME) : at], last=True)
        if found is not None:
            return found
    at = text.find(f"{initials} (")
    if at >= 0 and not text[at - 1 : at].isalnum():
        begin = at + len(initials) + 2
        return _first_letters(initials, text[begin : begin + _LONGEST_NAME].partition(")")[0], last=False)
    return None


def _first_letters(initials: str, text: str, *, last: bool) -> frozenset[str] | None:
    """Return the stems of the last or first words of a text, if they begin with these letters."""
    said = [word.lower() for word in _WORD.findall(text)]
    for words in (said, [word for word in said if word not in LITTLE]):
        part = words[-len(initials) :] if last else words[: len(initials)]
        if "".join(word[0] for word in part) == initials.lower():
            return frozenset(stem(word.folded) for word in words_of(" ".join(part)))
    return None


_FIELD = re.compile(r"/isced-f/(\d\d)")
_FURTHEST = 6
"""Steps up from a field of knowledge to its field of education."""


class Senses:
    """Judges the senses of words for one vocabulary. ``common`` are everyday names, by their folded words, with the skills they mean."""

    def __init__(self, vocabulary: Vocabulary, common: Mapping[Key, Iterable[int]]) -> None:
        self.vocabulary = vocabulary
        self._also: dict[int, set[str]] = {}
        for key, numbers in common.items():
            for number in numbers:
                self._also.setdefault(number, set()).update(stem(word) for word in key)
        self._fields: dict[int, frozenset[str]] = {}
        self._stems: dict[int, frozenset[str]] = {}
        self._longer: dict[str, list[int]] = {}
        for label in vocabulary.labels:
            concept = vocabulary.concepts[label.concept]
            if label.source is Source.PREFERRED and concept.kind == "knowledge" and " " in label.text:
                self._longer.setdefault(folded(label.text)[-1], []).append(label.concept)

    def means_another(self, written: str, number: int, text: str) -> bool:
        """Say whether a text spells initials out as something that shares no word with what the skill is called."""
        initials = written.removesuffix("s")
        if not initials.isupper() or not 2 <= len(initials) <= 8:
            return False
        said = spelt_out(initials, text)
        return said is not None and not said & self._called(number)

    def _called(self, number: int) -> frozenset[str]:
        if number not in self._stems:
            concept = self.vocabulary.concepts[number]
            labels = " ; ".join((concept.name, *concept.alternatives, *concept.hidden))
            stems = {stem(word.folded) for word in words_of(labels)} | self._also.get(number, set())
            self._stems[number] = frozenset(one for one in stems if one not in LITTLE)
        return self._stems[number]

    def field_of(self, number: int) -> frozenset[str]:
        """Return the broad fields of education (the first two digits of ISCED-F 2013) under which ESCO files a field of knowledge."""
        if number not in self._fields:
            found: set[str] = set()
            above = list(self.vocabulary.concepts[number].broader)
            for _ in range(_FURTHEST):
                found.update(match[1] for uri in above if (match := _FIELD.search(uri)))
                numbers = [self.vocabulary.number_of[uri] for uri in above if uri in self.vocabulary.number_of]
                above = [uri for one in numbers for uri in self.vocabulary.concepts[one].broader]
                if not above:
                    break
            self._fields[number] = frozenset(found)
        return self._fields[number]

    def only_terms(self, tags: Collection[Tag], texts: Mapping[str, str]) -> set[int]:
        """Return the fields that are about words, where the text means the words of another field: dental terminology, terms of trade."""
        return {
            self.vocabulary.number_of[tag.concept.uri]
            for tag in tags
            if folded(tag.evidence.text)[-1:] in _ABOUT_WORDS and self._part_of_a_name(tag, texts[tag.evidence.part])
        }

    def out_of_place(self, tags: Collection[Tag], texts: Mapping[str, str]) -> set[int]:
        """Return the skills that are fields named by one word of a longer name, where two others are told and none is of that field."""
        doubtful = [tag for tag in tags if self._part_of_a_name(tag, texts[tag.evidence.part])]
        if not doubtful:
            return set()
        fields = [(tag.evidence.text.lower(), self._field_of(tag)) for tag in tags]
        away = set()
        for tag in doubtful:
            own = self._field_of(tag)
            others = [field for said, field in fields if field and said != tag.evidence.text.lower()]
            if (
                own
                and len(others) > 1
                and not any(own & field for field in others)
                and not self._keeps_its_field(tag, own)
            ):
                away.add(self.vocabulary.number_of[tag.concept.uri])
        return away

    def _keeps_its_field(self, tag: Tag, own: frozenset[str]) -> bool:
        """Say whether longer names that end in this word are mostly of its own field: cognitive psychology is psychology."""
        longer = [self.field_of(number) for number in self._longer.get(folded(tag.evidence.text)[-1], ())]
        return 2 * sum(bool(own & field) for field in longer) > len(longer)

    def _field_of(self, tag: Tag) -> frozenset[str]:
        if tag.concept.kind != "knowledge":
            return frozenset()
        return self.field_of(self.vocabulary.number_of[tag.concept.uri])

    @staticmethod
    def _part_of_a_name(tag: Tag, text: str) -> bool:
        """Say whether a word stands behind a word that tells which ("fashion terminology") or before what it is the one of."""
        said = tag.evidence
        if tag.how != "exact" or tag.concept.kind != "knowledge" or " " in said.text:
            return False
        if text[said.end : said.end + 4] == " of ":
            return True
        before = _BEFORE.search(text, max(0, said.start - 40), said.start)
        return before is not None and before[1].lower() not in _TELLS_NOTHING


_ABOUT_WORDS = frozenset({("terminology",)})
_BEFORE = re.compile(r"([^\W\d_][\w'-]*)[ -]$")
_TELLS_NOTHING_TEXT = """
    basic introductory general advanced applied modern formal fundamental essential intermediate theoretical practical core elementary
    contemporary college university level full complete more some all each any no this that these those both either is are be
    including include includes covers cover study studying studies learn learning teach teaches teaching taught understanding introduces
    explore explores between about through within without during under over like pre pro
"""
_TELLS_NOTHING = LITTLE | LIGHT | frozenset(_TELLS_NOTHING_TEXT.split())
"""Words before the name of a field that do not make it another thing."""
