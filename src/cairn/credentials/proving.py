"""Every way of securing a credential that is checked here. The first prover that takes a credential proves it."""

from __future__ import annotations

from cairn.credentials.elm.sealing import SEALS
from cairn.credentials.integrity.proofs import check_proofs
from cairn.credentials.jose.proving import JOSE
from cairn.credentials.model import Credential
from cairn.credentials.openbadges2.verifying import OPEN_BADGES_2
from cairn.credentials.prover import Proven, Prover
from cairn.credentials.question import Question


def _takes(credential: Credential) -> bool:
    return credential.envelope is None


def _data_integrity(credential: Credential, question: Question) -> Proven:
    findings = check_proofs(
        credential,
        at=question.at,
        resolve=question.resolve,
        contexts=question.contexts,
        remembered=question.remembered,
    )
    return Proven(findings, credential)


DATA_INTEGRITY = Prover("data-integrity", _takes, _data_integrity)

PROVERS: tuple[Prover, ...] = (OPEN_BADGES_2, JOSE, SEALS, DATA_INTEGRITY)


def prove(credential: Credential, question: Question) -> Proven:
    """Return what the credential's own prover found. Data Integrity is the last one asked: it says so where nothing is signed."""
    return next(prover for prover in PROVERS if prover.takes(credential)).prove(credential, question)
