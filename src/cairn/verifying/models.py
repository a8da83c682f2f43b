"""Rows of verifying: issuers we know and from where, and what employers look for. Checks themselves are not kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.people.models import Organisation, Person
from cairn.skills.models import Occupation


class KnownIssuer(models.Model):
    """A register lists an issuer's identifier under a name. Which registers count is the operator's decision."""

    issuer_id = models.CharField(max_length=400)
    name = models.CharField(max_length=250)
    url = models.URLField(max_length=500, blank=True)
    register = models.CharField(max_length=120)
    from_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer_id", "register"], name="one_entry_per_register")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.register})"


class RoleProfile(models.Model):
    """What an employer's role needs: [{"skill": uri, "name", "level", "weight", "essential"}], set by a person, versioned by replacing."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="role_profiles")
    title = models.CharField(max_length=200)
    occupation = models.ForeignKey(Occupation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    needs = models.JSONField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title
