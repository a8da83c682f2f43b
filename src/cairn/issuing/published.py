"""What this site itself publishes, for checks that are made here: read from the database, never over the network.

So nothing loops back through HTTP, and looking at an award tells nobody that it was looked at.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from django.conf import settings

from cairn.credentials import CouldNotFetch, Fetched, Resolver
from cairn.errors import NotFound
from cairn.issuing.queries import did_document_of, status_list_document
from cairn.people.queries import organisation

_DID_PATH = re.compile(r"/o/(?P<slug>[\w-]+)/did\.json\Z")
_STATUS_PATH = re.compile(r"/o/(?P<slug>[\w-]+)/status/(?P<purpose>[a-z]+)/(?P<number>\d{1,9})\Z")


class SiteResolver:
    """A :class:`~cairn.credentials.Resolver` that answers for this site from the database and asks ``world`` about the rest."""

    def __init__(self, world: Resolver | None = None) -> None:
        self._world = world

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return what is published at ``url``; raises CouldNotFetch."""
        if is_ours(url):
            return self._own(url)
        if self._world is None:
            raise CouldNotFetch("this check asks nobody outside this site")
        return self._world.fetch(url, accept=accept)

    def _own(self, url: str) -> Fetched:
        path = urlsplit(url).path
        try:
            if found := _STATUS_PATH.match(path):
                served = status_list_document(found["slug"], found["purpose"], int(found["number"]))
                return Fetched(served.text.encode(), "application/vc+ld+json", url)
            if found := _DID_PATH.match(path):
                document = did_document_of(organisation(found["slug"]))
                return Fetched(json.dumps(document).encode(), "application/did+json", url)
        except NotFound as absent:
            raise CouldNotFetch("this site publishes nothing at that address") from absent
        raise CouldNotFetch("this site publishes nothing at that address")


def is_ours(url: str) -> bool:
    """Tell whether ``url`` lies on this site. The scheme does not matter: a did:web is always asked over https."""
    try:
        return urlsplit(url).netloc.lower() == urlsplit(settings.PUBLIC_URL).netloc.lower()
    except ValueError:
        return False
