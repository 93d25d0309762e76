"""The institutes of Table 2: money, leverage, members."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import figure_size
from digimfg.exhibits.style import COLORS
from digimfg.paper.corrections import View
from digimfg.paper.exhibits.shared import register_frame, view_sentence
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["InstitutePlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_WORDS = sheet_beside(__file__, "institute_plot", "words")
_DOUBT = "†"
_NUMBERS = ("federal_million_usd", "nonfederal_million_usd", "leverage_ratio", "members")


@checked
@dataclass(frozen=True, kw_only=True)
class InstitutePlot(Exhibit):
    """Draw federal and non-federal investment, leverage and members of each institute.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`; the register ``"institutes"`` may be given at once, by default the shipped one is
        shown.
    view
        ``"corrected"`` or ``"as_printed"``; in the latter, money that cannot be read is not drawn.

    Examples
    --------
    >>> InstitutePlot("institutes").view
    'corrected'
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    uses: ClassVar[Uses] = Uses()

    view: View = "corrected"

    def build(self, evidence: Evidence) -> Chart:  # noqa: ARG002 - shows the paper, not an analysis
        """Return the chart."""
        frame = register_frame(self, "institutes", self.view)
        federal, other = frame["federal_million_usd"].sum(), frame["nonfederal_million_usd"].sum()
        unread = int(frame["federal_million_usd"].isna().sum())
        totals = f"{format_count(federal)} + {format_count(other)}"
        sentences = [
            Text(
                f"In order of foundation. Federal + non-federal: US$ {totals} million, leverage "
                f"{format_number(other / federal, 2)}; members {format_count(frame['members'].sum())}",
                f"按建立时间排列。联邦+非联邦合计{totals}百万美元，"
                f"资金配套比{format_number(other / federal, 2)}；"
                f"会员合计{format_count(frame['members'].sum())}家",
            ),
            view_sentence(self.view),
        ]
        if unread:
            sentences.append(
                Text(f"{unread} amounts cannot be read as printed", f"{unread}处金额按原文无法识别")
            )
        if any(_doubtful(cells) for cells in frame["open_cells"]):
            sentences.append(Text(f"{_DOUBT} investment or members in doubt", f"{_DOUBT}投资或会员数存疑"))
        title = _HEADINGS["institutes"]
        return Chart(
            title=Text.of(self.title or title),
            draw=partial(self._draw, frame),
            notes=(note_paragraph(sentences),),
            name=self.name,
            numbers={"institutes": frame.set_index("institute_acronym")[list(_NUMBERS)]},
        )

    def _draw(self, frame: pd.DataFrame, language: Language) -> Figure:
        from matplotlib.figure import Figure

        figure = Figure(figsize=figure_size("wide", 0.62))
        panels = figure.subplots(1, 3, sharey=True, width_ratios=[2.6, 1.0, 1.2])
        rows = range(len(frame))
        money = panels[0]
        money.barh(
            rows,
            frame["federal_million_usd"],
            color=COLORS[0],
            height=0.62,
            label=_WORDS["federal"].language(language),
        )
        money.barh(
            rows, frame["nonfederal_million_usd"], left=frame["federal_million_usd"], color=COLORS[2],
            height=0.62,
            label=_WORDS["other"].language(language),
        )  # fmt: skip
        totals = frame["federal_million_usd"] + frame["nonfederal_million_usd"]
        _values(money, totals, 0)
        panels[1].plot(frame["leverage_ratio"], rows, marker="o", linestyle="none", color=COLORS[1])
        panels[1].axvline(1, color="0.5", linewidth=0.7)
        _values(panels[1], frame["leverage_ratio"], 1)
        panels[2].barh(rows, frame["members"], color="0.6", height=0.62)
        _values(panels[2], frame["members"], 0)
        names = [
            f"{name}{_DOUBT if _doubtful(cells) else ''}"
            for name, cells in zip(frame["institute_acronym"], frame["open_cells"], strict=True)
        ]
        money.set_yticks(
            rows,
            [f"{name}\n{date}" for name, date in zip(names, frame["established"], strict=True)],
            fontsize=6.5,
            linespacing=1.0,
        )
        money.invert_yaxis()
        for axes, key in zip(panels, ("money", "leverage", "members"), strict=True):
            axes.set_xlabel(_WORDS[key].language(language), fontsize=8)
            axes.tick_params(axis="y", length=0)
            axes.set_xlim(0, axes.get_xlim()[1] * 1.16)
            axes.grid(axis="x")
        money.legend(loc="lower right")
        return figure


def _values(axes: Axes, values: pd.Series, digits: int) -> None:
    for row, value in enumerate(values):
        if value == value:
            axes.annotate(
                format_number(value, digits),
                (value, row),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=6.5,
            )


def _doubtful(cells: object) -> bool:
    return bool({"investment", "members"} & set(str(cells).split("; ")))
