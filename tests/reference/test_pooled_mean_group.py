"""Pooled mean group: a general optimizer on the whole likelihood, identities, recovery; no engine has it."""

import numpy as np
import pandas as pd
import pytest
from refused import refused
from scipy.optimize import minimize

import digimfg as dm
from digimfg.errors import Fault

SPEC = dm.Specification("y", "x", entity="unit", time="year", estimator=dm.PooledMeanGroup())


def draw(seed, n=12, t=40, slopes=(1.5,), spread=0.0):
    rng = np.random.default_rng(seed)
    k = len(slopes)
    x = rng.normal(size=(n, t + 20, k)).cumsum(axis=1)
    speeds = rng.uniform(-0.8, -0.3, size=n)
    own = np.array(slopes) + spread * rng.normal(size=(n, k))
    y = np.zeros((n, t + 20))
    for s in range(1, t + 20):
        gap = y[:, s - 1] - (own * x[:, s]).sum(axis=1)
        y[:, s] = y[:, s - 1] + speeds * gap + 0.3 * (x[:, s] - x[:, s - 1]).sum(axis=1) + rng.normal(size=n)
    frame = pd.DataFrame(
        {"unit": np.repeat(range(n), t), "year": np.tile(range(t), n), "y": y[:, 20:].ravel()}
    )
    for place, name in enumerate("xz"[:k]):
        frame[name] = x[:, 20:, place].ravel()
    return frame, speeds


def likelihood(values, y, x):
    """The log likelihood with every parameter of every unit free but the long run, shapes (N, T)."""
    speed, jump, level, log_sigma = values[1:].reshape(4, -1, 1)
    left = np.diff(y) - speed * (y[:, :-1] - values[0] * x[:, 1:]) - jump * np.diff(x) - level
    each = -0.5 * np.log(2 * np.pi) - log_sigma - 0.5 * left**2 / np.exp(2 * log_sigma)
    return float(each.sum())


def test_the_maximum_is_that_of_a_general_optimizer():
    frame, _ = draw(0, n=4, t=25)
    found = dm.estimate(SPEC, frame)
    y, x = (frame[name].to_numpy().reshape(4, 25) for name in ("y", "x"))
    begin = np.concatenate([[1.0], np.repeat([-0.5, 0.0, 0.0, 0.0], 4)])
    other = minimize(
        lambda v: -likelihood(v, y, x), begin, method="BFGS", options={"gtol": 1e-6, "maxiter": 2000}
    )
    assert found.statistics["log_likelihood"] == pytest.approx(-other.fun, rel=1e-8)
    assert found.coefficients.loc["x", "estimate"] == pytest.approx(other.x[0], abs=1e-4)
    units = found.tables["units"]
    assert units["adjustment"].to_numpy() == pytest.approx(other.x[1:5], abs=1e-4)
    assert units["D.x"].to_numpy() == pytest.approx(other.x[5:9], abs=1e-4)
    assert np.log(units["variance"].to_numpy()) / 2 == pytest.approx(other.x[13:17], abs=1e-4)
    assert found.coefficients.loc["adjustment", "estimate"] == pytest.approx(units["adjustment"].mean())


def test_the_mean_group_is_the_average_of_regressions_by_unit():
    frame, _ = draw(1, n=5, t=30)
    frame = frame[(frame["unit"] > 0) | (frame["year"] > 4)]
    found = dm.estimate(SPEC.replace(estimator=dm.PooledMeanGroup(outcome_lags=2, regressor_lags=2)), frame)
    rows, left = [], 0.0
    for _, unit in frame.groupby("unit"):
        d = pd.DataFrame({"dy": unit["y"].diff(), "y": unit["y"].shift(), "x": unit["x"], "dx": unit["x"].diff(),
                          "ldx": unit["x"].diff().shift(), "ldy": unit["y"].diff().shift(), "one": 1.0}).dropna()  # fmt: skip
        slopes, squares, *_ = np.linalg.lstsq(d.drop(columns="dy").to_numpy(), d["dy"].to_numpy(), rcond=None)
        rows.append(-slopes[1] / slopes[0])
        left += -0.5 * len(d) * (np.log(2 * np.pi * squares[0] / len(d)) + 1)
    table = found.tables["mean_group"].loc["x"]
    assert table["estimate"] == pytest.approx(np.mean(rows))
    assert table["std_error"] == pytest.approx(np.std(rows, ddof=1) / np.sqrt(5))
    gain = 2 * (left - found.statistics["log_likelihood"])
    assert found.statistics["likelihood_ratio"] == pytest.approx(gain, rel=1e-6)
    assert gain > 0
    assert found.tables["short_run"].index.tolist() == ["L.D.y", "D.x", "L.D.x"]


def test_the_long_run_and_its_errors_are_recovered():
    slopes = (1.5, -0.7)
    spec = SPEC.replace(regressors=("x", "z"))
    rows = [dm.estimate(spec, draw(seed, slopes=slopes)[0]).coefficients for seed in range(40)]
    for name, value in zip("xz", slopes, strict=True):
        estimates = np.array([row.loc[name, "estimate"] for row in rows])
        errors = np.array([row.loc[name, "std_error"] for row in rows])
        assert abs(estimates.mean() - value) < 0.02
        assert 0.6 < errors.mean() / estimates.std() < 1.4
    speeds = draw(0, slopes=slopes)[1]
    assert rows[0].loc["adjustment", "estimate"] == pytest.approx(speeds.mean(), abs=0.1)


def test_different_long_runs_are_told_from_one():
    same, other = (dm.estimate(SPEC, draw(3, spread=spread)[0]).statistics for spread in (0.0, 1.0))
    assert same["likelihood_ratio_p"] > 0.01
    assert other["likelihood_ratio_p"] < 1e-6


def test_more_starts_never_lower_the_likelihood_and_scales_do_not_matter():
    frame, _ = draw(4, n=6, t=15, spread=0.5)
    heights = [
        dm.estimate(SPEC.replace(estimator=dm.PooledMeanGroup(starts=starts)), frame).statistics[
            "log_likelihood"
        ]
        for starts in (1, 3, 8)
    ]
    assert heights[0] <= heights[1] + 1e-9
    assert heights[1] <= heights[2] + 1e-9
    one = dm.estimate(SPEC, frame).coefficients["statistic"]
    other = dm.estimate(SPEC, frame.assign(x=frame["x"] * 1e6, y=frame["y"] * 1e-4)).coefficients["statistic"]
    assert other.to_numpy() == pytest.approx(one.to_numpy(), rel=1e-5)


@pytest.mark.parametrize(
    ("options", "change", "kind"),
    [
        ({"outcome_lags": 9, "regressor_lags": 9}, lambda f: f, "heterogeneous.too_few_rows_in_units"),
        (
            {},
            lambda f: f[(f["unit"] > 0) | (f["year"] < 4)],
            Fault.of("heterogeneous.too_few_rows_in_units", n=1),
        ),
        ({}, lambda f: f[f["unit"] == 0], "heterogeneous.one_unit"),
        ({}, lambda f: f[(f["unit"] > 0) | (f["year"] % 2 == 0)], "heterogeneous.units_too_short"),
    ],
)
def test_lags_longer_than_the_shortest_unit_are_refused(options, change, kind):
    frame = change(draw(5, n=4, t=12)[0])
    with refused(dm.EstimationError, kind):
        dm.estimate(SPEC.replace(estimator=dm.PooledMeanGroup(**options)), frame)
