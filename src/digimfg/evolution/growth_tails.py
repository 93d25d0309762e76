"""How heavy the tails of growth rates are: Subbotin's family between Laplace and normal, by maximum
likelihood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Key, NumberColumn, Share
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns, numbers
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GrowthTails", "fit_growth_tails"]

Floats = NDArray[np.float64]

_FEWEST = 30
_SHAPES = (0.1, 20.0)
_CLASSES = (40, 100)


@checked
@shown(Text("Tails of growth rates", "增长率分布的尾部"))
@dataclass(frozen=True, kw_only=True, eq=False)
class GrowthTails:
    """Hold Subbotin's distribution fitted to growth rates.

    Parameters
    ----------
    parameters
        Index ``shape`` (1 is Laplace's, 2 the normal distribution; less means heavier tails), ``scale``,
        ``location``; columns ``estimate conf_low conf_high``, profile intervals.
    tests
        Index ``laplace``, ``normal``; columns ``shape log_likelihood statistic p_value``: likelihood ratio,
        one degree of freedom.
    density
        Index the middle of each of forty to a hundred classes: ``observed`` share of rates per unit of
        growth, and the densities of ``subbotin laplace normal`` as fitted.
    statistics
        ``n_obs log_likelihood excess_kurtosis``.
    level
        Of the intervals.
    notes
        What a reader must know.
    """

    parameters: pd.DataFrame
    tests: pd.DataFrame
    density: pd.DataFrame
    statistics: Mapping[str, float]
    level: float
    notes: tuple[Text, ...]


@checked
@keeps_marks
def fit_growth_tails(
    frame: pd.DataFrame, value: NumberColumn, *, within: Key | None = None, level: Share = 0.95
) -> GrowthTails:
    r"""Fit Subbotin's distribution to growth rates and test it against Laplace's and the normal one.

    :math:`f(x)=\exp(-|x-\mu|^b/(b\,a^b))\,/\,(2ab^{1/b}\Gamma(1+1/b))` (Subbotin 1923; Bottazzi & Secchi
    2006, doi:10.1111/j.1756-2171.2006.tb00014.x). Independent growth would be normal; selection and lumpy
    opportunities give tents.

    Parameters
    ----------
    frame
        One row per unit and period.
    value
        Growth rates, e.g. differences of logarithms.
    within
        Column whose groups' means are taken out first: periods, or industries and periods.
    level
        Of the intervals.

    Raises
    ------
    MeasureError
        If rates are missing, fewer than thirty, without spread, or mostly one value.

    Examples
    --------
    >>> import pandas as pd
    >>> rates = np.random.default_rng(0).laplace(scale=0.1, size=2000)
    >>> found = fit_growth_tails(pd.DataFrame({"growth": rates}), "growth")
    >>> found.parameters["estimate"].round(2).tolist(), bool(found.tests.loc["normal", "p_value"] < 0.001)
    ([1.0, 0.1, -0.0], True)
    """
    import pandas as pd

    check_columns(frame, (value, *([within] if within else [])))
    raw = numbers(frame[value], value)
    rates = np.asarray(raw, dtype=np.float64)
    if within is not None:
        groups = _groups(frame, within)
        order = np.argsort(rates, kind="stable")  # sums that do not hang on the order of the rows
        held = pd.Series(rates[order])
        rates = held.to_numpy() - held.groupby(groups[order]).transform("mean").to_numpy()
    rates = np.sort(rates)
    _check(rates, value)
    fit = _Profile(rates)
    shape = fit.best()
    location, scale, top = fit.at(shape)
    tests = {name: (b, fit.at(b)[2]) for name, b in (("laplace", 1.0), ("normal", 2.0))}
    table = pd.DataFrame(
        [
            (b, value_at, 2 * (top - value_at), _chance(2 * (top - value_at)))
            for b, value_at in tests.values()
        ],
        index=pd.Index(list(tests), name="null"),
        columns=["shape", "log_likelihood", "statistic", "p_value"],
    )
    parameters = pd.DataFrame(
        [
            (shape, *fit.interval_of_shape(shape, top, level)),
            (scale, *_scale_interval(scale, shape, len(rates), level)),
            (location, *fit.interval_of_location(shape, location, top, level)),
        ],
        index=pd.Index(["shape", "scale", "location"], name="parameter"),
        columns=["estimate", "conf_low", "conf_high"],
    )
    moved = rates - rates.mean()
    kurtosis = float((moved**4).mean() / (moved**2).mean() ** 2 - 3)
    return GrowthTails(
        parameters=parameters,
        tests=table,
        density=_density(rates, {"subbotin": shape, **{name: b for name, (b, _) in tests.items()}}, fit),
        statistics={"n_obs": float(len(rates)), "log_likelihood": top, "excess_kurtosis": kurtosis},
        level=level,
        notes=_notes(shape, frame, within),
    )


def _groups(frame: pd.DataFrame, within: str) -> NDArray[np.int64]:
    import pandas as pd

    codes, _ = pd.factorize(frame[within])
    missing = int((codes < 0).sum())
    if missing:
        raise MeasureError.of("evolution.groups_missing", within=within, n=missing)
    return np.asarray(codes, dtype=np.int64)


def _density(rates: Floats, shapes: Mapping[str, float], fit: _Profile) -> pd.DataFrame:
    """Return the share of rates per unit in classes of like width, and fitted densities at their middles."""
    import pandas as pd

    count = int(np.clip(round(np.sqrt(len(rates))), *_CLASSES))
    shares, edges = np.histogram(rates, bins=count)
    middles = (edges[1:] + edges[:-1]) / 2
    columns = {"observed": shares / len(rates) / np.diff(edges)}
    for name, shape in shapes.items():
        location, scale, _ = fit.at(shape)
        columns[name] = _subbotin(middles, shape, scale, location)
    return pd.DataFrame(columns, index=pd.Index(middles, name="rate"))


def _subbotin(values: Floats, shape: float, scale: float, location: float) -> Floats:
    """Return Subbotin's density."""
    from scipy.special import gamma

    height = 1 / (2 * scale * shape ** (1 / shape) * gamma(1 + 1 / shape))
    return np.asarray(height * np.exp(-((np.abs(values - location) / scale) ** shape) / shape))


class _Profile:
    """The likelihood with location and scale at their best for each shape."""

    def __init__(self, rates: Floats) -> None:
        self.unit = float(rates.std())
        self.rates = rates / self.unit
        self.n = len(rates)

    def loss(self, shape: float, location: float) -> float:
        return float(np.mean(np.abs(self.rates - location) ** shape))

    def value(self, shape: float, loss: float) -> float:
        from scipy.special import gammaln

        scale = loss ** (1 / shape) * self.unit
        constant = np.log(2) + np.log(shape) / shape + gammaln(1 + 1 / shape) + 1 / shape
        return -self.n * float(constant + np.log(scale))

    def location(self, shape: float) -> float:
        """Return the best location, in units; below a shape of one it is a datum near the middle."""
        from scipy.optimize import minimize_scalar

        if shape < 1:
            middle = self.n // 2
            near = self.rates[max(middle - 200, 0) : middle + 201]
            return float(near[int(np.argmin([self.loss(shape, float(x)) for x in near]))])
        if shape == 1:
            return float(np.median(self.rates))
        ends = (float(self.rates[0]), float(self.rates[-1]))
        found = minimize_scalar(
            lambda x: self.loss(shape, x), bounds=ends, method="bounded", options={"xatol": 1e-10}
        )
        return float(found.x)

    def at(self, shape: float) -> tuple[float, float, float]:
        """Return location, scale and log-likelihood at the best of both."""
        location = self.location(shape)
        loss = self.loss(shape, location)
        return location * self.unit, loss ** (1 / shape) * self.unit, self.value(shape, loss)

    def best(self) -> float:
        from scipy.optimize import minimize_scalar

        grid = np.geomspace(*_SHAPES, 40)
        values = [self.at(float(shape))[2] for shape in grid]
        place = int(np.argmax(values))
        ends = (float(grid[max(place - 1, 0)]), float(grid[min(place + 1, len(grid) - 1)]))
        found = minimize_scalar(
            lambda shape: -self.at(float(shape))[2], bounds=ends, method="bounded", options={"xatol": 1e-8}
        )
        return float(found.x)

    def interval_of_shape(self, shape: float, top: float, level: float) -> tuple[float, float]:
        from scipy.optimize import brentq
        from scipy.stats import chi2

        drop = float(chi2.ppf(level, 1)) / 2

        def gap(x: float) -> float:
            return self.at(x)[2] - top + drop

        low = brentq(gap, _SHAPES[0], shape) if gap(_SHAPES[0]) < 0 else 0.0
        high = brentq(gap, shape, _SHAPES[1]) if gap(_SHAPES[1]) < 0 else np.inf
        return float(low), float(high)

    def interval_of_location(
        self, shape: float, location: float, top: float, level: float
    ) -> tuple[float, float]:
        from scipy.optimize import brentq
        from scipy.stats import chi2

        drop = float(chi2.ppf(level, 1)) / 2

        def gap(x: float) -> float:
            return self.value(shape, self.loss(shape, x)) - top + drop

        middle, reach = location / self.unit, 20 / np.sqrt(self.n)
        ends = []
        for sign in (-1, 1):
            far = middle + sign * reach
            ends.append(
                float(brentq(gap, middle, far)) * self.unit if gap(far) < 0 < gap(middle) else sign * np.inf
            )
        return ends[0], ends[1]


def _chance(statistic: float) -> float:
    from scipy.stats import chi2

    return float(chi2.sf(max(statistic, 0.0), 1))


def _scale_interval(scale: float, shape: float, n: int, level: float) -> tuple[float, float]:
    r"""Return an interval of the scale given the shape: :math:`n\hat a^b/a^b` times 1/b is gamma
    distributed.
    """
    from scipy.stats import gamma

    low, high = (
        float(gamma.ppf(share, n / shape)) * shape / n for share in ((1 + level) / 2, (1 - level) / 2)
    )
    return float(scale * low ** (-1 / shape)), float(scale * high ** (-1 / shape))


def _check(rates: Floats, value: str) -> None:
    where = note_of("evolution.growth_rates_of", value=value)
    if len(rates) < _FEWEST:
        raise MeasureError.of("evolution.too_few_rates", where=where, n=_FEWEST, n_found=len(rates))
    size = max(float(np.abs(rates).max()), 1e-300)
    same = float((np.abs(rates - np.median(rates)) <= 1e-12 * size).mean())
    if np.ptp(rates) <= 1e-10 * size or same > 0.2:
        raise MeasureError.of("evolution.rates_without_spread", where=where, share=same)


def _notes(shape: float, frame: pd.DataFrame, within: str | None) -> tuple[Text, ...]:
    notes: list[Text] = [note_of("evolution.rates_independent")]
    if within is not None:
        notes.append(note_of("evolution.centred", groups=int(frame[within].nunique())))
    if shape <= _SHAPES[0] * 1.01 or shape >= _SHAPES[1] * 0.99:
        notes.append(note_of("evolution.at_bound", low=_SHAPES[0], high=_SHAPES[1]))
    return tuple(notes)
