"""Writing in recognition: what people hold from elsewhere, agreements, requests and their decisions."""

from cairn.recognition.services.agreements import (
    change_draft,
    countersign_agreement,
    decline_agreement,
    draft_agreement,
    other_side,
    sign_agreement,
    withdraw_agreement,
)
from cairn.recognition.services.asking import (
    answer_question,
    appeal_refusal,
    covering,
    parts_of,
    submit_request,
    withdraw_request,
)
from cairn.recognition.services.deciding import (
    Granting,
    ask_for_more,
    confirm,
    decide,
    examine,
    revoke_recognition,
    send_back,
)
from cairn.recognition.services.following import follow_agreements
from cairn.recognition.services.held import forget_external, forget_person, note_external
from cairn.recognition.services.renewing import check_anew

__all__ = [
    "Granting", "answer_question", "appeal_refusal", "ask_for_more", "change_draft", "check_anew", "confirm",
    "countersign_agreement", "covering", "decide", "decline_agreement", "draft_agreement", "examine", "follow_agreements",
    "forget_external", "forget_person", "note_external", "other_side", "parts_of", "revoke_recognition", "send_back",
    "sign_agreement", "submit_request", "withdraw_agreement", "withdraw_request",
]  # fmt: skip
