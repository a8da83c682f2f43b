"""The menu of the rule builder, and the inputs of each kind.

Everything comes from the engine's own tables: the kinds from `cairn.stacking.KINDS`, their fields from `cairn.stacking.schemas.FIELDS`.
A further kind is on the menu, with its form, as soon as it stands in those two. :data:`WORDS` says it in plainer words, and
:data:`LABELS` does so for a field; both may lack a new one, which is then called by its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cairn.stacking import KINDS, schemas
from cairn.stacking.filters import LISTS
from cairn.stacking.requirements import Around, Group

LEAF, GROUP, AROUND = "leaf", "group", "around"
SHAPES = {
    LEAF: "Ask for something",
    GROUP: "Put requirements together",
    AROUND: "Say what counts inside",
}
"""The three shapes of a requirement, as the menu heads them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of the menu: ``name`` is the engine's, ``title`` what a designer chooses, ``explanation`` one sentence."""

    name: str
    title: str
    explanation: str
    shape: str


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a kind. ``name`` is the field, with a point before what is inside another (``filter.tags``).

    ``control``: text, whole (number), amount, choice, tick, day, level, list, ticks (several of ``choices``), or pick, picks and sets,
    which are chosen by searching; ``picker`` names the search. ``suggestions`` are offered while one types.
    """

    name: str
    control: str
    label: str
    hint: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    picker: str = ""
    suggestions: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """Where the value stands in the requirement."""
        return tuple(self.name.split("."))

    @property
    def searched(self) -> bool:
        """Whether its values are found by searching."""
        return bool(self.picker)

    @property
    def filters(self) -> bool:
        """Whether it says which awards count, and so may be left alone by most."""
        return len(self.path) > 1

    @property
    def id(self) -> str:
        """Its id on the page."""
        return f"f-{self.name.replace('.', '-')}"


WORDS: dict[str, tuple[str, str]] = {
    "award_of": ("A certain credential", "One credential, or another that does as well."),
    "credits_at_least": ("So many credits", "Credits of one scheme add up to an amount."),
    "awards_at_least": ("So many credentials", "A number of different credentials of some sort."),
    "skills_covered": ("Skills at a level", "Credentials show the skills, whatever they are called."),
    "experience_hours": ("Hours of experience", "Hours that credentials attest add up."),
    "all_of": ("All of these", "Every part must be met."),
    "any_n": ("Some of these", "So many of the parts must be met."),
    "in_order": ("One after the other", "Every part must be met, in this order."),
    "level_at_least": ("Only from a level on", "Inside, only credentials at this level or above count."),
    "grade_at_least": ("Only with a grade", "Inside, only credentials with this grade or better count."),
    "recency": ("Only recent ones", "Inside, only credentials earned in the last so many days count."),
    "earned_within": ("Only from a time window", "Inside, only credentials earned between two days count."),
    "earned_together": (
        "Earned near each other",
        "Inside, credentials count that were earned within so long of each other, whenever that was.",
    ),
    "counting_only": ("Only some credentials", "Inside, only credentials that fit a description count."),
    "at_most": ("Up to a limit", "Inside, credentials of some sort count up to a limit, and no further."),
    "exclusive": ("Only one of several", "Inside, at most one of these credentials counts."),
    "residency": ("A share from certain issuers", "Of what counts inside, so many credits come from these issuers."),
    "converting": ("Convert credits", "Inside, credits of one scheme count as credits of another."),
    "equivalences": (
        "Same thing by another name",
        "Credentials that serve for each other; stands around the whole rule.",
    ),
    "counting": ("What counts after running out", "Inside, says whether credentials that ran out still count."),
    "not": ("Must not have", "Met as long as what is inside is not."),
}
"""What the menu calls a kind, and one sentence on it."""

SCHEMES = ("ECTS", "us-semester", "CPD hours", "CATS")
FRAMEWORKS = ("eqf", "nqf", "O*NET")
TYPES = (
    ("badge", "Digital badge"),
    ("certificate", "Certificate"),
    ("programme", "Nano-degree"),
    ("industry", "Industry credential"),
)

LABELS: dict[str, Mapping[str, Any]] = {
    "n": {"label": "How many of them"},
    "count": {"label": "How many"},
    "amount": {"label": "How many credits", "hint": "For example 30 or 7.5."},
    "hours": {"label": "How many hours"},
    "scheme": {"label": "Kind of credits", "suggestions": SCHEMES, "hint": "Credits of different kinds never add up."},
    "share": {"label": "Or as a share", "hint": "Of the credits that are asked for inside, for example 1/2."},
    "split": {"label": "The credits of one credential may be shared out between several requirements"},
    "days": {"label": "How many days old at most", "hint": "Two years are 730."},
    "earned_together.years": {"label": "Within so many years", "hint": "Fill in one of years, months and days."},
    "earned_together.months": {"label": "Or within so many months"},
    "earned_together.days": {"label": "Or within so many days", "hint": ""},
    "since": {"label": "From this day on"},
    "until": {"label": "Until before this day"},
    "minimum": {"label": "Lowest grade that counts"},
    "scale": {"label": "Grades from low to high", "hint": "One on each line. Leave it empty where grades are numbers."},
    "level": {"label": "Level"},
    "level.framework": {"label": "Framework of the level", "suggestions": FRAMEWORKS},
    "framework": {"label": "Framework of the skills", "suggestions": FRAMEWORKS},
    "skills": {"label": "Skills", "picker": "skill"},
    "achievement": {"label": "Credential", "picker": "achievement"},
    "equivalents": {"label": "Others that do as well", "picker": "achievement"},
    "achievements": {"label": "Credentials", "picker": "achievement"},
    "sets": {"label": "Credentials that are the same thing", "picker": "achievement"},
    "issuers": {"label": "Issuers", "picker": "issuer"},
    "role": {"label": "What it is in the whole", "choices": {"component": "A part", "capstone": "The capstone", "project": "A project"}},
    "mode": {
        "label": "What counts",
        "choices": {"at_completion": "What is valid at the end", "when_earned": "What was valid when it was earned"},
    },
    "each_issuer": {"label": "The limit holds for every issuer by itself"},
    "source": {"label": "Credits of this kind", "suggestions": SCHEMES},
    "target": {"label": "count as credits of this kind", "suggestions": SCHEMES},
    "factor": {"label": "One of them counts as", "hint": "For example 1/2 or 0.5."},
    "filter.types": {"label": "Only of these types", "ticks": TYPES},
    "filter.tags": {"label": "Only with one of these tags", "hint": "One on each line."},
    "filter.subjects": {"label": "Only in these subjects", "hint": "One on each line."},
    "filter.sources": {"label": "Only if they came about this way", "hint": "One on each line: assessed, prior_learning, transfer."},
    "filter.issuers": {"label": "Only from these issuers"},
    "filter.achievements": {"label": "Only these credentials"},
    "filter.level_at_least": {"label": "Only at this level or above"},
}  # fmt: skip
"""How the fields are called and entered, where their schema does not say; with the kind before it, the field of that kind alone.
``picker`` names a search of `cairn.catalog.rules.picking`.
"""


def menu(*shapes: str) -> list[tuple[str, list[Kind]]]:
    """Return the kinds of these shapes (all where none is named) under their headings, in the order of :data:`WORDS`."""
    wanted = shapes or tuple(SHAPES)
    order = {name: place for place, name in enumerate(WORDS)}
    kinds = sorted(map(kind_of, KINDS), key=lambda kind: order.get(kind.name, len(order)))
    return [(SHAPES[shape], [kind for kind in kinds if kind.shape == shape]) for shape in wanted]


def kind_of(name: str) -> Kind:
    """Return a kind as the menu shows it; raises KeyError for a name that the engine does not know."""
    engine = KINDS[name]
    shape = GROUP if issubclass(engine, Group) else AROUND if issubclass(engine, Around) else LEAF
    said = (engine.__doc__ or "").strip().partition("\n")[0]
    title, explanation = WORDS.get(name, (name.replace("_", " ").capitalize(), said))
    return Kind(name, title, explanation, shape)


def inputs_of(kind: str) -> tuple[Input, ...]:
    """Return the inputs of a kind, in the order of its schema; what is inside it is no input."""
    fields, required = schemas.FIELDS[kind]
    return tuple(
        one
        for name, schema in fields.items()
        if name != "of"
        for one in _inputs(kind, name, schema, required=name in required)
    )


def _inputs(kind: str, name: str, schema: Mapping[str, Any], *, required: bool) -> list[Input]:
    if schema == schemas.FILTER:
        listed = [_labelled(kind, Input(f"{name}.{one}", "list", one.capitalize())) for one in LISTS]
        return [*listed, _labelled(kind, Input(f"{name}.level_at_least", "level", "Level at least"))]
    plain = Input(name, _control(schema), name.replace("_", " ").capitalize(), required=required)
    if "enum" in schema:
        plain = replace(plain, choices=tuple((str(value), str(value)) for value in schema["enum"]))
    return [_labelled(kind, plain)]


def _control(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "choice"
    if schema.get("type") == "array":
        return "sets" if schema["items"].get("type") == "array" else "list"
    if schema == schemas.LEVEL:
        return "level"
    if schema == schemas.WHEN:
        return "day"
    if schema in (schemas.AMOUNT, schemas.FACTOR, schemas.SHARE):
        return "amount"
    return {"integer": "whole", "boolean": "tick"}.get(str(schema.get("type")), "text")


def _labelled(kind: str, plain: Input) -> Input:
    words = {**LABELS.get(plain.path[-1], {}), **LABELS.get(plain.name, {}), **LABELS.get(f"{kind}.{plain.name}", {})}
    picker = str(words.get("picker", ""))
    control = {"text": "pick", "list": "picks"}.get(plain.control, plain.control) if picker else plain.control
    if "ticks" in words:
        return replace(plain, control="ticks", label=words["label"], choices=tuple(words["ticks"]))
    named: Mapping[str, str] = words.get("choices", {})
    return replace(
        plain,
        control=control,
        label=words.get("label", plain.label),
        hint=words.get("hint", ""),
        picker=picker,
        suggestions=tuple(words.get("suggestions", ())),
        choices=tuple((value, named.get(value, value)) for value, _ in plain.choices),
    )
