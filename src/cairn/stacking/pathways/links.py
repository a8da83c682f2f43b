"""Which nodes of a document stand below which, from both ends of each relation; worked out once for all its pathways."""

from __future__ import annotations

from dataclasses import dataclass, field

from cairn.stacking.pathways.graph import Graph
from cairn.stacking.pathways.steps import is_component
from cairn.stacking.pathways.terms import CONDITION

type Below = dict[str, dict[str, None]]
"""A node → the nodes below it, in their order."""


@dataclass
class Links:
    """Children of nodes, destinations and parts of pathways, and every node that a condition asks for."""

    children: Below = field(default_factory=dict)
    destinations: Below = field(default_factory=dict)
    parts: Below = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)


def links_of(graph: Graph) -> Links:
    """The links of a document."""
    links = Links()
    down = (("hasChild", links.children), ("hasDestinationComponent", links.destinations), ("hasPart", links.parts))
    up = (("isChildOf", links.children), ("isDestinationComponentOf", links.destinations), ("isPartOf", links.parts))
    for node in graph.nodes.values():
        for name, below in down:
            if name in node.values:
                below.setdefault(node.id, {}).update(dict.fromkeys(graph.refs(node, name)))
        if CONDITION in node.types:
            links.asked.update(graph.refs(node, "targetComponent"))
    for node in graph.nodes.values():
        for name, below in up:
            for above in graph.refs(node, name) if name in node.values else ():
                if name != "isPartOf" or is_component(node):
                    below.setdefault(above, {})[node.id] = None
    return links
