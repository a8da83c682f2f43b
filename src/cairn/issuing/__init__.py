"""Signing keys, awards, status lists, delivery, correction and revocation."""
