"""Stages of units over time: each unit's likeliest path, or how many units stand in each stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.stages import StageModel
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import (
    Width,
    axis_label,
    figure_size,
    label_spacing,
    legend_above,
    new_figure,
)
from digimfg.exhibits.selection import one_study
from digimfg.labels import value_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

__all__ = ["StagePlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_MOST_NAMES = 45


@checked
@dataclass(frozen=True, kw_only=True)
class StagePlot(OfStudy, Labelled, FigureExhibit):
    """Draw the answer of `fit_stages`.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a `StageModel` may be given at once.
    lines
        ``"units"``: one row per unit, pale where its stage is in doubt, those furthest on first;
        ``"shares"``: units in each stage by period.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> StagePlot("stages", lines="shares").lines
    'shares'
    """

    lines: Literal["units", "shares"] = "units"

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, StageModel, self.study)
        kinds = found.kinds.to_dict("index")
        sentences = [
            note_of(
                "exhibits.stages_drawn",
                monotone=float(kinds["monotone"]["share"]),
                low=float(kinds["monotone"]["share_low"]),
                high=float(kinds["monotone"]["share_high"]),
                spiral=float(kinds["spiral"]["share"]),
                spiral_low=float(kinds["spiral"]["share_low"]),
                spiral_high=float(kinds["spiral"]["share_high"]),
            ),
            *found.notes,
        ]
        draw = _units if self.lines == "units" else _shares
        return Chart(
            title=Text.of(self.title or _HEADINGS["stages_of_development"]),
            draw=partial(draw, found, self.labels, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _colors(count: int) -> list[tuple[float, float, float, float]]:
    from matplotlib import colormaps

    return [tuple(color) for color in colormaps["YlGnBu"](np.linspace(0.12, 0.95, count))]


def _stage_label(stage: int, labels: Mapping[str, Text | str] | None, language: Language) -> str:
    given = (labels or {}).get(str(stage), Text(f"Stage {stage}", f"阶段{stage}"))
    return Text.of(given).language(language)


def _units(
    found: StageModel, labels: Mapping[str, Text | str] | None, width: Width, language: Language
) -> Figure:
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    entity, time = found.paths.index.names
    stage, doubt = (pd.DataFrame(found.paths[name].unstack(time)) for name in ("stage", "probability"))  # noqa: PD010
    order = np.lexsort((np.arange(len(stage)), -stage.mean(axis=1).to_numpy(), -stage.max(axis=1).to_numpy()))
    shown, sure = (frame.to_numpy(dtype=np.float64)[order] for frame in (stage, doubt))
    colors = _colors(len(found.stages))
    picture = np.ones((*shown.shape, 4))
    there = ~np.isnan(shown)
    picture[there] = np.asarray(colors)[shown[there].astype(int) - 1]
    picture[there, 3] = sure[there]
    inches = figure_size(width, 1.0)[0]
    named = len(shown) <= _MOST_NAMES
    figure = Figure(figsize=(inches, 1.1 + 0.13 * min(len(shown), _MOST_NAMES)))
    axes = figure.subplots()
    axes.imshow(picture, aspect="auto", interpolation="nearest")
    periods = list(stage.columns)
    step = label_spacing(len(periods), room=12 if width == "wide" else 6)
    marks = range(0, len(periods), step)
    axes.set_xticks(
        list(marks),
        [value_label(periods[mark], labels, column=str(time)).language(language) for mark in marks],
    )
    if named:
        names = [
            value_label(stage.index[place], labels, column=str(entity)).language(language) for place in order
        ]
        axes.set_yticks(range(len(names)), names, fontsize=6)
    else:
        axes.set_yticks([])
    axes.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_xlabel(axis_label(str(time), labels, language))
    axes.set_ylabel(axis_label(str(entity), labels, language))
    handles = [
        Patch(facecolor=color, label=_stage_label(number + 1, labels, language))
        for number, color in enumerate(colors)
    ]
    figure.legend(
        handles=handles, loc="outside upper left", ncols=6 if width == "wide" else 3, handlelength=1.2
    )
    return figure


def _shares(
    found: StageModel, labels: Mapping[str, Text | str] | None, width: Width, language: Language
) -> Figure:
    figure, axes = new_figure(width, 0.55 if width == "wide" else 0.85)
    time = found.paths.index.names[1]
    counts = pd.crosstab(found.paths.index.get_level_values(1), found.paths["stage"])
    counts = counts.reindex(columns=found.stages.index, fill_value=0)
    shares = counts.div(counts.sum(axis=1), axis=0)
    places, bottom = np.arange(len(shares)), np.zeros(len(shares))
    for number, color in enumerate(_colors(len(found.stages))):
        height = shares.iloc[:, number].to_numpy(dtype=np.float64)
        label = _stage_label(number + 1, labels, language)
        axes.bar(places, height, bottom=bottom, width=0.9, color=color, linewidth=0, label=label)
        bottom = bottom + height
    step = label_spacing(len(shares), room=12 if width == "wide" else 6)
    marks = range(0, len(shares), step)
    axes.set_xticks(
        list(marks),
        [value_label(shares.index[mark], labels, column=str(time)).language(language) for mark in marks],
    )
    axes.set_ylim(0, 1)
    axes.set_xlabel(axis_label(str(time), labels, language))
    axes.set_ylabel(_HEADINGS["share_of_units"].language(language))
    legend_above(figure, axes, 6 if width == "wide" else 3)
    return figure
