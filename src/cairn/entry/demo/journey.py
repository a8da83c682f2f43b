"""The journey, step by step. Every step goes through the services and pages that everybody uses, and checks what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse

from cairn import stacking
from cairn.appraisal import compare
from cairn.catalog import search
from cairn.catalog.importing.sample import load_sample
from cairn.catalog.models import Definition, DefinitionVersion
from cairn.catalog.queries import facts_for_comparison
from cairn.catalog.services import approve, draft_definition, submit_for_review
from cairn.credentials import unbake
from cairn.earning.models import Enrolment
from cairn.earning.services import assess, enrol, record_attendance, submit
from cairn.entry.demo import checking, desks, university
from cairn.entry.demo.cast import OCCUPATION, Cast, assemble, signed_in
from cairn.entry.demo.school import School, found
from cairn.entry.demo.telling import Teller
from cairn.errors import NotAllowed
from cairn.issuing.models import Award
from cairn.issuing.services import approve_award
from cairn.journeys import itinerary, queries
from cairn.journeys.models import Plan, StackEvidence
from cairn.journeys.services import claims, goals
from cairn.skills.models import Occupation, OccupationNeed, Wage
from cairn.wallet import files
from cairn.wallet import services as wallet
from cairn.wallet.linkedin import add_to_profile_url
from cairn.wallet.models import HeldCredential, ShareLink

NEXT_OCCUPATION = "15-1254.00"
BRINGS = {
    "Critical Thinking": 4, "Active Listening": 4, "Reading Comprehension": 4, "Judgment and Decision Making": 3, "Speaking": 4,
    "Active Learning": 3, "Monitoring": 3, "Writing": 3, "Time Management": 3, "English Language": 4, "Administration and Management": 3,
    "Customer and Personal Service": 3, "Computers and Electronics": 2,
}  # fmt: skip
"""What the learner says she can do, from years behind the counter of a shop."""


@dataclass
class Played:
    """What the journey leaves behind for whoever looks around afterwards."""

    cast: Cast
    share_url: str


def play(now: datetime, tell: Teller) -> Played:
    """Play the whole journey so that it ends at ``now``. Raises NotAsTold at the first step that is not as it says."""
    start = now - timedelta(days=70)
    _catalogue(tell, start)
    cast = assemble(start)
    school = _school(tell, cast, start + timedelta(days=1))
    plan = _path(tell, cast, now - timedelta(days=50))
    awards = _earn(tell, cast, school, plan, now - timedelta(days=49))
    certificate = _stack(tell, cast, school, awards)
    link = _hold(tell, cast, certificate, now)
    _finish(tell, cast, school, now - timedelta(days=4))
    university.transfer(tell, cast, school, now)
    checking.verify(tell, cast, certificate, now)
    checking.match(tell, cast, school, now)
    checking.revocation(tell, cast, school, now)
    checking.trail(tell, cast)
    _leave_something_to_do(cast, now)
    desks.leave(cast, school, now)
    return Played(cast, wallet.share_url(link))


def _catalogue(tell: Teller, at: datetime) -> None:
    with tell.step("A real catalogue") as step:
        report = load_sample(at=at)
        programmes = DefinitionVersion.objects.filter(definition__source="nj-etpl").count()
        providers = Definition.objects.filter(source="nj-etpl").values("provider").distinct().count()
        step.check(programmes > 1000, f"{programmes:,} programmes of {providers} New Jersey providers", programmes)
        step.check(
            OccupationNeed.objects.count() > 5000,
            f"{OccupationNeed.objects.count():,} needs of {Occupation.objects.count():,} occupations",
        )
        step.check(Wage.objects.filter(median__isnull=False).exists(), f"wages of {Wage.objects.count():,}")
        total = report.total()
        step.saw(f"{total.repaired:,} rows repaired, {total.refused:,} refused, each with its reason")
        search.rebuild()
        page = search.search("netwrok suport")
        step.check(page.total > 0, f"a search for “netwrok suport” still finds {page.total}", page.total)


def _school(tell: Teller, cast: Cast, at: datetime) -> School:
    with tell.step("A provider defines what it awards, with an industry partner") as step:
        school = found(cast, at)
        published = [version for version in school.all() if version.state == "published"]
        step.check(
            len(published) == 7,
            "4 badges, a certificate, a programme and an industry credential are published",
            len(published),
        )
        draft = draft_definition(
            by=cast.designer,
            organisation=cast.college,
            at=at,
            type="badge",
            title="Fibre Splicing",
            description="Join optical fibres in the field.",
            criteria="Three joints, measured.",
            outcomes=[{"id": "splice", "text": "Join two fibres within the allowed loss"}],
            level_framework="eqf",
            level=4,
            assessment_type="Measured practical work",
        )
        submit_for_review(version=draft, by=cast.designer, at=at)
        try:
            approve(version=draft, by=cast.designer, at=at)
        except NotAllowed as refusal:
            step.check(refusal.message, "its author was refused as its reviewer")
        else:
            step.check(False, "its author was refused as its reviewer")
        endorsed = sum(version.endorsements.count() for version in school.all())
        step.check(endorsed == 6, f"{endorsed} signed endorsements by the {cast.guild}", endorsed)
    return school


def _path(tell: Teller, cast: Cast, at: datetime) -> Plan:
    mira = cast.learner
    occupation = Occupation.objects.get(code=OCCUPATION)
    with tell.step("A learner picks an occupation and sees the gap") as step:
        known = {need.skill.name: need.skill.uri for need in itinerary.needs_of(occupation)}
        for name, level in BRINGS.items():
            claims.state_skill(person=mira, skill_uri=known[name], level=Decimal(level), at=at)
        goal = goals.set_goal(person=mira, occupation=occupation, at=at, budget=2_500_00, hours_per_week=10)
        gaps = [gap for gap in itinerary.gaps_json(itinerary.of_goal(goal, at)) if gap["have"] < gap["need"]]
        step.saw(f"{cast.learner.name} aims for “{occupation.title}”")
        first = gaps[0]
        step.check(
            gaps,
            f"{len(gaps)} of {len(known)} skills are missing, {first['skill']} most ({first['have']} of {first['need']})",
        )
    with tell.step("Three real programmes side by side") as step:
        chosen = _three_programmes(occupation)
        comparison = compare(facts_for_comparison(chosen, at))
        step.check(len(chosen) == 3, " / ".join(f"{one.title.strip()} ({one.definition.provider})" for one in chosen))
        unknowns = sum(1 for row in comparison.rows for cell in row.cells if cell.kind != "known")
        step.check(
            comparison.rows,
            f"{len(comparison.rows)} rows, {unknowns} cells honestly marked as not stated or suppressed",
        )
        page = signed_in(cast.learner).get(reverse("catalog:compare"), {"c": [one.definition.slug for one in chosen]})
        step.check(page.status_code == 200 and "not stated" in page.text, "the page shows them", page.status_code)
    with tell.step("The plan Cairn proposes") as step:
        found_plans = goals.choices(goal, at)
        plan: Plan = found_plans[0]["plan"]
        document = plan.document
        step.check(document["steps"], " → ".join(one["title"] for one in document["steps"]))
        told = f"${document['cost'] / 100:,.0f}, {document['hours']} hours, {document['weeks']} weeks"
        step.check(document["optimal"], f"proven the cheapest of {document['considered']['offers']} offers: {told}")
        step.saw(f"from {document['coverage_before']}% to {document['coverage']}% of what the occupation needs")
        goals.take_plan(plan=plan, at=at)
        taken = queries.taken_plan(goal)
        step.check(taken is not None and taken.pk == plan.pk, "she takes it")
    return plan


def _three_programmes(occupation: Occupation) -> list[DefinitionVersion]:
    """Three imported programmes that lead to the occupation: of different providers, with a price, those with published outcomes first."""
    page = search.search("network", facets={"occupation": [occupation.title]}, size=100)
    found = DefinitionVersion.objects.filter(pk__in=[line.pk for line in page.versions], definition__source="nj-etpl")
    rows = list(found.select_related("definition__provider").prefetch_related("offers"))
    rows.sort(key=lambda row: ("network" not in row.title.lower(), not _has_outcomes(row), not _has_price(row), row.pk))
    by_provider = {row.definition.provider_id: row for row in reversed(rows)}
    return sorted(by_provider.values(), key=rows.index)[:3]


def _has_price(version: DefinitionVersion) -> bool:
    return any(offer.price_total for offer in version.offers.all())


def _has_outcomes(version: DefinitionVersion) -> bool:
    return version.definition.provider.outcomes.filter(
        field_of_study=version.field_of_study, mean_quarterly_wage__isnull=False
    ).exists()


def _earn(tell: Teller, cast: Cast, school: School, plan: Plan, at: datetime) -> list[Award]:
    awards = []
    foundations, *others = school.badges
    with tell.step("She enrols, attends, hands in, and is assessed") as step:
        planned = {one["slug"] for one in plan.document["steps"]}
        step.check(foundations.definition.slug in planned, "her plan begins here", planned)
        enrolment = enrol(learner=cast.learner, version=foundations, at=at)
        step.check(
            enrol(learner=cast.learner, version=foundations, at=at).pk == enrolment.pk, "enrolling twice is once"
        )
        record_attendance(session=school.workshop, enrolment=enrolment, by=cast.instructor, at=at)
        step.saw(f"{cast.instructor.name} notes that she was at the {school.workshop.title.lower()}")
        first = submit(
            enrolment=enrolment, by=cast.learner, at=at, narrative="The plan, without the running configuration yet."
        )
        decision = assess(submission=first, by=cast.assessor, at=at, feedback="The plan is sound. Show me that it runs.",
                          results=[{"criterion": "plan", "level": "sound"}, {"criterion": "build", "level": "not-yet"}])  # fmt: skip
        step.check(decision.decision == "resubmit", f"{cast.assessor.name} asks for more", decision.decision)
        report = ContentFile(
            b"interface eth0\n address 10.20.0.1/26\n description six workplaces, one printer\n",
            name="running-config.txt",
        )
        second = submit(enrolment=enrolment, by=cast.learner, at=at + timedelta(days=5), upload=report,
                        narrative="Configuration of the running network, with a day of measurements.")  # fmt: skip
        awards.append(_pass(cast, second, at + timedelta(days=6), "plan", "build"))
        step.check(
            awards[0].state == "awarded" and awards[0].document, "the second time it passes, and the award is signed"
        )
    for number, version in enumerate(others, start=1):
        with tell.step(f"Badge {number + 1}") as step:
            begun = at + timedelta(days=12 * number)
            enrolment = enrol(learner=cast.learner, version=version, at=begun)
            submission = submit(
                enrolment=enrolment, by=cast.learner, at=begun + timedelta(days=8), narrative="My work, with notes."
            )
            criteria = [criterion["id"] for criterion in (version.rubric or {})["criteria"]]
            awards.append(_pass(cast, submission, begun + timedelta(days=9), *criteria))
            step.check(
                awards[-1].document, f"{version.title}: assessed by {cast.assessor.name}, signed by {cast.college}"
            )
    return awards


def _pass(cast: Cast, submission: Any, at: datetime, *criteria: str) -> Award:
    assess(submission=submission, by=cast.assessor, at=at, feedback="Well done.",
           results=[{"criterion": criterion, "level": "sound"} for criterion in criteria])  # fmt: skip
    enrolment: Enrolment = submission.enrolment
    return Award.objects.get(origin=f"enrolment:{enrolment.pk}")


def _stack(tell: Teller, cast: Cast, school: School, badges: list[Award]) -> Award:
    with tell.step("The third badge completes the certificate") as step:
        certificate = Award.objects.filter(version=school.certificate, holder=cast.learner).first()
        if certificate is None:
            raise AssertionError("no certificate was awarded")
        parts = set(certificate.parts.values_list("pk", flat=True))
        step.check(
            parts == {badge.pk for badge in badges},
            f"“{school.certificate.title}” is awarded at the same moment, made of the three",
        )
        rule = queries.rule_of(school.certificate)
        row = next(one for one in queries.progress_of(cast.learner) if one.version_id == school.certificate.pk)
        evidence = StackEvidence.objects.get(award=certificate, question=None)
        step.check(rule and row.state == str(stacking.State.MET), "and says why: " + " and ".join(
            part["sentence"] for part in evidence.evaluation["trace"]["parts"]).lower())  # fmt: skip
        programme = next(one for one in queries.progress_of(cast.learner) if one.version_id == school.programme.pk)
        step.check(programme.state == "partly", f"the programme stands at {programme.percent}%", programme.state)
    return certificate


def _hold(tell: Teller, cast: Cast, certificate: Award, at: datetime) -> ShareLink:
    held = HeldCredential.objects.get(award=certificate)
    with tell.step("She holds it in every form") as step:
        signed = files.take_away(held, "json", at=at)
        step.check(signed.body.decode() == certificate.document, "the JSON is the signed document to the letter")
        for form in ("png", "svg"):
            baked = files.take_away(held, form, at=at)
            step.check(unbake(baked.body) == certificate.document, f"the {form.upper()} carries it")
        link = wallet.share(held=held, by=cast.learner, at=at, audience="Pinewood Logistics", purpose="Application")
        pdf = files.take_away(held, "pdf", at=at)
        step.check(
            pdf.body.startswith(b"%PDF") and b"credential.json" in pdf.body,
            f"the PDF ({len(pdf.body) // 1024} kB) has it attached",
        )
    with tell.step("She shares it, and everything else stays private") as step:
        address = wallet.share_url(link)
        url = add_to_profile_url(name=held.name, organisation=cast.college.name, issued=certificate.awarded_at or at,
                                 share_url=address, credential_id=certificate.credential_id or "")  # fmt: skip
        step.check(
            "startTask=CERTIFICATION_NAME" in url and cast.learner.name.split()[0] not in url,
            "the LinkedIn link is right and has no name in it",
        )
        public = signed_in(None).get(_path_of(address))
        step.check(
            public.status_code == 200 and 'property="og:title"' in public.text,
            "the share link opens a page with preview tags",
        )
        step.check('name="robots" content="noindex' in public.text, "search engines are asked to leave it alone")
        others = [
            reverse("wallet:credential", args=[row.pk]) for row in HeldCredential.objects.filter(holder=cast.learner)
        ]
        refused = [signed_in(cast.classmate).get(other).status_code for other in others]
        step.check(set(refused) == {404}, f"for a classmate her {len(others)} credentials are not there", refused)
    return link


def _finish(tell: Teller, cast: Cast, school: School, at: datetime) -> None:
    with tell.step("The project completes the programme; the industry credential takes two people") as step:
        enrolment = enrol(learner=cast.learner, version=school.project, at=at)
        submission = submit(
            enrolment=enrolment,
            by=cast.learner,
            at=at,
            narrative="Design, costs, photographs of the laboratory, handbook.",
        )
        _pass(cast, submission, at, "design", "rebuild")
        programme = Award.objects.filter(version=school.programme, holder=cast.learner).first()
        step.check(programme is not None and programme.parts.count() == 2, "certificate and project make the programme")
        enrolment = enrol(learner=cast.learner, version=school.industry, at=at)
        submission = submit(enrolment=enrolment, by=cast.learner, at=at, narrative="Examination record.")
        industry = _pass(cast, submission, at, "exam")
        step.check(industry.state == "proposed", "the examiner's pass waits for a registrar", industry.state)
        industry = approve_award(award=industry, by=cast.registrar, at=at)
        step.check(
            industry.state == "awarded" and industry.valid_until,
            f"{cast.registrar.name} approves it; it holds until {industry.valid_until:%B %Y}",
        )


def _leave_something_to_do(cast: Cast, now: datetime) -> None:
    """For whoever looks around: a next goal with plans to choose from, work for the assessor, an award for a second person."""
    goals.set_goal(
        person=cast.learner,
        occupation=Occupation.objects.get(code=NEXT_OCCUPATION),
        at=now,
        budget=6_000_00,
        hours_per_week=12,
    )
    foundations = DefinitionVersion.objects.get(definition__slug="network-foundations", state="published")
    enrolment = enrol(learner=cast.classmate, version=foundations, at=now - timedelta(days=3))
    submit(
        enrolment=enrolment,
        by=cast.classmate,
        at=now - timedelta(days=1),
        narrative="My plan and the configuration, as asked.",
    )


def _path_of(url: str) -> str:
    return url.removeprefix(settings.PUBLIC_URL)
