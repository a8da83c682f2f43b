"""Forms of people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest


class SignUpForm(forms.Form):
    """What signing up asks beside e-mail and password: how we may address the person."""

    name = forms.CharField(max_length=200, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def signup(self, request: HttpRequest, person: Any) -> None:
        """Keep the name; allauth calls this after it made the account."""
        person.name = self.cleaned_data["name"]
        person.save(update_fields=["name"])
