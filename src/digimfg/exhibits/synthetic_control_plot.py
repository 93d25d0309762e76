"""A synthetic control: both paths, or the gap among those of placebo units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import (
    Width,
    axis_label,
    legend_above,
    legend_name,
    new_figure,
    whole_ticks,
    zero_line,
)
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.kinds import Positive
from digimfg.labels import value_label
from digimfg.policy.synthetic_control import SyntheticControl
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, counted, in_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

__all__ = ["SyntheticControlPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class SyntheticControlPlot(OfStudy, Labelled, FigureExhibit):
    """Draw the answer of `synthetic_control`.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a `SyntheticControl` may be given at once.
    lines
        ``"paths"`` of the treated and the synthetic unit, or ``"gaps"`` with those of placebo units.
    most_rmspe
        Of gaps: leave out placebo units whose error before treatment is more than this many times the
        treated unit's.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    outcome
        Column whose label stands at the axis.

    Examples
    --------
    >>> SyntheticControlPlot("pilot", lines="gaps").lines
    'gaps'
    """

    uses: ClassVar[Uses] = Uses(studies=("study",), other=("outcome",))

    lines: Literal["paths", "gaps"] = "paths"
    most_rmspe: Positive | None = None
    outcome: str | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, SyntheticControl, self.study)
        kept = list(found.placebo_gaps.columns)
        if self.most_rmspe is not None:
            errors = found.placebo_ratios["rmspe_before"]
            kept = [unit for unit in kept if errors[unit] <= self.most_rmspe * found.rmspe_before]
        large = found.weights[found.weights > 0.01]
        donors = [
            (value_label(unit, self.labels, column=str(found.weights.index.name)), weight)
            for unit, weight in large.items()
        ]
        sentences = [
            Text(
                "Synthetic unit: " + ", ".join(f"{name.en} {weight:.3f}" for name, weight in donors),
                "合成个体的权重：" + "、".join(f"{name.zh}{weight:.3f}" for name, weight in donors),
            ),
            Text(
                f"Root mean squared gap {found.rmspe_before:.4g} before and {found.rmspe_after:.4g} "
                f"after; p value of their "
                f"ratio among placebo units {found.p_value:.3f}",
                f"均方根误差：处理前{found.rmspe_before:.4g}，处理后{found.rmspe_after:.4g}；"
                f"其比值在安慰剂个体中的p值{found.p_value:.3f}",
            ),
        ]
        if self.lines == "gaps" and len(kept) < found.placebo_gaps.shape[1]:
            lost = found.placebo_gaps.shape[1] - len(kept)
            sentences.append(
                Text(
                    f"{counted(lost, 'placebo unit')} with more than {self.most_rmspe:g} times its "
                    f"error before treatment {'is' if lost == 1 else 'are'} left out",
                    f"{lost}个处理前误差超过{self.most_rmspe:g}倍的安慰剂个体未绘出",
                )
            )
        return Chart(
            title=Text.of(self.title or _HEADINGS["synthetic_control"]),
            draw=partial(_draw, found, self.lines, kept, self.outcome, self.labels, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(
    found: SyntheticControl,
    lines: str,
    kept: list[str],
    outcome: str | None,
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    figure, axes = new_figure(width, 0.58 if width == "wide" else 0.85)
    times = found.path.index.to_numpy(dtype=float)
    name = value_label(found.treated, labels, column=str(found.weights.index.name)).language(language)
    subject = axis_label(outcome, labels, language) if outcome else _HEADINGS["outcome"].language(language)
    if lines == "paths":
        axes.plot(
            times, found.path["treated"], color=COLORS[0], linewidth=1.3, label=legend_name(name), zorder=3
        )
        axes.plot(times, found.path["synthetic"], color=COLORS[1], linewidth=1.3, linestyle="--",
                  label=Text(f"Synthetic {name}", f"合成{name}").language(language), zorder=3)  # fmt: skip
        axes.set_ylabel(subject)
    else:
        zero_line(axes)
        for place, unit in enumerate(kept):
            label = _HEADINGS["placebo_units"].language(language) if place == 0 else None
            axes.plot(times, found.placebo_gaps[unit], color="0.7", linewidth=0.6, zorder=2, label=label)
        axes.plot(times, found.path["gap"], color=COLORS[0], linewidth=1.4, label=legend_name(name), zorder=3)
        axes.set_ylabel(Text(f"Gap in {in_sentence(subject)}", f"{subject}之差").language(language))
    axes.axvline(found.treated_from, color="0.35", linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
    whole_ticks(axes)
    axes.set_xlabel(_HEADINGS["period"].language(language))
    axes.grid(axis="y")
    legend_above(figure, axes, 2)
    return figure
