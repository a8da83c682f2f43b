"""Forms of the provider's desk. They check shapes; whether somebody may is for the services."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet

from cairn.catalog.models import DefinitionVersion
from cairn.issuing.models import Award, StatusChange


class RevocationForm(forms.Form):
    """Why an award is revoked."""

    reason = forms.ChoiceField(label="Reason", choices=StatusChange.Reason.choices, widget=forms.RadioSelect)
    explanation = forms.CharField(
        label="Explanation",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One or two sentences. The holder reads them; whoever checks the award does not.",
        max_length=2000,
    )
    sure = forms.BooleanField(label="I know that this cannot be undone")


class CorrectionForm(forms.Form):
    """What was wrong with an award: the level shown in each criterion, the end of its validity, and a sentence about it."""

    valid_until = forms.DateField(
        label="Valid until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Leave it as it is unless the date was wrong.",
    )
    explanation = forms.CharField(
        label="What was wrong?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One or two sentences. They go into the history of the new award.",
        max_length=2000,
    )

    def __init__(self, award: Award, *arguments: Any, **named: Any) -> None:
        shown = {row["criterion"]: row["level"] for row in award.results}
        self._criteria: list[dict[str, Any]] = (award.version.rubric or {}).get("criteria", []) if shown else []
        until = award.valid_until.date() if award.valid_until else None
        super().__init__(*arguments, **{**named, "initial": {"valid_until": until}})
        for number, criterion in enumerate(self._criteria):
            self.fields[f"level-{number}"] = forms.ChoiceField(
                label=criterion["name"],
                choices=[(level["id"], level["name"]) for level in criterion["levels"]],
                initial=shown.get(criterion["id"]),
            )
        self.order_fields([*(f"level-{number}" for number in range(len(self._criteria))), "valid_until", "explanation"])

    def results(self) -> list[dict[str, Any]] | None:
        """Return the levels as an award keeps them, None where it has none."""
        found = []
        for number, criterion in enumerate(self._criteria):
            chosen = self.cleaned_data[f"level-{number}"]
            level = next(one for one in criterion["levels"] if one["id"] == chosen)
            found.append({"criterion": criterion["id"], "level": chosen, "points": level.get("points")})
        return found or None

    def end(self) -> datetime | None:
        """Return the end of validity, at the end of its day, None where it did not change."""
        day = self.cleaned_data["valid_until"]
        return None if day is None or day == self.initial["valid_until"] else datetime.combine(day, time.max, UTC)


class DeclineForm(forms.Form):
    """Why a proposed award is declined."""

    explanation = forms.CharField(
        label="Why not?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whoever proposed it reads this.",
        max_length=2000,
    )


class DirectAwardForm(forms.Form):
    """What is awarded directly, and to whom: one person, or a list."""

    version = forms.ModelChoiceField(DefinitionVersion.objects.none(), label="Credential", empty_label=None)
    email = forms.EmailField(label="E-mail address", required=False, help_text="For one person.")
    name = forms.CharField(
        label="Name", required=False, max_length=200, help_text="Needed only for somebody who has no account yet."
    )
    file = forms.FileField(
        label="List of people",
        required=False,
        help_text="For many: a CSV file with the columns “email” and “name”. You see what is in it before anything is awarded.",
    )

    def __init__(self, *args: object, versions: QuerySet[DefinitionVersion], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # passed on as Django's form takes them
        chosen = self.fields["version"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = versions

    def clean(self) -> dict[str, object]:
        """Ask for one person or a list, not both and not neither."""
        values = super().clean() or {}
        if self.errors:
            return values
        if bool(values.get("email")) == bool(values.get("file")):
            raise forms.ValidationError(
                "Write one person's e-mail address, or choose a file with many: one of the two."
            )
        return values


class EndorsementForm(forms.Form):
    """What an endorser says about a credential."""

    comment = forms.CharField(
        label="What you say about it",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text="This is signed and public. Say what you know of it, like “Our members look for this when they hire”.",
    )
