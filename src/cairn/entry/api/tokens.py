"""The door of the API: each operation names the scope that its token needs; the costly ones count who asks how often."""

from __future__ import annotations

import threading
import time

from django.conf import settings
from django.core.cache import cache as default_cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from cairn.outside import clock
from cairn.people.models import ApiToken
from cairn.people.services import SCOPES, authenticate_token


class Scoped(HttpBearer):
    """Lets a token in that is good now and carries the scope; ``request.auth`` is then its row."""

    def __init__(self, scope: str) -> None:
        if scope not in SCOPES:
            raise ValueError(f"There is no scope {scope}.")
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        """Return the token's row; raises NotAllowed."""
        return authenticate_token(token, self.scope, clock.now())


class Counted(SimpleRateThrottle):
    """Counts requests in spans of time, for all processes of the site on a machine together.

    Of the span before, as much counts as lies within one span from now, as if its requests had come evenly; so nobody gets twice as many at
    the turn from one to the next. What is refused does not count.
    """

    def __init__(self, rate: str) -> None:
        super().__init__(rate)
        self._told = threading.local()

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the request, or say that it is too many."""
        key, most, span = self.get_cache_key(request), int(self.num_requests or 0), int(self.duration or 1)
        now = time.time()
        at, gone = int(now // span), (now % span) / span
        before = int(default_cache.get(f"{key}_{at - 1}", 0))
        default_cache.add(f"{key}_{at}", 0, 2 * span)
        try:
            counted = default_cache.incr(f"{key}_{at}")
        except ValueError:  # a cache may forget at any moment: the count begins again
            default_cache.set(f"{key}_{at}", counted := 1, 2 * span)
        if before * (1 - gone) + counted <= most:
            return True
        default_cache.decr(f"{key}_{at}")
        left = max(0, most - counted + 1)
        self._told.wait = max(1.0, span * (1 - (left / before if left and before else 0) - gone))
        return False

    def wait(self) -> float | None:
        """Return for how many seconds whoever was refused last should wait."""
        return getattr(self._told, "wait", None)


class PerToken(Counted):
    """Counts requests by token."""

    def get_cache_key(self, request: HttpRequest) -> str:
        """Return the token's number and the operation as its key; whatever else stands in the address is the program's to choose."""
        operation = request.resolver_match.route if request.resolver_match is not None else request.path
        return f"throttle_token_{self.rate}_{caller(request).pk}_{operation}"


class PerAddress(Counted):
    """Counts requests of those who need no token by the address they come from.

    Only the last address that our own proxy wrote is believed (``ALLAUTH_TRUSTED_PROXY_COUNT``); whatever a caller writes before it is
    theirs to choose. What is kept for a minute is a keyed hash, not the address.
    """

    def get_cache_key(self, request: HttpRequest) -> str:
        """Return a hash of the address and the operation as the key."""
        proxies = int(getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0))
        through = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
        address = through[-proxies] if 0 < proxies <= len(through) else str(request.META.get("REMOTE_ADDR", ""))
        operation = request.resolver_match.route if request.resolver_match is not None else request.path
        hidden = salted_hmac("cairn.entry.api.tokens.PerAddress", address, algorithm="sha256").hexdigest()
        return f"throttle_address_{self.rate}_{hidden}_{operation}"


def caller(request: HttpRequest) -> ApiToken:
    """Return the token that was let in."""
    token = getattr(request, "auth", None)
    if not isinstance(token, ApiToken):
        raise TypeError("This operation forgot to ask for a token.")
    return token
