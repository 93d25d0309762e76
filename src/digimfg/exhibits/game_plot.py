"""An evolutionary game: where the populations move, where they rest, and their shares over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.evolution.game_dynamics import Dynamics
from digimfg.evolution.games import GameSolution, Stability, game_paths
from digimfg.exhibits import Evidence, FigureExhibit, OfStudy
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import Width, figure_size, legend_above, legend_name, zero_line
from digimfg.exhibits.selection import one_study
from digimfg.exhibits.style import COLORS
from digimfg.kinds import Positive, Probability
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["GamePlot"]

_HEADINGS = sheet_beside(__file__, "headings")

Floats = NDArray[np.float64]

_STABILITY: dict[Stability, tuple[str, str, Text]] = {
    "stable": ("o", "0.1", _HEADINGS["stable"]),
    "saddle": ("D", "none", _HEADINGS["saddle"]),
    "unstable": ("o", "none", _HEADINGS["unstable"]),
    "centre": ("s", "none", _HEADINGS["centre"]),
    "undetermined": ("^", "none", _HEADINGS["undetermined"]),
}
_LINES = ("-", "--", "-.")
_DEPTH = (0.48, 0.36)
_BESIDE = (
    (0.5, -0.06, 0, "center", "top"),
    (1.29, 0.14, 38, "center", "top"),
    (-0.06, 0.5, 90, "right", "center"),
)
"""Of the names of a cube's axes: place, angle and alignment."""
_FIRST = (0.4, 0.6, 0.5)
_SHORTEST, _LONGEST = 5.0, 1e4


@checked
@dataclass(frozen=True, kw_only=True)
class GamePlot(OfStudy, FigureExhibit):
    """Draw the answer of `solve_game`: paths between the rest points (of one population its speed), and
    shares over time along the first path.

    Parameters
    ----------
    source, title, notes, note_form, width
        See `Exhibit`; a `GameSolution` may be given at once.
    starts
        Shares of the first strategies from which paths start; by default a grid, before it (0.4, 0.6, 0.5).
    until
        Time at the end of the paths; by default what the slowest stable point needs.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.

    Examples
    --------
    >>> GamePlot("rules", starts=[[0.2, 0.6]]).kind
    'figure'
    """

    starts: Sequence[Sequence[Probability]] = ()
    until: Positive | None = None

    def build(self, evidence: Evidence) -> Chart:
        """Return the chart."""
        found = one_study(self, evidence, GameSolution, self.study)
        n = len(found.game.names)
        starts = [list(start) for start in self.starts] or _grid(n)
        until = self.until or _needed(found)
        paths = game_paths(found.game, found.parameters, starts=starts, until=until, points=1_001)
        parameters = ", ".join(f"{name} = {value:g}" for name, value in found.parameters.items())
        sentences: list[Text] = [
            note_of(
                "exhibits.paths_of_game",
                shares=[Text(_axis(found, k, "en"), _axis(found, k, "zh")) for k in range(n)],
                n=len(starts),
                start=", ".join(f"{share:g}" for share in starts[0]),
            )
        ]
        if parameters:
            sentences.append(Text(f"Parameters: {parameters}", f"参数：{parameters}"))
        return Chart(
            title=Text.of(self.title or _HEADINGS["phase_portrait"]),
            draw=partial(_draw, found, paths, self.width),
            notes=(note_paragraph([*sentences, *found.notes]),),
            name=self.name,
        )


def _grid(n: int) -> list[list[float]]:
    places = (0.1, 0.3, 0.5, 0.7, 0.9) if n == 1 else (0.15, 0.5, 0.85) if n == 2 else (0.2, 0.8)
    return [list(_FIRST[:n]), *(list(each) for each in product(places, repeat=n))]


def _needed(found: GameSolution) -> float:
    columns = [name for name in found.points if str(name).startswith("eigenvalue_")]
    sizes = np.abs(found.points[columns].to_numpy(dtype=np.float64))
    stable = sizes[(found.points["stability"] == "stable").to_numpy()]
    chosen = stable if len(stable) else sizes
    chosen = chosen[chosen > 0]
    slowest = float(chosen.min()) if len(chosen) else 0.0
    return float(np.clip((8 if len(stable) else 25) / slowest, _SHORTEST, _LONGEST)) if slowest > 0 else 50.0


def _draw(found: GameSolution, paths: pd.DataFrame, width: Width, language: Language) -> Figure:
    from matplotlib.figure import Figure

    wide, n = width == "wide", len(found.game.names)
    figure = Figure(figsize=figure_size(width, 0.5 if wide else 1.8))
    shape = (1, 2) if wide else (2, 1)
    phase, time = figure.subplots(*shape)
    if n == 1:
        _line(phase, found, language)
    else:
        (_plane, _cube)[n - 2](phase, found, paths, language)
    _points(phase, found)
    _over_time(time, found, paths, language)
    _key(time, found, language)
    legend_above(figure, time, 3 if wide else 1)
    return figure


