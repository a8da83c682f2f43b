"""What CTDL says of a credential in the texts of its conditions, and at which level it is: read as its own fields.

Our own export writes there what CTDL has no term for (:mod:`cairn.catalog.exporting.ctdl`); others write it in the same places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from cairn.catalog.importing.ctdl_terms import labels_of, term
from cairn.catalog.importing.levels import EQF_LEVELS, figure_in
from cairn.catalog.importing.words import Reader, as_list, objects, text_in, texts_of

type Whole = Callable[[Any], dict[str, Any]]

CRITERIA = "requirements"
"""The name of the condition that says what must be shown to earn it."""
LEADS_TO = "leads to"
_SENTENCES = {
    "assessment": "assessment_type",
    "supervision and identity check": "supervision",
    "grading": "grading",
    "quality assurance": "quality_assurance",
    "form of participation": "participation",
    "validity": "validity",
}
"""Elements of Annex I as conditions begin that say them in words."""
_EQF = re.compile(r"\bEQF\b|european qualifications? framework", re.IGNORECASE)


def criteria_of(conditions: Iterable[dict[str, Any]], tongue: str) -> dict[str, str]:
    """Return what must be shown to earn it by language, "" for none."""
    for one in conditions:
        if name_of(one) == CRITERIA and (found := texts_of(term(one, "description"))):
            return found
    return {}


def name_of(condition: dict[str, Any]) -> str:
    """Return a condition's name, as it is compared."""
    return text_in(term(condition, "name"), "en").strip().casefold()


def sentences_of(conditions: Iterable[dict[str, Any]], tongue: str) -> tuple[dict[str, str], set[str]]:
    """Return the elements that conditions state as "Assessment: …", by field, and the lines that said them."""
    found: dict[str, str] = {}
    lines: set[str] = set()
    for condition in conditions:
        for one in as_list(term(condition, "condition")):
            for line in text_in(one, tongue).split("\n"):
                name, colon, rest = line.partition(": ")
                field = _SENTENCES.get(name.strip().casefold())
                if colon and field and rest.strip():
                    found.setdefault(field, rest.strip())
                    lines.add(line)
    return found, lines


def level_of(this: dict[str, Any], reader: Reader, tongue: str) -> tuple[str, int | None, str]:
    """Return framework, number and words of the level. A level of the EQF that does not exist is told, and stays in words."""
    for name in ("educationLevel", "audienceLevelType"):
        for one in objects(term(this, name)):
            framework = text_in(term(one, "frameworkName"), "en")
            code = text_in(term(one, "codedNotation"), "en").strip()
            label = text_in(term(one, "targetNodeName"), tongue)
            eqf = bool(_EQF.search(framework) or _EQF.search(label))
            figure = figure_in(code or (label if eqf else ""))
            if eqf and figure:
                if figure in EQF_LEVELS:
                    return "eqf", int(figure), ""
                told = f"“{(label or code)[:60]}” does not exist: the EQF has levels 1 to 8. It stays in words."
                reader.tell(reader.place.at(name).repaired("level_out_of_range", told))
            elif code.isdecimal() and len(code) <= 2 and framework and label:
                return framework.lower()[:40], int(code), ""
    words = sorted(labels_of(term(this, "educationLevel")) or labels_of(term(this, "audienceLevelType")))
    return "", None, ", ".join(words)
