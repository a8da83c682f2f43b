"""What a plan may take: work, which is counted, and only where that takes far too long the time on the clock.

Work is counted in things done (steps of the solvers, parts of models, arcs of flows), never in time, so that the same problem comes to the
same plan on any machine, unless that is very busy. A second of work is about what an idle core of 2026 does in a second. The clock is the
last resort: on a machine so busy or so slow that even `PATIENCE` times as long is not enough, or where somebody waits for several answers
together and will wait no longer (`waiting`), what is known by then is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from typing import Any

PATIENCE = 3.0
"""Seconds on the clock for each second of work."""

SHORTEST = 2.0
"""Seconds on the clock that even the least work is given, so that a moment in which the machine is busy changes no plan."""

GRACE = 0.5
"""Seconds on the clock that are left for anything that is begun at all."""

BLINK = 0.05
"""Seconds of work that are left for anything that is begun at all."""

EXACT = 2.0
"""Seconds of work in one unit of what the exact solver (CP-SAT) calls deterministic time."""

PART = 3e-5
"""Seconds of work to state one row, or one part of a calendar, to the exact solver."""

STEP = 1.5e-8
"""Seconds of work in one step of the linear solver (GLOP), for each row of the problem; to begin takes as much as `BEGINNING` steps."""

BEGINNING = 400

MOST_STEPS = 10**9
"""Steps that the linear solver can count."""

LONGEST = 1e6
"""Seconds on the clock that the solvers can count."""

ARC = 7e-8
"""Seconds of work for one arc, or edge, that is looked at."""


JUDGEMENT = 2e-4
"""Seconds of work to judge an order of what was chosen, for each offer in it."""

_until: ContextVar[float] = ContextVar("_until", default=inf)


@contextmanager
def waiting(seconds: float) -> Iterator[None]:
    """All searches that are begun inside end by then together, on the clock: somebody waits for them. Also a decorator.

    What is begun when the time is up comes to little more than a first plan. One inside another makes the time shorter, never longer.
    """
    token = _until.set(min(_until.get(), monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


class Stopped(Exception):
    """Nobody waits for the answer any more."""


@dataclass
class Allowance:
    """Seconds of work for all questions of one plan together. `of` is what this is a part of: what is done here is done there too."""

    seconds: float
    of: Allowance | None = None
    done: float = 0.0
    """Seconds of work done so far."""
    until: float = field(init=False, repr=False)
    """When the clock has run out; of a part, when that of the whole has."""

    stopped: bool = field(default=False, init=False, repr=False)
    running: Any = field(default=None, init=False, repr=False)
    """The exact solver while it works."""

    def __post_init__(self) -> None:
        if self.of is None:
            self.until = min(monotonic() + max(SHORTEST, self.seconds * PATIENCE), _until.get())
        else:
            self.until = self.of.until

    @property
    def _undone(self) -> float:
        """Seconds of work left, whatever the clock says."""
        left = self.seconds - self.done
        return left if self.of is None else min(left, self.of._undone)

    @property
    def over(self) -> float:
        """Seconds of work left, below zero where more was done; zero at most where the clock has run out."""
        return self._undone if monotonic() < self.until else min(self._undone, 0.0)

    @property
    def left(self) -> float:
        """Seconds of work left, never below a blink."""
        return max(BLINK, self.over)

    @property
    def clock(self) -> float:
        """Seconds left on the clock, never below what a blink of work may take."""
        return min(max(GRACE, self.until - monotonic()), LONGEST)

    @property
    def whole(self) -> Allowance:
        """What this is a part of at last."""
        return self if self.of is None else self.of.whole

    def stop(self) -> None:
        """From another thread: the search ends where it next asks a solver (`Stopped` is raised there), and a solver at work stops."""
        whole = self.whole
        whole.stopped = True
        if (running := whole.running) is not None:
            running.stop_search()

    def part(self, seconds: float) -> Allowance:
        """An allowance of its own within this one."""
        return Allowance(min(seconds, self.left), self)

    def spend(self, work: float) -> None:
        """Note that so many seconds of work were done."""
        self.done += work
        if self.of is not None:
            self.of.spend(work)

    def judged(self, offers: int) -> None:
        """Note that an order of so many offers was judged."""
        self.spend(offers * JUDGEMENT)

    def looked_at(self, arcs: int) -> None:
        """Note that so many arcs or edges were looked at."""
        self.spend(arcs * ARC)

    def exactly(self, solver: Any, model: Any, watching: Any = None, most: float | None = None) -> Any:
        """Let the exact solver work on a model with what is left, or `most` seconds of work; returns its status."""
        left = self.left if most is None else min(most, self.left)
        solver.parameters.num_workers = 1  # more than one would come to other plans each time
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = left / EXACT
        solver.parameters.max_time_in_seconds = self.clock
        self.whole.running = solver
        if self.whole.stopped:
            raise Stopped
        status = solver.solve(model, watching)
        self.whole.running = None
        if self.whole.stopped:
            raise Stopped
        self.spend(solver.response_proto.deterministic_time * EXACT + len(model.proto.constraints) * PART)
        return status

    def linearly(self, solver: Any, parameters: str = "") -> Any:
        """Let the linear solver work on what it was told, from where it stopped the last time; returns its status."""
        step = STEP * (solver.NumConstraints() + 1)
        solver.SetSolverSpecificParametersAsString(
            f"{parameters} max_number_of_iterations:{int(min(self.left / step, MOST_STEPS)) + 1}"
        )
        solver.SetTimeLimit(max(1, int(self.clock * 1000)))
        if self.whole.stopped:
            raise Stopped
        status = solver.Solve()
        self.spend((solver.iterations() + BEGINNING) * step)
        return status
