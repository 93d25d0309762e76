"""Predictions of one equation of a system have the errors that dummy variables in its place would give."""

import numpy as np
import pandas as pd
import pytest

import digimfg as dm


def panel(seed=0, n=8, t=7):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(t), n)})
    size, own = n * t, np.repeat(rng.normal(size=n), t)
    frame["z"], frame["x"], frame["v"] = rng.normal(size=(3, size))
    shock = rng.normal(size=(2, size))
    shock[1] += 0.7 * shock[0]
    frame["w"] = 0.8 * frame.z + own + 0.5 * shock[0] + rng.normal(size=size)
    frame["y"] = 1 + 0.5 * frame.w + own + shock[0]
    frame["u"] = -1 + 0.3 * frame.x - 0.2 * frame.v - own + shock[1]
    frame["mass"] = rng.uniform(0.5, 2, size=size)
    return frame


FRAME = panel()
COVARIANCES = {
    "unadjusted": dm.Unadjusted(),
    "robust": dm.Robust(small_sample="none"),
    "clustered": dm.Clustered("unit", small_sample="none", wild_bootstrap=None),
    "stata": dm.Clustered("year", small_sample="stata", wild_bootstrap=None),
}


def systems(covariance, method, effects, weights, iterate):
    """Return a system with effects absorbed, and one with dummies for them."""
    parts = {"entity": "unit", "time": "year", "covariance": covariance, "weights": weights}
    dummies = tuple(f"i({effect})" for effect in effects)
    found = []
    for fixed, controls in ((effects, ()), ((), dummies)):
        first = {"endogenous": "w", "instruments": "z"} if method == "3sls" else {}
        equations = {
            "one": dm.Specification(
                "y", () if first else "w", controls=controls, fixed_effects=fixed, **first, **parts
            ),
            "two": dm.Specification("u", ("x", "v"), controls=controls, fixed_effects=fixed, **parts),
        }
        found.append(dm.estimate_system(equations, FRAME, method=method, iterate=iterate))
    return found


@pytest.mark.parametrize("covariance", COVARIANCES)
@pytest.mark.parametrize("method", ["sur", "3sls"])
@pytest.mark.parametrize("effects", [("unit",), ("unit", "year")])
@pytest.mark.parametrize("weights", [None, "mass"])
def test_errors_are_those_of_dummy_variables(covariance, method, effects, weights):
    absorbed, dummies = systems(COVARIANCES[covariance], method, effects, weights, iterate=False)
    new = FRAME.head(20).assign(w=2.0, x=-1.0)
    found, known = absorbed.predict(new), dummies.predict(new)
    assert np.isfinite(found.to_numpy()).all()
    pd.testing.assert_frame_equal(found, known, rtol=1e-6, check_names=False)


def test_errors_of_a_system_whose_weights_settle_too():
    absorbed, dummies = systems(COVARIANCES["clustered"], "sur", ("unit",), None, iterate=True)
    pd.testing.assert_frame_equal(absorbed.predict(), dummies.predict(), rtol=1e-5, check_names=False)


def test_a_unit_that_was_not_estimated_has_no_prediction():
    absorbed, _ = systems(COVARIANCES["robust"], "sur", ("unit",), None, iterate=False)
    found = absorbed.predict(FRAME.head(2).assign(unit=99))
    assert found.isna().all(axis=None)
