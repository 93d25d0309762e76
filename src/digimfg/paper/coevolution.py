"""Figure 2 as a graph: three subsystems evolve together and drive three outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, NotRequired

from typing_extensions import TypedDict

from digimfg.file_forms import FileForm, Words
from digimfg.paper.reading import DATA, Lines
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Axis", "Edge", "Graph", "Node", "coevolution_graph"]

Layer = Literal["technology", "structure", "institution", "hub", "outcome"]


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
    layer: Layer
    place: tuple[float, float]
    text: str
    lines: tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """An influence of one node on another, as the paper's words have it; see `Node`."""

    start: str
    end: str
    label: Text
    text: str
    lines: tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """The axis along which the whole figure moves; see `Node`."""

    label: Text
    text: str
    lines: tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """Nodes by name, edges between them, and the axis of time."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    time: Axis


class NodeForm(Words):
    """A node in the file."""

    id: str
    layer: Layer
    x: float
    y: float
    text: str
    lines: Lines


EdgeForm = TypedDict(
    "EdgeForm",
    {
        "from": str,
        "to": str,
        "en": NotRequired[str],
        "zh": NotRequired[str],
        "text": str,
        "lines": Lines,
    },
)


class AxisForm(Words):
    """The axis of time in the file."""

    text: str
    lines: Lines


class GraphForm(TypedDict):
    """The file of the graph."""

    time: AxisForm

    nodes: list[NodeForm]
    edges: list[EdgeForm]


_FORM: FileForm[GraphForm] = FileForm(
    schema=GraphForm,
    what=Text("the TOML file of Figure 2", "图2的 TOML 文件"),
    remedy=Text("install digimfg again", "重新安装 digimfg"),
)


@cache
def coevolution_graph() -> Graph:
    """Return the graph behind Figure 2, every node and edge with the words of the paper that state it.

    Examples
    --------
    >>> graph = coevolution_graph()
    >>> [node.label.en for node in graph.nodes.values() if node.layer == "outcome"]
    ['Evolution of firms', 'Evolution of industries', 'Evolution of the economic system']
    """
    content = _FORM.read(DATA / "coevolution.toml")
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
            label=Text(each.get("en", ""), each.get("zh", "")),
            text=each["text"],
            lines=(each["lines"][0], each["lines"][1]),
        )
        for each in content["edges"]
    )
    axis = content["time"]
    time = Axis(
        label=Text(axis["en"], axis["zh"]), text=axis["text"], lines=(axis["lines"][0], axis["lines"][1])
    )
    return Graph(nodes=nodes, edges=edges, time=time)
