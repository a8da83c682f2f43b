"""What the college defines with the guild: three badges, the certificate they make, a project, the programme, an industry credential.

Skills are O*NET's, at the levels O*NET publishes for computer network support specialists (15-1231.00).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.services import approve, create_offer, draft_definition, open_offer, publish, submit_for_review
from cairn.earning.models import Session
from cairn.earning.services import schedule_session
from cairn.entry.demo.cast import Cast
from cairn.issuing.services import endorse_version, ensure_signing_key
from cairn.skills.models import Skill

LEVELS = (
    ("not-yet", "Not yet", 0, "Steps are missing, or the result does not work."),
    ("works", "Works", 2, "The result works, and somebody else could repeat it."),
    ("sound", "Sound", 3, "It works, the reasons are given, and what could go wrong is covered."),
)
COMMON: dict[str, Any] = {
    "language": "en",
    "level_framework": "eqf",
    "level": 4,
    "participation": "blended",
    "assessment_type": "Practical work, assessed against a public rubric",
    "supervision": "Supervised onsite, identity checked",
    "quality_assurance": "Reviewed by somebody other than the author; rubrics reviewed every year.",
    "tags": ["networks", "support"],
}


@dataclass(frozen=True)
class School:
    """The published versions, and the one workshop session of the first badge."""

    badges: tuple[DefinitionVersion, DefinitionVersion, DefinitionVersion]
    certificate: DefinitionVersion
    project: DefinitionVersion
    programme: DefinitionVersion
    industry: DefinitionVersion
    workshop: Session

    def all(self) -> list[DefinitionVersion]:
        """Every version, in the order in which they build on each other."""
        return [*self.badges, self.certificate, self.project, self.programme, self.industry]


def found(cast: Cast, at: datetime) -> School:
    """Define, review, publish, endorse and offer everything; keys come first."""
    ensure_signing_key(organisation=cast.college, by=cast.registrar, at=at)
    ensure_signing_key(organisation=cast.guild, by=cast.endorser, at=at)
    foundations = _define(
        cast, at, "badge", "Network Foundations",
        description="Plan, wire and configure a small office network, and keep an eye on it.",
        criteria="Attend the wiring workshop. Hand in a plan and the running configuration of a network for six workplaces.",
        outcomes=[
            _outcome("plan", "Plan addresses, cabling and equipment for a small office", "plan", "Telecommunications"),
            _outcome("build", "Build the network and show that every workplace is reached", "build", "Computers and Electronics"),
            _outcome("watch", "Monitor the network and notice when something is wrong", "build", "Operations Monitoring"),
        ],
        rubric=_rubric(plan="Plan of the network", build="Built and monitored network"),
        skills={"Telecommunications": 4, "Computers and Electronics": 4, "Operations Monitoring": 3},
        hours=40, price=180_00,
        texts={"es": {
            "title": "Fundamentos de redes",
            "description": "Planificar, cablear y configurar la red de una oficina pequeña, y vigilarla.",
            "criteria": "Asistir al taller de cableado. Entregar el plan y la configuración en funcionamiento de una red de seis puestos.",
            "outcomes": [
                "Planificar las direcciones, el cableado y los equipos de una oficina pequeña",
                "Montar la red y demostrar que llega a todos los puestos",
                "Supervisar la red y advertir cuando algo va mal",
            ],
        }},
    )  # fmt: skip
    repair = _define(
        cast, at, "badge", "Diagnosing and Repairing Networks",
        description="Find what is wrong with a network, repair it, and prove that it stays repaired.",
        criteria="Three faults are set; find each, repair it, and write down how you know.",
        outcomes=[
            _outcome("find", "Isolate a fault by testing one assumption after another", "find", "Troubleshooting"),
            _outcome("judge", "Explain how the parts of the system act on each other", "explain", "Systems Analysis", "Systems Evaluation"),
            _outcome("mend", "Repair the fault and demonstrate that it does not return", "find", "Complex Problem Solving"),
        ],
        rubric=_rubric(find="Finding and repairing", explain="Explaining"),
        skills={"Troubleshooting": 3, "Systems Analysis": 3, "Systems Evaluation": 3, "Complex Problem Solving": 3,
                "Computers and Electronics": 5},
        hours=45, price=220_00,
    )  # fmt: skip
    people = _define(
        cast, at, "badge", "Supporting People Who Use Networks",
        description="Help people whose network does not do what they need, in words they understand.",
        criteria="Handle four recorded support calls and write the note that closes each.",
        outcomes=[
            _outcome("listen", "Establish what the caller needs before acting", "call", "Active Listening"),
            _outcome("help", "Solve or hand on the problem and keep the caller informed", "call", "Customer and Personal Service"),
            _outcome("write", "Write a note that the next colleague can act on", "note", "Writing"),
        ],
        rubric=_rubric(call="Handling the call", note="Closing note"),
        skills={"Customer and Personal Service": 4, "Active Listening": 4, "Writing": 3},
        hours=30, price=150_00,
    )  # fmt: skip
    certificate = _define(
        cast, at, "certificate", "Network Support",
        description="Three badges that together make a colleague who can build, repair and explain an office network.",
        criteria="Hold the three badges.",
        outcomes=[_outcome("all", "Build, repair and explain an office network without help")],
        requirement=_all_of(foundations, repair, people),
        texts={"es": {
            "title": "Soporte de redes",
            "description": "Tres insignias que juntas forman a quien sabe montar, reparar y explicar la red de una oficina.",
        }},
    )  # fmt: skip
    project = _define(
        cast, at, "badge", "Rebuilding an Office Network",
        description="A project: replace the network of a working office over a weekend, on paper and in the laboratory.",
        criteria="A design, its costs, the rebuilt network, and a handbook for those who stay.",
        outcomes=[
            _outcome("design", "Design a network for forty workplaces within a budget", "design", "Engineering and Technology"),
            _outcome("rebuild", "Rebuild it in the laboratory and hand it over", "rebuild", "Computers and Electronics"),
        ],
        rubric=_rubric(design="Design and costs", rebuild="Rebuilt network and handbook"),
        skills={"Engineering and Technology": 4, "Computers and Electronics": 6},
        hours=80, price=300_00,
    )  # fmt: skip
    programme = _define(
        cast, at, "programme", "Network Technician Programme",
        description="A nano-degree: the Network Support certificate and a reviewed project.",
        criteria="Hold the certificate and pass the project.",
        outcomes=[_outcome("technician", "Take charge of the network of a small company")],
        requirement={
            "kind": "all_of",
            "of": [
                {"kind": "award_of", "achievement": achievement_id(certificate)},
                {"kind": "award_of", "achievement": achievement_id(project), "role": "project"},
            ],
        },
    )  # fmt: skip
    industry = _define(
        cast, at, "industry", "Registered Network Technician",
        description="Made with the Meridian Guild to its standard of practice; renewed every three years.",
        criteria="Pass the guild's practical examination before an examiner who did not train you.",
        outcomes=[_outcome("practise", "Restore service in the examination network within ninety minutes", "exam", "Troubleshooting")],
        rubric=_rubric(exam="Practical examination"),
        skills={"Troubleshooting": 4}, hours=6, price=240_00, high_stakes=True, valid_months=36,
    )  # fmt: skip
    for version in (foundations, repair, people, certificate, programme, industry):
        endorse_version(version=version, endorser=cast.guild, by=cast.endorser, at=at)
    workshop = schedule_session(
        version=foundations, title="Wiring workshop", by=cast.instructor, at=at, place="Harbourview College, laboratory 2",
        starts_at=at + timedelta(days=7, hours=9), ends_at=at + timedelta(days=7, hours=15),
    )  # fmt: skip
    return School((foundations, repair, people), certificate, project, programme, industry, workshop)


def _define(
    cast: Cast, at: datetime, kind: str, title: str, *, hours: int | None = None, price: int | None = None,
    skills: dict[str, int] | None = None, **content: Any,
) -> DefinitionVersion:  # fmt: skip
    """Take one definition from draft to published, each step by the person whose duty it is, and open an offer where it has a price."""
    version = draft_definition(
        by=cast.designer, organisation=cast.college, at=at, type=kind, title=title, partner=cast.guild,
        skills={_uri(name): Decimal(level) for name, level in (skills or {}).items()},
        **COMMON, **content,
        **({"workload_hours": Decimal(hours), "credits": Decimal(hours) / 40, "credit_scheme": "us-semester"} if hours else {}),
    )  # fmt: skip
    submit_for_review(version=version, by=cast.designer, at=at)
    approve(version=version, by=cast.reviewer, at=at)
    version = publish(version=version, by=cast.publisher, at=at)
    if price is not None:
        offer = create_offer(
            version=version, by=cast.publisher, at=at, currency="USD", price_total=price, hours=Decimal(hours or 0),
            mode="blended", city="Hoboken", county="Hudson", state_code="NJ", self_paced=True,
        )  # fmt: skip
        open_offer(offer=offer, by=cast.publisher, at=at)
    return version


def _outcome(key: str, text: str, criterion: str = "", *skills: str) -> dict[str, Any]:
    return {
        "id": key,
        "text": text,
        "skills": [_uri(name) for name in skills],
        "assessed_by": [criterion] if criterion else [],
    }


def _rubric(**criteria: str) -> dict[str, Any]:
    levels = [{"id": one, "name": name, "points": points, "description": told} for one, name, points, told in LEVELS]
    return {
        "criteria": [{"id": key, "name": name, "levels": levels, "required": "works"} for key, name in criteria.items()]
    }


def _all_of(*versions: DefinitionVersion) -> dict[str, Any]:
    return {
        "kind": "all_of",
        "of": [{"kind": "award_of", "achievement": achievement_id(version)} for version in versions],
    }


def _uri(name: str) -> str:
    """Return the O*NET element of this name; names are unique within the framework."""
    return Skill.objects.get(framework__slug="onet", name=name, kind__in=["skill", "knowledge"]).uri
