"""The operator's view of the catalogue: look at everything, change no content that people rely on.

Definitions are written at the provider's desk, where duties are separate and each step leaves a line in the audit trail; the admin
only shows them. Providers and what is stated of them may be put right here.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from cairn.catalog.models import (
    Approval,
    Definition,
    DefinitionVersion,
    Endorsement,
    ImportRemark,
    ImportRun,
    Offer,
    Outcome,
    Provider,
)


class ReadOnly[M: Model](admin.ModelAdmin[M]):
    """Shows rows; adds, changes and deletes none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(Provider)
class ProviderAdmin(admin.ModelAdmin[Provider]):
    """Providers: what a source got wrong can be put right."""

    list_display = ("name", "city", "state", "source", "organisation")
    list_filter = ("source",)
    search_fields = ("name", "slug")
    readonly_fields = ("source", "source_key")


@admin.register(Approval)
class ApprovalAdmin(admin.ModelAdmin[Approval]):
    """Statements about providers, each with its source."""

    list_display = ("provider", "kind", "authority", "until", "source")
    list_filter = ("kind",)
    search_fields = ("provider__name", "authority")
    autocomplete_fields = ("provider",)


@admin.register(Definition)
class DefinitionAdmin(ReadOnly[Definition]):
    """Definitions, for looking."""

    list_display = ("slug", "type", "provider", "owner", "source")
    list_filter = ("type", "source")
    search_fields = ("slug", "provider__name")


@admin.register(DefinitionVersion)
class VersionAdmin(ReadOnly[DefinitionVersion]):
    """Versions, for looking: a published one never changes."""

    list_display = ("title", "number", "state", "definition", "published_at")
    list_filter = ("state",)
    search_fields = ("title",)


@admin.register(Offer)
class OfferAdmin(ReadOnly[Offer]):
    """Offers, for looking."""

    list_display = ("version", "state", "price_total", "currency", "starts_on")
    list_filter = ("state",)


@admin.register(Outcome)
class OutcomeAdmin(ReadOnly[Outcome]):
    """Published outcomes, for looking."""

    list_display = ("provider", "field_of_study", "quarter", "completers", "employed_percent", "source")
    search_fields = ("provider__name", "field_of_study")


@admin.register(Endorsement)
class EndorsementAdmin(ReadOnly[Endorsement]):
    """Signed endorsements, for looking."""

    list_display = ("version", "endorser", "given_at")


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly[ImportRun]):
    """Runs of importers, for looking."""

    list_display = (
        "importer",
        "source_name",
        "started_at",
        "read",
        "created",
        "updated",
        "repaired",
        "refused",
        "dry_run",
    )


@admin.register(ImportRemark)
class ImportRemarkAdmin(ReadOnly[ImportRemark]):
    """What importers said about rows, for looking."""

    list_display = ("run", "row", "column", "kind", "code", "message")
    list_filter = ("kind", "code")
