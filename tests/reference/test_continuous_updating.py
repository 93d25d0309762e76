"""Continuously updated GMM is that of linearmodels, its criterion the least."""

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IVGMMCUE

import digimfg as dm

N = 400


def panel():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(N, 4)), columns=["z1", "z2", "z3", "w"])
    noise = rng.normal(size=N) * (1 + 0.5 * frame["z1"].abs())
    frame["x"] = 0.5 * frame["z1"] + 0.4 * frame["z2"] + 0.2 * frame["w"] + 0.5 * noise + rng.normal(size=N)
    frame["y"] = 1 + 0.7 * frame["x"] - 0.3 * frame["w"] + noise
    frame["firm"], frame["one"] = np.repeat(np.arange(50), 8), 1.0
    return frame


FRAME = panel()
SPEC = dm.Specification(
    "y", (), controls="w", endogenous="x", instruments=("z1", "z2", "z3"), covariance=dm.Robust("none"),
    estimator=dm.TwoStageLeastSquares(method="cue"),
)  # fmt: skip
CLUSTERED = dm.Clustered("firm", small_sample="none", wild_bootstrap=None)


@pytest.mark.parametrize("groups", [None, "firm"])
def test_estimates_are_those_of_linearmodels(groups):
    options = (
        {"weight_type": "robust"}
        if groups is None
        else {"weight_type": "clustered", "clusters": FRAME[groups]}
    )
    other = IVGMMCUE(FRAME["y"], FRAME[["one", "w"]], FRAME[["x"]], FRAME[["z1", "z2", "z3"]], **options)
    known = other.fit(cov_type="robust")
    found = dm.estimate(SPEC if groups is None else SPEC.replace(covariance=CLUSTERED), FRAME)
    rows = found.coefficients.loc[["Intercept", "w", "x"]]
    assert rows["estimate"].to_numpy() == pytest.approx(known.params.to_numpy(), rel=1e-4)
    # Moments are centred there: the criterion Q becomes Q / (1 - Q / n), least at the same slopes.
    criterion, n = found.statistics["hansen_j"], N if groups is None else 50
    assert criterion / (1 - criterion / n) == pytest.approx(known.j_stat.stat, rel=1e-6)
    if groups is None:
        assert rows["std_error"].to_numpy() == pytest.approx(known.std_errors.to_numpy(), rel=1e-4)


def test_the_criterion_is_the_least_near():
    found = dm.estimate(SPEC, FRAME)
    b = found.coefficients["estimate"][["Intercept", "w", "x"]].to_numpy()
    x, z = FRAME[["one", "w", "x"]].to_numpy(), FRAME[["one", "w", "z1", "z2", "z3"]].to_numpy()

    def criterion(slopes):
        moments = z * (FRAME["y"].to_numpy() - x @ slopes)[:, None]
        total = moments.sum(axis=0)
        return total @ np.linalg.solve(moments.T @ moments, total)

    assert criterion(b) == pytest.approx(found.statistics["hansen_j"], rel=1e-9)
    for aside in 1e-3 * np.vstack([np.eye(3), -np.eye(3)]):
        assert criterion(b + aside) > criterion(b)


def test_with_one_error_variance_it_is_liml():
    plain = SPEC.replace(covariance=dm.Unadjusted())
    liml = plain.replace(estimator=dm.TwoStageLeastSquares(method="liml"))
    one, other = (dm.estimate(each, FRAME).coefficients for each in (plain, liml))
    pd.testing.assert_frame_equal(one, other)


def test_instruments_that_say_nothing_are_told():
    draws = np.random.default_rng(8).normal(size=(N, 3))
    frame = FRAME.assign(z1=draws[:, 0], z2=draws[:, 1], z3=draws[:, 2])
    notes = dm.estimate(SPEC.replace(estimator=dm.TwoStageLeastSquares(method="cue")), frame).notes
    assert "weak_instruments" in [note.kind for note in notes]
