"""How well texts are tagged and labels matched, on the judged sets of tests/skills/labelled: python benchmarks/tagging.py

Prints precision and recall beside those of exact labels alone in the same run, on the halves that were looked at while the rules were
made and on those that were held out (the second set was judged later, on forty offers that are not in the first; the third apart from
the builders, on sixty others drawn by chance, first without seeing a tag, then what was said and not judged yet, with its evidence);
how often matches of each kind were right, beside the confidence that they state; how many tags and texts of the New Jersey list a
second of the processor takes, beside the rate of exact labels alone; and the most memory the process held, before the first tag and after
the last.
The official ESCO CSV and O*NET spreadsheets are read from CAIRN_SHARED_DATA (default ../shared/data). JSON=1 prints
one JSON object a line.

A mention counts as found where one of the skills that were judged right for it is among the tags; a tag counts as right where it was
judged right for any mention of the text. What nobody judged is wrong.
"""

from __future__ import annotations

import csv
import json
import os
import random
import re
import resource
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote_plus

import openpyxl
from measuring import Figure

from cairn.skills.matching import Concept, Matcher, Relation, Vocabulary
from cairn.skills.matching.vocabulary import Source
from cairn.skills.matching.words import words_of
from cairn.skills.tagging import Tagger

HERE = Path(__file__).parent
DATA = Path(os.environ.get("CAIRN_SHARED_DATA") or HERE.parents[1] / "shared" / "data")
LABELLED = HERE.parent / "tests" / "skills" / "labelled"
AS_JSON = os.environ.get("JSON") == "1"
APART = ("apart, development", "apart, held out", "third, development", "third, held out")
Texts = dict[tuple[str, str], tuple[str, str]]


def concepts() -> Iterator[Concept]:
    """ESCO's skills from the official zips, O*NET's from its spreadsheets."""
    csv.field_size_limit(10**7)
    with tempfile.TemporaryDirectory() as place:
        for name in ("classification_en", "relations"):
            with zipfile.ZipFile(DATA / "esco_1.1.1" / f"{name}.zip") as archive:
                archive.extractall(place)
        broader = defaultdict(list)
        for row in _csv(next(Path(place).rglob("broaderRelationsSkillPillar.csv"))):
            broader[row["conceptUri"]].append(row["broaderUri"])
        for row in _csv(next(Path(place).rglob("skills_en.csv"))):
            kind = "knowledge" if row["skillType"] == "knowledge" else "skill"
            others, hidden = (tuple(row[name].splitlines()) for name in ("altLabels", "hiddenLabels"))
            uri = row["conceptUri"]
            yield Concept(
                uri,
                row["preferredLabel"].strip(),
                kind,
                "esco",
                others,
                hidden,
                row["description"],
                tuple(broader[uri]),
            )
    for name, kind in (("Skills", "skill"), ("Knowledge", "knowledge")):
        for code, label in sorted({(str(row[2]), str(row[3])) for row in _sheet(name)}):
            yield Concept(f"https://www.onetonline.org/find/descriptor/result/{code}", label, kind, "onet")
    for label in dict.fromkeys(str(row[2]) for row in _sheet("Technology Skills")):
        yield Concept(
            f"https://www.onetonline.org/search/tech/example?e={quote_plus(label)}", label, "technology", "onet"
        )


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _sheet(name: str) -> Iterator[tuple[object, ...]]:
    book = openpyxl.load_workbook(DATA / "onet_29.2" / f"{name}.xlsx", read_only=True)
    yield from book.active.iter_rows(values_only=True, min_row=2)


def texts() -> Texts:
    """The texts that were judged, by source and row."""
    found: Texts = {}
    with (DATA / "nj_etpl" / "nj_etpl_2021_deidentified.csv").open(
        encoding="utf-8", errors="replace", newline=""
    ) as file:
        for row in csv.DictReader(file):
            found["nj", row["programid"]] = (row["officialname"], row["standardized_description"])
    for row in json.loads((DATA / "mit_learn" / "test_sloan_courses.json").read_text()):
        found["sloan", row["Course_Id"]] = (row["Title"], re.sub("<[^>]+>", " ", row["Description"] or ""))
    for row in _csv(DATA / "mit_learn" / "oll_metadata.csv"):
        found["oll", row["readable_id"]] = (row["title"], row["description"])
    for row in json.loads((DATA / "ms_learn_de" / "catalog.json").read_text())["modules"]:
        found["ms", row["uid"]] = (row["title"], row.get("summary", ""))
    for row in json.loads((DATA / "freecodecamp" / "curriculum_structure.json").read_text()):
        found["fcc", row["file"]] = (row["name"], "; ".join(one["title"] for one in row["challenges"][:10]))
    for row in json.loads((DATA / "rsd" / "test" / "api-test" / "api" / "v3" / "skills" / "get.json").read_text()):
        found["rsd", row["uuid"]] = (row["skillName"], row["skillStatement"])
    for path in (DATA / "ctdl").rglob("ce_registry/*/*_import.json"):
        envelope = json.loads(path.read_text())
        found["ctdl", envelope["ceterms:ctid"]] = (envelope["ceterms:name"], envelope.get("ceterms:description", ""))
    return {key: (_plain(title), _plain(about)) for key, (title, about) in found.items()}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().strip('"')


def exact_only(vocabulary: Vocabulary) -> Callable[[str, str, str], set[str]]:
    """The yardstick: every stretch of words that is the preferred label of a skill."""

    def tag(title: str, about: str, language: str) -> set[str]:
        found = set()
        for text in (title, about):
            words = [word.folded for word in words_of(text)]
            for first in range(len(words)):
                for last in range(first + 1, min(len(words), first + 8) + 1):
                    for place in vocabulary.by_folded.get(tuple(words[first:last]), ()):
                        if vocabulary.labels[place].source is Source.PREFERRED:
                            found.add(vocabulary.concept_of(place).uri)
        return found

    return tag


