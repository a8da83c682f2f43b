"""Which skills a title and a description say somebody learns: precision over recall, each tag with its evidence.

1. *Phrases*: every stretch of words that is a label of a skill, in any spelling or number, whole or for short, compounds as one word or
   two (:mod:`cairn.skills.tagging.forms`), the longest first;
2. *variants*: a stretch whose words are those of a label in another order or form ("staff management" for "manage staff");
3. *likeness*: a title that is nearly a label;
4. *setting*: what a text only asks for, sets aside, or does not mean is left out: see :mod:`cairn.skills.tagging.setting` and the rules
   of :func:`_trusted`;
5. *one each*: of several skills behind the same words the nearest to what else was found stays, or none.

How sure a tag is was measured: :mod:`cairn.skills.tagging.measured`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cairn.skills.matching.similarity import Similarity
from cairn.skills.matching.vocabulary import Concept, Key, Label, Source, Vocabulary
from cairn.skills.matching.words import LIGHT, LITTLE, Word, fold, normal, stem, words_of
from cairn.skills.tagging.forms import SHORTEST_PART, as_labels_write, left_out
from cairn.skills.tagging.measured import SURE_ENOUGH, confidence_of
from cairn.skills.tagging.names import COMMON_NAMES, NO_NAMES
from cairn.skills.tagging.setting import as_a_name, as_initials, inside, not_taught, other_use, shouted

LONGEST_LABEL = 12
LONGEST_STRETCH = 6
MOST_TAGS = 40
BESIDE = 3
"""So many words away a name of a technology makes an ordinary word one too: "Word, Excel and PowerPoint"."""
LIKE_TITLE = 0.9
"""How alike a title and a label must be to count without a phrase."""
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
_STOPS_TEXT = """
    course courses program certificate certification training introduction basic advanced fundamental level
"""
_STOPS = frozenset(_STOPS_TEXT.split())


@dataclass(frozen=True, slots=True)
class Span:
    """Where the evidence stands: in the ``title`` or the ``description``, from character ``start`` to ``end``, and its words."""

    part: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A skill that a text names. ``how``: exact, alternative, short, common, variant or similar; ``confidence`` from 0 to 1."""

    concept: Concept
    how: str
    label: str
    evidence: Span
    confidence: float

    @property
    def why(self) -> str:
        """Return the reason as a sentence."""
        return f"The {self.evidence.part} says “{self.evidence.text}”, {_HOW[self.how].format(label=self.label)}."


_HOW = {
    "exact": "which is the skill's own name",
    "alternative": "which is another name of it: “{label}”",
    "short": "which is short for “{label}”",
    "common": "by which “{label}” is commonly meant",
    "variant": "which says “{label}” in other words",
    "similar": "which is close to “{label}”",
}


@dataclass(frozen=True, slots=True)
class _Found:
    first: int
    last: int
    concepts: tuple[int, ...]
    label: int
    how: str
    grade: str = ""
    """Finer than ``how``, where the confidence is: ``core`` and ``loose`` are variants."""


