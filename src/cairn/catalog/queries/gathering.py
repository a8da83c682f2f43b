"""What the rows show about each criterion of MCQ-100, each with its source. What they do not show is left out: it stays unknown.

Rooms above this one know more (keys and awards, agreements, learners). They add a gatherer, by :func:`gather_with`;
``cairn.entry.subscriptions`` does so once when the site starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal

from cairn.appraisal import Evidence, Tier
from cairn.catalog.checks import criteria_of, is_recognition, outcome_problems
from cairn.catalog.models import Approval, DefinitionVersion
from cairn.catalog.queries.definitions import current_offers
from cairn.catalog.queries.described import AUTHOR, completeness_of
from cairn.catalog.queries.outcomes import outcomes_of

Gatherer = Callable[[DefinitionVersion, datetime], Iterable[Evidence]]
"""Gives what a room knows about a version's criteria, in the points of MCQ-100."""

Completions = Callable[[DefinitionVersion, datetime], tuple[int, int] | None]
"""Gives how many completed of how many who started and came to an end; None where too few did, or nobody knows."""

GATHERERS: dict[str, Gatherer] = {}
COMPLETIONS: list[Completions] = []

# Of the three phrases of Annex I (element b): the least that each of them can mean on the rubric's ladder, and the most.
SUPERVISION = {
    "Unsupervised, identity not checked": (0, 0),
    "Supervised, identity not checked": (1, 1),
    "Supervised online or on site, identity checked": (2, 6),
}


def gather_with(name: str, gatherer: Gatherer) -> None:
    """Let ``gatherer`` add what its room knows to every credibility interval."""
    GATHERERS[name] = gatherer


def completions_with(counter: Completions) -> None:
    """Let ``counter`` say how many learners complete; the first that knows is believed."""
    COMPLETIONS.append(counter)


def completions_of(version: DefinitionVersion, at: datetime) -> tuple[int, int] | None:
    """Return how many completed of how many; None where too few did, or nobody knows."""
    return next((found for counter in COMPLETIONS if (found := counter(version, at)) is not None), None)


def gathered(version: DefinitionVersion, at: datetime) -> list[Evidence]:
    """Collect what this room and those above it know about a version as of ``at``."""
    own = [
        *_standing(version, at.date()), *_design(version), *_openness(version), *_assessment(version), *_relevance(version),
        *_outcomes(version),
    ]  # fmt: skip
    return [*own, *(piece for name in sorted(GATHERERS) for piece in GATHERERS[name](version, at))]


def current_approvals(version: DefinitionVersion, today: date) -> tuple[list[Approval], list[Approval]]:
    """Return the approvals of a version's provider that hold ``today``, and those that have ended."""
    approvals = [one for one in version.definition.provider.approvals.all() if one.kind in {"approved", "accredited"}]
    current = [one for one in approvals if one.until is None or one.until >= today]
    return current, [one for one in approvals if one not in current]


def _standing(version: DefinitionVersion, today: date) -> list[Evidence]:
    current, ended = current_approvals(version, today)
    listed = [one for one in current if "in the provider's words" not in one.scope]
    if listed or current:
        best = max(listed or current, key=lambda one: (bool(one.status), one.until or date.max))
        tier = Tier.VERIFIED if listed else Tier.DECLARED
        says = "lists it as" if listed else "is said by the provider to have it as"
        return [Evidence("A2", Decimal(6), tier, f"{best.authority} {says} {best.kind}", best.source, None, best.until)]
    if ended:
        last = max(ended, key=lambda one: one.until or date.min)
        return [_piece("A2", 0, Tier.VERIFIED, f"The approval by {last.authority} ended on {last.until}", last.source)]
    return []


def _design(version: DefinitionVersion) -> list[Evidence]:
    complete = completeness_of(version)
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


def _openness(version: DefinitionVersion) -> list[Evidence]:
    """B4: one point for the price, one for what is needed beforehand, half a one each for dates and for access.

    Nothing here states how accessible a course is, so that half point stays possible.
    """
    offers = current_offers(version)
    stated = {
        "the whole price": (Decimal(1), any(offer.price_total is not None for offer in offers)),
        "what is needed beforehand": (Decimal(1), bool(version.prerequisites.strip())),
        "dates": (Decimal("0.5"), any(offer.starts_on or offer.self_paced for offer in offers)),
    }
    points = sum((worth for worth, there in stated.values() if there), Decimal(0))
    if not points:
        return []
    told = f"States {', '.join(name for name, (_, there) in stated.items() if there)}"
    return [
        Evidence("B4", points, Tier.VERIFIED, told, "counted", at_most=points + Decimal("0.5")),
    ]


def _assessment(version: DefinitionVersion) -> list[Evidence]:
    if is_recognition(version):
        if version.definition.owner_id is None:
            return []  # an import that says nothing of assessment: not known
        told = "Nothing is assessed: it recognises taking part"
        return [_piece(key, 0, Tier.VERIFIED, told, "this catalogue") for key in ("C1", "C2", "C4")]
    found = []
    if version.supervision in SUPERVISION:
        least, most = SUPERVISION[version.supervision]
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


def _relevance(version: DefinitionVersion) -> list[Evidence]:
    found: list[Evidence] = []
    stated = version.skills.filter(origin="stated").count()
    if stated:
        told = f"{stated} skill{'s' if stated > 1 else ''} resolve{'' if stated > 1 else 's'} to entries of a public framework"
        found.append(_piece("D1", 4, Tier.VERIFIED, told, "this catalogue"))
    endorsers = [endorsement.endorser.name for endorsement in version.endorsements.select_related("endorser")]
    if version.partner and version.partner.name in endorsers:
        told = f"{version.partner.name} made it too and has signed"
        found.append(_piece("D2", 4, Tier.VERIFIED, told, "signed endorsement"))
    elif version.partner:
        told = f"{version.partner.name} is named as a partner and has not signed"
        found.append(_piece("D2", 2, Tier.DECLARED, told, AUTHOR))
    if endorsers:
        found.append(_piece("A6", 2, Tier.VERIFIED, f"Endorsed by {', '.join(endorsers)}", "signed endorsements"))
    if version.published_at and version.reviewer_id:
        on = version.published_at.date()
        until = on.replace(year=on.year + 3, day=min(on.day, 28))
        told = "Reviewed by somebody who did not write it"
        found.append(Evidence("D4", Decimal(4), Tier.VERIFIED, told, "audit trail", on, until))
    if version.definition.owner_id:
        told = "Awarded as a signed Open Badges 3.0 document with a public status"
        found.append(_piece("E3", 2, Tier.VERIFIED, told, "this site"))
    return found


def _outcomes(version: DefinitionVersion) -> list[Evidence]:
    lines = outcomes_of(version.definition.provider, version.field_of_study)
    placed = next((line for line in lines if line.employed_percent is not None and line.completers), None)
    if placed is None:
        return []
    share = "?" if placed.employed_percent is None else f"{placed.employed_percent.normalize():f} %"
    few = " (few people)" if placed.small else ""
    told = f"{share} employed after {placed.when}, of {placed.completers}{few}"
    return [
        _piece("F2", 2 if placed.small else 3, Tier.VERIFIED, told, placed.source),
        _piece("F4", 2, Tier.VERIFIED, "The figures come from administrative data", placed.source),
    ]


def _piece(criterion: str, points: Decimal | int, tier: Tier, sentence: str, source: str) -> Evidence:
    return Evidence(criterion, Decimal(points), tier, sentence, source)
