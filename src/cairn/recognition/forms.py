"""Forms of recognition. They check shapes; whether somebody may is for the services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.issuing.models import Award
from cairn.people.models import Membership, Organisation, Person, Role
from cairn.recognition.models import AgreementVersion, ExternalAward, RecognitionRequest
from cairn.recognition.services import Granting, parts_of
from cairn.stacking import sentences

SCHEMES = [("", "—"), ("ects", "ECTS"), ("us-semester", "US semester"), ("us-quarter", "US quarter"), ("cats", "CATS")]


def _published(organisation: Organisation) -> QuerySet[DefinitionVersion]:
    rows = DefinitionVersion.objects.filter(definition__owner=organisation, state=DefinitionVersion.State.PUBLISHED)
    return rows.select_related("definition").order_by("title", "pk")


def published(organisation: Organisation) -> dict[str, str]:
    """Return the titles of what an organisation has published, by address, as they are read."""
    return {achievement_id(one): one.title for one in _published(organisation)}


def answering() -> QuerySet[Organisation]:
    """Return the institutions that can answer a request: they have an examiner, or carry out an agreement; by name."""
    examiners = Membership.objects.filter(role=Role.EXAMINER, ended_at=None)
    agreed = AgreementVersion.objects.filter(state=AgreementVersion.State.AGREED)
    there = Q(pk__in=examiners.values("organisation")) | Q(pk__in=agreed.values("receiver"))
    return Organisation.objects.filter(there).order_by("name")


class WhereForm(forms.Form):
    """Which institution is asked, about which credential."""

    institution = forms.ChoiceField(label="Institution", help_text="Who shall recognise it.")
    credential = forms.ChoiceField(
        label="Credential", help_text="Only credentials that were checked and stand can be asked about."
    )

    def __init__(self, person: Person, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        own = Award.objects.filter(holder=person, state=Award.State.AWARDED).select_related("version", "organisation")
        brought = ExternalAward.objects.filter(person=person, standing=ExternalAward.Standing.VERIFIED)
        recognitions = RecognitionRequest.objects.filter(person=person).exclude(credential_id="")
        brought = brought.exclude(credential_id__in=recognitions.values("credential_id"))
        self.sources: dict[str, Award | ExternalAward] = {
            **{f"award-{one.pk}": one for one in own.order_by("version__title")},
            **{f"external-{one.pk}": one for one in brought.order_by("name")},
        }
        self.institutions = {one.slug: one for one in answering()}
        choices = [(one.slug, one.name) for one in self.institutions.values()]
        self.fields["institution"].choices = [("", "Choose one"), *choices]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["credential"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (
                key,
                f"{one.version.title}, {one.organisation.name}"
                if isinstance(one, Award)
                else f"{one.name}, {one.issuer_name}",
            )
            for key, one in self.sources.items()
        ]


class AskForm(forms.Form):
    """What it shall count as, and why."""

    toward = forms.ChoiceField(label="Shall count as", required=False)
    because = forms.CharField(
        label="Why it fits", widget=forms.Textarea(attrs={"rows": 5}), max_length=5000,
        help_text="What you learnt and how it was assessed, in a few sentences. The examiner reads it beside the credential itself.",
    )  # fmt: skip

    def __init__(self, organisation: Organisation, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.versions = {str(one.pk): one for one in _published(organisation)}
        choices: list[tuple[str, Any]] = [("", f"Credit at {organisation.name}, without naming what for")]
        for key, version in self.versions.items():
            parts = [(f"{key}:{part.id}", _said(part)) for part in parts_of(version)]
            choices.append((key, version.title))
            if parts:
                choices.append((f"A part of {version.title}", parts))
        self.fields["toward"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def target(self) -> tuple[DefinitionVersion | None, str]:
        """Return the version and the part of its rule that were chosen."""
        key, _, part = self.cleaned_data["toward"].partition(":")
        return self.versions.get(key), part


def _said(part: Any) -> str:
    from cairn.catalog.queries import named_in

    return sentences(part, named_in(part)).text.rstrip(":")


class ReasonForm(forms.Form):
    """A reason or an answer in words."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)

    def __init__(self, *arguments: Any, label: str = "Reason", hint: str = "", **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = hint


class JudgementForm(ReasonForm):
    """For or against, with the reason and what it would give."""

    verdict = forms.ChoiceField(
        label="Your judgement", choices=[("yes", "For recognition"), ("no", "Against it")], widget=forms.RadioSelect
    )
    credits = forms.DecimalField(
        label="Credits", required=False, min_value=Decimal("0.01"), max_digits=7, decimal_places=2
    )
    scheme = forms.ChoiceField(label="Credit scheme", choices=SCHEMES, required=False)
    level = forms.IntegerField(label="EQF level", required=False, min_value=1, max_value=8)
    grade = forms.CharField(label="Grade", required=False, max_length=60)
    field_order = ("verdict", "credits", "scheme", "level", "grade", "reason")

    def granting(self) -> Granting:
        """Return what it would give; raises Invalid for half of a pair."""
        given = self.cleaned_data
        level = given.get("level")
        return Granting(
            credits=given.get("credits"),
            scheme=given.get("scheme", ""),
            level_framework="eqf" if level is not None else "",
            level=Decimal(level) if level is not None else None,
            grade=given.get("grade", ""),
        )


def _day() -> forms.DateInput:
    """A field for a day; browsers read its value in this form only (HTML, valid date string)."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AgreementForm(forms.Form):
    """An agreement's title, dates, cap and notice; its terms stand in rows below (:class:`TermForm`)."""

    title = forms.CharField(label="Title", max_length=200)
    in_force_from = forms.DateField(label="In force from", widget=_day())
    in_force_until = forms.DateField(
        label="In force until",
        required=False,
        widget=_day(),
        help_text="Leave empty for no end.",
    )
    earned_from = forms.DateField(
        label="Covers what was earned from", required=False, widget=_day(),
        help_text="Leave empty to cover whatever was earned before, too.",
    )  # fmt: skip
    most = forms.DecimalField(
        label="At most, in all", required=False, min_value=Decimal("0.01"), max_digits=7, decimal_places=2,
        help_text="Credits that it gives one learner. Leave empty for no cap.",
    )  # fmt: skip
    notice_days = forms.IntegerField(label="Notice in days", min_value=0, max_value=1500, initial=90)

    def values(self) -> dict[str, Any]:
        """Return the dates as moments in UTC, beside the rest."""
        given = dict(self.cleaned_data)
        for name in ("in_force_from", "in_force_until", "earned_from"):
            given[name] = _midnight(given[name])
        return given


MOST_SHOWN = 20
"""Credentials that are offered to be ticked at a time, beside those that are ticked."""


class TermForm(forms.Form):
    """One term; a row without a credential is left out."""

    accepts = forms.MultipleChoiceField(label="Accepts", required=False, widget=forms.CheckboxSelectMultiple)
    toward = forms.ChoiceField(label="Counts as", required=False, help_text="A course, or credit without one.")
    credits = forms.DecimalField(label="Credits", required=False, min_value=Decimal(0), max_digits=7, decimal_places=2)
    scheme = forms.ChoiceField(label="Scheme", choices=SCHEMES, required=False)
    gives = forms.IntegerField(
        label="At EQF level", required=False, min_value=1, max_value=8, help_text="The level of what it counts as."
    )
    most = forms.DecimalField(
        label="At most in all", required=False, min_value=Decimal("0.01"), max_digits=7, decimal_places=2,
        help_text="Credits of this term for one learner.",
    )  # fmt: skip
    level = forms.IntegerField(
        label="From EQF level", required=False, min_value=1, max_value=8, help_text="Lower ones are not accepted."
    )
    grade = forms.CharField(label="Minimum grade", required=False, max_length=60, help_text="For example B, or 60.")
    grades = forms.CharField(
        label="Grades, low to high", required=False, max_length=500,
        help_text="With commas: D, C, B, A. Leave empty where grades are numbers.",
    )  # fmt: skip

    def __init__(
        self, given: Mapping[str, str], counted: Mapping[str, str], *arguments: Any, find: str = "", **named: Any
    ) -> None:
        """``given`` and ``counted``: what both sides have :func:`published`. ``find``: words that what is offered to be ticked has."""
        super().__init__(*arguments, **named)
        self.given, self.counted = given, counted
        self.fields["accepts"].choices = list(given.items())  # type: ignore[attr-defined]  # a ChoiceField
        shown, matching = self._shown(find.casefold().split())
        self.fields["accepts"].widget.choices = shown
        if len(shown) < len(given):
            self.fields["accepts"].help_text = (
                f"{len(shown)} of {len(given)} are shown: what you ticked, and "
                f"{'those that were found' if find.strip() else 'the first of the list'}. "
                + (
                    "Find others by their names above."
                    if matching <= MOST_SHOWN
                    else "More were found: use more words."
                )
            )
        self.fields["toward"].choices = [("", "Credit only"), *self.counted.items()]  # type: ignore[attr-defined]  # a ChoiceField

    def _shown(self, words: list[str]) -> tuple[list[tuple[str, str]], int]:
        """What is ticked, then what has all the words, as much as can be read; and how many have the words."""
        ticked = self.data.getlist(self.add_prefix("accepts")) if self.is_bound else self.initial.get("accepts", ())  # type: ignore[attr-defined]  # a QueryDict
        chosen = [(key, self.given[key]) for key in ticked if key in self.given]
        found = [
            (key, title)
            for key, title in self.given.items()
            if key not in ticked and all(word in title.casefold() for word in words)
        ]
        return [*chosen, *found[:MOST_SHOWN]], len(found)

    def term(self, number: int) -> dict[str, Any] | None:
        """Return the term as it is kept; None for a row that was left empty."""
        given = self.cleaned_data
        if not given.get("accepts"):
            return None
        return {
            "id": f"t{number}",
            "accepts": [{"id": one, "name": self.given[one]} for one in given["accepts"]],
            "toward": {"id": given["toward"], "name": self.counted[given["toward"]]}
            if given["toward"]
            else {"name": "credit"},
            "credits": str(given["credits"]) if given["credits"] is not None else "",
            "scheme": given["scheme"],
            "level": {"framework": "eqf", "value": str(given["level"])} if given["level"] else None,
            "grade": given["grade"].strip(),
            "grades": [one for part in given["grades"].split(",") if (one := part.strip())],
            "gives": {"framework": "eqf", "value": str(given["gives"])} if given["gives"] else None,
            "most": str(given["most"]) if given["most"] else None,
        }

    @staticmethod
    def initial_of(term: dict[str, Any]) -> dict[str, Any]:
        """Return what the row of a kept term shows."""
        return {
            "accepts": [one["id"] for one in term["accepts"]], "toward": term["toward"].get("id", ""), "credits": term["credits"],
            "scheme": term["scheme"], "level": (term.get("level") or {}).get("value"), "most": term.get("most"),
            "grade": term.get("grade", ""), "grades": ", ".join(term.get("grades", [])), "gives": (term.get("gives") or {}).get("value"),
        }  # fmt: skip


def initial_of(row: AgreementVersion) -> dict[str, Any]:
    """Return what the form of a kept agreement shows."""
    return {
        "title": row.title, "in_force_from": row.in_force_from.date(), "most": row.most, "notice_days": row.notice_days,
        "in_force_until": row.in_force_until.date() if row.in_force_until else None,
        "earned_from": row.earned_from.date() if row.earned_from else None,
    }  # fmt: skip


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
