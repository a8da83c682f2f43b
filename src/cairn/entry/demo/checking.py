"""The other side of the journey: what an employer, a registrar and whoever doubts the trail find out."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from cairn.entry.demo import stranger
from cairn.entry.demo.cast import OCCUPATION, Cast, signed_in
from cairn.entry.demo.school import School
from cairn.entry.demo.telling import Teller
from cairn.issuing.models import Award, StatusChange
from cairn.issuing.services import award_credential, revoke
from cairn.look.raster import badge_png
from cairn.people.models import AuditEvent
from cairn.people.services import verify_chain
from cairn.skills.models import Occupation
from cairn.verifying.needs import proposal
from cairn.verifying.services import create_role_profile
from cairn.wallet import files
from cairn.wallet.models import HeldCredential


def verify(tell: Teller, cast: Cast, award: Award, now: datetime) -> None:
    """Drop the award in every form on the verify page; then a changed one, a copied picture, and one of an unknown issuer."""
    held = HeldCredential.objects.get(award=award)
    with tell.step("An employer drops the file on the verify page") as step:
        for form in ("json", "png", "svg", "pdf"):
            file = files.take_away(held, form, at=now)
            said = _ask(ContentFile(file.body, name=file.name))
            step.check(said["verdict"] == "verified", f"{form.upper()}: verified", said)
        said = _ask(ContentFile(award.document.encode(), name="credential.json"), recipient=cast.learner.email)
        step.check(
            said["about_person"] == "pass", "and it is about the person whose address she gives", said["about_person"]
        )
    with tell.step("A copy with one letter changed") as step:
        changed = award.document.replace("Network Support", "Network Sapport", 1)
        said = _ask(ContentFile(changed.encode(), name="changed.json"))
        step.check(
            said["verdict"] == "not_verified" and said["authentic"] == "fail", f"refused: {_why(said, 'fail')}", said
        )
    with tell.step("A copied picture") as step:
        picture = badge_png(files.badge_svg(held))
        said = _ask(ContentFile(picture, name="copied.png"))
        codes = [finding["code"] for finding in said["findings"]]
        step.check(
            "no_credential_inside" in codes and said["verdict"] != "verified",
            "not verifiable: there is no credential inside",
            codes,
        )
    with tell.step("An award by an issuer nobody knows") as step:
        said = _ask(ContentFile(stranger.award(cast.learner.email, now).encode(), name="soldering.json"))
        step.check(
            said["authentic"] == "pass" and said["trusted"] == "warn",
            "authentic, but nobody vouches for the issuer: a warning, not a red cross",
            said,
        )
        step.check(said["verdict"] == "verified", "and nothing worse than that", said["verdict"])


def match(tell: Teller, cast: Cast, school: School, now: datetime) -> None:
    """Describe a role and lay the learner's badges beside it."""
    with tell.step("The employer's desk shows what was proven") as step:
        occupation = Occupation.objects.get(code=OCCUPATION)
        profile = create_role_profile(
            organisation=cast.employer,
            by=cast.recruiter,
            at=now,
            title="Network support, night shift",
            occupation=occupation,
            needs=proposal(occupation),
        )
        step.check(profile.needs, f"a role with {len(profile.needs)} needs, taken from O*NET")
        shown = Award.objects.filter(holder=cast.learner, version__in=school.badges)
        handed_in = [ContentFile(award.document.encode(), name=f"badge-{award.pk}.json") for award in shown]
        page = signed_in(cast.recruiter).post(reverse("verifying:compare", args=[profile.pk]), {"files-1": handed_in})
        step.check(page.status_code == 200, "three badges are laid beside it", page.status_code)
        step.check(
            "Telecommunications" in page.text and school.badges[0].title in page.text,
            "skill by skill, with the credential that proves each",
        )


def revocation(tell: Teller, cast: Cast, school: School, now: datetime) -> None:
    """Revoke an award that was a mistake, and verify it before and after."""
    with tell.step("The registrar revokes an award") as step:
        mistaken = award_credential(
            version=school.badges[0],
            holder=cast.classmate,
            by=cast.registrar,
            at=now - timedelta(days=2),
            origin="direct:demo",
        )
        said = _ask(ContentFile(mistaken.document.encode(), name="badge.json"))
        step.check(said["verdict"] == "verified", "before: verified", said)
        revoke(award=mistaken, by=cast.registrar, reason=StatusChange.Reason.ERROR, at=now - timedelta(minutes=1),
               explanation="Awarded to the wrong person of the same name.")  # fmt: skip
        said = _ask(ContentFile(mistaken.document.encode(), name="badge.json"))
        codes = [finding["code"] for finding in said["findings"]]
        step.check(said["verdict"] == "not_verified" and "revoked" in codes, f"after: {_why(said, 'fail')}", said)


def trail(tell: Teller, cast: Cast) -> None:
    """Check the audit trail's chain, and that the database lets nobody change it."""
    with tell.step("The audit trail") as step:
        events = AuditEvent.objects.count()
        step.check(verify_chain(cast.college) == [], f"{events} events, chained, and the chain holds")
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE people_auditevent SET action = 'nothing' WHERE sequence = 1")
        except DatabaseError as refusal:
            step.saw(f"the database refuses to change it ({type(refusal).__name__})")
        else:
            step.check(False, "the database refuses to change it")


def _ask(file: ContentFile[bytes], recipient: str = "") -> dict[str, Any]:
    """Drop a file on the verify page as a program would, and return its answer."""
    answer = signed_in(None).post(
        reverse("verifying:verify"), {"file": file, "recipient": recipient}, headers={"accept": "application/json"}
    )
    said: dict[str, Any] = json.loads(answer.content)
    return said


def _why(said: dict[str, Any], outcome: str) -> str:
    messages = [finding["message"] for finding in said["findings"] if finding["outcome"] == outcome]
    return re.sub(r"\.$", "", messages[0]) if messages else "no reason given"
