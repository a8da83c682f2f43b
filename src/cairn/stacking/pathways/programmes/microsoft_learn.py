"""Microsoft Learn: a learning path earns a trophy when all its modules are done, a module a badge when all its units are.

The catalogue (`learningPaths`, `modules`, `units`) names the achievements by uid; `achievements.yml` says what they are called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cairn.stacking.families import Requirement
from cairn.stacking.leaves import AwardOf
from cairn.stacking.pathways.programmes.reports import LONGEST, Programmes, Refused, all_of, loaded, rows, text
from cairn.stacking.pathways.remarks import ASIDE, ASSUMED, LEFT_OUT, Remarks
from cairn.stacking.problems import Problem, RuleError

_FIELD = re.compile(r"(- |  )([\w.]+):(?: (.*))?")
_FREE = re.compile(r"(?i)keine|none|nichts|-\s*keine|-\s*none")


def read_microsoft_learn(catalogue: str | bytes | Mapping[str, Any], achievements: str | bytes = "") -> Programmes:
    """The trophies of paths and the badges of modules as rules. Raises `RuleError` for files that cannot be read."""
    report = Programmes()
    document = loaded(catalogue)
    if not isinstance(document, Mapping):
        raise RuleError(Problem("$", "This is no catalogue.", "Give an object with learningPaths, modules and units."))
    called = read_achievements(achievements, report)
    modules = {text(row, "uid"): row for _, row in rows(document.get("modules"), "$.modules", Programmes())}
    units = {text(row, "uid"): text(row, "title") for _, row in rows(document.get("units"), "$.units", Programmes())}
    badges = {uid: (text(row, "achievement") or uid, text(row, "title")) for uid, row in modules.items()}
    plain = {uid: (uid, title) for uid, title in units.items()}
    for name, below, what in (("learningPaths", "modules", badges), ("modules", "units", plain)):
        for place, row in rows(document.get(name), f"$.{name}", report):
            _keep(place, row, below, what, called, report)
    return report


def _keep(
    place: str,
    row: Mapping[str, Any],
    below: str,
    what: Mapping[str, tuple[str, str]],
    called: Mapping[str, str],
    report: Programmes,
) -> None:
    remarks, names = Remarks(), {}
    earns = text(row, "achievement") or text(row, "uid")
    title = text(row, "title")
    names[earns] = called.get(earns, title)
    if not text(row, "achievement"):
        remarks.say(place, ASSUMED, "It names no achievement; completing it earns its own uid.")
    parts: list[Requirement] = []
    listed = row.get(below)
    for number, uid in enumerate(listed if isinstance(listed, list) else []):
        at = f"{place}.{below}[{number}]"
        if not isinstance(uid, str) or not uid:
            remarks.say(at, LEFT_OUT, "This names nothing.", uid)
            continue
        if uid not in what:
            remarks.say(
                at, ASSUMED, f"{uid} is named, but the catalogue does not describe it; it is asked for by its uid."
            )
        achievement, label = what.get(uid, (uid, ""))
        names[achievement] = called.get(achievement) or label or achievement
        if any(isinstance(part, AwardOf) and part.achievement == achievement for part in parts):
            remarks.say(at, ASIDE, f"{uid} stands here twice; it is asked for once.")
        else:
            parts.append(AwardOf(achievement, label=label))
    before = text(row, "prerequisites")
    if before and not _FREE.fullmatch(before):
        remarks.say(
            f"{place}.prerequisites",
            ASIDE,
            "What should be known before stands there as a text; it asks for no award.",
            before,
        )
    report.keep(place, earns, title, all_of(parts), names, remarks)


def read_achievements(source: str | bytes, report: Programmes) -> dict[str, str]:
    """Uid → title from `achievements.yml`: a list of flat mappings, one field on a line; lines of another form are refused."""
    if len(source) > LONGEST:
        raise RuleError(Problem("$", f"This is longer than {LONGEST} bytes.", "Give it in parts."))
    try:
        lines = (source.decode() if isinstance(source, bytes) else source).splitlines()
    except UnicodeDecodeError as fault:
        raise RuleError(
            Problem("$", "The achievements are not text in UTF-8.", "Give the file as published.")
        ) from fault
    found: dict[str, str] = {}
    inside, uid = False, ""
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line.startswith((" ", "-")):
            inside, uid = line.rstrip() == "achievements:", ""
            continue
        if not inside:
            continue
        read = _FIELD.fullmatch(line.rstrip())
        value = (read[3] or "").strip() if read else ""
        if not read or value[:1] in ("|", ">", "&", "*", "{", "[", "!"):
            report.refused.append(
                Refused(f"line {number}", line.strip()[:80], "This is no field of an achievement on one line.")
            )
            continue
        value = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value
        if read[1] == "- ":
            uid = value if read[2] == "uid" else ""
        elif read[2] == "title" and uid:
            found.setdefault(uid, value)
    return found
