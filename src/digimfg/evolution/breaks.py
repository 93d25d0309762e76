"""Whether and when a series changes its course: the largest F statistic over all dates of a break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.red_noise import RedNoise, fitted_noise, memory, noise_like, share_as_large
from digimfg.evolution.series import Series, read_series
from digimfg.kinds import AtLeast, AtMost, ColumnOf, Differing, Draws, NumberColumn, Seed
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BreakTest", "break_test"]

Floats = NDArray[np.float64]
Errors = Literal["independent", "autoregressive"]

_LEVELS = (0.10, 0.05, 0.01)
_MOST, _HALVINGS, _FOR_MEMORY = 0.99, 7, 199


@checked
@shown(Text("Break at an unknown date", "未知时点的结构突变"))
@dataclass(frozen=True, kw_only=True, eq=False)
class BreakTest:
    """Hold the test of one break at an unknown date.

    Parameters
    ----------
    tests
        Index ``sup_f ave_f exp_f`` (largest, mean, and logarithm of the mean exponential of half the F
        statistics); columns ``statistic p_value critical_10 critical_5 critical_1``.
    regimes
        Index ``term``; coefficients ``before after`` the break and ``difference``.
    path
        Index the last date before the break: ``f``.
    last_before, first_after
        Dates on both sides of the break.
    statistics
        ``n_obs n_before n_coefficients trim autocorrelation draws``; the autocorrelation is of the residuals
        with the break.
    notes
        What a reader must know.
    """

    tests: pd.DataFrame
    regimes: pd.DataFrame
    path: pd.DataFrame
    last_before: float
    first_after: float
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def break_test(
    frame: pd.DataFrame,
    value: NumberColumn,
    *,
    time: NumberColumn = "year",
    regressors: Annotated[Sequence[str], ColumnOf("numbers"), Differing()] = (),
    trend: bool = False,
    trim: Annotated[float, AtLeast(0.05), AtMost(0.45)] = 0.15,
    errors: Errors = "independent",
    draws: Annotated[Draws, AtLeast(99)] = 999,
    seed: Seed = 0,
) -> BreakTest:
    r"""Test whether the coefficients of a regression on one series change at some date, and say when.

    For each date :math:`F_\tau=(RSS-RSS_\tau)/(RSS_\tau/(T-2k))`, a Wald statistic; its largest (Andrews
    1993, doi:10.2307/2951764), its mean and mean exponential (Andrews & Ploberger 1994,
    doi:10.2307/2951753). As the date is chosen, F tables do not apply: the same statistics of simulated
    normal errors on the same regressors and dates give critical values and p values, exact up to the number
    of draws where errors are normal and regressors exogenous.

    Parameters
    ----------
    frame
        One row per period, equally spaced.
    value, time
        Columns.
    regressors
        Columns whose coefficients may change too, besides the constant.
    trend
        Let a straight line be one of them.
    trim
        Share of dates at each end at which no break is looked for.
    errors
        Of the simulation: ``"independent"``, or ``"autoregressive"`` of first order with the memory of the
        errors that leaves residuals like these: those of a chosen break remember less.
    draws, seed
        Simulated series.

    Raises
    ------
    MeasureError
        If periods are repeated, broken or too few for both regimes (with how many would be enough),
        regressors do not vary apart within a regime, or a line through each regime leaves nothing.

    Examples
    --------
    >>> import pandas as pd
    >>> from statsmodels.datasets import nile
    >>> found = break_test(nile.load_pandas().data, "volume")
    >>> found.last_before, round(float(found.tests.loc["sup_f", "statistic"]), 5)
    (1898.0, 75.92977)
    """
    import pandas as pd

    names = tuple(regressors)
    count = 1 + len(names) + int(trend)
    fewest = int(np.ceil(max((count + 1) / trim, 2 * (count + 2)) - 1e-9))
    why = note_of("evolution.rows_about_break", n=count, trim=trim)
    series = read_series(frame, value, time, at_least=fewest, why=why)
    columns = [np.ones(len(series))]
    columns += [read_series(frame, name, time, at_least=fewest, why=why).values for name in names]
    if trend:
        columns.append(np.linspace(-1, 1, len(series)))
    design = np.column_stack(columns)
    edge = int(trim * len(series) + 1e-9)
    dates = np.arange(edge, len(series) - edge + 1)
    _check(series, design, dates)
    regimes = _Regimes.of(design, dates)
    statistics, bare = _f_statistics(series.values[:, None], regimes)
    path = statistics[:, 0]
    place = int(dates[int(path.argmax())])
    _check_rest(series, bare[0])
    before, after = (
        np.linalg.lstsq(design[part], series.values[part], rcond=None)[0] for part in _parts(place)
    )
    rest = series.values - np.r_[design[:place] @ before, design[place:] @ after]
    noise = fitted_noise(rest - rest.mean(), None)
    drawn = np.random.default_rng(seed).normal(size=(draws, len(series))).T
    if errors == "autoregressive":
        noise = _with_full_memory(noise, regimes, draws, seed)
        drawn = noise_like(noise, len(series), draws, seed).T
    of_noise, _ = _f_statistics(drawn, regimes)
    return BreakTest(
        tests=_tests(path, of_noise),
        regimes=pd.DataFrame(
            {"before": before, "after": after, "difference": after - before},
            index=pd.Index(["constant", *names, *(["trend"] if trend else [])], name="term"),
        ),
        path=pd.DataFrame({"f": path}, index=pd.Index(series.dates[dates - 1], name="time")),
        last_before=float(series.times[place - 1]),
        first_after=float(series.times[place]),
        statistics={
            "n_obs": float(len(series)),
            "n_before": float(place),
            "n_coefficients": float(count),
            "trim": trim,
            "autocorrelation": noise.lag_1,
            "draws": float(draws),
        },
        notes=_notes(noise, len(series), errors, draws),
    )


def _parts(place: int) -> tuple[slice, slice]:
    return slice(None, place), slice(place, None)


@dataclass(frozen=True, slots=True)
class _Regimes:
    """Hold what the regressors span: over all periods, and before and after each date."""

    whole: Floats
    parts: tuple[tuple[tuple[slice, Floats], ...], ...]

    @classmethod
    def of(cls, design: Floats, dates: NDArray[np.int64]) -> _Regimes:
        return cls(
            whole=np.linalg.qr(design)[0],
            parts=tuple(
                tuple((part, np.linalg.qr(design[part])[0]) for part in _parts(int(place))) for place in dates
            ),
        )


def _explained(basis: Floats, values: Floats) -> Floats:
    """Return the sum of squares of each column that a basis explains."""
    return np.asarray(((basis.T @ values) ** 2).sum(axis=0))


def _f_statistics(values: Floats, regimes: _Regimes) -> tuple[Floats, Floats]:
    """Return F at each date of each column (dates, R), and the share of squares that the best break
    leaves.
    """
    centre = values - values.mean(axis=0)
    total = (centre**2).sum(axis=0)
    whole = total - _explained(regimes.whole, centre)
    freedom = len(values) - 2 * regimes.whole.shape[1]
    rows, left = [], np.full(values.shape[1], np.inf)
    for parts in regimes.parts:
        split = total - sum(_explained(basis, centre[part]) for part, basis in parts)
        left = np.minimum(left, split / np.maximum(total, 1e-300))
        rows.append((whole - split) / np.maximum(split, 1e-300) * freedom)
    return np.asarray(rows), left


def _with_full_memory(noise: RedNoise, regimes: _Regimes, draws: int, seed: int) -> RedNoise:
    """Return the noise whose residuals, after the break that fits them best, have on average the memory
    found.

    Residuals of a chosen break remember less than the errors do.
    """
    low, high = noise.autocorrelation, _MOST
    if _memory_left(replace(noise, autocorrelation=high), regimes, draws, seed) <= low:
        return replace(noise, autocorrelation=high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        tried = replace(noise, autocorrelation=middle)
        if _memory_left(tried, regimes, draws, seed) < noise.autocorrelation:
            low = middle
        else:
            high = middle
    return replace(noise, autocorrelation=(low + high) / 2)


def _memory_left(noise: RedNoise, regimes: _Regimes, draws: int, seed: int) -> float:
    """Return the mean memory of the residuals of simulated noise after the break that fits it best."""
    values = noise_like(noise, len(regimes.whole), min(draws, _FOR_MEMORY), seed).T
    path, _ = _f_statistics(values, regimes)
    best = path.argmax(axis=0)
    found = []
    for number in np.unique(best):
        rest = values[:, best == number].copy()
        for part, basis in regimes.parts[number]:
            rest[part] -= basis @ (basis.T @ rest[part])
        found.append(memory((rest - rest.mean(axis=0)).T)[0])
    return float(np.concatenate(found).mean())


def _tests(path: Floats, of_noise: Floats) -> pd.DataFrame:
    import pandas as pd

    def three(values: Floats) -> dict[str, Floats]:
        top = values.max(axis=0)
        return {
            "sup_f": top,
            "ave_f": values.mean(axis=0),
            "exp_f": top / 2 + np.log(np.exp((values - top) / 2).mean(axis=0)),
        }

    own, drawn = three(path[:, None]), three(of_noise)
    rows = {
        name: (
            own[name][0],
            share_as_large(drawn[name], float(own[name][0])),
            *np.quantile(drawn[name], [1 - level for level in _LEVELS]),
        )
        for name in own
    }
    columns = ["statistic", "p_value", *(f"critical_{level * 100:.0f}" for level in _LEVELS)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("test")


def _check(series: Series, design: Floats, dates: NDArray[np.int64]) -> None:
    ends = (design[: dates[0]], design[dates[-1] :])
    scaled = [part / np.maximum(np.abs(part).max(axis=0), 1e-300) for part in ends]
    if min(np.linalg.matrix_rank(part) for part in scaled) < design.shape[1]:
        raise MeasureError.of(
            "evolution.regressors_collinear",
            value=series.name,
            rank=min(int(np.linalg.matrix_rank(part)) for part in scaled),
            n=design.shape[1],
            rows=min(len(part) for part in ends),
        )


def _check_rest(series: Series, left: float) -> None:
    if left > 1e-20:
        return
    raise MeasureError.of("evolution.regimes_without_rest", value=series.name)


def _notes(noise: RedNoise, n_periods: int, errors: Errors, draws: int) -> tuple[Text, ...]:
    lag = noise.lag_1
    notes: list[Text] = [
        note_of(
            "evolution.simulated",
            draws=draws,
            sort=Text("independent normal", "独立正态")
            if errors == "independent"
            else note_of("evolution.autoregressive_noise", alpha=noise.autocorrelation),
        )
    ]
    if errors == "independent" and lag > 2 / np.sqrt(n_periods):
        notes.append(note_of("evolution.autocorrelated", lag=lag))
    return tuple(notes)
