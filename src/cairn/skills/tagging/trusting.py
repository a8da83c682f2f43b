"""Step 4 of the tagger: whether words that are called as a skill is mean that skill.

Names of products count as names are written; ordinary words beside other names, or where they are rare; single words by how much they
are common speech in the descriptions of the frameworks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cairn.skills.matching.stemming import stem
from cairn.skills.matching.vocabulary import Key, Label, Source, Vocabulary
from cairn.skills.matching.words import LIGHT, LITTLE, Word, fold, normal, words_of
from cairn.skills.tagging.found import Company, Found, Reading
from cairn.skills.tagging.names import COMMON_NAMES, TRANSLATED
from cairn.skills.tagging.senses import Senses
from cairn.skills.tagging.setting import as_a_name, as_initials, names_a_place, other_use

BESIDE = 3
"""So many words away a name of a technology makes an ordinary word one too: "Word, Excel and PowerPoint"."""
COMMON = 12
"""In so many descriptions of skills a single word is common speech and names no skill by itself."""
SPOKEN = 150
"""In so many, also the name of a field of knowledge is."""
RARE = 3
"""In so few descriptions a name of a technology may be written small and still be a name."""
_VAGUE_TEXT = """
    design planning monitoring installation coordination instructing repairing operation speaking writing training
"""
_VAGUE = frozenset(_VAGUE_TEXT.split())
STOPS_TEXT = """
    course courses program certificate certification training introduction basic advanced fundamental level
