"""One row of New Jersey's eligible training list, read into facts. Names and figures only; the list's descriptions are never taken.

Column by column: https://github.com/newjersey/d4ad, data_model.md, table ``etpl``. ``calendarlengthid`` is d4ad's ``CalendarLength``; the
flags ``distancelearning`` and ``eveningcourses`` say 1 for yes and 2 for no, and speak of the provider, not of the one programme.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from cairn.catalog.models import Definition
from cairn.skills.importing.report import Remark
from cairn.skills.importing.tabular import Row
from cairn.skills.importing.values import cents, cip, number, tidy

NEEDED = ("programid", "providerid", "officialname", "cipcode", "totalcost")
PARTS = ("tuition", "fees", "booksmaterialscost", "suppliestoolscost", "othercosts")
ALSO = (
    *PARTS, "name", "degreeawardedname", "leadtolicense", "licenseawardedname", "industrycredentialname", "credit",
    "totalclockhours", "calendarlengthid", "city", "state", "county", "website", "nongovapproval", "certapprovalexp", "distancelearning",
    "eveningcourses", "statusname", "providerstatusname",
)  # fmt: skip

LARGEST_PRICE = 50_000_000
"""Cents. The dearest programme of the 2021 list, four years long, costs $114,000; above half a million dollars it is a slip."""
LEAST_PRICE = 100
"""Cents. The cheapest programme of the 2021 list costs $50, the smallest part of a price $5; 0.01 fills a field that must not be empty."""
MOST_CREDITS = 150
"""A bachelor's degree has some 120 to 130 US credits; more than this are hours in the wrong column."""
MOST_HOURS = 9998
"""The list uses 9999 where there is no figure."""

LATEST = 50
"""Years ahead that an approval may run; the latest of the 2021 list runs out six years later."""
NOTHING = frozenset({
    "test", "testing", "test program", "test course", "asdf", "xxx", "tbd", "tba", "n/a", "na", "none", "null", "nan", "undefined",
    "unknown", "delete", "deleted", "do not use", "dummy", "sample", "placeholder", "removed", "redacted",
})  # fmt: skip
"""What stands where a name should, and is none."""

LENGTHS = {
    "1": "less than a day", "2": "1 to 2 days", "3": "3 to 7 days", "4": "2 to 3 weeks", "5": "4 to 11 weeks", "6": "3 to 5 months",
    "7": "6 to 12 months", "8": "13 months to 2 years", "9": "3 to 4 years", "10": "more than 4 years",
}  # fmt: skip
DISTANCE = "provider offers distance learning"
EVENING = "provider offers evening courses"


@dataclass(frozen=True, slots=True)
class Lookups:
    """Names of degrees, licences and industry credentials by number, for files that hold numbers instead of names."""

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Costs:
    """Prices in cents; None is "not stated", never free."""

    total: int | None = None
    tuition: int | None = None
    fees: int | None = None
    materials: int | None = None
    other: int | None = None


@dataclass(slots=True)
class Programme:
    """The facts of one row. ``provider_name`` is "" where the list leaves the provider's columns empty."""

    row: Row
    key: str
    provider_id: str
    provider_name: str
    title: str
    type: str
    leads_to: str
    cip: str
    costs: Costs
    hours: Decimal | None
    credits: Decimal | None
    duration: str
    mode: str
    evening: bool | None
    tags: list[str]
    city: str
    county: str
    state: str
    website: str
    approval: str
    approval_until: date | None
    listed: bool


type Remarks = Callable[[Remark], None]


