"""Telling the journey: one line a step, with what was checked. A step that is not as it says ends the journey."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import click

from cairn.errors import CairnError


class NotAsTold(CairnError):
    """A step of the demonstration did not do what it says."""

    code = "demo_failed"


@dataclass
class Step:
    """A step while it is played: what it saw, to be told when it is done."""

    title: str
    seen: list[str] = field(default_factory=list)

    def saw(self, sentence: str) -> None:
        """Note something worth telling."""
        self.seen.append(sentence)

    def check(self, holds: object, sentence: str, otherwise: object = "") -> None:
        """Note ``sentence`` if it holds; raises NotAsTold with what was there instead."""
        if not holds:
            raise NotAsTold(
                f"“{self.title}” did not do what it says: {sentence}."
                + (f" Instead: {otherwise}" if otherwise != "" else ""),
                remedy="This is a fault of the program. Run the tests (make test) and report what you saw.",
            )
        self.seen.append(sentence)


class Teller:
    """Prints the steps. On a terminal the step under way shows before it is done."""

    def __init__(self) -> None:
        self.count = 0
        self.begun = time.monotonic()
        self._live = sys.stdout.isatty()

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Play one step and tell it."""
        self.count += 1
        step = Step(title)
        if self._live:
            click.echo(f"  … {title}", nl=False)
        try:
            yield step
        except Exception:  # whatever it is: the step is marked as failed, and the fault goes on to whoever can say more
            click.echo(("\r" if self._live else "") + click.style(f"  ✗ {title}", fg="red"))
            raise
        click.echo(
            ("\r" if self._live else "")
            + click.style("  ✓ ", fg="green")
            + click.style(title, bold=True)
            + ": "
            + "; ".join(step.seen)
            + "."
        )
