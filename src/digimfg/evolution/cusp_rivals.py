"""What the cusp is compared with: the line and the logistic curve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["compared", "line_fit", "logistic_fit"]

Floats = NDArray[np.float64]


def _normal_fit(rest: Floats, count: int) -> tuple[float, int]:
    n = len(rest)
    variance = max(float(rest @ rest) / n, 1e-300)
    return -n / 2 * (np.log(2 * np.pi * variance) + 1), count + 1


def line_fit(state: Floats, design: Floats) -> tuple[float, int]:
    """Return log-likelihood and number of parameters of the line."""
    columns = np.unique(design, axis=1)
    rank = int(np.linalg.matrix_rank(columns))
    return _normal_fit(state - columns @ np.linalg.lstsq(columns, state, rcond=None)[0], rank)


def logistic_fit(state: Floats, z: Floats, v: Floats) -> tuple[float, int]:
    """Return log-likelihood and number of parameters of the logistic curve."""
    from scipy.optimize import least_squares

    n_z = z.shape[1]

    def rest(place: Floats) -> Floats:
        beta = 1 + v[:, 1:] @ place[n_z:]
        power = np.clip(z @ place[:n_z] / np.maximum(beta**2, 1e-6), -500, 500)
        curve = np.column_stack([np.ones(len(state)), 1 / (1 + np.exp(-power))])
        return np.asarray(state - curve @ np.linalg.lstsq(curve, state, rcond=None)[0])

    line = np.linalg.lstsq(z, state, rcond=None)[0]
    starts = [
        np.r_[line * tilt, np.full(v.shape[1] - 1, lean)] for tilt in (0.5, 2.0, 8.0) for lean in (0.0, 0.3)
    ]
    ends = [least_squares(rest, start, method="trf", max_nfev=60) for start in starts]
    best = min(ends, key=lambda end: float(end.cost))
    return _normal_fit(np.asarray(best.fun), n_z + v.shape[1] - 1 + 2)


def compared(fits: Mapping[str, tuple[float, int]], n: int) -> pd.DataFrame:
    """Return likelihoods, AIC and BIC of the fits."""
    import pandas as pd

    rows = {}
    for name, (value, count) in fits.items():
        aic = 2 * count - 2 * value
        aicc = aic + 2 * count * (count + 1) / (n - count - 1)
        rows[name] = (value, count, aic, aicc, float(np.log(n)) * count - 2 * value)
    columns = ["log_likelihood", "n_parameters", "aic", "aicc", "bic"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("model")
    apart = np.exp(-(table["aicc"] - table["aicc"].min()) / 2)
    table["weight"] = apart / apart.sum()
    return table
