"""The states of an enrolment in groups, and their names in Open Badges 3.0."""

from __future__ import annotations

from cairn.earning.models import Enrolment

_State = Enrolment.State

OPEN: frozenset[str] = frozenset({_State.ENROLLED, _State.IN_PROGRESS, _State.SUBMITTED, _State.RESUBMIT})
"""The learner is still at it."""

HANDING_IN: frozenset[str] = frozenset({_State.ENROLLED, _State.IN_PROGRESS, _State.RESUBMIT})
"""Evidence may be handed in."""

RESULT_STATUS: dict[str, str] = {
    _State.ENROLLED: "Enrolled",
    _State.IN_PROGRESS: "InProgress",
    _State.SUBMITTED: "Provisional",
    _State.RESUBMIT: "InProgress",
    _State.PASSED: "Completed",
    _State.FAILED: "Failed",
    _State.WITHDREW: "Withdrew",
}
"""Each state as Open Badges' ResultStatusType says it."""
