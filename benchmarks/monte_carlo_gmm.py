"""Bias, size and coverage of dynamic panel estimators: python -m benchmarks.monte_carlo_gmm."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.monte_carlo import summarise, write_table
from digimfg.estimators.gmm.assembly import assemble
from digimfg.estimators.gmm.levels import GMMInstruments, Levels
from digimfg.estimators.gmm.results import estimate_assembly
from digimfg.estimators.lsdv.correction import DynamicPanel, bias, bootstrap_panels, within_estimate
from digimfg.estimators.lsdv.initial import initial_estimate

SAMPLES, BOOTSTRAP = 150, 40
ESTIMATORS = {
    "difference, all lags": {"system": False, "collapse": False},
    "difference, collapsed": {"system": False, "collapse": True},
    "system, collapsed": {"system": True, "collapse": True},
}


def panel(
    rng: np.random.Generator, n_units: int, n_years: int, alpha: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return y and x, shapes (N, T + 1): x predetermined, unit effects of variance one, a stationary
    start.
    """
    burn_in = 50
    effect = rng.standard_normal(n_units)
    shock = rng.standard_normal((n_units, burn_in + n_years + 1))
    x, y = np.zeros_like(shock), np.zeros_like(shock)
    for t in range(1, shock.shape[1]):
        x[:, t] = 0.5 * x[:, t - 1] + 0.2 * shock[:, t - 1] + 0.3 * effect + rng.standard_normal(n_units)
        y[:, t] = alpha * y[:, t - 1] + (1 - alpha) * x[:, t] + (1 - alpha) * effect + shock[:, t]
    return y[:, burn_in:], x[:, burn_in:]


def gmm(y: np.ndarray, x: np.ndarray, *, system: bool, collapse: bool) -> dict[str, float]:
    n_units, n_periods = y.shape
    entity = np.repeat(np.arange(n_units), n_periods - 1)
    period = np.tile(np.arange(1, n_periods), n_units)
    levels = Levels(
        outcome=y[:, 1:].ravel(),
        regressors=np.column_stack([y[:, :-1].ravel(), x[:, 1:].ravel()]),
        names=("L.y", "x"),
        entity=entity,
        period=period,
        grids={"y": y, "x": x},
        exogenous={},
        level_instruments={},
        time_effects=False,
    )
    assembly = assemble(
        levels,
        (GMMInstruments("y"), GMMInstruments("x", first=1)),
        system=system,
        transformation="difference",
        collapse=collapse,
        weighting="full",
        components=None,
    )
    found = estimate_assembly(
        assembly,
        levels,
        steps=2,
        errors="robust",
        df_adjusted_variance=True,
        small_sample=False,
        orders=2,
        allow_many_instruments=True,
        system=system,
        orthogonal=False,
    )
    return {
        "estimate": found.coefficients[0],
        "std_error": np.sqrt(found.covariance[0, 0]),
        "instruments": found.statistics["n_instruments"],
        "hansen": found.statistics["hansen_p"],
        "ar2": found.statistics["ar2_p"],
    }


def corrected(y: np.ndarray, x: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    data = DynamicPanel(
        outcome=y[:, 1:],
        lagged=y[:, :-1],
        regressors=x[:, 1:, None],
        used=np.ones((len(y), y.shape[1] - 1), dtype=bool),
    )

    def once(sample: DynamicPanel) -> tuple[np.ndarray, float]:
        removed, variance = bias(sample, initial_estimate(sample, "arellano_bond"), 3)
        return within_estimate(sample) - removed, variance

    estimate, variance = once(data)
    draws = [once(sample)[0][0] for sample in bootstrap_panels(data, estimate, variance, BOOTSTRAP, rng)]
    return {"estimate": estimate[0], "std_error": float(np.std(draws, ddof=1))}


def main() -> None:
    rows = []
    for n_units, n_years, alpha in [
        (30, 12, 0.5),
        (30, 12, 0.8),
        (100, 6, 0.5),
        (100, 6, 0.8),
        (200, 6, 0.8),
    ]:
        for sample in range(SAMPLES):
            rng = np.random.default_rng([n_units, n_years, int(10 * alpha), sample])
            y, x = panel(rng, n_units, n_years, alpha)
            design = {"N": n_units, "T": n_years, "alpha": alpha}
            for name, options in ESTIMATORS.items():
                rows.append(design | {"estimator": name} | gmm(y, x, **options))
            rows.append(design | {"estimator": "bias-corrected LSDV"} | corrected(y, x, rng))
    draws = pd.DataFrame(rows)
    by = ["N", "T", "alpha", "estimator"]
    table = summarise(draws, by, "alpha")
    grouped = draws.groupby(by, sort=False)
    extra = pd.DataFrame(
        {
            "instruments": grouped["instruments"].mean().round(),
            "Hansen rejects at 5 %": grouped["hansen"].apply(
                lambda p: (p < 0.05).mean() if p.notna().any() else np.nan
            ),
            "AR(2) rejects at 5 %": grouped["ar2"].apply(
                lambda p: (p < 0.05).mean() if p.notna().any() else np.nan
            ),
        }
    ).reset_index(drop=True)
    extra["instruments"] = [f"{value:.0f}" if pd.notna(value) else "" for value in extra["instruments"]]
    write_table("gmm", pd.concat([table, extra], axis=1))


if __name__ == "__main__":
    main()
