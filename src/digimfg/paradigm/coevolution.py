"""Figure 2 as a graph: three subsystems evolve together and drive three outcomes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from digimfg.paradigm.reading import DATA
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Edge", "Graph", "Node", "coevolution_graph"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A subsystem, the hub or an outcome, and the paper's words for it.

    Parameters
    ----------
    name
        Short name.
    label
        What stands in the box.
    layer
        Technology, structure, institution, hub or outcome.
    place
        Horizontal and vertical place on a unit square.
    text, lines
        The paper's words and their first and last line.
    """

    name: str
    label: Text
    layer: Literal["technology", "structure", "institution", "hub", "outcome"]
    place: tuple[float, float]
    text: str
    lines: tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """An influence of one node on another, in `both` directions where the paper says so; see `Node`."""

    start: str
    end: str
    both: bool
    label: Text
    text: str
    lines: tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """Nodes by name, and edges between them."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]


@cache
def coevolution_graph() -> Graph:
    """Return the graph behind Figure 2, every node and edge with the words of the paper that state it.

    Examples
    --------
    >>> graph = coevolution_graph()
    >>> [node.label.en for node in graph.nodes.values() if node.layer == "outcome"]
    ['Evolution of firms', 'Evolution of industries', 'Evolution of the economic system']
    """
    content = tomllib.loads((DATA / "coevolution.toml").read_text(encoding="utf-8"))
    nodes = {
        each["id"]: Node(
            name=each["id"],
            label=Text(each["en"], each["zh"]),
            layer=each["layer"],
            place=(each["x"], each["y"]),
            text=each["text"],
            lines=(each["lines"][0], each["lines"][1]),
        )
        for each in content["nodes"]
    }
    edges = tuple(
        Edge(
            start=each["from"],
            end=each["to"],
            both=each.get("both", False),
            label=Text(each.get("en", ""), each.get("zh", "")),
            text=each["text"],
            lines=(each["lines"][0], each["lines"][1]),
        )
        for each in content["edges"]
    )
    return Graph(nodes=nodes, edges=edges)
