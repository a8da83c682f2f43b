"""Catalogues of any size for measuring search, made from real rows: New Jersey's list with titles of MIT and Microsoft Learn.

A made row takes its title's parts from two real titles, its place, price, provider and what else is ticked from real rows, and what it
prepares for and teaches from the row of its first part. The same number always gives the same rows.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.search.documents import Document, documents
from cairn.catalog.search.facets import apart, as_values, field_of
from cairn.catalog.search.fields import order_of_title, ordered
from cairn.catalog.search.words import fold, name_of, stemmed, words_of

DATA = Path(os.environ.get("CAIRN_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
PATTERNS = (
    "{one}", "{one}", "{one} {number}", "{one} and {two}", "{one} with {two}", "Introduction to {one}", "Advanced {one}", "{one} for {two}",
    "{one} Level {number}", "Applied {one}", "{one}: {two}", "Evening {one}", "{one} - Online",
)  # fmt: skip


def further_titles() -> list[str]:
    """Titles of MIT's and Microsoft's lists, where the shared data is there."""
    found: list[str] = []
    learn = DATA / "ms_learn_de" / "catalog.json"
    if learn.exists():
        for each in json.loads(learn.read_text(encoding="utf-8")).values():
            found += [str(one.get("title") or one["metadata"]["title"]) for one in each]
    for path in sorted((DATA / "mit_learn").glob("*.json")):
        found += re.findall(r'"title": "([^"\\\\]{8,90})"', path.read_text(encoding="utf-8"))
    return sorted({title for title in found if 3 < len(title) < 100})


@cache
def bases() -> list[Document]:
    """The documents of the real rows that the database holds, each with its title as it is written, folded, as ``written``."""
    real = DefinitionVersion.objects.exclude(definition__source="made").order_by("pk")
    called = dict(real.values_list("pk", "title"))
    return [{**one, "written": fold(called[one["version"]])} for one in documents(list(called))]


def made_documents(count: int, seed: int = 1) -> Iterator[Document]:
    """Write ``count`` documents of the index out of those that the database holds."""
    drawn = random.Random(seed)
    real = bases()
    titles = [str(one["written"]) for one in real] + [fold(title) for title in further_titles()]
    said = [" ".join(words_of(str(one["written"]))) for one in real]  # what the words of each begin with
    rest = [
        (str(one["words"])[len(title) :], str(one["every"])[len(one["title"]) :])
        for one, title in zip(real, said, strict=True)
    ]
    real = [{name: told for name, told in one.items() if name != "written"} | {"title": one["written"]} for one in real]
    last = len(real) - 1
    for number in range(count):
        at, where = int(drawn.random() * last), int(drawn.random() * last)
        base, other = real[at], real[where]
        first = str(base["title"]) if drawn.random() < 0.7 else titles[int(drawn.random() * len(titles))]
        second = titles[int(drawn.random() * len(titles))]
        title = PATTERNS[int(drawn.random() * len(PATTERNS))].format(one=first, two=second, number=number % 97)
        campus = number % 60
        words, every = rest[at]
        stems = stemmed(title)
        yield {
            **base,
            "version": number + 1, "title": stems, "title_order": order_of_title(title), "called": name_of(words_of(fold(title))),
            "words": f"{title} {words} campus {campus}", "every": f"{stems} {every} {stemmed('campus')} {campus}",
            "provider": f"{base['provider']}-{campus}", "price_order": _again(other["price_order"], number + 1),
            "hours_order": _again(other["hours_order"], number + 1), "place": other["place"], "bands": other["bands"],
            "traits": other["traits"], "mark": other["mark"],
        }  # fmt: skip


def _again(order: int, version: int) -> int:
    """Put another version at the same place of an order."""
    return ordered(order >> 16, version)


def valued(document: Document, name: str) -> str:
    """Return the first value that a document has of a facet."""
    field = field_of(name)
    if field == name:
        return as_values(document[name])[0]
    return next(iter(apart(field, {document[field]: 1})[name]))


def questions(count: int, seed: int = 2) -> list[tuple[str, dict[str, tuple[str, ...]], str]]:
    """Questions as people ask them: (words, what is ticked, order). One to three words of a real title, some mistyped, some with places."""
    drawn = random.Random(seed)
    real = bases()
    meant = [
        "cna",
        "spreadsheets",
        "schweissen",
        "enfermera",
        "cdl",
        "bookkeeper",
        "javascript",
        "hairdresser",
        "database design",
    ]
    found = []
    for _ in range(count):
        one = real[int(drawn.random() * len(real))]
        words = [word for word in re.findall(r"[a-z]{3,}", str(one["written"])) if word not in {"and", "the", "for"}]
        text = " ".join(drawn.sample(words, min(len(words), drawn.choice([1, 1, 2, 2, 3])))) if words else "nursing"
        kind = drawn.random()
        if kind < 0.12 and len(text) > 5:
            cut = int(drawn.random() * (len(text) - 2)) + 1
            text = text[:cut] + text[cut + 1 :]
        elif kind < 0.22:
            text = drawn.choice(meant)
        elif kind < 0.30:
            text += " under 2000"
        elif kind < 0.38:
            text += " " + fold(valued(one, "place"))
        ticked: dict[str, tuple[str, ...]] = {}
        for name in drawn.sample(["type", "price", "hours", "place", "mode"], drawn.choice([1, 1, 2])):
            ticked[name] = (valued(real[int(drawn.random() * len(real))], name),)
        found.append((text, ticked, drawn.choice(["relevance", "relevance", "relevance", "price", "title"])))
    return found