"""
STOPS = frozenset(STOPS_TEXT.split())


class Trust:
    """Judges stretches of a text that are names of skills of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, senses: Senses) -> None:
        self.vocabulary = vocabulary
        self._senses = senses
        self._label_stems: defaultdict[str, set[int]] = defaultdict(set)
        for key, places in vocabulary.by_folded.items():
            for word in key:
                self._label_stems[stem(word)].update(vocabulary.labels[place].concept for place in places)
        self._initials: set[Key] = {
            tuple(word.folded for word in words_of(phrase))
            for phrase in COMMON_NAMES
            if phrase.isalpha() and phrase.isupper()
        }

    def names_among(self, hits: Sequence[Found], words: Sequence[Word], *, loud: bool) -> set[int]:
        """Return the places of words that surely belong to names of technologies: what is ambiguous beside them is one too."""
        sure: set[int] = set()
        for hit in hits:
            technical = any(self._technical(number) for number in hit.concepts)
            if technical and hit.last - hit.first == 1 and not self._spoken(words[hit.first].folded):
                sure.add(hit.first)
            elif technical and hit.last - hit.first > 1 and as_a_name(words[hit.first].text, loud=loud):
                sure.update(range(hit.first, hit.last))
        return sure

    def _technical(self, number: int) -> bool:
        concept = self.vocabulary.concepts[number]
        return concept.kind == "technology" or _named(concept.name)

    def _spoken(self, word: str) -> bool:
        """Say whether a folded word also occurs in ordinary prose, as that of the frameworks' descriptions."""
        return self.vocabulary.described_in.get(word, 0) > 0 or word in _EVERYDAY

    def trusts(self, hit: Found, reading: Reading, company: Company) -> bool:
        """Say whether these words mean the skill that is called so."""
        vocabulary, words = self.vocabulary, reading.words
        label = vocabulary.labels[hit.label]
        size = hit.last - hit.first
        technical = any(self._technical(number) for number in hit.concepts)
        concept = vocabulary.concepts[hit.concepts[0]]
        first = words[hit.first]
        if size == 1 and self._senses.means_another(first.text, hit.concepts[0], company.text):
            return False
        verbal = concept.kind == "skill" and hit.how in {"exact", "alternative"}
        if reading.english and other_use(reading.text, words, hit.first, hit.last, name=concept.name, verbal=verbal):
            return False
        if hit.grade == TRANSLATED:
            return not _begins_a_name(hit, reading)
        if hit.how == "common":
            if size == 1 and (first.folded,) in self._initials and not as_initials(first.text, first.folded):
                return False
            if size == 1 and reading.english and _things(first, concept.name):
                return False
            return reading.english or technical or any(striking(word.text) for word in words[hit.first : hit.last])
        if names_a_place(words, hit.last) or (len(hit.concepts) > 1 and not _same_name(vocabulary, hit.concepts)):
            return False
        if size == 1 and (_only_in_plural(label.text, first.text) or (reading.english and _things(first, label.text))):
            return False
        if label.hint and self._spoken(first.folded):
            return self._hinted(label, hit, reading)
        if technical and (hit.how == "short" or size == 1 or _product(label, vocabulary)):
            return self._is_product(hit, label, reading, company)
        if not reading.english:
            return False
        if hit.grade == "core" and size == 1:
            return True
        if size > 1:
            return not all(
                word.folded in LITTLE or word.folded in LIGHT or word.folded in STOPS
                for word in words[hit.first : hit.last]
            )
        return self._single(hit, label, first, loud=reading.loud)

    def _is_product(self, hit: Found, label: Label, reading: Reading, company: Company) -> bool:
        """Names of products: as names are written; where each word is ordinary too, beside another name or its maker's."""
        words, loud = reading.words, reading.loud
        part = words[hit.first : hit.last]
        if len(part) == 1 and self._spoken(part[0].folded) and normal(part[0].text) != normal(label.text):
            return False  # names have no plural: "projects" are no Microsoft Project
        near = any(
            place in reading.names
            for place in range(max(0, hit.first - BESIDE), min(len(words), hit.last + BESIDE))
            if not hit.first <= place < hit.last
        )
        alone = not company.names - {word.folded for word in part}
        if (
            alone
            and len(part) == 1
            and (_initials_of_a_name(hit, part[0]) or part[0].text.islower() != label.text.islower())
        ):
            return False
        if len(part) == 1 and part[0].text == label.text and striking(label.text):
            return True
        ordinary = all(self._spoken(word.folded) or word.folded.isdigit() for word in part)
        short = len(part) == 1 and len(part[0].text) <= 3
        if len(part) == 1 and hit.how == "exact" and self._rare_name(label, part[0], loud=loud):
            return True
        if not ordinary and not short:
            if label.source is not Source.SHORT:
                return True
            famous = self._well_known(hit) or near or len(part) > 1
            return famous and (as_a_name(part[0].text, loud=loud) or loud)
        if (
            short
            and not ordinary
            and part[0].text == label.text
            and (len(part[0].text) > 2 or not part[0].text.isalpha())
        ):
            return True
        written = all(as_a_name(word.text, loud=loud) for word in part if word.folded not in LITTLE)
        if not written:
            return False
        if label.text.isupper() and len(part) == 1 and not as_initials(part[0].text):
            return False
        maker = {word.folded for word in words_of(self.vocabulary.concepts[hit.concepts[0]].name)} - {
            word.folded for word in part
        }
        around = {word.folded for word in words[max(0, hit.first - 4) : hit.first]}
        if maker & around - STOPS - LITTLE and hit.how == "short":
            return True
        return near and hit.how != "alternative" and self._well_known(hit) and not _ends_a_name(hit, reading)

    def _rare_name(self, label: Label, word: Word, *, loud: bool) -> bool:
        """Say whether a name that descriptions hardly ever write as a word ("Linux") is written as a name here."""
        described = self.vocabulary.described_in.get(word.folded, 0)
        long_enough = len(word.text) > 3 and word.folded not in _EVERYDAY and not word.begins
        return long_enough and described <= RARE and label.text[:1].isupper() and as_a_name(word.text, loud=loud)

    def _well_known(self, hit: Found) -> bool:
        return any(self._known(number) or hit.how == "exact" for number in hit.concepts)

    def _hinted(self, label: Label, hit: Found, reading: Reading) -> bool:
        """A name that is a word too ("Swift", "Chef") needs to be written as a name, and half of what its brackets say in the text."""
        asked = {stem(word) for word in label.hint if word not in LITTLE}
        said = {stem(word.folded) for word in reading.words}
        written = as_a_name(reading.words[hit.first].text, loud=reading.loud)
        return written and 2 * len(asked & said) >= len(asked) and not _ends_a_name(hit, reading)

    def _known(self, number: int) -> bool:
        concept = self.vocabulary.concepts[number]
        return (
            concept.framework != "onet"
            or concept.name.startswith(_MAKERS_WELL_KNOWN)
            or concept.name.endswith(_INITIALS_END)
        )

    def _single(self, hit: Found, label: Label, word: Word, *, loud: bool) -> bool:
        """Single words: names of fields of knowledge are trusted, other words only where they are rare or the skill's own."""
        if word.folded in LIGHT or word.folded in LITTLE or word.folded in STOPS or len(word.folded) < 3:
            return False
        if label.text.isupper():
            return as_initials(word.text) and (not loud or len(word.text) > 3)
        kinds = {self.vocabulary.concepts[number].kind for number in hit.concepts}
        usage = len(self._label_stems[stem(word.folded)])
        described = self.vocabulary.described_in.get(word.folded, 0)
        if hit.how == "exact":
            esco = any(self.vocabulary.concepts[number].framework != "onet" for number in hit.concepts)
            if "knowledge" in kinds and esco:
                return described < SPOKEN
            return described < (
                SPOKEN if word.folded.endswith(("tion", "ing", "sion")) and word.folded not in _VAGUE else COMMON
            )
        own = {stem(each.folded) for each in words_of(self.vocabulary.concepts[hit.concepts[0]].name)}
        if stem(word.folded) in own:
            return described < COMMON and usage < 8 * COMMON
        return described <= 3 and usage <= 4


