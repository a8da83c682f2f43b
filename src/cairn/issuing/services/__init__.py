"""What issuing does: keys, awards, status lists, revocation and correction, endorsement, records of learning.

Each service takes keyword arguments, the acting person as ``by`` and the moment as ``at``; checks who may; writes the audit trail;
and either does all of it or nothing.
"""

from cairn.issuing.services.awarding import approve_award, award_credential, award_many, decline_award
from cairn.issuing.services.endorsing import endorse_version
from cairn.issuing.services.forgetting import forget_holder
from cairn.issuing.services.given import Securing, revoke_given, sign_given
from cairn.issuing.services.keys import ensure_signing_key, rotate_key
from cairn.issuing.services.recipients import award_recipients, read_recipients
from cairn.issuing.services.records import clr_document
from cairn.issuing.services.revoking import correct_and_supersede, revoke

__all__ = [
    "Securing",
    "approve_award",
    "award_credential",
    "award_many",
    "award_recipients",
    "clr_document",
    "correct_and_supersede",
    "decline_award",
    "endorse_version",
    "ensure_signing_key",
    "forget_holder",
    "read_recipients",
    "revoke",
    "revoke_given",
    "rotate_key",
    "sign_given",
]
