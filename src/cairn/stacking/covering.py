"""Skills that must be shown at a level, whatever the awards are called."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from cairn.stacking.awards import Award, is_hundredths, plain
from cairn.stacking.families import Leaf, Names, Rate, Requirement
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields


@dataclass(frozen=True)
class SkillsCovered(Leaf):
    """At least `count` of these skills (all of them without it), each shown by an award at `level` or above in one framework.

    A skill is shown, not spent: an award that shows one may serve another requirement as well.
    """

    kind: ClassVar[str] = "skills_covered"
    framework: str
    skills: tuple[str, ...]
    level: Decimal = Decimal(0)
    count: int | None = None

    def __post_init__(self) -> None:
        if not self.framework:
            raise RuleError(Problem("$.framework", "It names no framework.", "Write the framework of the skills."))
        if not self.skills:
            raise RuleError(Problem("$.skills", "It names no skill.", "Write at least one skill of the framework."))
        if len(set(self.skills)) != len(self.skills):
            raise RuleError(Problem("$.skills", "A skill stands twice.", "Name each skill once."))
        if not is_hundredths(self.level) or self.level < 0:
            raise RuleError(Problem("$.level", f"{self.level!r} is not a level.", "Write a number of 0 or more."))
        if self.count is not None and not 1 <= self.count <= len(self.skills):
            wrong = f"It asks for {self.count} of {len(self.skills)} skills."
            raise RuleError(Problem("$.count", wrong, f"Write 1 to {len(self.skills)}."))

    @property
    def need(self) -> int:
        """How many skills."""
        return self.count or len(self.skills)

    @property
    def spends(self) -> bool:
        """See `Leaf`."""
        return False

    @property
    def unit(self) -> str:
        """See `Leaf`."""
        return "skills"

    def shown(self, award: Award) -> frozenset[str]:
        """Which of the skills this award shows high enough."""
        return frozenset(
            shown.skill
            for shown in award.skills
            if shown.framework == self.framework and shown.skill in self.skills and shown.level >= self.level
        )

    def worth(self, award: Award, rates: tuple[Rate, ...] = ()) -> int:
        """See `Leaf`."""
        return len(self.shown(award))

    def lacks(self, award: Award) -> str | None:
        """See `Leaf`."""
        low = [shown for shown in award.skills if shown.framework == self.framework and shown.skill in self.skills]
        if low:
            best = max(low, key=lambda shown: (shown.level, shown.skill))
            return f"shows {best.skill} at level {plain(best.level)} only"
        return "shows none of these skills"

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:  # noqa: ARG003 (the family's signature)
        """See `Requirement`."""
        skills = fields.texts("skills")
        fields.seen |= {"level", "count"}
        level = fields.decimal("level", "Write a level, for example 3.") if "level" in fields.values else Decimal(0)
        count = fields.integer("count", "Write how many of the skills.") if "count" in fields.values else None
        return cls(fields.text("framework", write="Write the framework of the skills."), skills, level, count)

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        written: dict[str, object] = {"framework": self.framework, "skills": list(self.skills)}
        if self.level:
            written["level"] = plain(self.level)
        return written | ({"count": self.count} if self.count is not None else {})

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        called = ", ".join(names.get(skill, skill) for skill in self.skills)
        many = "" if self.need == len(self.skills) else f"{self.need} of "
        return f"Show {many}these skills{self._at()}: {called}"

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """See `Leaf`."""
        return f"Show {worth} more of these skills{self._at()}: {', '.join(names.get(s, s) for s in self.skills)}"

    def showing(self, skills: tuple[str, ...], worth: int, names: Names) -> str:
        """What to do when `worth` of these skills are missing, as a sentence without a full stop."""
        called = ", ".join(names.get(skill, skill) for skill in skills)
        if worth == len(skills):
            return f"Show {called}{self._at()}"
        return f"Show {worth} of {called}{self._at()}"

    def _at(self) -> str:
        return f" at {self.framework} level {plain(self.level)} or above" if self.level else f" of {self.framework}"
