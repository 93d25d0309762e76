"""Effects by time since treatment, of one method or of several side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from digimfg.arguments import checked
from digimfg.display.formatting import format_p_value
from digimfg.display.notes import note_paragraph
from digimfg.display.regression_notes import errors_phrase
from digimfg.estimators.did.continuous import ContinuousDifferenceInDifferences
from digimfg.estimators.did.estimator import StaggeredDifferenceInDifferences
from digimfg.estimators.synthetic_did.estimator import SyntheticDifferenceInDifferences
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, Uses
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
from digimfg.exhibits.selection import check_choice, check_tables, estimator_of, select_results
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.kinds import Finite
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from digimfg.result import Result

__all__ = ["DynamicEffectsPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_UNTREATED = ("imputation", "two_stage")  # their effects are measured against what rows without treatment fit

Options = (
    StaggeredDifferenceInDifferences | SyntheticDifferenceInDifferences | ContinuousDifferenceInDifferences
)


@checked
@dataclass(frozen=True, kw_only=True)
class DynamicEffectsPlot(Labelled, FigureExhibit):
    """Draw the event study of staggered difference-in-differences; several results stand side by side at
    each period.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; results of `StaggeredDifferenceInDifferences`, `SyntheticDifferenceInDifferences`
        and `ContinuousDifferenceInDifferences` may be given at once.
    columns
        Specifications, in the order of the legend; by default all.
    column_titles
        Their names; by default those of their methods.
    periods
        First and last event time to draw, ends included; by default all.
    bands
        Draw simultaneous bands (shaded) besides the intervals of each period; one result only.

    Examples
    --------
    >>> DynamicEffectsPlot("policy_dynamics", columns=("two_way", "imputation"), periods=(-5, 5)).periods
    (-5, 5)
    """

    uses: ClassVar[Uses] = Uses(results=("columns",), other=("column_titles",))

    columns: tuple[str, ...] = ()
    column_titles: tuple[Text | str, ...] = ()
    periods: tuple[Finite, Finite] | None = None
    bands: bool = False

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        named = select_results(self, evidence, self.columns)
        for name, result in named.items():
            check_tables(self, name, result, "StaggeredDifferenceInDifferences", "event_study")
        results = tuple(named.values())
        if self.column_titles:
            check_choice(self, "column_titles", len(self.column_titles), (len(results),))
        if self.bands:
            check_choice(self, "bands", len(results) == 1, (True,))
            check_choice(self, "bands", "band_low" in results[0].tables["event_study"].columns, (True,))
        titles = tuple(Text.of(title) for title in self.column_titles) or tuple(
            result.specification.estimator.label for result in results
        )
        tables = [self._shown(result.tables["event_study"]) for result in results]
        errors = errors_phrase(results, self.labels)
        estimator = results[0].specification.estimator
        options: Options
        if isinstance(estimator, SyntheticDifferenceInDifferences | ContinuousDifferenceInDifferences):
            options = estimator
        else:
            options = estimator_of(self, results[0], StaggeredDifferenceInDifferences)
        sentences = [
            Text(
                f"Points are effects by periods since treatment, bars {options.level:.0%} confidence "
                f"intervals",
                f"点为各相对时期的效应，线段为{options.level:.0%}置信区间",
            ),
            *([_band_phrase(options)] if self.bands else []),
            _HEADINGS["hollow_the_reference_period"],
            Text(f"Based on {errors.en}", f"采用{errors.zh}"),
            *_pretrends(results, titles),
            *_bases(results, titles),
        ]
        outcome = results[0].specification.outcome
        return Chart(
            title=Text.of(self.title or _HEADINGS["dynamic_effects_of_the_policy"]),
            draw=partial(_draw, tables, titles, self.bands, outcome, self.labels, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )

    def _shown(self, table: pd.DataFrame) -> pd.DataFrame:
        if self.periods is None:
            return table
        first, last = self.periods
        return table.loc[(table.index >= first) & (table.index <= last)]


def _band_phrase(options: Options) -> Text:
    return Text(
        f"Shaded: simultaneous band ({options.draws} multiplier draws, seed {options.seed})",
        f"阴影为同时置信带（{options.draws}次乘子自助抽样，种子{options.seed}）",
    )


def _bases(results: tuple[Result, ...], titles: tuple[Text, ...]) -> list[Text]:
    """Say against what each method measures, where that differs: such points do not compare one by one."""
    bases = [_base(result) for result in results]
    if len(set(bases)) < 2:
        return []
    said = [
        note_of("exhibits.base_of_method", title=title, base=base)
        for title, base in zip(titles, bases, strict=True)
    ]
    return [note_of("exhibits.bases_differ", bases=said)]


def _base(result: Result) -> Text:
    estimator, table = result.specification.estimator, result.tables["event_study"]
    if isinstance(estimator, SyntheticDifferenceInDifferences):
        return _HEADINGS["mean_of_periods_before"]
    if isinstance(estimator, StaggeredDifferenceInDifferences) and estimator.method in _UNTREATED:
        return _HEADINGS["all_periods_without_treatment"]
    held: list[Any] = list(table.index[table["reference"].astype(bool)]) if "reference" in table else []
    if held:
        return note_of("exhibits.base_period", e=f"{float(held[0]):g}".replace("-", "−"))
    return _HEADINGS["base_before_treatment"]


def _pretrends(results: tuple[Result, ...], titles: tuple[Text, ...]) -> list[Text]:
    found = [
        (title, format_p_value(result.statistics["pretrend_p"], 3))
        for title, result in zip(titles, results, strict=True)
        if "pretrend_p" in result.statistics
    ]
    if not found:
        return []
    several = len(results) > 1
    en = "; ".join(f"{title.en} {p}" if several else p for title, p in found)
    zh = "；".join(f"{title.zh} {p}" if several else p for title, p in found)
    return [
        Text(
            f"Joint test that effects before treatment are zero, p value: {en}",
            f"事前效应联合为零检验的p值：{zh}",
        )
    ]


def _draw(
    tables: list[pd.DataFrame],
    titles: tuple[Text, ...],
    bands: bool,
    outcome: str,
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    figure, axes = new_figure(width, 0.6 if width == "wide" else 0.9)
    zero_line(axes)
    axes.axvline(-0.5, color="0.35", linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
    count = len(tables)
    spread = 0.12 if count > 1 else 0.0
    for place, (table, title) in enumerate(zip(tables, titles, strict=True)):
        offset = spread * (place - (count - 1) / 2)
        color, marker = COLORS[place % len(COLORS)], MARKERS[place % len(MARKERS)]
        times = table.index.to_numpy(dtype=float)
        if bands:
            shown = table.dropna(subset=["band_low"])
            axes.fill_between(
                shown.index.to_numpy(dtype=float), shown["band_low"], shown["band_high"],
                color=COLORS[2], alpha=0.35, linewidth=0, zorder=0,
            )  # fmt: skip
        own = ~table["reference"].to_numpy()
        axes.errorbar(
            times[own] + offset,
            table.loc[own, "estimate"],
            yerr=[
                table.loc[own, "estimate"] - table.loc[own, "conf_low"],
                table.loc[own, "conf_high"] - table.loc[own, "estimate"],
            ],
            fmt=marker, color=color, markersize=4 if count < 4 else 3, elinewidth=0.9, capsize=1.5,
            label=legend_name(title.language(language)), zorder=3,
        )  # fmt: skip
        axes.plot(
            times[~own] + offset, table.loc[~own, "estimate"], marker=marker, color=color,
            markerfacecolor="white", linestyle="none", markersize=4 if count < 4 else 3, zorder=3,
        )  # fmt: skip
    whole_ticks(axes)
    axes.set_xlabel(_HEADINGS["periods_since_treatment"].language(language))
    subject = axis_label(outcome, labels, language)
    axes.set_ylabel(Text(f"Effect on {subject}", f"对{subject}的效应").language(language))
    axes.grid(axis="y")
    if count > 1:
        legend_above(figure, axes, 2 if width == "wide" else 1)
    return figure
