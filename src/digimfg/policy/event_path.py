"""The event study of an exposure: effects by period, their means, slope and power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.estimate import estimate
from digimfg.terms import factors_of
from digimfg.terms.crossing import level_name

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["EventPath", "event_path"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class EventPath:
    """Effects of an event study in the order of their periods, the event itself left out."""

    result: Result
    names: tuple[str, ...]
    times: Floats
    values: Floats
    covariance: Floats
    df: float
    event: float

    @property
    def before(self) -> NDArray[np.bool_]:
        """Return which periods lie before the event."""
        return self.times < self.event

    @property
    def after(self) -> NDArray[np.bool_]:
        """Return which periods lie after it."""
        return self.times > self.event

    def mean(self, chosen: NDArray[np.bool_]) -> Floats:
        """Return the weights of a mean; that before the event counts the event, where the effect is zero."""
        count = chosen.sum() + (1 if chosen[0] else 0)
        return np.asarray(chosen / count, dtype=np.float64)

    def line(self) -> Floats:
        """Return the weights of the least-squares slope over the periods up to the event."""
        every = np.append(self.times[self.before], self.event)
        away = every - every.mean()
        weights = np.zeros(len(self.times))
        weights[self.before] = away[:-1] / (away @ away)
        return weights

    def combined(self, weights: Floats) -> tuple[float, float]:
        """Return a combination and its error."""
        return float(weights @ self.values), float(np.sqrt(weights @ self.covariance @ weights))

    def power(self, slope: float, alpha: float) -> float:
        """Return the power of the joint test before the event against a line of that slope."""
        from scipy import stats

        delta = slope * (self.times[self.before] - self.event)
        inside = self.covariance[np.ix_(self.before, self.before)]
        distance = float(delta @ np.linalg.solve(inside, delta))
        count = int(self.before.sum())
        critical = stats.f.isf(alpha, count, self.df)
        return float(stats.ncf.sf(critical, count, self.df, distance))


def event_path(
    specification: Specification, frame: pd.DataFrame, term: str, step: str, event: float
) -> EventPath:
    """Return the effects of an exposure in every period but that of the event."""
    time = str(specification.time)
    every = f"i({time}, ref={event:g})"

    def spread(terms: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            ":".join(every if factor == step else factor for factor in factors_of(each)) for each in terms
        )

    changed = specification.replace(
        regressors=spread(specification.regressors), controls=spread(specification.controls)
    )
    result = estimate(changed, frame)
    exposure = ":".join(factor for factor in factors_of(term) if factor != step)
    held = {
        f"{exposure}:{time}[{level_name(value)}]": float(value) for value in frame[time].dropna().unique()
    }
    names = sorted((name for name in result.coefficients.index if name in held), key=lambda name: held[name])
    times = np.array([held[name] for name in names])
    if (times < event).sum() < 2 or not (times > event).any():
        raise EstimationError.of(
            "policy.too_few_periods_about_event",
            event=event,
            n_before=(times < event).sum(),
            n_after=(times > event).sum(),
        )
    places = [list(result.coefficients.index).index(name) for name in names]
    return EventPath(
        result=result,
        names=tuple(names),
        times=times,
        values=result.coefficients["estimate"].to_numpy(dtype=np.float64)[places],
        covariance=result.covariance_matrix.loc[names, names].to_numpy(dtype=np.float64),
        df=float(result.distribution.df[places].min()),
        event=event,
    )
