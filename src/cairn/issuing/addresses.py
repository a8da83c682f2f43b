"""Where an organisation's public documents are found. Every absolute address in a signed document is made here."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings

from cairn.people.models import Organisation

# Names that by RFC 6761, 6762, 8375 and ICANN's reservation never lead anywhere on the public internet.
_PRIVATE_ENDINGS = ("localhost", "local", "internal", "test", "invalid", "lan", "home.arpa")


def issuer_url(organisation: Organisation) -> str:
    """Return the address of an organisation's profile, from which its did:web is made."""
    return f"{settings.PUBLIC_URL}/o/{organisation.slug}"


def status_list_url(organisation: Organisation, purpose: str, number: int) -> str:
    """Return the address under which a signed status list is served."""
    return f"{issuer_url(organisation)}/status/{purpose}/{number}"


def site_is_public() -> bool:
    """Tell whether others can resolve a did:web of this site: https, and a host name that means something elsewhere too."""
    parts = urlsplit(settings.PUBLIC_URL)
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme != "https" or "." not in host:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host.endswith(tuple(f".{ending}" for ending in _PRIVATE_ENDINGS))
    return False  # did:web names hosts, never addresses (did:web method, section 3.1)