def read_programme(row: Row, lookups: Lookups, at: datetime, remark: Remarks) -> Programme | None:
    """Return the facts of a row read at a moment, telling ``remark`` what was repaired; None where the row had to be refused."""
    key, provider = row["programid"], row["providerid"]
    if not key or not provider:
        column = "programid" if not key else "providerid"
        remark(row.refused("no_number", "The row has no programme number or no provider number.", column=column))
        return None
    title = _text(row, "officialname", remark)
    if not title or not is_name(title):
        told = f"“{title[:60]}” is no name of a programme." if title else "The programme has no name."
        remark(row.refused("no_title", told, column="officialname", remedy="Ask the list what it is called."))
        return None
    if len(title) > 300:
        remark(
            row.repaired(
                "too_long", "The name is longer than 300 letters; its beginning is taken.", column="officialname"
            )
        )
    try:
        field_of_study = cip(row["cipcode"])
    except ValueError as trouble:
        remark(row.repaired("not_a_cip", f"{trouble}; the field of study is left open.", column="cipcode"))
        field_of_study = ""
    kind, leads_to = _leads_to(row, title, lookups, remark)
    county = _text(row, "county", remark)
    distance, evening = row.get("distancelearning", ""), row.get("eveningcourses", "")
    return Programme(
        row=row, key=key[:120], provider_id=provider[:60], provider_name=provider_name(row), title=title[:300], type=kind,
        leads_to=leads_to[:300], cip=field_of_study, costs=read_costs(row, remark),
        hours=_figure(row, "totalclockhours", MOST_HOURS, "hours", remark), credits=_figure(row, "credit", MOST_CREDITS, "credits", remark),
        duration=_length(row, remark), mode="onsite" if distance == "2" else "",
        evening={"1": True, "2": False}.get(evening), tags=[tag for tag, flag in ((DISTANCE, distance), (EVENING, evening)) if flag == "1"],
        city=_text(row, "city", remark)[:120], county="" if county in {"Select One", "Out of State"} else county[:120],
        state=_state(row, remark), website=_website(row, remark), approval=_text(row, "nongovapproval", remark)[:250],
        approval_until=_date(row, "certapprovalexp", at, remark), listed=row.get("providerstatusname", "") == "Approved",
    )  # fmt: skip


def is_name(text: str) -> bool:
    """Tell whether a text can be what something is called: it has a letter, and is none of :data:`NOTHING`."""
    return any(letter.isalpha() for letter in text) and text.strip(" .-*#[]()").casefold() not in NOTHING


def provider_name(row: Row) -> str:
    """Return the provider's name in the list without its office codes (" - PCS", "WIOA Title 2"), "" where it is not given.

    ``name`` is what the provider is registered as. ``standardized_name_1`` was made from it by others and names the wrong school in some
    rows, so it only serves where ``name`` is empty.
    """
    name = next((told for column in ("name", "standardized_name_1") if is_name(told := tidy(row.get(column, "")))), "")
    name = re.sub(
        r"\s*[-\u2013]\s*(?:PCS|WIOA(?: Title 2| YOUTH)?|WIA|WFNJ|DVRS|(?:GAINS )?APPRENTICESHIP)(?=\s*(?:-|$))",
        "",
        name,
        flags=re.I,
    )
    return tidy(name)[:250]


def read_costs(row: Row, remark: Remarks) -> Costs:
    """Return the prices. The parts are the finer statement: where the total is not their sum, the sum is taken and both are told."""
    parts = {column: _money(row, column, remark) for column in PARTS}
    total = _money(row, "totalcost", remark)
    known = [part for part in parts.values() if part is not None]
    added = sum(known)
    if not added and not total:
        unusable = any(
            row.get(column, "").strip() and amount is None for column, amount in {**parts, "totalcost": total}.items()
        )
        if (known or total is not None) and not unusable:
            remark(
                row.repaired(
                    "all_costs_zero",
                    "Every cost is 0: whether that means free is not stated, so no price is.",
                    column="totalcost",
                )
            )
        return Costs()
    if not added:
        return Costs(total=total)
    if len(known) == len(PARTS) and total != added:
        said = "no usable total" if total is None else f"a total of {total / 100:,.2f}"
        remark(
            row.repaired(
                "total_not_sum",
                f"The parts add up to {added / 100:,.2f}, the row says {said}; the sum is taken.",
                column="totalcost",
            )
        )
        total = added
    materials = [parts["booksmaterialscost"], parts["suppliestoolscost"]]
    return Costs(
        total=total if total is None or total >= added else None, tuition=parts["tuition"], fees=parts["fees"],
        materials=None if None in materials else sum(part or 0 for part in materials), other=parts["othercosts"],
    )  # fmt: skip


def _money(row: Row, column: str, remark: Remarks) -> int | None:
    text = row.get(column, "")
    try:
        amount = cents(text)
    except ValueError as trouble:
        remark(row.repaired("not_money", f"{trouble}; no amount is taken.", column=column))
        return None
    if amount is not None and amount > LARGEST_PRICE:
        remark(
            row.repaired(
                "impossible_amount", f"{amount / 100:,.2f} dollars cannot be right; no amount is taken.", column=column
            )
        )
        return None
    if amount is not None and 0 < amount < LEAST_PRICE:
        told = f"{amount / 100:,.2f} dollars is no price of a programme; no amount is taken."
        remark(row.repaired("impossible_amount", told, column=column))
        return None
    return amount


