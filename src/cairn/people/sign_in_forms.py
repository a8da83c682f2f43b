"""The forms of django-allauth in our words.

They stand apart from ``forms.py``, because allauth reads :class:`cairn.people.forms.SignUpForm` while it makes its own.
"""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as allauth_forms
from django import forms


class PlainFields(forms.Form):
    """Takes allauth's placeholders away: a label that stays says the same, and is there while one writes."""

    LABELS: ClassVar[dict[str, str]] = {
        "login": "E-mail address",
        "email": "E-mail address",
        "remember": "Keep me signed in on this device",
        "oldpassword": "Present password",
        "password1": "New password",
        "password2": "The same once more",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.LABELS.get(name, field.label)


class SignInForm(PlainFields, allauth_forms.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Signing in."""


class MakeAccountForm(PlainFields, allauth_forms.SignupForm):  # type: ignore[misc]  # allauth ships no types
    """Making an account; asks what :class:`SignUpForm` adds too."""

    LABELS: ClassVar[dict[str, str]] = {**PlainFields.LABELS, "password1": "Password"}
    field_order = ("name", "email", "password1")


class AddEmailForm(PlainFields, allauth_forms.AddEmailForm):  # type: ignore[misc]  # allauth ships no types
    """Adding an address."""


class ResetPasswordForm(PlainFields, allauth_forms.ResetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Asking for a link with which to choose a new password."""


class NewPasswordForm(PlainFields, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth ships no types
    """Choosing a new password after following that link."""


class ChangePasswordForm(PlainFields, allauth_forms.ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Changing the password."""
