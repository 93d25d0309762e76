"""What must hold for every panel: unit effects drop out, units of measurement do not matter, nor does the order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import digimfg as dm
from digimfg.estimators.gmm.transformation import first_differences, orthogonal_deviations
from digimfg.estimators.spatial.determinant import Determinant

QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def panel(seed, n_units=30, n_years=8):
    rng = np.random.default_rng(seed)
    y = np.zeros((n_units, n_years + 10))
    x = rng.normal(size=y.shape)
    for t in range(1, y.shape[1]):
        y[:, t] = 0.4 * y[:, t - 1] + x[:, t] + rng.normal(size=n_units)
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n_units), n_years),
            "year": np.tile(np.arange(n_years), n_units),
            "y": y[:, 10:].ravel(),
            "x": x[:, 10:].ravel(),
            "q": rng.random(n_units * n_years),
        }
    )


def circle(size):
    ring = np.zeros((size, size))
    for i in range(size):
        ring[i, [(i - 1) % size, (i + 1) % size]] = 0.5
    return ring


def models(n_units=30):
    keys = {"entity": "unit", "time": "year"}
    return {
        "difference": dm.Specification(
            "y", ("L.y", "x"), **keys, fixed_effects="year",
            estimator=dm.DynamicGMM(instruments=dm.GMMInstruments("y", 2, 3), exogenous="x"),
        ),
        "deviations": dm.Specification(
            "y", ("L.y", "x"), **keys,
            estimator=dm.DynamicGMM(
                instruments=dm.GMMInstruments("x", 0, 3), collapse=True, transformation="orthogonal", steps=1
            ),
        ),
        "threshold": dm.Specification(
            "y", ("x",), **keys,
            estimator=dm.PanelThreshold(threshold_variable="q", regime_dependent="x", trim=0.1, replications=0),
        ),
        "durbin": dm.Specification(
            "y", ("x",), **keys, fixed_effects=("unit", "year"),
            estimator=dm.SpatialPanel(weights=circle(n_units), draws=0),
        ),
    }  # fmt: skip


@QUICK
@given(seed=st.integers(0, 10_000), scale=st.floats(0.1, 100.0))
@pytest.mark.parametrize("name", ["deviations", "threshold", "durbin"])
def test_a_constant_for_each_unit_changes_nothing(name, seed, scale):
    """Instruments of these models do not hold the outcome's level, so that unit effects vanish exactly."""
    frame = panel(seed)
    effect = scale * np.random.default_rng(seed + 1).normal(size=30)[frame["unit"]]
    first, second = (
        dm.estimate(models()[name], data) for data in (frame, frame.assign(y=frame["y"] + effect))
    )
    assert second.coefficients["estimate"].to_numpy() == pytest.approx(
        first.coefficients["estimate"].to_numpy(), abs=1e-6
    )
    assert second.coefficients["std_error"].to_numpy() == pytest.approx(
        first.coefficients["std_error"].to_numpy(), rel=1e-5
    )


@QUICK
@given(seed=st.integers(0, 10_000), factor=st.sampled_from([1e-4, 0.1, 1000.0]))
@pytest.mark.parametrize("name", list(models()))
def test_units_of_measurement_scale_the_estimates(name, seed, factor):
    frame = panel(seed)
    first = dm.estimate(models()[name], frame).coefficients["estimate"]
    second = dm.estimate(models()[name], frame.assign(x=frame["x"] * factor)).coefficients["estimate"]
    for term in first.index:
        inverse = 1.0 / factor if "x" in term else 1.0
        assert second[term] == pytest.approx(first[term] * inverse, rel=1e-6, abs=1e-9 * inverse)


@QUICK
@given(seed=st.integers(0, 10_000))
@pytest.mark.parametrize("name", list(models()))
def test_the_order_of_rows_changes_no_bit(name, seed):
    frame = panel(seed % 50)
    shuffled = frame.sample(frac=1.0, random_state=seed)
    first, second = (dm.estimate(models()[name], data) for data in (frame, shuffled))
    pd.testing.assert_frame_equal(first.coefficients, second.coefficients, check_exact=True)
    assert first.statistics == second.statistics


@QUICK
@given(seed=st.integers(0, 10_000), n_units=st.integers(2, 8), n_years=st.integers(3, 9))
def test_both_transformations_span_what_is_free_of_unit_effects(seed, n_units, n_years):
    """Without gaps, differences and orthogonal deviations are two bases of the same space."""
    rng = np.random.default_rng(seed)
    entity = np.repeat(np.arange(n_units), n_years)
    period = np.tile(np.arange(n_years), n_units)
    differences, deviations = first_differences(entity, period), orthogonal_deviations(entity, period)
    values = rng.normal(size=len(entity))
    moved = deviations.matrix @ values
    basis = differences.matrix.toarray()
    projected = basis @ values
    inside = projected @ np.linalg.solve(basis @ basis.T, projected)
    assert moved @ moved == pytest.approx(inside, rel=1e-9)


@QUICK
@given(seed=st.integers(0, 10_000), size=st.integers(3, 25), rho=st.floats(-0.9, 0.9))
def test_the_log_determinant_is_that_of_the_matrix(seed, size, rho):
    from scipy import sparse

    rng = np.random.default_rng(seed)
    dense = rng.random((size, size)) * (rng.random((size, size)) < 0.5)
    np.fill_diagonal(dense, 0.0)
    dense = dense / np.maximum(dense.sum(axis=1, keepdims=True), 1.0)
    value = Determinant((sparse.csr_array(dense),)).value(np.array([rho]))
    assert value == pytest.approx(np.linalg.slogdet(np.eye(size) - rho * dense)[1], abs=1e-9)
