"""Finding likely skills in a process of its own, so that no page waits for it; how far it is stands in a small file.

One at a time on a site. The file is ``likely-skills.json`` in the site's folder: {"pid", "which", "done", "total"}, and at the end
"run" (the number of the kept run) or "trouble" (a sentence).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings

from cairn.catalog.importing.likely import find_likely_skills
from cairn.catalog.importing.undoing import run_of
from cairn.errors import CairnError, Conflict
from cairn.outside import clock

NAME = "likely-skills.json"
_STARTING = threading.Lock()
_CHILDREN: list[subprocess.Popen[bytes]] = []
_PROGRAM = (
    "import sys, django; django.setup(); from cairn.catalog.importing.likely_job import work; work(int(sys.argv[1]))"
)


def start(number: int = 0) -> None:
    """Begin to find the likely skills of what import ``number`` brought, 0: of all that was imported. Raises Conflict while one runs."""
    with _STARTING:
        for child in _CHILDREN:
            child.poll()  # one that ended leaves no trace among the processes
        said = state()
        if said is not None and said["running"]:
            raise Conflict(
                "Likely skills are being looked for already.", remedy="Wait until that is done.", code="under_way"
            )
        module = getattr(settings, "SETTINGS_MODULE", None) or os.environ["DJANGO_SETTINGS_MODULE"]
        child = subprocess.Popen(  # noqa: S603  our own interpreter, our own words, a number
            [sys.executable, "-c", _PROGRAM, str(int(number))], env={**os.environ, "DJANGO_SETTINGS_MODULE": module},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        _CHILDREN[:] = [child]
        _tell({"pid": child.pid, "which": number, "done": 0, "total": 0})


def state() -> dict[str, Any] | None:
    """Return what the file says with "running": whether its process is still at work; None where nothing was ever started."""
    try:
        said = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(said, dict) or not {"pid", "which", "done", "total"} <= set(said):
        return None
    over = "run" in said or "trouble" in said
    alive = not over and _alive(int(said["pid"]))
    if not over and not alive:
        said["trouble"] = "It was broken off before its end; nothing was written."
    return said | {"running": alive}


def work(number: int) -> None:
    """Do it, telling in the file how far it is; the process that :func:`start` starts ends with this."""
    told = {"pid": os.getpid(), "which": number, "done": 0, "total": 0}

    def progress(what: str, done: int, total: int | None) -> None:
        told.update(done=done, total=total or 0)
        _tell(told)

    try:
        run = run_of(number) if number else None
        report = find_likely_skills(at=clock.now(), run=run, progress=progress)
    except CairnError as error:
        _tell(told | {"trouble": f"{error.message} {error.remedy}"})
    except BaseException:
        _tell(told | {"trouble": "It failed, and nothing was written. The server's log says why."})
        raise
    else:
        _tell(told | {"run": report.run})


def _alive(pid: int) -> bool:
    for child in _CHILDREN:
        if child.pid == pid:
            return child.poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _path() -> Path:
    return Path(settings.HOME) / NAME


def _tell(said: dict[str, Any]) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{NAME}-{uuid.uuid4().hex}.tmp")
    fresh.write_text(json.dumps(said), encoding="utf-8")
    fresh.replace(path)
