"""Diffusion of a technology: Bass, logistic, Gompertz and Fisher–Pry curves by non-linear least squares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.adoption import Curve, adopted_share, adoption_density, inflection
from digimfg.evolution.profile import (
    LeastSquaresFit,
    least_squares_fit,
    positive_parameter,
    profile_interval,
)
from digimfg.evolution.series import Series, read_series
from digimfg.kinds import NumberColumn, Share
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DiffusionCurve", "fit_diffusion"]

Floats = NDArray[np.float64]
Observed = Literal["cumulative", "new"]

_NAMES: dict[Curve, tuple[str, str]] = {
    "bass": ("p", "q"),
    "logistic": ("b", "t0"),
    "gompertz": ("b", "t0"),
    "fisher_pry": ("b", "t0"),
}
_STARTS = 4


@checked
@shown(Text("Diffusion curve", "扩散曲线"))
@dataclass(frozen=True, kw_only=True, eq=False)
class DiffusionCurve:
    """Hold a fitted curve of adoption.

    Parameters
    ----------
    curve
        Its name.
    parameters
        Index ``parameter`` (``p q m``, ``b t0 m``, or ``b t0``); columns ``estimate std_error conf_low
        conf_high``: profile intervals, whose end is infinite where the data do not bound it.
    fitted
        Columns ``time observed fitted``; increments where those were fitted.
    statistics
        ``n_obs rss rmse r2 inflection share_adopted n_optima``; the inflection is a date, ``share_adopted``
        the fitted share at the last one.
    notes
        What a reader must know.
    origin
        Period before the first of Bass's curve; 0 for the others.
    level
        Of the intervals.
    """

    curve: Curve
    parameters: pd.DataFrame
    fitted: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]
    origin: float
    level: float

    def share(self, times: ArrayLike) -> Floats:
        """Return the share of the final adopters that has adopted by each date."""
        return adopted_share(self.curve, np.asarray(times, dtype=np.float64) - self.origin, self._pair())

    def density(self, times: ArrayLike) -> Floats:
        """Return the share of the final adopters that adopts per period at each date."""
        return adoption_density(self.curve, np.asarray(times, dtype=np.float64) - self.origin, self._pair())

    def _pair(self) -> tuple[float, float]:
        first, second = self.parameters["estimate"].to_numpy(dtype=np.float64)[:2]
        return float(first), float(second)


@checked
@keeps_marks
def fit_diffusion(
    frame: pd.DataFrame,
    value: NumberColumn,
    *,
    time: NumberColumn = "year",
    curve: Curve = "bass",
    observed: Observed = "cumulative",
    level: Share = 0.95,
) -> DiffusionCurve:
    r"""Fit a curve of adoption to one series.

    Bass's curve is fitted to adoptions per period, :math:`y_t=m[F(t)-F(t-1)]`, with the first row as period
    1 (Srinivasan & Mason 1986, doi:10.1287/mksc.5.2.169); logistic and Gompertz curves to what was observed:
    :math:`mF(t)` or its increments. ``"fisher_pry"`` is the logistic of a share whose saturation is one.
    Several starts; intervals by profile.

    Parameters
    ----------
    frame
        One row per period.
    value
        Adopters so far, or new ones (0 or more); a share of 0–1 for ``"fisher_pry"``.
    time
        Column of periods. Increments need equal spacing; levels do not.
    curve
        ``"bass"``, ``"logistic"``, ``"gompertz"``, ``"fisher_pry"``.
    observed
        ``"cumulative"`` or ``"new"``: what `value` counts.
    level
        Of the intervals.

    Raises
    ------
    MeasureError
        If there are fewer than two periods more than parameters, values are negative, a share lies outside
        [0, 1], cumulative adopters of Bass fall, nothing changes, or no start ends.

    Examples
    --------
    >>> import pandas as pd
    >>> years = np.arange(1, 21)
    >>> frame = pd.DataFrame({"year": years, "users": 100 * adopted_share("bass", years * 1.0, (0.03, 0.38))})
    >>> fit_diffusion(frame, "users").parameters["estimate"].round(6).to_dict()
    {'p': 0.03, 'q': 0.38, 'm': 100.0}
    """
    names = (*_NAMES[curve], *(() if curve == "fisher_pry" else ("m",)))
    increments = curve == "bass" or observed == "new"
    series = read_series(
        frame,
        value,
        time,
        at_least=len(names) + 2,
        why=note_of("evolution.rows_for_diffusion", n=len(names)),
        regular=increments,
        minimum=0.0,
    )
    _check(series, curve, observed)
    data = np.diff(series.values, prepend=0.0) if increments and observed == "cumulative" else series.values
    origin = series.times[0] - series.step if curve == "bass" else 0.0
    unit = series.step if curve == "bass" else 1.0
    model = _Model(curve, (series.times - origin) / unit, series.step / unit, data, increments)
    fit = least_squares_fit(model.residuals, model.starts())
    if fit is None or not np.isfinite(fit.estimates).all():
        raise _no_fit(series)
    return _answer(model, fit, series, names, origin, unit, level)


class _Model:
    """Residuals of a curve in coordinates without bounds: logarithms of p, q, b and m, and the date t0 as it
    is.
    """

    def __init__(self, curve: Curve, times: Floats, step: float, data: Floats, increments: bool) -> None:
        self.curve, self.times, self.step, self.data, self.increments = curve, times, step, data, increments
        self.saturates = curve == "fisher_pry"

    def shape(self, pair: tuple[float, float]) -> Floats:
        """Return what a saturation of one gives at each row."""
        now = adopted_share(self.curve, self.times, pair)
        return now - adopted_share(self.curve, self.times - self.step, pair) if self.increments else now

    def pair(self, place: Floats) -> tuple[float, float]:
        second = np.exp(np.clip(place[1], -50, 50)) if self.curve == "bass" else place[1]
        return float(np.exp(np.clip(place[0], -50, 50))), float(second)

    def fitted(self, place: Floats) -> Floats:
        top = 1.0 if self.saturates else np.exp(np.clip(place[2], -300, 300))
        return np.asarray(top * self.shape(self.pair(place)))

    def residuals(self, place: Floats) -> Floats:
        return np.asarray(self.fitted(place) - self.data)

    def starts(self) -> list[Floats]:
        """Return the best points of a grid over the shape, each with its own best saturation."""
        span = float(self.times[-1] - self.times[0]) or 1.0
        if self.curve == "bass":
            grid = [
                (np.log(p), np.log(q))
                for p in np.geomspace(1e-5, 0.3, 12) / (span / 20)
                for q in np.geomspace(0.01, 2, 14) / (span / 20)
            ]
        else:
            middles = np.linspace(self.times[0] - span, self.times[-1] + span, 31)
            grid = [(np.log(b), t0) for b in np.geomspace(0.5, 80, 14) / span for t0 in middles]
        ranked = []
        for first, second in grid:
            shape = self.shape(self.pair(np.array([first, second])))
            top = 1.0 if self.saturates else float(shape @ self.data) / max(float(shape @ shape), 1e-300)
            if not top > 0:
                continue
            place = [first, second] if self.saturates else [first, second, np.log(top)]
            ranked.append((float(np.sum((top * shape - self.data) ** 2)), place))
        ranked.sort(key=lambda each: each[0])
        return [
            np.asarray(place, dtype=np.float64) for _, place in ranked[:: max(len(ranked) // 80, 1)][:_STARTS]
        ]


def _check(series: Series, curve: Curve, observed: Observed) -> None:
    where = note_of("evolution.series_of_diffusion", value=series.name)
    if curve == "fisher_pry" and (observed == "new" or series.values.max() > 1):
        raise MeasureError.of(
            "evolution.adoption_outside_shares",
            where=where,
            found=Text("new adopters", "新增采用者")
            if observed == "new"
            else note_of("evolution.values_up_to", x=series.values.max()),
        )
    changes = np.diff(series.values)
    if curve == "bass" and observed == "cumulative" and (changes < 0).any():
        place = int(np.flatnonzero(changes < 0)[0])
        raise MeasureError.of("evolution.adopters_fall", where=where, time=series.times[place + 1])
    if not series.values.any() or (observed == "cumulative" and not changes.any()):
        raise MeasureError.of("evolution.adoption_constant", where=where, x=series.values[0])


def _no_fit(series: Series) -> MeasureError:
    return MeasureError.of("evolution.no_diffusion_curve", value=series.name)


def _answer(
    model: _Model,
    fit: LeastSquaresFit,
    series: Series,
    names: tuple[str, ...],
    origin: float,
    unit: float,
    level: float,
) -> DiffusionCurve:
    import pandas as pd

    rows = []
    for place, name in enumerate(names):
        if name == "t0":
            ends = profile_interval(model.residuals, fit, place, level=level, bounds=(-np.inf, np.inf))
            rows.append((float(fit.estimates[place]), float(fit.std_errors[place]), *ends))
        else:
            scale = 1.0 if name == "m" else 1 / unit
            rows.append(positive_parameter(model.residuals, fit, place, level=level, scale=scale))
    table = pd.DataFrame(
        rows,
        index=pd.Index(names, name="parameter"),
        columns=["estimate", "std_error", "conf_low", "conf_high"],
    )
    pair = model.pair(fit.estimates)
    turn = float(origin + unit * inflection(model.curve, pair))
    fitted = model.fitted(fit.estimates)
    total = float(np.sum((model.data - model.data.mean()) ** 2))
    share = float(adopted_share(model.curve, model.times[-1:], pair)[0])
    statistics = {
        "n_obs": float(fit.n_obs),
        "rss": fit.rss,
        "rmse": float(np.sqrt(fit.rss / (fit.n_obs - len(names)))),
        "r2": 1 - fit.rss / total if total > 0 else np.nan,
        "inflection": turn,
        "share_adopted": share,
        "n_optima": float(fit.n_optima),
    }
    frame = pd.DataFrame({"time": series.times, "observed": model.data, "fitted": fitted})
    notes = _notes(statistics, table, series, names, level)
    return DiffusionCurve(
        curve=model.curve,
        parameters=table,
        fitted=frame,
        statistics=statistics,
        notes=notes,
        origin=origin,
        level=level,
    )


def _notes(
    statistics: Mapping[str, float], table: pd.DataFrame, series: Series, names: tuple[str, ...], level: float
) -> tuple[Text, ...]:
    notes: list[Text] = []
    turn, last = statistics["inflection"], series.times[-1]
    if "m" in names and turn > last:
        notes.append(note_of("evolution.saturation", last=last, turn=turn))
    open_ends = tuple(
        str(name)
        for name, row in table.iterrows()
        if not np.isfinite(row[["conf_low", "conf_high"]].to_numpy(dtype=float)).all()
    )
    if open_ends:
        notes.append(note_of("evolution.diffusion_unbounded", names=open_ends, level=level))
    if statistics["n_optima"] > 1:
        notes.append(note_of("evolution.several_optima", n=int(statistics["n_optima"])))
    return tuple(notes)
