"""A rule while it is being built: a tree that may be unfinished, and the steps that change it.

A node keeps its ``key`` whatever happens around it, so that a step on a page that is no longer the newest still means the same node.
Values are kept as the engine's JSON writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cairn.catalog.rules.kinds import AROUND, GROUP, LEAF, inputs_of, kind_of
from cairn.errors import Invalid
from cairn.stacking import KINDS

MOST_NODES, DEEPEST = 300, 20
"""What the builder holds: more than anybody can oversee. The engine itself takes larger rules, over the API."""
LONGEST_TEXT = 500

type Keys = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Node:
    """A requirement of a draft: its kind, the values of its fields as JSON, and its parts."""

    key: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Node, ...] = ()

    @property
    def shape(self) -> str:
        """Leaf, group or around."""
        return kind_of(self.kind).shape

    @property
    def takes_part(self) -> bool:
        """Whether something can be put inside."""
        return self.shape == GROUP or (self.shape == AROUND and not self.parts)

    def walk(self) -> Iterator[Node]:
        """Give the node and everything below it, each before its parts."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def find(self, key: str) -> Node | None:
        """Return the node with this key at or below this one."""
        return next((node for node in self.walk() if node.key == key), None)

    def parent_of(self, key: str) -> Node | None:
        """Return the node that holds the one with this key directly."""
        return next((node for node in self.walk() if any(part.key == key for part in node.parts)), None)

    def swapped(self, key: str, *instead: Node) -> Node | None:
        """Return the tree with other nodes (none, one or several) where the one with this key stood."""
        if self.key == key:
            return instead[0] if instead else None
        parts: list[Node] = []
        for part in self.parts:
            if part.key == key:
                parts.extend(instead)
            else:
                parts.extend(filter(None, [part.swapped(key, *instead)]))
        return replace(self, parts=tuple(parts))

    def depth(self) -> int:
        """Return how many levels the tree has."""
        return 1 + max((part.depth() for part in self.parts), default=0)

    def to_rule(self) -> dict[str, Any]:
        """Return the rule as JSON values; where the draft is unfinished the engine refuses it, which is as it should be."""
        rule: dict[str, Any] = {"kind": self.kind, **self.values}
        if self.shape == GROUP:
            rule["of"] = [part.to_rule() for part in self.parts]
        elif self.parts:
            rule["of"] = self.parts[0].to_rule()
        return rule

    def to_json(self) -> list[Any]:
        """Return the draft as JSON values, with its keys."""
        return [self.key, self.kind, dict(self.values), [part.to_json() for part in self.parts]]


def from_json(kept: list[Any]) -> Node:
    """Read what :meth:`Node.to_json` wrote."""
    key, kind, values, parts = kept
    return Node(key, kind, values, tuple(from_json(part) for part in parts))


def from_rule(rule: object, keys: Keys, depth: int = 1, where: str = "$") -> Node:
    """Read a rule, also an unfinished one. Raises Invalid where it is no tree of known kinds, or larger than the builder holds."""
    if not isinstance(rule, Mapping):
        raise Invalid(f"There is no requirement at {where}.", remedy="A requirement is an object with a kind.")
    if depth > DEEPEST:
        raise Invalid(f"The rule is deeper than {DEEPEST} levels.", remedy="Write it flatter.")
    kind = rule.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        wrong = f"The requirement at {where} has no kind."
        if kind is not None:
            wrong = f"{str(kind)[:60]!r} at {where} is not a kind of requirement."
        raise Invalid(wrong, remedy=f"Write one of {', '.join(KINDS)}.")
    values = {str(name): value for name, value in rule.items() if name not in {"kind", "of"}}
    inside = rule.get("of", [])
    listed = [inside] if isinstance(inside, Mapping) else inside
    shape = kind_of(kind).shape
    if not isinstance(listed, list) or (shape == LEAF and listed) or (shape == AROUND and len(listed) > 1):
        raise Invalid(f"What stands inside {where} cannot be read.", remedy="Compare it with the description of rules.")
    parts = tuple(from_rule(part, keys, depth + 1, f"{where}.of[{place}]") for place, part in enumerate(listed))
    return Node(keys(), kind, values, parts)


# --- the steps: each takes the tree, the node it is about and what was sent, and gives the new tree, whom to select, what to say -----


@dataclass(frozen=True, slots=True)
class Change:
    """What a step makes of the tree."""

    root: Node | None
    selected: str
    said: str


type Sent = Mapping[str, str]
type Step = Callable[[Node, Node, Sent, Keys], Change]


def new_node(kind: str, keys: Keys) -> Node:
    """Return an empty node of a kind, with the first of each choice that must be made. Raises Invalid for an unknown kind."""
    if kind not in KINDS:
        raise Invalid("Choose what it should be.", remedy="Pick one line of the menu.")
    values: dict[str, Any] = {
        one.name: one.choices[0][0] for one in inputs_of(kind) if one.required and one.control == "choice"
    }
    values |= {
        one.name: 1
        for one in inputs_of(kind)
        if one.required and one.control == "whole" and kind_of(kind).shape == GROUP
    }
    return Node(keys(), kind, values)


def title(node: Node) -> str:
    """Return what a node is called in messages."""
    return f"“{node.values.get('label') or kind_of(node.kind).title}”"


