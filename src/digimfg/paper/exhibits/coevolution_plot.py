"""The co-evolution of technology, structure and institutions as a diagram (Figure 2 of the paper)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.layout import wrapped
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, Exhibit
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import figure_size
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from digimfg.paper.coevolution import Edge, Graph, Node

__all__ = ["CoevolutionPlot"]

_FILL = {
    "technology": "#d7e6f2",
    "structure": "#f3d9a4",
    "institution": "#e8efdc",
    "hub": "#0b3c5d",
    "outcome": "#f2f2f2",
}
_INK = {"hub": "white"}
_HALF_WIDTH, _HALF_HEIGHT = 0.115, 0.1


@checked
@dataclass(frozen=True, kw_only=True)
class CoevolutionPlot(Exhibit):
    """Draw the graph of `digimfg.paper.coevolution_graph`: boxes, arrows and the words on them.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`.

    Examples
    --------
    >>> CoevolutionPlot("coevolution").kind
    'figure'
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"

    def build(self, evidence: Evidence) -> Chart:  # noqa: ARG002 - shows the paper, not an analysis
        """Return the chart."""
        from digimfg.paper.coevolution import coevolution_graph

        graph = coevolution_graph()
        lines = sorted(
            {line for node in graph.nodes.values() for line in node.lines}
            | {line for edge in graph.edges for line in edge.lines}
        )
        sentences = [
            Text(
                f"Drawn from the words of the text (lines {lines[0]}–{lines[-1]}), the paper's image being lost; two-headed arrows are mutual",
                f"据正文（第{lines[0]}—{lines[-1]}行）绘制，原图缺失；双向箭头表示相互作用",
            )
        ]
        title = Text(
            "Co-evolution of technology, structure and institutions", "“技术体系-经济结构-社会制度”的协同演变"
        )
        return Chart(
            title=Text.of(self.title or title),
            draw=partial(self._draw, graph),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )

    def _draw(self, graph: Graph, language: Language) -> Figure:
        from matplotlib.figure import Figure

        figure = Figure(figsize=figure_size("wide", 0.58))
        figure.set_layout_engine("none")
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(0.02, 0.98)
        for edge in graph.edges:
            _arrow(axes, edge, graph, language)
        said = {edge.end: edge.label for edge in graph.edges if graph.nodes[edge.start].layer == "hub"}
        for node in graph.nodes.values():
            _box(axes, node, said.get(node.name, Text("", "")), language)
        return figure


def _box(axes: Axes, node: Node, said: Text, language: Language) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = node.place
    axes.add_patch(
        FancyBboxPatch(
            (x - _HALF_WIDTH, y - _HALF_HEIGHT),
            2 * _HALF_WIDTH,
            2 * _HALF_HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.015",
            facecolor=_FILL[node.layer],
            edgecolor="#404040",
            linewidth=0.7,
            zorder=3,
        )
    )
    label = wrapped(node.label.language(language), 10 if node.layer == "outcome" else 7.5)
    words = wrapped(said.language(language), 11)
    lift = 0.03 if words else 0.0
    axes.text(
        x,
        y + lift,
        label,
        ha="center",
        va="center",
        fontsize=8.5,
        color=_INK.get(node.layer, "black"),
        zorder=4,
    )
    axes.text(x, y - 0.055, words, ha="center", va="center", fontsize=6.5, color="#404040", zorder=4)


def _arrow(axes: Axes, edge: Edge, graph: Graph, language: Language) -> None:
    from matplotlib.patches import FancyArrowPatch

    start, end, bend = _anchors(graph.nodes[edge.start], graph.nodes[edge.end])
    style: dict[str, Any] = {
        "arrowstyle": "<|-|>" if edge.both else "-|>",
        "mutation_scale": 8,
        "linewidth": 0.9,
    }
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            connectionstyle=f"arc3,rad={bend}",
            color="#404040",
            shrinkA=1,
            shrinkB=1,
            zorder=2,
            **style,
        )
    )
    words = edge.label.language(language)
    if not words or graph.nodes[edge.start].layer == "hub":
        return
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    axes.text(
        x - 0.072 if bend else x + 0.012,
        y,
        wrapped(words, 4.6 if bend else 7.5),
        ha="center" if bend else "left",
        va="center",
        fontsize=7,
        color="#303030",
        zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )


def _anchors(start: Node, end: Node) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Return where an arrow leaves and arrives, and how far it bends: around a box that stands between."""
    (x0, y0), (x1, y1) = start.place, end.place
    if abs(x0 - x1) < 1e-9 and abs(y0 - y1) > 0.5:
        return (x0 - _HALF_WIDTH, y0), (x1 - _HALF_WIDTH, y1), -0.3 if y0 < y1 else 0.3
    if abs(x0 - x1) < 1e-9:
        up = 1 if y1 > y0 else -1
        return (x0, y0 + up * _HALF_HEIGHT), (x1, y1 - up * _HALF_HEIGHT), 0.0
    right = 1 if x1 > x0 else -1
    return (x0 + right * _HALF_WIDTH, y0), (x1 - right * _HALF_WIDTH, y1), 0.0
