"""Rows of the catalogue: providers, definitions with immutable versions, offers, published outcomes; and the names of all others."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

from cairn.catalog.appraised import (
    CredibilityScore,
    CriterionAnswer,
    CriterionAppeal,
    CriterionEvidence,
    RubricInUse,
)
from cairn.catalog.earnings_models import PublishedEarnings
from cairn.catalog.immutable import CONTENT, OPEN, SEALED
from cairn.catalog.import_models import ImportChange, ImportRemark, ImportRun
from cairn.catalog.likely_models import LikelySkillDecision, SkillEvidence
from cairn.catalog.price_models import Bundle, Discount
from cairn.catalog.register_models import ProviderMatch, Register, RegisterEntry, RegisterStatement
from cairn.catalog.search_changes import SearchChange
from cairn.errors import Conflict
from cairn.people.models import Organisation, Person
from cairn.skills.models import Skill


class Provider(models.Model):
    """Whoever gives the learning, as its source names it. ``organisation`` is set where the provider works with this site."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=250)
    organisation = models.OneToOneField(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="provider"
    )
    website = models.URLField(max_length=500, blank=True)
    city = models.CharField(max_length=120, blank=True)
    county = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    identifiers = models.JSONField(
        default=list, help_text='What else names it: [{"scheme": "did", "value": "did:web:…"}]'
    )
    source = models.CharField(max_length=80, help_text="Where this row comes from; ours is 'cairn'")
    source_key = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "source_key"], name="one_provider_per_source_key")
        ]

    def __str__(self) -> str:
        return self.name


