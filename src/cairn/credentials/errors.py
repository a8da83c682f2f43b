"""What the credential core refuses, in words a person can act on."""

from __future__ import annotations

from typing import Any


class CredentialError(ValueError):
    """Something that cannot be read, built or signed.

    ``code`` is stable and for programs, ``message`` says in one sentence what is wrong and where, ``remedy`` what to do next.
    ``where`` is a JSON path such as ``credentialSubject.achievement.name`` when the fault sits in one place of a document.
    """

    def __init__(self, code: str, message: str, *, remedy: str = "", where: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.where = where

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.code, self.message, self.remedy, self.where)


def _again(kind: type[CredentialError], code: str, message: str, remedy: str, where: str) -> CredentialError:
    """Make an error that came from another process."""
    error = kind.__new__(kind)
    CredentialError.__init__(error, code, message, remedy=remedy, where=where)
    return error


class NotSupported(CredentialError):
    """Nothing is wrong with it as far as we can tell, but this version cannot judge it. A verifier answers "undetermined"."""


class NotCovered(CredentialError):
    """Part of the document lies outside what a signature over its RDF form covers, so anybody could have written it."""
