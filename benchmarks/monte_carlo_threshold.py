"""Size and power of the threshold test, coverage of its interval: python -m
benchmarks.monte_carlo_threshold.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from benchmarks.monte_carlo import write_table
from digimfg.estimators.threshold.bootstrap import Drawing, unit_patterns
from digimfg.estimators.threshold.results import critical_likelihood_ratio, stage_tests
from digimfg.estimators.threshold.search import demean
from digimfg.estimators.threshold.sequence import Panel, find_thresholds

SAMPLES, REPLICATIONS = 400, 199
GAMMA = 0.5
ERRORS = (
    "homoskedastic",
    "unit variances",
    "unbalanced",
    "variance rises with x²",
    "variance rises with x², wild draws",
    "all persist",
    "persist, x steps once, threshold fixed",
)


def sample(
    rng: np.random.Generator, n_units: int, n_years: int, jump: float, errors: str
) -> tuple[Panel, np.ndarray]:
    entity = np.repeat(np.arange(n_units), n_years)
    period = np.tile(np.arange(n_years), n_units)
    q, x = rng.random(len(entity)), rng.standard_normal(len(entity))
    noise = rng.standard_normal(len(entity))
    if errors == "all persist":
        q, x, noise = (_persistent(rng, n_units, n_years) for _ in range(3))
        q = special.ndtr(q)
    if errors.startswith("persist,"):
        q = rng.random(n_units)[entity]
        x = rng.standard_normal(n_units)[entity] * (period >= n_years // 2)
        noise = _persistent(rng, n_units, n_years)
    if errors == "unit variances":
        noise *= np.exp(0.5 * rng.standard_normal(n_units))[entity]
    elif errors.startswith("variance rises with x²"):
        noise *= np.sqrt(0.4 + 0.6 * x**2)
    y = x + jump * x * (q > GAMMA) + rng.standard_normal(n_units)[entity] + noise
    if errors == "unbalanced":
        kept = rng.random(len(entity)) > 0.2
        entity, period, q, x, y = entity[kept], period[kept], q[kept], x[kept], y[kept]
    panel = Panel(
        outcome=demean(y, entity),
        common=np.zeros((len(y), 0)),
        regime=x[:, None],
        threshold=q,
        entity=entity,
        trims=(0.1,),
        grid=None,
    )
    return panel, unit_patterns(entity, period)


def _persistent(rng: np.random.Generator, n_units: int, n_years: int) -> np.ndarray:
    """Return first-order autoregressions of 0.8 with variance one, stacked unit by unit."""
    shocks = rng.standard_normal((n_units, n_years))
    found = shocks.copy()
    for year in range(1, n_years):
        found[:, year] = 0.8 * found[:, year - 1] + 0.6 * shocks[:, year]
    return found.ravel()


def main() -> None:
    rows = []
    cut = critical_likelihood_ratio(0.95)
    designs = [
        (n_units, n_years, jump, errors)
        for n_units, n_years in [(30, 12), (100, 10)]
        for jump in (0.0, 0.25, 0.5, 1.0)
        for errors in ERRORS
    ]
    for n_units, n_years, jump, errors in designs:
        found = []
        for number in range(SAMPLES):
            rng = np.random.default_rng([n_units, n_years, int(100 * jump), len(errors), number])
            panel, pattern = sample(rng, n_units, n_years, jump, errors)
            drawing: Drawing = "wild" if errors.endswith(("unbalanced", "wild draws")) else "residual"
            stages = find_thresholds(panel, 1)
            test = stage_tests(
                panel, stages, pattern=pattern, drawing=drawing, replications=REPLICATIONS, seed=number
            )[0]
            profile = stages[0].profiles[0]
            inside = profile.candidates[profile.likelihood_ratio <= cut]
            nearest = profile.likelihood_ratio[np.searchsorted(profile.candidates, GAMMA, side="right") - 1]
            found.append(
                {
                    "rejects at 5 %": test.p_value < 0.05,
                    "covers": nearest <= cut,
                    "error": abs(stages[0].added - GAMMA),
                    "width": inside.max() - inside.min(),
                }
            )
        frame = pd.DataFrame(found)
        row = {"N": n_units, "T": n_years, "jump of the slope": jump, "errors": errors}
        row["test rejects at 5 %"] = float(frame["rejects at 5 %"].mean())
        if jump:
            row["interval covers"] = float(frame["covers"].mean())
            row["mean absolute error"] = float(frame["error"].mean())
            row["mean width"] = float(frame["width"].mean())
        rows.append(row)
    write_table("threshold", pd.DataFrame(rows))


if __name__ == "__main__":
    main()
