"""The rule builder: a rule put together part by part, what it shows at each step, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import Team

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion

pytestmark = pytest.mark.django_db

STACK = {"type": "certificate", "title": "Practical welding", "rubric": None, "assessment_type": ""}
OUTCOMES = [{"id": "o1", "text": "Weld a frame that holds", "skills": []}]


class Builder:
    """A designer at the page, without any script."""

    def __init__(self, version: DefinitionVersion, designer: Any) -> None:
        self.client = Client()
        self.client.force_login(designer, backend=site.AUTHENTICATION_BACKENDS[0])
        self.version = version
        self.address = reverse("catalog:rule", args=[version.pk])

    def page(self, **asked: Any) -> str:
        response = self.client.get(self.address, asked)
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    def do(self, step: str, key: str = "", **sent: Any) -> str:
        response = self.client.post(self.address, {"step": step, "key": key or self.selected, **sent}, follow=True)
        assert response.status_code == 200
        assert response.redirect_chain
        return " ".join(response.content.decode().split())

    def swap(self, step: str, key: str = "", **sent: Any) -> str:
        response = self.client.post(
            self.address, {"step": step, "key": key or self.selected, **sent}, headers={"HX-Request": "true"}
        )
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    @property
    def kept(self) -> dict[str, Any]:
        return self.client.session["rule_drafts"][str(self.version.pk)]

    @property
    def selected(self) -> str:
        drafts = self.client.session.get("rule_drafts", {})
        return str(drafts[str(self.version.pk)]["selected"]) if str(self.version.pk) in drafts else ""

    @property
    def rule(self) -> Any:
        return json.loads(self.client.get(reverse("catalog:rule_document", args=[self.version.pk])).content)


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def draft(team: Team) -> DefinitionVersion:
    return team.draft(**STACK, outcomes=OUTCOMES)


@pytest.fixture
def builder(team: Team, draft: DefinitionVersion) -> Builder:
    return Builder(draft, team.designer)


def test_a_rule_is_built_from_nothing_without_any_script(builder: Builder, team: Team) -> None:
    one, two = team.published(title="Reading drawings well"), team.published(title="Striking an arc")
    assert "No rule yet" in builder.page()
    assert "Began with “All of these”." in builder.do("add", add_kind="all_of")
    top = builder.selected
    assert "There is nothing inside yet" in builder.page()
    assert "Added “A certain credential”." in builder.do("add", add_kind="award_of")
    assert "nothing is chosen yet" in builder.page()
    shown = builder.page(node=builder.selected, field="achievement", q="drawings")
    assert "Reading drawings well" in shown
    assert "Striking an arc" not in shown
    builder.do("choose", field="achievement", value=achievement_id(one))
    builder.do("add", top, add_kind="credits_at_least")
    builder.do(
        "set", **{"f.amount": "7.5", "f.scheme": "ECTS", "f.filter.tags": "welding\nsteel", "f.label": "Electives"}
    )
    shown = builder.page()
    assert "Collect at least 7.5 ECTS credits from awards tagged welding or steel" in shown
    assert "Earn Reading drawings well" in shown
    assert "Nothing to mend" in shown
    assert "<svg" in shown
    assert "Saved in the definition" in builder.do("keep")
    builder.version.refresh_from_db()
    assert builder.version.requirement == {
        "kind": "all_of",
        "of": [
            {"kind": "award_of", "achievement": achievement_id(one)},
            {
                "kind": "credits_at_least", "label": "Electives", "amount": "7.5", "scheme": "ECTS",
                "filter": {"tags": ["welding", "steel"]},
            },
        ],
    }  # fmt: skip
    assert two.title not in builder.page()
