"""Find the skills that a label means, in five steps, each less sure than the one before; nothing is silently taken as equal.

1. *exact*: a skill's own name, whatever the case, the spelling or the number;
2. *alternative*: another name that its framework lists. ESCO also lists narrower things so ("LabVIEW" under computer programming): where
   a product's name stands for a general skill, the relation says *broader*;
3. *crosswalk*: a published or a judged link between two frameworks, with the relation that it states;
4. *variant*: the same words in another form or order ("staff management", "manage staff");
5. *similar*: labels that share their weighty words: see :mod:`cairn.skills.matching.similarity`.

Each match says how sure it is (measured: :mod:`cairn.skills.matching.measured`), and why. Several skills with one label are several
matches, each with its share of the confidence and marked ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from cairn.skills.matching.measured import confidence_alike, confidence_of
from cairn.skills.matching.similarity import Similarity
from cairn.skills.matching.stemming import stem
from cairn.skills.matching.vocabulary import Concept, Key, Source, Vocabulary
from cairn.skills.matching.words import LIGHT, LITTLE, folded, stems

LONGEST_LABEL = 300
LEAST_ALIKE = 0.5


class Kind(StrEnum):
    """How a match was found, the surest first."""

    EXACT = "exact"
    ALTERNATIVE = "alternative"
    CROSSWALK = "crosswalk"
    VARIANT = "variant"
    SIMILAR = "similar"


class Relation(StrEnum):
    """What the skill found is to the label: the same, something broader or narrower, or near it (the words are SKOS's)."""

    SAME = "same"
    BROADER = "broader"
    NARROWER = "narrower"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Match:
    """A skill that a label may mean. ``label`` is the name by which it was found; ``ambiguous``: others are called so too."""

    concept: Concept
    kind: Kind
    relation: Relation
    confidence: float
    label: str
    why: str
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """One row of a crosswalk: the skill linked to, the relation it has to the one that the link starts from, and who says so."""

    uri: str
    relation: Relation
    origin: str
    confidence: float | None = None
    """How sure the crosswalk says it is, 0 to 1; None where it does not say."""


class Matcher:
    """Matches labels against a vocabulary. ``links`` are crosswalk rows by the URI that they start from.

    The similarity index is made when it is first needed, which takes a second for ESCO and O*NET together.
    """

    def __init__(self, vocabulary: Vocabulary, links: Mapping[str, Sequence[Link]] | None = None) -> None:
        self.vocabulary = vocabulary
        self._links = links or {}

    @cached_property
    def similarity(self) -> Similarity:
        """The index that finds labels that are only alike."""
        return Similarity(self.vocabulary)

    @cached_property
    def _any_order(self) -> dict[Key, tuple[int, ...]]:
        found: dict[Key, tuple[int, ...]] = {}
        for table in (self.vocabulary.by_stems, self.vocabulary.by_core):
            for key, places in table.items():
                bag = tuple(sorted(set(key)))
                found[bag] = (*found.get(bag, ()), *places)
        return found

    def match(
        self, label: str, *, uri: str = "", frameworks: Collection[str] = (), most: int = 8, least: float = 0.2,
        alike: bool = True,
    ) -> list[Match]:  # fmt: skip
        """Return what ``label`` may mean, the surest first, at most ``most``, none below ``least``.

        ``uri``: the label is that of this skill, which is left out itself and whose crosswalk links count. ``frameworks``: only skills
        of these. Without ``alike`` step 5 is left out, which takes most of the time. An empty label means nothing.
        """
        label = label[:LONGEST_LABEL]
        key = folded(label)
        if not key:
            return []
        wanted = set(frameworks)
        found: dict[int, Match] = {}
        steps = [*self._named(label, key), *self._linked(uri), *self._variants(label, key)]
        for match in (*steps, *(self._alike(label) if alike else ())):
            number = self.vocabulary.number_of[match.concept.uri]
            if match.concept.uri == uri or (wanted and match.concept.framework not in wanted):
                continue
            if number not in found or found[number].confidence < match.confidence:
                found[number] = match
        matches = self._shared(list(found.values()))
        matches = [match for match in matches if match.confidence >= least]
        order = list(Kind)
        return sorted(
            matches,
            key=lambda each: (
                -each.confidence * _WORTH[each.relation],
                order.index(each.kind),
                each.concept.name,
                each.concept.uri,
            ),
        )[:most]

    def _named(self, label: str, key: Key) -> list[Match]:
        """Steps 1 and 2."""
        found = []
        for place in self.vocabulary.by_folded.get(key, ()):
            concept, said = self.vocabulary.concept_of(place), self.vocabulary.labels[place]
            if said.source is Source.PREFERRED and not said.hint:
                why = f"It is called “{said.text}” itself."
                found.append(Match(concept, Kind.EXACT, Relation.SAME, confidence_of("exact"), said.text, why))
                continue
            relation = Relation.SAME
            why = f"{_framework(concept)} also calls it “{said.text}”."
            if said.source is not Source.PREFERRED and _is_product(said.text) and not _shares(said.text, concept.name):
                relation = Relation.BROADER
                why = f"{_framework(concept)} lists “{said.text}” under it, as one kind of it."
            sure = confidence_of("short" if said.source is Source.SHORT else "alternative")
            found.append(Match(concept, Kind.ALTERNATIVE, relation, sure, said.text, why))
        return found

    def _linked(self, uri: str) -> list[Match]:
        """Step 3."""
        found = []
        for link in self._links.get(uri, ()) if uri else ():
            number = self.vocabulary.number_of.get(link.uri)
            if number is None:
                continue
            concept = self.vocabulary.concepts[number]
            why = f"{link.origin} links the two as {_RELATED[link.relation]}."
            sure = confidence_of("crosswalk")
            if link.confidence is not None:
                sure = min(sure, link.confidence)  # never surer than crosswalks were where they were measured
                why += f" Its own confidence is {link.confidence:.2f}."
            found.append(Match(concept, Kind.CROSSWALK, link.relation, sure, concept.name, why))
        return found

    def _variants(self, label: str, key: Key) -> list[Match]:
        """Step 4."""
        words = [word for word in key if word not in LITTLE]
        core = [word for word in words if word not in LIGHT]
        found = []
        for bag in dict.fromkeys(
            tuple(sorted({stem(word) for word in some})) for some in (words, core) if len(some) > 1
        ):
            for place in self._any_order.get(bag, ()):
                concept, said = self.vocabulary.concept_of(place), self.vocabulary.labels[place]
                how = "variant" if said.source is Source.PREFERRED else "variant of another name"
                why = f"“{said.text}” says the same in another form."
                found.append(Match(concept, Kind.VARIANT, Relation.SAME, confidence_of(how), said.text, why))
        return found

    def _alike(self, label: str) -> list[Match]:
        """Step 5."""
        found = []
        asked = set(stems(label))
        for alike in self.similarity.closest(label, most=12, least=LEAST_ALIKE):
            concept, said = self.vocabulary.concepts[alike.concept], self.vocabulary.labels[alike.label].text
            held = set(stems(said))
            relation = Relation.CLOSE
            if held < asked:
                relation = Relation.NARROWER if _JOINED.search(label) else Relation.BROADER
            elif asked < held:
                relation = Relation.NARROWER
            shared = sorted(asked & held)
            why = f"Its name “{said}” is {alike.score:.0%} alike" + (
                f": it shares {_listed([word for word in folded(said) if stem(word) in shared])}."
                if shared
                else ", by near words only."
            )
            sure = confidence_alike(relation.value, alike.score)
            found.append(Match(concept, Kind.SIMILAR, relation, sure, said, why))
        return found

    def _shared(self, matches: list[Match]) -> list[Match]:
        """Give each of several equally named skills of one framework its share, and say which is the broader of two."""
        by_group: dict[tuple[Kind, str, bool], list[Match]] = {}
        for match in matches:
            if match.kind in {Kind.EXACT, Kind.ALTERNATIVE, Kind.VARIANT}:
                own = match.label == match.concept.name
                by_group.setdefault((match.kind, match.concept.framework, own), []).append(match)
        shared = {id(match): len(group) for group in by_group.values() for match in group if len(group) > 1}
        surest = max(matches, key=lambda match: match.confidence, default=None)
        result = []
        for match in matches:
            if id(match) in shared:
                rivals = shared[id(match)]
                match = replace(
                    match, confidence=round(match.confidence / rivals, 2), ambiguous=True,
                    why=f"{match.why} {rivals} skills are found so: choose the one that is meant.",
                )  # fmt: skip
            if surest is not None and match is not surest and match.concept.uri in surest.concept.broader:
                match = replace(
                    match, relation=Relation.BROADER, why=f"{match.why} It is broader than “{surest.concept.name}”."
                )
            result.append(match)
        return result


_JOINED = re.compile(r"\b(?:and|or)\b|[&/]", re.IGNORECASE)
"""A label that joins two things is broader than either of them."""
_WORTH = {Relation.SAME: 1.0, Relation.CLOSE: 0.8, Relation.BROADER: 0.6, Relation.NARROWER: 0.6}
"""In what order matches are shown: somebody who asks for a skill wants the same one first."""
_RELATED = {
    Relation.SAME: "the same", Relation.BROADER: "one broader than the other", Relation.NARROWER: "one narrower than the other",
    Relation.CLOSE: "close",
}  # fmt: skip


def _framework(concept: Concept) -> str:
    return {"esco": "ESCO", "onet": "O*NET"}.get(concept.framework, "Its framework")


def _is_product(label: str) -> bool:
    return any(letter.isupper() or letter.isdigit() for letter in label[1:])


def _shares(one: str, two: str) -> bool:
    return bool(set(stems(one)) & set(stems(two)))


def _listed(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
