"""Long work of the operator's pages in a process of its own, so that no page waits for it; how far it is stands in a small file.

One piece of work of a kind at a time on a site. The file lies in the site's folder: {"pid", "done", "total"} with what the kind of work
adds, and at its end what came of it: "run" (the number of the kept run), "report" (of a dry run) or "trouble" (a sentence).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from cairn.errors import CairnError, Conflict

ENDS = ("run", "report", "trouble")
BROKEN_OFF = "It was broken off before its end; nothing was written."
FAILED = "It failed, and nothing was written. The server's log says why."


@dataclass
class OwnProcess:
    """A kind of work. ``name``: of its file; ``module``: whose function ``work()`` does it; ``busy``: the sentence that it is at work."""

    name: str
    module: str
    busy: str
    needs: frozenset[str] = frozenset()
    """What the file must say beside "pid", "done" and "total"; one that does not is no such file."""
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, told: Mapping[str, Any]) -> None:
        """Begin the work; ``told`` is what it works on. Raises Conflict while one runs."""
        with self._starting:
            for child in self._children:
                child.poll()  # one that ended leaves no trace among the processes
            said = self.state()
            if said is not None and said["running"]:
                raise Conflict(self.busy, remedy="Wait until that is done.", code="under_way")
            module = getattr(settings, "SETTINGS_MODULE", None) or os.environ["DJANGO_SETTINGS_MODULE"]
            begun = {**told, "done": 0, "total": 0}
            self.tell(begun | {"pid": os.getpid()})  # before there is somebody who reads it
            child = subprocess.Popen(  # noqa: S603  our own interpreter, our own words
                [sys.executable, "-c", f"import django; django.setup(); from {self.module} import work; work()"],
                env={**os.environ, "DJANGO_SETTINGS_MODULE": module},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            self._children[:] = [child]
            self.tell(begun | {"pid": child.pid})

    def state(self) -> dict[str, Any] | None:
        """Return what the file says with "running": whether its process is still at work; None where nothing was ever started."""
        try:
            said = json.loads((Path(settings.HOME) / self.name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(said, dict) or not {"pid", "done", "total"} | self.needs <= set(said):
            return None
        over = any(end in said for end in ENDS)
        alive = not over and self._alive(int(said["pid"]))
        if not over and not alive:
            said["trouble"] = BROKEN_OFF
        return said | {"running": alive}

    def carry_out(self, do: Callable[[dict[str, Any], Callable[[str, int, int | None], None]], dict[str, Any]]) -> None:
        """Do the work that the file tells of and write down what came of it; the process that :meth:`start` starts ends with this.

        ``do`` is given what was told and whom to tell how far it is, and returns how it ended.
        """
        told = {**(self.state() or {}), "pid": os.getpid()}
        for one in ("running", *ENDS):
            told.pop(one, None)
        self.tell(told)

        def progress(what: str, done: int, total: int | None) -> None:
            told.update(what=what, done=done, total=total or 0)
            self.tell(told)

        try:
            ended = do(told, progress)
        except CairnError as error:
            self.tell(told | {"trouble": f"{error.message} {error.remedy}"})
        except BaseException:
            self.tell(told | {"trouble": FAILED})
            raise
        else:
            self.tell(told | ended)

    def forget(self) -> None:
        """Take the file away, unless the work is under way."""
        said = self.state()
        if said is None or not said["running"]:
            (Path(settings.HOME) / self.name).unlink(missing_ok=True)

    def tell(self, said: Mapping[str, Any]) -> None:
        """Write the file, whole or not at all."""
        path = Path(settings.HOME) / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{self.name}-{uuid.uuid4().hex}.tmp")
        fresh.write_text(json.dumps(said), encoding="utf-8")
        fresh.replace(path)

    def _alive(self, pid: int) -> bool:
        for child in self._children:
            if child.pid == pid:
                return child.poll() is None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
