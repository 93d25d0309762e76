"""Coordination of subsystems, unit by unit over time, in its ten grades."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from digimfg.arguments import checked
from digimfg.display.formatting import format_count
from digimfg.display.layout import wrapped
from digimfg.display.notes import note_paragraph
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.columns import inside_sample, term_frame
from digimfg.exhibits.drawing import axis_label, label_spacing, new_figure
from digimfg.exhibits.selection import check_choice, check_names, exhibit_where
from digimfg.kinds import Differing, Entries, Label, NonNegative
from digimfg.labels import term_label
from digimfg.measures.coupling import CouplingFormula, coupling_coordination
from digimfg.measures.coupling_grades import GRADES
from digimfg.measures.normalization import normalize_indicators
from digimfg.say import say
from digimfg.text import Language, Text, counted
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["CouplingPlot"]

_MOST_UNITS = 60
_TALLEST = 8.0  # inches: what a page leaves for the rows
_FORMULAS = {
    "standard": Text("C = n(Πu)^(1/n)/Σu", "C = n(Πu)^(1/n)/Σu"),
    "wang2021": Text("C modified after Wang et al. (2021)", "C采用王淑佳等（2021）修正式"),
}


@checked
@dataclass(frozen=True, kw_only=True)
class CouplingPlot(Labelled, FigureExhibit):
    """Draw the coordination degree of every unit in every period as tiles, one shade per grade.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    subsystems
        Columns or terms of the subsystem indices, in [0, 1].
    rescale
        Subsystems of any unit, brought to [0, 1] by their range over all rows of the sample.
    entity, time
        Key columns.
    weights
        Weights of the subsystems in development T; equal by default.
    variant
        Formula of the coupling degree, see `coupling_coordination`.
    units
        Units to show, from the top down; by default all (at most sixty), the best coordinated on average
        first.
    lagging
        A subsystem: tiles where it lags bear a dot.
    sample
        Rows to keep, in the grammar of specifications.
    name_column
        Column of the names beside rows, or one for each language; by default `entity`.

    Examples
    --------
    >>> CouplingPlot("coupling", subsystems=("digital", "manufacturing"), entity="province",
    ...     time="year").variant
    'standard'
    """

    uses: ClassVar[Uses] = Uses(
        columns=("subsystems", "entity", "time", "name_column"), other=("weights", "lagging", "sample")
    )

    subsystems: Annotated[tuple[str, ...], Entries(2), Differing()]
    entity: str
    time: str
    rescale: bool = False
    weights: Mapping[str, NonNegative] | None = None
    variant: CouplingFormula = "standard"
    units: tuple[Label, ...] = ()
    lagging: str | None = None
    sample: str | None = None
    name_column: Text | str | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        frame = term_frame(self, evidence, self.subsystems, keys=(self.entity, self.time))
        names = Text.of(self.name_column if self.name_column is not None else self.entity)
        known = [str(name) for name in frame.columns]
        check_names(self, (self.entity, self.time, names.en, names.zh), known, Text("column", "列"))
        if self.lagging is not None:
            check_choice(self, "lagging", self.lagging, self.subsystems)
        frame, outside = inside_sample(self, frame, self.sample)
        values = frame[list(self.subsystems)]
        if self.rescale:
            values = normalize_indicators(values, dict.fromkeys(self.subsystems, 1), missing="drop")
        degrees = coupling_coordination(values, self.weights, self.variant)
        whole = frame[[self.entity, self.time]].assign(
            coordination=degrees["coordination"],
            dot=(degrees["lagging"] == self.lagging).to_numpy() & (self.lagging is not None),
        )
        self._check_keys(whole)
        keys = [self.entity, self.time]
        grid = whole.set_index(keys)["coordination"].unstack()  # noqa: PD010 - keeps periods without data
        dots = whole.set_index(keys)["dot"].unstack()  # noqa: PD010
        order = self._order(grid)
        words = frame.drop_duplicates(self.entity).set_index(self.entity, drop=False)
        rows = tuple(Text(str(words.loc[unit, names.en]), str(words.loc[unit, names.zh])) for unit in order)
        grid, dots = grid.reindex(order), dots.reindex(order)
        return Chart(
            title=Text.of(self.title or self._title()),
            draw=partial(self._draw, grid, dots, rows),
            notes=(
                note_paragraph(self._sentences(grid)),
                *outside,
            ),
            name=self.name,
            numbers={"coordination": grid, **({} if self.lagging is None else {"lags": dots})},
        )

    def _check_keys(self, frame: pd.DataFrame) -> None:
        twice = int(frame.duplicated([self.entity, self.time]).sum())
        if twice:
            raise ExhibitError(
                where=exhibit_where(self),
                expected=Text("one row per unit and period", "每个个体每个时期一行"),
                got=say("{twice} repeated rows", "{twice}行重复", twice=twice),
                remedy=Text("choose rows with sample=", "用 sample= 选取行"),
            )

    def _order(self, grid: pd.DataFrame) -> list[Any]:
        own = held_values(self.units, grid.index)
        for unit in self.units:
            check_choice(self, "units", own.get(unit, unit), tuple(grid.index))
        if self.units:
            return [own[unit] for unit in self.units]
        check_choice(self, "units, number of rows", len(grid), range(1, _MOST_UNITS + 1))
        means = grid.mean(axis=1).to_numpy().round(12)
        return [grid.index[row] for row in np.lexsort((np.arange(len(grid)), -means))]

    def _title(self) -> Text:
        words = [term_label(name, self.labels) for name in self.subsystems]
        return Text(
            f"Coupling coordination of {' and '.join(word.en for word in words)}",
            f"{'与'.join(word.zh for word in words)}的耦合协调度",
        )

    def _sentences(self, grid: pd.DataFrame) -> list[Text]:
        formula = _FORMULAS[self.variant]
        weights = (
            Text("equal weights in T", "T采用等权")
            if self.weights is None
            else Text(
                "weights in T: " + ", ".join(f"{value:g}" for value in self.weights.values()),
                "T的权重为" + "、".join(f"{value:g}" for value in self.weights.values()),
            )
        )
        first, last = grid.columns[0], grid.columns[-1]
        mean = grid.mean()
        sentences = [
            Text(f"D = √(C·T), {formula.en}, {weights.en}", f"D = √(C·T)，{formula.zh}，{weights.zh}"),
            Text(
                f"{counted(len(grid), 'unit')}; mean D {mean[first]:.3f} in {first}, {mean[last]:.3f} "
                f"in {last}",
                f"共{format_count(len(grid))}个个体；D的均值{first}为{mean[first]:.3f}，"
                f"{last}为{mean[last]:.3f}",
            ),
        ]
        if self.rescale:
            sentences.append(
                Text(
                    "Subsystems scaled by their ranges over all rows of the sample, those not drawn included",
                    "各子系统按样本全部观测（含未绘出者）的极差标准化",
                )
            )
        if self.lagging is not None:
            label = term_label(self.lagging, self.labels)
            sentences.append(Text(f"Dots: {label.en} lags", f"圆点表示{label.zh}滞后"))
        if grid.isna().to_numpy().any():
            sentences.append(Text("White: no data", "空白为缺失"))
        return sentences

    def _draw(
        self, grid: pd.DataFrame, dots: pd.DataFrame, rows: tuple[Text, ...], language: Language
    ) -> Figure:
        import seaborn as sns
        from matplotlib.colors import BoundaryNorm, ListedColormap

        wide = self.width == "wide"
        height = min(0.19, _TALLEST / len(grid))
        figure, axes = new_figure(self.width, 1.0)
        figure.set_size_inches(figure.get_figwidth(), max(2.1, 0.7 + height * len(grid)))
        shades = ListedColormap(sns.color_palette("blend:#f3f1ea,#86bbd8,#0b3c5d", 10))
        bounds = np.linspace(0.0, 1.0, 11)
        values = np.ma.masked_invalid(np.clip(grid.to_numpy(dtype=float) - 1e-10, 0.0, None))
        mesh = axes.pcolormesh(
            values, cmap=shades, norm=BoundaryNorm(bounds, 10), edgecolor="white", linewidth=0.4
        )
        mesh.set_rasterized(True)
        marked = np.argwhere(dots.to_numpy(dtype=float) == 1.0)
        if len(marked):
            paper = np.ma.filled(values, 0.0)[marked[:, 0], marked[:, 1]] > 0.6
            inks = np.where(paper, "white", "#0b3c5d")
            axes.scatter(
                marked[:, 1] + 0.5, marked[:, 0] + 0.5, s=max(1.0, 42 * height), c=inks, linewidths=0
            )
        bar = figure.colorbar(mesh, ax=axes, pad=0.02, aspect=26, ticks=bounds[:-1] + 0.05)
        bar.ax.set_yticklabels([wrapped(grade.language(language), 8 if wide else 5) for grade in GRADES])
        bar.ax.tick_params(which="both", length=0, labelsize=7 if wide else 6)
        bar.outline.set_visible(False)
        axes.invert_yaxis()
        axes.set_yticks(np.arange(len(rows)) + 0.5, [row.language(language) for row in rows])
        axes.tick_params(axis="y", length=0, labelsize=min(8.0, 60 * height))
        step = label_spacing(grid.shape[1], room=9 if wide else 4)
        places = range(0, grid.shape[1], step)
        axes.set_xticks([place + 0.5 for place in places], [str(grid.columns[place]) for place in places])
        axes.tick_params(axis="x", length=0)
        axes.set_xlabel(axis_label(self.time, self.labels, language))
        for spine in axes.spines.values():
            spine.set_visible(False)
        return figure