class Tagger:
    """Finds tags with a vocabulary, which takes a second to make and can serve any number of texts.

    ``similarity`` gives the index for likeness where one asks for tags as unsure as that; without it the first two steps are taken.
    ``common`` are the everyday names that frameworks do not list, phrase to name of a skill.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        similarity: Callable[[], Similarity] | None = None,
        *,
        common: dict[str, str] | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.similarity = similarity
        self._prefixes = {key[:size] for key in vocabulary.by_folded for size in range(1, len(key))}
        self._label_stems: defaultdict[str, set[int]] = defaultdict(set)
        for key, places in vocabulary.by_folded.items():
            for word in key:
                self._label_stems[stem(word)].update(vocabulary.labels[place].concept for place in places)
        self._shorter = left_out(vocabulary, COMMON)
        self._prefixes.update(key[:size] for key in self._shorter for size in range(1, len(key)))
        self._no_names = frozenset(tuple(word.folded for word in words_of(phrase)) for phrase in NO_NAMES)
        self._known_words = frozenset(word for key in vocabulary.by_folded for word in key)
        self._common: dict[Key, tuple[int, ...]] = {}
        by_name = {
            (concept.framework, concept.name.casefold()): number for number, concept in enumerate(vocabulary.concepts)
        }
        frameworks = sorted({concept.framework for concept in vocabulary.concepts})  # the same choice in every process
        for phrase, names in (COMMON_NAMES if common is None else common).items():
            numbers: list[int] = []
            for either in names.split(" + "):
                wanted = [(framework, name.casefold()) for name in either.split(" | ") for framework in frameworks]
                numbers += [by_name[one] for one in wanted if one in by_name][:1]
            if numbers:
                key = tuple(word.folded for word in words_of(phrase))
                self._common[key] = tuple(numbers)
                self._prefixes.update(key[:size] for size in range(1, len(key)))
        for key in [key for key in self._common if len(key) == 1]:
            for place in range(SHORTEST_PART, len(key[0]) - SHORTEST_PART + 1):
                parts = (key[0][:place], key[0][place:])  # "firefighting" is also written "fire fighting"
                if parts in self._prefixes:
                    self._common.setdefault(parts, self._common[key])
        self._initials = {
            tuple(word.folded for word in words_of(phrase))
            for phrase in COMMON_NAMES
            if phrase.isalpha() and phrase.isupper()
        }
        self._begun = self._prefixes | vocabulary.by_folded.keys() | self._common.keys()

    def tag(self, title: str, description: str = "", *, language: str = "en", least: float = SURE_ENOUGH) -> list[Tag]:
        """Return the skills that a title and a description (plain text) name, the surest first, at most :data:`MOST_TAGS`.

        ``language`` is a BCP 47 tag; labels are English, so that of other languages only names are found, which are the same in all
        ("SQL", "AutoCAD"). ``least`` is the confidence below which nothing is said.
        """
        english = language.casefold().partition("-")[0] in {"en", ""}
        found: dict[int, Tag] = {}
        for part, text in (("title", title), ("description", description)):
            for tag in self._of_part(part, text, english=english, least=least):
                number = self.vocabulary.number_of[tag.concept.uri]
                if number not in found or found[number].confidence < tag.confidence:
                    found[number] = tag
        tags = [tag for tag in found.values() if tag.confidence >= least]
        return sorted(tags, key=lambda tag: (-tag.confidence, tag.evidence.part != "title", tag.evidence.start))[
            :MOST_TAGS
        ]

    def _of_part(self, part: str, text: str, *, english: bool, least: float) -> Iterable[Tag]:
        words: Sequence[Word] = words_of(text)
        if not words:
            return
        if english:
            words = as_labels_write(words, self._known_words, self._begun)
        away = not_taught(text)
        loud = shouted(text)
        hits = self._phrases(words)
        hits = [hit for hit in hits if not inside(words[hit.first].start, words[hit.last - 1].end, away)]
        names = self._names_among(hits, words, loud=loud)
        kept = [hit for hit in hits if self._trusted(hit, text, words, names, loud=loud, english=english)]
        if english:
            covered = {place for hit in kept for place in range(hit.first, hit.last)}
            ends = {hit.last - 1 for hit in kept if hit.last - hit.first > 1}
            for hit in self._variants(words):
                away_from = inside(words[hit.first].start, words[hit.last - 1].end, away)
                cut = (
                    hit.last in covered and hit.last - 1 in covered and hit.last - 1 not in ends
                )  # "operate a tractor" trailer
                if away_from or cut or covered.issuperset(range(hit.first, hit.last)):
                    continue
                if not other_use(text, words, hit.first, hit.last, name="", verbal=True):
                    kept.append(hit)
        kept = _longest(kept)
        for hit in kept:
            start, end = words[hit.first].start, words[hit.last - 1].end
            span = Span(part, start, end, text[start:end])
            for concept in hit.concepts:
                label = self.vocabulary.labels[hit.label]
                said = label.text if self.vocabulary.concepts[concept].name != span.text else span.text
                if hit.how in {"short", "common"}:
                    said = self.vocabulary.concepts[concept].name
                sure = confidence_of(hit.grade or hit.how, hit.last - hit.first, part)
                yield Tag(self.vocabulary.concepts[concept], hit.how, said, span, sure)
        if english and part == "title" and not kept and confidence_of("similar", len(words), part) >= least:
            yield from self._like(text, words)

    def _phrases(self, words: Sequence[Word]) -> list[_Found]:
        """Step 1: stretches that are labels. Where several skills are called so, all of them, the preferred label's owners only."""
        found: list[_Found] = []
        labels, folded = self.vocabulary.labels, self.vocabulary.by_folded
        for first in range(len(words)):
            key: Key = ()
            for last in range(first + 1, min(len(words), first + LONGEST_LABEL) + 1):
                if last - first > 1 and words[last - 1].begins and not _goes_on(words, last - 1):
                    break
                key = (*key, words[last - 1].folded)
                common = self._common.get(key)
                if common is not None:
                    found.append(_Found(first, last, common, self._own_label(common[0]), "common"))
                elif key in self._no_names:
                    pass
                elif key in self._shorter:
                    concept, place = self._shorter[key]
                    found.append(_Found(first, last, (concept,), place, "variant", "core"))
                elif key in folded:
                    places = folded[key]
                    for source, how in _SOURCES:
                        of_source = [place for place in places if labels[place].source is source]
                        if of_source:
                            owners = tuple(dict.fromkeys(labels[place].concept for place in of_source))
                            akin = how == "alternative" and last - first > 1 and self._akin(key, owners)
                            found.append(_Found(first, last, owners, of_source[0], how, "akin" if akin else ""))
                            break
                if key not in self._prefixes:
                    break
        return found

    def _akin(self, key: Key, owners: Sequence[int]) -> bool:
        """Say whether another name of a skill shares a word with its own name: then it says nearly the same."""
        said = {stem(word) for word in key if word not in LITTLE and word not in LIGHT}
        return any(
            said & {stem(word.folded) for word in words_of(self.vocabulary.concepts[owner].name)} for owner in owners
        )

    def _own_label(self, concept: int) -> int:
        name = self.vocabulary.concepts[concept].name
        key = tuple(word.folded for word in words_of(name))
        places = self.vocabulary.by_folded.get(key, ())
        return next((place for place in places if self.vocabulary.labels[place].concept == concept), 0)

    def _variants(self, words: Sequence[Word]) -> Iterable[_Found]:
        """Step 2: stretches that say a label in other forms.

        "Managing the budget" and "management of budgets" have its words in order; "budget management" has its verb, as a noun, behind.
        """
        by_stems, by_core = self.vocabulary.by_stems, self.vocabulary.by_core
        for first, word in enumerate(words):
            if word.folded in LITTLE or word.folded in LIGHT or _past(word.folded):
                continue
            held: list[str] = [stem(word.folded)]
            for last in range(first + 2, min(len(words), first + LONGEST_STRETCH) + 1):
                after = words[last - 1]
                if after.begins or (after.folded in LITTLE and after.folded not in _LINKS) or _past(after.folded):
                    break
                if after.folded in _LINKS:
                    continue
                held.append(stem(after.folded))
                keys = [tuple(held)]
                if after.folded.endswith(_NOMINAL):
                    keys.append((held[-1], *held[:-1]))
                for key in keys:
                    owner = self._sole_owner(by_stems.get(key, ())) or self._sole_owner(
                        by_core.get(key, ()), preferred=True
                    )
                    if (
                        owner is not None
                        and not _STOPS.issuperset(held)
                        and self._says_as_much(owner, words[first:last])
                    ):
                        own = self.vocabulary.labels[owner[1]].source is Source.PREFERRED
                        sure = own and self.vocabulary.concepts[owner[0]].kind == "skill"
                        yield _Found(first, last, (owner[0],), owner[1], "variant", "" if sure else "loose")
                        break

    def _says_as_much(self, owner: tuple[int, int], part: Sequence[Word]) -> bool:
        """Say whether words in another form mean a label: no product, nobody's profession, and nothing behind the verb left out."""
        concept, place = owner
        label = words_of(self.vocabulary.labels[place].text)
        if self.vocabulary.concepts[concept].kind == "technology" or label[-1].folded in LIGHT:
            return False
        kept = {word.folded for word in label}
        said = [word.folded for word in part]
        if any(word in _SET_ASIDE or word.endswith(_PROFESSIONS) for word in said if word not in kept):
            return False
        if any(word.folded in _SET_ASIDE and word.folded not in said for word in label):
            return False
        written = {word.folded: word.text for word in part}
        return not any(
            word.folded in _PLURALS and normal(written.get(word.folded, word.text)) == word.folded for word in label
        )

    def _sole_owner(self, places: Sequence[int], *, preferred: bool = False) -> tuple[int, int] | None:
        """Return (concept, label) where the labels belong to one skill; a preferred label goes before the others."""
        if not places:
            return None
        labels = self.vocabulary.labels
        chosen = [place for place in places if labels[place].source is Source.PREFERRED]
        if not chosen and not preferred:
            chosen = [place for place in places if labels[place].source is Source.ALTERNATIVE]
        owners = {labels[place].concept for place in chosen}
        return (labels[chosen[0]].concept, chosen[0]) if len(owners) == 1 else None

    def _names_among(self, hits: Sequence[_Found], words: Sequence[Word], *, loud: bool) -> set[int]:
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

    def _trusted(
        self, hit: _Found, text: str, words: Sequence[Word], names: set[int], *, loud: bool, english: bool
    ) -> bool:
        """Step 4: say whether these words mean the skill that is called so."""
        vocabulary = self.vocabulary
        label = vocabulary.labels[hit.label]
        size = hit.last - hit.first
        technical = any(self._technical(number) for number in hit.concepts)
        concept = vocabulary.concepts[hit.concepts[0]]
        verbal = concept.kind == "skill" and hit.how in {"exact", "alternative"}
        if english and other_use(text, words, hit.first, hit.last, name=concept.name, verbal=verbal):
            return False
        if hit.how == "common":
            if size == 1 and (words[hit.first].folded,) in self._initials and not as_initials(words[hit.first].text):
                return False
            return english or technical or any(_striking(word.text) for word in words[hit.first : hit.last])
        if len(hit.concepts) > 1 and not _same_name(vocabulary, hit.concepts):
            return False
        near = any(
            place in names
            for place in range(max(0, hit.first - BESIDE), min(len(words), hit.last + BESIDE))
            if not hit.first <= place < hit.last
        )
        first = words[hit.first]
        if size == 1 and _only_in_plural(label.text, first.text):
            return False
        if label.hint and self._spoken(first.folded):
            return self._hinted(label, first, words, loud=loud)
        if technical and (hit.how == "short" or size == 1 or _product(label, vocabulary)):
            return self._is_product(hit, label, words, near=near, loud=loud)
        if not english:
            return False
        if hit.grade == "core" and size == 1:
            return True
        if size > 1:
            return not all(
                word.folded in LITTLE or word.folded in LIGHT or word.folded in _STOPS
                for word in words[hit.first : hit.last]
            )
        return self._single(hit, label, first, loud=loud)

    def _is_product(self, hit: _Found, label: Label, words: Sequence[Word], *, near: bool, loud: bool) -> bool:
        """Names of products: as names are written; where each word is ordinary too, beside another name or its maker's."""
        part = words[hit.first : hit.last]
        if len(part) == 1 and part[0].text == label.text and _striking(label.text):
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
        if maker & around - _STOPS - LITTLE and hit.how == "short":
            return True
        return near and hit.how != "alternative" and self._well_known(hit)

    def _rare_name(self, label: Label, word: Word, *, loud: bool) -> bool:
        """Say whether a name that descriptions hardly ever write as a word ("Linux") is written as a name here."""
        described = self.vocabulary.described_in.get(word.folded, 0)
        long_enough = len(word.text) > 3 and word.folded not in _EVERYDAY and not word.begins
        return long_enough and described <= RARE and label.text[:1].isupper() and as_a_name(word.text, loud=loud)

    def _well_known(self, hit: _Found) -> bool:
        return any(self._known(number) or hit.how == "exact" for number in hit.concepts)

    def _hinted(self, label: Label, first: Word, words: Sequence[Word], *, loud: bool) -> bool:
        """A name that is a word too ("Swift", "Chef") needs to be written as a name, and half of what its brackets say in the text."""
        asked = {stem(word) for word in label.hint if word not in LITTLE}
        said = {stem(word.folded) for word in words}
        return as_a_name(first.text, loud=loud) and 2 * len(asked & said) >= len(asked)

    def _known(self, number: int) -> bool:
        concept = self.vocabulary.concepts[number]
        return (
            concept.framework != "onet"
            or concept.name.startswith(_MAKERS_WELL_KNOWN)
            or concept.name.endswith(_INITIALS_END)
        )

    def _single(self, hit: _Found, label: Label, word: Word, *, loud: bool) -> bool:
        """Single words: names of fields of knowledge are trusted, other words only where they are rare or the skill's own."""
        if word.folded in LIGHT or word.folded in LITTLE or word.folded in _STOPS or len(word.folded) < 3:
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

    def _like(self, title: str, words: Sequence[Word]) -> Iterable[Tag]:
        """Step 3: a title that is nearly a label of exactly one skill."""
        if self.similarity is None:
            return
        asked = " ".join(word.text for word in words if word.folded not in _STOPS)
        closest = self.similarity().closest(asked, most=2, least=LIKE_TITLE)
        if not closest or len(asked.split()) < 2 or (len(closest) > 1 and closest[0].score - closest[1].score < 0.02):
            return
        concept = self.vocabulary.concepts[closest[0].concept]
        span = Span("title", words[0].start, words[-1].end, title[words[0].start : words[-1].end])
        label = self.vocabulary.labels[closest[0].label].text
        yield Tag(concept, "similar", label, span, confidence_of("similar", len(words), "title"))


