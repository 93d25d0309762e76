"""What a test of trends before treatment can see: its power, and what passing it does to the estimates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy import optimize

from digimfg.arguments import checked
from digimfg.errors import EstimationError, SpecificationError
from digimfg.kinds import Finite, Seed, Share
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.policy.event_study import event_study_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from digimfg.policy.event_study import EventStudy
    from digimfg.result import Result

__all__ = ["PretrendPower", "PretrendTest", "pretrend_power", "trend_power"]

Floats = NDArray[np.float64]
PretrendTest = Literal["each", "joint"]
_LABEL = Text("power of the test of trends before treatment", "事前趋势检验的功效")


@checked
@shown(Text("Power of the pre-trend test", "事前趋势检验的功效"))
@dataclass(frozen=True, kw_only=True, eq=False)
class PretrendPower:
    """Hold what a pre-trend test finds of a trend, and what is left of it in estimates that pass.

    Parameters
    ----------
    power
        Probability that the test rejects under the trend.
    slope
        Of the linear trend, per period; NaN where another trend was given.
    bayes_factor
        Probability of passing under the trend over that under parallel trends.
    likelihood_ratio
        Likelihood of the estimates before treatment under the trend over that under parallel trends.
    event_study
        Index event time; ``estimate std_error trend passing``: the last is the mean of the estimate among
        samples that pass the test where the trend is all there is.
    test, level
        As asked for.
    notes
        What a reader must know.
    """

    power: float
    slope: float
    bayes_factor: float
    likelihood_ratio: float
    event_study: pd.DataFrame
    test: PretrendTest
    level: float
    notes: tuple[Text, ...]


@checked
@keeps_marks
def pretrend_power(
    result: Result,
    *,
    power: Share = 0.5,
    slope: Finite | None = None,
    trend: Mapping[Finite, Finite] | None = None,
    test: PretrendTest = "each",
    level: Share = 0.95,
    seed: Seed = 0,
) -> PretrendPower:
    r"""Ask which differences in trends a test of effects before treatment would have found (Roth 2022,
    doi:10.1257/aeri.20210236).

    .. math:: P\bigl(\hat\beta_{pre}\notin B\mid\beta_{pre}=\delta_{pre}\bigr),\qquad
        E[\hat\beta_{post}\mid\hat\beta_{pre}\in B]=\delta_{post}
        +\Sigma_{21}\Sigma_{11}^{-1}\bigl(E[\hat\beta_{pre}\mid\hat\beta_{pre}\in B]-\delta_{pre}\bigr)

    Parameters
    ----------
    result
        Of `dm.StaggeredDifferenceInDifferences` with effects against one reference period (for
        Callaway–Sant'Anna ``base_period="universal"``).
    power
        Without `slope` and `trend`, the linear trend is the one that the test finds with this probability.
    slope
        Of a linear trend, per period.
    trend
        Event time → difference in trends, of any shape, for every event time but the reference.
    test
        ``"each"``: an effect before treatment is significant; ``"joint"``: the Wald test of all.
    level
        Of the test: one less its size.
    seed
        Of the points over which probabilities are taken.

    Raises
    ------
    SpecificationError
        If the result has no event study of this kind, `slope` and `trend` are both given, or the trend lacks
        an event time.
    EstimationError
        If no effect before treatment is estimated, or their covariance is singular.

    Notes
    -----
    Probabilities are shares of 65,536 quasi-random points, within about 0.0005.

    Examples
    --------
    >>> import digimfg as dm
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"city": np.repeat(np.arange(60), 6), "year": list(range(6)) * 60})
    >>> frame["pilot"] = ((frame["city"] < 30) & (frame["year"] >= 4)).astype(int)
    >>> frame["y"] = rng.normal(size=360) + 2 * frame["pilot"]
    >>> spec = dm.Specification("y", "pilot", entity="city", time="year",
    ...     estimator=dm.StaggeredDifferenceInDifferences(method="sun_abraham", draws=0))
    >>> found = dm.pretrend_power(dm.estimate(spec, frame), power=0.8)
    >>> round(found.power, 3), found.slope > 0
    (0.8, True)
    """
    if slope is not None and trend is not None:
        raise SpecificationError.of("policy.slope_and_trend", where=_LABEL)
    study = event_study_of(result, _LABEL)
    df = float(result.distribution.df.min())
    return trend_power(study, power=power, slope=slope, trend=trend, test=test, level=level, seed=seed, df=df)


@one_thread
def trend_power(
    study: EventStudy,
    *,
    power: float = 0.5,
    slope: float | None = None,
    trend: Mapping[float, float] | None = None,
    test: PretrendTest = "each",
    level: float = 0.95,
    seed: int = 0,
    df: float = np.inf,
) -> PretrendPower:
    """Return the answer of `pretrend_power` from effects and their covariance alone, tested with `df`."""
    before = study.before
    inner = study.covariance[np.ix_(before, before)]
    _check(inner)
    drawn = _points(inner, seed)
    passes = _acceptance(inner, test, level, df)
    shape = study.times - study.reference
    if trend is not None:
        delta = _given(trend, study.times)
    else:
        slope = _slope_of(power, shape[before], drawn, passes) if slope is None else slope
        delta = slope * shape
    kept = passes(drawn + delta[before])
    under, flat = float(kept.mean()), float(passes(drawn).mean())
    moved = drawn[kept].mean(axis=0) if kept.any() else np.full(int(before.sum()), np.nan)
    passing = delta.copy()
    passing[before] += moved
    passing[~before] += study.covariance[np.ix_(~before, before)] @ np.linalg.solve(inner, moved)
    pair = study.estimate[before], study.estimate[before] - delta[before]
    apart = [float(each @ np.linalg.solve(inner, each)) for each in pair]
    table = pd.DataFrame(
        {
            "estimate": study.estimate,
            "std_error": np.sqrt(np.diag(study.covariance)),
            "trend": delta,
            "passing": passing,
        },
        index=pd.Index(study.times, name="event_time"),
    )
    return PretrendPower(
        power=1 - under,
        slope=np.nan if slope is None else float(slope),
        bayes_factor=under / flat,
        likelihood_ratio=float(np.exp((apart[0] - apart[1]) / 2)),
        event_study=table,
        test=test,
        level=level,
        notes=(_note(table, 1 - under, study.reference),),
    )


def _note(table: pd.DataFrame, power: float, reference: float) -> Text:
    first = table[table.index > reference].iloc[0]
    return note_of(
        "policy.pretrend_power", power=power, passing=float(first["passing"]), trend=float(first["trend"])
    )


def _check(inner: Floats) -> None:
    error = np.sqrt(np.diag(inner))
    size = len(inner)
    singular = size > 0 and (not (error > 0).all() or np.linalg.cond(inner / error / error[:, None]) > 1e12)
    if size and not singular:
        return
    raise EstimationError.of(
        "policy.effects_before_singular" if singular else "policy.no_such_effect", where=_LABEL
    )


def _points(inner: Floats, seed: int) -> Floats:
    """Return quasi-random normal points with this covariance, shape (65536, k)."""
    uniform = scipy.stats.qmc.Sobol(len(inner), rng=np.random.default_rng(seed)).random_base2(16)
    points: Floats = scipy.stats.norm.ppf(np.clip(uniform, 1e-12, 1 - 1e-12)) @ np.linalg.cholesky(inner).T
    return points


def _acceptance(
    inner: Floats, test: PretrendTest, level: float, df: float
) -> Callable[[Floats], NDArray[np.bool_]]:
    """Return the rule that says which points pass the test."""
    error = np.sqrt(np.diag(inner))
    each = float(scipy.stats.t.ppf(0.5 + level / 2, df))
    size = len(inner)
    joint = (
        float(scipy.stats.chi2.ppf(level, size))
        if np.isinf(df)
        else size * float(scipy.stats.f.ppf(level, size, df))
    )
    inverse = np.linalg.inv(inner)

    def passes(points: Floats) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = (
            np.all(np.abs(points) <= each * error, axis=1)
            if test == "each"
            else np.einsum("ij,jk,ik->i", points, inverse, points) <= joint
        )
        return inside

    return passes


def _slope_of(
    power: float, shape: Floats, drawn: Floats, passes: Callable[[Floats], NDArray[np.bool_]]
) -> float:
    """Return the positive slope of a linear trend that the test finds with a probability."""

    def excess(slope: float) -> float:
        return 1 - float(passes(drawn + slope * shape).mean()) - power

    if excess(0.0) >= 0:
        raise SpecificationError.of(
            "policy.power_too_small", got=f"{power:g}", label=_LABEL, size=excess(0.0) + power
        )
    high = float(drawn.std(axis=0).max() / np.abs(shape).max())
    while excess(high) < 0:
        high *= 2
    return float(optimize.brentq(excess, 0.0, high, xtol=1e-10 * high, rtol=1e-10))


def _given(trend: Mapping[float, float], times: Floats) -> Floats:
    known = {float(time): float(value) for time, value in trend.items()}
    lacking = [f"{time:g}" for time in times if time not in known]
    if lacking:
        raise SpecificationError.of("policy.trend_incomplete", label=_LABEL, lacking=", ".join(lacking[:5]))
    return np.array([known[float(time)] for time in times])
