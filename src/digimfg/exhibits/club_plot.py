"""Who converges with whom: relative transition paths, club by club."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

import pandas as pd

from digimfg.arguments import checked
from digimfg.display.formatting import format_number
from digimfg.display.notes import note_paragraph
from digimfg.exhibits import Evidence, FigureExhibit, Sampled, Uses
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.columns import inside_sample, key_columns, term_frame
from digimfg.exhibits.drawing import axis_label, legend_above, new_figure, whole_ticks
from digimfg.exhibits.style import COLORS
from digimfg.kinds import Positive, Share
from digimfg.labels import term_label
from digimfg.measures.clubs import ConvergenceClubs, convergence_clubs
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ClubPlot"]

_HEADINGS = sheet_beside(__file__, "headings")

_DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (6, 1.5, 1.5, 1.5)), (0, (3, 3)))


@checked
@dataclass(frozen=True, kw_only=True)
class ClubPlot(Sampled, FigureExhibit):
    """Draw relative transition paths h_it, thin, and the mean path of every convergence club.

    Parameters
    ----------
    source, title, notes, note_form, labels, width
        See `Exhibit`; a DataFrame may be given at once.
    variable
        Column or term, usually a logarithm.
    log, hodrick_prescott, trim
        As for `convergence_clubs`.
    incomplete
        Entities with a gap: ``"raise"``, or ``"drop"`` them with a note.
    sample
        Rows to keep, in the grammar of specifications.
    entity, time
        Key columns; by default those of the first specification.

    Examples
    --------
    >>> ClubPlot("clubs", variable="log_labor_productivity", hodrick_prescott=400.0).trim
    0.3333333333333333
    """

    uses: ClassVar[Uses] = Uses(columns=("variable", "entity", "time"), other=("sample",))

    variable: str
    log: bool = False
    hodrick_prescott: Positive | None = None
    trim: Share = 1 / 3
    incomplete: Literal["raise", "drop"] = "raise"
    entity: str | None = None
    time: str | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        entity, time = key_columns(self, evidence, self.entity, self.time)
        frame = term_frame(self, evidence, (self.variable,), keys=(entity, time))
        frame, outside = inside_sample(self, frame)
        found = convergence_clubs(
            frame,
            self.variable,
            entity,
            time,
            log=self.log,
            hodrick_prescott=self.hodrick_prescott,
            trim=self.trim,
            missing=self.incomplete,
        )
        label = term_label(self.variable, self.labels)
        t = format_number(found.whole_panel.t, 2)
        sentences = [
            Text(
                f"Log t test of all {found.whole_panel.n_units} entities: t = {t}; convergence is "
                f"rejected below −1.65",
                f"全部{found.whole_panel.n_units}个个体的log t检验：t = {t}，小于−1.65时拒绝收敛",
            ),
            _HEADINGS["bold_means_of_clubs_thin_entities"],
            *found.notes,
        ]
        return Chart(
            title=Text.of(self.title or Text(f"Convergence clubs of {label.en}", f"{label.zh}的收敛俱乐部")),
            draw=partial(self._draw, found, entity, time),
            notes=(
                note_paragraph(sentences),
                *outside,
            ),
            name=self.name,
            numbers=_numbers(found, entity),
        )

    def _draw(self, found: ConvergenceClubs, entity: str, time: str, language: Language) -> Figure:
        figure, axes = new_figure(self.width, 0.58 if self.width == "wide" else 0.85)
        club = found.members.set_index(entity)["club"]
        periods = found.paths.columns.to_numpy()
        thin = max(0.25, min(0.7, 30 / len(club)))
        for number in sorted(club.dropna().unique(), reverse=True):
            color = COLORS[(int(number) - 1) % 5]
            paths = found.paths.loc[(club == number).fillna(value=False).to_numpy(dtype=bool)]
            axes.plot(periods, paths.to_numpy().T, color=color, linewidth=thin, alpha=0.45, zorder=2)
        lost = found.paths.loc[club.isna().to_numpy()]
        if len(lost):
            axes.plot(periods, lost.to_numpy().T, color=COLORS[5], linewidth=thin, linestyle=":", zorder=2)
            axes.plot([], [], color=COLORS[5], linewidth=0.8, linestyle=":",
                      label=Text(f"Diverging ({len(lost)})",
                      f"发散（{len(lost)}）").language(language))  # fmt: skip
        for number in sorted(club.dropna().unique()):
            members = (club == number).fillna(value=False).to_numpy(dtype=bool)
            axes.plot(
                periods,
                found.paths.loc[members].mean(axis=0).to_numpy(),
                color=COLORS[(int(number) - 1) % 5],
                linestyle=_DASHES[(int(number) - 1) % 5],
                linewidth=2.0,
                zorder=4,
                label=Text(f"Club {number} ({members.sum()})", f"俱乐部{number}（{members.sum()}）").language(
                    language
                ),
            )
        axes.axhline(1, color="0.35", linewidth=0.7, zorder=1)
        axes.grid(axis="y")
        whole_ticks(axes)
        if self.width == "narrow":
            axes.locator_params(axis="x", nbins=5)
        axes.margins(x=0.01)
        axes.set_xlabel(axis_label(time, self.labels, language))
        axes.set_ylabel(_HEADINGS["relative_to_the_mean"].language(language))
        legend_above(figure, axes, 4 if self.width == "wide" else 2)
        return figure


def _numbers(found: ConvergenceClubs, entity: str) -> dict[str, pd.DataFrame]:
    """Return the regressions, the paths of clubs, and of each entity its club and where its path stands and
    ends.
    """
    members = found.members.set_index(entity)
    club, clubs = members["club"], found.clubs["club"].astype(object)
    paths = {
        str(number): found.paths.loc[(club == number).fillna(value=False).to_numpy(dtype=bool)].mean(axis=0)
        for number in sorted(club.dropna().unique())
    }
    return {
        "all_entities": pd.DataFrame([asdict(found.whole_panel)], index=["log_t"]),
        "clubs": found.clubs.set_index(clubs.where(clubs.notna(), "diverging")).drop(columns="club"),
        "club_paths": pd.DataFrame(paths),
        "entities": members.assign(
            path_mean=found.paths.mean(axis=1).to_numpy(), path_last=found.paths.iloc[:, -1].to_numpy()
        ),
    }
