"""What the API answers of the catalogue, field by field."""

from typing import Any

from ninja import Field, Schema


class OfferOut(Schema):
    """One way to take part. Money in minor units; null is "not stated", never free."""

    id: int
    state: str
    currency: str
    price_total: int | None
    hours: float | None
    weeks: int | None
    mode: str
    city: str
    starts_on: str | None


class SumOfParts(Schema):
    """What the parts of a credential come to that nobody sells as a whole, taken singly. Null where a part leaves it open."""

    parts: int
    price_total: int | None = Field(description="In minor units")
    currency: str | None
    hours: float | None


class CredentialSummary(Schema):
    """A credential as a list shows it."""

    slug: str
    version: int
    title: str
    type: str
    provider: str
    leads_to: str
    price_total: int | None = Field(
        description="The lowest stated price of what can be joined, in minor units: by its figure, whatever its currency"
    )
    currency: str | None
    hours: float | None
    sum_of_parts: SumOfParts | None = Field(
        description="For what is made of parts, where its rule leaves no choice among them and it is not offered itself"
    )
    page: str


class FacetValueOut(Schema):
    """One value of a facet, and how many results it would leave."""

    value: str
    label: str
    count: int
    selected: bool
    about: bool = Field(description="The count is scaled up from an even part of a large result")


class FacetOut(Schema):
    """A facet; ask with ``facet=name:value``."""

    name: str
    label: str
    values: list[FacetValueOut]


class Found(CredentialSummary):
    """A credential that was found, and by what."""

    why: list[str] = Field(description="For each part of the question where it was found, in words")


class CorrectionOut(Schema):
    """A word that stands nowhere in the catalogue, and the word it was read as."""

    said: str
    read_as: str


class SearchOut(Schema):
    """One page of results. ``notice`` is filled where the answer is poorer than usual, or orders prices of several currencies."""

    query: str
    sort: str
    total: int
    about: bool = Field(
        description="There are so many that the total was counted on a part of the catalogue, to two digits"
    )
    page: int
    pages: int
    results: list[Found]
    facets: list[FacetOut]
    notice: str
    close: bool = Field(description="Nothing has everything that was asked; these have much of it")
    whole: int = Field(
        description="How many have everything that was asked, where they are few: they come first, then what has most of it; 0 otherwise"
    )
    corrections: list[CorrectionOut]
    unknown: list[str] = Field(description="Words that were left out: nothing has them or anything like them")
    understood: list[str] = Field(description="Conditions that were read in the question, such as a highest price")
    suggestion: str = Field(description="Another spelling of the question that finds more; empty where there is none")


class NeededOut(Schema):
    """A skill at a level, or a credential; the other one's fields are null."""

    skill: str | None = None
    level: int | None = None
    achievement: str | None = None
    name: str


class BundleOut(Schema):
    """Offers for one price, in minor units; ``singly`` is what they cost one by one."""

    id: int
    title: str
    currency: str
    price: int
    singly: int
    saves: int
    offers: list[int]
    until_on: str | None


class DiscountOut(Schema):
    """What holders of one of each group of credentials do not pay of an offer, in minor units."""

    id: int
    title: str
    offer: int
    currency: str
    off: int
    percent: int | None
    credentials: list[list[str]]
    until_on: str | None


class CredentialDetail(CredentialSummary):
    """Everything a version states; empty and null are "not stated"."""

    state: str
    achievement: str = Field(description="The address that identifies this version in awards")
    description: str
    criteria: str
    language: str
    outcomes: list[dict[str, Any]]
    skills: list[dict[str, Any]]
    workload_hours: float | None
    credits: float | None
    credit_scheme: str
    level_framework: str
    level: int | None
    assessment_type: str
    participation: str
    supervision: str
    quality_assurance: str
    prerequisites: str
    requires: list[list[NeededOut]] = Field(
        description="What must be there beforehand, as a plan weighs it: one of each group"
    )
    requirement: dict[str, Any] | None = Field(description="Of what it is made: a stacking rule, where there is one")
    rubric: dict[str, Any] | None
    valid_months: int | None
    offers: list[OfferOut]
    bundles: list[BundleOut] = Field(description="Offers sold together that hold one of this credential")
    discounts: list[DiscountOut]
    published_outcomes: list[dict[str, Any]]
    published_earnings: list[dict[str, Any]] = Field(
        description="What sources publish of earnings with this credential: whose, which figures, of how many, of when; null is not said"
    )
    completeness: dict[str, Any]
    credibility: dict[str, Any]


class Cell(Schema):
    """What one row says of one credential. ``kind``: known, not_stated or suppressed; ``lines`` is ``value`` in words."""

    kind: str
    value: Any
    lines: list[str]
    source: str
    note: str


class RowOut(Schema):
    """One row of a comparison, cells in the order of the items."""

    key: str
    name: str
    differs: bool
    cells: list[Cell]


class ComparisonOut(Schema):
    """Credentials side by side."""

    goal: str | None = Field(description="What their skills are held against, where that was asked for")
    items: list[CredentialSummary]
    rows: list[RowOut]


class OccupationOut(Schema):
    """An occupation by its code; ``found_as`` is another title by which it was found."""

    code: str
    title: str
    found_as: str
    in_demand: bool
