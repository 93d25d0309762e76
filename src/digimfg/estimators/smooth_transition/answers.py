"""Tables of a smooth transition: its slope and locations, slopes at both ends, and the whole curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.estimators.smooth_transition.transition import logistic

if TYPE_CHECKING:
    from digimfg.estimators.smooth_transition.slopes import Slopes
    from digimfg.estimators.smooth_transition.transition import Fitted, TransitionPanel

__all__ = ["regime_table", "transition_curve", "transition_table"]

Floats = NDArray[np.float64]
_POINTS = 200


def transition_table(found: Slopes, transition: Fitted, centre: float, scale: float) -> pd.DataFrame:
    """Return slope and locations in units of the transition variable, errors missing at an edge."""
    m = len(transition.locations)
    gamma = np.exp(transition.slope) / scale**m
    estimates = np.array([gamma, *(centre + scale * transition.locations)])
    errors = np.full(1 + m, np.nan)
    count = len(found.estimates) - int(transition.free.sum())
    errors[transition.free] = np.sqrt(np.maximum(np.diag(found.covariance)[count:], 0.0))
    half = scipy.stats.t.ppf(0.975, found.df_resid) * errors
    # the interval of the slope is that of its log: it stays positive
    with np.errstate(over="ignore"):  # where nothing bounds it, it reaches to infinity
        ends = gamma * np.exp(np.array([-half[0], half[0]]))
    low = np.array([ends[0], *(estimates[1:] - scale * half[1:])])
    high = np.array([ends[1], *(estimates[1:] + scale * half[1:])])
    return pd.DataFrame(
        {
            "estimate": estimates,
            "std_error": errors * np.array([gamma, *[scale] * m]),
            "conf_low": low,
            "conf_high": high,
        },
        index=pd.Index(["gamma", *(f"location_{place + 1}" for place in range(m))], name="parameter"),
    )


def regime_table(terms: tuple[str, ...], found: Slopes) -> pd.DataFrame:
    """Return slopes at g = 0 and at g = 1."""
    k = found.n_moving
    low, change = found.estimates[:k], found.estimates[k : 2 * k]
    v = found.covariance
    variance = np.diag(v)[:k] + np.diag(v)[k : 2 * k] + 2 * np.diag(v[:k, k : 2 * k])
    return pd.DataFrame(
        {
            "low": low,
            "low_std_error": np.sqrt(np.maximum(np.diag(v)[:k], 0.0)),
            "high": low + change,
            "high_std_error": np.sqrt(np.maximum(variance, 0.0)),
        },
        index=pd.Index(list(terms), name="term"),
    )


def transition_curve(
    terms: tuple[str, ...],
    panel: TransitionPanel,
    transition: Fitted,
    found: Slopes,
    centre: float,
    scale: float,
) -> pd.DataFrame:
    """Return g at quantiles of the transition variable, and slopes there with errors, long by term."""
    value = np.unique(np.quantile(panel.value, np.linspace(0, 1, _POINTS)))
    g, by = logistic(value, float(np.exp(transition.slope)), transition.locations)
    k, free = found.n_moving, np.flatnonzero(transition.free)
    last = len(found.estimates) - len(free)
    inner = np.array([np.exp(transition.slope), *np.ones(len(transition.locations))])[free]
    half = scipy.stats.t.ppf(0.975, found.df_resid)
    parts = []
    for place, term in enumerate(terms):
        weights = np.zeros((len(value), len(found.estimates)))
        weights[:, place], weights[:, k + place] = 1.0, g
        weights[:, last:] = inner * by[:, free] * found.estimates[k + place]
        error = np.sqrt(np.maximum(np.einsum("nj,jk,nk->n", weights, found.covariance, weights), 0.0))
        slope = found.estimates[place] + g * found.estimates[k + place]
        parts.append(
            pd.DataFrame(
                {
                    "term": term,
                    "value": centre + scale * value,
                    "transition": g,
                    "estimate": slope,
                    "std_error": error,
                    "conf_low": slope - half * error,
                    "conf_high": slope + half * error,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
