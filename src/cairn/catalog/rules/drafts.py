"""A rule under construction with what was done to it, so that every step can be undone; kept in the designer's session until it is saved.

Nothing of it reaches the definition before the designer saves it (:func:`cairn.catalog.services.keep_rule`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.rules import picking, values
from cairn.catalog.rules.tree import DEEPEST, MOST_NODES, STEPS, Node, from_json, from_rule, new_node, title
from cairn.errors import Invalid, NotFound

MOST_STEPS = 50
LONGEST_HISTORY = 400_000
"""Letters of all that can be undone; the oldest is forgotten first."""
LONGEST_RULE = 200_000
MOST_DRAFTS = 10
"""Drafts in one session; the one that was left alone longest goes first."""


@dataclass(slots=True)
class Draft:
    """A tree with its history. ``base`` tells which saved rule it began with; ``selected`` is the key of the part that was touched last."""

    root: Node | None = None
    base: str = ""
    number: int = 0
    selected: str = ""
    past: list[str] = field(default_factory=list)
    future: list[str] = field(default_factory=list)

    def keys(self) -> str:
        """Return a key that was never used in this draft."""
        self.number += 1
        return f"k{self.number}"

    def begin(self, rule: Mapping[str, Any] | None) -> None:
        """Put a rule in the place of what is there. Raises Invalid."""
        self._become(from_rule(rule, self.keys) if rule is not None else None)
        self.selected = self.root.key if self.root else ""

    def apply(self, step: str, key: str, sent: QueryDict) -> str:
        """Do one step and return what to say about it. Raises Invalid for what cannot be done, NotFound for a part that is gone."""
        if step == "undo":
            return self._travel(self.past, self.future, "Undone.", "There is nothing to undo.")
        if step == "redo":
            return self._travel(self.future, self.past, "Done again.", "There is nothing to do again.")
        if step == "paste":
            return self._paste(sent.get("rule", ""))
        if self.root is None:
            made = new_node(sent.get("add_kind", ""), self.keys)
            self._become(made)
            self.selected = made.key
            return f"Began with {title(made)}."
        node = self.root.find(key)
        if node is None:
            raise NotFound("That part is no longer there.", remedy="Look at the outline again.")
        if step in {"set", "choose", "drop"}:
            return self._write(step, node, sent)
        if step not in STEPS:
            raise Invalid("There is no such step.", remedy="Use the buttons of the page.")
        change = STEPS[step](self.root, node, {name: str(sent.get(name, "")) for name in sent}, self.keys)
        self._become(change.root)
        self.selected = change.selected
        return change.said

    def _write(self, step: str, node: Node, sent: QueryDict) -> str:
        if step == "set":
            changed = values.read(node, sent)
        elif step == "choose":
            changed = values.choose(node, sent.get("field", ""), sent.get("value", ""), sent.get("into", ""))
            changed = {**picking.belonging(node.kind, sent.get("field", ""), sent.get("value", "")), **changed}
        else:
            changed = values.drop(node, sent.get("field", ""), sent.get("value", ""))
        self.selected = node.key
        if changed == node.values or self.root is None:
            return "Nothing changed."
        self._become(self.root.swapped(node.key, Node(node.key, node.kind, changed, node.parts)))
        return "Changed."

    def _paste(self, text: str) -> str:
        if len(text) > LONGEST_RULE:
            raise Invalid(f"This is longer than {LONGEST_RULE} letters.", remedy="Paste a shorter rule.")
        try:
            rule = json.loads(text)
        except RecursionError:
            raise Invalid("This is nested too deeply to be a rule.", remedy="Write it flatter.") from None
        except ValueError as error:
            raise Invalid(f"This is not JSON: {error}.", remedy="Paste a JSON object with a kind.") from None
        if not isinstance(rule, dict):
            raise Invalid(
                "A rule is a JSON object with a kind.", remedy='Write for example {"kind": "all_of", "of": […]}.'
            )
        self.begin(rule)
        return "The pasted rule is here."

    def _become(self, root: Node | None) -> None:
        if root is not None and (sum(1 for _ in root.walk()) > MOST_NODES or root.depth() > DEEPEST):
            raise Invalid(
                f"A rule here has {MOST_NODES} parts and {DEEPEST} levels at most.", remedy="Take something away first."
            )
        self.past.append(self._snapshot())
        self.future.clear()
        self.root = root
        while len(self.past) > MOST_STEPS or sum(map(len, self.past)) > LONGEST_HISTORY:
            del self.past[0]

    def _travel(self, there: list[str], back: list[str], said: str, nothing: str) -> str:
        if not there:
            raise Invalid(nothing, remedy="Go on from here.")
        back.append(self._snapshot())
        self.selected, kept = json.loads(there.pop())
        self.root = from_json(kept) if kept else None
        if self.root is None or self.root.find(self.selected) is None:
            self.selected = self.root.key if self.root else ""
        return said

    def _snapshot(self) -> str:
        """What can be gone back to: which part was chosen, and the tree."""
        state = [self.selected, self.root.to_json() if self.root else None]
        return json.dumps(state, ensure_ascii=False, separators=(",", ":"))

    def to_json(self) -> dict[str, Any]:
        """Return the draft as JSON values."""
        return {
            "root": self.root.to_json() if self.root else None, "base": self.base, "number": self.number, "selected": self.selected,
            "past": self.past, "future": self.future,
        }  # fmt: skip


def digest(rule: Mapping[str, Any] | None) -> str:
    """Return what tells one saved rule from another."""
    return hashlib.sha256(json.dumps(rule, sort_keys=True).encode()).hexdigest()[:32]


# --- in the session ----------------------------------------------------------------------------------------------------------

DRAFTS = "rule_drafts"


def draft_of(version: DefinitionVersion, session: Mapping[str, Any]) -> Draft:
    """Return the draft of a version's rule as this session left it, else as the version holds it."""
    kept = session.get(DRAFTS, {}).get(str(version.pk))
    if kept is not None:
        return Draft(**{**kept, "root": from_json(kept["root"]) if kept["root"] else None})
    draft = Draft(base=digest(version.requirement))
    draft.root = from_rule(version.requirement, draft.keys) if version.requirement else None
    draft.selected = draft.root.key if draft.root else ""
    return draft


def keep_draft(version: DefinitionVersion, draft: Draft, session: MutableMapping[str, Any]) -> None:
    """Keep a draft in the session."""
    drafts = dict(session.get(DRAFTS, {}))
    drafts.pop(str(version.pk), None)
    drafts[str(version.pk)] = draft.to_json()
    session[DRAFTS] = dict(list(drafts.items())[-MOST_DRAFTS:])


def drop_draft(version: DefinitionVersion, session: MutableMapping[str, Any]) -> None:
    """Forget a draft."""
    session[DRAFTS] = {key: kept for key, kept in session.get(DRAFTS, {}).items() if key != str(version.pk)}


def is_changed(version: DefinitionVersion, draft: Draft) -> bool:
    """Whether the draft says something else than what is saved."""
    return digest(draft.root.to_rule() if draft.root else None) != digest(version.requirement)
