"""Which skills a title and a description say somebody learns: precision over recall, each tag with its evidence.

1. *Phrases*: every stretch of words that is a label of a skill, in any spelling or number, whole or for short, compounds as one word or
   two (:mod:`cairn.skills.tagging.forms`), the longest first;
2. *variants*: a stretch whose words are those of a label in another order or form ("staff management" for "manage staff");
3. *likeness*: a title that is nearly a label;
4. *setting*: what a text only asks for, sets aside, or does not mean is left out: see :mod:`cairn.skills.tagging.setting` and the rules
   of :mod:`cairn.skills.tagging.trusting`;
5. *one each*: of several skills behind the same words the nearest to what else was found stays, or none.

How sure a tag is was measured: :mod:`cairn.skills.tagging.measured`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from cairn.skills.matching.similarity import Similarity
from cairn.skills.matching.stemming import stem
from cairn.skills.matching.vocabulary import Key, Source, Vocabulary
from cairn.skills.matching.words import LIGHT, LITTLE, Word, normal, words_of
from cairn.skills.tagging.forms import SHORTEST_PART, as_labels_write, left_out
from cairn.skills.tagging.found import Company, Found, Reading, Span, Tag
from cairn.skills.tagging.measured import SURE_ENOUGH, confidence_of
from cairn.skills.tagging.names import COMMON_NAMES, NO_NAMES, TRANSLATED, in_german
from cairn.skills.tagging.senses import Senses
from cairn.skills.tagging.setting import inside, names_a_place, not_taught, other_use, shouted
from cairn.skills.tagging.sharing import completed, mended, names_the_field, torn
from cairn.skills.tagging.trusting import COMMON, STOPS, Trust

LONGEST_LABEL = 12
LONGEST_STRETCH = 6
MOST_TAGS = 40
LIKE_TITLE = 0.9
"""How alike a title and a label must be to count without a phrase."""


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
        self._shorter = left_out(vocabulary, COMMON)
        self._prefixes.update(key[:size] for key in self._shorter for size in range(1, len(key)))
        self._no_names = frozenset(tuple(word.folded for word in words_of(phrase)) for phrase in NO_NAMES)
        self._known_words = frozenset(word for key in vocabulary.by_folded for word in key)
        self._common: dict[Key, tuple[int, ...]] = {}
        by_name = {
            (concept.framework, concept.name.casefold()): number for number, concept in enumerate(vocabulary.concepts)
        }
        frameworks = sorted({concept.framework for concept in vocabulary.concepts})  # the same choice in every process

        def meant(names: str) -> tuple[int, ...]:
            numbers: list[int] = []
            for either in names.split(" + "):
                wanted = [(framework, name.casefold()) for name in either.split(" | ") for framework in frameworks]
                numbers += [by_name[one] for one in wanted if one in by_name][:1]
            return tuple(numbers)

        for phrase, names in (COMMON_NAMES if common is None else common).items():
            if numbers := meant(names):
                key = tuple(word.folded for word in words_of(phrase))
                self._common[key] = numbers
                self._prefixes.update(key[:size] for size in range(1, len(key)))
        self._german: dict[Key, tuple[int, ...]] = {}
        for phrase, names in in_german() if common is None else ():
            if numbers := meant(names):
                key = tuple(word.folded for word in words_of(phrase))
                self._german[key] = numbers
                self._prefixes.update(key[:size] for size in range(1, len(key)))
        for key in [key for key in self._common if len(key) == 1]:
            for place in range(SHORTEST_PART, len(key[0]) - SHORTEST_PART + 1):
                parts = (key[0][:place], key[0][place:])  # "firefighting" is also written "fire fighting"
                if parts in self._prefixes:
                    self._common.setdefault(parts, self._common[key])
        self._senses = Senses(vocabulary, self._common)
        self._trust = Trust(vocabulary, self._senses)
        self._begun = self._prefixes | vocabulary.by_folded.keys() | self._common.keys()

    def tag(self, title: str, description: str = "", *, language: str = "en", least: float = SURE_ENOUGH) -> list[Tag]:
        """Return the skills that a title and a description (plain text) name, the surest first, at most :data:`MOST_TAGS`.

        ``language`` is a BCP 47 tag; labels are English, so that of other languages only names are found, which are the same in all
        ("SQL", "AutoCAD"). ``least`` is the confidence below which nothing is said.
        """
        spoken = language.casefold().partition("-")[0]
        english = spoken in {"en", ""}
        foreign = self._german if spoken == "de" else {}
        texts = {"title": title, "description": description}
        readings = [self._read(part, text, foreign, english=english) for part, text in texts.items() if text]
        names = frozenset(each.words[place].folded for each in readings for place in each.names)
        company = Company(names, f"{title}\n{description}")
        found: dict[int, Tag] = {}
        for reading in readings:
            for tag in self._of_part(reading, company, least=least):
                number = self.vocabulary.number_of[tag.concept.uri]
                if number not in found or found[number].confidence < tag.confidence:
                    found[number] = tag
        if english:
            for number in self._senses.only_terms(found.values(), texts) | self._senses.out_of_place(
                found.values(), texts
            ):
                del found[number]
        tags = [tag for tag in found.values() if tag.confidence >= least]
        return sorted(tags, key=lambda tag: (-tag.confidence, tag.evidence.part != "title", tag.evidence.start))[
            :MOST_TAGS
        ]

    def _read(self, part: str, text: str, foreign: Mapping[Key, tuple[int, ...]], *, english: bool) -> Reading:
        words: Sequence[Word] = words_of(text)
        if english:
            words = as_labels_write(words, self._known_words, self._begun)
        away, loud = not_taught(text), shouted(text)
        phrases = self._phrases(words, text, foreign)
        if foreign:
            phrases = self._whole(phrases, words, text, foreign)
        hits = [hit for hit in phrases if not inside(words[hit.first].start, words[hit.last - 1].end, away)]
        names = self._trust.names_among(hits, words, loud=loud)
        return Reading(part, text, words, english, loud, away, hits, frozenset(names))

    def _of_part(self, reading: Reading, company: Company, *, least: float) -> Iterable[Tag]:
        part, text, words, english, away = reading.part, reading.text, reading.words, reading.english, reading.away
        kept = [hit for hit in reading.hits if self._trust.trusts(hit, reading, company)]
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
                elsewhere = other_use(text, words, hit.first, hit.last, name="", verbal=True)
                if not elsewhere and not names_a_place(words, hit.last):
                    kept.append(hit)
        kept = _longest(kept)
        if english:
            kept += self._shared(words, text, away)
        for hit in kept:
            start, end = words[hit.first].start, words[(hit.shown or hit.last) - 1].end
            span = Span(part, start, end, text[start:end])
            for concept in hit.concepts:
                label = self.vocabulary.labels[hit.label]
                said = label.text if self.vocabulary.concepts[concept].name != span.text else span.text
                if hit.how in {"short", "common"}:
                    said = self.vocabulary.concepts[concept].name
                sure = confidence_of(hit.grade or hit.how, (hit.shown or hit.last) - hit.first, part)
                yield Tag(self.vocabulary.concepts[concept], hit.how, said, span, sure)
        if english and words and part == "title" and not kept and confidence_of("similar", len(words), part) >= least:
            yield from self._like(text, words)

    def _shared(self, words: Sequence[Word], text: str, away: list[tuple[int, int]]) -> Iterable[Found]:
        """Names of skills that share their last word with the next: "legal and medical terminology"."""
        for first, last, key in completed(words):
            places = [
                one
                for one in self.vocabulary.by_folded.get(key, ())
                if self.vocabulary.labels[one].source is Source.PREFERRED
            ]
            owner = self._sole_owner(places)
            if owner is None or self.vocabulary.concepts[owner[0]].kind == "technology":
                continue
            if not inside(words[first].start, words[last - 1].end, away) and not names_a_place(words, last):
                yield Found(first, first + 1, (owner[0],), owner[1], "variant", "shared", last)

    def _whole(
        self, hits: Sequence[Found], words: Sequence[Word], text: str, foreign: Mapping[Key, tuple[int, ...]]
    ) -> list[Found]:
        """German words that share their end with a later one, made whole; by themselves they count where the end names no field."""
        kept = list(hits)
        for first, end, last in torn(words, text):
            parts = [hit for hit in kept if first <= hit.first and hit.last == end]
            kept = [hit for hit in kept if hit not in parts]
            if (key := mended(words, first, end, last, foreign)) is not None:
                owner = foreign[key]
                kept.append(Found(first, end, owner, self._own_label(owner[0]), "common", TRANSLATED, last))
            elif names_the_field(words, last):
                kept += [replace(hit, shown=last) for hit in parts]
        return kept

    def _phrases(self, words: Sequence[Word], text: str, foreign: Mapping[Key, tuple[int, ...]]) -> list[Found]:
        """Step 1: stretches that are labels. Where several skills are called so, all of them, the preferred label's owners only."""
        found: list[Found] = []
        labels, folded = self.vocabulary.labels, self.vocabulary.by_folded
        for first in range(len(words)):
            key: Key = ()
            broken = False
            for last in range(first + 1, min(len(words), first + LONGEST_LABEL) + 1):
                if last - first > 1 and words[last - 1].begins:
                    if not _goes_on(words, last - 1):
                        break
                    listed = "," in text[words[last - 2].end : words[last - 1].start]
                    broken = broken or (listed and words[last - 1].folded not in LITTLE)
                key = (*key, words[last - 1].folded)
                common = self._common.get(key)
                if foreign and (named := foreign.get(key)) is not None:
                    found.append(Found(first, last, named, self._own_label(named[0]), "common", TRANSLATED))
                elif common is not None:
                    found.append(Found(first, last, common, self._own_label(common[0]), "common"))
                elif key in self._no_names:
                    pass
                elif broken and not any("," in labels[place].text for place in folded.get(key, ())):
                    pass  # "fluid power, electronics" is no power electronics
                elif key in self._shorter:
                    concept, place = self._shorter[key]
                    found.append(Found(first, last, (concept,), place, "variant", "core"))
                elif key in folded:
                    places = folded[key]
                    for source, how in _SOURCES:
                        of_source = [place for place in places if labels[place].source is source]
                        if of_source:
                            owners = tuple(dict.fromkeys(labels[place].concept for place in of_source))
                            akin = how == "alternative" and last - first > 1 and self._akin(key, owners)
                            found.append(Found(first, last, owners, of_source[0], how, "akin" if akin else ""))
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

    def _variants(self, words: Sequence[Word]) -> Iterable[Found]:
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
                        and not STOPS.issuperset(held)
                        and self._says_as_much(owner, words[first:last])
                    ):
                        own = self.vocabulary.labels[owner[1]].source is Source.PREFERRED
                        sure = own and self.vocabulary.concepts[owner[0]].kind == "skill"
                        yield Found(first, last, (owner[0],), owner[1], "variant", "" if sure else "loose")
                        break

    def _says_as_much(self, owner: tuple[int, int], part: Sequence[Word]) -> bool:
        """Say whether words in another form mean a label: no product, nobody's profession, and nothing behind the verb left out."""
        concept, place = owner
        label = _words_of_label(self.vocabulary.labels[place].text)
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

    def _like(self, title: str, words: Sequence[Word]) -> Iterable[Tag]:
        """Step 3: a title that is nearly a label of exactly one skill."""
        if self.similarity is None:
            return
        asked = " ".join(word.text for word in words if word.folded not in STOPS)
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


@lru_cache(maxsize=20_000)
def _words_of_label(text: str) -> list[Word]:
    return words_of(text)


def _goes_on(words: Sequence[Word], place: int) -> bool:
    """Say whether a label may run over the break before this word: "heating, ventilation, air conditioning", "C / C++"."""
    return place > 0 and words[place].start - words[place - 1].end <= 2


_ORDER = {"exact": 0, "common": 1, "alternative": 2, "short": 3, "variant": 4, "similar": 5}


def _longest(hits: Iterable[Found]) -> list[Found]:
    """Leave out what lies within a longer stretch; of equal stretches the first found stays."""
    kept: list[Found] = []
    for hit in sorted(hits, key=lambda each: (each.first - each.last, _ORDER[each.how])):
        if not any(one.first <= hit.first and hit.last <= one.last for one in kept):
            kept.append(hit)
    return sorted(kept, key=lambda each: each.first)


def _past(word: str) -> bool:
    """Say whether a word tells what was done ("controlled production"), which is no label's verb."""
    kept = {"oriented", "based", "aided", "advanced", "integrated", "embedded", "applied", "distributed"}
    return word.endswith("ed") and word not in kept
