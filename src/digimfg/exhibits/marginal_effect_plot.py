"""The marginal effect of a treatment along a moderator, with bins, the Johnson-Neyman bounds and the
distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.display.formatting import format_p_value
from digimfg.display.notes import note_paragraph
from digimfg.display.regression_notes import errors_phrase
from digimfg.estimators.mechanisms.moderation import Moderation
from digimfg.exhibits import Evidence, FigureExhibit, Labelled, OfResult
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, axis_label, balanced, new_figure, zero_line
from digimfg.exhibits.selection import check_tables, estimator_of, one_result
from digimfg.exhibits.style import COLORS
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, in_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["MarginalEffectPlot"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class MarginalEffectPlot(OfResult, Labelled, FigureExhibit):
    """Draw the effect of the treatment over the moderator, its interval, and the effect by bin as a check.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a result of `Moderation` may be given at once.
    specification
        The specification; may be left out where there is only one.

    Examples
    --------
    >>> MarginalEffectPlot("promotion_moderation", specification="institutions").width
    'wide'
    """

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        name, result = one_result(self, evidence, self.specification)
        check_tables(self, name, result, "Moderation", "marginal_effects")
        estimator = estimator_of(self, result, Moderation)
        moderator = estimator.moderator
        treatment = estimator.treatment or result.specification.regressors[0]
        errors = errors_phrase([result], self.labels)
        sentences = [
            Text(
                "Line: marginal effect from the linear interaction, band: pointwise 95% interval, grey bars: "
                "distribution of the moderator",
                "实线为线性交互模型的边际效应，阴影为逐点95%置信区间，灰柱为调节变量的分布",
            )
        ]
        if "bins" in result.tables:
            sentences.append(
                Text(
                    "Points: effects at the median of each bin of the moderator, with 95% intervals",
                    "点为调节变量各分组中位数处的效应，线段为95%置信区间",
                )
            )
        if "linearity_p" in result.statistics:
            p_value = format_p_value(result.statistics["linearity_p"], 3)
            sentences.append(
                Text(f"Test of linearity: p {_equals(p_value)}", f"线性检验：p{_equals(p_value)}")
            )
        if "johnson_neyman_low" in result.statistics:
            sentences.append(
                Text(
                    "Dotted: where the effect begins or ceases to be significant at 5% (Johnson-Neyman)",
                    "点线为效应在5%水平上显著与否的分界（Johnson-Neyman）",
                )
            )
        sentences.append(Text(f"Based on {errors.en}", f"采用{errors.zh}"))
        return Chart(
            title=Text.of(self.title or _HEADINGS["marginal_effect_along_the_moderator"]),
            draw=partial(_draw, dict(result.tables), moderator, treatment, self.labels, self.width),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )


def _equals(p_value: str) -> str:
    return p_value.replace("<", "< ") if p_value.startswith("<") else f"= {p_value}"


def _draw(
    tables: dict[str, pd.DataFrame],
    moderator: str,
    treatment: str,
    labels: Mapping[str, Text | str] | None,
    width: Width,
    language: Language,
) -> Figure:
    figure, axes = new_figure(width, 0.6 if width == "wide" else 0.85)
    line = tables["marginal_effects"]
    regions = tables["johnson_neyman"]
    distribution = tables["moderator_distribution"]
    zero_line(axes)
    axes.fill_between(
        line["moderator"], line["conf_low"], line["conf_high"], color=COLORS[2], alpha=0.4, linewidth=0
    )
    axes.plot(line["moderator"], line["estimate"], color=COLORS[0], zorder=3)
    for bound in regions["low"].iloc[1:]:
        axes.axvline(float(bound), color=COLORS[1], linestyle=":", linewidth=1.0, zorder=2)
    if "bins" in tables:
        points = tables["bins"].dropna(subset=["estimate"])
        axes.errorbar(
            points["median"],
            points["estimate"],
            yerr=[points["estimate"] - points["conf_low"], points["conf_high"] - points["estimate"]],
            fmt="s",
            color=COLORS[1],
            capsize=2,
            elinewidth=1.0,
            zorder=4,
        )
    low, high = axes.get_ylim()
    floor = low - 0.18 * (high - low)
    heights = distribution["n_obs"] / distribution["n_obs"].max() * 0.14 * (high - low)
    axes.bar(
        distribution["low"],
        heights,
        width=distribution["high"] - distribution["low"],
        bottom=floor,
        align="edge",
        color="0.82",
        edgecolor="white",
        linewidth=0.3,
        zorder=0,
    )
    axes.set_ylim(floor, high)
    axes.margins(x=0.01)
    axes.set_xlabel(axis_label(moderator, labels, language))
    subject = term_label(treatment, labels)
    words = Text(f"Effect of {in_sentence(subject.en)}", f"{subject.zh}的边际效应").language(language)
    axes.set_ylabel(balanced(words, 20 if width == "wide" else 15))
    return figure
