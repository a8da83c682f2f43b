"""Signing one document with an organisation's key: the only place of this room that touches custody for signing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cairn import credentials
from cairn.credentials import Credential, CredentialError
from cairn.errors import Invalid
from cairn.issuing.models import SigningKey
from cairn.outside import custody


def sign_document(document: Mapping[str, Any], *, key: SigningKey, at: datetime) -> Credential:
    """Return ``document`` signed with ``key`` (eddsa-rdfc-2022).

    Raises Invalid where the core refuses the document, with its words: something is missing, or a term is used that no context
    defines and that the signature would not cover.
    """
    signer = custody.signer(key.custody, key.verification_method)
    try:
        return credentials.issue(document, signer, created=at)
    except CredentialError as error:
        raise Invalid(error.message, remedy=error.remedy, code=error.code, where=error.where) from error


def countersign_document(credential: Credential, *, key: SigningKey, at: datetime) -> Credential:
    """Return a signed document with a further signature beside those it has: of an organisation that joins in (a proof set).

    Raises Invalid where the core refuses, with its words.
    """
    signer = custody.signer(key.custody, key.verification_method)
    try:
        return credentials.add_proof(credential, signer, created=at)
    except CredentialError as error:
        raise Invalid(error.message, remedy=error.remedy, code=error.code, where=error.where) from error
