"""Reading the wallet: what a person holds, and what a link shows. Nobody finds anything here that is not theirs or shared with them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from cairn.credentials import Credential
from cairn.errors import Gone, NotFound
from cairn.issuing.models import Award, StatusChange
from cairn.people.models import Person
from cairn.wallet.models import HeldCredential, ShareLink

_WITH_AWARD = ("award__version__definition", "award__version__partner", "award__organisation", "award__key", "holder")


def held_by(holder: Person) -> QuerySet[HeldCredential]:
    """Return what a person holds, newest first."""
    return (
        HeldCredential.objects.filter(holder=holder)
        .select_related(*_WITH_AWARD)
        .prefetch_related("share_links")
        .order_by("-added_at", "-pk")
    )


def held_of(holder: Person, pk: int) -> HeldCredential:
    """Return one credential of the person's own; raises NotFound for other people's just as for none at all."""
    found = held_by(holder).filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "There is no such credential in your wallet.", remedy="Open it from the list of your credentials."
        )
    return found


def shared_link(token: str, *, at: datetime) -> ShareLink:
    """Return the link behind a token, with what it shows; raises NotFound, or Gone when it was withdrawn or has expired."""
    link = (
        ShareLink.objects.filter(token=token).select_related("held", *(f"held__{name}" for name in _WITH_AWARD)).first()
    )
    if link is None:
        raise NotFound(
            "There is nothing at this address.",
            remedy="Check that the link is complete: it is easily cut off when it is copied by hand.",
        )
    ask = "Ask the person who gave it to you for a new link, or for the credential as a file, which you can check here too."
    if link.withdrawn_at is not None and link.withdrawn_at <= at:
        raise Gone("The person who shared this has withdrawn the link.", remedy=ask)
    if link.expires_at is not None and link.expires_at <= at:
        raise Gone(f"This link was meant to work until {link.expires_at:%-d %B %Y} and has ended.", remedy=ask)
    return link


def links_of(held: HeldCredential) -> QuerySet[ShareLink]:
    """Return the links to a credential, newest first, ended ones too."""
    return held.share_links.order_by("-created_at", "-pk")


def open_links_of(held: HeldCredential, *, at: datetime) -> list[ShareLink]:
    """Return the links that work now, newest first."""
    return [link for link in links_of(held) if is_open(link, at=at)]


def is_open(link: ShareLink, *, at: datetime) -> bool:
    """Tell whether a link works at this moment."""
    return link.withdrawn_at is None and (link.expires_at is None or link.expires_at > at)


def document_of(held: HeldCredential) -> str:
    """Return the signed document, exactly as it was signed or brought."""
    return held.award.document if held.award is not None else held.document


def credential_of(held: HeldCredential) -> Credential:
    """Return the document, parsed. What stands in a wallet could be parsed when it came in."""
    return Credential.parse(document_of(held))


def latest_change(award: Award) -> StatusChange | None:
    """Return what last happened to an award's validity: who suspended or revoked it is not said, why is."""
    return award.status_changes.order_by("-at", "-pk").first()


def portion_of(person: Person) -> dict[str, object]:
    """Return everything the wallet keeps about a person, JSON-ready, for "my data" (:mod:`cairn.people.portions`)."""
    return {
        "credentials": [
            {"id": held.credential_id, "name": held.name, "issuer": held.issuer_name, "added_at": held.added_at.isoformat(),
             "document": document_of(held)}
            for held in held_by(person)
        ],
        "share_links": [
            {"credential": link.held.credential_id, "audience": link.audience, "purpose": link.purpose,
             "created_at": link.created_at.isoformat(), "withdrawn": link.withdrawn_at is not None, "opened": link.opened}
            for link in ShareLink.objects.filter(held__holder=person).select_related("held").order_by("pk")
        ],
    }  # fmt: skip
