"""What an operator sees of this room: everything to read and search, nothing to change by hand. Importers write these rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from cairn.skills.models import (
    FieldOfStudyLink,
    Framework,
    Occupation,
    OccupationLink,
    OccupationNeed,
    Skill,
    Wage,
)

if TYPE_CHECKING:  # Django's own class takes no type arguments while running.
    RowAdmin = admin.ModelAdmin[Any]
else:
    RowAdmin = admin.ModelAdmin


class ReadOnly(RowAdmin):
    """Rows that came from a published source and are brought up to date by importing it again."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is changed by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is deleted by hand."""
        return False


@admin.register(Framework)
class FrameworkAdmin(ReadOnly):
    """Published lists and their licences."""

    list_display = ("name", "version", "publisher", "licence")


@admin.register(Skill)
class SkillAdmin(ReadOnly):
    """Skills, knowledge and technologies."""

    list_display = ("name", "kind", "framework", "code")
    list_filter = ("framework", "kind")
    search_fields = ("name", "uri", "code")


@admin.register(Occupation)
class OccupationAdmin(ReadOnly):
    """Occupations."""

    list_display = ("title", "code", "framework", "job_zone", "in_demand")
    list_filter = ("framework", "in_demand", "job_zone")
    search_fields = ("title", "code", "soc")


@admin.register(OccupationNeed)
class OccupationNeedAdmin(ReadOnly):
    """What occupations need."""

    list_display = ("occupation", "skill", "importance", "level", "essential", "in_demand")
    list_select_related = ("occupation", "skill")
    search_fields = ("occupation__title", "occupation__code", "skill__name")


@admin.register(OccupationLink)
class OccupationLinkAdmin(ReadOnly):
    """Crosswalks between occupations."""

    list_display = ("source", "target", "kind", "origin")
    list_select_related = ("source", "target")
    search_fields = ("source__title", "target__title", "target__code")


@admin.register(Wage)
class WageAdmin(ReadOnly):
    """Wages by occupation and area."""

    list_display = ("soc", "area", "year", "employment", "p10", "median", "p90", "source")
    list_filter = ("year", "area")
    search_fields = ("soc",)


@admin.register(FieldOfStudyLink)
class FieldOfStudyLinkAdmin(ReadOnly):
    """Which occupations a field of study prepares for."""

    list_display = ("cip", "cip_title", "soc")
    search_fields = ("cip", "cip_title", "soc")
