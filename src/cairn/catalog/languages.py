"""What a credential says in further languages: reading it, what is missing in each, and which language a reader gets.

A version has one language of its own and ``texts`` beside it: {"de": {"title", "description", "criteria", "outcomes": [text]}}. Outcomes
stand in the places of the version's own outcomes; one that is not translated yet is "". Tags are BCP 47.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf.locale import LANG_INFO
from django.utils.translation.trans_real import parse_accept_lang_header

from cairn.errors import Invalid

if TYPE_CHECKING:  # the names of languages are wanted by what the models stand on
    from cairn.catalog.models import DefinitionVersion

PARTS = {"title": 300, "description": 20_000, "criteria": 20_000}
"""What can be said in further languages beside the outcomes, and how many letters it may have."""
MOST_LANGUAGES = 40
LONGEST_OUTCOME = 1_000
UNSAID = "und"

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_NAMES = {code: (told["name"], told["name_local"]) for code, told in LANG_INFO.items() if "name" in told} | {
    "mt": ("Maltese", "Malti"),  # an official language of the Union that Django's table lacks
    "zh": ("Chinese", "中文"),
}
CHOICES = sorted(((code, english) for code, (english, _) in _NAMES.items()), key=lambda one: one[1].casefold())
"""Languages to choose from, by their English names."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a version and the language that it is in; ``tag`` is "" where nobody stated that."""

    text: str
    tag: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A version as a reader of one language gets it: each text in that language, and in the version's own where it is missing."""

    tag: str
    title: Said
    description: Said
    criteria: Said
    outcomes: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Translation:
    """How far a version is said in one further language; ``missing`` in words."""

    tag: str
    name: str
    reading: Reading
    said: int
    of: int
    missing: tuple[str, ...]


def english_name(tag: str) -> str:
    """Return a language's English name, or the tag where it is not known; "not stated" for none."""
    return "not stated" if tag.lower() in {"", UNSAID} else _named(tag)[0]


def own_name(tag: str) -> str:
    """Return what a language calls itself, or the tag where that is not known."""
    return "not stated" if tag.lower() in {"", UNSAID} else _named(tag)[1]


def _named(tag: str) -> tuple[str, str]:
    lowered = tag.lower()
    return _NAMES.get(lowered) or _NAMES.get(lowered.partition("-")[0]) or (tag, tag)


def read_names(text: str) -> list[str]:
    """Read languages by name or tag with commas between them: "English, Deutsch, mt" gives ["en", "de", "mt"]. Raises Invalid."""
    known = {name.casefold(): code for code, names in reversed(_NAMES.items()) for name in (*names, code)}
    found = []
    for told in filter(None, (part.strip() for part in text.split(","))):
        tag = known.get(told.casefold()) or (told if _TAG.fullmatch(told) else "")
        if not tag:
            raise Invalid(
                f"“{told[:40]}” is no language that is known here.", remedy="Write its name, or its tag like en or mt."
            )
        found.append(tag)
    return list(dict.fromkeys(found))[:MOST_LANGUAGES]


def read_tag(tag: str, own: str) -> str:
    """Check the tag of a further language. Raises Invalid for what is no tag, and for the version's own language."""
    if not _TAG.fullmatch(tag):
        raise Invalid(f"“{tag[:40]}” is not the tag of a language.", remedy="Write it like de, mt or pt-BR.")
    if tag.lower() == own.lower():
        raise Invalid(
            f"{english_name(tag)} is the language that it is written in.",
            remedy="Change it where the rest is written, or choose another language.",
            code="own_language",
        )
    return tag


def read_texts(texts: object, own: str, outcomes: int) -> dict[str, dict[str, Any]]:
    """Read what is said in further languages, tidied; ``outcomes`` is how many the version has. Raises Invalid."""
    if not isinstance(texts, Mapping) or len(texts) > MOST_LANGUAGES:
        raise Invalid(f"Texts in further languages are given by language, at most {MOST_LANGUAGES}.", remedy="Leave some out.")  # fmt: skip
    return {read_tag(str(tag), own): _read(told, str(tag), outcomes) for tag, told in texts.items()}


def _read(told: object, tag: str, outcomes: int) -> dict[str, Any]:
    if not isinstance(told, Mapping) or set(told) - {*PARTS, "outcomes"}:
        raise Invalid(f"A text in {english_name(tag)} is none of {', '.join((*PARTS, 'outcomes'))}.", remedy="Leave it out.")  # fmt: skip
    found: dict[str, Any] = {}
    for part, most in PARTS.items():
        text = told.get(part, "")
        if not isinstance(text, str) or len(text) > most:
            raise Invalid(f"The {part} in {english_name(tag)} is no text of at most {most:,} letters.", remedy="Shorten it.")  # fmt: skip
        if text.strip():
            found[part] = text.strip()
    listed = told.get("outcomes", [])
    if not isinstance(listed, Sequence) or isinstance(listed, str) or len(listed) > outcomes:
        raise Invalid(
            f"There are more outcomes in {english_name(tag)} than the credential has ({outcomes}).",
            remedy="Write one for each of its outcomes, in the same order.",
        )
    if not all(isinstance(one, str) and len(one) <= LONGEST_OUTCOME for one in listed):
        raise Invalid(
            f"An outcome in {english_name(tag)} is no text of at most {LONGEST_OUTCOME:,} letters.",
            remedy="Shorten it.",
        )
    tidied = [one.strip() for one in listed] + [""] * (outcomes - len(listed))
    return found | ({"outcomes": tidied} if any(tidied) else {})


