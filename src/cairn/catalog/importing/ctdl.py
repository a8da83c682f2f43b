"""CTDL in JSON-LD: credentials and learning opportunities, alone, in graphs, and in the Credential Registry's envelopes.

Terms: https://credreg.net/ctdl/terms. A reader of names only: contexts are not fetched. Organisations, assessments and conditions that
stand in the same files are looked up by their identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from cairn.catalog.importing.ctdl_assured import assessment_of, quality_of, supervision_of
from cairn.catalog.importing.ctdl_conditions import LEARNING, required_before
from cairn.catalog.importing.ctdl_earnings import DataSets
from cairn.catalog.importing.ctdl_envelopes import opened
from cairn.catalog.importing.ctdl_offers import offers_of, special_prices_of
from cairn.catalog.importing.ctdl_said import LEADS_TO, criteria_of, level_of, name_of, sentences_of
from cairn.catalog.importing.ctdl_taught import outcomes_of, skills_of
from cairn.catalog.importing.ctdl_terms import (
    BESIDE,
    ENDED,
    RELATED,
    TYPES,
    classes,
    concepts,
    credits_of,
    identifiers_of,
    labels_of,
    lines_of,
    mode_of,
    months_of,
    term,
    type_of,
    validity_of,
    worded,
)
from cairn.catalog.importing.documents import ENDED as ENDED_REASON
from cairn.catalog.importing.documents import Tell, Value, given_files, json_values, unusable
from cairn.catalog.importing.record_rows import save_records
from cairn.catalog.importing.records import (
    RECORDS,
    CatalogRecord,
    Place,
    ProviderRecord,
    RelatedRecord,
)
from cairn.catalog.importing.runs import record_run
from cairn.catalog.importing.words import (
    Reader,
    address_of,
    as_list,
    country,
    language,
    main_language,
    objects,
    other_texts,
    text_in,
    texts_of,
    web,
)
from cairn.catalog.models import DefinitionVersion
from cairn.skills.importing.report import Importer, Progress, Report


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Read every file, then write the records."""

    def tell_of(table: str) -> Tell:
        return lambda remark: report.remark(table, remark)

    tell = tell_of(RECORDS)
    values: list[Value] = []
    for given in given_files(paths, report, endings=("json", "jsonld", "ndjson", "jsonl")):
        progress("files", report.counts("files").read, None)
        values.extend(opened(json_values(given, tell_of("files")), report, tell))
    nodes = [node for value in values for node in _nodes(value, tell)]
    records = Catalogue(nodes, report, tell).records()
    first = next(records, None)
    if first is None:
        unusable(report)
    save_records(chain(() if first is None else (first,), records), source="ctdl", report=report, progress=progress)


def _nodes(value: Value, tell: Tell) -> Iterator[Value]:
    """Return the objects of a document: itself, those of its graph, those of a list."""
    whole = value.value
    if isinstance(whole, list):
        for number, one in enumerate(whole, 1):
            yield from _nodes(Value(Place(value.place.file, number, value.place.pointer), one), tell)
    elif not isinstance(whole, dict):
        tell(
            value.place.refused(
                "not_an_object", "It is no object.", "A record is an object with @type and ceterms:name."
            )
        )
    elif isinstance(whole.get("@graph"), list):
        for number, one in enumerate(whole["@graph"]):
            if isinstance(one, dict):
                yield Value(value.place.at("@graph", number), one)
            else:
                tell(value.place.at("@graph", number).refused("not_an_object", "It is no object.", "Write it as {…}."))
    else:
        yield value


