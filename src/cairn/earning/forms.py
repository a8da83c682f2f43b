"""Forms of this room. They check shapes; what is needed for a decision is for the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cairn.catalog.models import DefinitionVersion
from cairn.earning.models import Enrolment
from cairn.earning.rubrics import Criterion, Level
from cairn.earning.services.handing_in import MAX_NARRATIVE


class EvidenceForm(forms.Form):
    """What a learner hands in: words, a link, a file, or all of these."""

    narrative = forms.CharField(
        label="In your own words",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=MAX_NARRATIVE,
        help_text="What you did, how, and what came of it. The assessor reads it beside the criteria.",
    )
    url = forms.URLField(
        label="A link to your work", required=False, max_length=500, assume_scheme="https", help_text="If it is online."
    )
    url_shared = forms.BooleanField(
        label="The link may stand in the award, where everybody I show it to can follow it",
        required=False,
    )
    upload = forms.FileField(
        label="A file", required=False, help_text="Up to 10 MB: PDF, pictures, office documents, text, video, ZIP."
    )


class AssessmentForm(forms.Form):
    """One group of levels per criterion, a comment for each, and feedback for the learner."""

    feedback = forms.CharField(
        label="Feedback for the learner",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=10_000,
        help_text="Needed unless it passes: what is missing, and what would show it.",
    )
    ends = forms.BooleanField(
        label="End this enrolment as not passed",
        required=False,
        help_text="Only when handing in again makes no sense, as after an examination. Otherwise it goes back to the learner.",
    )

    def __init__(self, *args: Any, criteria: Iterable[Criterion], **options: Any) -> None:
        super().__init__(*args, **options)
        self.criteria = tuple(criteria)
        for criterion in self.criteria:
            self.fields[f"level-{criterion.id}"] = forms.ChoiceField(
                label=criterion.name,
                choices=[
                    (level.id, _described(level, enough=level.id == criterion.required)) for level in criterion.levels
                ],
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose a level for “{criterion.name}”."},
            )
            self.fields[f"comment-{criterion.id}"] = forms.CharField(
                label=f"Comment on “{criterion.name}”",
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def judgements(self) -> list[tuple[Any, Any]]:
        """The fields of each criterion: its levels and its comment."""
        return [(self[f"level-{criterion.id}"], self[f"comment-{criterion.id}"]) for criterion in self.criteria]

    @property
    def results(self) -> list[dict[str, str]]:
        """What was chosen, as the service takes it; for a form that is valid."""
        return [
            {
                "criterion": criterion.id,
                "level": self.cleaned_data[f"level-{criterion.id}"],
                "comment": self.cleaned_data[f"comment-{criterion.id}"],
            }
            for criterion in self.criteria
        ]


class AttendanceForm(forms.Form):
    """Who was there."""

    present = forms.ModelMultipleChoiceField(Enrolment.objects.none(), required=False)

    def __init__(self, *args: Any, participants: QuerySet[Enrolment], **options: Any) -> None:
        super().__init__(*args, **options)
        present = self.fields["present"]
        if isinstance(present, forms.ModelMultipleChoiceField):
            present.queryset = participants


class SessionForm(forms.Form):
    """When and where a session takes place."""

    version = forms.ModelChoiceField(DefinitionVersion.objects.none(), label="Credential", empty_label=None)
    title = forms.CharField(label="Title", max_length=200, help_text="Like “Workshop: wiring a plug”.")
    starts_at = forms.DateTimeField(
        label="Starts", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), help_text="In UTC."
    )
    ends_at = forms.DateTimeField(label="Ends", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    place = forms.CharField(label="Place", max_length=200, required=False, help_text="An address, or “online”.")
    required = forms.BooleanField(label="Whoever passes must have been there", required=False, initial=True)

    def __init__(self, *args: Any, versions: QuerySet[DefinitionVersion], **options: Any) -> None:
        super().__init__(*args, **options)
        version = self.fields["version"]
        if isinstance(version, forms.ModelChoiceField):
            version.queryset = versions

    def clean_ends_at(self) -> datetime:
        """Refuse an end before the start, at the field where it can be mended."""
        ends: datetime = self.cleaned_data["ends_at"]
        starts = self.cleaned_data.get("starts_at")
        if starts and ends <= starts:
            raise forms.ValidationError("The session ends before it starts.")
        return ends


def _described(level: Level, *, enough: bool) -> SafeString:
    mark = format_html(' <span class="soft">{}</span>', "(enough)") if enough else ""
    return format_html("<span><strong>{}</strong>{} {}</span>", level.name, mark, level.description)
