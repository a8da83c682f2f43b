"""The matcher and the tagger over the skills that this site has, made when first needed and again when the frameworks change.

Making both takes some seconds and some 200 MB for the whole of ESCO and O*NET; each process of the site makes its own.
"""

from __future__ import annotations

import csv
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from django.db.models import Count, Max

from cairn.skills.matching import Concept, Matcher, Relation, Vocabulary
from cairn.skills.matching.match import Link
from cairn.skills.models import Framework, Skill, SkillLink
from cairn.skills.tagging import Tagger

JUDGED = "Cairn's own list of judged pairs"


@dataclass(frozen=True)
class Index:
    """Everything that answers for one state of the frameworks. ``mark`` tells states apart."""

    mark: tuple[object, ...]
    vocabulary: Vocabulary
    links: Mapping[str, list[Link]]

    @cached_property
    def matcher(self) -> Matcher:
        """Matches labels and skills."""
        return Matcher(self.vocabulary, self.links)

    @cached_property
    def tagger(self) -> Tagger:
        """Finds skills in texts."""
        return Tagger(self.vocabulary, lambda: self.matcher.similarity)


_LOCK = threading.Lock()
_READY: list[Index] = []


def index() -> Index:
    """Return the index for what the database holds now."""
    mark = _mark()
    with _LOCK:
        if not _READY or _READY[0].mark != mark:
            _READY[:] = [Index(mark, Vocabulary.of(_concepts()), _links())]
        return _READY[0]


def _mark() -> tuple[object, ...]:
    """Frameworks with their versions, how many skills and links there are, and the newest of each."""
    skills = Skill.objects.aggregate(number=Count("pk"), newest=Max("pk"))
    links = SkillLink.objects.aggregate(number=Count("pk"), newest=Max("pk"))
    frameworks = tuple(Framework.objects.order_by("slug").values_list("slug", "version"))
    return (*skills.values(), *links.values(), *frameworks)


def _concepts() -> list[Concept]:
    columns = ("uri", "name", "kind", "framework__slug", "alt_labels", "hidden_labels", "description", "broader")
    rows = Skill.objects.order_by("pk").values_list(*columns).iterator(chunk_size=5000)
    return [
        Concept(uri, name, kind, framework, tuple(others), tuple(hidden), description, tuple(broader))
        for uri, name, kind, framework, others, hidden, description, broader in rows
    ]


_TURNED = {"broader": "narrower", "narrower": "broader"}


def _links() -> dict[str, list[Link]]:
    """Links of crosswalks in both directions: imported ones, and the pairs that were judged for this product."""
    rows = list(SkillLink.objects.values_list("source__uri", "target__uri", "relation", "origin", "confidence"))
    judged = files("cairn.skills.matching").joinpath("judged.csv").read_text(encoding="utf-8")
    rows += [
        (row["source"], row["target"], row["relation"], JUDGED, None) for row in csv.DictReader(judged.splitlines())
    ]
    found: defaultdict[str, list[Link]] = defaultdict(list)
    for source, target, relation, origin, confidence in rows:
        sure = None if confidence is None else float(confidence)
        found[source].append(Link(target, Relation(relation), origin, sure))
        found[target].append(Link(source, Relation(_TURNED.get(relation, relation)), origin, sure))
    return dict(found)