_MAKERS_WELL_KNOWN = ("Microsoft ", "Adobe ", "Autodesk ", "Apple ", "Google ", "Intuit ")
_INITIALS_END = (
    " HTML",
    " XML",
    " JSON",
    " CSS",
    " SQL",
    " API",
    " GIS",
    " CAD",
    " ERP",
    " CRM",
    " EMR",
    " EHR",
    " VPN",
    " VoIP",
)
_EVERYDAY_TEXT = """
    access excel word outlook teams project publisher visio go swift rust ruby r c d basic classroom meet drive
    sites video world money chef puppet salt eclipse canvas scratch source flash director connect notes
    plus pass power fields lead compare reduce square smarts impact idea sketch slack zoom stata spark hive pig ant
    maven base react express vue flex index set pages numbers keynote acrobat illustrator animate bridge premiere
    navigator mint quicken square clover toast monday notion box sage gimp unity blender maya fusion inventor
    arts past mastermind master analyze
"""
_EVERYDAY = frozenset(_EVERYDAY_TEXT.split())


def _named(name: str) -> bool:
    """Say whether a name is written as products are: a capital, digit or sign beyond its first letter, no ordinary words."""
    first = name.split(" (")[0]
    return (
        " " not in first
        and (any(letter.isupper() for letter in first[1:]) or not first.isalpha())
        and first[:1].isalnum()
    )


def striking(label: str) -> bool:
    """Say whether a name cannot be mistaken for a word: "JavaScript", "AJAX", "C++", "HTML5"."""
    if len(label) < 3 and label.isalpha():
        return False
    return any(letter.isupper() for letter in label[1:]) or any(not letter.isalpha() for letter in label)


def _initials_of_a_name(hit: Found, word: Word) -> bool:
    """Say whether this is what a product's name ends with for short ("EMS", "CASA"): few letters, which stand for many things."""
    return hit.how == "short" and len(word.text) < 5 and word.text.isalpha() and as_initials(word.text)


def _ends_a_name(hit: Found, reading: Reading) -> bool:
    """Say whether a word of a description ends a longer name, as in "Direct Connect", "Open Source", "Instrument Set Assembly"."""
    if reading.part == "title" or not hit.first or reading.words[hit.first].begins:
        return False
    before = reading.words[hit.first - 1]
    joined = reading.text[before.end : reading.words[hit.first].start] == " "
    named = before.text[:1].isupper() and not before.begins and before.folded not in LITTLE
    return joined and named and hit.first - 1 not in reading.names


def _begins_a_name(hit: Found, reading: Reading) -> bool:
    """Say whether a German noun stands right before another one, as only in names: "Cloud Shell"."""
    after = reading.words[hit.last] if hit.last < len(reading.words) else None
    return after is not None and after.text[:1].isupper() and reading.text[after.start - 1] == " " and not after.begins


def _things(word: Word, label: str) -> bool:
    """Say whether a word for doing or knowing something stands in the plural, and names things: innovations, philosophies."""
    plural = word.folded.endswith(_NO_THINGS) and normal(word.text) != word.folded and word.text.endswith("s")
    return plural and not label.endswith("s")


_NO_THINGS = ("ation", "ution", "osophy", "ology", "surgery")


def _only_in_plural(label: str, written: str) -> bool:
    """Say whether a label means something else in the singular that was written: securities, sources, goods."""
    one, other = normal(label), normal(written)
    nearly = len(one) - len(other) < 3  # "math" is no singular
    return label.islower() and one.endswith("s") and not other.endswith("s") and nearly and fold(one) == fold(other)


def _product(label: Label, vocabulary: Vocabulary) -> bool:
    """Say whether a label of several words is a product's name, not a kind of thing: every word begins with a capital."""
    if vocabulary.concepts[label.concept].kind != "technology":
        return False
    return all(
        word[:1].isupper() or not word[:1].isalpha() for word in label.text.split() if word not in {"of", "and", "for"}
    )


def _same_name(vocabulary: Vocabulary, numbers: Sequence[int]) -> bool:
    """Say whether skills of several frameworks bear the same name: then the words mean all of them."""
    concepts = [vocabulary.concepts[number] for number in numbers]
    frameworks = [concept.framework for concept in concepts]
    kinds = {(concept.framework, concept.kind) for concept in concepts}
    return len(set(frameworks)) == len(frameworks) or len(kinds) == len(concepts)
