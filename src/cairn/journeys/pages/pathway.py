"""A published stack as a CTDL pathway, for machines that compare, plan and register pathways."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import named_in, version_of
from cairn.errors import NotFound
from cairn.journeys.queries import rule_of
from cairn.stacking.pathways import Written, write_pathway

MEDIA_TYPE = "application/ld+json"
FRESH = 300
"""Seconds for which anybody may keep a copy."""


def published_pathway(slug: str) -> Written:
    """Write the stack that stands in the catalogue under ``slug`` now. Raises NotFound, also for versions that stood there once."""
    version = version_of(slug)
    rule = rule_of(version) if version.state == DefinitionVersion.State.PUBLISHED else None
    if rule is None:
        raise NotFound(
            f"“{version.title}” is no published stack.",
            remedy="Its page says what must be shown to earn it.",
            code="not_a_stack",
        )
    owner = version.definition.owner
    return write_pathway(
        rule,
        title=version.title,
        base=settings.PUBLIC_URL + reverse("journeys:pathway", args=[slug]),
        earns=achievement_id(version),
        description=version.description,
        owner=(owner.website if owner else "") or "",
        page=settings.PUBLIC_URL + reverse("catalog:credential", args=[slug]),
        language=version.language or "en",
        names=named_in(rule),
    )


def answer(written: Written) -> JsonResponse:
    """Return the document as JSON-LD that anybody may read and keep for a while."""
    response = JsonResponse(written.document, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = f"public, max-age={FRESH}"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def pathway(request: HttpRequest, slug: str) -> JsonResponse:
    """Answer with the pathway of a published stack."""
    return answer(published_pathway(slug))
