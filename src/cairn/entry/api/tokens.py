"""Tokens at the door of the API: each operation names the scope it needs."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

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


def caller(request: HttpRequest) -> ApiToken:
    """Return the token that was let in."""
    token = getattr(request, "auth", None)
    if not isinstance(token, ApiToken):
        raise TypeError("This operation forgot to ask for a token.")
    return token