def _figure(row: Row, column: str, most: int, unit: str, remark: Remarks) -> Decimal | None:
    """Return a number of hours or credits; 0 means that the list gives none."""
    text = row.get(column, "")
    try:
        value = number(text)
    except ValueError as trouble:
        remark(row.repaired("not_a_number", f"{trouble}; no {unit} are taken.", column=column))
        return None
    if value is None or value == 0:
        return None
    if value < 0 or value > most or round(value, 2) == 0:
        remark(row.repaired("impossible_number", f"{text} {unit} cannot be right; none are taken.", column=column))
        return None
    return round(value, 2)


def _text(row: Row, column: str, remark: Remarks) -> str:
    """Return tidied words; a remark tells where letters were mangled (a stray quotation mark or blank is not worth one)."""
    raw = row.get(column, "")
    text = tidy(raw)
    if re.sub(r'["\s]', "", text) != re.sub(r'["\s]', "", raw):
        remark(
            row.repaired("mangled_text", f"Damaged letters were put right; it now reads “{text[:120]}”.", column=column)
        )
    return text


def _leads_to(row: Row, title: str, lookups: Lookups, remark: Remarks) -> tuple[str, str]:
    """Return the type and what the programme leads to, by clear statements only.

    A named licence or industry credential makes it "industry". Else an award called a certificate, or a title that says certificate, makes
    it "certificate". Anything else, also a degree, has no type here. The list's own flags for degree and credential are of no use: they
    say yes in every row.
    """
    degree = _named(row, "degreeawardedname", lookups, remark)
    licence = _named(row, "licenseawardedname", lookups, remark)
    credential = _named(row, "industrycredentialname", lookups, remark)
    certificate = "certificate" in degree.casefold() or bool(re.search(r"\bcertificates?\b", title, re.IGNORECASE))
    told = []
    if degree and "certificate" not in degree.casefold():
        told.append(degree)
    if licence:
        told.append(f"Licence: {_sentence_case(licence)}")
    elif row.get("leadtolicense", "") in {"t", "True", "true", "1"}:
        told.append("A licence, which the list does not name")
    if credential:
        told.append(credential)
    kind = ""
    if licence or credential:
        kind = Definition.Type.INDUSTRY
    elif certificate and not told:
        kind = Definition.Type.CERTIFICATE
    return kind, "; ".join(told)


def _named(row: Row, column: str, lookups: Lookups, remark: Remarks) -> str:
    text = _text(row, column, remark)
    if text.isdigit():
        name = lookups.names.get(column, {}).get(text, "")
        if not name:
            remark(
                row.repaired("unknown_number", f"Number {text} is in no lookup table; it is left out.", column=column)
            )
        text = name
    return text


def _sentence_case(name: str) -> str:
    """Return "NURSE AIDE" as "Nurse aide"; abbreviations in brackets and like A/C stay."""
    if not name.isupper():
        return name
    words = [word if re.fullmatch(r"\(\w+\)|\w/\w,?", word) else word.lower() for word in name.split(" ")]
    lower = " ".join(words)
    return lower[:1].upper() + lower[1:]


def _length(row: Row, remark: Remarks) -> str:
    told = row.get("calendarlengthid", "")
    if told and told != "0" and told not in LENGTHS:
        remark(
            row.repaired(
                "unknown_number",
                f"“{told[:40]}” is no length that the list has; none is taken.",
                column="calendarlengthid",
            )
        )
    return LENGTHS.get(told, "")


def _state(row: Row, remark: Remarks) -> str:
    """Return the two letters of a state; anything else is told and left out."""
    told = row.get("state", "").strip()
    if told and not re.fullmatch(r"[A-Za-z]{2}", told):
        remark(
            row.repaired(
                "not_a_state", f"“{told[:40]}” is not the two letters of a state; none is taken.", column="state"
            )
        )
        return ""
    return told.upper()


def _website(row: Row, remark: Remarks) -> str:
    """Return a web address; what can be none, and is not only a word like "none", is told."""
    text = tidy(row.get("website", "")).replace(" ", "")
    if not re.fullmatch(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?", text, re.IGNORECASE):
        if is_name(text):
            remark(
                row.repaired("not_an_address", f"“{text[:60]}” is not a web address; none is taken.", column="website")
            )
        return ""
    return (text if re.match(r"https?://", text, re.IGNORECASE) else f"http://{text}")[:500]


def _date(row: Row, column: str, at: datetime, remark: Remarks) -> date | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text).date()
    except ValueError:
        remark(row.repaired("not_a_date", f"“{text}” is not a date; none is taken.", column=column))
        return None
    if found.year > at.year + LATEST:
        remark(row.repaired("impossible_date", f"“{text}” cannot be right; no date is taken.", column=column))
        return None
    return found
