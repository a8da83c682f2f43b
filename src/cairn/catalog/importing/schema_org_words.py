"""What stands behind the words of schema.org: terms however a context shortens them, and objects that are named and stand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cairn.catalog.importing.words import address_of, as_list, language, text_in

_MODES = {
    "online": "online", "onlinecourse": "online", "distance": "online", "distance learning": "online", "onsite": "onsite",
    "on-site": "onsite", "in-person": "onsite", "in person": "onsite", "classroom": "onsite", "face-to-face": "onsite",
    "blended": "blended", "hybrid": "blended", "mixed": "blended",
}  # fmt: skip
_VOCABULARY = re.compile(r"https?://(?:www\.)?schema\.org/")
_USUAL = {"schema:": "", "sdo:": ""}
"""Prefixes that stand for schema.org also where no context says so."""


def kinds(node: Any) -> list[str]:
    """Return the classes of an object without prefix."""
    told = node.get("@type", node.get("type")) if isinstance(node, dict) else None
    return [one.rpartition("/")[2].rpartition(":")[2] for one in as_list(told) if isinstance(one, str)]


def plainly(value: Any, names: Mapping[str, str] = _USUAL) -> Any:
    """Return a document with schema.org's terms under their own names: ``s:Course`` with {"s": "https://schema.org/"} is ``Course``.

    ``names`` has prefixes (with their colon) and other names that the contexts around give to terms. Contexts are not fetched.
    """
    if isinstance(value, list):
        return [plainly(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    if "@context" in value:
        names = {**names, **_named(value["@context"])}
    made: dict[str, Any] = {}
    for key, below in value.items():
        if key == "@context":
            continue
        name = _term(key, names)
        inside = (
            [_term(one, names) if isinstance(one, str) else one for one in as_list(below)] if name == "@type" else None
        )
        made.setdefault(name, plainly(below, names) if inside is None else inside)
    if len(made) == 1 and ("@list" in made or "@set" in made):
        return next(iter(made.values()))
    return made


def _named(context: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in as_list(context)[:50]:
        if not isinstance(one, dict):
            continue
        for name, told in list(one.items())[:1000]:
            address = told.get("@id") if isinstance(told, dict) else told
            if not isinstance(address, str) or name.startswith("@"):
                continue
            if _VOCABULARY.fullmatch(address):
                found[f"{name}:"] = ""
            elif address in {"@id", "@type"}:
                found[name] = address
            elif _VOCABULARY.match(address) or (
                ":" in address and f"{address.partition(':')[0]}:" in {**_USUAL, **found}
            ):
                found[name] = _term(address, {**_USUAL, **found})
            elif f"{name}:" in _USUAL:
                found[f"{name}:"] = f"{name}:"  # here it stands for something else
    return found


def _term(name: str, names: Mapping[str, str]) -> str:
    if name in names:
        return names[name]
    prefix, colon, rest = name.partition(":")
    if colon and f"{prefix}:" in names:
        return names[f"{prefix}:"] + rest
    found = _VOCABULARY.match(name)
    return name[found.end() :] if found else name


class Nodes:
    """The objects of all pages, found by their identifiers, and what they say in words.

    ``file`` is that of which something is asked: names like "#college" and "_:a" mean something else in each file.
    """

    def __init__(self) -> None:
        self.by_id: dict[str | tuple[str, str], dict[str, Any]] = {}
        self.file = ""

    def keep(self, name: str, file: str, whole: dict[str, Any]) -> None:
        """Keep an object under its identifier; the first of a name stands."""
        self.by_id.setdefault((file, name) if name.startswith(("#", "_:")) else name, whole)

    def whole(self, value: Any) -> dict[str, Any]:
        """Return the object that a value is, names, or is the name of."""
        name = address_of(value) if isinstance(value, dict) else ""
        if isinstance(value, dict) and (len(value) > 2 or not name):
            return value
        return self.by_id.get(
            (self.file, name) if name.startswith(("#", "_:")) else name,
            value if isinstance(value, dict) else {"name": value} if isinstance(value, str) else {},
        )

    def words(self, value: Any, tongue: str) -> str:
        """Return what a value is called."""
        if isinstance(value, dict) and "@value" not in value:
            whole = self.whole(value)
            return text_in(whole.get("name"), tongue) or text_in(whole.get("alternateName"), tongue)
        return text_in(value, tongue)

    def tags(self, value: Any, tongue: str) -> list[str]:
        """Return keywords, which may stand in one text with commas."""
        return [tag.strip() for tag in self.words(value, tongue).split(",") if tag.strip()]

    def language(self, value: Any) -> str:
        """Return the language that a value names, "" where it is none."""
        return language(value.get("alternateName") or value.get("name")) if isinstance(value, dict) else language(value)

    def instances(self, this: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the runs of a course."""
        return [self.whole(one) for one in as_list(this.get("hasCourseInstance"))]

    def mode(self, nodes: list[dict[str, Any]]) -> str:
        """Return online, onsite or blended, "" where none of the objects says it."""
        found = {
            mode
            for node in nodes
            for term in ("courseMode", "educationalProgramMode")
            for one in as_list(node.get(term))
            if (mode := _MODES.get(self.words(one, "en").strip().lower().rpartition("/")[2]))
        }
        return "" if not found else next(iter(found)) if len(found) == 1 else "blended"
