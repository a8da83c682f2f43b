"""One row of somebody's table read through a mapping: texts, words, figures; what cannot be read is left out and told with its column."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cairn.catalog.importing import mapping_elements as elements
from cairn.catalog.importing.mapping import Mapping
from cairn.catalog.importing.mapping_fields import TARGETS
from cairn.catalog.importing.mapping_input import Entry, value_at
from cairn.catalog.importing.mapping_own import unguarded
from cairn.catalog.importing.mapping_values import parted, read_decimal
from cairn.catalog.importing.mapping_words import MINUTES_OF, UNIT, WEEKLY
from cairn.skills.importing.report import Report
from cairn.skills.importing.values import tidy

EMPTY = {"", "-", "--", "n/a", "na", "null", "none", "nan", "keine", "aucun", "ninguno", "nessuno", "geen"}
_LISTED = {"outcomes", "tags", "taught_in", "offer_languages"}
"""Fields that a cell may have several of, parted as the mapping says."""


@dataclass(slots=True)
class Row:
    """A row and the mapping by which it is read."""

    entry: Entry
    mapping: Mapping
    report: Report
    own: bool = False
    """It was written by a site like this one: its texts stand as they are meant."""

    def texts(self, name: str, most: int = 300, values: Any = None) -> list[str]:
        """Return every text of a field; a list's elements, or the parts of a text with the mapping's separator."""
        column = self.mapping.fields.get(name, "")
        if not column:
            return []
        if column.startswith("="):
            return [column[1:].strip()]
        found = value_at(self.entry.values if values is None else values, column)
        listed = found if isinstance(found, list) else [found]
        texts = [
            unguarded(str(one)) for one in listed if isinstance(one, str | int | float) and not isinstance(one, bool)
        ]
        if isinstance(found, bool):
            texts = ["true" if found else "false"]
        if name in _LISTED and self.mapping.separator:
            texts = [part for text in texts for part in parted(text, self.mapping.separator)]
        return list(dict.fromkeys(text[:most] for text in (self.tidied(name, one) for one in texts[:500]) if text))

    def tidied(self, name: str, text: str) -> str:
        """Return a text as it is kept: of a long one its lines, of any other one line; "" for what says that nothing stands there."""
        if self.own:
            return text.replace("\x00", "")
        if len(text) >= 5000:
            text = text.strip()
        elif TARGETS[name].kind == "long":
            text = re.sub(r"\n{3,}", "\n\n", "\n".join(tidy(line) for line in text.splitlines())).strip()
        else:
            text = tidy(text)
        return "" if text.casefold() in EMPTY else text

    def parts(self, name: str) -> list[str]:
        """Return what goes with something else one by one, empty parts in their places; nothing where all are empty."""
        column = self.mapping.fields.get(name, "")
        if not column:
            return []
        found = column[1:] if column.startswith("=") else value_at(self.entry.values, column)
        listed = found if isinstance(found, list) else [found]
        texts = [unguarded(str(one)) if isinstance(one, str | int | float) else "" for one in listed[:500]]
        if self.mapping.separator and len(texts) == 1:
            texts = parted(texts[0], self.mapping.separator)
        cleaned = [one if self.own else tidy(one) for one in texts]
        cleaned = ["" if not self.own and one.casefold() in EMPTY else one for one in cleaned]
        return cleaned if any(cleaned) else []

    def text(self, name: str, most: int = 300, values: Any = None) -> str:
        """Return a field's text; several values are joined."""
        return ", ".join(self.texts(name, most, values))[:most]

    def read[T](self, name: str, reader: Callable[[str], T], values: Any = None) -> T | None:
        """Return a field's value, None where nothing stands there or where it cannot be read, which is told."""
        text = self.text(name, 300, values)
        if not text:
            return None
        try:
            return reader(text)
        except ValueError as error:
            self.left(name, f"{str(error)[:200]}; it is left open.")
            return None

    def left(self, name: str, message: str) -> None:
        """Tell that a value was left out."""
        column = self.mapping.fields.get(name, name)
        self.report.remark(
            "records", self.entry.place.at(column).repaired("unread_value", f"{message[0].upper()}{message[1:]}")
        )

    def word(self, name: str, known: dict[str, str], values: Any = None) -> str:
        """Return what a word means: the mapping's own meaning first, then a known word; "" and a remark where it is neither."""
        text = self.text(name, 120, values)
        if not text:
            return ""
        own = self.mapping.values.get(name, {})
        if text in own:
            return own[text]
        plain = text.casefold()
        exact = known.get(plain)
        if exact:
            return exact
        meant = {meaning for word, meaning in known.items() if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain)}
        if len(meant) == 1:
            return meant.pop()
        if meant == {"online", "onsite"}:
            return "blended"
        self.left(name, f"“{text[:60]}” is not known; say what it means under “values” in the mapping.")
        return ""

    def languages(self, name: str, values: Any = None) -> tuple[str, ...]:
        """Return the tags of languages; what is none is left out and told."""
        found: list[str] = []
        for one in elements.languages_in(self.texts(name, 200, values)):
            own = self.mapping.values.get("language", {}).get(one)
            try:
                found.append(own or elements.read_language(one))
            except ValueError as error:
                self.left(name, f"{error}; it is left out.")
        return tuple(dict.fromkeys(found))

    def url(self, name: str, values: Any = None) -> str:
        """Return a web address; one without a scheme gets https, what is none is left out and told."""
        text = self.text(name, 500, values)
        if not text:
            return ""
        full = (
            text
            if re.match(r"https?://", text)
            else f"https://{text}"
            if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text)
            else ""
        )
        if not re.match(r"https?://[\w-]+(\.[\w-]+)+([/?#:]|$)", full):
            self.left(name, f"“{text[:80]}” is no web address; it is left out.")
            return ""
        return full

    def hours(self, name: str, weeks: set[int | None], values: Any = None) -> Decimal | None:
        """Return a workload in hours, from the unit the value itself states, else from the mapping's.

        Hours a week are multiplied by the ``weeks`` that all offers of the row take; where they differ or are not stated, it is left open.
        """

        def reader(text: str) -> Decimal:
            unit = UNIT.search(text)
            written = (
                next((name for name in ("minutes", "lessons") if unit[name]), "hours") if unit else self.mapping.hours
            )
            amount = read_decimal(UNIT.sub("", text), self.mapping.decimal)
            if amount < 0 or amount > 100_000:
                raise ValueError(f"“{text[:40]}” is no workload")
            minutes = MINUTES_OF.get(written, 60)
            told = amount if minutes == 60 else round(amount * minutes / 60, 2)
            if self.mapping.hours != WEEKLY:
                return told
            (number,) = weeks if len(weeks) == 1 else (None,)
            if told > 168 or not number:
                why = "is more hours than a week has" if told > 168 else "is a week's; for how many weeks is not stated"
                raise ValueError(f"“{text[:40]}” {why}")
            return told * number

        return self.read(name, reader, values)
