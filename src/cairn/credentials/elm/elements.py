"""What the European recommendation wants to be said of a micro-credential, and Open Badges has no words for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Elements:
    """Elements of Annex I (Council Recommendation 2022/C 243/02) that Open Badges 3.0 has no term for.

    ``workload_hours``: notional hours; ``participation``: ``online``, ``onsite``, ``blended`` or words; ``assessment_type``,
    ``supervision``, ``quality_assurance``, ``prerequisites``: words; ``outcomes``: one learning outcome each; ``credit_scheme``: the system
    the credits belong to, such as ``ECTS``; ``part_of_larger``: whether it stacks towards a larger credential.
    """

    workload_hours: float | None = None
    participation: str = ""
    assessment_type: str = ""
    supervision: str = ""
    quality_assurance: str = ""
    prerequisites: str = ""
    outcomes: Sequence[str] = ()
    credit_scheme: str = ""
    part_of_larger: bool | None = None
