"""Forms of the wallet: share, and bring a credential along."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.wallet.services import MAX_FILE


class ShareForm(forms.Form):
    """Who a link is for, what it shows, until when. The first two are notes for the holder alone."""

    audience = forms.CharField(
        label=_("Who is it for?"),
        required=False,
        max_length=200,
        help_text=_("A note for yourself, like “Harbour Clinic”. Nobody else sees it."),
    )
    purpose = forms.CharField(
        label=_("What for?"),
        required=False,
        max_length=200,
        help_text=_("Another note for yourself, like “application in March”."),
    )
    show_name = forms.BooleanField(label=_("Show my name"), required=False, initial=True)
    show_evidence = forms.BooleanField(
        label=_("Show my evidence"),
        required=False,
        help_text=_("The work that was assessed, where the credential names it."),
    )
    listed = forms.BooleanField(label=_("Let search engines find the page"), required=False)
    until = forms.DateField(
        label=_("Works until the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave it empty for a link that works until you withdraw it."),
    )

    def clean_until(self) -> datetime | None:
        """Return the last moment of the chosen day, UTC."""
        day = self.cleaned_data["until"]
        return datetime.combine(day, time.max, tzinfo=UTC) if day else None

    def choices(self) -> dict[str, Any]:
        """Return what was chosen, as :func:`cairn.wallet.services.share` takes it."""
        chosen = dict(self.cleaned_data)
        chosen["expires_at"] = chosen.pop("until")
        return chosen


class ImportForm(forms.Form):
    """A credential from elsewhere: a file, or its text."""

    file = forms.FileField(
        label=_("The file"),
        required=False,
        help_text=_(
            "A badge image (PNG or SVG), a certificate (PDF) or a credential (JSON, JWT), as it was sent to you."
        ),
    )
    text = forms.CharField(
        label=_("Or its text or address"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of the two."""
        given = super().clean() or {}
        if not given.get("file") and not str(given.get("text") or "").strip():
            raise forms.ValidationError(_("Choose a file, or paste the credential's text."))
        return given

    def source(self) -> bytes | str:
        """Return the file's bytes, or the text."""
        file = self.cleaned_data.get("file")
        return file.read(MAX_FILE + 1) if file else str(self.cleaned_data["text"])
