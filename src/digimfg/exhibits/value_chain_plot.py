"""Position in value chains against the inputs of a kind: countries as bubbles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Sampled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.chart_numbers import line_numbers
from digimfg.exhibits.columns import inside_sample, term_frame
from digimfg.exhibits.drawing import axis_label, balanced, new_figure, zero_line
from digimfg.exhibits.point_labels import label_points
from digimfg.exhibits.selection import check_choice, check_names
from digimfg.exhibits.style import COLORS
from digimfg.kinds import Whole
from digimfg.labels import term_label
from digimfg.measures.correlations import correlations
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ValueChainPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class ValueChainPlot(Sampled, FigureExhibit):
    """Draw the place of countries in value chains against what their industry takes in.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once, such as rows of ``world_input_output``.
    x, y
        Columns or terms: by default the digital value added in output and the GVC position.
    size
        Column that gives the area of a bubble; ``None`` for equal ones.
    name_column
        Column of the names beside bubbles, or one for each language; by default the country's code.
    sample
        Rows to keep, in the grammar of specifications: one table, one sector.
    labelled
        How many bubbles get a name, the largest first, as far as names fit.
    line
        Draw the least-squares line, every country counting once.

    Examples
    --------
    >>> ValueChainPlot("chains", sample="manufacturing == 1 & year == 2020").y
    'gvc_position'
    """

    uses: ClassVar[Uses] = Uses(columns=("x", "y", "size", "name_column"), other=("sample",))

    x: str = "ict_value_added_share"
    y: str = "gvc_position"
    size: str | None = "gross_exports_musd"
    name_column: Text | str = "country"
    labelled: Whole = 40
    line: bool = True

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        wanted = (self.x, self.y, *((self.size,) if self.size is not None else ()))
        frame = term_frame(self, evidence, wanted)
        names = Text.of(self.name_column)
        known = [str(name) for name in frame.columns]
        check_names(self, dict.fromkeys((names.en, names.zh)), known, _HEADINGS["column_word"])
        frame, outside = inside_sample(self, frame)
        data = frame[[*dict.fromkeys((names.en, names.zh, *wanted))]]
        whole = len(data)
        data = data.dropna().sort_values([names.en, *wanted], kind="stable", ignore_index=True)
        check_choice(self, "sample, number of rows (at least 3)", min(len(data), 3), (3,))
        x, y = term_label(self.x, self.labels), term_label(self.y, self.labels)
        r = format_number(correlations(data, [self.x, self.y]).pearson.to_numpy(dtype=float)[0, 1], 2)
        area = term_label(self.size, self.labels) if self.size is not None else None
        sentences = [
            Text(
                f"{counted(len(data), 'unit')}, correlation {r}",
                f"{format_count(len(data))}个个体，相关系数{r}",
            ),
            *([Text(f"Areas: {area.en}", f"面积表示{area.zh}")] if area is not None else []),
            *([_HEADINGS["line_least_squares_for_description_only"]] if self.line else []),
            *(
                [
                    Text(
                        f"{counted(whole - len(data), 'row')} with a missing value left out",
                        f"未纳入缺失的{whole - len(data)}行",
                    )
                ]
                if whole > len(data)
                else []
            ),
        ]
        return Chart(
            title=Text.of(self.title or Text(f"{y.en} and {x.en}", f"{y.zh}与{x.zh}")),
            draw=partial(self._draw, data),
            notes=(
                note_paragraph(sentences),
                *outside,
            ),
            name=self.name,
            numbers={
                "points": data.set_index(names.en, drop=False)[list(dict.fromkeys(wanted))],
                "line": pd.DataFrame([line_numbers(data[self.x], data[self.y])], index=[self.y]),
            },
        )

    def _draw(self, data: pd.DataFrame, language: Language) -> Figure:
        figure, axes = new_figure(self.width, 0.62 if self.width == "wide" else 0.95)
        x, y = data[self.x].to_numpy(dtype=float), data[self.y].to_numpy(dtype=float)
        weight = (
            np.ones(len(data))
            if self.size is None
            else np.clip(data[self.size].to_numpy(dtype=float), 0, None)
        )
        largest = 260.0 if self.width == "wide" else 140.0
        order = np.lexsort((np.arange(len(data)), -weight))
        area = 6 + largest * weight / max(weight.max(), 1e-300)  # squared points
        axes.scatter(
            x[order],
            y[order],
            s=area[order],
            color=COLORS[2],
            edgecolor=COLORS[0],
            linewidth=0.6,
            alpha=0.75,
            zorder=3,
        )
        if self.line and np.ptp(x) > 0:
            slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
            ends = np.array([x.min(), x.max()])
            axes.plot(ends, y.mean() + slope * (ends - x.mean()), color=COLORS[1], linewidth=1.1, zorder=2)
        if y.min() < 0 < y.max():
            zero_line(axes)
        axes.grid(visible=True)
        axes.margins(0.07)
        axes.set_xlabel(
            balanced(axis_label(self.x, self.labels, language), 36 if self.width == "wide" else 18)
        )
        axes.set_ylabel(
            balanced(axis_label(self.y, self.labels, language), 22 if self.width == "wide" else 16)
        )
        names = data[Text.of(self.name_column).language(language)].astype(str).tolist()
        label_points(axes, x, y, names, order[: self.labelled].tolist(), np.sqrt(area) / 2)
        return figure
