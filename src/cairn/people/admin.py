"""The operator's admin: who is here and which organisations there are. It goes through the services, so the trail knows of it.

The operator keeps the site running and acts for nobody: nothing here signs, decides, reads evidence, or gives a role other than an
organisation's first administrator. The audit trail can be read and nothing more.
"""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from cairn.errors import CairnError
from cairn.outside import clock
from cairn.people import queries, services
from cairn.people.models import AuditEvent, Membership, Organisation, Person, Role

admin.site.site_header = "Cairn: operator"
admin.site.site_title = "Cairn"
admin.site.index_title = "People and organisations"
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # the way allauth documents: rate limits and second step
if admin.site.is_registered(Group):
    admin.site.unregister(Group)  # roles come from memberships; a second way to give rights would only confuse


class ReadOnly:
    """Lets the operator look, and change nothing."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin[Person]):
    """Accounts: the operator can close and reopen them. People make and erase their accounts themselves."""

    list_display = ("name", "email", "is_active", "is_staff", "joined_at")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")
    fields = ("name", "email", "uid", "joined_at", "is_active", "is_staff")
    readonly_fields = ("name", "email", "uid", "joined_at", "is_staff")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """Awards and decisions point at accounts; closing one is enough, erasing is the person's own right."""
        return False

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """Close or reopen the account, and put it on the site's trail."""
        obj.save(update_fields=["is_active"])
        services.record(
            organisation=None,
            actor=_operator(request),
            role="operator",
            action="account.reopened" if obj.is_active else "account.closed",
            object_type="person",
            object_id=obj.uid,
            at=clock.now(),
        )


class OrganisationForm(forms.ModelForm[Organisation]):
    """An organisation and, when it is new, the address of its first administrator."""

    administrator = forms.EmailField(
        required=False, help_text="Of an account that exists; becomes the first administrator."
    )

    class Meta:
        model = Organisation
        fields = ("name", "slug", "legal_name", "kind", "website", "country", "region", "email", "quality_assurance")

    def clean(self) -> dict[str, Any]:
        """Ask the services beforehand, so that what they would refuse stands beside the field."""
        cleaned = super().clean() or self.cleaned_data
        try:
            if cleaned.get("administrator"):
                cleaned["admin"] = queries.person_by_email(cleaned["administrator"])
        except CairnError as error:
            self.add_error("administrator", f"{error.message} {error.remedy}")
        if cleaned.get("slug") == queries.SITE_CHAIN:
            self.add_error("slug", "This name belongs to the site itself. Choose another one.")
        return cleaned


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin[Organisation]):
    """Taking organisations in, and keeping their facts right."""

    form = OrganisationForm
    list_display = ("name", "slug", "kind", "country", "created_at")
    list_filter = ("kind",)
    search_fields = ("name", "slug", "legal_name")

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        """Issuer addresses and the trail contain the slug: it never changes."""
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        """An organisation that has awarded anything must stay findable."""
        return False

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Create through the service; put a change on the organisation's trail."""
        facts = {
            name: form.cleaned_data[name]
            for name in ("legal_name", "website", "country", "region", "email", "quality_assurance")
        }
        if not change:
            made = services.create_organisation(
                name=obj.name,
                slug=obj.slug,
                kind=obj.kind,
                by=_operator(request),
                at=clock.now(),
                admin=form.cleaned_data.get("admin"),
                **facts,
            )
            obj.pk, obj.created_at = made.pk, made.created_at
            return
        obj.save()
        services.record(
            organisation=obj,
            actor=_operator(request),
            role="operator",
            action="organisation.changed",
            object_type="organisation",
            object_id=obj.slug,
            at=clock.now(),
            details={"fields": sorted(form.changed_data)},
        )


@admin.register(Membership)
class MembershipAdmin(ReadOnly, admin.ModelAdmin[Membership]):
    """Who acts for whom. Administrators of organisations give roles; the operator can appoint one where none is left."""

    list_display = ("person", "organisation", "role", "since", "ended_at")
    list_filter = ("role", "organisation")
    search_fields = ("person__name", "person__email", "organisation__name")
    actions = ("make_administrator",)

    @admin.action(description="Make these people administrators of their organisation, where it has none")
    def make_administrator(self, request: HttpRequest, chosen: QuerySet[Membership]) -> None:
        """Help an organisation whose last administrator's account was closed."""
        for membership in chosen.select_related("person", "organisation"):
            organisation = membership.organisation
            left = queries.members_of(organisation).filter(role=Role.ADMIN, person__is_active=True)
            if left.exists():
                messages.error(request, f"{organisation} has an administrator, who gives roles.")
                continue
            try:
                services.add_member(
                    organisation=organisation, person=membership.person, role=Role.ADMIN, by=None, at=clock.now()
                )
            except CairnError as error:
                messages.error(request, f"{error.message} {error.remedy}")
            else:
                messages.success(request, f"{membership.person} is now administrator of {organisation}.")


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, admin.ModelAdmin[AuditEvent]):
    """The audit trail, to read."""

    list_display = ("chain", "sequence", "at", "action", "object_type", "object_id", "actor", "role")
    list_filter = ("chain", "action")
    search_fields = ("object_id", "actor")
    ordering = ("-at",)


def _operator(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise TypeError("The admin is open to accounts only.")
    return request.user