def _axis(found: GameSolution, k: int, language: Language) -> str:
    name, strategies = found.game.players[k]
    return Text(f"{name}: {strategies[0]}", f"{name}：{strategies[0]}").language(language)


def _line(axes: Axes, found: GameSolution, language: Language) -> None:
    shares = np.linspace(0, 1, 201)
    dynamics = Dynamics(found.game.advantages(found.parameters))
    speed = np.array([dynamics.speed(np.array([share]))[0] for share in shares])
    zero_line(axes)
    axes.plot(shares, speed, color=COLORS[0], linewidth=1.2)
    axes.set_xlabel(_axis(found, 0, language))
    axes.set_ylabel(_HEADINGS["speed_of_the_share"].language(language))


def _plane(axes: Axes, found: GameSolution, paths: pd.DataFrame, language: Language) -> None:
    dynamics = Dynamics(found.game.advantages(found.parameters))
    places = np.linspace(0, 1, 25)
    speeds = np.array([[dynamics.speed(np.array([x, y])) for x in places] for y in places])
    axes.streamplot(
        places,
        places,
        speeds[..., 0],
        speeds[..., 1],
        color="0.75",
        linewidth=0.5,
        arrowsize=0.6,
        density=0.8,
    )
    for number, path in paths.groupby("path"):
        across, up = (path[name].to_numpy(dtype=np.float64) for name in found.game.names)
        first = number == 1
        axes.plot(across, up, color=COLORS[1] if first else COLORS[0], linewidth=1.4 if first else 0.8)
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel(_axis(found, 0, language))
    axes.set_ylabel(_axis(found, 1, language))


def _cube(axes: Axes, found: GameSolution, paths: pd.DataFrame, language: Language) -> None:
    for k in range(3):
        for rest in product((0.0, 1.0), repeat=2):
            ends = [np.insert(np.asarray(rest), k, end) for end in (0.0, 1.0)]
            axes.plot(*_flat(*np.column_stack(ends)), color="0.8", linewidth=0.6, zorder=1)
    for number, path in paths.groupby("path"):
        first = number == 1
        axes.plot(
            *_flat(*(path[name].to_numpy(dtype=np.float64) for name in found.game.names)),
            color=COLORS[1] if first else COLORS[0],
            linewidth=1.4 if first else 0.8,
            zorder=3 if first else 2,
        )
    beside = (
        (0.5, -0.06, 0, "center", "top"),
        (1.29, 0.14, 38, "center", "top"),
        (-0.06, 0.5, 90, "right", "center"),
    )
    for k, (across, up, turned, ha, va) in enumerate(beside):
        axes.text(
            across,
            up,
            _axis(found, k, language),
            rotation=turned,
            rotation_mode="anchor" if turned == 38 else "default",
            ha=ha,
            va=va,
            fontsize=8,
            parse_math=False,
        )
    axes.set_aspect("equal")
    axes.set_axis_off()


def _flat(x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Return where the points of a cube stand on paper, seen from the front, the right and above."""
    return x + _DEPTH[0] * y, z + _DEPTH[1] * y


def _signs(found: GameSolution) -> Iterator[tuple[pd.DataFrame, Text, dict[str, Any]]]:
    """Yield the rest points of each stability that there is, what it is called, and how it is drawn."""
    for kind, (marker, face, label) in _STABILITY.items():
        rows = found.points[found.points["stability"] == kind]
        if not rows.empty:
            yield (
                rows,
                label,
                {
                    "linestyle": "none",
                    "marker": marker,
                    "markersize": 5,
                    "markeredgecolor": "0.1",
                    "markerfacecolor": face,
                },
            )


def _points(axes: Axes, found: GameSolution) -> None:
    names = list(found.game.names)
    for rows, _, style in _signs(found):
        places = [rows[name].to_numpy(dtype=np.float64) for name in names]
        if len(names) == 1:
            places.append(np.zeros(len(rows)))
        axes.plot(*(_flat(*places) if len(names) == 3 else places), **style, clip_on=False, zorder=5)


def _over_time(axes: Axes, found: GameSolution, paths: pd.DataFrame, language: Language) -> None:
    first = paths[paths["path"] == 1]
    for k, name in enumerate(found.game.names):
        axes.plot(
            first["time"].to_numpy(dtype=np.float64),
            first[name].to_numpy(dtype=np.float64),
            color=COLORS[k],
            linestyle=_LINES[k],
            linewidth=1.3,
            label=legend_name(_axis(found, k, language)),
        )
    axes.set_ylim(-0.03, 1.03)
    axes.grid(axis="y")
    axes.set_xlabel(_HEADINGS["time"].language(language))
    axes.set_ylabel(_HEADINGS["share_of_the_first_strategy"].language(language))


def _key(axes: Axes, found: GameSolution, language: Language) -> None:
    """Name the signs of rest points, which stand in the other panel, in the one legend."""
    for _, label, style in _signs(found):
        axes.plot([], [], **style, label=label.language(language))
