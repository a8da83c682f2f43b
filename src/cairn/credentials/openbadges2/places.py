"""Addresses: which site they are on, and which of them an issuer vouches for.

In Open Badges 2.0 a site is what vouches, so a trick with an address is a forged issuer. An address with a user name, a
backslash, dots that climb, or letters that no address has is therefore no address here. Nothing is ever asked over plain http: an
old ``http://`` address stands for its protected twin, the same path of the same host over https.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from cairn.credentials.jsontext import as_list
from cairn.credentials.openbadges2.documents import id_of, verification_of

MAX_ADDRESS = 2000
MAX_SCOPES = 50
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})*\.?\Z")
_ODD = re.compile(r"[\x00-\x20\x7f-\uffff\\\"<>^`{|}]")
_CLIMBS = re.compile(r"(?:^|/)\.{1,2}(?:/|$)")

SHARED_HOSTS: Mapping[str, int] = {
    "raw.githubusercontent.com": 2,
    "gist.githubusercontent.com": 2,
    "cdn.jsdelivr.net": 3,
    "gitlab.com": 2,
    "bitbucket.org": 2,
    "s3.amazonaws.com": 1,
    "storage.googleapis.com": 1,
    "docs.google.com": 4,
    "drive.google.com": 4,
    "pastebin.com": 2,
}
"""Hosts on which anybody can publish: how many first parts of a path name whose place it is there."""


def https_twin(address: Any) -> str | None:
    """Return the https address to ask for ``address``, or None if it is no sound http or https address."""
    if not isinstance(address, str) or len(address) > MAX_ADDRESS or _ODD.search(address):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in ("http", "https") or not _HOST.match(host) or "@" in parts.netloc:
        return None
    if _CLIMBS.search(unquote(unquote(parts.path))) or "\\" in unquote(parts.path):
        return None
    if scheme == "http" and port not in (None, 80):
        return None
    shown_port = "" if port is None or port == {"http": 80, "https": 443}[scheme] else f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"https://{host.removesuffix('.')}{shown_port}{parts.path or '/'}{query}"


def is_plain_http(address: Any) -> bool:
    """Tell whether an address is written with plain http."""
    return isinstance(address, str) and address[:7].lower() == "http://"


def same_place(one: Any, other: Any) -> bool:
    """Tell whether two addresses mean one place, http and https taken as twins; ids that are no addresses must be equal."""
    return isinstance(one, str) and isinstance(other, str) and (one == other or place_of(one) == place_of(other))


def place_of(identifier: str) -> str:
    """Return the one spelling of an address under which it can be compared; an id that is no address stays as it is."""
    twin = https_twin(identifier)
    return identifier if twin is None else f"{twin}#{identifier.partition('#')[2]}"


def site_of(address: Any) -> str | None:
    """Return what vouches for an address: its host and port, and on a host that many people share also whose place it is there."""
    twin = https_twin(address)
    if twin is None:
        return None
    parts = urlsplit(twin)
    depth = SHARED_HOSTS.get(parts.hostname or "", 0)
    path = parts.path.strip("/").split("/")[:depth] if depth else []
    return "/".join([parts.netloc, *path])


def same_site(one: Any, other: Any) -> bool:
    """Tell whether one site vouches for both addresses; ``www.`` before a host is the same site."""
    first, second = site_of(one), site_of(other)
    return first is not None and second is not None and first.removeprefix("www.") == second.removeprefix("www.")


def in_scope(address: Any, issuer: Mapping[str, Any]) -> bool:
    """Tell whether an issuer's own profile vouches for an assertion at ``address``.

    Open Badges 2.0, VerificationObject: by ``startsWith`` or ``allowedOrigins``; without either, what lies on the profile's own site.
    """
    policy = verification_of(issuer)
    starts = [each for each in as_list(policy.get("startsWith")) if isinstance(each, str)][:MAX_SCOPES]
    origins = [each for each in as_list(policy.get("allowedOrigins")) if isinstance(each, str)][:MAX_SCOPES]
    if starts and not any(_starts_with(address, each) for each in starts):
        return False
    if origins:
        return any(_is_origin(address, each) for each in origins)
    return bool(starts) or same_site(address, id_of(issuer))


def badge_in_scope(address: Any, issuer: Mapping[str, Any]) -> bool:
    """Tell whether the issuer vouches for a badge at ``address``: on its own site, or within what it declares for awards."""
    return same_site(address, id_of(issuer)) or in_scope(address, issuer)


def _starts_with(address: Any, prefix: str) -> bool:
    # Compared as addresses, on one site: https://example.org.elsewhere.net starts with https://example.org as text only.
    whole, start = https_twin(address), https_twin(prefix)
    if whole is None or start is None or site_of(whole) is None:
        return False
    return urlsplit(whole).netloc == urlsplit(start).netloc and whole.startswith(start)


def _is_origin(address: Any, origin: str) -> bool:
    """``allowedOrigins`` holds host names; some issuers write whole origins."""
    twin = https_twin(address)
    wanted = https_twin(origin if "://" in origin else f"https://{origin}")
    return twin is not None and wanted is not None and urlsplit(twin).netloc == urlsplit(wanted).netloc
