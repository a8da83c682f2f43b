"""What a holder takes away: the signed document as it was signed, images with it baked in, a certificate to print.

One record per form in :data:`FORMS`; the page lists them, the download page looks one up by its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cairn.credentials import bake
from cairn.credentials.jose import looks_like_token
from cairn.errors import NotFound
from cairn.issuing.models import Award
from cairn.issuing.services import clr_document
from cairn.look.drawings import badge_image
from cairn.look.raster import badge_png
from cairn.wallet.certificate import certificate_pdf
from cairn.wallet.models import HeldCredential
from cairn.wallet.queries import credential_of, document_of, open_links_of
from cairn.wallet.reading import contents_of
from cairn.wallet.services import share_url


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: its bytes, media type and name."""

    body: bytes
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a credential: what it is called, what it is good for, how it is made, and which credentials come in it."""

    key: str
    name: Promise | str
    good_for: Promise | str
    icon: str
    media_type: str
    ending: str
    make: Callable[[HeldCredential, datetime], bytes]
    suits: Callable[[HeldCredential], bool]


def take_away(held: HeldCredential, key: str, *, at: datetime) -> File:
    """Return the credential in the form called ``key``; raises NotFound for a form it does not have, Conflict as the form says."""
    form = FORMS.get(key)
    if form is None or not form.suits(held):
        raise NotFound(
            "This credential does not come in that form.", remedy="Choose one of the files on the credential's page."
        )
    name = f"{slugify(held.name)[:80] or 'credential'}.{form.ending}"
    return File(form.make(held, at), form.media_type, name)


def forms_of(held: HeldCredential) -> list[Form]:
    """Return the forms in which a credential can be taken away."""
    return [form for form in FORMS.values() if form.suits(held)]


def badge_svg(held: HeldCredential) -> str:
    """Return the picture of a credential: the artwork of its definition, or one drawn from its identity.

    Of a credential from elsewhere no picture is taken over: it could show anything, and fetching it would tell who looks. Ours names
    no issuer then, because nobody has checked it.
    """
    award = held.award
    if award is None:
        return badge_image(held.name, "", "badge", held.credential_id)
    version = award.version
    return version.image_svg or badge_image(
        version.title, award.organisation.name, version.definition.type, str(version.definition.uid)
    )


def _awarded_here(held: HeldCredential) -> bool:
    return held.award_id is not None


def _is_token(held: HeldCredential) -> bool:
    return looks_like_token(document_of(held))


def _is_json(held: HeldCredential) -> bool:
    return not _is_token(held)


def _text(held: HeldCredential, _at: datetime) -> bytes:
    return document_of(held).encode()


def _png(held: HeldCredential, _at: datetime) -> bytes:
    return bake(badge_png(badge_svg(held)), document_of(held))


def _svg(held: HeldCredential, _at: datetime) -> bytes:
    return bake(badge_svg(held).encode(), document_of(held))


def _made_of_others(held: HeldCredential) -> bool:
    award: Award | None = held.award
    return award is not None and bool(award.document) and (award.parts.exists() or award.foreign_parts.exists())


def _record(held: HeldCredential, at: datetime) -> bytes:
    """Everything the award is made of, with the credentials of other issuers as they lie in the same wallet."""
    award: Award | None = held.award
    if award is None:
        raise NotFound("Records are made only of what was awarded here.")
    documents = HeldCredential.objects.filter(holder=held.holder_id, award=None).values_list("document", flat=True)
    brought = {hashlib.sha256(document.encode()).hexdigest(): document for document in documents}
    return clr_document(award=award, at=at, brought=brought).text.encode()


def _pdf(held: HeldCredential, at: datetime) -> bytes:
    award: Award | None = held.award
    if award is None:
        raise NotFound("Certificates are made only of what was awarded here.")
    links = open_links_of(held, at=at)
    return certificate_pdf(
        award=award,
        contents=contents_of(credential_of(held)),
        badge_svg=badge_svg(held),
        check_url=share_url(links[0]) if links else f"{settings.PUBLIC_URL}{reverse('verifying:verify')}",
        at=at,
    )


FORMS: Mapping[str, Form] = {
    form.key: form
    for form in (
        Form(
            "json", _("Signed credential"), _("The original: what verifiers, wallets and other sites read."), "document",
            "application/vc+ld+json", "json", _text, _is_json,
        ),
        Form(
            "token", _("Signed token"), _("The original, as it came: what verifiers and wallets read."), "document",
            "text/plain", "jwt", _text, _is_token,
        ),
        Form(
            "png", _("Badge image (PNG)"), _("A picture for mails and pages, with the signed credential inside."), "badge",
            "image/png", "png", _png, _awarded_here,
        ),
        Form(
            "svg", _("Badge image (SVG)"), _("The same, sharp at every size."), "badge", "image/svg+xml", "svg", _svg, _awarded_here,
        ),
        Form(
            "pdf", _("Certificate (PDF)"), _("A page to print or attach, with the signed credential inside."), "certificate",
            "application/pdf", "pdf", _pdf, _awarded_here,
        ),
        Form(
            "record", _("Everything it is made of"),
            _("One signed file (CLR 2.0) with all parts, also those of other issuers in your wallet. Each can be checked by itself."),
            "document", "application/vc+ld+json", "record.json", _record, _made_of_others,
        ),
    )
}  # fmt: skip
"""Key → form, in the order in which they are offered."""
