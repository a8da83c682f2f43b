"""Finding likely skills in a process of its own, so that no page waits for it."""

from __future__ import annotations

from typing import Any

from cairn.catalog.importing.likely import find_likely_skills
from cairn.catalog.importing.own_process import OwnProcess
from cairn.catalog.importing.undoing import run_of
from cairn.outside import clock

NAME = "likely-skills.json"
JOB = OwnProcess(
    NAME, "cairn.catalog.importing.likely_job", "Likely skills are being looked for already.", frozenset({"which"})
)


def start(number: int = 0) -> None:
    """Begin to find the likely skills of what import ``number`` brought, 0: of all that was imported. Raises Conflict while one runs."""
    JOB.start({"which": int(number)})


def state() -> dict[str, Any] | None:
    """Return how far it is, as :meth:`OwnProcess.state`; "which" is the number of the import."""
    return JOB.state()


def work() -> None:
    """Do it; the process that :func:`start` starts ends with this."""

    def find(told: dict[str, Any], progress: Any) -> dict[str, Any]:
        run = run_of(int(told["which"])) if told["which"] else None
        return {"run": find_likely_skills(at=clock.now(), run=run, progress=progress).run}

    JOB.carry_out(find)
