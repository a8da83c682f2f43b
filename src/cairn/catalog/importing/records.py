"""One shape for what any catalogue says of a credential: every reader of a format yields :class:`CatalogRecord`, one writer keeps it.

The fields follow the elements of Annex I of the Council Recommendation on micro-credentials (2022/C 243/02) and what people compare by.
What a source does not say stays empty or None: unknown is not zero. Readers clean nothing away silently: what they put right or leave
out they tell with :meth:`Place.repaired`, :meth:`Place.merged` and :meth:`Place.refused`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256

from cairn.appraisal import Earnings
from cairn.skills.importing.report import Remark

LARGEST_PRICE = 10**12
"""Minor units that a price can have, the most that a plan can weigh: ten thousand million in currencies with cents."""
RECORDS = "records"
"""What the rows of a source are called in its report."""


def key_of(text: str) -> str:
    """Return a key that fits its column: the text itself, or its beginning with a digest where it is too long."""
    plain = text.replace("\x00", "").strip()
    return plain if len(plain) <= 300 else f"{plain[:230]}…{sha256(plain.encode()).hexdigest()[:40]}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the source: file, number of the record in it (from 1), and a JSON Pointer or column in the record."""

    file: str
    number: int | None = None
    pointer: str = ""

    def at(self, *steps: str | int) -> Place:
        """Return the place of something inside."""
        inside = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
        return Place(self.file, self.number, self.pointer + inside)

    def refused(self, code: str, message: str, remedy: str = "") -> Remark:
        """Return a remark that the record was refused."""
        return Remark(self.file, self.number, self.pointer, "refused", code, message, remedy)

    def repaired(self, code: str, message: str, remedy: str = "") -> Remark:
        """Return a remark that something in the record was put right or left out."""
        return Remark(self.file, self.number, self.pointer, "repaired", code, message, remedy)

    def merged(self, code: str, message: str, remedy: str = "") -> Remark:
        """Return a remark that the record was put together with another."""
        return Remark(self.file, self.number, self.pointer, "merged", code, message, remedy)


@dataclass(frozen=True, slots=True)
class Identifier:
    """What something is called somewhere: scheme like "ctid", "did", "vat", "course-code", "url"."""

    scheme: str
    value: str

    def as_dict(self) -> dict[str, str]:
        """Return it as the catalogue stores it."""
        return {"scheme": self.scheme, "value": self.value}


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """Who gives or awards it (Annex I: awarding body, country).

    ``key`` finds it again in the same source; ``country`` is ISO 3166 alpha-2.
    """

    key: str
    name: str
    website: str = ""
    city: str = ""
    county: str = ""
    state: str = ""
    country: str = ""
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class SkillRecord:
    """A skill that the source says it leads to. ``level`` is on the scale from 1 to 7, None where the source has none or another scale."""

    name: str
    url: str = ""
    framework: str = ""
    level: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RelatedRecord:
    """Another credential that the source names. ``relation`` is one of ``DefinitionVersion.Relation``."""

    relation: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class RequiredRecord:
    """Something that must be there beforehand: a credential by the ``keys`` under which its source may have it, or a ``skill`` by address.

    A skill may be asked for at a ``level`` from 1 to 7. Where neither names anything in the catalogue, ``name`` is what people read.
    """

    name: str
    keys: tuple[str, ...] = ()
    skill: str = ""
    level: int = 1


@dataclass(frozen=True, slots=True)
class SpecialRecord:
    """A price that not everybody pays, or that several credentials cost together, stated in full. ``price`` in minor units is what is paid.

    ``together`` names everything that the price is for; ``holding`` are groups of credentials, of each of which one must be held: one of
    the two is empty. ``key`` is the same wherever the source names the same price. ``words`` say all of it, for where it makes no row.
    """

    key: str
    title: str
    price: int
    currency: str
    words: str
    together: tuple[RequiredRecord, ...] = ()
    holding: tuple[tuple[RequiredRecord, ...], ...] = ()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """One way to take part. Money in minor units (cents) of ``currency``; ``key`` finds it again ("" where there is one offer only)."""

    key: str = ""
    currency: str = "USD"
    price_total: int | None = None
    price_tuition: int | None = None
    price_fees: int | None = None
    price_materials: int | None = None
    price_other: int | None = None
    price_text: str = ""
    hours: Decimal | None = None
    weeks: int | None = None
    duration_text: str = ""
    mode: str = ""
    evening: bool | None = None
    self_paced: bool | None = None
    address: str = ""
    city: str = ""
    county: str = ""
    state_code: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    apply_until: date | None = None
    capacity: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class CatalogRecord:
    """A credential as its source describes it.

    ``key`` finds it again in the same source. ``type`` is badge, certificate, programme, industry, or "" where the source does not say.
    ``language`` is the language of these texts, ``texts`` has further ones: {"de": {"title", "description", "criteria", "outcomes"}}.
    ``participation`` is online, onsite or blended. ``supervision`` and ``assessment_type`` are in words. ``level`` is a number in
    ``level_framework`` (eqf, …), ``level_text`` what cannot be said so. ``requires`` are groups of alternatives, one of each group.
    ``special`` are bundles that it is in, and discounts on it. ``earnings`` are what is published of what people earn with it.
    """

    key: str
    place: Place
    title: str
    provider: ProviderRecord | None
    type: str = ""
    language: str = "en"
    texts: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    description: str = ""
    criteria: str = ""
    outcomes: tuple[str, ...] = ()
    workload_hours: Decimal | None = None
    credits: Decimal | None = None
    credit_scheme: str = ""
    level_framework: str = ""
    level: int | None = None
    level_text: str = ""
    assessment_type: str = ""
    participation: str = ""
    supervision: str = ""
    quality_assurance: str = ""
    prerequisites: str = ""
    grading: str = ""
    stackability: str = ""
    further_information: str = ""
    homepage: str = ""
    leads_to: str = ""
    field_of_study: str = ""
    valid_months: int | None = None
    taught_in: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    skills: tuple[SkillRecord, ...] = ()
    related: tuple[RelatedRecord, ...] = ()
    requires: tuple[tuple[RequiredRecord, ...], ...] = ()
    offers: tuple[OfferRecord, ...] = ()
    special: tuple[SpecialRecord, ...] = ()
    earnings: tuple[Earnings, ...] = ()
