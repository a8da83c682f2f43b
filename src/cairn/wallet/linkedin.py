"""The link that opens LinkedIn's "add licence or certification" form, filled in.

Parameters as LinkedIn's programme for "Add to profile" names them (domain: LinkedIn). The holder's own name is never among
them: LinkedIn knows whose profile it is, and an address is no place for personal data.
"""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import quote, urlencode, urlsplit

from cairn.errors import Invalid

ADDRESS = "https://www.linkedin.com/profile/add"


def add_to_profile_url(
    *,
    name: str,
    organisation: str,
    issued: date | datetime,
    share_url: str,
    credential_id: str,
    expires: date | datetime | None = None,
    organisation_id: int | None = None,
) -> str:
    """Return the address, each value percent-encoded as UTF-8 (RFC 3986: a blank is ``%20``).

    ``organisation_id`` is LinkedIn's number of the issuer's page; where it is known it stands instead of the name, so that the logo
    appears. ``share_url`` must be a public page (http or https), otherwise :class:`~cairn.errors.Invalid`.
    """
    if urlsplit(share_url).scheme not in {"http", "https"}:
        raise Invalid(
            "LinkedIn needs the address of a public page that shows the credential.",
            remedy="Make a share link first; it can be withdrawn at any time.",
        )
    fields: list[tuple[str, str | int]] = [("startTask", "CERTIFICATION_NAME"), ("name", name)]
    fields.append(("organizationId", organisation_id) if organisation_id else ("organizationName", organisation))
    fields += [("issueYear", issued.year), ("issueMonth", issued.month)]
    if expires is not None:
        fields += [("expirationYear", expires.year), ("expirationMonth", expires.month)]
    fields += [("certUrl", share_url), ("certId", credential_id)]
    # quote, not quote_plus: some readers of the address show a plus sign as it stands.
    return f"{ADDRESS}?{urlencode(fields, quote_via=quote, safe='')}"
