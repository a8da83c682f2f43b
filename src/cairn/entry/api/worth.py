"""What a credential is worth: how complete, how credible, what it may return. Open to everybody; nothing asked is kept."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from cairn.appraisal import AppraisalError, Credibility, Shrunk, Tier
from cairn.catalog import queries, services
from cairn.catalog.worth_forms import MOST
from cairn.entry.api.tokens import PerAddress, PerToken, Scoped, caller
from cairn.errors import Invalid
from cairn.outside import clock

router = Router()


class ElementOut(Schema):
    """One element of Annex I; ``write`` says what to write where it is missing."""

    key: str
    name: str
    mandatory: bool
    stated: bool
    write: str


class CompletenessOut(Schema):
    """The sixteen elements, and how many of the eleven mandatory ones are stated."""

    slug: str
    version: int
    stated: int
    of: int
    elements: list[ElementOut]


class CriterionOut(Schema):
    """One criterion; where nothing is known, ``low`` is 0, ``high`` all its points and the rest null."""

    id: str
    name: str
    points: float
    low: float
    high: float
    known: bool
    tier: str | None
    sentence: str | None
    source: str | None
    checked_on: date | None
    expires_on: date | None
    answer: str | None = Field(description="What the provider says about it")
    appeal: str | None = Field(description="State of its latest appeal")


class ScoreOut(Schema):
    """The interval as it stood at one moment."""

    taken_at: datetime
    low: float
    high: float
    coverage: float
    rubric: str
    rubric_version: str
    because: str
    digest: str = Field(description="SHA-256 of rubric and evidence")
    expires_on: date | None


class CredibilityOut(Schema):
    """An interval of 0 to 100 points: never one figure. ``gates`` are labels that no points outweigh."""

    slug: str
    version: int
    rubric: str
    rubric_version: str
    low: float
    high: float
    coverage: float
    gates: list[dict[str, str]]
    criteria: list[CriterionOut]
    history: list[ScoreOut]


class EvidenceIn(Schema):
    """What was found out about one criterion. ``points`` are those of the rubric in use, before the tier counts."""

    criterion: str = Field(max_length=20, description="Its id in the rubric, like C6")
    points: Decimal = Field(ge=0, le=100, max_digits=6, decimal_places=2)
    tier: Tier = Field(
        description="How it was checked: verified by a system or a third party, reviewed by a person, or only declared"
    )
    sentence: str = Field(max_length=400, description="What was found, in one sentence")
    source: str = Field(
        default="", max_length=300, description="The register, signature or document looked at; needed unless declared"
    )
    document_digest: str = Field(
        default="", pattern="^([0-9A-Fa-f]{64})?$", description="SHA-256 of a document that was read"
    )
    checked_on: date
    expires_on: date | None = None
    whole_provider: bool = Field(
        default=False, description="For criteria of group A: it holds for all that the provider offers"
    )


class EvidenceOut(Schema):
    """What was recorded, and the interval as it stands with it."""

    id: int
    slug: str
    criterion: str
    low: float
    high: float
    coverage: float


class ReturnIn(Schema):
    """What depends on the person. Money in whole units of the offer's currency, shares and rates as fractions. All optional."""

    hourly_value: Decimal | None = Field(
        default=None,
        ge=0,
        le=MOST,
        description="After tax. Not given: what is assumed for the currency, 20 in a few; else time is left out",
    )
    displaced: Decimal = Field(default=Decimal("0.5"), ge=0, le=1)
    years: int = Field(default=5, ge=1, le=40)
    discount: Decimal = Field(default=Decimal("0.03"), ge=0, le=1)
    fade: Decimal = Field(default=Decimal("0.9"), gt=0, le=1)
    grants: Decimal = Field(default=Decimal(0), ge=0, le=MOST)
    price: Decimal | None = Field(default=None, ge=0, le=MOST)
    hours: Decimal | None = Field(default=None, ge=0, le=100_000)
    completion: Decimal | None = Field(default=None, gt=0, le=1)
    premium_low: Decimal | None = Field(default=None, gt=0, le=MOST)
    premium_high: Decimal | None = Field(default=None, gt=0, le=MOST)
    area: str = Field(default="", max_length=100)
    occupation: str = Field(default="", max_length=7, description="SOC 2018")
    wage_now: Decimal | None = Field(default=None, ge=0, le=MOST)