class Approval(models.Model):
    """Somebody states that a provider is approved, accredited or flagged. A statement with its source, not a judgement."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="approvals")
    kind = models.CharField(max_length=40, help_text="approved, accredited, caution")
    authority = models.CharField(max_length=250)
    scope = models.CharField(max_length=250, blank=True)
    status = models.CharField(max_length=80, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "kind", "authority", "scope", "source"], name="one_approval_per_statement"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.kind} by {self.authority}"


class Definition(models.Model):
    """A credential that can be earned; what it says stands in its versions."""

    class Type(models.TextChoices):
        """The four types, and "" where a source does not say."""

        BADGE = "badge", "Digital badge"
        CERTIFICATE = "certificate", "Certificate"
        PROGRAMME = "programme", "Nano-degree (programme)"
        INDUSTRY = "industry", "Industry credential"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=160, unique=True)
    type = models.CharField(max_length=12, choices=Type.choices, blank=True)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="definitions")
    owner = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="definitions",
        help_text="The awarding body, where this site awards it; empty for what was only imported",
    )  # fmt: skip
    source = models.CharField(max_length=80)
    source_key = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "source_key"], name="one_definition_per_source_key")
        ]

    def __str__(self) -> str:
        return self.slug


class DefinitionVersion(models.Model):
    """What a definition says, from one moment on. Once published it never changes; a change is a new version.

    ``outcomes``: list of {"id", "text", "skills": [uri], "assessed_by": [criterion id]}.
    ``requirement``: a stacking rule as JSON (cairn.stacking), or None where the award is earned by assessment alone.
    ``rubric``: {"criteria": [{"id", "name", "levels": [{"id", "name", "points", "description"}], "required": level id}]}, or None.
    ``texts``: what it says in further languages, {"de": {"title", "description", "criteria", "outcomes": [text]}}, each part optional.
    ``related``: other credentials that its source names, [{"relation", "name", "url"}] with the relations of :class:`Relation`.
    ``skills_named``: skills as the source writes them, [{"name", "url", "framework", "level"}], also those that no framework here has.
    ``identifiers``: [{"scheme", "value"}], such as a CTID or a course code.
    ``requires``: what must be there before it can be started, so that a plan can weigh it (``prerequisites`` says it in words): groups of
    alternatives, [[{"skill": uri, "level": 1 to 7} or {"achievement": address}, …], …], one of each group.
    """

    class State(models.TextChoices):
        """Lifecycle of a definition (domain: lifecycle, DEFINITION)."""

        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        APPROVED = "approved", "Approved"
        PUBLISHED = "published", "Published"
        SUSPENDED = "suspended", "Suspended"
        SUPERSEDED = "superseded", "Superseded"
        RETIRED = "retired", "Retired"

    class Relation(models.TextChoices):
        """What another credential is to this one."""

        STACKS_INTO = "stacks_into", "Stacks into"
        ACCEPTED_BY = "accepted_by", "Accepted by"
        MADE_OF = "made_of", "Made of"
        REQUIRES = "requires", "Requires"
        PREPARES_FOR = "prepares_for", "Prepares for"

    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)

    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    criteria = models.TextField(blank=True, help_text="What must be shown to earn it (Markdown)")
    language = models.CharField(max_length=20, default="en", help_text="BCP 47")
    outcomes = models.JSONField(default=list)
    workload_hours = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    credits = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    credit_scheme = models.CharField(max_length=40, blank=True, help_text="ects, us-semester, …")
    level_framework = models.CharField(max_length=40, blank=True, help_text="eqf, …")
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    assessment_type = models.CharField(max_length=60, blank=True)
    participation = models.CharField(max_length=40, blank=True, help_text="online, onsite, blended, …")
    supervision = models.CharField(max_length=60, blank=True)
    quality_assurance = models.TextField(blank=True)
    prerequisites = models.TextField(blank=True)
    requires = models.JSONField(default=list)
    leads_to = models.CharField(
        max_length=300, blank=True, help_text="The licence, degree or credential a source says it leads to"
    )
    field_of_study = models.CharField(max_length=7, blank=True, help_text="CIP 2020, like 52.0201")
    requirement = models.JSONField(null=True, blank=True)
    rubric = models.JSONField(null=True, blank=True)
    high_stakes = models.BooleanField(default=False, help_text="Awards need a second person's approval")
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True)
    tags = models.JSONField(default=list)
    partner = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="partnered_versions",
        help_text="The industry body that made it with us",
    )  # fmt: skip
    image_svg = models.TextField(blank=True)
    texts = models.JSONField(default=dict)
    taught_in = models.JSONField(default=list, help_text="Languages of teaching and assessment, BCP 47")
    level_text = models.CharField(
        max_length=200, blank=True, help_text="The level where it is no number, as its source says it"
    )
    stackability = models.CharField(
        max_length=40, blank=True, help_text="stand-alone or stackable (Annex I, optional element d)"
    )
    grading = models.CharField(max_length=300, blank=True, help_text="The scale on which it is graded")
    further_information = models.TextField(blank=True)
    homepage = models.URLField(max_length=500, blank=True)
    identifiers = models.JSONField(default=list)
    related = models.JSONField(default=list)
    skills_named = models.JSONField(default=list)

    author = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reviewer = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    publisher = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["definition", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["definition"],
                condition=models.Q(state="published"),
                name="one_published_version_per_definition",
            ),
        ]
        indexes: ClassVar = [
            # The feed. Without the state in front: SQLite would take such an index for every question about what is published, and sort.
            models.Index(fields=["-published_at", "-id"], name="versions_latest_first"),
            models.Index(
                fields=["state", "title"], condition=models.Q(requirement__isnull=False), name="versions_made_of_parts"
            ),  # what a credential counts towards: few among millions
        ]

    def __str__(self) -> str:
        return f"{self.title} (v{self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; refuse to change what a published version says (the database refuses too: ``immutable.py``)."""
        if self.pk is not None:
            stored = DefinitionVersion.objects.filter(pk=self.pk).values("state", *CONTENT).first()
            if stored is not None and stored["state"] in SEALED:
                changed = [name for name in CONTENT if getattr(self, name) != stored[name]]
                if changed or self.state in OPEN:
                    raise Conflict(
                        f"{self} is published, and a published version never changes.",
                        remedy="Make a new version; whoever earned this one keeps what it says.",
                        changed=changed,
                    )
        super().save(*args, **kwargs)


class SkillTaught(models.Model):
    """A version leads to a skill at a level (1 to 7, O*NET's scale). ``origin`` says who says so and how: an :class:`Origin`."""

    class Origin(models.TextChoices):
        """Only what is stated counts as stated; the rest was worked out here, and is shown apart."""

        STATED = "stated", "Stated by the author or the source"
        CONFIRMED = "confirmed", "Found in its words, and confirmed by a person here"
        TAGGED = "tagged", "Found in its title or description"
        CROSSWALK = "crosswalk", "Worked out from its field of study"

    WORKED_OUT: ClassVar = (Origin.TAGGED, Origin.CROSSWALK)
    """Origins that nobody has judged: likely at most."""

    version = models.ForeignKey(DefinitionVersion, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="taught_by")
    level = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    origin = models.CharField(max_length=60, help_text="stated (by the author), crosswalk (by field of study), …")

    class Meta:
        verbose_name = "skill taught"
        verbose_name_plural = "skills taught"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "skill"], name="one_level_per_skill_taught")
        ]

    def __str__(self) -> str:
        return f"{self.version} teaches {self.skill}"


