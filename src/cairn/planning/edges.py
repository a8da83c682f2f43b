"""Who brings what and who asks for what, among the offers of a grid, as a linear program over them needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.planning.grid import Grid, Marks, Places


@dataclass
class Edges:
    """Who brings what and asks for what, without what is held, does not matter, or cannot be a first giver."""

    offer: Places
    node: Places
    first: Places
    """Per node where its givers begin in the two above."""
    group_offer: Places
    asked_group: Places
    asked_node: Places
    starts: Places
    """Per group where its alternatives begin."""
    own: Places
    """Per offer where its groups begin."""
    missing: dict[int, int]
    """Offers that need only so many of their groups."""

    @classmethod
    def of(cls, grid: Grid, held: Marks, matters: Marks) -> Edges:
        """Those of a grid."""
        import numpy as np

        hard = ~grid.soft & grid.opened(held)
        number = np.cumsum(hard) - 1
        kept = hard[grid.alternative_group]
        group_offer = grid.group_offer[hard]
        asked_group, asked_node = number[grid.alternative_group[kept]], grid.alternative_node[kept]
        brings = matters[grid.give_node] & ~grid.give_late
        offer, node = grid.give_offer[brings], grid.give_node[brings]
        return cls(
            offer,
            node,
            np.searchsorted(node, np.arange(grid.nodes.size + 1)),
            group_offer,
            asked_group,
            asked_node,
            np.searchsorted(asked_group, np.arange(len(group_offer) + 1)),
            np.searchsorted(group_offer, np.arange(grid.size + 1)),
            grid.missing(held),
        )

    def givers(self, node: int) -> Places:
        """The offers that bring a node."""
        return self.offer[self.first[node] : self.first[node + 1]]

    def alternatives(self, group: int) -> Places:
        """The nodes of which a group needs one."""
        return self.asked_node[self.starts[group] : self.starts[group + 1]]