class ReturnOut(Schema):
    """What can be said. Amounts are exact, as text. ``rung`` says what a premium rests on; ``cases`` and all after it may be empty."""

    slug: str
    version: int
    currency: str
    cost: dict[str, str] | None
    rung: int | None
    sentences: list[str]
    cases: list[dict[str, str | None]]
    break_even: dict[str, Any] | None = Field(description="P10, P50, P90 over what is not known, with priors and seed")
    tornado: list[dict[str, str]]
    simulated: dict[str, Any] | None = Field(description="Only with a supposed gain, or an occupation to compare with")
    completers: dict[str, Any] = Field(
        description="What completers of the field earn: not the effect of the credential"
    )
    occupations: list[dict[str, Any]] = Field(description="Wages of all people in an occupation, a year")


@router.get("/catalogue/credentials/{slug}/completeness", response=CompletenessOut, auth=None, operation_id="completeness",
            summary="Hold a credential against Annex I")  # fmt: skip
def completeness(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Say which elements of Annex I are stated, which are missing, and what to write."""
    version = queries.version_of(slug)
    found = queries.completeness_of(version)
    elements = sorted((*found.stated, *found.missing), key=lambda one: (not one.mandatory, len(one.key), one.key))
    return {
        "slug": slug, "version": version.number, "stated": found.score, "of": found.of,
        "elements": [
            {"key": one.key, "name": one.name, "mandatory": one.mandatory, "stated": one in found.stated, "write": one.write}
            for one in elements
        ],
    }  # fmt: skip


@router.get("/catalogue/credentials/{slug}/credibility", response=CredibilityOut, auth=None, operation_id="credibility",
            summary="Read how credible a credential is")  # fmt: skip
def credibility(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Give every criterion with its points, evidence, source and date, the provider's answers, appeals, and earlier scores."""
    version, at = queries.version_of(slug), clock.now()
    found = queries.credibility_of(version, at)
    answers = queries.latest_answers(version)
    appeals = {appeal.criterion: str(appeal.state) for appeal in reversed(queries.appeals_on(version))}
    return {
        "slug": slug, "version": version.number, "rubric": found.rubric.id, "rubric_version": found.rubric.version,
        "low": found.low, "high": found.high, "coverage": found.coverage,
        "gates": [
            {"key": gate.key, "label": gate.label, "sentence": gate.sentence}
            for gate in queries.gates_of(version, found, at.date())
        ],
        "criteria": [
            row | {"answer": answers[row["id"]].text if row["id"] in answers else None, "appeal": appeals.get(row["id"])}
            for row in criteria_of(found)
        ],
        "history": [
            {
                name: getattr(score, name)
                for name in ("taken_at", "low", "high", "coverage", "rubric", "rubric_version", "because", "digest", "expires_on")
            }
            for score in queries.scores_of(version)[:100]
        ],
    }  # fmt: skip


@router.post("/catalogue/credentials/{slug}/evidence", response={201: EvidenceOut}, auth=Scoped("evidence:record"),
             throttle=[PerToken("60/m")], operation_id="record_evidence", summary="Record evidence for a criterion")  # fmt: skip
def record_evidence(request: HttpRequest, slug: str, payload: EvidenceIn) -> Status[dict[str, Any]]:
    """Put a finding beside a criterion, for the organisation of the token: accreditors, professional bodies and the operator in any
    tier, a provider about its own credentials as declared. Answers with the interval as it stands then."""
    version, token, at = queries.version_of(slug), caller(request), clock.now()
    row = services.record_evidence(
        version=version,
        organisation=token.acts_for(),
        finding=services.Finding(**payload.model_dump()),
        by=token.created_by,
        at=at,
    )
    found = queries.credibility_of(version, at)
    told = {
        "id": row.pk,
        "slug": slug,
        "criterion": row.criterion,
        "low": found.low,
        "high": found.high,
        "coverage": found.coverage,
    }
    return Status(201, told)


@router.post("/catalogue/credentials/{slug}/return", response=ReturnOut, auth=None, throttle=[PerAddress("60/m")],
             operation_id="expected_return", summary="Work out what a credential may bring")  # fmt: skip
def expected_return(request: HttpRequest, slug: str, payload: ReturnIn) -> dict[str, Any]:
    """Weigh a credential with a person's inputs; the same inputs give the same figures. Nothing is stored. Sixty times a minute at most."""
    version = queries.version_of(slug)
    if (payload.premium_low is None) != (payload.premium_high is None):
        raise Invalid("Half a range was given.", remedy="Give premium_low and premium_high, or neither.")
    try:
        found = queries.return_for(version, queries.Inputs(**payload.model_dump()), clock.now())
    except AppraisalError as error:
        raise Invalid(f"{error.where}: {error.message}", remedy=error.remedy) from error
    weighed, drawn, spread = found.weighed, found.drawn, found.spread
    return {
        "slug": slug, "version": version.number, "currency": found.currency,
        "cost": {name: str(getattr(weighed.cost, name)) for name in ("price", "time", "total")} if weighed else None,
        "rung": None if weighed is None else int(weighed.premium.rung),
        "sentences": [*(weighed.sentences if weighed else ("The price is not stated.",)), *filter(None, [found.left_out, found.no_gain])],
        "cases": [
            {"completion": str(case.completion), "break_even": str(case.break_even), "expected": _text(case.expected)}
            for case in (weighed.cases if weighed else ())
        ],
        "break_even": None if spread is None else {
            "p10": str(spread.p10), "p50": str(spread.p50), "p90": str(spread.p90), "priors": list(spread.priors), "seed": spread.seed,
            "draws": spread.draws,
        },
        "tornado": [{"input": swing.name, "low": str(swing.low), "high": str(swing.high)} for swing in found.swings],
        "simulated": None if drawn is None else {
            "rests_on": drawn.rests_on, "sentence": drawn.sentence, "p10": str(drawn.found.p10), "p50": str(drawn.found.p50),
            "p90": str(drawn.found.p90), "chance_of_loss": str(drawn.found.chance_of_loss), "priors": list(drawn.found.priors),
            "seed": drawn.found.seed, "draws": drawn.found.draws,
            "tornado": [{"input": swing.name, "low": str(swing.low), "high": str(swing.high)} for swing in drawn.swings],
        },
        "completers": {
            "quarters_after": found.quarter, "employed_percent": _shrunk(found.employed), "quarterly_earnings": _shrunk(found.earnings),
            "currency": found.earned_in or None,
        },
        "occupations": [
            {"soc": pay.soc, "title": pay.title, "area": pay.wage.area, **{name: getattr(pay.wage, name) for name in PERCENTILES}}
            for pay in found.occupations
            if pay.wage is not None
        ],
    }  # fmt: skip


PERCENTILES = ("p10", "p25", "median", "p75", "p90")


def criteria_of(found: Credibility) -> list[dict[str, Any]]:
    """Return the criteria as JSON has them, without answers and appeals."""
    return [
        {
            "id": one.criterion.id, "name": one.criterion.name, "points": one.criterion.points, "low": one.low, "high": one.high,
            "known": one.evidence is not None,
            **{
                name: getattr(one.evidence, name) if one.evidence else None
                for name in ("tier", "sentence", "source", "checked_on", "expires_on")
            },
        }
        for one in found.criteria
    ]  # fmt: skip


def _shrunk(found: Shrunk | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "estimate": str(found.estimate.quantize(Decimal("0.01"))), "own_share": str(found.own_share.quantize(Decimal("0.0001"))),
        "people": found.people, "strength": found.strength, "suppressed": found.suppressed,
    }  # fmt: skip


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