_SET_ASIDE = frozenset(["program", "it", "work", "personal", "effectively"])
"""Words by which a form of a label turns into something else: "developer program", "develop personal skills"."""
_PLURALS = frozenset(["security", "good", "supply"])
"""Words of labels that mean something else in the plural, which the labels have: securities, goods, supplies."""
_PROFESSIONS = ("manager", "developer", "analyst", "educator", "designer", "trainer", "personnel")
_LINKS_TEXT = """
    of the a an
"""
_LINKS = frozenset(_LINKS_TEXT.split())
_NOMINAL = (
    "ment",
    "tion",
    "sion",
    "ing",
    "ance",
    "ence",
    "ysis",
    "repair",
    "design",
    "control",
    "care",
    "support",
    "processing",
)
_SOURCES = (
    (Source.PREFERRED, "exact"), (Source.ALTERNATIVE, "alternative"), (Source.HIDDEN, "alternative"), (Source.SHORT, "short"),
)  # fmt: skip
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


def _goes_on(words: Sequence[Word], place: int) -> bool:
    """Say whether a label may run over the break before this word: "heating, ventilation, air conditioning", "C / C++"."""
    return place > 0 and words[place].start - words[place - 1].end <= 2


def _longest(hits: Iterable[_Found]) -> list[_Found]:
    """Leave out what lies within a longer stretch; of equal stretches the first found stays."""
    kept: list[_Found] = []
    for hit in sorted(hits, key=lambda each: (each.first - each.last, _ORDER[each.how])):
        if not any(one.first <= hit.first and hit.last <= one.last for one in kept):
            kept.append(hit)
    return sorted(kept, key=lambda each: each.first)


