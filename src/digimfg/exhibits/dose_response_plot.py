"""Effects of a treatment by its dose, and the effect of a little more of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.display.regression_notes import errors_phrase
from digimfg.estimators.did.continuous import ContinuousDifferenceInDifferences
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfResult
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, axis_label, balanced, new_figure, zero_line
from digimfg.exhibits.selection import check_tables, estimator_of, one_result
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, in_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["DoseResponsePlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class DoseResponsePlot(OfResult, Labelled, FigureExhibit):
    """Draw the curve of a `ContinuousDifferenceInDifferences`, with intervals and, where drawn, bands.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a result of `ContinuousDifferenceInDifferences` may be given at once.
    specification
        The specification; may be left out where there is only one.
    effect
        ``"level"``: the effect of each dose against none; ``"slope"``: the effect of one more unit at it.

    Examples
    --------
    >>> DoseResponsePlot("pilots", effect="slope").width
    'wide'
    """

    effect: Literal["level", "slope"] = "level"

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        name, result = one_result(self, evidence, self.specification)
        which = f"dose_{self.effect}s"
        check_tables(self, name, result, "ContinuousDifferenceInDifferences", which)
        estimator = estimator_of(self, result, ContinuousDifferenceInDifferences)
        table = result.tables[which]
        errors = errors_phrase([result], self.labels)
        sentences = [
            note_of("exhibits.dose_response_drawn", level=estimator.level),
            *(
                [note_of("exhibits.simultaneous_band", draws=estimator.draws, seed=estimator.seed)]
                if "band_low" in table
                else []
            ),
            note_of("exhibits.based_on_errors", errors=errors),
        ]
        specification = result.specification
        return Chart(
            title=Text.of(
                self.title
                or (
                    _HEADINGS["effect_by_dose"]
                    if self.effect == "level"
                    else _HEADINGS["effect_of_one_more_dose"]
                )
            ),
            draw=partial(
                _draw,
                table,
                specification.regressors[0],
                specification.outcome,
                estimator.dose_form == "levels",
                self.effect,
                self.labels,
                self.width,
            ),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(
    table: pd.DataFrame,
    dose: str,
    outcome: str,
    levels: bool,
    effect: str,
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    figure, axes = new_figure(width, 0.6 if width == "wide" else 0.85)
    zero_line(axes)
    at = table.index.to_numpy(dtype=np.float64)
    estimate = table["estimate"].to_numpy(dtype=np.float64)
    if levels:
        low, high = (table[name].to_numpy(dtype=np.float64) for name in ("conf_low", "conf_high"))
        if "band_low" in table:
            axes.vlines(at, table["band_low"], table["band_high"], color=COLORS[2], linewidth=3.0, alpha=0.4)
        axes.errorbar(
            at, estimate, yerr=[estimate - low, high - estimate], fmt="o", color=COLORS[0], markersize=4,
            elinewidth=1.0, capsize=2, zorder=3,
        )  # fmt: skip
    else:
        if "band_low" in table:
            axes.fill_between(
                at, table["band_low"], table["band_high"], color=COLORS[2], alpha=0.25, linewidth=0
            )
        axes.fill_between(at, table["conf_low"], table["conf_high"], color=COLORS[2], alpha=0.5, linewidth=0)
        axes.plot(at, estimate, color=COLORS[0], zorder=3)
    axes.margins(x=0.01 if not levels else 0.05)
    axes.grid(axis="y")
    axes.set_xlabel(axis_label(dose, labels, language))
    subject = term_label(outcome, labels)
    words = (
        Text(f"Effect on {in_sentence(subject.en)}", f"对{subject.zh}的效应")
        if effect == "level"
        else Text(
            f"Effect of one more unit on {in_sentence(subject.en)}", f"多一单位剂量对{subject.zh}的效应"
        )
    )
    axes.set_ylabel(balanced(words.language(language), 20 if width == "wide" else 15))
    return figure