def judged(half: str, tag: Callable[[str, str, str], set[str]], known: Texts) -> tuple[float, float]:
    """Return precision and recall in percent on one half."""
    return _shares(counts(half, tag, known))


def counts(half: str, tag: Callable[[str, str, str], set[str]], known: Texts) -> list[tuple[int, int, int, int]]:
    """Return for each text of a half how many tags are right, how many there are, how many mentions are found, how many there are."""
    each = []
    for row in _csv(LABELLED / ("tagging_apart.csv" if half in APART else "tagging.csv")):
        if row["half"] != half:
            continue
        title, about = known[row["source"], row["row"]]
        groups = [set(group.split(" | ")) for group in row["skills"].split(" ; ") if group]
        tags = tag(title, about, row["language"])
        right = len(tags & set().union(*groups)) if groups else 0
        each.append((right, len(tags), sum(bool(group & tags) for group in groups), len(groups)))
    return each


def _shares(each: list[tuple[int, int, int, int]]) -> tuple[float, float]:
    right, said, found, mentions = (sum(column) for column in zip(*each, strict=True))
    return 100 * right / max(1, said), 100 * found / max(1, mentions)


def intervals(each: list[tuple[int, int, int, int]], draws: int = 2_000) -> list[tuple[float, float]]:
    """Return between what precision and recall lie in 95 of 100 draws of as many texts, with a fixed seed (a bootstrap)."""
    chance = random.Random(1)
    drawn = zip(*(_shares(chance.choices(each, k=len(each))) for _ in range(draws)), strict=True)
    return [(ranked[draws * 25 // 1000], ranked[draws * 975 // 1000]) for ranked in map(sorted, drawn)]


def matched(matcher: Matcher) -> None:
    """Print how often matches of each kind were right, beside the confidence that they stated."""
    told: defaultdict[tuple[str, str], list[tuple[bool, float]]] = defaultdict(list)
    for row in _csv(LABELLED / "matching.csv"):
        found = matcher.match(row["label"], uri=row["skill"], frameworks=["esco"], most=40, least=0)
        match = next((one for one in found if one.concept.uri == row["found"]), None)
        if match is None:
            continue
        stated = "same" if match.relation in {Relation.SAME, Relation.CLOSE} else match.relation.value
        right = row["judged"] == stated or (stated != "same" and row["judged"] == "same")
        kind = match.kind.value if match.kind.value != "similar" else f"similar, {match.relation.value}"
        told[row["half"], kind].append((right, match.confidence))
    for (half, kind), seen in sorted(told.items()):
        share, stated_share = (100 * sum(one[place] for one in seen) / len(seen) for place in (0, 1))
        _say(
            Figure(f"matches, {half}: {kind} ({len(seen)} judged)", share, "% right", "confidence stated", stated_share)
        )


def _say(figure: Figure) -> None:
    figure.print(as_json=AS_JSON)


def main() -> int:
    """Measure and print."""
    if not (DATA / "esco_1.1.1").is_dir():
        sys.stderr.write(f"The official files are not at {DATA}; set CAIRN_SHARED_DATA.\n")
        return 1
    vocabulary = Vocabulary.of(concepts())
    tagger, plain, known = Tagger(vocabulary), Tagger(vocabulary, common={}), texts()
    exact = exact_only(vocabulary)

    def by(one: Tagger) -> Callable[[str, str, str], set[str]]:
        return lambda title, about, language: {tag.concept.uri for tag in one.tag(title, about, language=language)}

    ways = {"tags": by(tagger), "tags without everyday names": by(plain)}
    for half in ("development", "held-out", "second development", "second held-out", *APART):
        base = judged(half, exact, known)
        if not AS_JSON:
            each = counts(half, ways["tags"], known)
            (low, high), (least, most) = intervals(each)
            print(
                f"{half}, {len(each)} texts: tags in 95 of 100 draws {low:.0f} to {high:.0f} % right, {least:.0f} to {most:.0f} % found"
            )
        for name, way in ways.items():
            for measure, value, yardstick in zip(("precision", "recall"), judged(half, way, known), base, strict=True):
                _say(Figure(f"{name}, {half}: {measure}", value, "%", "exact labels alone", yardstick))
    most_before = _most_memory()
    programmes = [text for (source, _), text in known.items() if source == "nj"]
    rates = {}
    for name, way in {"exact labels alone": exact, "tags": ways["tags"]}.items():
        began = time.process_time()
        number = sum(len(way(title, about, "en")) for title, about in programmes)
        rates[name] = (number / (time.process_time() - began), len(programmes) / (time.process_time() - began))
    _say(
        Figure(
            "New Jersey list: tags",
            rates["tags"][0],
            "tags/s of processor",
            "exact labels alone",
            rates["exact labels alone"][0],
        )
    )
    _say(
        Figure(
            "New Jersey list: texts",
            rates["tags"][1],
            "texts/s of processor",
            "exact labels alone",
            rates["exact labels alone"][1],
        )
    )
    after = Figure(
        "memory at most, tagging it",
        _most_memory(),
        "MiB",
        "with frameworks and judged texts read, before",
        most_before,
    )
    _say(after)
    matched(Matcher(vocabulary))
    return 0


def _most_memory() -> float:
    """Return the most memory that this process held so far, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


if __name__ == "__main__":
    sys.exit(main())
