"""Whether neighbours are alike: the Moran scatter plot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_number, format_p_value
from digimfg.display.notes import note_paragraph
from digimfg.estimators.spatial.weights import SpatialWeights
from digimfg.exhibits import Evidence, FigureExhibit, Sampled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.columns import inside_sample, term_frame
from digimfg.exhibits.drawing import balanced, legend_above, new_figure, zero_line
from digimfg.exhibits.point_labels import label_points
from digimfg.exhibits.selection import check_choice, check_names
from digimfg.exhibits.style import COLORS
from digimfg.kinds import DrawsOrNone, Label, Seed, Share
from digimfg.labels import term_label
from digimfg.measures.local_moran import LocalMoran, local_moran
from digimfg.measures.moran import Moran, moran
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["MoranPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_STATISTICS = ("statistic", "expected", "z_normal", "z_random", "p_permutation", "n")
_LOCAL = ("value", "lag", "p_value", "significant")


@checked
@dataclass(frozen=True, kw_only=True)
class MoranPlot(Sampled, FigureExhibit):
    """Draw each unit's value against the mean of its neighbours; the slope is Moran's I.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    variable
        Column or term.
    entity
        Column of the units, the labels of the weights.
    weights
        Spatial weights: a `WeightMatrix`, a labelled frame, a libpysal object.
    time, at
        Column and value of the period to draw, where the data have several.
    sample
        Rows to keep, in the grammar of specifications: one row for each unit.
    names
        Column of the names to write beside points; by default `entity`.
    permutations, seed
        Of the tests.
    false_discovery_rate
        Of local clusters, which are drawn full; the others are hollow.

    Examples
    --------
    >>> from digimfg.measures.china_provinces import china_province_weights
    >>> plot = MoranPlot("moran", variable="index", entity="province", weights=china_province_weights(),
    ...     time="year", at=2022)
    >>> plot.at
    2022
    """

    uses: ClassVar[Uses] = Uses(columns=("variable", "entity", "time", "names"), other=("sample",))

    variable: str
    entity: str
    weights: SpatialWeights
    time: str | None = None
    at: Label | None = None
    names: str | None = None
    permutations: DrawsOrNone = 999
    seed: Seed = 0
    false_discovery_rate: Share = 0.05

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        frame = term_frame(self, evidence, (self.variable,))
        columns = [self.entity, *(name for name in (self.time, self.names) if name is not None)]
        check_names(self, columns, [str(name) for name in frame.columns], _HEADINGS["column_word"])
        period = Text("", "")
        if self.time is not None:
            check_choice(self, "at", self.at, tuple(sorted(frame[self.time].unique())))
            frame = frame[frame[self.time] == self.at]
            label = term_label(self.time, self.labels)
            period = Text(f"{label.en} {self.at}: ", f"{label.zh}{self.at}：")
        frame, outside = inside_sample(self, frame)
        whole = len(frame)
        frame = frame[frame[self.variable].notna()]
        values = frame.set_index(self.entity)[self.variable]
        everywhere = moran(values, self.weights, permutations=self.permutations, seed=self.seed)
        here = local_moran(
            values,
            self.weights,
            permutations=max(self.permutations, 1),
            seed=self.seed,
            false_discovery_rate=self.false_discovery_rate,
        )
        shown = self.names or self.entity
        names = (
            frame.set_index(self.entity)[shown].astype(str)
            if self.names
            else values.index.to_series().astype(str)
        )
        p = format_p_value(everywhere.p_permutation, 3)
        p = p if p.startswith("<") else f"= {p}"
        i = format_number(everywhere.statistic, 3)
        clusters = int(here.frame["significant"].sum())
        sentences = [
            Text(
                f"{period.en}Moran's I = {i}, p {p} ({everywhere.permutations} permutations, two-sided), "
                f"{everywhere.n} units",
                f"{period.zh}Moran's I = {i}，p {p}（{everywhere.permutations}次置换，双侧），"
                f"{everywhere.n}个个体",
            ),
            Text(
                f"Full marks: local clusters at a false discovery rate of {self.false_discovery_rate:g} "
                f"({clusters})",
                f"实心点为错误发现率{self.false_discovery_rate:g}下的局部集聚（{clusters}个）",
            ),
            *(
                [
                    Text(
                        f"{counted(whole - len(frame), 'unit')} without a value left out",
                        f"未纳入缺失的{whole - len(frame)}个个体",
                    )
                ]
                if whole > len(frame)
                else []
            ),
            *everywhere.notes,
        ]
        variable = term_label(self.variable, self.labels)
        return Chart(
            title=Text.of(
                self.title or Text(f"Moran scatter plot of {variable.en}", f"{variable.zh}的莫兰散点图")
            ),
            draw=partial(self._draw, everywhere, here, names.to_dict()),
            notes=(
                note_paragraph(sentences),
                *outside,
            ),
            name=self.name,
            numbers={
                "moran": pd.DataFrame(
                    [{name: getattr(everywhere, name) for name in _STATISTICS}], index=[self.variable]
                ),
                "units": here.frame.set_index("unit")[list(_LOCAL)],
            },
        )

    def _draw(self, everywhere: Moran, here: LocalMoran, names: dict[Any, str], language: Language) -> Figure:
        figure, axes = new_figure(self.width, 0.68 if self.width == "wide" else 1.0)
        x, y = here.frame["value"].to_numpy(), here.frame["lag"].to_numpy()
        full = here.frame["significant"].to_numpy()
        axes.plot(x[~full], y[~full], "o", mfc="white", mec=COLORS[0], mew=0.8, ms=4, ls="none", zorder=3)
        for color, alike, label in (
            (COLORS[0], True, _HEADINGS["cluster_of_like_values"]),
            (COLORS[1], False, _HEADINGS["unlike_its_neighbours"]),
        ):
            chosen = full & ((x * y > 0) == alike)
            if chosen.any():
                axes.plot(
                    x[chosen],
                    y[chosen],
                    "o",
                    color=color,
                    ms=4.5,
                    ls="none",
                    zorder=3,
                    label=label.language(language),
                )
        ends = np.array([x.min(), x.max()])
        axes.plot(
            ends,
            everywhere.statistic * ends,
            color="0.25",
            linewidth=1.0,
            label=f"I = {format_number(everywhere.statistic, 3)}",
        )
        zero_line(axes)
        zero_line(axes, vertical=True)
        axes.margins(0.08)
        named = term_label(self.variable, self.labels).language(language)
        pattern = Text("{} (standardised)", "{}（标准化）").language(language)
        lag = _HEADINGS["neighbours_mean"].language(language)
        axes.set_xlabel(balanced(pattern.format(named), 36 if self.width == "wide" else 18))
        axes.set_ylabel(lag)
        legend_above(figure, axes, 3 if self.width == "wide" else 1)
        order = np.lexsort((np.arange(len(x)), -np.hypot(x, y), ~full))
        label_points(axes, x, y, [names[unit] for unit in here.frame["unit"]], order[:40].tolist())
        return figure
