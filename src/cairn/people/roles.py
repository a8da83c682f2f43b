"""The catalogue of roles: what each may do, in a sentence a new member understands, and which exclude each other."""

from __future__ import annotations

from cairn.people.models import Role

DUTIES: dict[str, str] = {
    Role.ADMIN: "Invites members, gives and ends roles, ends programs' tokens. Does not sign, assess or read evidence by this role.",
    Role.DESIGNER: "Writes definitions: what a credential certifies, its criteria and its rubric.",
    Role.REVIEWER: "Reviews definitions that somebody else wrote, and approves them or sends them back.",
    Role.PUBLISHER: "Publishes approved definitions and opens offers.",
    Role.INSTRUCTOR: "Teaches and supports learners, and records attendance.",
    Role.ASSESSOR: "Reads the evidence of learners assigned to them and decides against the rubric.",
    Role.REGISTRAR: "Signs awards and agreements, corrects or revokes awards with a reason, confirms what was recognised.",
    Role.EXAMINER: "Assesses what learners ask to have recognised, and recommends with reasons.",
    Role.DEAN: "Decides on recognition after the examiner, or on an appeal against another dean's decision.",
    Role.ENDORSER: "Stands behind another organisation's definition with a signed endorsement.",
    Role.RECRUITER: "Describes what a role needs, and checks credentials that people share.",
    Role.AUDITOR: "Reads the audit trail and nothing that belongs to learners. Cannot hold another role beside it.",
}
"""Role to its sentence; every role has one."""

NOT_FOR_OPERATORS: frozenset[str] = frozenset(
    {
        Role.DESIGNER,
        Role.REVIEWER,
        Role.PUBLISHER,
        Role.INSTRUCTOR,
        Role.ASSESSOR,
        Role.REGISTRAR,
        Role.EXAMINER,
        Role.DEAN,
        Role.ENDORSER,
    }
)
"""Roles that sign, decide or read evidence: an account that opens the operator's admin may not hold them (domain: lifecycle, roles)."""


def label_of(role: str) -> str:
    """Return the name of a role as people say it, like "Quality reviewer"."""
    return str(Role(role).label)
