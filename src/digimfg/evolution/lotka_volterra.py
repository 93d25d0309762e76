"""Two populations that grow on or against each other: Lotka and Volterra's equations fitted to a series of
both.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.profile import LeastSquaresFit, least_squares_fit
from digimfg.evolution.series import read_series
from digimfg.kinds import NumberColumn
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["INTERACTIONS", "LotkaVolterraFit", "Trajectory", "fit_lotka_volterra", "interaction"]

Floats = NDArray[np.float64]
Limits = Literal["own", "none"]

_HIGHEST = 50.0
"""Logarithms of populations, in units of their means, beyond which a trajectory is not followed."""
_LOST = 1e3
"""What stands in a trajectory that cannot be followed."""
_MOST_STEPS, _MOST_ROUNDS, _MOST_HALVINGS = 2_000, 100, 60

INTERACTIONS: dict[tuple[int, int], Text] = {
    (-1, -1): Text("competition", "竞争"),
    (-1, 1): Text("predation of the second on the first", "第二者捕食第一者"),
    (1, -1): Text("predation of the first on the second", "第一者捕食第二者"),
    (-1, 0): Text("amensalism, the first harmed", "偏害（第一者受损）"),
    (0, -1): Text("amensalism, the second harmed", "偏害（第二者受损）"),
    (1, 0): Text("commensalism, the first helped", "偏利（第一者受益）"),
    (0, 1): Text("commensalism, the second helped", "偏利（第二者受益）"),
    (1, 1): Text("mutualism", "互利共生"),
    (0, 0): Text("neutralism", "互不影响"),
}
"""Signs of the second's effect on the first and the first's on the second → the mode."""


def interaction(on_first: float, on_second: float) -> Text:
    """Return the mode of an interaction by the signs of its two effects; zero is none.

    Examples
    --------
    >>> interaction(0.2, 0.1).en, interaction(-1.0, -0.5).en, interaction(0.3, 0.0).en
    ('mutualism', 'competition', 'commensalism, the first helped')
    """
    return INTERACTIONS[int(np.sign(on_first)), int(np.sign(on_second))]


@checked
@shown(Text("Lotka–Volterra interaction", "洛特卡—沃尔泰拉互动"))
@dataclass(frozen=True, kw_only=True, eq=False)
class LotkaVolterraFit:
    """Hold a trajectory of two populations fitted to data.

    Parameters
    ----------
    parameters
        Index ``parameter``: ``r_1 r_2`` growth alone, ``c_12`` effect of the second on the first's growth
        rate, ``c_21`` the other way, ``c_11 c_22`` own limits, ``x_1 x_2`` values at the first period;
        columns ``estimate std_error``.
    fitted
        Index the period; both series and ``… fitted``.
    mode
        Interaction by the signs of the estimates.
    statistics
        ``n_obs rss n_optima``; squares of differences of logarithms.
    notes
        What a reader must know.
    """

    parameters: pd.DataFrame
    fitted: pd.DataFrame
    mode: Text
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def fit_lotka_volterra(
    frame: pd.DataFrame,
    first: NumberColumn,
    second: NumberColumn,
    *,
    time: NumberColumn = "year",
    limits: Limits = "own",
) -> LotkaVolterraFit:
    r"""Fit :math:`\dot x_1=x_1(r_1+c_{11}x_1+c_{12}x_2)`, :math:`\dot x_2=x_2(r_2+c_{21}x_1+c_{22}x_2)` to
    both series.

    The trajectory, its values at the first period included, minimises the squared differences of logarithms;
    several starts.

    Parameters
    ----------
    frame
        One row per period; both columns above zero.
    first, second
        Columns.
    time
        Column of periods, equally spaced; rates are per period's unit.
    limits
        ``"own"``: each population limits itself; ``"none"``: :math:`c_{11}=c_{22}=0` (Lotka 1925, Volterra
        1926).

    Raises
    ------
    MeasureError
        If values are not above zero, periods are doubled, broken or fewer than parameters need, or no start
        ends.

    Examples
    --------
    >>> import pandas as pd
    >>> from scipy.integrate import solve_ivp
    >>> years = np.arange(15.0)
    >>> path = solve_ivp(lambda t, x: x * (np.array([0.5, -0.6]) + np.array([-0.02 * x[1], 0.02 * x[0]])),
    ...                  (0, 14), [30.0, 10.0], t_eval=years, rtol=1e-10, atol=1e-10).y
    >>> frame = pd.DataFrame({"year": years, "prey": path[0], "predator": path[1]})
    >>> fit_lotka_volterra(frame, "prey", "predator", limits="none").parameters["estimate"].round(4).to_dict()
    {'r_1': 0.5, 'r_2': -0.6, 'c_12': -0.02, 'c_21': 0.02, 'x_1': 30.0, 'x_2': 10.0}
    """
    import pandas as pd

    names = ("r_1", "r_2", "c_12", "c_21", *(("c_11", "c_22") if limits == "own" else ()), "x_1", "x_2")
    why = note_of("evolution.rows_for_pair", n=len(names))
    read = [
        read_series(frame, name, time, at_least=len(names) // 2 + 3, why=why, minimum=0.0, exclusive=True)
        for name in (first, second)
    ]
    for each in read:
        if np.ptp(each.values) == 0:
            raise MeasureError.of("evolution.population_at_rest", name=each.name)
    model = Trajectory(read[0].times, np.column_stack([each.values for each in read]), limits)
    fit = least_squares_fit(
        model.residuals, model.starts(), slopes=model.slopes, tolerance=1e-12, most=_MOST_ROUNDS
    )
    if fit is None:
        raise MeasureError.of("evolution.no_trajectory_fits", first=first, second=second)
    estimates, errors = model.natural(fit)
    table = pd.DataFrame(
        {"estimate": estimates, "std_error": errors}, index=pd.Index(names, name="parameter")
    )
    path = np.exp(model.path(fit.estimates))
    fitted = pd.DataFrame(
        {
            first: model.data[:, 0],
            f"{first} fitted": path[:, 0],
            second: model.data[:, 1],
            f"{second} fitted": path[:, 1],
        },
        index=pd.Index(read[0].times, name=time),
    )
    loose = tuple(str(name) for name in table.index[~np.isfinite(table["std_error"])])
    unknown = (note_of("evolution.pair_unbounded", names=loose),)
    notes = (
        *(unknown if loose else ()),
        *((note_of("evolution.several_optima", n=fit.n_optima),) if fit.n_optima > 1 else ()),
        *(() if fit.settled else (note_of("evolution.search_not_settled", n=_MOST_ROUNDS),)),
    )
    return LotkaVolterraFit(
        parameters=table,
        fitted=fitted,
        mode=interaction(float(estimates[2]), float(estimates[3])),
        statistics={"n_obs": float(fit.n_obs), "rss": fit.rss, "n_optima": float(fit.n_optima)},
        notes=notes,
    )


class Trajectory:
    """The equations in logarithms and in units of each series' mean: coordinates r, c times mean, log
    starting values.
    """

    def __init__(self, times: Floats, data: Floats, limits: Limits) -> None:
        self.times, self.data, self.own = times, data, limits == "own"
        self.means = data.mean(axis=0)
        self.logs = np.log(data)
        self._last: tuple[bytes, Floats, Floats] | None = None

    def matrix(self, place: Floats) -> tuple[Floats, Floats]:
        """Return growth alone and the matrix of effects."""
        rates = place[:2]
        effects = np.array([[0.0, place[2]], [place[3], 0.0]])
        if self.own:
            effects += np.diag(place[4:6])
        return rates, effects

    def path(self, place: Floats) -> Floats:
        """Return the logarithms of both populations by period, shape (T, 2)."""
        return self.solved(place)[0]

    def residuals(self, place: Floats) -> Floats:
        """Return fitted less observed logarithms, period by period."""
        return np.asarray((self.path(place) - self.logs).ravel())

    def slopes(self, place: Floats) -> Floats:
        """Return derivatives of the residuals by the parameters, shape (2 T, k)."""
        moved = self.solved(place)[1]
        return moved.reshape(-1, len(place))

    def solved(self, place: Floats) -> tuple[Floats, Floats]:
        """Return the trajectory and how it moves with each parameter, shapes (T, 2) and (T, 2, k)."""
        key = place.tobytes()
        if self._last is None or self._last[0] != key:
            self._last = key, *self._followed(place)
        return self._last[1:]

    def _followed(self, place: Floats) -> tuple[Floats, Floats]:
        """Solve the equations beside those of their derivatives: they share what each step costs."""
        from scipy.integrate import ODEintWarning, odeint

        rates, effects = self.matrix(place)
        count = len(place)
        direct = np.zeros((2, count))
        direct[0, 0] = direct[1, 1] = 1.0

        def speed(state: Floats, _: float) -> Floats:
            logs = state[:2]
            sizes = np.exp(np.minimum(logs, _HIGHEST))
            direct[0, 2], direct[1, 3] = sizes[1], sizes[0]
            if self.own:
                direct[0, 4], direct[1, 5] = sizes
            pull = effects * np.where(logs < _HIGHEST, sizes, 0.0)
            moved = pull @ state[2:].reshape(2, count) + direct
            return np.concatenate([rates + effects @ sizes, moved.ravel()])

        start = np.zeros((2, count))
        start[0, -2] = start[1, -1] = 1.0
        tolerance: Any = np.concatenate([np.full(2, 1e-9), np.full(2 * count, 1e-6)])
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", ODEintWarning)  # what cannot be followed is far off
            found, told = odeint(
                speed,
                np.concatenate([place[-2:] - np.log(self.means), start.ravel()]),
                self.times,
                rtol=tolerance,
                atol=tolerance,
                mxstep=_MOST_STEPS,
                full_output=True,
            )
        if told["message"] != "Integration successful." or not np.isfinite(found).all():
            return np.full_like(self.logs, _LOST), np.zeros((len(self.times), 2, count))
        logs, moved = found[:, :2], found[:, 2:].reshape(-1, 2, count)
        inside = np.abs(logs) < _HIGHEST
        path = np.clip(logs, -_HIGHEST, _HIGHEST) + np.log(self.means)
        return np.asarray(path), np.where(inside[:, :, None], moved, 0.0)

    def starts(self) -> list[Floats]:
        """Return regressions of growth on levels at middles of periods, damped and undamped, their slopes
        halved until the trajectory goes near the data.
        """
        growth = np.diff(self.logs, axis=0) / np.diff(self.times)[:, None]
        middle = np.exp((self.logs[1:] + self.logs[:-1]) / 2) / self.means
        found = []
        for shrink in (1.0, 0.7, 1.3):
            place = np.zeros(8 if self.own else 6)
            for k, j in ((0, 1), (1, 0)):
                columns = [np.ones(len(middle)), middle[:, j], *([middle[:, k]] if self.own else [])]
                solved = np.linalg.lstsq(np.column_stack(columns), growth[:, k], rcond=None)[0] * shrink
                place[k], place[2 + k] = solved[0], solved[1]
                if self.own:
                    place[4 + k] = solved[2]
            place[-2:] = self.logs[0]
            for _ in range(_MOST_HALVINGS):
                if np.abs(self.residuals(place)).max() < _HIGHEST / 2:
                    break
                place[:-2] /= 2
            found.append(place)
        return found

    def natural(self, fit: LeastSquaresFit) -> tuple[Floats, Floats]:
        """Return estimates and standard errors in the units of the data."""
        scale = np.ones(len(fit.estimates))
        scale[2:4] = 1 / self.means[::-1]
        if self.own:
            scale[4:6] = 1 / self.means
        estimates = fit.estimates * scale
        estimates[-2:] = np.exp(fit.estimates[-2:])
        scale[-2:] = estimates[-2:]
        return estimates, fit.std_errors * scale
