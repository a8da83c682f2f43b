"""Writing what a draft says in further languages. Whoever writes one has written some of the definition, so does not review it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from cairn.catalog.languages import MOST_LANGUAGES, english_name, read_tag, read_texts
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.services.definitions import locked_draft, noted_revision
from cairn.errors import Conflict, Invalid
from cairn.people.models import Person


def write_language(
    *, version: DefinitionVersion, language: str, texts: Mapping[str, Any], by: Person, at: datetime
) -> DefinitionVersion:
    """Keep what a draft says in one further language, in place of what it said in it.

    ``texts``: {"title", "description", "criteria", "outcomes": [text]}, as :class:`DefinitionVersion` describes them. Raises Conflict for
    what is no draft, Invalid for the draft's own language and for a language without a title.
    """
    with transaction.atomic():
        version = locked_draft(version, by)
        read_tag(language, version.language)
        if not str(texts.get("title", "")).strip():
            raise Invalid(
                f"There is no title in {english_name(language)}.",
                remedy="Write the title first; the rest can follow.",
                code="no_title",
            )
        if language not in version.texts and len(version.texts) >= MOST_LANGUAGES:
            raise Conflict(f"It is said in {MOST_LANGUAGES} languages already.", remedy="Take one of them away first.")
        told = read_texts({language: texts}, version.language, len(version.outcomes))
        version.texts = {**version.texts, **told}
        version.save()
        noted_revision(version, by, at, {"language": language})
    return version


def remove_language(*, version: DefinitionVersion, language: str, by: Person, at: datetime) -> DefinitionVersion:
    """Take a further language away from a draft; one that it does not have is no fault. Raises Conflict for what is no draft."""
    with transaction.atomic():
        version = locked_draft(version, by)
        if language in version.texts:
            version.texts = {tag: told for tag, told in version.texts.items() if tag != language}
            version.save()
            noted_revision(version, by, at, {"language": language, "removed": True})
    return version
