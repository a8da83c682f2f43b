"""Forms of verifying: what is to be checked, what a role needs, who applies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.verifying.services import MAX_SOURCE

CANDIDATES = 5
"""Candidates whose files can be compared at once on one page."""


class CheckForm(forms.Form):
    """One thing to check: a file, pasted text or an address; and, if somebody wants to know, whose it should be."""

    file = forms.FileField(label=_("The file"), required=False)
    text = forms.CharField(
        label=_("Or paste its text, or its address"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("The credential's JSON or token (JWT), the https address of a credential, or a share link."),
    )
    recipient = forms.CharField(
        label=_("Does it belong to this person?"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
        help_text=_("Their e-mail address. It is compared with the fingerprint in the credential, and forgotten."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for something to check."""
        given = super().clean() or {}
        if not given.get("file") and not str(given.get("text") or "").strip() and "file" not in self.errors:
            raise forms.ValidationError(_("Choose a file, paste the credential's text, or give its address."))
        return given

    def source(self) -> tuple[str, bytes | str]:
        """Return the name and what is to be checked; a file goes before text."""
        file: Any = self.cleaned_data.get("file")
        if file:
            return file.name or "", file.read(MAX_SOURCE + 1)  # one byte more tells that it is too large
        return "", str(self.cleaned_data["text"])


class RoleForm(forms.Form):
    """A role: its title, and skills to add by name. The rows of needs stand beside it (:func:`rows_from`)."""

    title = forms.CharField(label=_("What do you call the role?"), max_length=200)
    more = forms.CharField(
        label=_("Add skills by name"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One per line, as the skill is called in its framework, like “Critical Thinking”."),
    )

    def names(self) -> list[str]:
        """Return the names to add, without empty lines."""
        return [line.strip() for line in str(self.cleaned_data["more"]).splitlines() if line.strip()]


class NewRoleForm(forms.Form):
    """Start a role from an occupation, whose needs become a first proposal."""

    organisation = forms.ChoiceField(label=_("For which employer?"))
    title = forms.CharField(
        label=_("What do you call the role?"),
        max_length=200,
        required=False,
        help_text=_("Left empty: as the occupation."),
    )
    occupation = forms.CharField(
        label=_("Like which occupation?"),
        max_length=300,
        help_text=_(
            "Its title or code, like “Data Scientists” or 15-2051.00. Its needs become a proposal that you weigh yourself."
        ),
        widget=forms.TextInput(attrs={"list": "occupations", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        if isinstance(field, forms.ChoiceField):
            field.choices = organisations
        if len(organisations) == 1:
            field.initial = organisations[0][0]
            field.widget = forms.HiddenInput()


def rows_from(posted: Any) -> list[dict[str, Any]]:
    """Read the rows of needs from a form: ``skill-0``, ``name-0``, ``level-0``, ``weight-0``, ``essential-0``, ``drop-0``, and so on."""
    rows: list[dict[str, Any]] = []
    for number in range(200):
        if f"skill-{number}" not in posted:
            break
        if posted.get(f"drop-{number}"):
            continue
        rows.append({
            "skill": posted.get(f"skill-{number}"), "name": posted.get(f"name-{number}"), "level": posted.get(f"level-{number}"),
            "weight": posted.get(f"weight-{number}"), "essential": bool(posted.get(f"essential-{number}")),
        })  # fmt: skip
    return rows
