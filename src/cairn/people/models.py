"""Rows of people: accounts, organisations, memberships, tokens, consent, audit.

Constraints stand in the database, so that they hold for whoever writes.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, NoReturn

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from cairn.credentials.texts import visible
from cairn.errors import NotAllowed


class PersonManager(BaseUserManager["Person"]):
    """Makes accounts. E-mail addresses are the sign-in name and are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Create an account that may sign in; without a password it can only use passkeys or single sign-on."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        """Find the account of an e-mail address, however it is capitalised."""
        return self.get(email=(username or "").strip().lower())

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Create the operator's account: may open the admin, can neither sign awards nor read evidence by it."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class Person(AbstractBaseUser, PermissionsMixin):
    """An account. What a person may do comes from memberships, never from a flag here (is_staff opens the operator's admin only)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(
        max_length=254, unique=True, help_text="Kept in lower case, so that one address is one account"
    )
    name = models.CharField(max_length=200)
    did = models.CharField(
        max_length=300, blank=True, help_text="The holder's own identifier, when there is a wallet for it"
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_in_lower_case")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the e-mail address in lower case and the name readable, whoever writes them."""
        self.email = self.email.strip().lower()
        self.name = visible(self.name)
        super().save(*args, **kwargs)


class Organisation(models.Model):
    """A provider, industry partner, accreditor, employer or the operator: whoever people act on behalf of."""

    class Kind(models.TextChoices):
        """What an organisation mainly is; roles, not the kind, decide what its members may do."""

        UNIVERSITY = "university", "University or college"
        TRAINING = "training", "Training company"
        PROFESSIONAL = "professional", "Professional or industry body"
        EMPLOYER = "employer", "Employer"
        ACCREDITOR = "accreditor", "Accreditor"
        OPERATOR = "operator", "Operator of this site"

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=250, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    website = models.URLField(max_length=500, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2")
    region = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    quality_assurance = models.TextField(blank=True, help_text="What underpins quality: accreditation, review, audits")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do for an organisation (domain: lifecycle, roles). Separation of duties: cairn.people.services."""

    ADMIN = "admin", "Administrator of the organisation"
    DESIGNER = "designer", "Designer"
    REVIEWER = "reviewer", "Quality reviewer"
    PUBLISHER = "publisher", "Publisher"
    INSTRUCTOR = "instructor", "Instructor"
    ASSESSOR = "assessor", "Assessor"
    REGISTRAR = "registrar", "Registrar"
    EXAMINER = "examiner", "Examiner of what learners bring from elsewhere"
    DEAN = "dean", "Dean"
    ENDORSER = "endorser", "Endorser for an industry partner or accreditor"
    RECRUITER = "recruiter", "Employer's recruiter"
    AUDITOR = "auditor", "Auditor (reads only)"


class Membership(models.Model):
    """A person holds a role in an organisation. Several roles are several rows."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=models.Q(ended_at=None),
                name="one_open_membership_per_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.role} of {self.organisation}"


class ApiToken(models.Model):
    """A key with which a program acts as ``created_by``, for an organisation or for themself, within ``scopes``. Only a hash is kept."""

    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="tokens",
        help_text="Empty for a token of a person's own",
    )
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, help_text="The first characters, to tell tokens apart")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, hex")
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) | models.Q(expires_at__isnull=False),
                name="own_token_has_an_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def acts_for(self) -> Organisation:
        """Return the organisation that it acts for; raises NotAllowed for a token of a person's own."""
        if self.organisation is None:
            raise NotAllowed(
                "This token acts for a person, and this is done for an organisation.",
                remedy="Make a token on the page of your organisation, or ask a colleague whose role this is.",
                code="not_for_persons",
            )
        return self.organisation


class Consent(models.Model):
    """A person agreed to one named purpose; withdrawing closes the row, agreeing again opens a new one."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=60)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person}: {self.purpose}"


class AuditChain(models.Model):
    """The head of one audit trail: the row that writers lock, and what shows that lines were cut off the end.

    ``name`` is the organisation's slug, or ``site`` for what belongs to no organisation.
    """

    name = models.CharField(max_length=80, primary_key=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True, help_text="Hash of the last line; empty before the first")

    def __str__(self) -> str:
        return f"{self.name} ({self.length})"


class AuditEvent(models.Model):
    """One line of the audit trail. Append-only (database triggers refuse updates and deletes) and hash-chained per organisation.

    ``hash`` = SHA-256 over the canonical JSON (RFC 8785) of the line without its hash, which includes ``previous_hash``. Actors stand
    as the account's pseudonymous ``uid``, so that erasing a person does not break the chain.
    """

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="audit_events"
    )
    chain = models.CharField(max_length=80, help_text="The organisation's slug, or 'site'")
    sequence = models.PositiveBigIntegerField(help_text="Place in the chain, from 1")
    at = models.DateTimeField()
    actor = models.UUIDField(null=True, blank=True, help_text="The account's uid; empty for the system itself")
    role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["chain", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="one_audit_event_per_place")
        ]
        indexes: ClassVar = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.object_type} {self.object_id}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: the trail only grows."""
        raise TypeError("The audit trail is append-only.")
