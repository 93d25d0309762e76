"""How a distribution moves: one density above the other, period by period or group by group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_count
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Sampled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.chart_numbers import distribution_numbers
from digimfg.exhibits.columns import inside_sample, term_frame
from digimfg.exhibits.drawing import axis_label, balanced, new_figure
from digimfg.exhibits.selection import check_choice, check_names
from digimfg.exhibits.style import COLORS
from digimfg.kinds import Finite, Label
from digimfg.labels import term_label, value_label
from digimfg.measures.density import KernelDensity, kernel_density
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["RidgelinePlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class RidgelinePlot(Sampled, FigureExhibit):
    """Draw kernel densities above each other, corrected at the bounds of the variable, their modes marked.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    variable
        Column or term.
    by
        Column of the periods or groups.
    values
        Which of them, from the top down; by default all, in ascending order (at most twelve).
    bounds
        Lowest and highest possible value of the variable; densities are reflected there.
    sample
        Rows to keep, in the grammar of specifications.

    Examples
    --------
    >>> RidgelinePlot("spread", variable="coupling", by="year", values=(2011, 2022), bounds=(0, 1)).bounds
    (0, 1)
    """

    uses: ClassVar[Uses] = Uses(columns=("variable", "by"), other=("sample",))

    variable: str
    by: str
    values: tuple[Label, ...] = ()
    bounds: tuple[Finite | None, Finite | None] = (None, None)

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        frame = term_frame(self, evidence, (self.variable,))
        check_names(self, (self.by,), [str(name) for name in frame.columns], _HEADINGS["column_word"])
        frame, outside = inside_sample(self, frame)
        frame = frame[frame[self.variable].notna()]
        known = sorted(frame[self.by].dropna().unique())
        own = held_values(self.values, known)
        chosen = tuple(own.get(value, value) for value in self.values) or tuple(known)
        for value in chosen:
            check_choice(self, "values", value, known)
        check_choice(self, f"by='{self.by}', number of values", len(chosen), range(1, 13))
        parts = [frame.loc[frame[self.by] == value, self.variable].to_numpy(dtype=float) for value in chosen]
        low = min(part.min() for part in parts) if self.bounds[0] is None else self.bounds[0]
        high = max(part.max() for part in parts) if self.bounds[1] is None else self.bounds[1]
        reach = 0.05 * (high - low)
        grid = np.linspace(
            low - (reach if self.bounds[0] is None else 0.0),
            high + (reach if self.bounds[1] is None else 0.0),
            400,
        )
        densities = [kernel_density(part, bounds=self.bounds, grid=grid) for part in parts]
        names = tuple(value_label(value, self.labels, column=self.by) for value in chosen)
        label = term_label(self.variable, self.labels)
        counts = [(name, format_count(len(part))) for name, part in zip(names, parts, strict=True)]
        known_bounds = [f"{bound:g}" for bound in self.bounds if bound is not None]
        sentences = [
            _HEADINGS["kernel_and_bandwidth"],
            *(
                [
                    Text(
                        f"Reflected at {' and '.join(known_bounds)}",
                        f"在{'与'.join(known_bounds)}处作反射校正",
                    )
                ]
                if known_bounds
                else []
            ),
            _HEADINGS["dots_modes"],
            Text(
                "Observations: " + ", ".join(f"{name.en} ({count})" for name, count in counts),
                "观测值：" + "、".join(f"{name.zh}（{count}）" for name, count in counts),
            ),
        ]
        return Chart(
            title=Text.of(self.title or Text(f"Distribution of {label.en}", f"{label.zh}的分布动态")),
            draw=partial(self._draw, tuple(densities), names),
            notes=(
                note_paragraph(sentences),
                *outside,
            ),
            name=self.name,
            numbers=_numbers(tuple(densities), parts, names),
        )

    def _draw(
        self, densities: tuple[KernelDensity, ...], names: tuple[Text, ...], language: Language
    ) -> Figure:
        figure, axes = new_figure(self.width, 1.0)
        figure.set_size_inches(figure.get_figwidth(), 1.0 + 0.36 * len(densities))
        tallest = max(float(density.density.max()) for density in densities)
        for row, density in enumerate(densities):
            base, height = -row, density.density / tallest * 1.6
            axes.fill_between(
                density.grid,
                base,
                base + height,
                color=COLORS[2],
                alpha=0.75,
                linewidth=0,
                zorder=2 * row + 2,
            )
            axes.plot(density.grid, base + height, color=COLORS[0], linewidth=0.9, zorder=2 * row + 3)
            modes = _drawn_modes(density)
            axes.plot(
                modes,
                base + np.interp(modes, density.grid, height),
                "o",
                color=COLORS[1],
                markersize=2.5,
                linestyle="none",
                zorder=2 * row + 3,
            )
        ems = 10.0 if self.width == "wide" else 7.0
        axes.set_yticks(
            [-row for row in range(len(densities))],
            [balanced(name.language(language), ems) for name in names],
        )
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-len(densities) + 0.75, 1.7)
        axes.margins(x=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.set_xlabel(
            balanced(axis_label(self.variable, self.labels, language), 40 if self.width == "wide" else 20)
        )
        return figure


def _drawn_modes(density: KernelDensity) -> list[float]:
    return [mode for mode in density.modes if density.grid[0] <= mode <= density.grid[-1]]


def _numbers(
    densities: tuple[KernelDensity, ...], parts: list[NDArray[np.float64]], names: tuple[Text, ...]
) -> dict[str, pd.DataFrame]:
    """Return each distribution's quartiles and bandwidth, and its modes with their heights."""
    modes = pd.DataFrame(
        [
            (name.en, number, mode, float(np.interp(mode, density.grid, density.density)))
            for density, name in zip(densities, names, strict=True)
            for number, mode in enumerate(_drawn_modes(density), start=1)
        ],
        columns=["group", "mode", "at", "density"],
    )
    return {
        "distributions": distribution_numbers(parts, names).assign(
            bandwidth=[density.bandwidth for density in densities]
        ),
        "modes": modes.set_index(["group", "mode"]),
    }
