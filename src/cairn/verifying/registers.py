"""Registers of issuers: reading a published one in, and answering the core's question whether an issuer is known.

Registers mix in issuers that are only there for trying things out ("Example University 1 (DCC test-only issuer)"). A credential of such
an issuer must never look trusted, so they are left out and reported, unless the operator asks for them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from cairn.catalog.importing.runs import record_run
from cairn.credentials import KnownIssuer as Known
from cairn.errors import Invalid
from cairn.skills.importing.report import Remark, Report
from cairn.skills.importing.saving import save_all
from cairn.verifying.models import KnownIssuer

MAX_REGISTER = 50 * 1024 * 1024
ISSUERS = "issuers"

_TRIAL_NAME = re.compile(
    r"\b(?:test|test-only|for testing|sandbox|demo|demonstration|playground|example|plug-?fest\s?\d*|staging|unconference|rc"
    r"|proof of concept|my (?:university|college|school))\b",
    re.IGNORECASE,
)
_TRIAL_ADDRESS = re.compile(
    r"(?:\btest\b|\bstaging\b|\bsandbox\b|\bdemo\b|\bplugfest\b|\bplayground\b|\brc\.|-rc\.|\bexample\.(?:org|com|net)\b|\bsome\.domain\b|localhost)",
    re.IGNORECASE,
)


class ListedIssuers:
    """The registers that were read in, as the core asks them (:class:`cairn.credentials.TrustRegistry`)."""

    def known(self, issuer_id: str, at: datetime) -> Known | None:
        """Return the entry of ``issuer_id`` that held on the day of ``at``, the register that was read in first before others."""
        day = at.date()
        entry = (
            KnownIssuer.objects.filter(issuer_id=issuer_id)
            .filter(Q(from_date=None) | Q(from_date__lte=day), Q(until_date=None) | Q(until_date__gte=day))
            .order_by("pk")
            .first()
        )
        return Known(name=entry.name, source=entry.register, url=entry.url or None) if entry is not None else None


@dataclass(slots=True)
class RegistryReport:
    """What reading a register came to; ``left_out`` and ``refused`` are (issuer, why)."""

    register: str
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    run: int | None = None
    """The number under which the import is kept and can be undone; None in a dry run."""
    differences: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "register": self.register, "read": self.read, "created": self.created, "updated": self.updated, "unchanged": self.unchanged,
            "left_out": [{"issuer": issuer, "why": why} for issuer, why in self.left_out],
            "refused": [{"issuer": issuer, "why": why} for issuer, why in self.refused],
            "run": self.run, "differences": self.differences,
        }  # fmt: skip


def import_registry(
    path: Path | str, *, at: datetime, register: str = "", with_trial_issuers: bool = False, dry_run: bool = False
) -> RegistryReport:
    """Read a register of issuers in the form of the Digital Credentials Consortium: ``{"registry": {did: {name, url}}}``.

    ``register`` is the name under which verdicts cite it; by default the name of the file's folder. Reading the same file again
    changes nothing. The run is journalled: compared with the last one of the same register, and undone as every import is. ``dry_run``
    writes nothing. Raises Invalid for a file that is no such register; then nothing was changed.
    """
    source = Path(path)
    entries, digest = _read(source)
    report = RegistryReport(register=(register.strip() or source.resolve().parent.name or source.stem)[:120])
    run = Report(
        importer="issuers",
        source_name=source.name[:300],
        at=at,
        dry_run=dry_run,
        source_digest=digest,
        feed=report.register,
    )
    with transaction.atomic():
        names = {_field(facts, "name") for _, facts in entries}
        times = Counter(issuer_id for issuer_id, _ in entries)
        rows: list[KnownIssuer] = []
        for issuer_id, facts in entries:
            report.read += 1
            if times[issuer_id] > 1:
                report.refused.append(
                    (
                        f"{_field(facts, 'name')} ({issuer_id})",
                        "The register lists this identifier more than once, so it is unclear whose it is.",
                    )
                )
            elif not with_trial_issuers and (why := trial_reason(issuer_id, facts, names)):
                report.left_out.append((f"{_field(facts, 'name')} ({issuer_id})", why))
            else:
                rows += _taken(report, issuer_id, facts)
        counts = run.counts(ISSUERS)
        counts.read = report.read
        save_all(
            rows, within=KnownIssuer.objects.filter(register=report.register), key=("issuer_id", "register"), fields=("name", "url"),
            table=ISSUERS, report=run,
        )  # fmt: skip
        for code, told in (("left_out", report.left_out), ("refused", report.refused)):
            for issuer, why in told:
                run.remark(ISSUERS, Remark(source.name, None, issuer[:100], "refused", code, why))
        report.created, report.updated, report.unchanged = counts.created, counts.updated, counts.unchanged
        record_run(run)
        report.run, report.differences = run.run, run.differences
        if dry_run:
            report.run = None
            transaction.set_rollback(True)
    return report


def _read(source: Path) -> tuple[list[tuple[str, dict[str, Any]]], str]:
    """Return the entries as pairs, so that an identifier that stands there twice is seen, and the digest of the file."""
    if not source.is_file():
        raise Invalid(f"There is no file {source.name}.", remedy="Check the path of the register.", code="no_file")
    if source.stat().st_size > MAX_REGISTER:
        raise Invalid(f"{source.name} is larger than any register we know.", remedy="Check the path.", code="too_large")
    raw = source.read_bytes()
    try:
        document = dict(json.loads(raw, object_pairs_hook=list))
    except (ValueError, TypeError, RecursionError) as error:  # the last for lists nested a hundred thousand deep
        raise Invalid(
            f"{source.name} cannot be read as a register ({error}).",
            remedy="Give the register as it is published.",
            code="not_json",
        ) from error
    entries = document.get("registry")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, tuple) for entry in entries):
        raise Invalid(
            f"{source.name} is no register of issuers: it has no “registry” with entries.",
            remedy='The form is {"registry": {"did:…": {"name": "…", "url": "https://…"}}}.',
            code="no_registry",
        )
    return [
        (issuer_id, dict(facts) if isinstance(facts, list) else {}) for issuer_id, facts in entries
    ], hashlib.sha256(raw).hexdigest()


def _field(facts: Mapping[str, Any], name: str) -> str:
    value = facts.get(name)
    return value.strip() if isinstance(value, str) else ""


def _taken(report: RegistryReport, issuer_id: str, facts: Mapping[str, Any]) -> list[KnownIssuer]:
    name, url = _field(facts, "name"), _field(facts, "url")
    if not issuer_id.startswith(("did:", "https://")) or len(issuer_id) > 400:
        report.refused.append((issuer_id[:100], "The identifier is neither a DID nor an https address."))
        return []
    if not name:
        report.refused.append((issuer_id, "The entry has no name."))
        return []
    address = url[:500] if url.startswith(("https://", "http://")) else ""
    return [KnownIssuer(issuer_id=issuer_id, register=report.register, name=name[:250], url=address)]


def trial_reason(issuer_id: str, facts: Mapping[str, Any], names: Collection[str] = ()) -> str:
    """Say why an entry looks like an issuer for trying things out; "" if it does not. ``names``: all names in the register."""
    name = _field(facts, "name")
    found = _TRIAL_NAME.search(name)
    if found is None and name.removesuffix(" Development") != name and name.removesuffix(" Development") in names:
        # "Workforce Development" is a field of work; the same name without the word beside it tells the difference.
        found = re.search("Development", name)
    if found is not None:
        return f"Its name says “{found[0]}”: an issuer for trying things out, not one to trust."
    for text in (issuer_id, _field(facts, "url")):
        if found := _TRIAL_ADDRESS.search(text):
            return f"Its address says “{found[0]}”: an issuer for trying things out, not one to trust."
    return ""
