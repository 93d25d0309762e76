"""Terms that explain the outcome without rest: every linear estimator says so, and none shows a t of rounding."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm


def panel():
    rng = np.random.default_rng(4)
    n, t = 12, 14
    frame = pd.DataFrame({"unit": np.repeat(range(n), t), "year": np.tile(range(t), n)})
    frame["x"] = rng.normal(size=(n, t)).cumsum(axis=1).ravel()
    frame["q"], frame["z"] = rng.normal(size=(2, n * t))
    return frame.assign(y=2 * frame["x"])


FRAME = panel()
PLAIN = {
    "mean group": dm.MeanGroup(),
    "common correlated effects": dm.CommonCorrelatedEffects(),
    "common correlated effects, pooled": dm.CommonCorrelatedEffects(pooled=True),
    "interactive effects": dm.InteractiveEffects(factors=1),
    "interactive effects, no constant": dm.InteractiveEffects(factors=1, constant=False),
    "grouped effects": dm.GroupedEffects(groups=2, starts=2),
    "fully modified": dm.FullyModifiedLeastSquares(),
    "fully modified, pooled": dm.FullyModifiedLeastSquares(pooled=True),
    "dynamic least squares": dm.DynamicLeastSquares(),
    "dynamic least squares, pooled": dm.DynamicLeastSquares(pooled=True),
}
WITHIN = {
    "least squares": dm.LeastSquares(),
    "half-panel jackknife": dm.HalfPanelJackknife(),
    "smooth transition": dm.PanelSmoothTransition(
        transition_variable="q", regime_dependent="x", draws=0, starts=1
    ),
    "threshold": dm.PanelThreshold(threshold_variable="q", regime_dependent="x", replications=20),
}


@pytest.mark.parametrize("name", [*PLAIN, *WITHIN])
def test_an_exact_fit_is_told(name):
    model = dm.Specification(
        "y", "x", entity="unit", time="year", fixed_effects="unit" if name in WITHIN else (),
        estimator={**PLAIN, **WITHIN}[name],
    )  # fmt: skip
    found = dm.estimate(model, FRAME)
    assert "perfect_fit" in [getattr(note, "kind", "") for note in found.notes]
    assert found.coefficients["p_value"].isna().all()
    near = dm.estimate(model, FRAME.assign(y=lambda f: f["y"] + 1e-6 * f["z"]))
    assert "perfect_fit" not in [getattr(note, "kind", "") for note in near.notes]
    assert near.coefficients["p_value"].notna().all()


@pytest.mark.parametrize("test", ["pedroni", "kao", "westerlund"])
def test_levels_that_explain_each_other_are_not_tested(test):
    with refused(dm.EstimationError, "inference.regressors_collinear"):
        dm.panel_cointegration(
            FRAME, outcome="y", regressors="x", entity="unit", time="year", test=test, draws=0
        )


def test_moments_of_an_exact_fit_are_refused():
    model = dm.Specification(
        "y", ("L.y", "x"), entity="unit", time="year",
        estimator=dm.DynamicPanelThreshold(
            threshold_variable="q", exogenous="x", collapse=True, period_instruments=False, grid=5, draws=0,
            instruments=(dm.GMMInstruments("q", last=4), dm.GMMInstruments("z", last=5)),
        ),
    )  # fmt: skip
    with refused(dm.EstimationError, "dynamic_threshold.outcome_explained"):
        dm.estimate(model, FRAME)
