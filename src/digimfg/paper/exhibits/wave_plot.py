"""Technology waves with their phases to scale (Figure 1 of the paper)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.layout import wrapped
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import figure_size
from digimfg.exhibits.style import COLORS
from digimfg.kinds import AtLeast, AtMost
from digimfg.paper.exhibits.shared import register_frame
from digimfg.records import records
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["WavePlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_LEVELS = {"prosperity": 1.0, "war": 1.0, "recession": 0.0, "depression": -1.0, "recovery": 0.0}
"""Level that the stylised curve has reached at the end of a phase."""

_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}

_SHADES = {
    "prosperity": "#f3d9a4",
    "war": "#e3e3e3",
    "recession": "#d7e6f2",
    "depression": "#a9c6de",
    "recovery": "#e8efdc",
}


@checked
@dataclass(frozen=True, kw_only=True)
class WavePlot(Exhibit):
    """Draw the waves of a chronology: phases to scale on the axis of years, height stylised.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`; the register ``"waves"`` may be given at once, by default the shipped one is shown.
    horizon
        Last year of the axis. Unfinished waves are hatched, each its own way, and have no curve: no phase of
        theirs is dated. The phase in which the paper sees its own year is written there.

    Examples
    --------
    >>> WavePlot("waves").horizon
    2040
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    uses: ClassVar[Uses] = Uses()

    horizon: Annotated[int, AtLeast(1700), AtMost(2200)] = 2040

    def build(self, evidence: Evidence) -> Chart:  # noqa: ARG002 - shows the paper, not an analysis
        """Return the chart."""
        from digimfg.paper.history import wave_history
        from digimfg.paper.reading import read_printed
        from digimfg.paper.registers.waves import PAPER_YEAR, wave_phases

        said = read_printed("waves").header["present_phase"].lines
        line = said[0] if said else 0
        frame = register_frame(self, "waves")
        phases = wave_phases(frame)
        history = wave_history(frame).set_index("quantity")
        length = history.loc["length"]
        sentences = [
            Text(
                "Phases to scale, height stylised; chronology after van Duijn (1983) as continued by "
                "Chinese authors, the paper's image being lost",
                "各阶段宽度按年份比例，高度仅为示意；年表据范杜因（1983）及中国学者续编，原图缺失",
            ),
            Text(
                f"Hatched: the unfinished fifth wave up to {PAPER_YEAR}, when the paper sees digital "
                f"technology in its recovery phase (line {line}, not tested here); dotted: the sixth, "
                f"which it says may open. No phase of either is drawn",
                f"斜线：尚未结束的第五波，至{PAPER_YEAR}年；"
                f"原文认为数字技术此时进入“回升期”（第{line}行，此处未作检验）；点："
                f"原文所称可能开启的第六波。两者均不绘阶段",
            ),
            Text(
                f"Lengths {length['values']} years: one-sided exact p {length['p_decreasing']:.3f}, "
                f"smallest two-sided p that four waves can give {length['floor_two_sided']:.3f}",
                f"周期长度{length['values']}年：单侧精确 p = {length['p_decreasing']:.3f}，"
                f"四个周期可达最小双侧p值为{length['floor_two_sided']:.3f}",
            ),
        ]
        return Chart(
            title=Text.of(self.title or _HEADINGS["technology_waves_and_their_phases"]),
            draw=partial(self._draw, frame, phases),
            notes=(note_paragraph(sentences),),
            name=self.name,
            numbers={"phases": phases.set_index(["wave", "phase"]), "means": history[["mean"]]},
        )

    def _draw(self, frame: pd.DataFrame, phases: pd.DataFrame, language: Language) -> Figure:
        from matplotlib.figure import Figure

        figure = Figure(figsize=figure_size("wide", 0.56))
        axes = figure.subplots()
        last = float(frame["wave_end"].max())
        self._shade(axes, phases)
        years, levels = _path(
            [(row["phase"], row["phase_start"], row["phase_end"]) for row in records(phases)],
            start_level=0.0,
        )
        axes.plot(years, levels, color=COLORS[0], linewidth=1.4)
        self._unfinished(axes, last, language)
        for record in records(frame):
            self._label(axes, record, last, language)
        axes.set_ylim(-2.0, 1.75)
        axes.set_xlim(float(frame["wave_start"].min()) - 3, self.horizon)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        ticks = sorted({int(year) for year in [*frame["wave_start"].dropna(), *frame["wave_end"].dropna()]})
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.axhline(0, color="0.6", linewidth=0.5)
        _legend(figure, phases, language)
        return figure

    def _shade(self, axes: Axes, phases: pd.DataFrame) -> None:
        for row in records(phases):
            axes.axvspan(
                row["phase_start"],
                row["phase_end"],
                ymin=0.13,
                color=_SHADES[row["phase"]],
                linewidth=0,
                zorder=0,
            )
            years = row["phase_years"]
            axes.text(
                (row["phase_start"] + row["phase_end"]) / 2,
                -1.41,
                str(years),
                ha="center",
                va="center",
                fontsize=6,
            )

    def _unfinished(self, axes: Axes, last: float, language: Language) -> None:
        from digimfg.paper.registers.waves import PAPER_YEAR

        now = min(PAPER_YEAR, self.horizon)
        for start, end, hatch in ((last, now, "////"), (now, self.horizon, "...")):
            axes.axvspan(
                start, end, ymin=0.13, facecolor="none", edgecolor="0.82", hatch=hatch, linewidth=0, zorder=0
            )
        axes.axvline(now, ymin=0.13, color="0.5", linewidth=0.6, linestyle=(0, (4, 2)))
        label = {"en": f"the paper\n({PAPER_YEAR}):\nrecovery", "zh": f"原文\n（{PAPER_YEAR}年）：\n回升期"}[
            language
        ]
        axes.text(
            (last + now) / 2,
            -0.4,
            label,
            ha="center",
            va="center",
            fontsize=6.5,
            color="0.25",
            bbox=_PAPER,
        )

    def _label(self, axes: Axes, record: dict[str, Any], last: float, language: Language) -> None:
        number = {"en": "Wave {}", "zh": "第{}波"}[language].format(record["wave"])
        technology = str(record[f"wave_technology_{language}"])
        colon, doubt = {"en": (": ", "?"), "zh": ("：", "？")}[language]
        start, end = float(str(record["wave_start"])), float(str(record["wave_end"]))
        if math.isnan(start):
            axes.text(
                self.horizon - 1,
                1.66,
                _narrow(f"{number}{doubt}\n{technology}", 9),
                ha="right",
                va="top",
                fontsize=6.5,
                color="0.25",
                bbox=_PAPER,
            )
            return
        if math.isnan(end):
            axes.text(
                last + 1,
                -1.56,
                _narrow(f"{number}{colon}{technology}", 9.5),
                ha="left",
                va="top",
                fontsize=6.5,
                color="0.25",
            )
            return
        years = {"en": "{:g} years", "zh": "{:g}年"}[language].format(end - start)
        middle = (start + end) / 2
        axes.text(middle, 1.66, f"{number}\n{years}", ha="center", va="top", fontsize=7.5)
        axes.text(middle, -1.56, _narrow(technology, 11), ha="center", va="top", fontsize=6.5, color="0.25")
        axes.axvline(end, color="0.5", linewidth=0.6)


def _narrow(text: str, ems: float) -> str:
    return "\n".join(wrapped(line, ems) for line in text.split("\n"))


def _path(steps: list[tuple[str, float, float]], start_level: float) -> tuple[list[float], list[float]]:
    import numpy as np
    from scipy.interpolate import PchipInterpolator

    nodes = [(float(steps[0][1]), start_level), *((float(end), _LEVELS[phase]) for phase, _, end in steps)]
    years = np.linspace(nodes[0][0], nodes[-1][0], 800)
    curve = PchipInterpolator([year for year, _ in nodes], [level for _, level in nodes])
    return years.tolist(), curve(years).tolist()


def _legend(figure: Figure, phases: pd.DataFrame, language: Language) -> None:
    from matplotlib.patches import Patch

    from digimfg.paper.registers.waves import PHASES

    used = [phase for phase in PHASES if (phases["phase"] == phase).any()]
    handles = [
        Patch(
            facecolor=_SHADES[phase], edgecolor="0.6", linewidth=0.4, label=PHASES[phase].language(language)
        )
        for phase in used
    ]
    figure.legend(
        handles=handles, loc="outside upper left", ncols=len(handles), fontsize=7.5, handlelength=1.2
    )
