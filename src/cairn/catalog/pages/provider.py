"""A provider: who approves it, what it offers, what became of its learners."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn.catalog import queries
from cairn.catalog.pages.search import card_of
from cairn.catalog.queries import identity
from cairn.outside import clock
from cairn.skills.models import FieldOfStudyLink


@require_safe
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one provider."""
    found = queries.provider_at(slug)
    offered = queries.published().filter(definition__provider=found).prefetch_related("offers").order_by("title", "pk")
    page = Paginator(offered, 24).get_page(request.GET.get("page"))
    credible = queries.credibilities_of(list(page), clock.now())
    outcomes = queries.outcomes_of_provider(found)
    titles = dict(FieldOfStudyLink.objects.filter(cip__in=outcomes).values_list("cip", "cip_title"))
    return render(
        request,
        "catalog/provider.html",
        {
            "provider": found,
            "source": queries.source_name(found.source),
            "approvals": found.approvals.order_by("authority"),
            "entries": identity.entries_of(found),
            "stated": identity.stated_of(found, clock.now().date()),
            "same": identity.same_institution(found),
            "page": page,
            "shown": [{**card_of(line), "credible": credible[line.pk]} for line in queries.lines_of(list(page))],
            "outcomes": [
                {"field": titles.get(cip) or f"Field of study {cip}", "cip": cip, "lines": lines}
                for cip, lines in sorted(outcomes.items())
            ],
        },
    )
