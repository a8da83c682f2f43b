"""freeCodeCamp: a block is done when all its challenges are, a certificate is earned by the projects that it tests.

The curriculum is a list of blocks; those of certificates name their projects in `tests`, whose ids are challenges of other blocks.
"""

from __future__ import annotations

from typing import Any

from cairn.stacking.families import Requirement
from cairn.stacking.leaves import AwardOf
from cairn.stacking.pathways.programmes.reports import Programmes, all_of, loaded, rows, text
from cairn.stacking.pathways.remarks import ASIDE, ASSUMED, LEFT_OUT, Remarks


def read_freecodecamp(curriculum: str | bytes | list[Any]) -> Programmes:
    """Certificates and blocks as rules. Raises `RuleError` for what is no JSON."""
    report = Programmes()
    blocks = list(rows(loaded(curriculum), "$", report))
    challenges = {
        text(one, "id")
        for _, block in blocks
        if not block.get("tests")
        for _, one in rows(block.get("challenges"), "$", Programmes())
    }
    for place, block in blocks:
        remarks = Remarks()
        tests = block.get("tests")
        title = text(block, "name")
        certificate = bool(tests)
        below = "tests" if certificate else "challenges"
        own = next((text(one, "id") for _, one in rows(block.get("challenges"), place, Programmes())), "")
        earns = own if certificate else text(block, "file")
        names, parts = {earns: title}, list[Requirement]()
        for at, one in rows(block.get(below), f"{place}.{below}", report):
            number, called = text(one, "id"), text(one, "title")
            if not number:
                remarks.say(at, LEFT_OUT, "This has no id.", dict(one))
                continue
            if certificate and number not in challenges:
                remarks.say(at, ASSUMED, f"No block holds {called or number}; it is asked for all the same.")
            if number in names:
                remarks.say(at, ASIDE, f"{called or number} stands here twice; it is asked for once.")
                continue
            names[number] = called or number
            parts.append(AwardOf(number, role="project" if certificate else "component", label=called))
        time = text(block, "time")
        if time:
            remarks.say(f"{place}.time", ASIDE, "The time it should take asks for nothing.", time)
        report.keep(place, earns, title, all_of(parts), names, remarks)
    return report
