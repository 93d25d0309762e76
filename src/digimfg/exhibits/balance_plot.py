"""Balance of covariates before and after matching or entropy balancing, and the overlap of scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, legend_above, new_figure, width_inches, zero_line
from digimfg.exhibits.selection import check_names, exhibit_where
from digimfg.exhibits.style import COLORS
from digimfg.kinds import NonNegative
from digimfg.labels import term_label
from digimfg.policy.entropy_balance import EntropyBalance
from digimfg.policy.matching import PropensityScoreMatching
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BalancePlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class BalancePlot(OfStudy, Labelled, FigureExhibit):
    """Draw the standardised differences of covariates before and after weighting, or the overlap of
    propensity scores.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a `PropensityScoreMatching` or `EntropyBalance` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    curves
        ``"differences"``, or ``"scores"``: densities of both groups' scores before and after (of a matching).
    mark
        Dashed lines at this standardised difference.

    Examples
    --------
    >>> BalancePlot("balance", mark=0.1).mark
    0.1
    """

    curves: Literal["differences", "scores"] = "differences"
    mark: NonNegative = 0.1

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = {
            name: each
            for name, each in evidence.studies.items()
            if isinstance(each, PropensityScoreMatching | EntropyBalance)
        }
        if self.study is not None:
            check_names(self, (self.study,), found, _HEADINGS["study"])
        elif len(found) != 1:
            raise ExhibitError.of(
                "exhibits.one_matching_wanted", where=exhibit_where(self), got=str(len(found))
            )
        chosen = found[self.study] if self.study is not None else next(iter(found.values()))
        if self.curves == "scores":
            if not isinstance(chosen, PropensityScoreMatching):
                raise ExhibitError.of(
                    "exhibits.matching_without_scores", where=exhibit_where(self), got=type(chosen).__name__
                )
            sentence = Text(
                "Densities of propensity scores; after matching controls count as often as they are used",
                "倾向得分的核密度；匹配后对照按使用次数加权",
            )
            return Chart(
                title=Text.of(self.title or _HEADINGS["common_support_of_propensity_scores"]),
                draw=partial(_draw_scores, chosen, self.width),
                notes=(note_paragraph([sentence, *chosen.notes]),),
                name=self.name,
            )
        table = chosen.balance
        names = tuple(term_label(str(name), self.labels) for name in table.index)
        matched = isinstance(chosen, PropensityScoreMatching)
        periods = (
            Text("Before", "匹配前" if matched else "加权前"),
            Text("After", "匹配后" if matched else "加权后"),
        )
        sentences = [
            Text(
                f"Differences of means over the root of the mean variance before; dashed: ±{self.mark:g}",
                f"均值之差除以{periods[0].zh}两组方差均值的平方根；虚线为±{self.mark:g}",
            ),
            *chosen.notes,
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["balance_of_covariates"]),
            draw=partial(
                _draw,
                names,
                table["smd_before"].to_numpy(),
                table["smd"].to_numpy(),
                periods,
                self.mark,
                self.width,
            ),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(
    names: tuple[Text, ...],
    before: np.ndarray[tuple[int], np.dtype[np.float64]],
    after: np.ndarray[tuple[int], np.dtype[np.float64]],
    periods: tuple[Text, Text],
    mark: float,
    width: Width,
    language: Language,
) -> Figure:
    figure, axes = new_figure(width, 1.0)
    figure.set_size_inches(figure.get_figwidth(), max(1.4, 0.8 + 0.24 * len(names)))
    zero_line(axes, vertical=True)
    for side in (-mark, mark):
        axes.axvline(side, color="0.35", linestyle="--", linewidth=0.7, zorder=1)
    places = np.arange(len(names))
    axes.scatter(before, places, s=22, facecolors="none", edgecolors=COLORS[1], zorder=3,
                 label=periods[0].language(language))  # fmt: skip
    axes.scatter(after, places, s=22, color=COLORS[0], zorder=4, label=periods[1].language(language))
    ems = 16.0 if width == "wide" else 9.0
    axes.set_yticks(places, [balanced(name.language(language), ems) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel(_HEADINGS["standardised_difference"].language(language))
    axes.grid(axis="x")
    legend_above(figure, axes, 2)
    return figure


def _draw_scores(found: PropensityScoreMatching, width: Width, language: Language) -> Figure:
    from matplotlib.figure import Figure
    from scipy.stats import gaussian_kde

    inches = width_inches(width)
    wide = width == "wide"
    figure = Figure(figsize=(inches, inches * (0.45 if wide else 1.2)))
    panels = figure.subplots(*((1, 2) if wide else (2, 1)), sharey=True, sharex=True).ravel()
    score = found.score.to_numpy(dtype=np.float64)
    known = np.isfinite(score)
    group = found.treated.to_numpy(dtype=bool)
    grid = np.linspace(float(score[known].min()), float(score[known].max()), 300)
    weights = found.weights.to_numpy(dtype=np.float64)
    after = (_HEADINGS["before_matching"], _HEADINGS["after_matching"])
    for place, (axes, head) in enumerate(zip(panels, after, strict=True)):
        for side, name, style in (
            (True, _HEADINGS["treated"], "-"), (False, _HEADINGS["control_units"], "--")
        ):  # fmt: skip
            mass = np.where(known & (group == side), 1.0 if place == 0 else weights, 0.0)
            inside = mass > 0
            if len(np.unique(score[inside])) > 1:
                density = gaussian_kde(score[inside], weights=mass[inside])(grid)
                axes.plot(grid, density, color=COLORS[0 if side else 1], linestyle=style, linewidth=1.2,
                          label=name.language(language) if place == 0 else None)  # fmt: skip
        axes.set_title(head.language(language), loc="left", fontsize=8)
        axes.set_xlabel(_HEADINGS["propensity_score"].language(language))
        axes.grid(axis="y")
    panels[0].set_ylabel(_HEADINGS["kernel_density"].language(language))
    panels[0].set_ylim(bottom=0)
    legend_above(figure, panels[0], 2)
    return figure
