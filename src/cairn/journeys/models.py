"""Rows of journeys: skills a person states, goals, plans taken, progress through stacks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.catalog.models import DefinitionVersion
from cairn.issuing.models import Award
from cairn.people.models import Person
from cairn.skills.models import Occupation, Skill


class SkillClaim(models.Model):
    """A person says they have a skill at a level (0 to 7, O*NET's scale). Proven skills come from awards, never from here."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skill_claims")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    level = models.DecimalField(max_digits=4, decimal_places=2)
    stated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "skill"], name="one_claim_per_skill")]

    def __str__(self) -> str:
        return f"{self.person}: {self.skill}"


class Goal(models.Model):
    """Where a person wants to be: an occupation, a larger credential, or skills that a role asks for, within what they can give.

    ``needs``: [{"skill": uri, "name", "level", "weight", "essential"}], for skills under a ``title``, or beside a credential. ``wishes``
    are the limits beside money and time, and what the plan should aim at (:mod:`cairn.journeys.wishes`).
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="goals")
    occupation = models.ForeignKey(Occupation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(DefinitionVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    needs = models.JSONField(null=True, blank=True)
    wishes = models.JSONField(default=dict, blank=True)
    budget = models.PositiveBigIntegerField(null=True, blank=True, help_text="Minor units")
    currency = models.CharField(max_length=3, default="USD")
    hours_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(occupation__isnull=False, version__isnull=True, needs__isnull=True)
                | models.Q(occupation__isnull=True, version__isnull=False)
                | models.Q(occupation__isnull=True, version__isnull=True, needs__isnull=False),
                name="goal_is_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.occupation or (self.version and self.version.title) or self.title)


class Plan(models.Model):
    """A plan that was proposed for a goal; ``document`` is the planner's whole answer as it was shown."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="plans")
    objective = models.CharField(max_length=30)
    document = models.JSONField()
    proposed_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Plan for {self.goal}"


class StackPart(models.Model):
    """What an award must be of to matter to a stack: so that one award leads to its stacks without reading every rule.

    ``key`` is the uid of a definition of this site, the SHA-256 of another site's achievement address, or ``*`` where any award might.
    """

    ANY: ClassVar[str] = "*"

    version = models.ForeignKey(DefinitionVersion, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "version"], name="one_key_per_stack")]

    def __str__(self) -> str:
        return f"{self.version} asks for {self.key}"


class StackProgress(models.Model):
    """How far a person is in a stack under the rule version they follow: what lists, desks and listeners need.

    Reasons are worked out when somebody looks (they take milliseconds for one learner, and a hundred times the room for all), and kept
    where they are evidence (:class:`StackEvidence`). They follow the version they started with until they choose another; then
    ``left_at`` says when. ``stamp`` grows by one with each write, so that a job that read before somebody else wrote does not write
    over it.
    """

    class Question(models.TextChoices):
        """Whether a person must look: a component was revoked after the stack was awarded."""

        NONE = "", "None"
        COMPONENT_REVOKED = "component_revoked", "A component was revoked"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="stack_progress")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="stack_progress")
    state = models.CharField(max_length=8, help_text="met, partly or not")
    percent = models.PositiveSmallIntegerField(default=0, help_text="0 to 100, rounded down")
    elsewhere = models.JSONField(default=list, blank=True, help_text="Ids of credentials of other issuers that count")
    evaluated_at = models.DateTimeField(help_text="When this answer was first found")
    question = models.CharField(max_length=20, choices=Question.choices, blank=True, default="")
    left_at = models.DateTimeField(null=True, blank=True)
    stamp = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "stack progress"
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "version"], name="one_progress_per_stack")]

    def __str__(self) -> str:
        return f"{self.person} towards {self.version}: {self.state}"


class StackQuestion(models.Model):
    """A part of a larger award no longer stands. A person of the awarding body decides what follows; nothing does by itself.

    ``component`` is the revoked award; for a credential of another issuer it is empty and ``about`` names it.
    """

    class Decision(models.TextChoices):
        """What a registrar decided."""

        OPEN = "", "Open"
        STANDS = "stands", "The larger credential stands"
        REVOKED = "revoked", "The larger credential was revoked"
        REPLACED = "replaced", "It was awarded again with the parts that stand"

    stacked = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="questions")
    component = models.ForeignKey(Award, null=True, on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=300, blank=True, help_text="What no longer stands, in words")
    opened_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True, default="")
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stacked", "component"], name="one_question_per_component"),
            models.UniqueConstraint(
                fields=["stacked", "about"],
                condition=models.Q(component=None, decision=""),
                name="one_open_question_per_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stacked}: {self.about}"


class StackEvidence(models.Model):
    """The engine's whole answer, as it was, on which a larger credential was awarded, or with which a question about one was opened.

    Nothing writes over it. Every other answer is worked out anew when somebody looks.
    """

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="+", help_text="The larger credential")
    question = models.ForeignKey(
        StackQuestion,
        null=True,
        on_delete=models.CASCADE,
        related_name="evidence",
        help_text="Empty: it was awarded on this",
    )
    evaluation = models.JSONField()
    found_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "stack evidence"

    def __str__(self) -> str:
        return f"{self.award} on {self.found_at:%Y-%m-%d}"


class RecomputeRun(models.Model):
    """A run that weighs every learner of a stack anew: how far it came, so that a run that was broken off can go on."""

    version = models.ForeignKey(DefinitionVersion, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(help_text="The moment the learners are weighed at")
    reached = models.BigIntegerField(default=0, help_text="Every person up to this number is done")
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(finished_at=None), name="one_open_run_per_stack"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} up to {self.reached}"
