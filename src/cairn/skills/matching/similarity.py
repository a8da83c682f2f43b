"""How alike two labels are where no word list says so: words weighed by how rare they are, near words by their letters and by usage.

Everything is learned from the frameworks' own texts when the index is built, offline:

* a stem weighs ``log(1 + N / n)`` where n of the N concepts use it in a label (inverse document frequency);
* two words are near where concepts call themselves by both in otherwise the same label ("manage staff", "manage personnel"):
  how near is how often that happens among the labels that hold the rarer of the two, smoothed;
* a word that no label knows is compared by its letters (character trigrams, cosine), which catches typing errors and inflections.

The score of a label is the weighted share of both labels' words that find a partner (soft cosine), from 0 to 1.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cairn.skills.matching.vocabulary import Source, Vocabulary
from cairn.skills.matching.words import LIGHT, folded, stems, stems_of

NEAR_LETTERS = 0.55
"""Cosine of the trigrams from which on two words may be the same word, written otherwise."""
MOST_POSTINGS = 4000
"""A stem in more labels than this opens no candidates by itself, only adds to the score of those that others open."""
MOST_CANDIDATES = 400
_LIGHT_WEIGHT = 0.35
_SUBSTITUTE_SUPPORT = 3
_OF_SOURCE = {Source.PREFERRED: 1.0, Source.ALTERNATIVE: 0.985, Source.HIDDEN: 0.95, Source.SHORT: 0.95}


@dataclass(frozen=True, slots=True)
class Alike:
    """A concept that is called something alike, by which of its labels, and how alike (0 to 1)."""

    concept: int
    label: int
    score: float


class Similarity:
    """An index over the labels of a vocabulary; building takes seconds, asking milliseconds."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._stems = [stems(label.text) for label in vocabulary.labels]
        used: defaultdict[str, set[int]] = defaultdict(set)
        self._postings: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        for place, words in enumerate(self._stems):
            for word in set(words):
                used[word].add(vocabulary.labels[place].concept)
                self._postings[word].append(place)
        total = len(vocabulary.concepts) or 1
        light = set(stems_of(tuple(LIGHT)))
        self._weights = {
            word: math.log(1 + total / len(where)) * (_LIGHT_WEIGHT if word in light else 1.0)
            for word, where in used.items()
        }
        self._unknown = math.log(1 + total)
        self._norms = array(
            "d", (math.sqrt(sum(self._weights[word] ** 2 for word in set(words))) or 1.0 for words in self._stems)
        )
        self._near = self._substitutes()
        self._grams: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._weights:
            if len(word) > 3:
                for gram in _trigrams(word):
                    self._grams[gram].append(word)

    def weight(self, word: str) -> float:
        """Return how much a stem says; one that no label holds says most."""
        return self._weights.get(word, self._unknown)

    def near_words(self, word: str) -> dict[str, float]:
        """Return the stems that may stand for this one and how near each is, itself first."""
        if word in self._weights:
            return {word: 1.0, **self._near.get(word, {})}
        return self._by_letters(word)

    def closest(self, label: str, *, most: int = 10, least: float = 0.0) -> list[Alike]:
        """Return the concepts most alike to a label, at most ``most``, each by its best label, none below ``least``."""
        asked = list(dict.fromkeys(stems(label)))[:24]
        if not asked:
            return []
        options = {word: self.near_words(word) for word in asked}
        weights = {word: self.weight(word) for word in asked}
        norm = math.sqrt(sum(weight**2 for weight in weights.values()))
        touched: defaultdict[int, float] = defaultdict(float)
        for word in sorted(asked, key=lambda each: -weights[each]):
            for near, closeness in options[word].items():
                posting = self._postings[near]
                if len(posting) > MOST_POSTINGS and touched:
                    continue
                gain = closeness * weights[word] * self._weights[near]
                for place in posting[: MOST_POSTINGS * 4]:
                    touched[place] += gain
        best: dict[int, Alike] = {}
        norms = self._norms
        rough = heapq.nlargest(MOST_CANDIDATES, touched, key=lambda place: touched[place] / norms[place])
        for place in rough:
            score = self._score(asked, options, weights, norm, place)
            owner = self.vocabulary.labels[place]
            score *= _OF_SOURCE[owner.source]
            if score >= least and (owner.concept not in best or score > best[owner.concept].score):
                best[owner.concept] = Alike(owner.concept, place, score)
        return sorted(best.values(), key=lambda each: (-each.score, each.label))[:most]

    def _score(
        self, asked: list[str], options: dict[str, dict[str, float]], weights: dict[str, float], norm: float, place: int
    ) -> float:
        held = set(self._stems[place])
        total = 0.0
        for word in asked:
            near = options[word]
            found = max(((near[other] * self._weights[other], other) for other in held if other in near), default=None)
            if found is not None:
                total += found[0] * weights[word]
                held.discard(found[1])
        return min(1.0, total / (norm * self._norms[place]))

    def _substitutes(self) -> dict[str, dict[str, float]]:
        """Learn which stems stand for each other: labels of one concept that differ in exactly one word."""
        together: Counter[tuple[str, str]] = Counter()
        by_concept: defaultdict[int, list[tuple[str, ...]]] = defaultdict(list)
        for label, words in zip(self.vocabulary.labels, self._stems, strict=True):
            if 1 < len(words) < 9:
                by_concept[label.concept].append(words)
        seen: Counter[str] = Counter()
        for forms in by_concept.values():
            distinct = {frozenset(words) for words in forms[:40]}
            frames: defaultdict[frozenset[str], set[str]] = defaultdict(set)
            for bag in distinct:
                for word in bag:
                    frames[bag - {word}].add(word)
            pairs = {(one, two) for frame, slot in frames.items() if frame for one in slot for two in slot if one < two}
            together.update(pairs)
            seen.update({word for bag in distinct for word in bag})
        near: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for (one, two), times in together.items():
            if times < _SUBSTITUTE_SUPPORT:
                continue
            closeness = 0.9 * times / (min(seen[one], seen[two]) + 2)
            if closeness >= 0.08:
                closeness = min(0.9, 0.35 + closeness)
                near[one][two] = near[two][one] = closeness
        return {word: dict(sorted(others.items(), key=lambda each: -each[1])[:12]) for word, others in near.items()}

    def _by_letters(self, word: str) -> dict[str, float]:
        if len(word) < 4:
            return {}
        grams = _trigrams(word)
        shared: Counter[str] = Counter()
        for gram in grams:
            shared.update(self._grams.get(gram, ()))
        near = {}
        for other, count in shared.most_common(60):
            cosine = count / math.sqrt(len(grams) * len(_trigrams(other)))
            if cosine >= NEAR_LETTERS:
                near[other] = cosine
        return dict(sorted(near.items(), key=lambda each: -each[1])[:5])


def _trigrams(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def shared_words(one: str, two: str) -> Iterable[str]:
    """Return the folded words that two labels share, in the order of the first: what a person sees as evidence."""
    held = set(folded(two))
    return [word for word in folded(one) if word in held]
