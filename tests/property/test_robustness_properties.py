"""What must hold for Poisson, quantiles, bounds and curves whatever the data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import digimfg as dm
from digimfg.estimators.quantile.moments import scaled_quantile
from digimfg.robustness.u_shape import u_shape_from

SEEDS = st.integers(0, 10_000)


def panel(seed, units=12, years=8):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(units), years), "year": np.tile(np.arange(years), units)}
    )
    frame["x"], frame["z"] = rng.normal(size=(2, len(frame)))
    level = rng.normal(size=units)[frame.unit]
    frame["y"] = rng.gamma(1.0, np.exp(0.3 * frame.x + 0.2 * level))
    frame["line"] = 0.5 * frame.x + level + (1 + 0.1 * frame.z) * rng.normal(size=len(frame))
    return frame


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, shift=st.floats(-2, 2), scale=st.floats(0.01, 100))
def test_effects_absorb_shifts_of_the_index_and_the_unit_of_the_outcome(seed, shift, scale):
    frame = panel(seed)
    model = dm.Specification(
        "y", ("x", "z"), entity="unit", time="year", fixed_effects=("unit", "year"), estimator=dm.Poisson()
    )
    first = dm.estimate(model, frame).coefficients["estimate"]
    moved = frame.assign(x=frame.x + shift * frame.unit, y=scale * frame.y)
    second = dm.estimate(model, moved).coefficients["estimate"]
    assert second.tolist() == pytest.approx(first.tolist(), rel=1e-6, abs=1e-8)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_poisson_fits_the_sum_of_every_category(seed):
    """The scores of the effects are zero: fitted and observed totals agree, so that a constant outcome has slope zero."""
    frame = panel(seed).assign(one=1.0)
    frame.loc[0, "one"] = 1.0 + 1e-6  # an outcome must vary
    model = dm.Specification(
        "one", "x", fixed_effects=("unit", "year"), covariance=dm.Robust(), estimator=dm.Poisson()
    )
    assert abs(dm.estimate(model, frame).coefficients.loc["x", "estimate"]) < 1e-6


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, a=st.floats(0.1, 10), b=st.floats(-3, 3), level=st.floats(0.1, 0.9))
def test_quantile_slopes_follow_location_and_scale_of_the_outcome(seed, a, b, level):
    frame = panel(seed)
    model = dm.Specification(
        "line", ("x", "z"), entity="unit", time="year", fixed_effects="unit",
        estimator=dm.QuantileRegression(quantile=level),
    )  # fmt: skip
    slopes = dm.estimate(model, frame).coefficients["estimate"].to_numpy()
    moved = frame.assign(line=a * frame.line + b * frame.x)
    assert dm.estimate(model, moved).coefficients["estimate"].to_numpy() == pytest.approx(
        a * slopes + [b, 0], rel=1e-6, abs=1e-8
    )


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, level=st.floats(0.02, 0.98))
def test_unweighted_scaled_quantiles_are_quantiles(seed, level):
    values = np.random.default_rng(seed).normal(size=25)
    found = scaled_quantile(values, np.ones(25), level, np.ones(25))
    assert np.mean(values < found) <= level + 1e-9
    assert np.mean(values <= found) >= level - 1e-9


@settings(max_examples=40, deadline=None)
@given(
    linear=st.floats(-5, 5), quadratic=st.floats(0.1, 3), shift=st.floats(-4, 4), spread=st.floats(0.01, 0.3)
)
def test_the_test_of_a_u_does_not_care_where_x_is_measured_from(linear, quadratic, shift, spread):
    def test(b, c, covariance, low, high):
        return u_shape_from(
            np.array([b, c]), covariance, df=100, interval=(low, high), values=np.linspace(low, high, 50)
        )

    covariance = np.diag([spread, spread / 4]) ** 2
    here = test(linear, quadratic, covariance, -2.0, 3.0)
    # With u = x + s: b x + c x² = (b - 2 c s) u + c u² + constant.
    turn = np.array([[1.0, -2 * shift], [0.0, 1.0]])
    there = test(linear - 2 * quadratic * shift, quadratic, turn @ covariance @ turn.T, -2 + shift, 3 + shift)
    assert there.p_value == pytest.approx(here.p_value, rel=1e-6, abs=1e-9)
    assert there.turning_point == pytest.approx(here.turning_point + shift, rel=1e-6, abs=1e-6)
    assert np.array(there.fieller) == pytest.approx(np.array(here.fieller) + shift, rel=1e-5, abs=1e-5)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, scale=st.floats(0.01, 100))
def test_robustness_values_have_no_unit_and_order(seed, scale):
    model = dm.Specification("line", "x", controls="z", fixed_effects="unit", entity="unit", time="year")
    one = dm.omitted_variable_bounds(model, panel(seed), benchmarks="z", multiples=0.5)
    scaled = panel(seed).assign(x=lambda frame: frame.x * scale)
    two = dm.omitted_variable_bounds(model, scaled, benchmarks="z", multiples=0.5)
    assert two.robustness_value == pytest.approx(one.robustness_value, rel=1e-8)
    assert 0 <= one.robustness_value_significance <= one.robustness_value < 1
    assert one.partial_r2 <= one.robustness_value  # a confounder of both must be at least as strong
    assert abs(one.bounds["estimate"].iloc[0]) <= abs(one.estimate) or np.sign(
        one.bounds["estimate"].iloc[0]
    ) != np.sign(one.estimate)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_a_curve_of_the_negative_outcome_is_the_curve_upside_down(seed):
    model = dm.Specification("line", "x", entity="unit", time="year", fixed_effects="unit")
    frame = panel(seed)
    up = dm.specification_curve(model, frame, controls="z", draws=19)
    down = dm.specification_curve(model, frame.assign(line=-frame.line), controls="z", draws=19)
    assert down.coefficients["estimate"].to_numpy() == pytest.approx(
        -up.coefficients["estimate"].to_numpy()[::-1]
    )
    for name in ("median_p", "stouffer_p", "share_significant_p"):
        assert down.statistics[name] == up.statistics[name]
