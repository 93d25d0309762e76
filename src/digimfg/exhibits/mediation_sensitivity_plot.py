"""The mediated effect as an unobserved confounder of mediator and outcome grows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfResult, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, width_inches, zero_line
from digimfg.exhibits.selection import check_names, check_tables, one_result
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["MediationSensitivityPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class MediationSensitivityPlot(OfResult, Labelled, FigureExhibit):
    """Draw the mediated effect over the correlation of the errors of mediator and outcome, and where it is
    zero.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a result of `Mediation` may be given at once.
    specification
        The specification; may be left out where there is only one.
    mediators
        Which mediators; all by default.

    Examples
    --------
    >>> MediationSensitivityPlot("promotion_sensitivity", specification="channel").width
    'wide'
    """

    uses: ClassVar[Uses] = Uses(results=("specification",), other=("mediators",))

    mediators: tuple[str, ...] = ()

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        name, result = one_result(self, evidence, self.specification)
        check_tables(self, name, result, "Mediation", "sensitivity", "sensitivity_zero")
        zeros = result.tables["sensitivity_zero"]
        known = [str(each) for each in zeros.index]
        check_names(self, self.mediators, known, _HEADINGS["mediator"])
        chosen = self.mediators or tuple(known)
        sentences = [
            Text(
                "Line: the mediated effect if errors of mediator and outcome have the correlation ρ "
                "(Imai, Keele & "
                "Yamamoto 2010), band: 95% interval of the bootstrap, dotted: where it is zero",
                "实线为中介变量与被解释变量误差相关系数为ρ时的中介效应（Imai、Keele与Yamamoto，2010），"
                "阴影为自助法95%置信区间，点线为效应为零处",
            )
        ]
        for mediator in chosen:
            label = term_label(mediator, self.labels)
            row = zeros.loc[mediator].astype(float).to_dict()
            star, tilde = f"{row['r2_star_product']:.3f}", f"{row['r2_tilde_product']:.3f}"
            rho = f"{row['rho_at_zero']:.3f}".replace("-", "−")
            sentences.append(
                Text(
                    f"{label.en}: zero at ρ = {rho}, a confounder whose shares of unexplained variance "
                    f"multiply to {star} "
                    f"(of total variance, {tilde})",
                    f"{label.zh}：ρ={rho}时为零，"
                    f"相当于混杂因素对两方程未解释方差份额之积为{star}（对总方差为{tilde}）",
                )
            )
        return Chart(
            title=Text.of(self.title or _HEADINGS["sensitivity_of_the_mediated_effect"]),
            draw=partial(_draw, result.tables["sensitivity"], zeros, chosen, self.labels, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _draw(
    curves: pd.DataFrame,
    zeros: pd.DataFrame,
    mediators: tuple[str, ...],
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    from matplotlib.figure import Figure

    columns = 1 if width == "narrow" or len(mediators) == 1 else 2
    rows = -(-len(mediators) // columns)
    inches = width_inches(width)
    height = inches * (0.55 if len(mediators) == 1 else 0.42 if columns == 2 else 0.6)
    figure = Figure(figsize=(inches, height * rows))
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, mediator in zip(panels, mediators, strict=False):
        part = curves[curves["mediator"] == mediator]
        zero_line(axes)
        axes.axvline(0, color="0.7", linewidth=0.6, zorder=1)
        if part["conf_low"].notna().all():
            axes.fill_between(
                part["rho"], part["conf_low"], part["conf_high"], color=COLORS[2], alpha=0.4, linewidth=0
            )
        axes.plot(part["rho"], part["estimate"], color=COLORS[0], zorder=3)
        zero = zeros["rho_at_zero"].astype(float).loc[mediator]
        axes.axvline(zero, color=COLORS[1], linestyle=":", linewidth=1.0, zorder=2)
        axes.set_xlim(-1, 1)
        axes.margins(y=0.08)
        axes.set_xlabel(_HEADINGS["correlation_of_errors_rho"].language(language))
        axes.set_ylabel(_HEADINGS["mediated_effect"].language(language))
        if len(mediators) > 1:
            axes.set_title(term_label(mediator, labels).language(language), loc="left", fontsize=8)
    for axes in panels[len(mediators) :]:
        axes.set_axis_off()
    return figure
