"""A rule tried on records before it is published.

Weighed is only what the organisation itself awarded to its own learners: it knows that already. What others awarded them is the learners'
own and is not looked at, so a learner may be further along than shown here. Nothing of a trial reaches a learner.

1. Who is a learner of the organisation: whoever it awarded something to, or who enrolled in something it offers.
2. They are weighed some at a time (:data:`AT_ONCE`), so that a trial never holds up a page, up to :data:`MOST_LEARNERS`.
3. Each is weighed under the draft's rule and under the published one, and what differs is told with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.crypto import salted_hmac

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import version_by_achievement
from cairn.catalog.rules.drafts import digest
from cairn.earning.models import Enrolment
from cairn.errors import Invalid
from cairn.issuing import holdings
from cairn.issuing.models import Award, StatusChange
from cairn.journeys import traces
from cairn.journeys.ready import Ready, ready
from cairn.people.models import Organisation, Person

MOST_LEARNERS = 2000
"""Learners that one trial looks at, those with the newest account last."""
AT_ONCE = 100
"""Learners that are weighed for one request."""
MOST_REASONS = 50
"""Learners whose change is told with its reason."""
MOST_MADE_UP = 40
"""Credentials of a record made up by hand."""


@dataclass(slots=True)
class Trial:
    """A trial and how far it came; ``rows`` are (person's number, state, percent, state before, percent before, why it changed)."""

    rule: dict[str, Any]
    total: int
    after: int = 0
    rows: list[list[Any]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether everybody was weighed."""
        return len(self.rows) >= self.total

    @property
    def counts(self) -> dict[str, int]:
        """How many meet it, are on the way, or have nothing of it; and how the published rule differs."""
        states = [row[1] for row in self.rows]
        moved = [(row[1] == "met", row[3] == "met") for row in self.rows if row[3]]
        return {
            "met": states.count("met"),
            "partly": states.count("partly"),
            "not": states.count("not"),
            "compared": len(moved),
            "gained": moved.count((True, False)),
            "lost": moved.count((False, True)),
        }

    def to_json(self) -> dict[str, Any]:
        """Return the trial as JSON values."""
        return asdict(self)


def learners_of(organisation: Organisation) -> QuerySet[Person]:
    """Return the learners of an organisation (1), by number."""
    awarded = Award.objects.filter(
        holder=OuterRef("pk"), organisation=organisation, state__in=holdings.COUNTED_STATES, awarded_at__isnull=False
    )
    enrolled = Enrolment.objects.filter(learner=OuterRef("pk"), version__definition__owner=organisation)
    return Person.objects.filter(Q(Exists(awarded)) | Q(Exists(enrolled)), is_active=True).order_by("pk")


def published_before(version: DefinitionVersion) -> DefinitionVersion | None:
    """Return the version of the same definition that learners have now, where it has a rule."""
    states = [DefinitionVersion.State.PUBLISHED, DefinitionVersion.State.SUSPENDED]
    found = version.definition.versions.filter(state__in=states, requirement__isnull=False)
    return found.select_related("definition__owner").order_by("-number").first()


def with_rule(version: DefinitionVersion, rule: Mapping[str, Any]) -> Ready:
    """Return a version as if it had this rule, ready to be asked. Raises Invalid."""
    try:
        found = ready(
            DefinitionVersion(
                definition=version.definition, number=version.number, title=version.title, requirement=dict(rule)
            )
        )
    except stacking.RuleError as error:
        raise Invalid(
            "This rule cannot be tried, because something in it is still to mend.", remedy=str(error.problems[0])
        ) from error
    if found is None:
        raise Invalid("There is no rule to try yet.", remedy="Build one first.")
    return found


def begin(organisation: Organisation, rule: Mapping[str, Any]) -> Trial:
    """Return a trial in which nobody was weighed yet."""
    return Trial(dict(rule), min(MOST_LEARNERS, learners_of(organisation).count()))


def go_on(trial: Trial, version: DefinitionVersion, organisation: Organisation, at: datetime) -> None:
    """Weigh the next learners of a trial (2, 3)."""
    room = min(AT_ONCE, trial.total - len(trial.rows))
    learners = list(learners_of(organisation).filter(pk__gt=trial.after)[:room])
    if not learners:
        trial.total = len(trial.rows)
        return
    held = held_by(learners, organisation)
    now = with_rule(version, trial.rule)
    earlier = published_before(version)
    before = ready(earlier) if earlier is not None else None
    weighed = _weigh(now, learners, held, at)
    weighed_before = _weigh(before, learners, held, at) if before is not None else {}
    told = sum(1 for row in trial.rows if row[5])
    for person in learners:
        new, old = weighed[person.pk], weighed_before.get(person.pk)
        why = ""
        if old is not None and new.met != old.met and told < MOST_REASONS:
            why, told = _why(new, old), told + 1
        trial.rows.append([person.pk, *_state(new), *(_state(old) if old is not None else ("", 0)), why])
    trial.after = learners[-1].pk


def held_by(learners: Iterable[Person], organisation: Organisation) -> dict[int, list[stacking.Award]]:
    """Return what the organisation awarded to these learners, as the engine's values, by the learner's number."""
    changes = Prefetch("status_changes", queryset=StatusChange.objects.order_by("at"))
    skills = Prefetch("version__skills", queryset=holdings.STATED, to_attr="stated_skills")
    awards = (
        Award.objects.filter(
            holder__in=list(learners),
            organisation=organisation,
            state__in=holdings.COUNTED_STATES,
            awarded_at__isnull=False,
        )
        .select_related("version__definition__owner", "organisation", "supersedes")
        .prefetch_related(changes, skills)
        .order_by("awarded_at", "pk")
    )
    found: dict[int, list[stacking.Award]] = {}
    for award in awards:
        found.setdefault(award.holder_id, []).append(holdings.as_value(award))
    return found


def _weigh(
    rule: Ready, learners: Iterable[Person], held: Mapping[int, list[stacking.Award]], at: datetime
) -> dict[int, stacking.Evaluation]:
    patterns = rule.patterns(at)  # learners who hold the same are weighed once
    return {person.pk: patterns.evaluate(held.get(person.pk, [])) for person in learners}


def _state(evaluation: stacking.Evaluation) -> tuple[str, int]:
    return str(evaluation.state), int(evaluation.progress * 100)


def _why(new: stacking.Evaluation, old: stacking.Evaluation) -> str:
    """Say why a learner is complete under one rule and not under the other: what that other one still asks."""
    answer = old if new.met else new
    steps = "; ".join(one.sentence for one in (answer.missing[0] if answer.missing else answer.obstacles))
    return ("No longer asked: " if new.met else "Newly missing: ") + steps[:300]


# --- one record, seen close ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """One record under a rule, as a page shows it: the answer as JSON, its picture, and what each credential did."""

    document: dict[str, Any]
    picture: Any
    counted: list[tuple[str, list[str]]]
    left_over: list[tuple[str, str]]
    hindered: traces.Hindered | None
    """Why nothing completes the rule, where nothing does."""


def look_at(rule: Ready, awards: list[stacking.Award], at: datetime, titles: Mapping[str, str], kind: str) -> Seen:
    """Weigh one record and tell all about it; ``titles`` are the names of its awards, ``kind`` the type of what the rule is for."""
    evaluation = stacking.evaluate(
        rule.rule, awards, at, equivalent=rule.families, names=dict(rule.names), retired=rule.retired
    )
    document = traces.as_json(evaluation, rule)
    places: dict[str, list[str]] = {award: [] for award in evaluation.used}
    for node in stacking.results.flat(evaluation.trace):
        if not node.parts:
            for award in node.used:
                places.setdefault(award, []).append(node.label or node.sentence)
    return Seen(
        document,
        traces.picture_of(rule.version.title, kind or "certificate", document, titles),
        [(titles.get(award, award), where) for award, where in places.items()],
        [(titles.get(one.award, one.award), one.reason) for one in evaluation.unused],
        traces.hindered(document, titles),
    )


def titles_of(awards: Iterable[stacking.Award]) -> dict[str, str]:
    """Return the titles of awards of this site, by the award's id; of others their identifier."""
    listed = list(awards)
    named = {one.achievement: version_by_achievement(one.achievement) for one in listed}
    return {one.id: found.title if (found := named[one.achievement]) else one.achievement for one in listed}


def made_up(achievements: Iterable[str], on: datetime) -> list[stacking.Award]:
    """Return awards that nobody has, of these achievements, earned at a moment: for a record made up by hand.

    Of credentials of this site they say what their version says, as a real award would; of others only what they are. Raises Invalid.
    """
    chosen = list(dict.fromkeys(achievements))
    if len(chosen) > MOST_MADE_UP:
        raise Invalid(f"A record made up by hand holds {MOST_MADE_UP} credentials at most.", remedy="Take some away.")
    awards = []
    for number, achievement in enumerate(chosen, 1):
        version = version_by_achievement(achievement)
        if version is None:
            content: dict[str, Any] = {"achievement": achievement, "issuer": "elsewhere"}
        else:
            owner = version.definition.owner
            content = holdings.content_of(version, owner.slug if owner else version.definition.provider.slug)
        awards.append(stacking.Award(id=f"made-up-{number}", valid_from=on, source="assessed", **content))
    return awards


def pseudonym(version: DefinitionVersion, person: int) -> str:
    """Return what a learner is called in the trials of one definition: the same each time, and not to be led back to them."""
    mark = salted_hmac("cairn.journeys.trying", f"{version.definition_id}:{person}", algorithm="sha256").hexdigest()
    return mark[:10].upper()


def rule_digest(rule: Mapping[str, Any]) -> str:
    """Return what tells this rule from another, for the audit trail."""
    return digest(rule)
