"""Rows of likely skills: the words by which a program found one, and what a person said of it.

A likely skill stands in ``SkillTaught`` with an origin that says it was worked out. Here is why, so that anybody can judge it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.people.models import Person
from cairn.skills.models import Skill


class SkillEvidence(models.Model):
    """The words of a version's own title or description by which a skill was found to be likely (:mod:`cairn.skills.tagging`).

    ``start`` and ``end`` count characters of that ``part``; ``confidence`` is the share of such findings that was right where it was
    measured.
    """

    taught = models.OneToOneField("catalog.SkillTaught", on_delete=models.CASCADE, related_name="evidence")
    confidence = models.DecimalField(max_digits=3, decimal_places=2)
    how = models.CharField(max_length=12, help_text="exact, alternative, short, common, variant or similar")
    label = models.CharField(max_length=300, help_text="The skill's name that the words were taken for")
    part = models.CharField(max_length=12, help_text="title or description")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.CharField(max_length=300, help_text="The words themselves")
    method = models.CharField(max_length=60, help_text="What found it, with its version")
    framework = models.CharField(max_length=250, help_text="Name and version of the framework that has the skill")

    class Meta:
        verbose_name = "evidence of a likely skill"
        verbose_name_plural = "evidence of likely skills"

    def __str__(self) -> str:
        return f"“{self.text}” in the {self.part}"


class LikelySkillDecision(models.Model):
    """A person says whether a definition leads to a skill that was found to be likely. It holds until it is taken back."""

    definition = models.ForeignKey("catalog.Definition", on_delete=models.CASCADE, related_name="skill_decisions")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="definition_decisions")
    accepted = models.BooleanField()
    evidence = models.CharField(max_length=300, blank=True, help_text="The words that were decided on")
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = "decision on a likely skill"
        verbose_name_plural = "decisions on likely skills"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["definition", "skill"], name="one_decision_per_likely_skill")
        ]

    def __str__(self) -> str:
        return f"{self.definition} {'leads' if self.accepted else 'does not lead'} to {self.skill}"
