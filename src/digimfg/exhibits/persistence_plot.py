"""The lagged outcome's coefficient between its two biased neighbours: within and least squares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, FigureExhibit, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, legend_above, new_figure
from digimfg.exhibits.selection import check_choice, exhibit_where, select_results
from digimfg.exhibits.style import COLORS
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PersistencePlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@dataclass(frozen=True, slots=True)
class _Row:
    name: Text
    estimate: float
    low: float
    high: float
    within: float
    pooled: float


@checked
@dataclass(frozen=True, kw_only=True)
class PersistencePlot(FigureExhibit):
    """Draw the coefficient of the lagged outcome of dynamic panels against its bounds.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; results of `DynamicGMM` or `BiasCorrectedLSDV` may be given at once.
    columns
        Specifications to show, in this order; by default all that have bounds.
    column_titles
        Their names in the figure.

    Examples
    --------
    >>> PersistencePlot("bounds", columns=("gmm",)).columns
    ('gmm',)
    """

    uses: ClassVar[Uses] = Uses(results=("columns",), other=("column_titles",))

    columns: tuple[str, ...] = ()
    column_titles: tuple[Text | str, ...] = ()

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        named = select_results(self, evidence, self.columns)
        usable = {name: result for name, result in named.items() if "lag_within" in result.statistics}
        if not usable:
            raise ExhibitError.of("exhibits.no_lag_of_outcome", where=exhibit_where(self), named=named)
        if self.column_titles:
            check_choice(self, "column_titles", len(self.column_titles), (len(usable),))
        titles = self.column_titles or tuple(name.replace("_", " ") for name in usable)
        rows = []
        for title, result in zip(titles, usable.values(), strict=True):
            lag = f"L.{result.specification.outcome}"
            line = result.coefficients.loc[[lag]].astype(float).iloc[0].to_dict()
            rows.append(
                _Row(
                    name=Text.of(title),
                    estimate=line["estimate"],
                    low=line["conf_low"],
                    high=line["conf_high"],
                    within=float(result.statistics["lag_within"]),
                    pooled=float(result.statistics["lag_pooled"]),
                )
            )
        sentences = [
            Text(
                "Points are estimates, bars 95% confidence intervals; the band runs from the within "
                "estimate, which is "
                "biased downwards, to least squares, which is biased upwards",
                "点为估计值，线段为95%置信区间；色带从向下偏误的组内估计延伸至向上偏误的最小二乘估计",
            )
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["persistence_and_its_bounds"]),
            draw=partial(_draw, tuple(rows), self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(rows: tuple[_Row, ...], width: Width, language: Language) -> Figure:
    figure, axes = new_figure(width, 1.0)
    figure.set_size_inches(figure.get_figwidth(), max(1.4, 0.8 + 0.38 * len(rows)))
    for position, row in enumerate(rows):
        low, high = min(row.within, row.pooled), max(row.within, row.pooled)
        axes.barh(
            position,
            high - low,
            left=low,
            height=0.5,
            color=COLORS[2],
            alpha=0.5,
            linewidth=0,
            label=_HEADINGS["within_to_least_squares"].language(language) if position == 0 else None,
        )
        axes.errorbar(
            row.estimate,
            position,
            xerr=[[row.estimate - row.low], [row.high - row.estimate]],
            fmt="o",
            color=COLORS[0],
            capsize=2,
            elinewidth=1.0,
            zorder=3,
            label=_HEADINGS["estimate"].language(language) if position == 0 else None,
        )
    axes.margins(x=0.06)
    ems = 16.0 if width == "wide" else 9.0
    axes.set_yticks(range(len(rows)), [balanced(row.name.language(language), ems) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(_HEADINGS["coefficient_of_the_lagged_outcome"].language(language))
    legend_above(figure, axes, 2)
    return figure
