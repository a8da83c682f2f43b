"""Forms of journeys: what a person can give, what a plan should keep to, and skills typed with their levels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import DecimalValidator

from cairn.catalog.queries import choosable, currencies
from cairn.catalog.templatetags.catalog import language_name, mode_words
from cairn.journeys.models import Goal
from cairn.journeys.wishes import Wishes
from cairn.look.formatting import minor_digits
from cairn.planning import Objective, Worth
from cairn.planning.worth import LONGEST_YEARS
from cairn.skills.models import Skill

AIMS = {
    Objective.CHEAPEST: "Costs the least money",
    Objective.LEAST_STUDY: "Needs the fewest hours of study",
    Objective.FASTEST: "Is done first (with hours a week; without them, the fewest hours)",
    Objective.MOST_RECOGNISED: "Has the most bodies and institutions on record behind its least recognised step",
    Objective.BEST_RETURN: "Brings the most beyond what it costs, if you earn more afterwards as you say below",
}
"""What a plan can aim at, in plain words."""
LINE = re.compile(r"^(?P<name>.+?)\s*(?:[=:]\s*(?P<level>[\d.,]+))?\s*$")
CURRENCIES = {"USD": "US dollars", "EUR": "euros", "GBP": "pounds"}
"""Currencies that have a name here; others are called by their code."""
MOST_DIGITS = 12
"""Digits a budget may have, so that in minor units it is no more than a plan can weigh."""
DIGITS_A_YEAR, DIGITS_AN_HOUR = 10, 7
"""Digits that earnings of a year, and an hour's worth, may have."""
LEVEL_UNSAID = 3.0
"""The middle of O*NET's scale: where somebody names a skill and no level."""


class LimitsForm(forms.Form):
    """What a person can give toward a goal. Everything may stay empty: empty is no limit."""

    currency = forms.ChoiceField(
        label="Currency", help_text="Plans are made of offers that are priced in it, and of what is free. Nothing is converted.",
    )  # fmt: skip
    budget = forms.DecimalField(
        label="Budget", required=False, min_value=Decimal(0),
        help_text="All you can spend on fees and materials. Leave it empty for no limit.",
    )  # fmt: skip
    hours_per_week = forms.IntegerField(
        label="Hours a week", required=False, min_value=1, max_value=80,
        help_text="How much time you have for learning. Leave it empty to see plans in hours only.",
    )  # fmt: skip
    deadline = forms.DateField(
        label="To be done by", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Needs the hours a week.",
    )  # fmt: skip

    money_in: str
    """The currency of the amounts that were typed."""

    def __init__(
        self, data: Any = None, *, currency: str = "USD", currencies: Sequence[str] = (), **given: Any
    ) -> None:
        """Ask for money in a currency, with as many digits after the point as it has; in which, where there are several."""
        super().__init__(data, **given)
        able = list(dict.fromkeys((*currencies, currency)))
        self.money_in, self.several = currency, len(able) > 1
        if self.several:
            asked = self.fields["currency"]
            asked.initial = currency
            if isinstance(asked, forms.ChoiceField):
                asked.choices = [(code, CURRENCIES.get(code, code)) for code in able]
            told = (data or {}).get(self.add_prefix("currency"))
            self.money_in = told if told in able else currency
        else:
            del self.fields["currency"]
        self._money("budget", MOST_DIGITS)

    def _money(self, name: str, most: int) -> forms.Field:
        """The field asks for an amount of the currency, of at most so many digits, and says of which where nobody chooses it."""
        field, digits = self.fields[name], minor_digits(self.money_in)
        if not self.several:
            field.label = (
                f"{field.label}{' in' if name == 'budget' else ', in'} {CURRENCIES.get(self.money_in, self.money_in)}"
            )
        field.validators.append(DecimalValidator(most, digits))
        field.widget.attrs["step"] = format(Decimal(1).scaleb(-digits), "f")
        return field

    def limits(self) -> dict[str, Any]:
        """Return the limits as the services take them: the budget in minor units (cents)."""
        budget = self.cleaned_data["budget"]
        return {
            "currency": self.money_in,
            "budget": None if budget is None else int(budget.scaleb(minor_digits(self.money_in))),
            "hours_per_week": self.cleaned_data["hours_per_week"],
            "deadline": self.cleaned_data["deadline"],
        }


