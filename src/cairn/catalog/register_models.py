"""Rows of registers: who is in them, what they state, and which providers of the catalogue they mean."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.people.models import Person

SOURCES = "catalogue"
"""The slug of the register that the catalogue's own sources are to each other."""


class Register(models.Model):
    """A published list of institutions, like DAPIP, IPEDS or DEQAR."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=250)
    url = models.URLField(max_length=500, blank=True)
    as_of = models.CharField(max_length=40, blank=True, help_text="The date or year of the register, as it states it")

    def __str__(self) -> str:
        return self.name


class RegisterEntry(models.Model):
    """One institution as a register names it. ``domains`` without "www."; ``identifiers``: [{"scheme", "value"}], like an OPE ID."""

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    aliases = models.JSONField(default=list)
    domains = models.JSONField(default=list)
    identifiers = models.JSONField(default=list)
    address = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    status = models.CharField(max_length=120, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "register entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["register", "key"], name="one_register_entry_per_key"),
        ]

    def __str__(self) -> str:
        return self.name


class RegisterStatement(models.Model):
    """What a register states of an institution: accredited by whom, for what, from when to when; or a caution.

    Never a judgement of ours.
    """

    entry = models.ForeignKey(RegisterEntry, on_delete=models.CASCADE, related_name="statements")
    key = models.CharField(max_length=64, help_text="Digest of what is stated, to find it again")
    kind = models.CharField(max_length=40, help_text="accredited, approved, caution, closed")
    authority = models.CharField(max_length=300)
    scope = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=120, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "key"], name="one_register_statement_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.kind} by {self.authority}"


class ProviderMatch(models.Model):
    """A provider of the catalogue and an entry of a register may be the same institution: why, why not, and who decided.

    ``agreed`` and ``disagreed`` are sentences with the values compared. ``automatic`` tells that the rule for safe matches accepted it.
    """

    class State(models.TextChoices):
        """Only an accepted match has any effect."""

        SUGGESTED = "suggested", "To be reviewed"
        ACCEPTED = "accepted", "The same institution"
        REJECTED = "rejected", "Not the same"

    class Kind(models.TextChoices):
        """The strongest thing that agrees."""

        IDENTIFIER = "identifier", "Identifier"
        DOMAIN = "domain", "Web address and name"
        SITE = "site", "Web address, another name"
        NAME_AND_PLACE = "name_place", "Name and place"
        NAME = "name", "Name"
        PERSON = "person", "Put together by a person"

    provider = models.ForeignKey("catalog.Provider", on_delete=models.CASCADE, related_name="matches")
    entry = models.ForeignKey(RegisterEntry, on_delete=models.CASCADE, related_name="matches")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    score = models.DecimalField(max_digits=3, decimal_places=2)
    agreed = models.JSONField(default=list)
    disagreed = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUGGESTED)
    automatic = models.BooleanField(default=False)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "provider matches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "entry"], name="one_match_per_provider_and_entry"),
        ]
        indexes: ClassVar = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"{self.provider} ~ {self.entry}"
