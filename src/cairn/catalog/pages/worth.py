"""What a credential may bring: the model with the person's own inputs. Nothing of what they write is stored."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from cairn.appraisal import AppraisalError, Group, Shrunk, Swing
from cairn.appraisal.sensitivity import MIDDLE
from cairn.catalog import queries
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import Appraised, Inputs
from cairn.catalog.worth_forms import ReturnForm
from cairn.errors import Invalid
from cairn.look.drawings import TornadoBar
from cairn.look.formatting import money_text, percent_text, whole_money_text
from cairn.outside import clock
from cairn.skills.models import FieldOfStudyLink

INPUT_NAMES = {
    "completion": "How likely it is completed",
    "years": "For how many years it pays",
    "fade": "How fast a gain fades",
    "discount": "Interest",
    "hours": "Hours it takes",
    "displaced": "Hours taken from paid work",
    "hourly_wage": "What an hour is worth",
    "premium": "What it brings a year",
}


@require_http_methods(["GET", "HEAD", "POST"])
def credential_return(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a credential costs in full, what it would have to bring, and what is known of what it brings."""
    version = queries.version_of(slug)
    known = queries.return_for(version, Inputs(), clock.now())
    choices = [(one.soc, one.title) for one in known.occupations if one.wage and one.wage.currency == known.currency]
    asked = request.method == "POST"
    form = ReturnForm(
        request.POST if asked else None,
        initial=ReturnForm.first(Inputs(), known.currency),
        areas=list(known.areas),
        occupations=choices,
    )
    found = known
    if asked and form.is_valid():
        try:
            found = queries.return_for(version, form.inputs(), clock.now())
        except (AppraisalError, Invalid) as error:
            form.add_error(None, f"{error.message} {error.remedy}")
    context = {
        "version": version,
        "form": form,
        "found": found,
        "defaults": queries.assumed_in(found.currency),
        "outcomes": queries.outcomes_of(version.definition.provider, version.field_of_study),
        "published": queries.grouped(found.published),
        "hourly": _hourly(found),
        "apart": _apart(found),
        "drawn_apart": _drawn_apart(found),
        "bars": bars_of(found.swings, found),
        "drawn_bars": bars_of(found.drawn.swings, found, found.drawn.low, found.drawn.high) if found.drawn else [],
        **_shrunk(found, version),
    }
    return render(request, "catalog/worth_return.html", context)


def bars_of(
    swings: tuple[Swing, ...], found: Appraised, low: Decimal | None = None, high: Decimal | None = None
) -> list[TornadoBar]:
    """Return the drawing's bars, each with the two ends that were tried, in words."""
    ends = queries.ends_of(found)
    if low is not None and high is not None:
        ends["premium"] = (low, high)
    return [
        TornadoBar(
            name=INPUT_NAMES[swing.name], low_end=_said(swing.name, ends[swing.name][0], found.currency),
            high_end=_said(swing.name, ends[swing.name][1], found.currency), at_low=swing.low, at_high=swing.high,
        )
        for swing in swings
    ]  # fmt: skip


def _said(name: str, end: Decimal, currency: str) -> str:
    if name in {"completion", "fade", "discount", "displaced"}:
        said = percent_text(float(end))
        return f"{said} left each year" if name == "fade" else said
    if name in {"hourly_wage", "premium"}:
        return f"{money_text(end, currency)} {'an hour' if name == 'hourly_wage' else 'a year'}"
    unit = "year" if name == "years" else "hour"
    return f"{end.quantize(Decimal(1)):,f} {unit}{'' if end == 1 else 's'}"


def _hourly(found: Appraised) -> Decimal | None:
    """The break-even as a raise of hourly pay, for 2,080 hours a year (52 weeks of 40 hours)."""
    return None if found.base is None else (found.base / 2080).quantize(Decimal("0.01"))


def _apart(found: Appraised) -> str:
    """Say why the middle of what was drawn is not the figure that the drawing starts from; "" where both are the same."""
    if found.weighed is None or found.spread is None or found.base is None:
        return ""
    starts, middle = (whole_money_text(one, found.currency) for one in (found.base, found.spread.p50))
    if starts == middle:
        return ""
    share = found.weighed.assumptions.completion
    table = f"there {percent_text(MIDDLE if share is None else share)} complete it"
    here = "here every share is as likely as any other" if share is None else "here shares around that are drawn too"
    hours = ", and it takes the hours stated" if _hours_count(found) else ""
    spent = ", and hours from three tenths fewer to half as many more" if _hours_count(found) else ""
    return f"The drawing below starts from {starts}: {table}{hours}; {here}{spent}, so its middle is {middle}."


def _drawn_apart(found: Appraised) -> str:
    """Say the same where a yearly gain is supposed."""
    if found.drawn is None:
        return ""
    drawn = found.drawn
    starts, middle = (whole_money_text(one, found.currency) for one in (drawn.base, drawn.found.p50))
    if starts == middle:
        return ""
    halfway = whole_money_text((drawn.low + drawn.high) / 2, found.currency)
    return (
        f"The drawing starts from {starts}: it takes {halfway} a year, halfway between the two, and all else as assumed; the figures above "
        f"were drawn over everything that is not known, and smaller gains are likelier than larger ones, so their middle is {middle}."
    )


def _hours_count(found: Appraised) -> bool:
    return found.weighed is not None and found.weighed.cost.time > 0


def _shrunk(found: Appraised, version: DefinitionVersion) -> dict[str, Any]:
    """The estimates from few people's figures, and the groups that they come from, named for readers."""
    place, field = version.definition.provider, version.field_of_study
    title = FieldOfStudyLink.objects.filter(cip=field).values_list("cip_title", flat=True).first()
    region = ", ".join(part for part in (f"{place.county} County" if place.county else "", place.state) if part)
    names = [
        f"Fields like it (CIP {field[:2]})",
        title or f"Field of study {field}",
        region or "Its region",
        place.name,
    ]

    def told(one: Shrunk | None) -> list[tuple[str, Group]]:
        return list(zip(names, one.groups, strict=True)) if one else []

    known = found.employed or found.earnings
    return {
        "employed": found.employed.estimate.quantize(Decimal("0.1")) if found.employed else None,
        "earnings": found.earnings.estimate.quantize(Decimal(1)) if found.earnings else None,
        "employed_groups": told(found.employed),
        "earnings_groups": told(found.earnings),
        "own_share": max((one.own_share for one in (found.employed, found.earnings) if one), default=Decimal(0)),
        "strength": known.strength if known else None,
        "when": {2: "half a year", 4: "a year", 8: "two years"}.get(found.quarter or 0, ""),
    }
