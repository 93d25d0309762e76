"""What an index's free choices do: the curve of a coefficient over all of them, or how far their ranks
agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_number
from digimfg.display.notes import note_paragraph
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, FigureExhibit, Sampled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.columns import inside_sample
from digimfg.exhibits.drawing import balanced, width_inches, zero_line
from digimfg.exhibits.multiverse_numbers import (
    distinct_universes,
    estimate_curve,
    estimate_numbers,
    rank_numbers,
)
from digimfg.exhibits.selection import exhibit_where, select_frame
from digimfg.exhibits.style import COLORS
from digimfg.measures.directions import Direction
from digimfg.measures.multiverse import MultiverseResult, index_multiverse
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.figure import Figure

__all__ = ["IndexMultiversePlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_FAMILIES = sheet_beside(__file__, "multiverse_plot", "families")
_WORDS = sheet_beside(__file__, "multiverse_plot", "words")


@checked
@dataclass(frozen=True, kw_only=True)
class IndexMultiversePlot(Sampled, FigureExhibit):
    """Draw the estimates of every index in order, over the choices behind each; or the agreement of ranks.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; the result of `index_multiverse` is given at once. An exhibit declared by name makes
        the indices from the panel's columns and shows their ranks; it estimates nothing.
    directions
        Column → direction of the indicators, for an exhibit declared by name.
    view
        ``"estimates"`` or ``"ranks"``; by default estimates where there are some.
    sample
        Rows to keep, in the grammar of specifications, for an exhibit declared by name.

    Examples
    --------
    >>> IndexMultiversePlot("digital_index", directions={"broadband": 1, "price": -1}).view is None
    True
    """

    uses: ClassVar[Uses] = Uses(columns=("directions",), other=("sample",))

    directions: Mapping[str, Direction] | None = None
    view: Literal["estimates", "ranks"] | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        result, outside = self._multiverse(evidence)
        if self.view == "ranks" or result.coefficients is None:
            if self.view == "estimates":
                self._no_estimates()
            return self._chart(result, outside, self._draw_ranks, "ranks")
        return self._chart(result, outside, self._draw_estimates, "estimates")

    def _chart(
        self,
        result: MultiverseResult,
        outside: tuple[Text, ...],
        draw: Callable[[MultiverseResult, Language], Figure],
        what: str,
    ) -> Chart:
        title = {
            "ranks": _HEADINGS["rank_correlations_of_indices"],
            "estimates": _HEADINGS["estimates_over_choices"],
        }[what]
        return Chart(
            title=Text.of(self.title or title),
            draw=partial(draw, result),
            notes=(
                note_paragraph(_sentences(result, what)),
                *outside,
            ),
            name=self.name,
            numbers=rank_numbers(result) if what == "ranks" else estimate_numbers(result),
        )

    def _multiverse(self, evidence: Evidence) -> tuple[MultiverseResult, tuple[Text, ...]]:
        given = [result for result in evidence.studies.values() if isinstance(result, MultiverseResult)]
        if len(given) == 1:
            return given[0], ()
        if self.directions is None:
            raise ExhibitError.of("exhibits.no_multiverse", where=exhibit_where(self))
        frame, outside = inside_sample(self, select_frame(self, evidence))
        return index_multiverse(frame, self.directions, missing="drop"), outside

    def _no_estimates(self) -> None:
        raise ExhibitError.of("exhibits.multiverse_without_estimates", where=exhibit_where(self))

    def _word(self, choice: object) -> Text:
        if isinstance(choice, float):
            return (
                _HEADINGS["zero_times_log_zero"] if choice == 0 else Text(f"+ {choice:g}", f"平移{choice:g}")
            )
        name = str(choice)
        return (
            Text.of(self.labels[name])
            if self.labels and name in self.labels
            else _WORDS.get(name, Text.of(name))
        )

    def _draw_estimates(self, result: MultiverseResult, language: Language) -> Figure:
        from matplotlib.figure import Figure

        choices, curve = estimate_curve(result)
        rows = _choice_rows(choices)
        inches = width_inches(self.width)
        figure = Figure(figsize=(inches, 1.9 + 0.17 * len(rows)))
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(1.7, 0.17 * len(rows)))
        x = np.arange(len(curve))
        significant = curve["p_value"].to_numpy() < 0.05
        estimates = curve["estimate"].to_numpy()
        for chosen, ink in ((significant, COLORS[0]), (~significant, "0.6")):
            top.vlines(
                x[chosen], curve["conf_low"][chosen], curve["conf_high"][chosen], color=ink, linewidth=0.9
            )
            top.plot(x[chosen], estimates[chosen], "o", color=ink, markersize=3, linestyle="none")
        zero_line(top)
        top.set_ylabel(_HEADINGS["estimate"].language(language))
        top.tick_params(axis="x", length=0, labelbottom=False)
        for row, (family, choice) in enumerate(rows):
            uses = (choices[family] == choice).to_numpy()
            bottom.plot(x, np.full(len(x), row), "o", color="0.88", markersize=1.6, linestyle="none")
            bottom.plot(
                x[uses], np.full(uses.sum(), row), "s", color=COLORS[0], markersize=2.8, linestyle="none"
            )
        starts = [row for row in range(1, len(rows)) if rows[row][0] != rows[row - 1][0]]
        for start in starts:
            bottom.axhline(start - 0.5, color="0.8", linewidth=0.5)
        bottom.set_yticks(range(len(rows)), [self._row_label(*row, language) for row in rows])
        bottom.tick_params(axis="y", length=0, labelsize=7)
        bottom.set_ylim(len(rows) - 0.5, -0.5)
        bottom.set_xticks([])
        bottom.spines[["left", "bottom"]].set_visible(False)
        bottom.set_xlabel(_HEADINGS["indices_by_estimate"].language(language))
        return figure

    def _row_label(self, family: str, choice: object, language: Language) -> str:
        words = f"{_FAMILIES[family].language(language)}: {self._word(choice).language(language)}"
        words = words.replace(": ", "：") if language == "zh" else words
        return balanced(words, 30 if self.width == "wide" else 16)

    def _draw_ranks(self, result: MultiverseResult, language: Language) -> Figure:
        import seaborn as sns
        from matplotlib.figure import Figure

        choices = result.choices.loc[distinct_universes(result)]
        names = [self._universe_label(row, choices, language) for _, row in choices.iterrows()]
        values = result.rank_correlations.loc[choices.index, choices.index].to_numpy()
        wide = self.width == "wide"
        inches = width_inches(self.width)
        figure = Figure(figsize=(inches, max(2.0, 0.6 + (0.14 if wide else 0.11) * len(names))))
        axes = figure.subplots()
        low = np.floor(min(values.min(), 0.9) * 10) / 10
        mesh = axes.pcolormesh(
            np.ma.masked_where(np.triu(np.ones_like(values), 1) == 1, values),
            cmap=sns.light_palette("#0b3c5d", as_cmap=True),
            vmin=low,
            vmax=1.0,
            edgecolor="white",
            linewidth=0.4,
        )
        mesh.set_rasterized(True)
        figure.colorbar(
            mesh, ax=axes, pad=0.02, aspect=30, label=_HEADINGS["spearmans_rho"].language(language)
        )
        places = np.arange(len(names)) + 0.5
        step = 1 if len(names) <= (16 if wide else 8) else 5
        axes.set_yticks(places, [f"{name}  {number}" for number, name in enumerate(names, start=1)])
        shown = range(step - 1, len(names), step)
        axes.set_xticks([number + 0.5 for number in shown], [str(number + 1) for number in shown])
        axes.tick_params(length=0, labelsize=7 if wide else 5.5)
        axes.invert_yaxis()
        for spine in axes.spines.values():
            spine.set_visible(False)
        return figure

    def _universe_label(self, row: pd.Series, choices: pd.DataFrame, language: Language) -> str:
        parts = [self._word(row["weighting"]), self._word(row["normalization"])]
        if pd.notna(row["shift"]) and len(set(choices["shift"].dropna())) > 1:
            parts.append(self._word(float(row["shift"])))
        if len(set(choices["directions"])) > 1:
            parts.append(self._word(row["directions"]))
        joiner = "·" if language == "zh" else ", "
        return joiner.join(part.language(language) for part in parts)


def _choice_rows(choices: pd.DataFrame) -> list[tuple[str, object]]:
    """Return every choice that some universes make and others do not, by family."""
    rows: list[tuple[str, object]] = []
    for family in _FAMILIES:
        found = [choice for choice in dict.fromkeys(choices[family].tolist()) if pd.notna(choice)]
        ordered = sorted(found) if family == "shift" else [word for word in _WORDS if word in found]
        ordered += [choice for choice in found if choice not in ordered]
        if len(ordered) > 1:
            rows += [(family, choice) for choice in ordered]
    return rows


def _sentences(result: MultiverseResult, what: str) -> list[Text]:
    s = result.statistics
    universes, distinct = int(s["n_universes"]), int(s["n_distinct"])
    low, mean = format_number(s["rank_correlation_min"], 3), format_number(s["rank_correlation_mean"], 3)
    sentences = [
        Text(
            f"{universes} combinations of choices give {distinct} different indices",
            f"{universes}种选择组合得到{distinct}个不同的指数",
        ),
        Text(
            f"Spearman's correlations of their scores: mean {mean}, lowest {low}",
            f"得分的斯皮尔曼相关系数：均值{mean}，最低{low}",
        ),
    ]
    left_out = int(result.scores.isna().any(axis=1).sum())
    if left_out:
        sentences.append(
            Text(
                f"{counted(left_out, 'row')} with a missing indicator left out",
                f"未纳入指标缺失的{left_out}行",
            )
        )
    if what == "ranks":
        return sentences
    shown = [format_number(s[name], 4) for name in ("estimate_min", "estimate_median", "estimate_max")]
    sentences += [
        Text(
            f"Estimates per standard deviation of the index: {shown[0]} to {shown[2]}, median {shown[1]}; "
            f"{s['share_positive']:.0%} positive, {s['share_significant']:.0%} significant at 5%",
            f"指数变动一个标准差的效应：{shown[0]}至{shown[2]}，中位数{shown[1]}；"
            f"{s['share_positive']:.0%}为正，{s['share_significant']:.0%}在5%水平显著",
        ),
        _HEADINGS["bars_and_grey"],
    ]
    return sentences
