"""Second derivatives of the spatial likelihood are those of its gradient, whatever the model."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import sparse

from digimfg.estimators.spatial.curvature import concentrated_hessian
from digimfg.estimators.spatial.determinant import Determinant
from digimfg.estimators.spatial.information import observed_information
from digimfg.estimators.spatial.likelihood import Likelihood
from digimfg.estimators.spatial.maximum import maximise, numeric_jacobian
from digimfg.estimators.spatial.model import SpatialModel

N_UNITS, N_PERIODS = 20, 6
EFFECTS = ("none", "entity", "time", "twoways", "random")


def _model(effects: str, lag: bool, error: bool, corrected: bool = False) -> SpatialModel:
    rng = np.random.default_rng(8)
    ring = np.roll(np.eye(N_UNITS), 1, 0) * 0.7 + np.roll(np.eye(N_UNITS), -2, 0) * 0.3
    spread = np.linalg.inv(np.eye(N_UNITS) - 0.3 * ring)
    x = rng.normal(size=(N_PERIODS, N_UNITS, 2))
    noise = rng.normal(size=(N_PERIODS, N_UNITS)) + rng.normal(size=N_UNITS)
    weights = sparse.csr_array(ring)
    return SpatialModel(
        outcome=(x.sum(axis=2) + noise) @ spread.T,
        regressors=x,
        names=("a", "b"),
        weights={"W": weights},
        error_weights=weights if error else None,
        lag_outcome=lag,
        lagged=np.array([True, True]),
        own_lag=None,
        effects=effects,
        corrected=corrected,
    )


@pytest.mark.parametrize(("effects", "lag", "error"), [*product(EFFECTS, (True, False), (True, False))])
def test_second_derivatives_are_the_slopes_of_the_gradient(effects: str, lag: bool, error: bool) -> None:
    if not (lag or error or effects == "random"):
        return
    fit = maximise(_model(effects, lag, error).data)
    likelihood, point = fit.likelihood, fit.parameters
    if 1.0 in point:
        point = np.where(point == 1.0, 0.9, point)  # a variance of the units of nought
    found = concentrated_hessian(likelihood, point)
    wide, near = (numeric_jacobian(likelihood.gradient, point, step) for step in (2e-4, 1e-4))
    exact = (4 * near - wide) / 3
    assert found == pytest.approx(exact, rel=1e-6, abs=1e-6 * np.abs(exact).max())
    if np.array_equal(point, fit.parameters):
        k = len(fit.coefficients)
        inner = np.linalg.inv(observed_information(fit))[k:-1, k:-1]
        assert inner == pytest.approx(np.linalg.inv(-found), rel=1e-8)


@pytest.mark.parametrize(("effects", "lag"), [*product(("entity", "twoways"), (True, False))])
def test_second_derivatives_of_the_transformed_likelihood(effects: str, lag: bool) -> None:
    fit = maximise(_model(effects, lag, not lag, corrected=True).data)
    likelihood, point = fit.likelihood, fit.parameters
    wide, near = (numeric_jacobian(likelihood.gradient, point, step) for step in (2e-4, 1e-4))
    assert concentrated_hessian(likelihood, point) == pytest.approx((4 * near - wide) / 3, rel=1e-6)


@pytest.mark.parametrize("lag", [True, False])
def test_second_derivatives_where_units_are_fewer_than_columns(lag: bool) -> None:
    model = _model("random", lag, True)
    ring = sparse.csr_array(np.roll(np.eye(4), 1, 0))
    data = replace(
        model,
        outcome=model.outcome[:, :4],
        regressors=model.regressors[:, :4],
        weights={"W": ring},
        error_weights=ring,
    ).data
    both = Determinant((ring,))
    likelihood = Likelihood(data=data, lag=both if lag else None, error=both)
    point = np.array([*([0.3] if lag else []), -0.2, 0.6])
    wide, near = (numeric_jacobian(likelihood.gradient, point, step) for step in (2e-4, 1e-4))
    assert concentrated_hessian(likelihood, point) == pytest.approx((4 * near - wide) / 3, rel=1e-6)


def test_the_gradient_vanishes_at_the_maximum() -> None:
    for effects, lag, error in product(EFFECTS, (True, False), (True, False)):
        if lag or error:
            fit = maximise(_model(effects, lag, error).data)
            inside = fit.parameters < 1
            gradient = fit.likelihood.gradient(fit.parameters)[inside]
            assert np.abs(gradient).max() < 1e-6


@pytest.mark.parametrize(("effects", "lag"), [*product(("time", "twoways"), (True, False))])
def test_gradients_are_those_of_the_likelihood_where_rows_differ_in_their_sums(
    effects: str, lag: bool
) -> None:
    model = _model(effects, lag, True)
    uneven = sparse.csr_array(model.error_weights.toarray() * np.linspace(0.5, 1.0, N_UNITS)[:, None])
    fit = maximise(replace(model, weights={"W": uneven}, error_weights=uneven).data)
    assert not fit.likelihood.data.common_row_sum
    values = lambda at: np.array([fit.likelihood.value(at)])  # noqa: E731
    point = fit.parameters - 0.1
    wide, near = (numeric_jacobian(values, point, step) for step in (2e-3, 1e-3))
    assert fit.likelihood.gradient(point) == pytest.approx(((4 * near - wide) / 3)[0], rel=1e-8)
    size = np.abs(numeric_jacobian(fit.likelihood.gradient, fit.parameters)).max()
    assert np.abs(fit.likelihood.gradient(fit.parameters)).max() < 1e-11 * size
