"""Writing in people: roles are asked, memberships given and ended, tokens made, consent taken, and every step is put on the trail."""

from cairn.people.services.accounts import erase_account, export_account
from cairn.people.services.consents import PURPOSES, give_consent, withdraw_consent
from cairn.people.services.duties import require, require_different
from cairn.people.services.opening import entrance_link, open_account
from cairn.people.services.organisations import add_member, create_organisation, end_membership
from cairn.people.services.tokens import (
    SCOPES,
    authenticate_token,
    end_own_tokens,
    issue_own_token,
    issue_token,
    revoke_token,
)
from cairn.people.services.trail import TrailProblem, record, verify_chain

__all__ = [
    "PURPOSES",
    "SCOPES",
    "TrailProblem",
    "add_member",
    "authenticate_token",
    "create_organisation",
    "end_membership",
    "end_own_tokens",
    "entrance_link",
    "erase_account",
    "export_account",
    "give_consent",
    "issue_own_token",
    "issue_token",
    "open_account",
    "record",
    "require",
    "require_different",
    "revoke_token",
    "verify_chain",
    "withdraw_consent",
]
