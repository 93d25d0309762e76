"""How a variable is distributed, group by group or period by period."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_count
from digimfg.display.notes import note_paragraph
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.chart_numbers import distribution_numbers
from digimfg.exhibits.columns import key_columns, term_frame
from digimfg.exhibits.drawing import axis_label, balanced, new_figure
from digimfg.exhibits.groups import GroupedFigure, grouped
from digimfg.exhibits.selection import exhibit_where
from digimfg.exhibits.style import COLORS
from digimfg.kinds import Label
from digimfg.labels import term_label, value_label
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DistributionPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class DistributionPlot(GroupedFigure):
    """Draw the distribution of a variable in each group or in chosen periods.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    variable
        Column or term.
    group
        Column whose values are the groups (at most six).
    group_parts
        Cut the units into 2 to 5 equal parts by their mean of `group` instead.
    periods
        Instead of groups: one distribution for each of these periods.
    form
        ``"violin"`` (density with quartiles) or ``"ridge"`` (densities above each other).
    specification
        Use the estimation sample of this specification; by default the whole panel.
    entity, time
        Key columns; needed for `group_parts` and `periods`; by default those of the first specification.

    Examples
    --------
    >>> DistributionPlot("spread", variable="coupling", periods=(2000, 2010), form="ridge").form
    'ridge'
    """

    uses: ClassVar[Uses] = Uses(results=("specification",), columns=("variable", "group", "entity", "time"))

    variable: str
    periods: tuple[Label, ...] = ()
    form: Literal["violin", "ridge"] = "violin"

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        frame = term_frame(
            self, evidence, (self.variable,), self.specification, keys=(self.entity, self.time)
        )
        values = frame[self.variable]
        names: tuple[Text, ...]
        subject = Text("", "")
        if self.periods:
            time = key_columns(self, evidence, self.entity, self.time)[1]
            codes = frame[time].map({period: float(code) for code, period in enumerate(self.periods)})
            names = tuple(value_label(period, self.labels, column=time) for period in self.periods)
            subject = term_label(time, self.labels)
        elif self.group is not None:
            entity = key_columns(self, evidence, self.entity, self.time)[0] if self.group_parts else None
            groups = grouped(self, frame, self.group, self.group_parts, entity, self.labels)
            codes, names, subject = groups.codes, groups.labels, groups.subject
        else:
            codes, names = pd.Series(0.0, index=frame.index), (Text("", ""),)
        data = pd.DataFrame({"value": values, "group": codes}).dropna()
        data = data.sort_values(["group", "value"], kind="stable", ignore_index=True)
        counts = [int((data["group"] == code).sum()) for code in range(len(names))]
        self._check_groups(data, names)
        numbered = [
            Text(f"{name.en} ({format_count(count)})", f"{name.zh}（{format_count(count)}）")
            if name.en
            else Text.of(format_count(count))
            for name, count in zip(names, counts, strict=True)
        ]
        label = term_label(self.variable, self.labels)
        sentences = [
            Text(
                "Gaussian kernel densities, bandwidth by Scott's rule, cut at the extremes",
                "高斯核密度，带宽按Scott准则，截于极值处",
            ),
            *([_HEADINGS["dashes_quartiles"]] if self.form == "violin" else []),
            Text(
                "Observations: " + ", ".join(each.en for each in numbered),
                "观测值：" + "、".join(each.zh for each in numbered),
            ),
        ]
        return Chart(
            title=Text.of(self.title or Text(f"Distribution of {label.en}", f"{label.zh}的分布")),
            draw=partial(self._violins if self.form == "violin" else self._ridges, data, names, subject),
            notes=(note_paragraph(sentences),),
            name=self.name,
            numbers={
                "distributions": distribution_numbers(
                    [data.loc[data["group"] == code, "value"] for code in range(len(names))], names
                )
            },
        )

    def _check_groups(self, data: pd.DataFrame, names: tuple[Text, ...]) -> None:
        distinct = [data.loc[data["group"] == code, "value"].nunique() for code in range(len(names))]
        if min(distinct, default=0) < 2:
            poor = [name.en for name, number in zip(names, distinct, strict=True) if number < 2]
            raise ExhibitError.of(
                "exhibits.groups_without_spread",
                where=exhibit_where(self),
                groups=list(poor) or [Text("the sample", "样本")],
            )

    def _violins(
        self, data: pd.DataFrame, names: tuple[Text, ...], subject: Text, language: Language
    ) -> Figure:
        import seaborn as sns

        figure, axes = new_figure(self.width, 0.55 if self.width == "wide" else 0.8)
        labels = [
            balanced(name.language(language), (36 if self.width == "wide" else 18) / len(names))
            for name in names
        ]
        sns.violinplot(
            data.assign(group=data["group"].astype(int)),
            x="group",
            y="value",
            order=range(len(names)),
            inner="quart",
            cut=0,
            color="#86bbd8",
            linecolor="#0b3c5d",
            linewidth=0.8,
            width=0.75,
            ax=axes,
        )
        axes.set_xticks(range(len(names)), labels)
        axes.tick_params(axis="x", length=0)
        axes.grid(axis="y")
        axes.set_xlabel(subject.language(language))
        axes.set_ylabel(
            balanced(axis_label(self.variable, self.labels, language), 22 if self.width == "wide" else 16)
        )
        return figure

    def _ridges(
        self, data: pd.DataFrame, names: tuple[Text, ...], subject: Text, language: Language
    ) -> Figure:
        import seaborn as sns
        from matplotlib.figure import Figure as NewFigure

        width = new_figure(self.width, 1.0)[0].get_figwidth()
        figure = NewFigure(figsize=(width, 0.7 + 0.5 * len(names)))
        rows = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
        for code, (axes, name) in enumerate(zip(rows, names, strict=True)):
            shown = data[data["group"] == code]
            sns.kdeplot(
                shown, x="value", fill=True, cut=0, color=COLORS[0], alpha=0.45, linewidth=1.0, ax=axes
            )
            axes.set_yticks([])
            axes.set_ylabel(
                balanced(name.language(language), 10 if self.width == "wide" else 7),
                rotation=0,
                ha="right",
                va="center",
            )
            axes.spines["left"].set_visible(False)
            axes.grid(axis="x")
            last = code == len(names) - 1
            axes.spines["bottom"].set_visible(last)
            axes.tick_params(axis="x", length=3 if last else 0)
        rows[0].set_title(subject.language(language), loc="left", x=-0.02, ha="right", fontsize=8)
        rows[-1].set_xlabel(
            balanced(axis_label(self.variable, self.labels, language), 40 if self.width == "wide" else 20)
        )
        return figure
