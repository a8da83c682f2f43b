"""The HTTP API at ``/api/v1/``: the verbs of the site for programs, described by OpenAPI 3.1 at ``/api/v1/openapi.json``.

Reading the catalogue needs nothing. Everything else needs a token with the operation's scope, sent as ``Authorization: Bearer
cairn_…``: of an organisation (made at ``/organisations/<slug>/tokens/``), or for what is one's own a person's (``/account/tokens/``).
A token acts as the person who made it: what their roles no longer allow, it no longer does. Errors are problem documents (RFC 9457,
``problems.py``) with a remedy in them.
"""

from __future__ import annotations

from django.conf import settings
from ninja import NinjaAPI

from cairn.entry.api import (
    catalogue,
    credentials,
    following,
    goals,
    mine,
    pathways,
    plans,
    problems,
    recognition,
    rules,
    skills,
    stacks,
    worth,
)

api = NinjaAPI(
    title="Cairn",
    version="1",
    urls_namespace="api",
    docs_url=None,  # the reference page is ours (reference.py): ninja's loads its scripts from somewhere else
    description="Find, compare, plan, issue, verify and revoke micro-credentials. Amounts of money are in minor units (cents).",
    servers=[{"url": settings.PUBLIC_URL}],
)
api.add_router("", catalogue.router, tags=["Catalogue"])
api.add_router("", worth.router, tags=["Worth"])
api.add_router("", plans.router, tags=["Plans"])
api.add_router("", credentials.router, tags=["Credentials"])
api.add_router("", rules.router, tags=["Stacks"])
api.add_router("", pathways.router, tags=["Stacks"])
api.add_router("", stacks.router, tags=["Stacks"])
api.add_router("", following.router, tags=["Own steps and decisions"])
api.add_router("", mine.router, tags=["Mine"])
api.add_router("", goals.router, tags=["Mine"])
api.add_router("", skills.router, tags=["Skills"])
api.add_router("", recognition.router, tags=["Recognition"])
problems.answer_with_problems(api)

__all__ = ["api"]