_ORDER = {"exact": 0, "common": 1, "alternative": 2, "short": 3, "variant": 4, "similar": 5}


def _named(name: str) -> bool:
    """Say whether a name is written as products are: a capital, digit or sign beyond its first letter, no ordinary words."""
    first = name.split(" (")[0]
    return (
        " " not in first
        and (any(letter.isupper() for letter in first[1:]) or not first.isalpha())
        and first[:1].isalnum()
    )


def _past(word: str) -> bool:
    """Say whether a word tells what was done ("controlled production"), which is no label's verb."""
    kept = {"oriented", "based", "aided", "advanced", "integrated", "embedded", "applied", "distributed"}
    return word.endswith("ed") and word not in kept


def _striking(label: str) -> bool:
    """Say whether a name cannot be mistaken for a word: "JavaScript", "AJAX", "C++", "HTML5"."""
    if len(label) < 3 and label.isalpha():
        return False
    return any(letter.isupper() for letter in label[1:]) or any(not letter.isalpha() for letter in label)


def _only_in_plural(label: str, written: str) -> bool:
    """Say whether a label means something else in the singular that was written: securities, sources, goods."""
    one, other = normal(label), normal(written)
    return label.islower() and one.endswith("s") and not other.endswith("s") and fold(one) == fold(other)


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
