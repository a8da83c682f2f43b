"""What this room knows: credentials held from elsewhere, agreements in force, requests and what was recognised."""

from cairn.recognition.queries.accepting import accepting
from cairn.recognition.queries.agreements import (
    agreement_at,
    agreements_in_force,
    agreements_of,
    is_in_force,
    rows_in_force,
    versions_of_agreement,
)
from cairn.recognition.queries.held import (
    EXTERNAL,
    as_value,
    brought_by,
    external_portion,
    held_elsewhere,
    issuers_called,
)
from cairn.recognition.queries.requests import (
    DESK_ROLES,
    NEXT,
    OPEN,
    Stage,
    decisions_for,
    recognised,
    recognition_portion,
    recognitions_of,
    request_seen_by,
    requests_at,
    requests_of,
    steps_of,
    timeline_of,
    waiting_for_role,
    why_not_acting,
)

__all__ = [
    "DESK_ROLES", "EXTERNAL", "NEXT", "OPEN", "Stage", "accepting", "agreement_at", "agreements_in_force", "agreements_of", "as_value",
    "brought_by", "decisions_for", "external_portion", "held_elsewhere", "is_in_force", "issuers_called", "recognised",
    "recognition_portion", "recognitions_of", "request_seen_by", "requests_at", "requests_of", "rows_in_force", "steps_of", "timeline_of",
    "versions_of_agreement", "waiting_for_role", "why_not_acting",
]  # fmt: skip
