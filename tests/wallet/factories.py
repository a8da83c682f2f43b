"""Awards in wallets, and credentials by strangers, made through the real services and the real core."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from tests.issuing.factories import MOMENT, College, make_version

from cairn.catalog.models import DefinitionVersion
from cairn.credentials import (
    CouldNotFetch,
    Credential,
    Ed25519Key,
    Fetched,
    KeySigner,
    achievement_credential,
    did_key,
    did_key_verification_method,
    identity_object,
    issue,
)
from cairn.issuing import services as issuing
from cairn.issuing.models import Award
from cairn.people.models import Person
from cairn.skills.models import Framework, Skill
from cairn.wallet.models import HeldCredential
from cairn.wallet.services import add_award

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
STRANGER = Ed25519Key.from_seed(b"\x07" * 32)


class NoWorld:
    """A resolver of an empty world: answers what is in ``pages`` (url → (media type, bytes)), and nothing else."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.asked: list[str] = []

    def fetch(self, url: str, *, accept: str) -> Fetched:
        self.asked.append(url)
        if url not in self.pages:
            raise CouldNotFetch("nobody is there")
        media_type, body = self.pages[url]
        return Fetched(body, media_type, url)


def make_award(
    college: College,
    holder: Person,
    version: DefinitionVersion | None = None,
    *,
    origin: str = "direct:test",
    **more: Any,
) -> Award:
    """Award a credential of the college."""
    version = version or make_version(college)
    return issuing.award_credential(
        version=version, holder=holder, by=college.registrar, at=MOMENT, origin=origin, **more
    )


def make_held(
    college: College, holder: Person, version: DefinitionVersion | None = None, **more: Any
) -> HeldCredential:
    """Award a credential and put it into the holder's wallet."""
    return add_award(make_award(college, holder, version, **more), MOMENT)


def strangers_credential(*, email: str = "lia-learner@example.org", **change: Any) -> Credential:
    """Return a credential signed by somebody whom no register knows."""
    given: dict[str, Any] = {
        "id": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'a stranger')}",
        "issuer": {"id": did_key(STRANGER), "type": ["Profile"], "name": "University of Elsewhere"},
        "name": "Advanced Everything",
        "achievement": {
            "id": "https://elsewhere.example/everything",
            "type": ["Achievement"],
            "name": "Advanced Everything",
            "description": "Everything, advanced.",
            "criteria": {"narrative": "Be *good*. ![x](https://elsewhere.example/pixel.png)"},
        },
        "subject": {"type": ["AchievementSubject"], "identifier": [identity_object(email, "salt")]},
        "valid_from": MOMENT,
    } | change
    document = achievement_credential(**given)
    return issue(document, KeySigner(STRANGER, did_key_verification_method(STRANGER)), created=MOMENT)


def signed_in(person: Person) -> Client:
    """Return a browser in which the person has signed in."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def make_skill(name: str = "Critical Thinking") -> Skill:
    """Return a skill of a made-up framework."""
    framework, _ = Framework.objects.get_or_create(
        slug="made-up", defaults={"name": "Made-up Skills", "version": "1", "publisher": "Nobody", "licence": "CC0-1.0"}
    )
    slug = name.lower().replace(" ", "-")
    return Skill.objects.get_or_create(
        uri=f"https://skills.example/{slug}",
        defaults={"framework": framework, "name": name, "kind": Skill.Kind.SKILL, "code": slug},
    )[0]
