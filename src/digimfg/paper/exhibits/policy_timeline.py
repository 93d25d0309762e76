"""Policies on the axis of time, by theme and administration (and Figure 3 of the paper, for STEM
policies).
"""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import balanced
from digimfg.exhibits.style import COLORS, WIDE_CM
from digimfg.paper.corrections import View
from digimfg.paper.exhibits.shared import register_frame, view_sentence
from digimfg.records import records
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["ADMINISTRATIONS", "KINDS", "PolicyTimeline", "decimal_year"]

_HEADINGS = sheet_beside(__file__, "headings")

ADMINISTRATIONS = {
    "bush": (_HEADINGS["bush"], 2001.05, 2009.05),
    "obama": (_HEADINGS["obama"], 2009.05, 2017.05),
    "trump": (_HEADINGS["trump"], 2017.05, 2021.05),
    "biden": (_HEADINGS["biden"], 2021.05, 2025.05),
}
"""Administrations with their years; the term begins on 20 January."""

KINDS = sheet_beside(__file__, "policy_timeline", "kinds")
"""Kinds of policy."""

_MARKERS = {
    "law": "s",
    "bill": "D",
    "executive_order": "P",
    "strategy": "^",
    "report": "v",
    "programme": "o",
    "alliance": "X",
}
_ROW_CM = 0.5
_LABEL_EMS = {"en": 22.0, "zh": 19.0}