def _add(root: Node, node: Node, sent: Sent, keys: Keys) -> Change:
    if not node.takes_part:
        raise Invalid(f"Nothing more fits into {title(node)}.", remedy="Put it into a group first.")
    made = new_node(sent.get("add_kind", ""), keys)
    return Change(root.swapped(node.key, replace(node, parts=(*node.parts, made))), made.key, f"Added {title(made)}.")


def _wrap(root: Node, node: Node, sent: Sent, keys: Keys) -> Change:
    around = new_node(sent.get("wrap_kind", ""), keys)
    if around.shape == LEAF:
        raise Invalid(f"Nothing fits into {title(around)}.", remedy="Choose a group.")
    return Change(
        root.swapped(node.key, replace(around, parts=(node,))), around.key, f"Put {title(node)} into {title(around)}."
    )


def _unwrap(root: Node, node: Node, sent: Sent, keys: Keys) -> Change:
    parent = root.parent_of(node.key)
    if len(node.parts) != 1 and (parent is None or parent.shape != GROUP or not node.parts):
        raise Invalid(
            f"What is inside {title(node)} has no other place.", remedy="Leave one part in it, or move them out first."
        )
    changed = root.swapped(node.key, *node.parts)
    return Change(changed, node.parts[0].key, f"Took {title(node)} away and kept what was inside.")


def _turn(root: Node, node: Node, sent: Sent, keys: Keys) -> Change:
    other = new_node(sent.get("turn_kind", ""), keys)
    if other.shape != node.shape:
        raise Invalid(f"{title(node)} cannot become {title(other)}.", remedy="Choose a kind of the same sort.")
    known = {one.path[0] for one in inputs_of(other.kind)} | {"id", "label"}
    kept = {name: value for name, value in node.values.items() if name in known}
    turned = replace(node, kind=other.kind, values={**other.values, **kept})
    return Change(root.swapped(node.key, turned), node.key, f"It is {title(turned)} now.")


def _remove(root: Node, node: Node, sent: Sent, keys: Keys) -> Change:
    parent = root.parent_of(node.key)
    after = root.swapped(node.key)
    said = f"Removed {title(node)}{' and what was inside' if node.parts else ''}."
    return Change(after, parent.key if parent else "", said)


def _duplicate(root: Node, node: Node, sent: Sent, keys: Keys) -> Change:
    parent = root.parent_of(node.key)
    if parent is None or parent.shape != GROUP:
        raise Invalid(f"There is no room beside {title(node)}.", remedy="Wrap it in a group first.")
    copy = _copied(node, keys)
    return Change(root.swapped(node.key, node, copy), copy.key, f"Duplicated {title(node)}.")


def _copied(node: Node, keys: Keys) -> Node:
    """The same under other keys; its own id stays with the first, because an id names one requirement."""
    values = {name: value for name, value in node.values.items() if name != "id"}
    return Node(keys(), node.kind, values, tuple(_copied(part, keys) for part in node.parts))


def _shift(by: int, told: str, edge: str) -> Step:
    def step(root: Node, node: Node, sent: Sent, keys: Keys) -> Change:
        parent = root.parent_of(node.key)
        parts = list(parent.parts) if parent else [node]
        place = [part.key for part in parts].index(node.key)
        if parent is None or not 0 <= place + by < len(parts):
            raise Invalid(f"{title(node)} is the {edge} already.", remedy="Move it out or into another group instead.")
        parts.insert(place + by, parts.pop(place))
        said = f"Moved {title(node)} {told}: place {place + by + 1} of {len(parts)}."
        return Change(root.swapped(parent.key, replace(parent, parts=tuple(parts))), node.key, said)

    return step


def _out(root: Node, node: Node, sent: Sent, keys: Keys) -> Change:
    parent = root.parent_of(node.key)
    above = root.parent_of(parent.key) if parent else None
    if parent is None or above is None or above.shape != GROUP:
        raise Invalid(
            f"There is no group around for {title(node)} to move out to.", remedy="Wrap the whole in a group first."
        )
    less = replace(parent, parts=tuple(part for part in parent.parts if part.key != node.key))
    return Change(root.swapped(parent.key, less, node), node.key, f"Moved {title(node)} out of {title(parent)}.")


def _into(root: Node, node: Node, sent: Sent, keys: Keys) -> Change:
    target = root.find(sent.get("into", ""))
    if target is None or not target.takes_part or node.find(target.key):
        raise Invalid(f"{title(node)} cannot go there.", remedy="Choose a group that has room and is not inside it.")
    without = root.swapped(node.key)
    moved = without.find(target.key) if without else None
    if without is None or moved is None:
        raise Invalid(f"{title(node)} cannot go there.", remedy="Choose another group.")
    changed = without.swapped(moved.key, replace(moved, parts=(*moved.parts, node)))
    return Change(changed, node.key, f"Moved {title(node)} into {title(target)}.")


STEPS: dict[str, Step] = {
    "add": _add,
    "wrap": _wrap,
    "unwrap": _unwrap,
    "turn": _turn,
    "remove": _remove,
    "duplicate": _duplicate,
    "up": _shift(-1, "up", "first"),
    "down": _shift(1, "down", "last"),
    "out": _out,
    "into": _into,
}
"""What can be done to the node that is chosen. A further step is one more function and one more row."""
