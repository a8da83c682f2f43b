"""Asking the issuer for a newer copy of an award (``refreshService``), where the caller wants that.

Asking tells the issuer that this very award is being looked at, and when: unlike a status list, the address often belongs to one award
alone. So nobody is asked unless the caller says so (``verify(…, refresh=True)``), and then once:

1. The award at hand is authentic, so it was its issuer who named the address. Only ``1EdTechCredentialRefresh`` is followed.
2. What lies there is a credential with the same id by the same issuer, compared as Open Badges 3.0 does, and not an older one.
3. It is well-formed and authentic itself. Its own ``refreshService`` is not followed.
4. Then it takes the place of the one at hand. In every other case that one is judged, and a remark says what was found: that no
   newer copy can be had is never held against an award.

Sources: 1EdTech Credential Refresh Service 1.0; Open Badges 3.0, "Verification" and "Credential equality and comparison".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.model import Credential
from cairn.credentials.proving import prove
from cairn.credentials.question import Question
from cairn.credentials.resolving import CouldNotFetch
from cairn.credentials.verdict import QUESTION_OF, Finding, Outcome

SUPPORTED = "1EdTechCredentialRefresh"
ACCEPT = "application/vc, application/vc+jwt, application/vc+ld+json, application/json;q=0.9, text/plain;q=0.5"
_KEPT = "The copy at hand was checked instead."


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of asking: the credential to judge, what its proof said if it is a newer one, and remarks."""

    credential: Credential
    proof: tuple[Finding, ...]
    remarks: tuple[Finding, ...]


def refreshed(credential: Credential, question: Question) -> Refreshed:
    """Ask once for a newer copy of an authentic ``credential``. Always answers; with the same credential if there is none to be had."""
    services = objects(as_list(credential.reading.get("refreshService")))
    if not services:
        return Refreshed(credential, (), ())
    # 1. A service we can ask.
    service = next((one for one in services if SUPPORTED in as_list(one.get("type"))), None)
    if service is None:
        kind = next((str(name) for one in services for name in as_list(one.get("type"))), "none stated")[:60]
        return _kept(
            credential, "unsupported_refresh", f"The issuer offers newer copies in a way we cannot ask for ({kind})."
        )
    try:
        newer = _fetched(service, question)
    except CouldNotFetch as silence:
        return _kept(
            credential, "refresh_unreachable", f"We could not ask the issuer for a newer copy ({silence.reason})."
        )
    except CredentialError as error:
        return _kept(
            credential, "refresh_unreadable", f"What the issuer offers as a newer copy cannot be read. {error.message}"
        )
    # 2. The same award, not older.
    if not same_award(credential, newer):
        return _kept(credential, "refresh_another_award", "What the issuer offers as a newer copy is another award.")
    if _is_older(newer, credential):
        return _kept(credential, "refresh_older", "What the issuer offers as a newer copy is an older one.")
    if newer.text == credential.text:
        remark = Finding("shape", Outcome.PASS, "refresh_same", "This is the newest copy that the issuer offers.")
        return Refreshed(credential, (), (remark,))
    # 3. Well-formed and authentic.
    faults = newer.faults
    if faults:
        message = f"What the issuer offers as a newer copy is not a well-formed credential. {faults[0].message}"
        return _kept(credential, "refresh_not_well_formed", message)
    proven = prove(newer, question)
    for finding in proven.findings:
        if finding.outcome in (Outcome.FAIL, Outcome.UNKNOWN) and QUESTION_OF.get(finding.check) == "authentic":
            message = f"What the issuer offers as a newer copy is not known to be genuine. {finding.message}"
            return _kept(credential, "refresh_not_authentic", message)
    # 4. In its place.
    since = newer.valid_from
    dated = f", of {since:%d %B %Y}" if since else ""
    remark = Finding(
        "refresh", Outcome.PASS, "refreshed", f"The issuer has a newer copy{dated}, and that one was checked."
    )
    return Refreshed(proven.credential, tuple(proven.findings), (remark,))


def same_award(one: Credential, other: Credential) -> bool:
    """Tell whether two credentials are copies of one: same id, same issuer, percent signs written out and no space around."""
    mine, theirs = (one.id, one.issuer_id), (other.id, other.issuer_id)
    return None not in mine and [_plain(text) for text in mine] == [_plain(text) for text in theirs]


def _plain(text: str | None) -> str | None:
    return None if text is None else unquote(text).strip()


def _is_older(newer: Credential, known: Credential) -> bool:
    """Without a date, nothing says that it is newer, if the one at hand has one."""
    if known.valid_from is None:
        return False
    return newer.valid_from is None or newer.valid_from < known.valid_from


def _fetched(service: Mapping[str, Any], question: Question) -> Credential:
    url = service.get("id")
    if not isinstance(url, str) or not url.startswith("https://"):
        raise CredentialError("bad_address", "It is not named by an https address.")
    return Credential.parse(question.resolve.fetch(url, accept=ACCEPT).body)


def _kept(credential: Credential, code: str, message: str) -> Refreshed:
    return Refreshed(credential, (), (Finding("shape", Outcome.WARN, code, f"{message} {_KEPT}"),))
