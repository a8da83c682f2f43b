"""The certificate as a PDF: archivable (PDF/A-3a), tagged for assistive technology (PDF/UA-1), the signed credential attached.

It is made only of awards of this site, never of what was brought from elsewhere: a handsome page would lend a forgery our hand.
Whoever doubts the page checks the file: ``credential.json`` travels inside it and is the credential; the page is only its picture.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno
import typst
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cairn.errors import Conflict, Invalid
from cairn.issuing.models import Award
from cairn.look.formatting import credits_text, hours_text
from cairn.wallet.reading import Contents

_TEMPLATE = Path(__file__).with_name("documents") / "certificate.typ"
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
MAX_LINES = 12
"""Results, skills or endorsements that are listed before the rest is only counted; the credential holds them all."""


def certificate_pdf(*, award: Award, contents: Contents, badge_svg: str, check_url: str, at: datetime) -> bytes:
    """Set the certificate of ``award``; ``check_url`` is what the QR code leads to: the share page, or the verify page.

    Raises Conflict for an award that is revoked, replaced or expired at ``at``; Invalid where no installed font has the letters.
    """
    _refuse_ended(award, at)
    said = json.dumps(_said(award, contents, check_url), ensure_ascii=False)
    inputs = {"certificate": said, "badge": badge_svg, "qr": _qr(check_url), "credential": award.document}
    moment = (award.awarded_at or at).astimezone(UTC).replace(microsecond=0)
    try:
        # The folder of the template is all that the compiler may read: an SVG cannot pull in a file of the server's.
        return typst.compile(
            _TEMPLATE,
            root=_TEMPLATE.parent,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=STANDARDS,
            timestamp=moment,
        )
    except typst.TypstError as error:
        if "could not be displayed with font" not in error.message:
            raise
        raise Invalid(
            "The certificate holds letters for which this server has no font.",
            remedy="Take the signed file or the badge image instead; and tell the operator of this site to install fonts for your "
            "script (the Noto fonts cover nearly all).",
            code="no_font",
        ) from error


def _refuse_ended(award: Award, at: datetime) -> None:
    words = {
        Award.State.REVOKED: _("was revoked"),
        Award.State.SUSPENDED: _("is suspended"),
        Award.State.SUPERSEDED: _("was replaced by a corrected one"),
    }
    word = words.get(Award.State(award.state), "")
    if award.valid_until is not None and award.valid_until <= at:
        word = _("has expired")
    if word:
        raise Conflict(
            f"This credential {word}, so no certificate is made of it any more.",
            remedy="The signed file stays yours; whoever checks it is told the same.",
            code="award_ended",
        )


def _qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, dark="#1e2427", light="#ffffff", scale=4
    )
    return out.getvalue().decode()


def _said(award: Award, contents: Contents, check_url: str) -> dict[str, Any]:
    """Return everything the page says, as plain values: data for the template, never markup."""
    version = award.version
    holder = award.holder.name.strip()
    partner = version.partner.name if version.partner is not None else ""
    kind = version.definition.get_type_display() if version.definition.type else _("Credential")
    return {
        "document_title": _("%(title)s, awarded by %(issuer)s")
        % {"title": version.title, "issuer": award.organisation.name},
        "document_description": _one_line(version.description, 300),
        "keywords": ["Open Badges 3.0", kind],
        "language": version.language.split("-")[0][:3].lower() or "en",
        "issuer": award.organisation.name,
        "issuer_note": _("with %(partner)s") % {"partner": partner} if partner else "",
        "kind": kind,
        "holder": holder,
        "title": version.title,
        "description": _one_line(version.description, 420),
        "badge_alt": _("The badge of %(title)s") % {"title": version.title},
        "qr_alt": _("QR code with the address %(url)s") % {"url": check_url},
        "attachment_description": _("The signed credential (Open Badges 3.0), which this page is a picture of"),
        "facts": [{"label": label, "value": value} for label, value in _facts(award, contents)],
        "outcomes": [_one_line(str(outcome.get("text", "")), 160) for outcome in version.outcomes][:MAX_LINES],
        "shown": _limited([{"name": one.criterion, "value": one.value} for one in contents.results if one.criterion]),
        "skills": [skill.name for skill in contents.skills][:MAX_LINES],
        "endorsements": [endorsement.endorser.name for endorsement in version.endorsements.select_related("endorser")][
            :MAX_LINES
        ],
        "check_how": _(
            "Scan the code or open the address. Or drop this file on any verifier that reads Open Badges 3.0: "
            "the signed credential travels inside it."
        ),
        "check_url": check_url,
        "credential_id": contents.credential_id,
        "issuer_id": contents.issuer_id,
        "words": {
            "certifies": _("This certifies that"),
            "earned": _("has earned"),
            "outcomes": _("Whoever holds this can"),
            "shown": _("What was shown"),
            "skills": _("Skills it stands for"),
            "endorsed": _("Endorsed by"),
            "check": _("Check it yourself"),
            "number": _("Credential"),
            "issuer_id": _("Issuer's identifier"),
        },
    }


def _facts(award: Award, contents: Contents) -> Iterator[tuple[str, str]]:
    version = award.version
    yield _("Awarded"), day(contents.awarded_at or award.awarded_at)
    yield _("Valid until"), day(award.valid_until) or _("No end")
    if version.level is not None:
        yield _("Level"), f"{version.level_framework.upper()} {version.level}".strip()
    if version.workload_hours is not None:
        yield _("Workload"), hours_text(version.workload_hours)
    if version.credits is not None:
        yield _("Credits"), credits_text(version.credits, version.credit_scheme)
    if version.assessment_type:
        yield _("Assessment"), capfirst(_one_line(version.assessment_type, 60))
    if version.participation:
        yield _("Form"), capfirst(_one_line(version.participation, 40))


def day(moment: datetime | None) -> str:
    """Write a day as people do, "22 November 2026"; "" for None."""
    return f"{moment.day} {moment:%B %Y}" if moment is not None else ""


def _limited(entries: list[dict[str, str]]) -> list[dict[str, str]]:
    if len(entries) <= MAX_LINES:
        return entries
    rest = len(entries) - MAX_LINES
    return [*entries[:MAX_LINES], {"name": _("and %(rest)s more, in the credential") % {"rest": rest}, "value": ""}]


def _one_line(text: str, length: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= length else f"{plain[: length - 1].rstrip()}…"
