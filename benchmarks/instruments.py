"""Two-stage least squares with two-way effects and every test, against linearmodels with dummies and
pyfixest.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.panels import best_of

N_UNITS, N_YEARS = 300, 14


def panel(n_units: int = N_UNITS, n_years: int = N_YEARS) -> pd.DataFrame:
    """Return 4,200 rows with two instruments for one endogenous regressor."""
    rng = np.random.default_rng(20_240_501)
    n = n_units * n_years
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_years), "year": np.tile(np.arange(n_years), n_units)}
    )
    for name in ("z1", "z2", "x1", "x2", "e"):
        frame[name] = rng.normal(size=n) + rng.normal(size=n_units)[frame.unit]
    frame["d"] = 0.5 * frame.z1 + 0.3 * frame.z2 + frame.e + rng.normal(size=n)
    frame["y"] = 0.4 * frame.d + 0.2 * frame.x1 - frame.e + rng.normal(size=n)
    return frame


def specification() -> dm.Specification:
    """Return the equation, errors clustered by unit."""
    return dm.Specification(
        "y",
        ("x1", "x2"),
        endogenous="d",
        instruments=("z1", "z2"),
        entity="unit",
        time="year",
        fixed_effects=("unit", "year"),
        estimator=dm.TwoStageLeastSquares(),
    )


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    frame = panel()
    spec = specification()
    own = best_of(lambda: dm.estimate(spec, frame), 10)
    rows = [
        ("2SLS, 4,200 rows, two-way effects, two instruments, all tests", f"{own * 1e3:.0f} ms", "≤ 100 ms")
    ]
    peer = best_of(lambda: _linearmodels(frame), 3)
    rows.append(
        (
            "  linearmodels IV2SLS with dummies, no tests ÷ digimfg",
            f"{peer / own:.1f} ({peer * 1e3:.0f} ms)",
            "≥ 5",
        )
    )
    try:
        import pyfixest
    except ImportError:
        rows.append(("  pyfixest feols ÷ digimfg", "pyfixest is not installed", "≥ 1"))
    else:
        formula = "y ~ x1 + x2 | unit + year | d ~ z1"
        one = spec.replace(instruments="z1")
        alone = best_of(lambda: dm.estimate(one, frame), 10)
        peer = best_of(lambda: pyfixest.feols(formula, frame, vcov={"CRV1": "unit"}), 5)
        rows.append(
            ("  pyfixest feols, one instrument ÷ digimfg", f"{peer / alone:.1f} ({peer * 1e3:.0f} ms)", "≥ 1")
        )
    few = panel(n_units=30)
    checked = best_of(lambda: dm.check_instrument(spec, few), 2)
    rows.append(("instrument check, 420 rows, 499 placebos", f"{checked:.2f} s", "≤ 2 s"))
    return rows


def _linearmodels(frame: pd.DataFrame) -> object:
    from linearmodels.iv import IV2SLS

    dummies = pd.get_dummies(frame[["unit", "year"]].astype("category"), dtype=float)
    exogenous = pd.concat([frame[["x1", "x2"]], dummies.drop(columns="year_0")], axis=1)
    model = IV2SLS(frame["y"], exogenous, frame[["d"]], frame[["z1", "z2"]])
    return model.fit(cov_type="clustered", clusters=frame["unit"])
