"""Plain quantile regression on 20,000 rows, three regressors, kernel errors, against peers here."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.panels import best_of

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, ROUNDS = 20_000, 5


def frame() -> pd.DataFrame:
    """Return rows with errors of Student's t on four degrees of freedom."""
    rng = np.random.default_rng(0)
    found = pd.DataFrame(rng.normal(size=(ROWS, 3)), columns=list("abc"))
    found["y"] = found.a + found.b + found.c + rng.standard_t(4, size=ROWS) * (1 + 0.3 * found.a.abs())
    return found


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table; own runs and those of peers alternate."""
    rows = frame()
    spec = dm.Specification("y", ("a", "b", "c"), estimator=dm.QuantileRegression(), covariance=dm.Robust())
    own = dm.estimate(spec, rows).coefficients["estimate"].to_numpy()
    found = []
    for name, fit in peers(rows).items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            apart = float(np.abs(fit() - own).max())
            times = [(best_of(lambda: dm.estimate(spec, rows), 1), best_of(fit, 1)) for _ in range(ROUNDS)]
        ours, peer = np.median(times, axis=0)
        found += [
            (f"plain quantile, {ROWS:,} rows ÷ {name}", f"{ours / peer:.2f} ({ours * 1e3:.0f} ms)", "≤ 1"),
            ("  slopes apart", f"{apart:.1e}", ""),
        ]
    return found


def peers(rows: pd.DataFrame) -> dict[str, Callable[[], np.ndarray]]:
    """Return the fits of peers that are there."""
    import statsmodels.formula.api as smf

    model = "y ~ a + b + c"
    found: dict[str, Callable[[], np.ndarray]] = {
        "statsmodels": lambda: smf.quantreg(model, rows).fit(q=0.5).params.to_numpy()
    }
    try:
        import pyfixest
    except ImportError:
        return found
    for method in ("fn", "pfn"):
        found[f"pyfixest {method}"] = lambda method=method: (
            pyfixest.quantreg(model, rows, quantile=0.5, method=method, vcov="nid", seed=1).coef().to_numpy()
        )
    return found