class Endorsement(models.Model):
    """A signed EndorsementCredential by which a partner or accreditor stands behind a version, kept whole."""

    version = models.ForeignKey(DefinitionVersion, on_delete=models.CASCADE, related_name="endorsements")
    endorser = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="endorsements_given")
    document = models.TextField()
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "endorser"], name="one_endorsement_per_endorser")
        ]

    def __str__(self) -> str:
        return f"{self.endorser} endorses {self.version}"


class Offer(models.Model):
    """One way to take part: price, hours, place, dates. Money in minor units (cents); None means "not stated", never free."""

    class State(models.TextChoices):
        """Lifecycle of an offer (domain: lifecycle, OFFERING)."""

        SCHEDULED = "scheduled", "Scheduled"
        OPEN = "open", "Open"
        RUNNING = "running", "Running"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Cancelled"

    version = models.ForeignKey(DefinitionVersion, on_delete=models.CASCADE, related_name="offers")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    currency = models.CharField(max_length=3, default="USD")
    price_total = models.PositiveBigIntegerField(null=True, blank=True)
    price_tuition = models.PositiveBigIntegerField(null=True, blank=True)
    price_fees = models.PositiveBigIntegerField(null=True, blank=True)
    price_materials = models.PositiveBigIntegerField(null=True, blank=True)
    price_other = models.PositiveBigIntegerField(null=True, blank=True)
    hours = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_text = models.CharField(max_length=60, blank=True, help_text="As the source gives it, like '11-26 weeks'")
    mode = models.CharField(max_length=40, blank=True, help_text="online, onsite, blended; '' is not stated")
    evening = models.BooleanField(null=True)
    city = models.CharField(max_length=120, blank=True)
    county = models.CharField(max_length=120, blank=True)
    state_code = models.CharField(max_length=10, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    self_paced = models.BooleanField(null=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    price_text = models.CharField(max_length=200, blank=True, help_text="What the source says of the price in words")
    address = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=2, blank=True)
    languages = models.JSONField(default=list, help_text="BCP 47")
    apply_until = models.DateField(null=True, blank=True)
    url = models.URLField(max_length=500, blank=True)
    source_key = models.CharField(max_length=300, blank=True, help_text="What its source calls it, to find it again")

    def __str__(self) -> str:
        return f"Offer of {self.version}"


class Outcome(models.Model):
    """Published outcomes of completers of a provider's field of study, in the quarters after completion.

    Shares in percent, wages per quarter in whole units of ``currency``; None means suppressed or not published. Completers' earnings are
    not a premium (domain: return, rung 4).
    """

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="outcomes")
    field_of_study = models.CharField(max_length=7)
    quarter = models.PositiveSmallIntegerField(help_text="Quarters after completion: 2, 4 or 8")
    completers = models.PositiveIntegerField(null=True)
    employed_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    retained_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    mean_quarterly_wage = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    earners = models.PositiveIntegerField(null=True, help_text="How many wages the mean stands on")
    currency = models.CharField(max_length=3, help_text="Of the mean; as its source counts, ISO 4217")
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "field_of_study", "quarter"], name="one_outcome_per_quarter")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.field_of_study} after {self.quarter} quarters"


__all__ = [
    "Approval", "Bundle", "CredibilityScore", "CriterionAnswer", "CriterionAppeal", "CriterionEvidence", "Definition", "DefinitionVersion",
    "Discount", "Endorsement", "ImportChange", "ImportRemark", "ImportRun", "LikelySkillDecision", "Offer", "Outcome", "Provider",
    "ProviderMatch", "PublishedEarnings", "Register", "RegisterEntry", "RegisterStatement", "RubricInUse", "SearchChange", "SkillEvidence",
    "SkillTaught",
]  # fmt: skip
