"""Likely skills of what was imported: found in titles, descriptions and outcomes, kept with the words that are their evidence.

A source often names no skills. :mod:`cairn.skills.tagging` finds those that its words name; here they become ``SkillTaught`` rows whose
origin says that they were found so, never "stated", each with ``SkillEvidence``: the words, how they were taken, how often such findings
were right, which framework in which version, and what found them.

1. **Which.** Published versions of definitions that were imported: all, of one source, or what one import brought. What this site awards
   itself is left to its authors, who are offered such skills while they write.
2. **Known already.** A skill that is stated is not said again. One that the field of study gave keeps that origin and gets the words too.
3. **Decided.** What a person rejected for a definition does not come back; what they confirmed stays confirmed.
4. **No longer found.** Where the words or the frameworks changed, what is not found any more is taken away.

Every run is journalled as an import is: shown, compared, undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet

from cairn.catalog.importing.runs import record_run
from cairn.catalog.models import (
    DefinitionVersion,
    ImportChange,
    ImportRun,
    LikelySkillDecision,
    SkillEvidence,
    SkillTaught,
)
from cairn.errors import RequirementsUnmet
from cairn.skills.importing.report import Importer, Progress, Report, quiet
from cairn.skills.importing.saving import remove_all, save_all
from cairn.skills.index import index
from cairn.skills.matches import rejected_phrases
from cairn.skills.matching.words import folded
from cairn.skills.models import Skill
from cairn.skills.tagging import METHOD, Tag
from cairn.skills.tagging.measured import SURE_ENOUGH

NAME = "likely-skills"
CHUNK = 500
Origin = SkillTaught.Origin
_EVIDENCE = ("confidence", "how", "label", "part", "start", "end", "text", "method", "framework")

type _Row = tuple[int, int, str, str, list[Any], str]


def find_likely_skills(
    *, at: datetime, source: str = "", run: ImportRun | None = None, least: float = SURE_ENOUGH, dry_run: bool = False,
    progress: Progress = quiet,
) -> Report:  # fmt: skip
    """Find the likely skills of imported definitions and keep them; return the report, which is kept as a run.

    ``source`` is where definitions come from, as their rows say it; ``run`` narrows it to the versions that an import brought; neither
    means all. ``least`` is the confidence, 0 to 1, below which nothing is kept.

    Raises RequirementsUnmet where this site has no skills yet.
    """
    if not Skill.objects.exists():
        raise RequirementsUnmet(
            "This site knows no skills yet.",
            remedy="Import some first: cairn import esco … and cairn import onet …",
            code="import_first",
        )
    which = f"import {run.pk}" if run is not None else source or "all that was imported"
    importer = Importer(NAME, "Likely skills", which, "", partial(_load, source, run, least), after=record_run)
    return importer.run([Path(which)], at=at, dry_run=dry_run, progress=progress, feed=f"{NAME}: {which}")


def _load(
    source: str, run: ImportRun | None, least: float, _: Sequence[Path], report: Report, progress: Progress
) -> None:
    finder = _Finder(least)
    wanted = DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED, definition__owner=None)  # step 1
    if source:
        wanted = wanted.filter(definition__source=source)
    total = 0
    parts = [wanted] if run is None else [wanted.filter(pk__gte=first, pk__lte=last) for first, last in _brought(run)]
    for part in parts:
        total += part.count()
    counts = report.counts("credentials")
    for rows in (rows for part in parts for rows in _chunks(part)):
        _keep(rows, finder, report)
        counts.read += len(rows)
        progress("likely skills", counts.read, total)
    if finder.without:
        report.skip("credentials whose words name no skill surely enough", finder.without)
    report.notes.append(
        f"Found in titles, descriptions and outcomes by {METHOD}, at a confidence of {least:.2f} or more. "
        "They count as likely, never as stated."
    )


def _brought(run: ImportRun) -> Iterator[list[int]]:
    label = DefinitionVersion._meta.label_lower
    for entry in run.changes.filter(kind=ImportChange.Kind.CREATED, table=label).order_by("sequence"):
        yield from entry.rows


def _chunks(versions: QuerySet[DefinitionVersion]) -> Iterator[list[_Row]]:
    last = 0
    columns = ("pk", "definition_id", "title", "description", "outcomes", "language")
    while rows := list(versions.filter(pk__gt=last).order_by("pk").values_list(*columns)[:CHUNK]):
        last = rows[-1][0]
        yield rows


@dataclass
class _Finder:
    """Finds skills in rows of versions; ``without`` counts those in which it found none."""

    least: float
    without: int = 0
    _skills: dict[str, tuple[int, str]] = field(default_factory=dict)
    _rejected: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tagger = index().tagger
        self._rejected = rejected_phrases(None, None)
        columns = ("uri", "pk", "framework__name", "framework__version")
        names: dict[str, str] = {}
        for uri, pk, name, version in Skill.objects.values_list(*columns).iterator(chunk_size=5000):
            framework = f"{name} {version}".strip()[:250]
            self._skills[uri] = (pk, names.setdefault(framework, framework))

    def found(self, row: _Row) -> dict[int, SkillEvidence]:
        """Return by skill the words that name it, not saved and without their ``taught``."""
        _, _, title, description, outcomes, language = row
        told = "\n".join(str(one.get("text", "")) for one in outcomes if isinstance(one, dict))
        text = f"{description}\n{told}" if told else description
        kept: dict[int, SkillEvidence] = {}
        for tag in self.tagger.tag(title, text, language=language, least=self.least):
            if tag.concept.uri in self._skills and not self._refused(tag):
                skill, framework = self._skills[tag.concept.uri]
                kept[skill] = _evidence(tag, framework, len(description) + 1)
        self.without += not kept
        return kept

    def _refused(self, tag: Tag) -> bool:
        return (" ".join(folded(tag.evidence.text))[:300], tag.concept.uri) in self._rejected


def _evidence(tag: Tag, framework: str, outcomes_from: int) -> SkillEvidence:
    part, start, end = tag.evidence.part, tag.evidence.start, tag.evidence.end
    if part == "description" and start >= outcomes_from:
        part, start, end = "outcomes", start - outcomes_from, end - outcomes_from
    return SkillEvidence(
        confidence=Decimal(str(tag.confidence)).quantize(Decimal("0.01")), how=tag.how, label=tag.label[:300], part=part, start=start,
        end=end, text=tag.evidence.text[:300], method=METHOD, framework=framework,
    )  # fmt: skip


def _keep(rows: list[_Row], finder: _Finder, report: Report) -> None:
    """Bring the likely skills of some versions up to date."""
    versions = [row[0] for row in rows]
    decided = {
        (definition, skill): accepted
        for definition, skill, accepted in LikelySkillDecision.objects.filter(
            definition__in=[row[1] for row in rows]
        ).values_list("definition", "skill", "accepted")
    }
    here = SkillTaught.objects.filter(version__in=versions)
    stored = {(version, skill): origin for version, skill, origin in here.values_list("version", "skill", "origin")}
    found: dict[tuple[int, int], SkillEvidence] = {}
    new: list[SkillTaught] = []
    for row in rows:
        for skill, evidence in finder.found(row).items():
            pair, said = (row[0], skill), decided.get((row[1], skill))
            if stored.get(pair) == Origin.STATED:  # step 2
                report.skip("skills that their source states already")
            elif said is False:  # step 3
                report.skip("skills that somebody rejected here")
            else:
                found[pair] = evidence
                if pair not in stored:
                    new.append(
                        SkillTaught(
                            version_id=row[0], skill_id=skill, origin=Origin.CONFIRMED if said else Origin.TAGGED
                        )
                    )
    _forget(here, found, report)
    save_all(
        new + [SkillTaught(version_id=version, skill_id=skill, origin=Origin.TAGGED) for (version, skill), origin in stored.items()
               if origin == Origin.TAGGED and (version, skill) in found],
        within=here, key=("version_id", "skill_id"), fields=(), table="likely skills", report=report, named=False,
    )  # fmt: skip
    keys = {(version, skill): pk for pk, version, skill in here.values_list("pk", "version", "skill")}
    for pair, evidence in found.items():
        evidence.taught_id = keys[pair]
    save_all(
        found.values(), within=SkillEvidence.objects.filter(taught__version__in=versions), key=("taught_id",), fields=_EVIDENCE,
        table="their evidence", report=report, named=False,
    )  # fmt: skip


def _forget(here: QuerySet[SkillTaught], found: dict[tuple[int, int], SkillEvidence], report: Report) -> None:
    """4. Take away what is no longer found, and words under what stands without them."""
    gone = [
        (pk, origin)
        for pk, version, skill, origin in here.filter(
            Q(origin=Origin.TAGGED) | Q(origin=Origin.CROSSWALK, evidence__isnull=False)
        ).values_list("pk", "version", "skill", "origin")
        if (version, skill) not in found
    ]
    if gone:
        remove_all(SkillEvidence.objects.filter(taught__in=[pk for pk, _ in gone]), report=report)
        remove_all(
            SkillTaught.objects.filter(pk__in=[pk for pk, origin in gone if origin == Origin.TAGGED]), report=report
        )
        report.skip("likely skills taken away, because their words are no longer found", len(gone))
