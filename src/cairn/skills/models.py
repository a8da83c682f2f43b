"""Rows of skills: frameworks, skills, occupations, what occupations need and what they pay."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.people.models import Organisation, Person


class Framework(models.Model):
    """A published list of skills or occupations in one version, with its licence and how to name its source."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    version = models.CharField(max_length=40)
    publisher = models.CharField(max_length=200)
    url = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=200)
    attribution = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Skill(models.Model):
    """A skill, a field of knowledge or a technology in a framework. ``uri`` is its identifier everywhere else."""

    class Kind(models.TextChoices):
        """What sort of thing the framework calls it."""

        SKILL = "skill", "Skill"
        KNOWLEDGE = "knowledge", "Knowledge"
        TECHNOLOGY = "technology", "Technology"

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="skills")
    uri = models.CharField(max_length=300, unique=True)
    code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    alt_labels = models.JSONField(default=list)
    hidden_labels = models.JSONField(default=list, help_text="Names for finding only, never shown as its name")
    description = models.TextField(blank=True)
    broader = models.JSONField(
        default=list, help_text="Identifiers of the broader skills and groups that its framework names"
    )
    levels = models.JSONField(default=list, help_text="Levels of education its framework says it is for, in its codes")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name


class Relation(models.TextChoices):
    """What one skill is to another (the words are those of SKOS's mapping relations)."""

    SAME = "same", "the same"
    BROADER = "broader", "broader"
    NARROWER = "narrower", "narrower"
    CLOSE = "close", "close"


class SkillLink(models.Model):
    """One row of a crosswalk between skills: ``target`` is the same as, broader than, narrower than or close to ``source``."""

    source = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="links_in")
    relation = models.CharField(max_length=8, choices=Relation.choices)
    origin = models.CharField(max_length=120)
    confidence = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="0 to 1, where the crosswalk itself says how sure it is",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target", "origin"], name="one_skill_link_per_origin")
        ]

    def __str__(self) -> str:
        return f"{self.source} ~ {self.target} ({self.relation})"


class MatchDecision(models.Model):
    """Somebody says what a skill or a label means, or does not mean. It holds in its scope until somebody there says otherwise.

    ``source`` is the skill in question, or, where words are, ``label`` (folded) with no source. Scope: an ``organisation`` for what it
    writes, a ``person`` for their own goal, neither for the whole site. A narrower scope goes before a wider one.
    """

    source = models.ForeignKey(Skill, null=True, blank=True, on_delete=models.CASCADE, related_name="decisions")
    label = models.CharField(max_length=300, blank=True)
    target = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="decisions_for")
    relation = models.CharField(max_length=8, choices=Relation.choices, default=Relation.SAME)
    accepted = models.BooleanField()
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="skill_decisions"
    )
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="skill_decisions")
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField()
    key = models.CharField(
        max_length=400, unique=True, help_text="What is decided on, and in which scope: one decision each"
    )
    found_as = models.CharField(max_length=12, blank=True, help_text="The kind of match that was decided on")
    confidence = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(organisation=None) | models.Q(person=None), name="decision_in_one_scope"
            ),
            models.CheckConstraint(
                condition=models.Q(source__isnull=False, label="") | (models.Q(source=None) & ~models.Q(label="")),
                name="decision_on_a_skill_or_a_label",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["label"])]

    def __str__(self) -> str:
        return f"{self.source or self.label} {'is' if self.accepted else 'is not'} {self.relation} {self.target}"


class Occupation(models.Model):
    """An occupation in a framework: O*NET-SOC 2019 code (``15-1252.00``) or ESCO/ISCO."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="occupations")
    uri = models.CharField(max_length=300, unique=True)
    code = models.CharField(max_length=20)
    soc = models.CharField(max_length=7, blank=True, help_text="SOC 2018, for wages and crosswalks")
    title = models.CharField(max_length=300)
    alt_titles = models.JSONField(default=list)
    job_zone = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="O*NET job zone, 1 (little preparation) to 5"
    )
    in_demand = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["soc"]), models.Index(fields=["code"])]

    def __str__(self) -> str:
        return self.title


class OccupationNeed(models.Model):
    """What an occupation needs of a skill, as its source states it.

    O*NET: importance 1 to 5, level 0 to 7, each with its standard error; for technologies no numbers, only whether employers often ask
    for it. ESCO: essential or optional, no numbers.
    """

    occupation = models.ForeignKey(Occupation, on_delete=models.CASCADE, related_name="needs")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="needed_by")
    importance = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    importance_error = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    level = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    level_error = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    essential = models.BooleanField(null=True)
    in_demand = models.BooleanField(
        null=True, help_text="O*NET, technologies: employers often ask for it when they look for this occupation"
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["occupation", "skill"], name="one_need_per_skill")]

    def __str__(self) -> str:
        return f"{self.occupation} needs {self.skill}"


class OccupationLink(models.Model):
    """A published crosswalk between two occupations of different frameworks."""

    source = models.ForeignKey(Occupation, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Occupation, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=40, help_text="How sure the crosswalk is, in its own words")
    origin = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target", "origin"], name="one_link_per_origin")
        ]

    def __str__(self) -> str:
        return f"{self.source} ~ {self.target}"


class Wage(models.Model):
    """What people in an occupation earn a year in an area, whole currency units. None means the source suppressed it.

    ``top_coded`` names the figures (``mean``, ``p10`` … ``p90``) that the source only gives as "at least"; the figure is that bound.
    """

    soc = models.CharField(max_length=7)
    area = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3, default="USD")
    employment = models.PositiveIntegerField(null=True)
    mean = models.PositiveIntegerField(null=True)
    p10 = models.PositiveIntegerField(null=True)
    p25 = models.PositiveIntegerField(null=True)
    median = models.PositiveIntegerField(null=True)
    p75 = models.PositiveIntegerField(null=True)
    p90 = models.PositiveIntegerField(null=True)
    top_coded = models.JSONField(default=list)
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["soc", "area", "year"], name="one_wage_per_area_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.soc} {self.area} {self.year}"


class FieldOfStudyLink(models.Model):
    """Which occupations a field of study prepares for: the CIP 2020 to SOC 2018 crosswalk."""

    cip = models.CharField(max_length=7, help_text="CIP 2020, like 52.0201")
    cip_title = models.CharField(max_length=300)
    soc = models.CharField(max_length=7)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["cip", "soc"], name="one_row_per_cip_and_soc")]
        indexes: ClassVar = [models.Index(fields=["soc"])]

    def __str__(self) -> str:
        return f"{self.cip} → {self.soc}"