@checked
@dataclass(frozen=True, kw_only=True)
class PolicyTimeline(Exhibit):
    """Draw each dated policy of a register as one row: when, what kind, whose administration, which themes.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`; the register may be given at once, by default the shipped one is shown.
    register
        ``"policies"``, in order of first theme and date, with its themes beside the timeline; or
        ``"stem_policies"`` (Figure 3), in order of date.
    view
        ``"corrected"`` or ``"as_printed"``.

    Examples
    --------
    >>> PolicyTimeline("stem_timeline", register="stem_policies").view
    'corrected'
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    uses: ClassVar[Uses] = Uses()

    register: Literal["policies", "stem_policies"] = "policies"
    view: View = "corrected"

    def build(self, evidence: Evidence) -> Chart:  # noqa: ARG002 - shows the paper, not an analysis
        """Return the chart."""
        from digimfg.paper.registers.policies import THEMES

        frame = register_frame(self, self.register, self.view)
        shown = frame.dropna(subset=["date"])
        themed = self.register == "policies"
        if themed:
            order = list(THEMES)
            shown = shown.assign(lane=shown["theme"].map(order.index)).sort_values(
                ["lane", "date", "policy"], kind="stable"
            )
        else:
            shown = shown.sort_values(["date", "policy"], kind="stable")
        undated = frame.loc[frame["date"].isna()]
        sentences = [view_sentence(self.view)]
        if (~shown["in_paper"]).any():
            sentences.append(_HEADINGS["hollow_not_in_the_paper"])
        if len(undated):
            names = "; ".join(undated["title_en"]), "；".join(undated["title_zh"])
            sentences.append(
                Text(f"Without a date and not drawn: {names[0]}", f"原文未注日期、未绘出：{names[1]}")
            )
        titles = {
            "policies": _HEADINGS["us_policies_by_theme_and_administration"],
            "stem_policies": _HEADINGS["us_stem_education_policies_since_2000"],
        }
        return Chart(
            title=Text.of(self.title or titles[self.register]),
            draw=partial(self._draw, shown, themed),
            notes=(note_paragraph(sentences),),
            name=self.name,
            numbers={
                "policies": shown.assign(year=shown["date"].map(decimal_year)).set_index("policy")[
                    ["policy_kind", "year"]
                ]
            },
        )

    def _draw(self, frame: pd.DataFrame, themed: bool, language: Language) -> Figure:
        from matplotlib.figure import Figure

        height = _ROW_CM * len(frame) + (3.6 if themed else 1.9)
        figure = Figure(figsize=(WIDE_CM / 2.54, height / 2.54))
        ratios = [4.2, 1.0] if themed else [1.0]
        panels = figure.subplots(1, len(ratios), sharey=True, width_ratios=ratios, squeeze=False)[0]
        axes = panels[0]
        policies = records(frame)
        years = [decimal_year(record["date"]) for record in policies]
        first, last = int(min(years)) - 0.5, max(years) + 0.9
        _administrations(axes, first, last, language)
        for row, (record, year) in enumerate(zip(policies, years, strict=True)):
            if record.get("date_end"):
                axes.plot(
                    [year, float(record["date_end"]) + 1],
                    [row, row],
                    color=COLORS[0],
                    linewidth=2.2,
                    alpha=0.35,
                    solid_capstyle="butt",
                )
            axes.plot(
                year, row, marker=_MARKERS[record["policy_kind"]], markersize=4.6, color=COLORS[0],
                markerfacecolor=COLORS[0] if record["in_paper"] else "white", markeredgewidth=0.9,
                linestyle="none",
            )  # fmt: skip
        axes.set_yticks(
            range(len(policies)),
            [balanced(str(record[f"title_{language}"]), _LABEL_EMS[language]) for record in policies],
            fontsize=6.2,
            linespacing=0.95,
        )
        axes.set_ylim(len(policies) - 0.4, -0.6)
        axes.set_xlim(first, last)
        axes.set_xticks(range(5 * math.ceil(first / 5), int(last) + 1, 5))
        axes.set_xticks(range(math.ceil(first), int(last) + 1), minor=True)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y")
        axes.spines["left"].set_visible(False)
        _legend(figure, policies, language)
        if themed:
            _themes(panels[1], policies, language)
            _lanes(panels, policies)
        return figure


def decimal_year(date: str) -> float:
    """Return an ISO date, cut at its precision, as a decimal year: the middle of what is known.

    Examples
    --------
    >>> decimal_year("2014"), round(decimal_year("2014-12"), 2)
    (2014.5, 2014.96)
    """
    parts = [int(part) for part in date.split("-")]
    if len(parts) == 1:
        return parts[0] + 0.5
    days = calendar.monthrange(parts[0], parts[1])[1]
    within = (parts[2] - 0.5) / days if len(parts) == 3 else 0.5
    return parts[0] + (parts[1] - 1 + within) / 12


def _administrations(axes: Axes, first: float, last: float, language: Language) -> None:
    for number, (label, start, end) in enumerate(ADMINISTRATIONS.values()):
        left, right = max(start, first), min(end, last)
        if left >= right:
            continue
        if number % 2:
            axes.axvspan(left, right, color="#eef1f4", linewidth=0, zorder=0)
        axes.text(
            (left + right) / 2,
            1.012,
            label.language(language),
            transform=axes.get_xaxis_transform(),
            ha="center",
            va="baseline",
            fontsize=7,
        )


def _themes(axes: Axes, records: list[dict[str, Any]], language: Language) -> None:
    from digimfg.paper.registers.policies import THEMES

    for row, record in enumerate(records):
        for column, theme in enumerate(THEMES):
            discussed = theme in str(record["themes"]).split("; ")
            color = COLORS[column] if discussed else "0.9"
            filled = record["themes_basis"] == "section" or not discussed
            axes.plot(
                column,
                row,
                marker="s",
                markersize=4.2,
                color=color,
                markerfacecolor=color if filled else "white",
                linestyle="none",
            )
    names = [
        label.language(language) if language == "en" else "\n".join(label.zh) for label in THEMES.values()
    ]
    axes.set_xticks(range(len(THEMES)), names, fontsize=6.5, rotation=90 if language == "en" else 0)
    axes.set_xlim(-0.6, len(THEMES) - 0.4)
    axes.tick_params(axis="both", length=0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)


def _lanes(panels: object, records: list[dict[str, Any]]) -> None:
    for row in range(1, len(records)):
        if records[row]["theme"] != records[row - 1]["theme"]:
            for axes in panels:  # type: ignore[attr-defined]
                axes.axhline(row - 0.5, color="0.55", linewidth=0.6)


def _legend(figure: Figure, records: list[dict[str, Any]], language: Language) -> None:
    from matplotlib.lines import Line2D

    used = [kind for kind in KINDS if any(record["policy_kind"] == kind for record in records)]
    handles = [
        Line2D(
            [],
            [],
            marker=_MARKERS[kind],
            color=COLORS[0],
            linestyle="none",
            markersize=4.6,
            label=KINDS[kind].language(language),
        )
        for kind in used
    ]
    figure.legend(
        handles=handles,
        loc="outside upper left",
        ncols=len(handles),
        fontsize=7,
        columnspacing=1.0,
        handletextpad=0.1,
    )
