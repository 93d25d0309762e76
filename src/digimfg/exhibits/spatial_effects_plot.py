"""Direct, indirect and total effects of a spatial panel beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.estimators.spatial.estimator import SpatialPanel
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfResult, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, balanced, legend_above, new_figure, zero_line
from digimfg.exhibits.selection import check_names, check_tables, estimator_of, one_result
from digimfg.exhibits.style import COLORS, MARKERS
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["SpatialEffectsPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_KINDS = sheet_beside(__file__, "spatial_effects_plot", "kinds")


@checked
@dataclass(frozen=True, kw_only=True)
class SpatialEffectsPlot(OfResult, Labelled, FigureExhibit):
    """Draw the effects of a spatial panel with 95 % confidence intervals, one row per regressor.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a result of `SpatialPanel` may be given at once.
    specification
        The specification; may be left out where there is only one.
    effects
        Effects to show, in this order, as the table ``result.effects`` names them; by default direct,
        indirect and total, or with several weight matrices the indirect effect over the links of each.
    keep
        Regressors to show, in this order; all of them by default.

    Examples
    --------
    >>> SpatialEffectsPlot("spillovers", effects=("direct", "indirect")).effects
    ('direct', 'indirect')
    """

    uses: ClassVar[Uses] = Uses(results=("specification",), other=("effects", "keep"))

    effects: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        name, result = one_result(self, evidence, self.specification)
        of = _HEADINGS["spatialpanel_with_spatial_lags"]
        check_tables(self, name, result, of, "effects")
        table = result.tables["effects"]
        kinds = list(dict.fromkeys(str(kind) for kind in table.index.get_level_values("effect")))
        terms = list(dict.fromkeys(str(term) for term in table.index.get_level_values("term")))
        check_names(self, self.effects, kinds, _HEADINGS["effect_word"])
        check_names(self, self.keep, terms, _HEADINGS["term_word"])
        directed = [kind for kind in kinds if kind.startswith("indirect[")]
        chosen = self.effects or tuple(directed or [kind for kind in kinds if kind in _KINDS])
        draws = estimator_of(self, result, SpatialPanel).draws
        how = Text(f"from {draws} draws of the estimates", f"由估计量的{draws}次抽样得到")
        if not draws:
            how = _HEADINGS["by_the_delta_method"]
        sentences = [
            Text(
                f"Points are average effects, bars 95% confidence intervals {how.en}",
                f"点为平均效应，线段为95%置信区间，{how.zh}",
            )
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["spatial_effects"]),
            draw=partial(
                _draw,
                table,
                self.keep or tuple(terms),
                chosen,
                {kind: self._kind(kind) for kind in chosen},
                self.labels,
                self.width,
            ),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )

    def _kind(self, kind: str) -> Text:
        given = (self.labels or {}).get(kind)
        if given is not None:
            return Text.of(given)
        long_run, base = kind.startswith("long run "), kind.removeprefix("long run ")
        label = _KINDS.get(base)
        if label is None:
            inner = term_label(base.removeprefix("indirect[").removesuffix("]"), self.labels)
            label = Text(f"Indirect, {inner.en}", f"间接效应（{inner.zh}）")
        return Text(f"{label.en}, long run", f"长期{label.zh}") if long_run else label


def _draw(
    table: pd.DataFrame,
    terms: tuple[str, ...],
    kinds: tuple[str, ...],
    names: dict[str, Text],
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    figure, axes = new_figure(width, 1.0)
    height = 0.5 + len(terms) * (0.2 + 0.14 * len(kinds))
    figure.set_size_inches(figure.get_figwidth(), max(1.4, height))
    zero_line(axes, vertical=True)
    spread = 0.6 if len(kinds) > 1 else 0.0
    for column, kind in enumerate(kinds):
        offset = spread * (column / (len(kinds) - 1) - 0.5) if len(kinds) > 1 else 0.0
        part = {name: values.to_numpy() for name, values in table.loc[kind].loc[list(terms)].items()}
        axes.errorbar(
            part["estimate"],
            [row + offset for row in range(len(terms))],
            xerr=[part["estimate"] - part["conf_low"], part["conf_high"] - part["estimate"]],
            fmt=MARKERS[column % len(MARKERS)],
            color=COLORS[column % len(COLORS)],
            label=names[kind].language(language),
            capsize=2,
            elinewidth=1.0,
            zorder=3,
        )
    ems = 16.0 if width == "wide" else 9.0
    axes.set_yticks(
        range(len(terms)), [balanced(term_label(term, labels).language(language), ems) for term in terms]
    )
    axes.set_ylim(len(terms) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(_HEADINGS["average_effect"].language(language))
    legend_above(figure, axes, len(kinds) if width == "wide" else 2)
    return figure
