"""The rule builder: a rule put together part by part, what it shows at each step, and what it refuses."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalog.factories import AT, Team, member, skill

from cairn.catalog import services
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.rules import drafts, supply
from cairn.catalog.rules.judging import judge
from cairn.catalog.rules.kinds import inputs_of, kind_of
from cairn.catalog.rules.tree import from_json, from_rule
from cairn.issuing import holdings
from cairn.people.models import Role
from cairn.stacking import KINDS, Recency, RuleError, parse_requirement, schemas

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


# --- steps -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(builder: Builder, team: Team) -> list[str]:
    """A rule of two badges; the names of both."""
    names = [achievement_id(team.published(title=title)) for title in ("Reading drawings well", "Striking an arc")]
    rule = {"kind": "all_of", "of": [{"kind": "award_of", "achievement": name} for name in names]}
    builder.do("paste", "-", rule=json.dumps(rule))
    return names


def keys(builder: Builder) -> list[str]:
    """The keys of the parts of the outermost group."""
    return [part[0] for part in builder.kept["root"][3]]


def asked(builder: Builder) -> list[str]:
    return [part["achievement"] for part in builder.rule["of"]]


def test_parts_move_within_out_of_and_into_groups(builder: Builder, two: list[str]) -> None:
    first, second = keys(builder)
    assert "place 1 of 2" in builder.do("up", second)
    assert asked(builder) == [two[1], two[0]]
    assert "is the first already" in builder.do("up", second)
    builder.do("wrap", first, wrap_kind="any_n")
    group = builder.selected
    assert builder.rule["of"][1] == {"kind": "any_n", "n": 1, "of": [{"kind": "award_of", "achievement": two[0]}]}
    builder.do("into", second, into=group)
    assert [part["achievement"] for part in builder.rule["of"][0]["of"]] == two
    assert "cannot go there" in builder.do("into", group, into=group)
    builder.do("out", second)
    assert builder.rule["of"][1]["achievement"] == two[1]
    builder.do("unwrap", group)
    assert asked(builder) == two


def test_a_copy_has_no_id_of_its_own_and_what_cannot_both_be_met_is_marked(builder: Builder, two: list[str]) -> None:
    first = keys(builder)[0]
    shown = builder.do("duplicate", first)
    assert asked(builder) == [two[0], two[0], two[1]]
    assert "the same award would have to count more than once" in shown
    assert "things to mend" in builder.do("keep") or "one thing to mend" in builder.do("keep")
    builder.version.refresh_from_db()
    assert builder.version.requirement is None


def test_every_step_can_be_undone_and_done_again(builder: Builder, two: list[str]) -> None:
    first, second = keys(builder)
    before = builder.rule
    builder.do("remove", first)
    builder.do("turn", builder.selected, turn_kind="any_n")
    after = builder.rule
    builder.do("undo")
    builder.do("undo")
    assert builder.rule == before
    builder.do("redo")
    assert "Done again" in builder.do("redo")
    assert builder.rule == after
    assert "nothing to do again" in builder.do("redo")
    builder.do("undo")
    builder.do("remove", second)
    assert "nothing to do again" in builder.do("redo")


def test_a_step_for_a_part_that_is_gone_says_so_and_changes_nothing(builder: Builder, two: list[str]) -> None:
    first = keys(builder)[0]
    builder.do("remove", first)
    rule = builder.rule
    assert "no longer there" in builder.do("up", first)
    assert builder.rule == rule


def test_faults_stand_at_the_part_they_are_about(builder: Builder, two: list[str]) -> None:
    group = builder.selected
    builder.do("turn", group, turn_kind="any_n")
    shown = builder.do("set", group, **{"f.n": "5"})
    assert "It needs 5 of only 2, which nobody can meet." in shown
    assert "to mend" in shown
    builder.do("set", group, **{"f.n": "none"})
    assert "is not a whole number" in builder.page()
    shown = builder.do("set", group, **{"f.n": "2"})
    assert "Nothing to mend" in shown


def test_with_htmx_what_is_typed_changes_only_what_is_told(builder: Builder, two: list[str]) -> None:
    part = builder.swap("set", keys(builder)[0], **{"f.label": "The reading badge"})
    assert "<html" not in part
    assert 'id="editor-form"' not in part
    assert 'id="rule-side" hx-swap-oob="true"' in part
    assert "The reading badge" in part
    assert 'id="announcements"' in part
    whole = builder.swap("down", keys(builder)[0])
    assert 'id="outline"' in whole
    assert "<html" not in whole
    assert 'role="alert"' in builder.swap("down", keys(builder)[1])


def test_credits_that_nothing_here_brings_are_remarked_and_are_no_fault(builder: Builder, team: Team) -> None:
    team.published(title="Small badge of welding", credits=2, credit_scheme="ECTS")
    builder.do("paste", "-", rule=json.dumps({"kind": "credits_at_least", "amount": 3, "scheme": "ECTS"}))
    assert "together bring 2 ECTS credits here; 3 are asked" in builder.page()
    builder.do("set", **{"f.amount": "2", "f.scheme": "ECTS"})
    assert "together bring" not in builder.page()
    builder.do("set", **{"f.amount": "2", "f.scheme": "CATS"})
    shown = builder.page()
    assert "No credential awarded on this site brings CATS credits" in shown
    assert "Nothing to mend" in shown


def test_credentials_of_other_sites_are_named_by_their_address(builder: Builder) -> None:
    builder.do("add", add_kind="award_of")
    shown = builder.page(node=builder.selected, field="achievement", q="https://elsewhere.example/achievements/7")
    assert "a credential of another site" in shown
    builder.do("choose", field="achievement", value="https://elsewhere.example/achievements/7")
    builder.do("choose", field="equivalents", value="https://third.example/a")
    assert "It counts once a learner brings it here" in builder.page()
    builder.do("drop", field="equivalents", value="https://third.example/a")
    assert builder.rule == {"kind": "award_of", "achievement": "https://elsewhere.example/achievements/7"}


def test_a_skill_brings_its_framework(builder: Builder) -> None:
    found = skill("Reading drawings")
    builder.do("add", add_kind="skills_covered")
    assert "Reading drawings" in builder.page(node=builder.selected, field="skills", q="drawings")
    builder.do("choose", field="skills", value=found.uri)
    assert builder.rule["framework"] == found.framework.name
    assert "Show these skills of O*NET: Reading drawings" in builder.page()


def test_sets_of_the_same_thing_are_chosen_one_by_one(builder: Builder, two: list[str]) -> None:
    builder.do("wrap", wrap_kind="equivalences")
    for value, into in ((two[0], ""), ("https://other.example/a", "0"), (two[1], "")):
        builder.do("choose", field="sets", value=value, into=into)
    assert builder.rule["sets"] == [[two[0], "https://other.example/a"], [two[1]]]
    assert "two or more" in builder.page()
    builder.do("drop", field="sets", value=f"1 {two[1]}")
    assert "Nothing to mend" in builder.page()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_can_be_chosen_and_its_form_shown(builder: Builder, kind: str) -> None:
    shown = builder.do("add", add_kind=kind)
    assert kind_of(kind).title in shown
    for one in inputs_of(kind):
        assert one.label in shown
    builder.do("set", **{f"f.{one.name}": "1" for one in inputs_of(kind)})
    assert builder.page()


def test_a_further_kind_needs_no_entry_of_the_builder(monkeypatch: pytest.MonkeyPatch, builder: Builder) -> None:
    class Lasting(Recency):
        """Inside, only awards that last count."""

        kind = "lasting"

    monkeypatch.setitem(KINDS, "lasting", Lasting)
    monkeypatch.setitem(schemas.FIELDS, "lasting", schemas.FIELDS["recency"])
    shown = builder.do("add", add_kind="lasting")
    assert "Lasting" in shown
    assert "Inside, only awards that last count." in shown
    assert 'name="f.days"' in shown


# --- keeping -----------------------------------------------------------------------------------------------------------------


def test_nothing_reaches_the_definition_before_it_is_saved(builder: Builder, two: list[str]) -> None:
    builder.version.refresh_from_db()
    assert builder.version.requirement is None
    assert "not saved yet" in builder.page()
    builder.do("keep")
    builder.version.refresh_from_db()
    assert builder.version.requirement == builder.rule
    assert "not saved yet" not in builder.page()
    builder.do("remove", keys(builder)[0])
    builder.do("discard")
    assert asked(builder) == two


def test_what_somebody_else_saved_meanwhile_is_not_written_over(builder: Builder, team: Team, two: list[str]) -> None:
    other = {"kind": "award_of", "achievement": two[0]}
    services.revise_draft(version=builder.version, by=team.designer, at=AT, requirement=other)
    assert "Somebody saved another rule" in builder.do("keep")
    builder.version.refresh_from_db()
    assert builder.version.requirement == other


def test_only_designers_of_the_awarding_body_build(team: Team, draft: DefinitionVersion) -> None:
    address = reverse("catalog:rule", args=[draft.pk])
    for someone, status in (
        (team.reviewer, 403),
        (member(team.organisation, Role.AUDITOR), 403),
        (Team("Else").designer, 404),
    ):
        assert Builder(draft, someone).client.get(address).status_code == status
        assert Builder(draft, someone).client.post(address, {"step": "add", "add_kind": "all_of"}).status_code == status
    assert Client().get(address).status_code == 302


def test_what_is_published_is_not_built_on(team: Team) -> None:
    version = team.published()
    builder = Builder(version, team.designer)
    assert "Only a draft can be changed" in builder.do("add", "-", add_kind="all_of")
    version.refresh_from_db()
    assert version.requirement is None


# --- hostile input -----------------------------------------------------------------------------------------------------------

DEEP = '{"kind":"not","of":' * 60 + '{"kind":"award_of","achievement":"a"}' + "}" * 60
WIDE = json.dumps({"kind": "all_of", "of": [{"kind": "award_of", "achievement": str(n)} for n in range(400)]})
PASTED = {
    "nothing": "", "no JSON": "{", "a list": "[]", "too deep": DEEP, "too deep to read": "[" * 200_000, "too wide": WIDE,
    "too long": '{"kind": "' + "x" * 300_000 + '"}', "unknown kind": '{"kind": "award_off"}', "no kind": "{}",
    "kind of a wrong kind": '{"kind": ["all_of"]}', "parts that are none": '{"kind": "all_of", "of": "x"}',
    "parts in a leaf": '{"kind": "award_of", "of": [{"kind": "not"}]}', "null inside": '{"kind": "not", "of": [null]}',
}  # fmt: skip


@pytest.mark.parametrize("what", PASTED)
def test_a_pasted_rule_that_is_none_is_refused_and_what_was_there_stays(
    builder: Builder, two: list[str], what: str
) -> None:
    builder.do("paste", "-", rule=PASTED[what])
    assert asked(builder) == two


ODD = [
    {"kind": "award_of", "achievement": 7, "equivalents": [["x"], None, {"a": 1}]},
    {
        "kind": "at_most",
        "amount": "1e999",
        "share": "1/0",
        "count": -1,
        "scheme": [],
        "filter": 3,
        "of": {"kind": "not"},
    },
    {"kind": "skills_covered", "framework": {}, "skills": "x", "level": None},
    {"kind": "equivalences", "sets": [["a"], "b", [3]], "of": {"kind": "award_of", "achievement": "a"}},
    {
        "kind": "level_at_least",
        "level": {"framework": 1, "value": {}},
        "of": {"kind": "award_of", "id": 3, "label": []},
    },
    {"kind": "earned_within", "since": "yesterday", "until": 5, "what": "is this", "of": {"kind": "award_of"}},
]


@pytest.mark.parametrize("number", range(len(ODD)))
def test_an_odd_rule_is_shown_marked_and_can_be_mended(builder: Builder, number: int) -> None:
    builder.do("paste", "-", rule=json.dumps(ODD[number]))
    for node in from_json(builder.kept["root"]).walk():
        assert "to mend" in builder.page(node=node.key)
        for one in inputs_of(node.kind):
            if one.searched:
                builder.do("choose", node.key, field=one.name, value="https://a.example/1")
                builder.do("drop", node.key, field=one.name, value="https://a.example/1")
        builder.do("set", node.key, **{f"f.{one.name}": "0 / \x07 ∞" for one in inputs_of(node.kind)})


def test_history_is_bounded(builder: Builder, two: list[str]) -> None:
    first = keys(builder)[0]
    for number in range(drafts.MOST_STEPS + 5):
        builder.swap("set", first, **{"f.label": f"Name {number}"})
    assert len(builder.kept["past"]) == drafts.MOST_STEPS


# --- a draft without faults is a rule, and the other way round ------------------------------------------------------------------

LEAVES = st.one_of(
    st.builds(lambda name: {"kind": "award_of", "achievement": name}, st.sampled_from("abc")),
    st.builds(lambda n: {"kind": "awards_at_least", "count": n}, st.integers(0, 3)),
    st.builds(lambda n: {"kind": "credits_at_least", "amount": n, "scheme": "ECTS"}, st.integers(0, 9)),
    st.just({"kind": "award_of"}),
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda of: {"kind": "all_of", "of": of}, st.lists(inner, max_size=3)),
        st.builds(lambda n, of: {"kind": "any_n", "n": n, "of": of}, st.integers(0, 3), st.lists(inner, max_size=3)),
        st.builds(lambda of: {"kind": "in_order", "of": of}, st.lists(inner, max_size=2)),
        st.builds(lambda of: {"kind": "not", "of": of}, inner),
        st.builds(lambda d, of: {"kind": "recency", "days": d, "of": of}, st.integers(0, 9), inner),
        st.builds(
            lambda share, of: {"kind": "residency", "issuers": ["i"], "scheme": "ECTS", "share": share, "of": of},
            st.sampled_from(["1/2", "0"]),
            inner,
        ),
    ),
    max_leaves=6,
)


@given(RULES)
@settings(max_examples=150, deadline=None)
def test_a_draft_has_no_fault_if_and_only_if_the_engine_takes_it(rule: dict[str, Any]) -> None:
    numbers = itertools.count(1)
    root = from_rule(rule, lambda: f"k{next(numbers)}")
    assert root.to_rule() == rule
    assert from_json(json.loads(json.dumps(root.to_json()))) == root
    judged = judge(root, {})
    try:
        parse_requirement(rule)
    except RuleError:
        assert judged.rule is None
        assert judged.count
    else:
        assert judged.rule is not None
        assert judged.faults == {}
    assert set(judged.said) == {node.key for node in root.walk()}


def test_what_the_site_brings_is_judged_by_everything_an_award_of_it_would_say(team: Team) -> None:
    """Subjects, skills and hours too, not only credits, level and tags: a trial and a holding are made in one place."""
    facts = {"field_of_study": "52.0201", "workload_hours": 40, "tags": ["internship"]}
    version = team.published(title="Placement in a shop", credits=3, credit_scheme="ECTS", **facts)
    tried = supply.as_if_held(version, AT)
    held = holdings.content_of(version, version.definition.owner.slug)
    assert held["subjects"] == {"52", "52.02", "52.0201"}
    assert held["hours"] == 40
    assert {name: getattr(tried, name) for name in held} == held
