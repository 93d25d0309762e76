"""The co-evolution of technology, structure and institutions as a diagram (Figure 2 of the paper)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.coevolution.study import CoEvolution
from digimfg.exhibits import Evidence, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import figure_size
from digimfg.exhibits.selection import one_study
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from digimfg.paper.coevolution import Graph

__all__ = ["CoevolutionPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class CoevolutionPlot(OfStudy):
    """Draw the graph of `digimfg.paper.coevolution_graph`: boxes, arrows and the words on them; beside it
    what was estimated.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`; the answer of `coevolution` may be given at once.
    study
        Name of a `coevolution` among the studies: its strengths are drawn on the same graph below the
        paper's own. By default the only one; without one the paper stands alone. Its subsystems and outcomes
        are found by the names of the graph's nodes.

    Examples
    --------
    >>> CoevolutionPlot("coevolution").kind
    'figure'
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        from digimfg.paper.coevolution import coevolution_graph

        graph = coevolution_graph()
        answers = [each for each in evidence.studies.values() if isinstance(each, CoEvolution)]
        answer = one_study(self, evidence, CoEvolution, self.study) if self.study or answers else None
        lines = sorted(
            {line for node in graph.nodes.values() for line in node.lines}
            | {line for edge in graph.edges for line in edge.lines}
            | {*graph.time.lines}
        )
        sentences: list[Text] = [
            Text(
                f"Drawn from the words of the text (lines {lines[0]}–{lines[-1]}), the paper's image "
                f"being lost; an arrow goes where its words go",
                f"据正文（第{lines[0]}—{lines[-1]}行）绘制，原图缺失；箭头方向依原文表述",
            )
        ]
        if answer is not None:
            sentences += [_reading(answer), *answer.notes]
        title = _HEADINGS["co_evolution"]
        return Chart(
            title=Text.of(self.title or title),
            draw=partial(_draw, graph, None if answer is None else answer.strengths),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _reading(answer: CoEvolution) -> Text:
    return note_of(
        "paper.strengths", horizon=int(answer.statistics["horizon"]), level=answer.statistics["level"]
    )


def _draw(graph: Graph, strengths: pd.DataFrame | None, language: Language) -> Figure:
    from matplotlib.figure import Figure

    from digimfg.paper.exhibits.coevolution_drawing import draw_strengths, draw_words

    panels = 1 if strengths is None else 2
    figure = Figure(figsize=figure_size("wide", 0.62 * panels))
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 1 - 1 / panels, 1.0, 1 / panels))
    draw_words(axes, graph, language)
    if strengths is not None:
        below = figure.add_axes((0.0, 0.0, 1.0, 0.5))
        draw_strengths(below, graph, strengths, language)
        heads = (_HEADINGS["a_in_the_papers_words"], _HEADINGS["b_as_estimated"])
        for each, head in zip((axes, below), heads, strict=True):
            each.text(0.01, 0.955, head.language(language), fontsize=8, ha="left", va="center")
    return figure
