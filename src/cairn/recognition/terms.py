"""The terms of an agreement: checked as they are drafted, signed as they stand, carried out as they were signed, said in sentences.

A term is plain JSON::

    {"id": "t1", "accepts": [{"id": achievement, "name": …}], "toward": {"id": achievement, "name": …}, "credits": "6", "scheme": "ects",
     "level": {"framework": "eqf", "value": "5"}, "grade": "B", "grades": ["C", "B", "A"], "most": "12",
     "gives": {"framework": "eqf", "value": "6"}}

A ``toward`` with a ``name`` and no ``id`` is credit without a named course. Only ``accepts`` is what one holds of the giving
institution, in exactly these versions: what a later version teaches, the agreement has not seen. Amounts are text, so that they stay
exact.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date

from cairn.catalog.achievements import parse_achievement_id
from cairn.catalog.counted import subjects_of
from cairn.catalog.models import DefinitionVersion
from cairn.errors import Invalid
from cairn.look.formatting import credits_text
from cairn.recognition.models import AgreementVersion
from cairn.stacking import AwardError, Level
from cairn.stacking.articulation import Agreement, Term

MOST_TERMS = 500
FIELDS = frozenset({"id", "accepts", "toward", "credits", "scheme", "level", "grade", "grades", "most", "gives"})


def checked_terms(terms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return terms as they are kept, empty fields left out. Raises Invalid with the first term that cannot be used, and why."""
    if not terms or len(terms) > MOST_TERMS:
        raise Invalid(
            "An agreement has at least one term." if not terms else f"An agreement has at most {MOST_TERMS} terms.",
            remedy="Say which credential counts as what, for how many credits.",
            code="terms",
        )
    kept = []
    for number, term in enumerate(terms, start=1):
        clean = {name: value for name, value in term.items() if value not in (None, "", [], {})}
        if set(clean) - FIELDS:
            raise _unusable(number, f"it has fields that no term has: {', '.join(sorted(set(clean) - FIELDS))}")
        try:
            _term(clean)
        except (AwardError, KeyError, TypeError, AttributeError, InvalidOperation) as fault:
            raise _unusable(number, str(fault)) from fault
        kept.append(clean)
    if len({term["id"] for term in kept}) < len(kept):
        raise Invalid("Two terms have the same id.", remedy="Give each its own.", code="terms")
    return kept


def as_agreement(row: AgreementVersion) -> Agreement:
    """Return a version as the engine's value. Institutions stand by the short names under which their awards are weighed.

    What counts as a credential of the receiver is tagged, and of the field, as that credential is: rules that ask for "credits tagged
    mathematics" or cap those "tagged lower-division" mean it however it came in.
    """
    named = _named(row.terms)
    return Agreement(
        id=str(row.uid),
        version=str(row.number),
        giver=row.giver.slug,
        receiver=row.receiver.slug,
        terms=tuple(_term(term, named.get(str(term["toward"].get("id", "")))) for term in row.terms),
        since=row.earned_from,
        until=row.in_force_until,
        most=row.most,
        title=row.title,
        giver_name=row.giver.name,
    )


def sentences(row: AgreementVersion) -> list[str]:
    """Return what an agreement says, one sentence for each term, then its limits."""
    said = [term_sentence(term, giver=row.giver.name, receiver=row.receiver.name) for term in row.terms]
    if row.most is not None:
        scheme = row.terms[0].get("scheme", "") if row.terms else ""
        said.append(f"In all it gives one learner at most {credits_text(row.most, scheme)}.")
    if row.earned_from is not None:
        said.append(f"It covers what was earned from {row.earned_from:%-d %B %Y} on.")
    until = f" to {row.in_force_until:%-d %B %Y}" if row.in_force_until else ", without an end"
    said.append(f"It is in force from {row.in_force_from:%-d %B %Y}{until}.")
    said.append(
        f"Either side can withdraw from it with {row.notice_days} days' notice. What was recognised stays recognised."
    )
    return said


def signatures_of(row: AgreementVersion) -> list[tuple[str, str, date | None]]:
    """Return who signed a version and when, as the document says: each side's name and identifier. Whether they did, a check says."""
    if not row.document:
        return []
    document = json.loads(row.document)
    said = document["credentialSubject"]["agreement"]
    names = {said[side]["id"]: said[side]["name"] for side in ("giver", "receiver")}
    proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    signers = [(proof["verificationMethod"].partition("#")[0], parse_date(proof["created"][:10])) for proof in proofs]
    return [(names.get(signer, signer), signer, day) for signer, day in signers]


def term_sentence(term: Mapping[str, Any], *, giver: str, receiver: str) -> str:
    """Return one term as a sentence."""
    names = [f"“{one['name']}”" for one in term["accepts"]]
    what = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    least = []
    if term.get("level"):
        least.append(f"at {term['level']['framework'].upper()} level {term['level']['value']} or higher")
    if term.get("grade"):
        least.append(f"with grade {term['grade']} or better")
    conditions = f" {' and '.join(least)}" if least else ""
    amount = credits_text(Decimal(term["credits"]), term["scheme"])
    cap = f", at most {credits_text(Decimal(term['most']), term['scheme'])} in all" if term.get("most") else ""
    counted = f"“{term['toward']['name']}”" if term["toward"].get("id") else "credit"
    level = f" at {term['gives']['framework'].upper()} level {term['gives']['value']}" if term.get("gives") else ""
    return f"{what} of {giver}{conditions} counts as {counted} at {receiver}{level}, for {amount}{cap}."


def _named(terms: Sequence[Mapping[str, Any]]) -> dict[str, DefinitionVersion]:
    """The credentials of this site that terms lead toward, by their addresses."""
    wanted = {
        address: place
        for term in terms
        if (address := str(term["toward"].get("id", ""))) and (place := parse_achievement_id(address))
    }
    if not wanted:
        return {}
    rows = DefinitionVersion.objects.filter(definition__uid__in={uid for uid, _ in wanted.values()})
    found = {(row.definition.uid, row.number): row for row in rows.select_related("definition")}
    return {address: found[place] for address, place in wanted.items() if place in found}


def _term(term: Mapping[str, Any], toward: DefinitionVersion | None = None) -> Term:
    return Term(
        id=str(term["id"]),
        achievements=tuple(str(one["id"]) for one in term["accepts"]),
        toward=str(term["toward"].get("id", "")),
        credits=Decimal(term["credits"]),
        scheme=str(term["scheme"]),
        level=_level(term.get("level")),
        grade=term.get("grade"),
        grades=tuple(term.get("grades", ())),
        gives=_level(term.get("gives")),
        most=Decimal(term["most"]) if term.get("most") else None,
        tags=frozenset(toward.tags) if toward else frozenset(),
        subjects=subjects_of(toward.field_of_study) if toward else frozenset(),
    )


def _level(level: Mapping[str, Any] | None) -> Level | None:
    return None if not level else Level(str(level["framework"]), Decimal(str(level["value"])))


def _unusable(number: int, why: str) -> Invalid:
    return Invalid(
        f"Term {number} cannot be used: {why}", remedy="Correct it, or leave it out.", code="terms", term=number
    )
