"""A person's own wallet with its signed documents, for a program of theirs."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from cairn.entry.api.tokens import PerToken, Scoped, caller
from cairn.outside import clock
from cairn.people.models import Person
from cairn.wallet import queries as wallet
from cairn.wallet.models import HeldCredential
from cairn.wallet.standing import standing_of

router = Router()
WALLET = "wallet:read"
MOST = 100
"""Credentials that are listed at a time."""


class HeldOut(Schema):
    """A credential in a wallet. Its signed document: GET /wallet/{id}."""

    id: int
    credential: str = Field(description="What the credential calls itself")
    title: str
    issuer: str
    awarded_here: bool
    added_at: datetime
    standing: str = Field(description="How it stands now, in a word")
    holds: bool = Field(description="Whether it counts at this moment as far as this site knows; verify it to be sure")

    @staticmethod
    def of(held: HeldCredential, at: datetime) -> dict[str, Any]:
        """Return the values of one."""
        standing = standing_of(held, at=at)
        return {
            "id": held.pk, "credential": held.credential_id, "title": held.name, "issuer": held.issuer_name,
            "awarded_here": held.award_id is not None, "added_at": held.added_at, "standing": standing.word, "holds": standing.holds,
        }  # fmt: skip


class DocumentOut(HeldOut):
    """A credential with its document, letter by letter as it was signed: JSON, or a token."""

    document: str


@router.get("/wallet", auth=Scoped(WALLET), throttle=[PerToken("120/m")], operation_id="my_wallet", response=list[HeldOut],
            summary="What I hold")  # fmt: skip
def my_wallet(request: HttpRequest, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> list[dict[str, Any]]:
    """List the credentials in the wallet of the person whose token it is, newest first, a hundred to a page."""
    rows, moment = wallet.held_by(_person(request)), clock.now()
    return [HeldOut.of(one, moment) for one in rows[(page - 1) * MOST : page * MOST]]


@router.get("/wallet/{pk}", auth=Scoped(WALLET), throttle=[PerToken("600/m")], operation_id="my_credential", response=DocumentOut,
            summary="One of my credentials, as it was signed")  # fmt: skip
def my_credential(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Read one credential of the wallet with its signed document, which anybody can verify without this site."""
    held = wallet.held_of(_person(request), pk)
    return {**HeldOut.of(held, clock.now()), "document": wallet.document_of(held)}


def _person(request: HttpRequest) -> Person:
    return caller(request).created_by
