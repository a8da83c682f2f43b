"""The forms of the provider's desk: a definition, an offer, the reason of a step."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from cairn.catalog import checks, writing, writing_prices
from cairn.catalog.languages import CHOICES, LONGEST_OUTCOME, PARTS, english_name, read_names
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.prerequisites import read_requires, written
from cairn.catalog.price_forms import in_minor_units
from cairn.errors import Invalid
from cairn.people.models import Organisation

PARTICIPATION = [("", "Not stated"), ("online", "Online"), ("onsite", "On site"), ("blended", "Online and on site")]
SUPERVISION = [
    ("", "Not stated"),
    ("Unsupervised, identity not checked", "Unsupervised, identity not checked"),
    ("Supervised, identity not checked", "Supervised, identity not checked"),
    ("Supervised online or on site, identity checked", "Supervised online or on site, identity checked"),
]
"""Annex I, optional element b, word for word in sense."""
STACKS = [
    ("", "Not stated"),
    ("stand-alone", "It stands alone"),
    ("stackable", "It can count towards something larger"),
]
"""Annex I, optional element d."""
SCHEMES = [("", "None"), ("ECTS", "ECTS credits"), ("us-semester", "US semester credits"), ("CPD hours", "CPD hours")]
IN_WORDS = ("level_text", "grading", "stackability", "further_information")
"""What completes the sixteen elements of Annex I, and may be left out."""
ROWS = {"rows": 4}


class DefinitionForm(forms.Form):
    """What a designer writes about a credential; ``content()`` gives it as ``cairn.catalog.services`` takes it."""

    title = forms.CharField(
        max_length=300, help_text="What it is about, in three to eight words. No qualification it is not."
    )
    type = forms.ChoiceField(
        choices=writing.TYPE_CHOICES, help_text="A certificate or programme is usually made of parts."
    )
    description = forms.CharField(
        widget=forms.Textarea(attrs=ROWS), required=False, help_text="Two or three sentences: what, and for whom."
    )
    outcomes = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}), required=False, label="Learning outcomes",
        help_text="One on each line, starting with what one can see the learner do. Behind -> the numbers of the criteria that assess it: "
        "Read a drawing and name its welds -> 1, 2",
    )  # fmt: skip
    rubric = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 8}), required=False,
        help_text="For each criterion its name on a line, then its levels from low to high on lines that start with “-”; put “*” before "
        "the level that is required. Example: “- Not yet: names few symbols”, “* Meets: names every symbol”.",
    )  # fmt: skip
    parts = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), required=False, label="Made of",
        help_text="For a stack: the pages of the credentials it is made of, one on each line.",
    )  # fmt: skip
    parts_needed = forms.IntegerField(
        min_value=1, required=False, label="How many of them", help_text="Empty means all of them."
    )
    rule = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}), required=False, label="Rule of what it is made of (JSON)",
        help_text="Only for rules that a list cannot say, such as credits or grades. It counts instead of the list above.",
    )  # fmt: skip
    stackability = forms.ChoiceField(
        choices=STACKS, required=False, label="Stands alone or stacks",
        help_text="What is made of parts, and what counts towards another credential here, says so by itself.",
    )  # fmt: skip
    criteria = forms.CharField(
        widget=forms.Textarea(attrs=ROWS),
        required=False,
        label="What must be shown to earn it",
        help_text="Markdown is understood.",
    )
    skills = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text="One on each line, as the framework names it; a level from 1 to 7 behind “=” if you know it: Welding = 3",
    )  # fmt: skip
    workload_hours = forms.DecimalField(min_value=Decimal("0.5"), max_digits=8, decimal_places=2, required=False, label="Workload in hours",
        help_text="Of a typical learner, assessment included.")  # fmt: skip
    credits = forms.DecimalField(min_value=Decimal(0), max_digits=8, decimal_places=2, required=False)
    credit_scheme = forms.ChoiceField(choices=SCHEMES, required=False, label="Kind of credits")
    level = forms.IntegerField(
        min_value=1, max_value=8, required=False, label="EQF level", help_text="1 to 8. Leave it empty if none applies."
    )
    level_text = forms.CharField(
        max_length=200, required=False, label="Level in words",
        help_text="A level of another framework, like NLQF 5; or that no framework applies.",
    )  # fmt: skip
    assessment_type = forms.CharField(max_length=60, required=False, label="Type of assessment",
        help_text="Project, examination, portfolio, observed task. Empty means that nothing is assessed.")  # fmt: skip
    grading = forms.CharField(
        max_length=300, required=False, label="Grade",
        help_text="What an award says about how well it was done, and on which scale. With a rubric, its levels are stated anyway.",
    )  # fmt: skip
    participation = forms.ChoiceField(choices=PARTICIPATION, required=False, label="Form of participation")
    supervision = forms.ChoiceField(choices=SUPERVISION, required=False, label="Supervision and identity check")
    quality_assurance = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False,
        help_text="Who looks after quality and how. Empty: what your organisation states.")  # fmt: skip
    prerequisites = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), required=False, help_text="“None” is an answer."
    )
    requires = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), required=False, label="Needed beforehand, so that plans can weigh it",
        help_text="One on each line: a skill with a level from 1 to 7 (Welding = 3), or the page of a credential. Where one of several is "
        "enough, put them on one line with “or” between them.",
    )  # fmt: skip
    partner = forms.ModelChoiceField(Organisation.objects.none(), required=False, label="Industry partner",
        help_text="Who made it with you. The partner can sign an endorsement later.")  # fmt: skip
    high_stakes = forms.BooleanField(required=False, label="A second person approves each award")
    valid_months = forms.IntegerField(
        min_value=1, max_value=600, required=False, label="Valid for so many months", help_text="Empty: for good."
    )
    further_information = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        help_text="Where a learner can read more. Empty: your website.",
    )
    tags = forms.CharField(max_length=300, required=False, help_text="Words to find it by, with commas between them.")
    language = forms.ChoiceField(
        choices=CHOICES, required=False, initial="en", label="Language of these texts",
        help_text="The language you write in here. Further languages come when this is saved.",
    )  # fmt: skip
    taught_in = forms.CharField(
        max_length=300, required=False, label="Languages of teaching and assessment",
        help_text="With commas between them: English, Maltese. Empty: not stated.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, owner: Organisation, version: DefinitionVersion | None = None, **kwargs: Any
    ) -> None:
        if version is not None:
            kwargs["initial"] = {**initial_of(version), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.version = version
        self.owner = owner
        if version is not None:
            self.fields["type"].disabled = True
            if version.language not in dict(CHOICES) and isinstance(
                chosen := self.fields["language"], forms.ChoiceField
            ):
                chosen.choices = [(version.language, english_name(version.language)), *CHOICES]
        field = self.fields["partner"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = (
                Organisation.objects.exclude(pk=owner.pk).exclude(kind=Organisation.Kind.OPERATOR).order_by("name")
            )

    def clean_language(self) -> str:
        """Keep the language where the form brings none."""
        return str(self.cleaned_data["language"]) or (self.version.language if self.version else "en")

    def clean_taught_in(self) -> list[str]:
        """Read the languages of teaching."""
        try:
            return read_names(self.cleaned_data["taught_in"])
        except Invalid as error:
            raise ValidationError(f"{error.message} {error.remedy}") from error

    def clean_rubric(self) -> dict[str, Any] | None:
        """Read the rubric."""
        return writing.read_rubric_text(self.cleaned_data["rubric"])

    def clean_skills(self) -> dict[str, Decimal | None]:
        """Read the skills."""
        return writing.read_skills_text(self.cleaned_data["skills"])

    def clean_requires(self) -> list[list[dict[str, Any]]]:
        """Read what is needed beforehand."""
        return written(writing_prices.read_requires_text(self.cleaned_data["requires"]))

    def clean_rule(self) -> dict[str, Any] | None:
        """Read the rule."""
        text = self.cleaned_data["rule"].strip()
        if not text:
            return None
        try:
            rule = json.loads(text)
        except ValueError as error:
            raise ValidationError(f"This is not JSON: {error}.") from error
        if not isinstance(rule, dict):
            raise ValidationError('A rule is a JSON object with a kind, like {"kind": "all_of", "of": […]}.')
        try:
            checks.read_requirement(rule)
        except Invalid as error:
            raise ValidationError([str(problem) for problem in error.facts.get("problems", [error.message])]) from error
        return rule

    def clean(self) -> dict[str, Any]:
        """Read what needs several fields: outcomes with the rubric, parts with their number."""
        cleaned = super().clean() or self.cleaned_data
        before = self.version.outcomes if self.version else []
        if "rubric" in cleaned:
            try:
                cleaned["outcomes"] = writing.read_outcomes_text(cleaned.get("outcomes", ""), cleaned["rubric"], before)
            except ValidationError as error:
                self.add_error("outcomes", error)
        try:
            cleaned["requirement"] = cleaned.get("rule") or writing.read_parts_text(
                cleaned.get("parts", ""), cleaned.get("parts_needed")
            )
        except ValidationError as error:
            self.add_error("parts", error)
        return cleaned

    def content(self) -> dict[str, Any]:
        """Return what ``draft_definition`` and ``revise_draft`` take, without the type."""
        given = self.cleaned_data
        plain = (
            "title", "description", "criteria", "outcomes", "rubric", "requirement", "skills", "workload_hours", "credits", "credit_scheme",
            "level", "assessment_type", "participation", "supervision", "quality_assurance", "prerequisites", "requires", "partner",
            "high_stakes", "valid_months", "language", "taught_in", *IN_WORDS,
        )  # fmt: skip
        return {
            **{name: given.get(name) for name in plain},
            "level_framework": "eqf" if given.get("level") else "",
            "tags": [tag.strip() for tag in given.get("tags", "").split(",") if tag.strip()],
        }


def initial_of(version: DefinitionVersion) -> dict[str, Any]:
    """Return a version as the form shows it."""
    parts = writing.parts_text(version.requirement)
    return {
        **{
            name: getattr(version, name)
            for name in ("title", "description", "criteria", "workload_hours", "credits", "credit_scheme", "level", "assessment_type",
                         "participation", "supervision", "quality_assurance", "prerequisites", "partner", "high_stakes", "valid_months",
                         "language", *IN_WORDS)
        },
        "type": version.definition.type,
        "outcomes": writing.outcomes_text(version.outcomes, version.rubric),
        "rubric": writing.rubric_text(version.rubric),
        "requires": writing_prices.requires_text(read_requires(version.requires)),
        "parts": parts[0] if parts else "",
        "parts_needed": parts[1] if parts else None,
        "rule": "" if parts else json.dumps(version.requirement, indent=2),
        "skills": writing.skills_text(version.skills.select_related("skill").order_by("skill__name")),
        "tags": ", ".join(version.tags),
        "taught_in": ", ".join(map(english_name, version.taught_in)),
    }  # fmt: skip


class LanguageForm(forms.Form):
    """What a draft says in one further language, each field with what it translates above it; ``said()`` as the service takes it."""

    def __init__(self, *args: Any, version: DefinitionVersion, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = version.texts.get(language) or {}
        attributes = {"lang": language, "dir": "auto"}
        before = told.get("outcomes") or []
        self.outcomes = [f"outcome_{number}" for number in range(1, len(version.outcomes) + 1)]
        self.fields["title"] = forms.CharField(
            max_length=PARTS["title"], initial=told.get("title"), widget=forms.TextInput(attributes),
            help_text=_original(version, version.title),
        )  # fmt: skip
        for name, label in (("description", "Description"), ("criteria", "What must be shown to earn it")):
            if original := getattr(version, name).strip():
                self.fields[name] = forms.CharField(
                    max_length=PARTS[name], required=False, label=label, initial=told.get(name),
                    widget=forms.Textarea({**attributes, **ROWS}), help_text=_original(version, original),
                )  # fmt: skip
        for place, name in enumerate(self.outcomes):
            self.fields[name] = forms.CharField(
                max_length=LONGEST_OUTCOME, required=False, label=f"Learning outcome {place + 1}",
                initial=before[place] if place < len(before) else "", widget=forms.Textarea({**attributes, "rows": 2}),
                help_text=_original(version, str(version.outcomes[place].get("text", ""))),
            )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """Return what was written."""
        given = self.cleaned_data
        plain = {name: given[name] for name in PARTS if name in given}
        return {**plain, "outcomes": [given.get(name, "") for name in self.outcomes]}


def _original(version: DefinitionVersion, text: str) -> str:
    return format_html('<span lang="{}" dir="auto">{}</span>', version.language, text)


PRICES = ("price_tuition", "price_fees", "price_materials", "price_other")


class OfferForm(forms.Form):
    """An offer of a published version; amounts in whole currency units."""

    currency = forms.CharField(max_length=3, min_length=3, initial="USD", help_text="Three letters, like USD or EUR.")
    price_tuition = forms.DecimalField(min_value=0, max_digits=12, decimal_places=3, required=False, label="Tuition")
    price_fees = forms.DecimalField(min_value=0, max_digits=12, decimal_places=3, required=False, label="Fees")
    price_materials = forms.DecimalField(
        min_value=0, max_digits=12, decimal_places=3, required=False, label="Books, tools and materials"
    )
    price_other = forms.DecimalField(min_value=0, max_digits=12, decimal_places=3, required=False, label="Other costs",
        help_text="Empty means not stated; write 0 for free.")  # fmt: skip
    mode = forms.ChoiceField(choices=PARTICIPATION, required=False)
    city = forms.CharField(max_length=120, required=False)
    self_paced = forms.BooleanField(required=False, label="Learners set the pace")
    starts_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    capacity = forms.IntegerField(min_value=1, required=False, label="Places", help_text="Empty: no limit.")

    def clean_currency(self) -> str:
        """Read the currency."""
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """Refuse amounts with more digits than their currency has: money is never rounded on the way in."""
        cleaned = super().clean() or self.cleaned_data
        for name in PRICES:
            if cleaned.get(name) is not None and "currency" in cleaned:
                try:
                    in_minor_units(cleaned[name], cleaned["currency"])
                except ValidationError as error:
                    self.add_error(name, error)
        return cleaned

    def terms(self) -> dict[str, Any]:
        """Return what ``create_offer`` takes: money in minor units."""
        given = dict(self.cleaned_data)
        for name in PRICES:
            given[name] = None if given[name] is None else in_minor_units(given[name], given["currency"])
        return given
