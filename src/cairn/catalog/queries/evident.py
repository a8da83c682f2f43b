"""What rows show about each criterion of MCQ-100, one rule for each question, with its source. What they do not show stays unknown.

A rule takes a version, what stands beside it and the day, and gives pieces of evidence in the points of MCQ-100. One that knows a part
only gives what is certain and what is still possible (``at_most``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from cairn.appraisal import Evidence, Tier
from cairn.catalog.checks import criteria_of, is_recognition, outcome_problems
from cairn.catalog.models import Approval, DefinitionVersion
from cairn.catalog.queries.beside import Beside, Registered
from cairn.catalog.queries.described import AUTHOR, completeness_of, source_name
from cairn.catalog.queries.earnings import told_enough
from cairn.people.models import Organisation

Rule = Callable[[DefinitionVersion, Beside, date], Iterable[Evidence]]

# Of the three phrases of Annex I (element b): the least that each of them can mean on the rubric's ladder, and the most.
_UNWATCHED = re.compile(r"\b(?:un|not )(?:supervised|proctored|invigilated)|\b(?:no|without) supervision", re.I)
_WATCHED = re.compile(r"\b(?:supervised|proctored|invigilated|supervision)\b", re.I)
_IDENTITY = re.compile(r"\b(?:identity|identification|ID)\b", re.I)
_UNCHECKED = re.compile(
    r"\b(?:no|not|without)\b[^,;]*\b(?:identity|ID)\b|\b(?:identity|ID)\b[^,;]*\b(?:not|unverified|unchecked)\b", re.I
)
_ON_SITE = re.compile(r"\bon.?site\b|\bin person\b|\bface.to.face\b", re.I)
_ONLINE = re.compile(r"\bonline\b|\bremote(?:ly)?\b", re.I)
_TWICE = re.compile(r"\b(?:two|2).?(?:factors?|ways|steps?)\b", re.I)
# Kinds of assessment: the least that each demands on the ladder of complexity. How complex the task is, no name of a kind says.
COMPLEXITY = (
    (re.compile(r"\b(portfolio|project|capstone|performance|practical|observed|simulation|art[ei]fact|demonstration|placement)", re.I),
     2, "a skill is used"),
    (re.compile(r"\b(exam|examination|test|quiz|multiple.choice)", re.I), 1, "facts are recalled at least"),
)  # fmt: skip
LISTS_EACH = frozenset({"nj-etpl"})
"""Sources that approve each programme which they list, not its provider alone (New Jersey's list: WIOA section 122)."""
RECOGNISERS = {Organisation.Kind.PROFESSIONAL, Organisation.Kind.ACCREDITOR}
IN_WORDS = "in the provider's words"
HALF = Decimal("0.5")


def approvals_on(known: Beside, today: date) -> tuple[list[Approval], list[Approval]]:
    """Return the approvals of a version's provider that hold ``today``, and those that have ended."""
    approvals = [one for one in known.approvals if one.kind in {"approved", "accredited"}]
    current = [one for one in approvals if one.until is None or one.until >= today]
    return current, [one for one in approvals if one not in current]


def registered_on(known: Beside, today: date) -> tuple[list[Registered], list[Registered]]:
    """Return the approvals and accreditations in registers that hold ``today``, and those that have ended."""
    found = [one for one in known.registered if one.statement.kind in {"approved", "accredited"}]
    ended = [one for one in found if one.statement.until is not None and one.statement.until < today]
    begun = [one for one in found if one.statement.since is None or one.statement.since <= today]
    return [one for one in begun if one not in ended], ended


def identity(version: DefinitionVersion, known: Beside, _today: date) -> list[Evidence]:
    """A1: who it is, where a register knows it by an identifier or its web address. Of awarding bodies here, their keys tell more."""
    certain = next((one for one in known.registers if one.kind in {"identifier", "domain"} or one.decided_by_id), None)
    if certain is None or version.definition.owner_id is not None:
        return []
    register = certain.entry.register
    told = f"{register.name} has it as {certain.entry.name}"
    source = f"{register.name}, {register.as_of}" if register.as_of else register.name
    return [Evidence("A1", Decimal(2), Tier.VERIFIED, told, source, at_most=Decimal(4))]


def standing(version: DefinitionVersion, known: Beside, today: date) -> list[Evidence]:
    """A2: approvals and accreditations that hold, from lists and registers; the provider's own word counts as that."""
    (current, ended), (registered, gone) = approvals_on(known, today), registered_on(known, today)
    listed = [one for one in current if IN_WORDS not in one.scope]
    if registered:
        first = min(registered, key=lambda one: (one.statement.kind != "accredited", -_day(one.statement.until)))
        said = first.statement
        told = f"{said.authority} has it as {said.kind}"
        return [Evidence("A2", Decimal(6), Tier.VERIFIED, told, first.source, None, said.until)]
    if current:
        best = max(listed or current, key=lambda one: (bool(one.status), one.until or date.max))
        tier = Tier.VERIFIED if listed else Tier.DECLARED
        says = "lists it as" if listed else "is said by the provider to have it as"
        return [Evidence("A2", Decimal(6), tier, f"{best.authority} {says} {best.kind}", best.source, None, best.until)]
    ends = [(one.until, one.authority, one.source) for one in ended if one.until]
    ends += [(one.statement.until, one.statement.authority, one.source) for one in gone if one.statement.until]
    if ends:
        until, authority, source = max(ends)
        return [_piece("A2", 0, Tier.VERIFIED, f"The approval by {authority} ended on {until}", source)]
    return []


def scope(version: DefinitionVersion, known: Beside, today: date) -> list[Evidence]:
    """A3: whether the approval is of this very credential. A list that approves each entry says so; others speak of the institution."""
    source = source_name(version.definition.source)
    current, _ = approvals_on(known, today)
    if version.definition.source in LISTS_EACH:
        listed = next((one for one in current if one.source.startswith(source) and IN_WORDS not in one.scope), None)
        if listed is not None:
            told = "The list approves programmes one by one, and this is one of them"
            return [Evidence("A3", Decimal(3), Tier.VERIFIED, told, source, None, listed.until)]
    registered, _ = registered_on(known, today)
    if registered:
        said = registered[0].statement
        about = f" ({said.scope})" if said.scope else ""
        told = (
            f"What {said.authority} states is of the institution{about}; whether it covers this credential is not said"
        )
        return [_open("A3", 0, 3, told, registered[0].source)]
    return []


def design(version: DefinitionVersion, known: Beside, _today: date) -> list[Evidence]:
    """B1 to B3: outcomes, workload and level, and the elements of Annex I."""
    complete = completeness_of(version, known)
    share = (Decimal(4) * complete.score / complete.of).quantize(Decimal("0.01"))
    told = f"{complete.score} of {complete.of} mandatory elements of Annex I are stated"
    found = [_piece("B3", share, Tier.VERIFIED, told, "counted")]
    if version.outcomes:
        unseen = outcome_problems(version.outcomes, criteria=criteria_of(version.rubric), assessed_otherwise=True)
        seen = Decimal(4) * (len(version.outcomes) - min(len(unseen), len(version.outcomes))) / len(version.outcomes)
        tier = Tier.REVIEWED if version.reviewer_id else Tier.DECLARED
        found.append(_piece("B1", seen.quantize(Decimal("0.01")), tier, "Outcomes say what can be observed", AUTHOR))
    hours = version.workload_hours is not None or version.credits is not None
    if hours or version.level is not None:
        told = " and ".join([*(["workload"] if hours else []), *(["level"] if version.level is not None else [])])
        points = 2 * hours + 2 * (version.level is not None)
        found.append(_piece("B2", points, Tier.DECLARED, f"It states {told}", AUTHOR))
    return found


def openness(version: DefinitionVersion, known: Beside, _today: date) -> list[Evidence]:
    """B4: one point for the price, one for what is needed beforehand, half a one each for dates and for access.

    Nothing here states how accessible a course is, so that half point stays possible.
    """
    stated = {
        "the whole price": (Decimal(1), any(offer.price_total is not None for offer in known.offers)),
        "what is needed beforehand": (Decimal(1), bool(version.prerequisites.strip())),
        "dates": (HALF, any(offer.starts_on or offer.self_paced for offer in known.offers)),
    }
    points = sum((worth for worth, there in stated.values() if there), Decimal(0))
    if not points:
        return []
    told = f"States {', '.join(name for name, (_, there) in stated.items() if there)}"
    return [_open("B4", points, points + HALF, told, "counted")]


def watched(words: str) -> tuple[int, int] | None:
    """Return the lowest and the highest step of C3 that some words leave possible; None where they say nothing of it.

    Whether somebody watches comes first, then whether it is checked who is watched, then where and how often.
    """
    unchecked = bool(_UNCHECKED.search(words))
    if _UNWATCHED.search(words):
        return (0, 0) if unchecked else None
    if not _WATCHED.search(words):
        return None
    if unchecked:
        return 1, 1
    if not _IDENTITY.search(words):
        return 1, 6
    on_site, online = bool(_ON_SITE.search(words)), bool(_ONLINE.search(words))
    once, twice = (5, 6) if on_site and not online else (2, 3) if online and not on_site else (2, 6)
    return (twice if _TWICE.search(words) and on_site != online else once), twice


def assessment(version: DefinitionVersion, _known: Beside, _today: date) -> list[Evidence]:
    """C1 to C5: what is assessed, how much it demands at least, who watches, by which rubric, checked by a second person."""
    if is_recognition(version):
        if version.definition.owner_id is None:
            return []  # an import that says nothing of assessment: not known
        told = "Nothing is assessed: it recognises taking part"
        return [_piece(key, 0, Tier.VERIFIED, told, "this catalogue") for key in ("C1", "C2", "C4")]
    found = []
    demands = next((row for row in COMPLEXITY if row[0].search(version.assessment_type)), None)
    if demands is not None:
        told = f"“{version.assessment_type}”: {demands[2]}; how complex the task is, it does not say"
        found.append(Evidence("C2", Decimal(demands[1]), Tier.DECLARED, told, AUTHOR, at_most=Decimal(6)))
    steps = watched(version.supervision)
    if steps is not None:
        least, most = steps
        # Declared points count 0.4; what a check could still show stays possible where the phrase leaves it open.
        upper = Decimal(most) if most > least else None
        found.append(Evidence("C3", Decimal(least), Tier.DECLARED, version.supervision, AUTHOR, at_most=upper))
    if version.high_stakes and version.definition.owner_id:
        told = "No award is signed before a second person has approved it"
        found.append(_piece("C5", 3, Tier.VERIFIED, told, "enforced by this site"))
    if not version.rubric:
        return found
    mapped = sum(bool(outcome.get("assessed_by")) for outcome in version.outcomes)
    told = "Learners and assessors read the same rubric, on this page"
    found.append(_piece("C4", 3, Tier.VERIFIED, told, "this site"))
    if version.outcomes:
        share = (Decimal(5) * mapped / len(version.outcomes)).quantize(Decimal("0.01"))
        told = f"{mapped} of {len(version.outcomes)} outcomes name their criterion"
        found.append(_piece("C1", share, Tier.VERIFIED, told, "the rubric"))
    return found


def relevance(version: DefinitionVersion, known: Beside, _today: date) -> list[Evidence]:
    """D1 to D4: skills in a framework, the industry, need, and review."""
    found: list[Evidence] = []
    if stated := known.skills_stated:
        told = f"{stated} skill{'s' if stated > 1 else ''} resolve{'' if stated > 1 else 's'} to entries of a public framework"
        found.append(_piece("D1", 4, Tier.VERIFIED, told, "this catalogue"))
    endorsers = [endorser.name for endorser in known.endorsers]
    if version.partner and version.partner.name in endorsers:
        told = f"{version.partner.name} made it too and has signed"
        found.append(_piece("D2", 4, Tier.VERIFIED, told, "signed endorsement"))
    elif version.partner:
        told = f"{version.partner.name} is named as a partner and has not signed"
        found.append(_piece("D2", 2, Tier.DECLARED, told, AUTHOR))
    if known.in_demand:
        many = len(known.in_demand)
        named = ", ".join(known.in_demand[:3]) + (f" and {many - 3} more" if many > 3 else "")
        told = f"Occupations that its field prepares for are listed as in demand ({named}): need of the occupation, not of this credential"
        found.append(
            _open("D3", 1, 3, told, "official list of occupations in demand, through the CIP to SOC crosswalk")
        )
    if version.published_at and version.reviewer_id:
        on = version.published_at.date()
        until = on.replace(year=on.year + 3, day=min(on.day, 28))
        told = "Reviewed by somebody who did not write it"
        found.append(Evidence("D4", Decimal(4), Tier.VERIFIED, told, "audit trail", on, until))
    return found


def recognition(version: DefinitionVersion, known: Beside, _today: date) -> list[Evidence]:
    """A6, E2 and E3: who signed for it, which professional bodies recognise it, and in which form it is awarded."""
    found: list[Evidence] = []
    if known.endorsers:
        names = ", ".join(endorser.name for endorser in known.endorsers)
        found.append(_piece("A6", 2, Tier.VERIFIED, f"Endorsed by {names}", "signed endorsements"))
    bodies = [endorser.name for endorser in known.endorsers if endorser.kind in RECOGNISERS]
    named = [str(one.get("name") or one.get("url")) for one in version.related if one.get("relation") == "accepted_by"]
    if bodies:
        told = f"{', '.join(bodies)} {'have' if len(bodies) > 1 else 'has'} signed for it as a professional or accrediting body"
        found.append(_piece("E2", 3, Tier.VERIFIED, told, "signed endorsements"))
    elif named:
        told = f"It is said to be recognised by {', '.join(named[:3])}"[:390]
        found.append(_piece("E2", 3, Tier.DECLARED, told, source_name(version.definition.source)))
    if version.definition.owner_id:
        told = "Awarded as a signed Open Badges 3.0 document with a public status"
        found.append(_piece("E3", 2, Tier.VERIFIED, told, "this site"))
    return found


def outcomes(version: DefinitionVersion, known: Beside, _today: date) -> list[Evidence]:
    """F2 to F4: what became of completers, and what they earn, which brings no points while nobody compares it."""
    found: list[Evidence] = []
    placed = next((line for line in known.outcomes if line.employed_percent is not None and line.completers), None)
    if placed is not None:
        share = "?" if placed.employed_percent is None else f"{placed.employed_percent.normalize():f}%"
        few = " (few people)" if placed.small else ""
        told = f"{share} employed after {placed.when}, of {placed.completers}{few}"
        found += [
            _piece("F2", 2 if placed.small else 3, Tier.VERIFIED, told, placed.source),
            _piece("F4", 2, Tier.VERIFIED, "The figures come from administrative data", placed.source),
        ]
    paid = next((line for line in known.outcomes if line.mean_quarterly_wage is not None and line.earners), None)
    if paid is not None:
        told = f"Mean earnings of {paid.earners} completers are published, compared with nobody"
        found.append(_open("F3", 0, 5, told, paid.source))
    elif (stated := told_enough(known.earnings)) is not None:
        whose = "completers" if stated.earners is None else f"{stated.earners:,} completers"
        told = f"Earnings of {whose} are published for this credential, compared with nobody"
        found.append(_open("F3", 0, 5, told, stated.source or source_name(version.definition.source)))
    return found


RULES: tuple[Rule, ...] = (identity, standing, scope, design, openness, assessment, relevance, recognition, outcomes)
"""Every rule of this room; a further one is a function and its name here."""


def _day(until: date | None) -> int:
    return (until or date.max).toordinal()


def _piece(criterion: str, points: Decimal | int, tier: Tier, sentence: str, source: str) -> Evidence:
    return Evidence(criterion, Decimal(points), tier, sentence, source)


def _open(criterion: str, points: Decimal | int, most: Decimal | int, sentence: str, source: str) -> Evidence:
    """What is certain, where more is possible."""
    return Evidence(criterion, Decimal(points), Tier.VERIFIED, sentence, source, at_most=Decimal(most))
