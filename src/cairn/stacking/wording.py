"""What the parts of a rule are called, kept with the rule: the sentences are the same for all learners who are told the same names."""

from __future__ import annotations

from cairn.stacking.families import Leaf, Names, Requirement

type Key = tuple[type[Requirement], str]


class Words:
    """The sentences of a rule's parts where achievements and issuers are called by these names, each made when it is first asked for."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._sentences: dict[Key, str] = {}
        self._called: dict[Key, str] = {}

    def sentence(self, node: Requirement) -> str:
        """A part's own sentence."""
        key = type(node), node.id  # what stands for a negation has the negation's id
        found = self._sentences.get(key)
        if found is None:
            found = self._sentences[key] = node.sentence(self.names)
        return found

    def called(self, leaf: Leaf) -> str:
        """A leaf as other sentences mention it."""
        key = type(leaf), leaf.id
        found = self._called.get(key)
        if found is None:
            found = self._called[key] = f"“{leaf.label or self.sentence(leaf)}”"
        return found
