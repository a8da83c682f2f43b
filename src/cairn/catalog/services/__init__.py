"""What this room does: the lifecycle of definitions (``definitions.py``) and of offers (``offers.py``), bundles and discounts
(``prices.py``), further languages (``languages.py``), saving rules (``rules.py``), and judging criteria (``appraisals.py``).
"""

from cairn.catalog.checks import is_recognition
from cairn.catalog.services.appraisals import (
    Finding,
    answer,
    appeal,
    decide,
    keep_score,
    keep_scores,
    record_evidence,
    take_back,
    use_built_in_rubric,
    use_rubric,
    withdraw_evidence,
)
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
from cairn.catalog.services.languages import remove_language, write_language
from cairn.catalog.services.offers import cancel_offer, close_offer, create_offer, open_offer, start_offer
from cairn.catalog.services.prices import create_bundle, create_discount, end_bundle, end_discount
from cairn.catalog.services.rules import keep_rule

__all__ = [
    "Finding",
    "answer",
    "appeal",
    "approve",
    "cancel_offer",
    "close_offer",
    "create_bundle",
    "create_discount",
    "create_offer",
    "decide",
    "draft_definition",
    "end_bundle",
    "end_discount",
    "is_recognition",
    "keep_rule",
    "keep_score",
    "keep_scores",
    "new_version",
    "open_offer",
    "owner_of",
    "problems_of",
    "provider_of",
    "publish",
    "record_endorsement",
    "record_evidence",
    "reinstate",
    "remove_language",
    "retire",
    "revise_draft",
    "send_back",
    "start_offer",
    "submit_for_review",
    "suspend",
    "take_back",
    "use_built_in_rubric",
    "use_rubric",
    "withdraw_evidence",
    "write_language",
]
