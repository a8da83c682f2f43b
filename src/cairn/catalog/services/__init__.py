"""What this room does: the lifecycle of definitions (``definitions.py``), of offers (``offers.py``), and saving rules (``rules.py``)."""

from cairn.catalog.checks import is_recognition
from cairn.catalog.services.definitions import (
    approve,
    draft_definition,
    new_version,
    owner_of,
    problems_of,
    provider_of,
    publish,
    record_endorsement,
    reinstate,
    retire,
    revise_draft,
    send_back,
    submit_for_review,
    suspend,
)
from cairn.catalog.services.offers import cancel_offer, close_offer, create_offer, open_offer, start_offer
from cairn.catalog.services.rules import keep_rule

__all__ = [
    "approve",
    "cancel_offer",
    "close_offer",
    "create_offer",
    "draft_definition",
    "is_recognition",
    "keep_rule",
    "new_version",
    "open_offer",
    "owner_of",
    "problems_of",
    "provider_of",
    "publish",
    "record_endorsement",
    "reinstate",
    "retire",
    "revise_draft",
    "send_back",
    "start_offer",
    "submit_for_review",
    "suspend",
]
