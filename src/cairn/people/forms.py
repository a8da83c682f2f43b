"""Forms of people."""

from __future__ import annotations

from collections.abc import Set
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cairn.errors import CairnError
from cairn.outside import clock
from cairn.people.models import Role
from cairn.people.roles import DUTIES
from cairn.people.services import SCOPES
from cairn.people.services.tokens import Scope

LONGEST_TOKEN = timedelta(days=366)


def _choice(value: str, label: str, sentence: str) -> tuple[str, SafeString]:
    return value, format_html("<span>{}<br><span class='soft small'>{}</span></span>", label, sentence)


def add_problem(form: forms.Form, error: CairnError, field: str | None = None) -> None:
    """Show what a service refused beside what was typed."""
    form.add_error(field, f"{error.message} {error.remedy}".strip())


class SignUpForm(forms.Form):
    """What signing up asks beside e-mail and password: how we may address the person."""

    name = forms.CharField(
        max_length=200,
        label="Your name",
        help_text="As it should stand on your credentials.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, person: Any) -> None:
        """Keep the name; allauth calls this after it made the account."""
        person.name = self.cleaned_data["name"]
        person.save(update_fields=["name"])


class NameForm(forms.Form):
    """A person's own name."""

    name = forms.CharField(
        max_length=200,
        label="Your name",
        help_text="Stands on credentials from now on. Those you hold already keep the name they were signed with.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class EraseForm(forms.Form):
    """Erasing asks for the address once more, so that nobody erases an account by a slip."""

    email = forms.EmailField(
        label="Your e-mail address, to be sure", widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_email(self) -> str:
        """Compare with the account's address."""
        email: str = self.cleaned_data["email"]
        if email.strip().lower() != self.expected:
            raise forms.ValidationError("This is not the address of this account.")
        return email


class MemberForm(forms.Form):
    """Gives a role to somebody who has an account."""

    email = forms.EmailField(label="E-mail address", help_text="Of an account on this site.")
    role = forms.ChoiceField(
        label="Role",
        widget=forms.RadioSelect,
        choices=[_choice(role.value, str(role.label), DUTIES[role]) for role in Role],
    )


OF_ORGANISATIONS = [_choice(name, name, scope.sentence) for name, scope in SCOPES.items() if scope.sentence]


class TokenForm(forms.Form):
    """Makes a token of an organisation for a program, with what the maker's own roles carry."""

    name = forms.CharField(max_length=100, label="What will use it", help_text="Such as “Course platform”.")
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        widget=forms.CheckboxSelectMultiple,
        choices=OF_ORGANISATIONS,
        help_text="Choose as little as the program needs. What your roles here do not carry is not listed.",
    )
    expires_on = forms.DateField(
        label="Good until the end of",
        help_text="A year from now at most. Put a new one in its place before that day.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, roles: Set[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        if roles is not None and isinstance(field, forms.ChoiceField):
            field.choices = [one for one in OF_ORGANISATIONS if SCOPES[one[0]].within(roles)]

    def clean_expires_on(self) -> date:
        """Refuse days gone by and tokens that nobody would remember."""
        day: date = self.cleaned_data["expires_on"]
        today = clock.now().date()
        if day < today:
            raise forms.ValidationError("This day has gone by. Choose a later one.")
        if day > today + LONGEST_TOKEN:
            raise forms.ValidationError("This is more than a year away. Choose an earlier day.")
        return day

    def expires_at(self) -> datetime:
        """The end of the chosen day, in UTC."""
        return datetime.combine(self.cleaned_data["expires_on"], time.max, tzinfo=UTC)


def _least_open(scope: tuple[str, Scope]) -> bool:
    """What organisations' tokens carry too comes after what only a person's own does."""
    return bool(scope[1].sentence)


class OwnTokenForm(TokenForm):
    """Makes a token with which a program does what is one's own."""

    name = forms.CharField(max_length=100, label="What will use it", help_text="Such as “Wallet on my phone”.")
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        help_text="Choose as little as the program needs.",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            _choice(name, scope.own, name) for name, scope in sorted(SCOPES.items(), key=_least_open) if scope.own
        ],
    )