class WishesForm(LimitsForm):
    """What a plan should aim at and keep to, of what the catalogue can tell apart."""

    objective = forms.ChoiceField(
        label="Look for the plan that", required=False, choices=[(str(key), words) for key, words in AIMS.items()],
        widget=forms.RadioSelect,
    )  # fmt: skip
    modes = forms.MultipleChoiceField(
        label="Ways of taking part", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: any. An offer that does not state its way is left out as soon as you tick one.",
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label="Languages", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: any. Offers that do not state their language stay in.",
    )  # fmt: skip
    places = forms.MultipleChoiceField(
        label="Places", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: anywhere. Offers without a place, such as online ones, stay in.",
    )  # fmt: skip
    quality_at_least = forms.IntegerField(
        label="Least quality, 0 to 100", required=False, min_value=0, max_value=100,
        help_text="The lower end of how credible an offer is on record. What nobody has shown counts as nothing, so high "
        "limits leave little over.",
    )  # fmt: skip
    premium = forms.DecimalField(
        label="What you expect to earn more a year, once you are there", required=False, min_value=Decimal(0),
        help_text="Your own assumption, before or after tax as you like: no source here knows it. Leave it empty if you have none.",
    )  # fmt: skip
    hour = forms.DecimalField(
        label="What an hour of your time is worth", required=False, min_value=Decimal(0),
        help_text="Pay you go without while you study, for example. It counts only beside what you expect to earn more. Empty: your time "
        "costs nothing.",
    )  # fmt: skip
    years = forms.IntegerField(
        label="Years in which you earn more", required=False, min_value=1, max_value=LONGEST_YEARS,
    )  # fmt: skip
    fade = forms.DecimalField(
        label="What is left of it each next year, in percent", required=False, min_value=Decimal("0.1"), max_value=Decimal(100),
        decimal_places=2, max_digits=5,
    )  # fmt: skip
    discount = forms.DecimalField(
        label="What a later year counts less, in percent a year", required=False, min_value=Decimal(0), max_value=Decimal(100),
        decimal_places=2, max_digits=5,
    )  # fmt: skip
    only_proven = forms.BooleanField(label="Count only what credentials prove, not what I say I can do", required=False)
    only_stated = forms.BooleanField(
        label="Only offers whose provider states, skill by skill, what they teach", required=False,
        help_text="Otherwise programmes count whose skills are inferred from their field of study; plans say so.",
    )  # fmt: skip
    without = forms.MultipleChoiceField(
        label="Ruled out", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Untick what may come back.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, goal: Goal, at: datetime, names: dict[str, str]) -> None:
        """Offer what open offers state; ``names`` are the titles of offers and providers that are ruled out now."""
        wishes = Wishes.read(goal.wishes)
        initial = {
            "budget": None if goal.budget is None else _whole_units(goal.budget, goal.currency),
            "hours_per_week": goal.hours_per_week,
            "deadline": goal.deadline,
            "objective": str(wishes.objective),
            "modes": sorted(wishes.modes),
            "languages": sorted(wishes.languages),
            "places": sorted(wishes.places),
            "quality_at_least": wishes.quality_at_least,
            **self._worth_now(wishes.worth, goal.currency),
            "only_proven": not wishes.count_claimed,
            "only_stated": wishes.only_stated,
            "without": list(names),
        }
        super().__init__(data, currency=goal.currency, currencies=currencies(), initial=initial)
        self.fields["hours_per_week"].help_text = "How much time you have for learning. Empty: plans in hours only."
        for name, most in (("premium", DIGITS_A_YEAR), ("hour", DIGITS_AN_HOUR)):
            self._money(name, most)
        able = choosable(at)
        self._choose("modes", [(mode, mode_words(mode)) for mode in sorted({*able.modes, *wishes.modes})])
        self._choose("languages", [(one, language_name(one)) for one in sorted({*able.languages, *wishes.languages})])
        self._choose("places", [(one, one) for one in sorted({*able.places, *wishes.places})])
        self._choose("without", list(names.items()))

    @staticmethod
    def _worth_now(worth: Worth | None, currency: str) -> dict[str, Any]:
        """What stands in the fields about earnings; the usual assumptions where nothing was said."""
        shown = worth or Worth(premium=0)
        return {
            "premium": None if worth is None else _whole_units(worth.premium, currency),
            "hour": _whole_units(worth.hour, currency) if worth is not None and worth.hour else None,
            "years": shown.years,
            "fade": f"{(shown.fade * 100).normalize():f}",
            "discount": f"{(shown.discount * 100).normalize():f}",
        }

    def clean(self) -> dict[str, Any]:
        """What an hour is worth counts against what would be earned more: without that it would say nothing."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("hour") and given.get("premium") is None and "premium" not in self.errors:
            self.add_error(
                "hour",
                "It counts only beside what you expect to earn more a year. Give that too (0 if nothing), or leave this empty.",
            )
        return given

    def _worth(self) -> Worth | None:
        """What the person says reaching the goal is worth, in minor units; None where they say nothing."""
        given, usual = self.cleaned_data, Worth(premium=0)
        if given["premium"] is None:
            return None
        digits = minor_digits(self.money_in)
        return Worth(
            premium=int(given["premium"].scaleb(digits)),
            hour=int((given["hour"] or Decimal(0)).scaleb(digits)),
            years=given["years"] or usual.years,
            fade=usual.fade if given["fade"] is None else given["fade"] / 100,
            discount=usual.discount if given["discount"] is None else given["discount"] / 100,
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        else:
            del self.fields[name]

    def wishes(self) -> Wishes:
        """Return the wishes as the services take them."""
        given = self.cleaned_data
        kept = given.get("without") or ()
        return Wishes(
            objective=Objective(given.get("objective") or Objective.CHEAPEST),
            modes=frozenset(given.get("modes") or ()),
            languages=frozenset(given.get("languages") or ()),
            places=frozenset(given.get("places") or ()),
            quality_at_least=given["quality_at_least"],
            without=frozenset(one for one in kept if not one.startswith("provider:")),
            without_providers=frozenset(
                int(one.removeprefix("provider:")) for one in kept if one.startswith("provider:")
            ),
            count_claimed=not given["only_proven"],
            only_stated=given["only_stated"],
            worth=self._worth(),
        )


class SkillsForm(LimitsForm):
    """Skills with levels under a name: what a role asks for, or what somebody wants to be able to do."""

    title = forms.CharField(
        label="What it is for", max_length=200, help_text="For example: Network assistant at Pinewood."
    )
    skills = forms.CharField(
        label="Skills, one on each line", widget=forms.Textarea(attrs={"rows": 8}), max_length=12_000,
        help_text="A skill by its name in O*NET or ESCO, then = and the level you want to reach, above 0 to 7. "
        "Without a level, 3 is taken.",
    )  # fmt: skip

    field_order = ("title", "skills", "currency", "budget", "hours_per_week", "deadline")

    def clean_skills(self) -> list[dict[str, Any]]:
        """Return needs; each line that names no skill here is told with the names that come near."""
        return _typed(self.cleaned_data["skills"])


class BesideForm(LimitsForm):
    """Limits, and skills to be reached beside a larger credential."""

    skills = forms.CharField(
        label="Skills you want beside it, one on each line", widget=forms.Textarea(attrs={"rows": 4}), max_length=12_000, required=False,
        help_text="One plan then leads to all of it. Name a skill, then = and its level, above 0 to 7. Leave it empty for none.",
    )  # fmt: skip

    field_order = ("skills", "currency", "budget", "hours_per_week", "deadline")

    @classmethod
    def of(cls, data: Any, goal: Goal | None, *, currency: str, currencies: Sequence[str]) -> BesideForm:
        """The form; where the credential is a goal already, with what was given for it, so that nothing of it is lost."""
        if goal is None:
            return cls(data, currency=currency, currencies=currencies)
        limits = {
            "budget": None if goal.budget is None else _whole_units(goal.budget, goal.currency),
            "hours_per_week": goal.hours_per_week,
            "deadline": goal.deadline,
        }
        skills = "\n".join(f"{_as_typed(need)} = {_plain(need['level'])}" for need in goal.needs or ())
        return cls(data, currency=goal.currency, currencies=currencies, initial={**limits, "skills": skills})

    def clean_skills(self) -> list[dict[str, Any]]:
        """Return needs; none where nothing is typed."""
        return _typed(self.cleaned_data["skills"])


def _typed(text: str) -> list[dict[str, Any]]:
    needs: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = LINE.match(line.strip())
        name, level = (found["name"], found["level"]) if found else (line.strip(), None)
        skill = _called(name)
        skill = skill or Skill.objects.filter(uri=name).first()
        if skill is None:
            raise forms.ValidationError(f"Line {number}: no skill here is called “{name[:80]}”.{_near(name)}")
        needs.append({"skill": skill.uri, "level": level or LEVEL_UNSAID})
    return needs


def _called(name: str) -> Skill | None:
    """The skill that a typed name means."""
    return Skill.objects.filter(name__iexact=name).order_by("framework_id", "pk").first()


def _as_typed(need: Mapping[str, Any]) -> str:
    """What to type for a skill: its name, or its address where the name means another."""
    named = _called(need["name"])
    return str(need["name"] if named is not None and named.uri == need["skill"] else need["skill"])


def _plain(level: float) -> str:
    return format(Decimal(str(level)).normalize(), "f")


def _whole_units(minor: int, currency: str) -> str:
    return format(Decimal(minor).scaleb(-minor_digits(currency)).normalize(), "f")


def _near(name: str) -> str:
    words = sorted(re.findall(r"\w{4,}", name), key=len, reverse=True)
    for word in words[:3]:
        near = Skill.objects.filter(name__icontains=word).order_by("name").values_list("name", flat=True)[:5]
        if near:
            return " Did you mean " + ", ".join(f"“{one}”" for one in near) + "?"
    return " Write it as it is called among the skills of an occupation."
