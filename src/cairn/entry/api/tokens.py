"""The door of the API: each operation names the scope that its token needs; the costly ones count who asks how often."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle, SimpleRateThrottle

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


class PerToken(AuthRateThrottle):
    """Counts requests by token, for each process of the site."""

    def get_cache_key(self, request: HttpRequest) -> str:
        """Return the token's number and the operation as its key; whatever else stands in the address is the program's to choose."""
        operation = request.resolver_match.route if request.resolver_match is not None else request.path
        return f"throttle_token_{self.rate}_{caller(request).pk}_{operation}"


class PerAddress(SimpleRateThrottle):
    """Counts requests of those who need no token by the address they come from, for each process of the site.

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
