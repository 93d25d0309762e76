"""Draws: one p value and one interval, of whatever was simulated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import digimfg as dm
from digimfg.estimators.mechanisms.bootstrap import Draws, bca, percentile
from digimfg.inference.drawn import drawn_interval, drawn_intervals, drawn_p_value, drawn_p_values

LEVELS = st.floats(0.5, 0.99)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([201, 399, 1000]), LEVELS, st.booleans())
def test_a_null_is_inside_an_interval_just_where_its_p_value_allows(seed, count, level, ties):
    values = np.random.default_rng(seed).gamma(2.0, size=count)
    values = np.round(values, 1) if ties else values
    low, high = drawn_interval(values, level)
    for end, away in ((low, -1.0), (high, 1.0)):
        assert drawn_p_value(values, end + away * 1e-9) <= 1 - level + 1e-6
        assert drawn_p_value(values, end - away * 1e-9) >= 1 - level - 1e-6
    assert drawn_p_value(values, float(np.median(values))) == pytest.approx(1.0)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 50), st.integers(0, 3), LEVELS)
def test_many_quantities_have_the_p_values_and_quantiles_of_each(seed, count, digits, level):
    rng = np.random.default_rng(seed)
    values = np.round(rng.normal(size=(6, count)) + rng.normal(size=(6, 1)), digits)
    assert drawn_p_values(np.sort(values, axis=1)).tolist() == [drawn_p_value(each) for each in values]
    ends = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=1)
    assert np.array_equal(drawn_intervals(values.T, level), ends)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.floats(-4, 4))
def test_bootstrapped_effects_have_a_p_value_below_5_per_cent_where_the_interval_leaves_zero_out(seed, shift):
    rng = np.random.default_rng(seed)
    drawn = rng.normal(size=(500, 1)) * rng.gamma(3.0, size=(500, 1)) + shift
    draws = Draws(estimate=np.array([shift]), drawn=drawn, left_out=rng.normal(size=(20, 1)))
    for kind in (percentile, bca):
        low, high, p_value = kind(draws)
        if np.isnan(low[0]) or np.isnan(p_value[0]) or abs(p_value[0] - 0.05) < 1e-9:
            continue
        assert (p_value[0] < 0.05) == (low[0] > 0 or high[0] < 0), kind


def panel_of_two_flows(seed, n_units=14, n_periods=4):
    """Two dense matrices whose coefficients nearly add up to one."""
    rng = np.random.default_rng(seed)
    flows = []
    for _ in range(2):
        flow = (rng.random((n_units, n_units)) < 0.25) * (1 - np.eye(n_units))
        flows.append(flow / np.maximum(flow.sum(axis=1, keepdims=True), 1e-9))
    system = np.linalg.inv(np.eye(n_units) - 0.5 * flows[0] - 0.4 * flows[1])
    x = rng.normal(size=(n_periods, n_units))
    y = (x + 0.3 * x @ flows[0].T + 0.5 * rng.normal(size=x.shape) + rng.normal(size=n_units)) @ system.T
    rows = {
        "unit": np.tile(np.arange(n_units), n_periods),
        "year": np.repeat(np.arange(n_periods), n_units),
        "x": x.ravel(),
        "y": y.ravel(),
    }
    return rows, {"first": flows[0], "second": flows[1]}


@pytest.mark.parametrize("seed", range(12))
def test_effects_of_several_matrices_have_one_source_for_errors_p_values_and_intervals(seed):
    import pandas as pd

    rows, flows = panel_of_two_flows(seed)
    specification = dm.Specification(
        "y", "x", entity="unit", time="year", fixed_effects="unit",
        estimator=dm.SpatialPanel(weights=flows, draws=399, islands="keep"),
    )  # fmt: skip
    try:
        effects = dm.estimate(specification, pd.DataFrame(rows)).effects
    except dm.EstimationError:
        pytest.skip("most draws are outside the bounds")
    outside = (effects["conf_low"] > 0) | (effects["conf_high"] < 0)
    assert ((effects["p_value"] < 0.05) == outside).all()
    assert effects["std_error"].to_numpy() == pytest.approx(
        (effects["conf_high"] - effects["conf_low"]) / (2 * 1.959963984540054)
    )
    # Near singularity the standard deviation of the draws was up to a hundred times the error of the delta method.
    assert (effects["std_error"] < 4 * effects["std_error_delta"]).all()
