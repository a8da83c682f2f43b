"""Who may say what a skill means, and for whom it then holds."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.errors import NotAllowed
from cairn.people.models import Organisation, Person, Role
from cairn.people.services import require


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom a decision holds: an organisation's definitions, a person's own goals, or, with neither, the whole site."""

    organisation: Organisation | None = None
    person: Person | None = None

    @property
    def name(self) -> str:
        """Return the scope as it stands in a decision's key."""
        if self.organisation is not None:
            return f"organisation:{self.organisation.pk}"
        return "site" if self.person is None else f"person:{self.person.pk}"

    def role_of(self, by: Person) -> str:
        """Return the role in which ``by`` may decide in this scope; raises NotAllowed.

        A designer for their organisation, anybody for themselves, the operator for the site.
        """
        if self.organisation is not None:
            return require(by, self.organisation, Role.DESIGNER)
        if self.person is not None:
            if by.pk != self.person.pk:
                raise NotAllowed(
                    "What a skill means for somebody's own goal is theirs to say.", remedy="Decide it for yourself."
                )
            return "learner"
        if not by.is_staff:
            raise NotAllowed(
                "Only the operator decides for the whole site.",
                remedy="Decide for yourself, or, as a designer, for your organisation.",
            )
        return "operator"
