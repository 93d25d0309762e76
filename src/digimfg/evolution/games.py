"""Evolutionary games of one to three populations: replicator dynamics, rest points and their stability."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.formulas import formula_names, formula_value
from digimfg.evolution.game_checks import Payoff, check_payoffs, check_players, entries
from digimfg.evolution.game_dynamics import ZERO, Dynamics
from digimfg.kinds import AtLeast, AtMost, Entries, Finite, Positive, Probability
from digimfg.magnitude import LARGEST, SMALLEST, size_outside
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EvolutionaryGame", "GameSolution", "game_paths", "game_regions", "solve_game"]

Floats = NDArray[np.float64]
Stability = Literal["stable", "saddle", "unstable", "centre", "undetermined"]


@checked
@dataclass(frozen=True, init=False)
class EvolutionaryGame:
    """Declare a game: populations with two strategies each, and what every profile pays to each of them.

    Parameters
    ----------
    players
        One to three populations, each with its two strategies, the first being the one whose share is
        followed.
    payoffs
        Profile of strategies → payoffs in the order of the players: numbers or formulas of parameters (``"R
        - C"``), parsed by a small grammar and never run. Every profile stands once. One population plays
        against itself: profiles are ``(own, opponent's)`` and pay the first.

    Raises
    ------
    MeasureError
        If there are no or more than three populations, strategies are not two, or payoffs do not match the
        strategies.

    Examples
    --------
    >>> hawks = EvolutionaryGame({"animal": ("hawk", "dove")}, {
    ...     ("hawk", "hawk"): "(V - C) / 2", ("hawk", "dove"): "V", ("dove", "hawk"): 0, ("dove",
    ...     "dove"): "V / 2"})
    >>> hawks.parameters
    ('C', 'V')
    """

    players: tuple[tuple[str, tuple[str, str]], ...]
    payoffs: tuple[tuple[tuple[str, ...], tuple[Payoff, ...]], ...]

    def __init__(
        self,
        players: Mapping[str, Sequence[str]],
        payoffs: Mapping[tuple[str, ...], str | Finite | Sequence[str | Finite]],
    ) -> None:
        held = tuple((str(name), tuple(strategies)) for name, strategies in players.items())
        check_players(held)
        profiles = list(product(*(strategies for _, strategies in (held if len(held) > 1 else held * 2))))
        paid = {tuple(profile): entries(pays) for profile, pays in payoffs.items()}
        check_payoffs(profiles, paid, len(held))
        object.__setattr__(self, "players", held)
        object.__setattr__(self, "payoffs", tuple((profile, paid[profile]) for profile in profiles))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the populations."""
        return tuple(name for name, _ in self.players)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the parameters of the payoffs, in alphabetical order."""
        return tuple(
            sorted({name for _, pays in self.payoffs for pay in pays for name in formula_names(pay)})
        )

    def advantages(self, parameters: Mapping[str, float]) -> tuple[Floats, ...]:
        """Return for each population how much the first strategy pays more, by what the others play.

        Each an array over the others' strategies in their order, shape (2,) * (players - 1); of one
        population over the opponent's.

        Raises
        ------
        MeasureError
            If a payoff is none under these parameters, or all are so large or small that their products
            cannot be held.
        """
        n = max(len(self.players), 2)
        values = np.array([[formula_value(pay, parameters) for pay in pays] for _, pays in self.payoffs])
        if (size := size_outside(values)) is not None:
            raise MeasureError.of("evolution.payoffs_out_of_range", size=size, low=SMALLEST, high=LARGEST)
        tables = [values[:, k].reshape((2,) * n) for k in range(len(self.players))]
        return tuple(table.take(0, axis=k) - table.take(1, axis=k) for k, table in enumerate(tables))


@checked
@shown(Text("Rest points of an evolutionary game", "演化博弈的均衡点"))
@dataclass(frozen=True, kw_only=True, eq=False)
class GameSolution:
    """Hold the rest points of the replicator dynamics.

    Parameters
    ----------
    points
        One row per point: the shares of each population's first strategy, ``kind`` (``"vertex"``,
        ``"boundary"``, ``"interior"``), real parts of the eigenvalues ``eigenvalue_1 …``, imaginary parts
        ``imaginary_1 …``, ``signs``, and ``stability``: ``stable`` (an evolutionarily stable state where a
        vertex), ``saddle``, ``unstable``, ``centre`` (purely imaginary), ``undetermined`` (an eigenvalue of
        zero: higher orders decide).
    game
        What was solved.
    parameters
        Values used.
    notes
        What a reader must know.
    """

    points: pd.DataFrame
    game: EvolutionaryGame
    parameters: Mapping[str, float]
    notes: tuple[Text, ...]

    @property
    def stable(self) -> pd.DataFrame:
        """Return the stable points."""
        return self.points[self.points["stability"] == "stable"]


@checked
def solve_game(game: EvolutionaryGame, parameters: Mapping[str, Finite] | None = None) -> GameSolution:
    r"""Find the rest points of the replicator dynamics and the eigenvalues of its Jacobian at each.

    :math:`\dot x_k=x_k(1-x_k)\,\Delta_k(x_{-k})` where :math:`\Delta_k` is the expected advantage of the
    first strategy (Taylor & Jonker 1978, doi:10.1016/0025-5564(78)90077-9; Friedman 1991,
    doi:10.2307/2938222); one population: :math:`\Delta(x)`. All vertices, and all isolated points at which
    some or all populations mix, are found exactly; whole lines or faces of rest points are noted.

    Parameters
    ----------
    game
        The declaration.
    parameters
        Parameter → value.

    Raises
    ------
    MeasureError
        If a parameter has no value.

    Examples
    --------
    >>> hawks = EvolutionaryGame({"animal": ("hawk", "dove")}, {
    ...     ("hawk", "hawk"): "(V - C) / 2", ("hawk", "dove"): "V", ("dove", "hawk"): 0, ("dove",
    ...     "dove"): "V / 2"})
    >>> solve_game(hawks, {"V": 2, "C": 4}).stable[["animal", "eigenvalue_1"]].values.tolist()
    [[0.5, -0.5]]
    """
    import pandas as pd

    values = {name: float(value) for name, value in (parameters or {}).items()}
    dynamics = Dynamics(game.advantages(values))
    rows = []
    for point, kind in dynamics.rest_points():
        eigenvalues = dynamics.eigenvalues(point)
        signs = [_sign(each) for each in eigenvalues]
        rows.append(
            dict(zip(game.names, point, strict=True))
            | {"kind": kind}
            | {f"eigenvalue_{k}": each.real for k, each in enumerate(eigenvalues, start=1)}
            | {f"imaginary_{k}": each.imag for k, each in enumerate(eigenvalues, start=1)}
            | {"signs": "".join(signs), "stability": _stability(eigenvalues)}
        )
    notes = []
    if dynamics.has_lines:
        notes.append(note_of("evolution.lines_of_rest"))
    if any(row["stability"] == "undetermined" for row in rows):
        notes.append(note_of("evolution.zero_eigenvalue"))
    return GameSolution(points=pd.DataFrame(rows), game=game, parameters=values, notes=tuple(notes))


@checked
def game_paths(
    game: EvolutionaryGame,
    parameters: Mapping[str, Finite] | None = None,
    *,
    starts: Annotated[Sequence[Sequence[Probability]], Entries()],
    until: Positive = 50.0,
    points: Annotated[int, AtLeast(2), AtMost(1_000_000)] = 201,
) -> pd.DataFrame:
    """Return paths of the replicator dynamics from starting shares.

    Parameters
    ----------
    game, parameters
        As in `solve_game`.
    starts
        Shares of the first strategies, each from 0 to 1, one list per path.
    until
        Time at the end; payoffs set its unit.
    points
        Number of equally spaced times.

    Returns
    -------
    pandas.DataFrame
        Columns ``path`` (from 1), ``time`` and one per population.

    Raises
    ------
    MeasureError
        If a start has another number of shares than there are populations or lies outside [0, 1], or `until`
        is not positive.
    """
    import pandas as pd

    dynamics = Dynamics(game.advantages({name: float(value) for name, value in (parameters or {}).items()}))
    frames = []
    for number, start in enumerate(starts, start=1):
        shares = np.asarray(list(start), dtype=np.float64)
        if (
            len(shares) != len(game.players)
            or not ((shares >= 0) & (shares <= 1)).all()
            or not until > 0
            or points < 2
        ):
            raise MeasureError.of(
                "evolution.start_outside_shares",
                number=number,
                n=len(game.players),
                shares=[f"{share:g}" for share in shares],
            )
        times = np.linspace(0.0, until, points)
        frame = pd.DataFrame(dynamics.path(shares, times), columns=list(game.names))
        frame.insert(0, "time", times)
        frame.insert(0, "path", number)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


@checked
def game_regions(
    game: EvolutionaryGame,
    parameters: Mapping[str, Finite],
    *,
    over: Annotated[Mapping[str, Sequence[Finite]], Entries(1)],
) -> pd.DataFrame:
    """Return which points are stable for each combination of values of some parameters.

    Parameters
    ----------
    game, parameters
        As in `solve_game`; `over` replaces values.
    over
        Parameter → values.

    Returns
    -------
    pandas.DataFrame
        The varied parameters, and ``stable``: the stable points as text, ``"(1, 0)"``, parted by ``"; "``,
        empty where none is.

    Raises
    ------
    MeasureError
        If a parameter of `over` is none of the game's.
    """
    import pandas as pd

    unknown = sorted(set(over) - set(game.parameters))
    if unknown:
        raise MeasureError.of("evolution.parameters_unknown", names=game.parameters, names_found=unknown)
    rows = []
    for values in product(*over.values()):
        chosen = dict(zip(over, map(float, values), strict=True))
        stable = solve_game(game, {**parameters, **chosen}).stable
        shown = [
            "(" + ", ".join(f"{share:.4g}" for share in point) + ")"
            for point in stable[list(game.names)].to_numpy()
        ]
        rows.append({**chosen, "stable": "; ".join(shown)})
    return pd.DataFrame(rows, columns=[*over, "stable"])


def _sign(value: complex) -> str:
    return "0" if abs(value.real) <= ZERO else "+" if value.real > 0 else "−"


def _stability(eigenvalues: Sequence[complex]) -> Stability:
    size = max(max(abs(each) for each in eigenvalues), 1e-300)
    real = [
        0.0 if abs(each.real) <= 1e-10 * max(size, 1.0) else math.copysign(1.0, each.real)
        for each in eigenvalues
    ]
    if all(each < 0 for each in real):
        return "stable"
    if any(each > 0 for each in real):
        return "saddle" if any(each < 0 for each in real) else "undetermined" if 0.0 in real else "unstable"
    turning = all(abs(each.imag) > 1e-10 for each, sign in zip(eigenvalues, real, strict=True) if sign == 0.0)
    return "centre" if turning else "undetermined"
