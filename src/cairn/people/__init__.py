"""Accounts, organisations, memberships with roles, tokens, consent and the append-only audit trail."""
