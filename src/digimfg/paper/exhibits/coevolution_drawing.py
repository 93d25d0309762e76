"""The graph of Figure 2 on an axes: boxes, arrows with the paper's words, arrows with estimated strengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digimfg.display.formatting import format_interval, format_number
from digimfg.display.layout import wrapped
from digimfg.exhibits.style import COLORS
from digimfg.text import Language

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from digimfg.paper.coevolution import Axis, Edge, Graph, Node

__all__ = ["draw_strengths", "draw_words"]

_FILL = {
    "technology": "#d7e6f2",
    "structure": "#f3d9a4",
    "institution": "#e8efdc",
    "hub": "#0b3c5d",
    "outcome": "#f2f2f2",
}
_INK = {"hub": "white"}
_HALF_WIDTH, _HALF_HEIGHT = 0.115, 0.1
_GREY = "#404040"


def draw_words(axes: Axes, graph: Graph, language: Language) -> None:
    """Draw the graph with the paper's words on its arrows and, of the hub's arrows, in the boxes they lead
    to.
    """
    _empty(axes)
    for edge in graph.edges:
        _arrow(axes, edge, graph, language)
    _time(axes, graph.time, language)
    between = {"en": "; ", "zh": "；"}[language]
    for node in graph.nodes.values():
        said = [
            edge.label.language(language)
            for edge in graph.edges
            if edge.end == node.name and graph.nodes[edge.start].layer == "hub"
        ]
        _box(axes, node, between.join(said), language)


def draw_strengths(axes: Axes, graph: Graph, strengths: pd.DataFrame, language: Language) -> None:
    """Draw the graph with estimated strengths: beside each arrow, and in the boxes those of their arrow from
    or to the hub.

    Width grows with size; blue raises, orange lowers, grey and dashed is not told from zero. What was
    estimated against an arrow of the paper, or where it has none, is drawn too.

    Parameters
    ----------
    strengths
        Index ``(start, end)`` by names of nodes; columns ``estimate conf_low conf_high``; arrows without one
        stay thin.
    """
    _empty(axes)
    known: dict[tuple[str, str], tuple[float, float, float]] = {
        (str(start), str(end)): (low, value, high)
        for (start, end), value, low, high in zip(
            strengths.index, strengths["estimate"], strengths["conf_low"], strengths["conf_high"], strict=True
        )
    }
    largest = max((abs(value) for _, value, _ in known.values()), default=1.0) or 1.0
    said: dict[str, str] = {}
    pairs = dict.fromkeys(
        [
            *((edge.start, edge.end) for edge in graph.edges),
            *(pair for pair in known if set(pair) <= set(graph.nodes)),
        ]
    )
    drawn: set[tuple[str, str]] = set()
    for start, end in pairs:
        found = known.get((start, end))
        both, back = (end, start) in pairs, (end, start) in drawn
        _strength(axes, graph.nodes[start], graph.nodes[end], found, largest, both, back)
        drawn.add((start, end))
        hub = [name for name in (start, end) if graph.nodes[name].layer == "hub"]
        if hub and found is not None:
            said[end if start == hub[0] else start] = _number(found).replace("\n", " ")
    for node in graph.nodes.values():
        _box(axes, node, said.get(node.name, ""), language)


def _empty(axes: Axes) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.07, 0.98)


def _number(found: tuple[float, float, float]) -> str:
    low, value, high = found
    return f"{format_number(value, 2)}\n{format_interval(low, high, 2)}"


def _strength(
    axes: Axes,
    start: Node,
    end: Node,
    found: tuple[float, float, float] | None,
    largest: float,
    both: bool,
    back: bool,
) -> None:
    from matplotlib.patches import FancyArrowPatch

    first, last, bend = _anchors(start, end)
    upright = abs(first[0] - last[0]) < 1e-9 and bend == 0.0
    side = 1 if last[1] > first[1] else -1
    if both and upright:
        first, last = (first[0] + 0.025 * side, first[1]), (last[0] + 0.025 * side, last[1])
    if bend:
        bend *= 0.85 if back else 1.15
    low, value, high = found or (0.0, 0.0, 0.0)
    clear = low > 0 or high < 0
    axes.add_patch(
        FancyArrowPatch(
            first,
            last,
            connectionstyle=f"arc3,rad={bend}",
            arrowstyle="-|>",
            mutation_scale=8,
            linewidth=0.7 + 2.3 * abs(value) / largest,
            linestyle="-" if clear else (0, (4, 2)),
            color=(COLORS[0] if value > 0 else COLORS[1]) if clear else "#9a9a9a",
            shrinkA=1,
            shrinkB=1,
            zorder=2,
        )
    )
    if found is None or not both:
        return
    if bend:
        x, y, align = first[0] - 0.075, last[1] + (-0.13 if last[1] > first[1] else 0.13), "center"
    else:
        x, y, align = first[0] + 0.014 * side, (first[1] + last[1]) / 2, "left" if side > 0 else "right"
    axes.text(
        x, y, _number(found), ha=align, va="center", fontsize=6.5, color="#303030", zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _box(axes: Axes, node: Node, said: str, language: Language) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = node.place
    axes.add_patch(
        FancyBboxPatch(
            (x - _HALF_WIDTH, y - _HALF_HEIGHT),
            2 * _HALF_WIDTH,
            2 * _HALF_HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.015",
            facecolor=_FILL[node.layer],
            edgecolor=_GREY,
            linewidth=0.7,
            zorder=3,
        )
    )
    label = wrapped(node.label.language(language), 10 if node.layer == "outcome" else 7.5)
    words = wrapped(said, 11.5)
    lift = 0.035 if words else 0.0
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
    axes.text(x, y - 0.055, words, ha="center", va="center", fontsize=6.5, color=_GREY, zorder=4)


def _arrow(axes: Axes, edge: Edge, graph: Graph, language: Language) -> None:
    from matplotlib.patches import FancyArrowPatch

    start, end, bend = _anchors(graph.nodes[edge.start], graph.nodes[edge.end])
    style: dict[str, Any] = {
        "arrowstyle": "-|>",
        "mutation_scale": 8,
        "linewidth": 0.9,
    }
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            connectionstyle=f"arc3,rad={bend}",
            color=_GREY,
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
        wrapped(words, 4.6 if bend else min(7.5, 45 * (0.98 - x))),
        ha="center" if bend else "left",
        va="center",
        fontsize=7,
        color="#303030",
        zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )


def _time(axes: Axes, time: Axis, language: Language) -> None:
    from matplotlib.patches import FancyArrowPatch

    axes.add_patch(
        FancyArrowPatch(
            (0.145, 0.0), (0.98, 0.0), arrowstyle="-|>", mutation_scale=8, color=_GREY, linewidth=0.9
        )
    )
    axes.text(
        0.5625, -0.035, time.label.language(language), ha="center", va="center", fontsize=7, color="#303030"
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