class Catalogue:
    """The objects of all files, found by their identifiers."""

    def __init__(self, nodes: list[Value], report: Report, tell: Tell) -> None:
        self._nodes = nodes
        self._report = report
        self._tell = tell
        self._by_id: dict[str, dict[str, Any]] = {}
        for node in nodes:
            for name in (address_of(node.value), text_in(term(node.value, "ctid"), "en")):
                if name:
                    self._by_id.setdefault(name, node.value)
        self._data = DataSets([node.value for node in nodes], self._whole)

    def records(self) -> Iterator[CatalogRecord]:
        """Return a record for each credential and learning opportunity; what is neither is counted, or told where it is unknown."""
        for node in self._nodes:
            kinds = classes(node.value)
            kind = next((one for one in kinds if one in TYPES), None)
            if kind is None:
                beside = next((one for one in kinds if one in BESIDE), None)
                if beside is not None:
                    self._report.skip(f"{beside} objects: no credentials themselves, looked up where one names them")
                elif address_of(node.value).startswith("_:"):
                    pass  # a part of another object
                elif kinds:
                    self._tell(
                        node.place.refused("unknown_class", f"“{kinds[0][:80]}” is no class of credentials in CTDL.")
                    )
                else:
                    self._tell(
                        node.place.refused("no_class", "It does not say what it is.", "An object of CTDL needs @type.")
                    )
                continue
            status = concepts(term(node.value, "credentialStatusType")) | concepts(
                term(node.value, "lifeCycleStatusType")
            )
            ended = status & ENDED
            if ended:
                self._report.skip(f"{ENDED_REASON}{min(ended).lower()}")
                continue
            yield self._record(node, kind)

    def _record(self, node: Value, kind: str) -> CatalogRecord:
        this, place = node.value, node.place
        stated = tuple(dict.fromkeys(filter(None, (language(one) for one in as_list(term(this, "inLanguage"))))))
        tongue = main_language(term(this, "name"), stated)
        ctid = text_in(term(this, "ctid"), "en")
        reader = Reader(place, self._tell)

        def said(name: str) -> str:
            return text_in(term(this, name), tongue)

        conditions = [self._whole(one) for name in ("requires", "recommends") for one in as_list(term(this, name))]
        before = [self._whole(one) for one in as_list(term(this, "entryCondition"))]
        criteria = criteria_of(conditions, tongue)
        sentences, lines = sentences_of(conditions, tongue)
        without = {*lines, *criteria.values()}
        entry = [self._condition(one, tongue, without) for one in (*conditions, *before) if not self._in_groups(one)]
        framework, level, level_text = level_of(this, reader, tongue)
        points, scheme = credits_of(this, reader)
        if points is None:  # some sources say in the condition of earning it what it is worth
            worth = (credits_of(self._whole(one), reader) for one in as_list(term(this, "requires")))
            points, scheme = next((found for found in worth if found[0] is not None), (None, ""))
        quiet = Reader(place, lambda _: None)
        taken = (quiet.span(term(self._whole(one), "timeRequired")) for one in as_list(term(this, "estimatedDuration")))
        name = term(this, "name")
        return CatalogRecord(
            key=ctid or address_of(this),
            place=place,
            title=text_in(name, tongue),
            provider=self._provider(this, place, tongue),
            type=type_of(this, kind),
            language=tongue,
            texts=self._texts(this, conditions, criteria, tongue),
            description=worded(said("description")),
            criteria=text_in(criteria, tongue),
            outcomes=tuple(
                text for one in outcomes_of(this, conditions, self._whole) if (text := text_in(one, tongue))
            ),
            workload_hours=next((span.hours for span in taken if span and span.hours), None),
            credits=points,
            credit_scheme=scheme,
            level_framework=framework,
            level=level,
            level_text=level_text,
            assessment_type=assessment_of(this, conditions, self._whole, tongue)
            or sentences.get("assessment_type", "")[:60],
            supervision=supervision_of(this, conditions, self._whole) or sentences.get("supervision", "")[:60],
            participation=mode_of(this),
            grading=sentences.get("grading", ""),
            quality_assurance=quality_of(this, self._whole, tongue) or sentences.get("quality_assurance", ""),
            leads_to=self._leads_to(this, tongue),
            field_of_study=self._field_of_study(this),
            prerequisites="\n\n".join(filter(None, dict.fromkeys(entry))),
            requires=required_before(this, kind, self._whole, tongue),
            stackability="stackable"
            if any(term(this, one) for one in ("isPartOf", "isRequiredFor", "isAdvancedStandingFor"))
            else "",
            valid_months=months_of(reader.span(term(this, "renewalFrequency"), "renewalFrequency"))
            or validity_of(sentences.get("validity", "")),
            homepage=web(next(iter(as_list(term(this, "subjectWebpage"))), "")),
            taught_in=stated,
            tags=tuple(
                dict.fromkeys([*lines_of(term(this, "keyword"), tongue), *sorted(labels_of(term(this, "subject")))])
            ),
            identifiers=tuple(identifiers_of(this, ctid)),
            skills=tuple(skills_of(this, [] if kind in LEARNING else conditions, self._whole, tongue)),
            related=tuple(self._related(this, tongue)),
            offers=tuple(offers_of(this, self._whole, reader, stated)),
            special=tuple(special_prices_of(this, self._whole, quiet)),
            earnings=tuple(self._data.earnings_of(this, reader, tongue)),
        )

    def _whole(self, value: Any) -> dict[str, Any]:
        """Return the object that a value is or names; an object with its identifier only where it is not among the files."""
        name = address_of(value)
        if isinstance(value, dict) and set(value) - {"@id", "@type"}:
            return value
        return self._by_id.get(name, {"@id": name} if name else {})

    def _provider(self, this: dict[str, Any], place: Place, tongue: str) -> ProviderRecord | None:
        for role in ("offeredBy", "ownedBy"):
            for one in as_list(term(this, role)):
                who = self._whole(one)
                name = text_in(term(who, "name"), tongue)
                key = text_in(term(who, "ctid"), "en") or address_of(who) or name
                if not key:
                    continue
                if not name:
                    name = f"Organisation {key.rstrip('/').rpartition('/')[2][:60]} (name not given)"
                    self._tell(
                        place.at(role).repaired(
                            "provider_not_named", f"It names {key[:100]} only, which is not among the files."
                        )
                    )
                where = next((self._whole(place) for place in as_list(term(who, "address"))), {})
                return ProviderRecord(
                    key=key,
                    name=name,
                    website=web(next(iter(as_list(term(who, "subjectWebpage"))), "")),
                    city=text_in(term(where, "addressLocality"), tongue),
                    state=text_in(term(where, "addressRegion"), tongue),
                    country=country(text_in(term(where, "addressCountry"), "en")),
                    identifiers=tuple(identifiers_of(who, text_in(term(who, "ctid"), "en"))),
                )
        return None

    def _in_groups(self, condition: dict[str, Any]) -> bool:
        """Tell whether a condition only names again in words what it targets (our export does so for programs that read no more)."""
        told = text_in(term(condition, "description"), "en")
        return told.startswith("Beforehand: ")

    def _leads_to(self, this: dict[str, Any], tongue: str) -> str:
        for one in as_list(term(this, "isPreparationFor")):
            whole = self._whole(one)
            if name_of(whole) == LEADS_TO:
                return text_in(term(whole, "description"), tongue)
        return ""

    def _field_of_study(self, this: dict[str, Any]) -> str:
        codes = (text_in(term(one, "codedNotation"), "en") for one in objects(term(this, "instructionalProgramType")))
        return next((code for code in codes if re.fullmatch(r"\d{2}\.\d{4}", code)), "")

    def _texts(
        self, this: dict[str, Any], conditions: list[dict[str, Any]], criteria: dict[str, str], tongue: str
    ) -> dict[str, dict[str, object]]:
        """Return what it says in other languages; outcomes only where every one of them is there."""
        found = other_texts(tongue, title=term(this, "name"), description=term(this, "description"), criteria=criteria)
        outcomes = [texts_of(one) for one in outcomes_of(this, conditions, self._whole)]
        for tag in dict.fromkeys(tag for one in outcomes for tag in one if tag not in {"", tongue}):
            if all(tag in one for one in outcomes):
                found.setdefault(tag, {})["outcomes"] = [one[tag] for one in outcomes]
        return found

    def _condition(self, condition: dict[str, Any], tongue: str, without: set[str]) -> str:
        whole = self._whole(condition)
        told = [worded(text_in(term(whole, name), tongue)) for name in ("description", "experience")]
        for name in ("targetCredential", "targetLearningOpportunity"):
            told += [text_in(term(self._whole(one), "name"), tongue) for one in as_list(term(whole, name))]
        told += [line for one in as_list(term(whole, "condition")) for line in text_in(one, tongue).split("\n")]
        return "\n".join(one for one in dict.fromkeys(filter(None, told)) if one not in without)

    def _related(self, this: dict[str, Any], tongue: str) -> Iterator[RelatedRecord]:
        for name, relation in RELATED:
            for one in as_list(term(this, name)):
                whole = self._whole(one)
                if classes(whole)[:1] == ["ConditionProfile"]:
                    targets = as_list(term(whole, "targetCredential")) + as_list(
                        term(whole, "targetLearningOpportunity")
                    )
                    if not targets and name_of(whole) not in {"", LEADS_TO}:
                        yield RelatedRecord(relation, text_in(term(whole, "name"), tongue), "")
                    for target in targets:
                        other = self._whole(target)
                        yield RelatedRecord(
                            relation, text_in(term(other, "name"), tongue) or address_of(other), web(other)
                        )
                elif whole:
                    label = text_in(term(whole, "name"), tongue) or address_of(whole)
                    if label:
                        yield RelatedRecord(relation, label, web(whole))

        for one in objects(term(this, "occupationType")):
            label = text_in(term(one, "targetNodeName"), tongue)
            if label:
                yield RelatedRecord(DefinitionVersion.Relation.PREPARES_FOR, label, web(term(one, "targetNode")))


IMPORTER = Importer(
    name="ctdl",
    title="CTDL and the Credential Registry",
    reads="CTDL in JSON-LD: single objects, graphs, lists, and the registry's envelopes; files, folders and zips",
    help=(
        "Loads credentials and learning opportunities with their organisations, conditions, costs and skills. What the files only name "
        "by address and do not hold stays a name."
    ),
    load=load,
    after=record_run,
    feed_by_file=True,
)
