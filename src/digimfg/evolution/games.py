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
from digimfg.display.shown import shown
from digimfg.errors import MeasureError
from digimfg.evolution.formulas import formula_names, formula_value
from digimfg.kinds import AtLeast, AtMost, Entries, Finite, Positive, Probability
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EvolutionaryGame", "GameSolution", "game_paths", "game_regions", "solve_game"]

Floats = NDArray[np.float64]
Payoff = str | Finite
Stability = Literal["stable", "saddle", "unstable", "centre", "undetermined"]

_ZERO = 1e-12
_MOST = 3


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
          against itself: profiles are
        ``(own, opponent's)`` and pay the first.

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
        _check_players(held)
        profiles = list(product(*(strategies for _, strategies in (held if len(held) > 1 else held * 2))))
        paid = {tuple(profile): _entries(pays) for profile, pays in payoffs.items()}
        _check_payoffs(profiles, paid, len(held))
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
        """
        n = max(len(self.players), 2)
        values = np.array([[formula_value(pay, parameters) for pay in pays] for _, pays in self.payoffs])
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
    parameters
        Values used.
    notes
        What a reader must know.
    """

    points: pd.DataFrame
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
    dynamics = _Dynamics(game.advantages(values))
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
        notes.append(
            say(
                "Where an advantage is zero whatever the others do, whole lines of points are at rest; "
                "only isolated points are listed",
                "若某一优势不随其他主体变化而恒为零，则整条线上的点均静止；此处仅列孤立均衡点",
                kind="lines_of_rest",
            )
        )
    if any(row["stability"] == "undetermined" for row in rows):
        notes.append(
            say(
                "An eigenvalue of zero leaves stability to terms of higher order",
                "特征值为零时稳定性由高阶项决定",
                kind="zero_eigenvalue",
            )
        )
    return GameSolution(points=pd.DataFrame(rows), parameters=values, notes=tuple(notes))


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
    from scipy.integrate import solve_ivp

    dynamics = _Dynamics(game.advantages({name: float(value) for name, value in (parameters or {}).items()}))
    frames = []
    for number, start in enumerate(starts, start=1):
        shares = np.asarray(list(start), dtype=np.float64)
        if (
            len(shares) != len(game.players)
            or not ((shares >= 0) & (shares <= 1)).all()
            or not until > 0
            or points < 2
        ):
            raise MeasureError(
                where=say("start {number}", "第{number}个初值", number=number),
                expected=say(
                    "{n|share} from 0 to 1, a positive time", "{n}个0–1的份额，时间为正", n=len(game.players)
                ),
                got=say("{shares}", "{shares}", shares=[f"{share:g}" for share in shares]),
                remedy=Text("e.g. starts=[[0.2, 0.6]]", "例如 starts=[[0.2, 0.6]]"),
            )
        times = np.linspace(0.0, until, points)
        found = solve_ivp(
            lambda _, x: dynamics.speed(x),
            (0.0, until),
            shares,
            t_eval=times,
            rtol=1e-9,
            atol=1e-12,
            method="LSODA",
        )
        frame = pd.DataFrame(np.clip(found.y.T, 0.0, 1.0), columns=list(game.names))
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
        raise MeasureError(
            where="over",
            expected=say("parameters of the game: {names}", "博弈的参数：{names}", names=game.parameters),
            got=say("{names}", "{names}", names=unknown),
            remedy=Text("correct the names", "更正名称"),
        )
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


class _Dynamics:
    """The replicator dynamics of populations with two strategies; advantages are multilinear in the others'
    shares.
    """

    def __init__(self, advantages: tuple[Floats, ...]) -> None:
        self.alone = len(advantages) == 1
        self.n = len(advantages)
        self.coefficients = [_multilinear(table) for table in advantages]
        scale = max((float(np.abs(table).max()) for table in advantages), default=0.0) or 1.0
        self.zero = _ZERO * scale

    def others(self, k: int) -> list[int]:
        return [0] if self.alone else [j for j in range(self.n) if j != k]

    def advantage(self, k: int, x: Floats) -> float:
        return _evaluated(self.coefficients[k], [float(x[j]) for j in self.others(k)])

    def slope(self, k: int, j: int, x: Floats) -> float:
        """Return the derivative of an advantage in one of the others' shares."""
        others = self.others(k)
        place = others.index(j)
        fixed = self.coefficients[k].take(1, axis=place)
        return (
            _evaluated(fixed, [float(x[other]) for other in others if other != j])
            if fixed.ndim
            else float(fixed)
        )

    def speed(self, x: Floats) -> Floats:
        return np.array([x[k] * (1 - x[k]) * self.advantage(k, x) for k in range(self.n)])

    def eigenvalues(self, x: Floats) -> list[complex]:
        jacobian = np.zeros((self.n, self.n))
        for k in range(self.n):
            jacobian[k, k] += (1 - 2 * x[k]) * self.advantage(k, x)
            for j in self.others(k):
                jacobian[k, j] += x[k] * (1 - x[k]) * self.slope(k, j, x)
        if np.array_equal(jacobian, np.diag(np.diag(jacobian))):
            return [complex(each) for each in np.diag(jacobian)]  # in the order of the populations
        found = np.linalg.eigvals(jacobian)
        return sorted((complex(each) for each in found), key=lambda each: (-each.real, -each.imag))

    @property
    def has_lines(self) -> bool:
        return any(
            abs(self.advantage(k, np.array(corner, dtype=np.float64))) <= self.zero
            for k in range(self.n)
            for corner in product((0.0, 1.0), repeat=self.n)
        )

    def rest_points(self) -> list[tuple[Floats, str]]:
        found = [(np.array(corner), "vertex") for corner in product((0.0, 1.0), repeat=self.n)]
        if self.alone:
            constant, slope = self.coefficients[0]
            mixed = [np.array([-constant / slope])] if abs(slope) > self.zero else []
            return found + [(x, "interior") for x in mixed if _inside(x)]
        for size in range(2, self.n + 1):
            for free in _subsets(self.n, size):
                for corner in product((0.0, 1.0), repeat=self.n - size):
                    fixed = dict(zip([k for k in range(self.n) if k not in free], corner, strict=True))
                    for x in self._mixed(free, fixed):
                        if _inside(x[list(free)]):
                            found.append((x, "interior" if size == self.n else "boundary"))
        return found

    def _mixed(self, free: tuple[int, ...], fixed: Mapping[int, float]) -> list[Floats]:
        """Return where the advantages of the free populations vanish, the rest held at a corner."""
        x = np.zeros(self.n)
        for k, share in fixed.items():
            x[k] = share
        if len(free) == 2:
            first, second = free
            for k, j in ((first, second), (second, first)):
                x[j] = 0.0
                constant, slope = self.advantage(k, x), self.slope(k, j, x)
                if abs(slope) <= self.zero:
                    return []
                x[j] = -constant / slope
            x[second] = _root_of(self, first, second, x)
            x[first] = _root_of(self, second, first, x)
            return [x]
        return self._three()

    def _three(self) -> list[Floats]:
        """Return points at which three populations mix: each advantage is bilinear in the other two shares.

        With the third share z, the first advantage gives y(z), the second x(z), and the third a quadratic in
        z.
        """
        (a, b, c) = self.coefficients  # a over (y, z), b over (x, z), c over (x, y)
        y_top, y_low = np.array([-a[0, 1], -a[0, 0]]), np.array([a[1, 1], a[1, 0]])
        x_top, x_low = np.array([-b[0, 1], -b[0, 0]]), np.array([b[1, 1], b[1, 0]])
        terms = [
            c[0, 0] * np.polymul(x_low, y_low),
            c[1, 0] * np.polymul(x_top, y_low),
            c[0, 1] * np.polymul(x_low, y_top),
            c[1, 1] * np.polymul(x_top, y_top),
        ]
        polynomial = np.zeros(1)
        for term in terms:
            polynomial = np.polyadd(polynomial, term)
        scale = float(np.abs(polynomial).max())
        if scale <= self.zero**3:
            return []
        found = []
        for root in np.roots(np.where(np.abs(polynomial) < 1e-14 * scale, 0.0, polynomial)):
            z = float(root.real)
            y_by, x_by = np.polyval(y_low, z), np.polyval(x_low, z)
            if abs(root.imag) > 1e-9 or abs(y_by) <= self.zero or abs(x_by) <= self.zero:
                continue
            found.append(np.array([np.polyval(x_top, z) / x_by, np.polyval(y_top, z) / y_by, z]))
        return found


def _root_of(dynamics: _Dynamics, k: int, j: int, x: Floats) -> float:
    at = x.copy()
    at[j] = 0.0
    return -dynamics.advantage(k, at) / dynamics.slope(k, j, at)


def _multilinear(table: Floats) -> Floats:
    """Return coefficients of a function given at corners, the first entry of each axis being a share of
    one.
    """
    found = table
    for axis in range(table.ndim):
        one, none = found.take(0, axis=axis), found.take(1, axis=axis)
        found = np.stack([none, one - none], axis=axis)
    return np.asarray(found)


def _evaluated(coefficients: Floats, shares: Sequence[float]) -> float:
    found = coefficients
    for share in shares:
        found = found[0] + found[1] * share
    return float(found)


def _inside(shares: Floats) -> bool:
    return bool(((shares > _ZERO) & (shares < 1 - _ZERO)).all())


def _subsets(n: int, size: int) -> list[tuple[int, ...]]:
    from itertools import combinations

    return list(combinations(range(n), size))


def _sign(value: complex) -> str:
    return "0" if abs(value.real) <= _ZERO else "+" if value.real > 0 else "−"


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


def _entries(pays: Payoff | Sequence[Payoff]) -> tuple[Payoff, ...]:
    return (pays,) if isinstance(pays, str | int | float) else tuple(pays)


def _check_players(players: Sequence[tuple[str, tuple[str, ...]]]) -> None:
    odd = [name for name, strategies in players if len(strategies) != 2 or len(set(strategies)) != 2]
    if 1 <= len(players) <= _MOST and not odd:
        return
    raise MeasureError(
        where="EvolutionaryGame(players=…)",
        expected=Text("one to three populations of two strategies each", "一至三个群体，各有两种策略"),
        got=say("{names}", "{names}", names=odd)
        if odd
        else say("{n|population}", "{n}个群体", n=len(players)),
        remedy=Text('e.g. {"firm": ("digitalise", "wait")}', '例如{"企业": ("转型", "不转型")}'),
    )


def _check_payoffs(
    profiles: Sequence[tuple[str, ...]], paid: Mapping[tuple[str, ...], tuple[Payoff, ...]], n_players: int
) -> None:
    missing = [profile for profile in profiles if profile not in paid]
    unknown = [profile for profile in paid if profile not in profiles]
    odd = [profile for profile, pays in paid.items() if len(pays) != n_players]
    if not missing and not unknown and not odd:
        for pays in paid.values():
            for pay in pays:
                formula_names(pay)
        return
    raise MeasureError(
        where="EvolutionaryGame(payoffs=…)",
        expected=say(
            "{n|profile} of strategies, each with {k|payoff}",
            "{n}个策略组合，各有{k}个支付",
            n=len(profiles),
            k=n_players,
        ),
        got=say(
            "missing: {missing}; unknown: {unknown}; of another length: {odd}",
            "缺少：{missing}；未知：{unknown}；长度不符：{odd}",
            missing=_named(missing),
            unknown=_named(unknown),
            odd=_named(odd),
        ),
        remedy=Text(
            "give every profile once, strategies in the order of the players",
            "每个组合各给一次，策略按群体次序排列",
        ),
    )


def _named(profiles: Sequence[tuple[str, ...]]) -> str:
    shown = ", ".join("(" + ", ".join(map(str, profile)) + ")" for profile in profiles[:4])
    return shown or "—"