def moved(texts: Mapping[str, Any], before: Sequence[str], after: Sequence[str]) -> dict[str, Any]:
    """Return the texts with their outcomes beside the outcomes they translate, after those were moved, changed, added or taken away.

    The same words keep their translation wherever they stand now. Where as many are gone as are new, they were reworded: they are taken
    for the same, in order.
    """
    places = {text: place for place, text in reversed(list(enumerate(before)))}
    kept = [places.get(text) for text in after]
    gone = [place for place in range(len(before)) if place not in kept]
    new = [place for place, old in enumerate(kept) if old is None]
    if len(gone) == len(new):
        for place, old in zip(new, gone, strict=True):
            kept[place] = old
    found = {}
    for tag, told in texts.items():
        listed = told.get("outcomes") or []
        now = [listed[old] if old is not None and old < len(listed) else "" for old in kept]
        rest = {part: text for part, text in told.items() if part != "outcomes"}
        found[tag] = rest | ({"outcomes": now} if any(now) else {})
    return found


def reading_of(version: DefinitionVersion, tag: str) -> Reading:
    """Return a version in a language; what it does not say in it stands in its own."""
    told = version.texts.get(tag) if tag != version.language else None
    told = told if isinstance(told, Mapping) else {}
    own = "" if version.language.lower() == UNSAID else version.language
    listed = told.get("outcomes")
    listed = listed if isinstance(listed, list) else []

    def said(text: object, original: str) -> Said:
        return Said(text, tag) if isinstance(text, str) and text.strip() else Said(original, own)

    return Reading(
        tag if told else version.language,
        said(told.get("title"), version.title),
        said(told.get("description"), version.description),
        said(told.get("criteria"), version.criteria),
        tuple(
            said(listed[place] if place < len(listed) else "", str(outcome.get("text", "")))
            for place, outcome in enumerate(version.outcomes)
        ),
    )


def translations_of(version: DefinitionVersion) -> list[Translation]:
    """Return each further language of a version with how far it goes and what it leaves out, by English name."""
    found = [_translation(version, tag) for tag in version.texts]
    return sorted(found, key=lambda one: (one.name.casefold(), one.tag))


def _translation(version: DefinitionVersion, tag: str) -> Translation:
    told = version.texts[tag] if isinstance(version.texts[tag], Mapping) else {}
    wanted = [part for part in PARTS if getattr(version, part).strip()]
    missing = [part for part in wanted if not str(told.get(part) or "").strip()]
    listed = told.get("outcomes")
    listed = listed if isinstance(listed, list) else []
    without = [
        place
        for place in range(len(version.outcomes))
        if place >= len(listed) or not isinstance(listed[place], str) or not listed[place].strip()
    ]
    words = [WORDS[part] for part in missing] + _outcomes_in_words(without, len(version.outcomes))
    of = len(wanted) + len(version.outcomes)
    return Translation(
        tag, english_name(tag), reading_of(version, tag), of - len(missing) - len(without), of, tuple(words)
    )


WORDS = {"title": "title", "description": "description", "criteria": "what must be shown to earn it"}


def _outcomes_in_words(places: Sequence[int], of: int) -> list[str]:
    if not places:
        return []
    if len(places) == of:
        return ["learning outcomes" if of > 1 else "learning outcome"]
    return [f"outcome{'s' if len(places) > 1 else ''} {', '.join(str(place + 1) for place in places)}"]


def to_look_at(before: DefinitionVersion, after: DefinitionVersion) -> str:
    """Say which texts were changed although they stand in further languages too, so that somebody looks at those; "" where none was."""
    changed = [WORDS[part] for part in PARTS if getattr(before, part) != getattr(after, part)]
    told = [[str(one.get("text", "")) for one in version.outcomes] for version in (before, after)]
    changed += ["learning outcomes"] if told[0] != told[1] else []
    names = [english_name(tag) for tag in after.texts]
    if not changed or not names:
        return ""
    return f"You changed: {', '.join(changed)}. See whether it is still said so in {' and '.join(names)}."


def language_for(version: DefinitionVersion, asked: str, accepted: str) -> str:
    """Return the language that a reader gets: the one asked for, else the first that the browser accepts, else the version's own.

    ``accepted`` is the header ``Accept-Language`` (RFC 9110, section 12.5.4); a language without its region stands for all of its regions.
    """
    has = [version.language, *version.texts]
    for wanted in [asked, *(tag for tag, quality in parse_accept_lang_header(accepted) if quality > 0)]:
        if found := _nearest(wanted, has):
            return found
    return version.language


def _nearest(wanted: str, has: Iterable[str]) -> str:
    lowered = wanted.lower()
    same = [tag for tag in has if tag.lower() == lowered]
    near = [tag for tag in has if tag.lower().partition("-")[0] == lowered.partition("-")[0]]
    return next(iter([*same, *near]), "") if lowered else ""
