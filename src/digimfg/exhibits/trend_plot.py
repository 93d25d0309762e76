"""Means over time, by group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

import pandas as pd

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.columns import key_columns, term_frame
from digimfg.exhibits.drawing import (
    axis_label,
    balanced,
    legend_above,
    legend_name,
    new_figure,
    whole_ticks,
)
from digimfg.exhibits.groups import GroupedFigure, grouped
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.kinds import Finite
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["TrendPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_STATISTICS = {"mean": _HEADINGS["mean"], "median": _HEADINGS["median"]}
_BANDS: dict[str, tuple[str, float] | None] = {
    "none": None,
    "std_error": ("se", 1.96),
    "quartiles": ("pi", 50),
}


@checked
@dataclass(frozen=True, kw_only=True)
class TrendPlot(GroupedFigure):
    """Draw the mean or median of a variable in every period, one line per group.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    variable
        Column or term on the vertical axis.
    group
        Column whose values are the groups (at most six).
    group_parts
        Cut the units into 2 to 5 equal parts by their mean of `group` instead.
    statistic
        ``"mean"`` or ``"median"``.
    band
        Around each line: ``"none"``, ``"std_error"`` (± 1.96 standard errors of the mean) or ``"quartiles"``.
    event
        Period at which to draw a vertical line.
    specification
        Use the estimation sample of this specification; by default the whole panel.
    entity, time
        Key columns; by default those of the first specification.

    Examples
    --------
    >>> TrendPlot("trends", variable="log_tfp", group="internet_2009", group_parts=3).group_parts
    3
    """

    uses: ClassVar[Uses] = Uses(results=("specification",), columns=("variable", "group", "entity", "time"))

    variable: str
    statistic: Literal["mean", "median"] = "mean"
    band: Literal["none", "std_error", "quartiles"] = "none"
    event: Finite | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        entity, time = key_columns(self, evidence, self.entity, self.time)
        frame = term_frame(self, evidence, (self.variable,), self.specification, keys=(entity, time))
        values = frame[self.variable]
        data = pd.DataFrame({"time": frame[time], "value": values, "group": 0.0})
        names: tuple[Text, ...] = ()
        subject = Text("", "")
        if self.group is not None:
            groups = grouped(self, frame, self.group, self.group_parts, entity, self.labels)
            data["group"], names = groups.codes, groups.labels
            subject = groups.subject
        data = data.dropna().sort_values(["group", "time", "value"], kind="stable", ignore_index=True)
        label, statistic = term_label(self.variable, self.labels), _STATISTICS[self.statistic]
        count, units = len(data), frame.loc[values.notna(), entity].nunique()
        sentences = [
            Text(
                f"{statistic.en} of {counted(count, 'observation')} of {counted(units, 'unit')}",
                f"{units:,}个个体共{count:,}个观测值的{statistic.zh}",
            ),
            *_band_sentence(self.band),
        ]
        return Chart(
            title=Text.of(self.title or Text(f"{label.en} over time", f"{label.zh}的变动趋势")),
            draw=partial(self._draw, data, names, subject, time),
            notes=(note_paragraph(sentences),),
            name=self.name,
            numbers=_numbers(data, names, self.statistic, self.band),
        )

    def _draw(
        self, data: pd.DataFrame, names: tuple[Text, ...], subject: Text, time: str, language: Language
    ) -> Figure:
        import seaborn as sns

        figure, axes = new_figure(self.width, 0.55 if self.width == "wide" else 0.8)
        if self.event is not None:
            axes.axvline(self.event, color="0.35", linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
        labels = [legend_name(name.language(language)) for name in names] or [""]
        shown = data.assign(line=data["group"].astype(int).map(dict(enumerate(labels))))
        n_periods = data["time"].nunique()
        sns.lineplot(
            shown,
            x="time",
            y="value",
            hue="line",
            style="line",
            hue_order=labels,
            style_order=labels,
            palette=list(COLORS[: len(labels)]),
            markers=list(MARKERS[: len(labels)]) if n_periods <= 40 else False,
            dashes=n_periods > 40,
            estimator=self.statistic,
            errorbar=_BANDS[self.band],
            markeredgecolor="none",
            legend="brief" if names else False,
            ax=axes,
        )
        axes.grid(axis="y")
        whole_ticks(axes)
        axes.set_xlabel(axis_label(time, self.labels, language))
        axes.set_ylabel(
            balanced(axis_label(self.variable, self.labels, language), 22 if self.width == "wide" else 16)
        )
        legend_above(figure, axes, 3 if self.width == "wide" else 1, subject.language(language))
        return figure


def _band_sentence(band: str) -> list[Text]:
    return {
        "none": [],
        "std_error": [_HEADINGS["bands_of_the_mean"]],
        "quartiles": [_HEADINGS["bands_first_to_third_quartile"]],
    }[band]


def _numbers(
    data: pd.DataFrame, names: tuple[Text, ...], statistic: str, band: str
) -> dict[str, pd.DataFrame]:
    """Return period × group: the statistic, the observations behind it, and the ends of the band."""
    cells = data.groupby(["time", "group"])["value"]
    found = {statistic: cells.agg(statistic), "n": cells.count()}
    if band == "std_error":
        mean, reach = cells.mean(), 1.96 * cells.sem()
        found |= {"low": mean - reach, "high": mean + reach}
    elif band == "quartiles":
        found |= {"low": cells.quantile(0.25), "high": cells.quantile(0.75)}
    labels = dict(enumerate(name.en for name in names)) if names else {0: "all"}
    return {
        name: values.unstack().rename(columns=labels)  # noqa: PD010 - keeps periods without data
        for name, values in found.items()
    }
