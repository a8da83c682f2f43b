"""What can be wrong with a rule or with an award, said so that its author can put it right."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault: `path` is where (a JSON path such as `$.of[1].n`), `wrong` is what, `write` is what to write instead."""

    path: str
    wrong: str
    write: str

    def __str__(self) -> str:
        return f"{self.path}: {self.wrong} {self.write}"


class RuleError(ValueError):
    """A rule that cannot be used; `problems` holds every fault found, in the order of the document."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class AwardError(ValueError):
    """An award that cannot be weighed, with what is wrong and what to give instead.

    `problems` says where, for awards that were read from a document.
    """

    def __init__(self, message: str, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(message)
