"""What models share is what each would have found alone."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import linalg, sparse

from digimfg.design.scaled import scaled_inverse
from digimfg.estimators.spatial.choice import wald
from digimfg.estimators.spatial.determinant import Determinant
from digimfg.estimators.spatial.information import observed_information
from digimfg.estimators.spatial.maximum import maximise
from digimfg.estimators.spatial.model import SpatialModel, estimate_spatial
from digimfg.estimators.spatial.mundlak import mundlak_test
from digimfg.estimators.spatial.results import choice_tests

N_UNITS, N_PERIODS = 24, 6


def _nearest(n_units: int, n_links: int) -> np.ndarray:
    """Return row weights to the nearest of random places: links go one way, groups may have no way back."""
    places = np.random.default_rng(3).normal(size=(n_units, 2))
    gaps = np.linalg.norm(places[:, None] - places, axis=2) + 1e9 * np.eye(n_units)
    found = np.zeros((n_units, n_units))
    found[np.arange(n_units)[:, None], np.argsort(gaps, axis=1)[:, :n_links]] = 1 / n_links
    return found


@pytest.mark.parametrize("effects", ["none", "entity", "time", "twoways", "random"])
@pytest.mark.parametrize("lagged", [(True, True), (True, False)])
@pytest.mark.parametrize("corrected", [False, True])
def test_likelihood_ratios_are_those_of_models_that_stand_alone(effects, lagged, corrected) -> None:
    rng = np.random.default_rng(8)
    matrix = sparse.csr_array(_nearest(N_UNITS, 3))
    x = rng.normal(size=(N_PERIODS, N_UNITS, 2))
    noise = rng.normal(size=(N_PERIODS, N_UNITS)) + rng.normal(size=N_UNITS)
    model = SpatialModel(
        outcome=(x.sum(axis=2) + noise) @ np.linalg.inv(np.eye(N_UNITS) - 0.3 * matrix.toarray()).T,
        regressors=x,
        names=("a", "b"),
        weights={"W": matrix},
        error_weights=None,
        lag_outcome=True,
        lagged=np.array(lagged),
        own_lag=None,
        effects=effects,
        corrected=corrected and effects not in ("none", "random"),
    )
    estimate = estimate_spatial(model)
    found = choice_tests(estimate)
    plain = model.without_lags()
    alone = {"lr_lag": plain, "lr_error": replace(plain, lag_outcome=False, error_weights=matrix)}
    for name, small in alone.items():
        ratio = 2 * (estimate.fit.log_likelihood - maximise(small.data).log_likelihood)
        assert found[name].statistic == pytest.approx(ratio, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(("n_units", "n_links"), [(40, 1), (40, 2), (60, 3), (60, 12)])
def test_roots_of_groups_with_a_way_back_are_those_of_the_whole(n_units: int, n_links: int) -> None:
    dense = _nearest(n_units, n_links)
    found = Determinant((sparse.csr_array(dense),))
    eigenvalues = found.eigenvalues
    assert eigenvalues is not None
    assert len(eigenvalues) == n_units
    whole = linalg.eigvals(dense)
    assert found.bounds[0][1] == pytest.approx(1 / whole.real.max())
    for rho in (-0.8, 0.3, 0.9):
        system = np.eye(n_units) - rho * dense
        assert found.value(np.array([rho])) == pytest.approx(np.linalg.slogdet(system)[1], abs=1e-10)
        trace = np.trace(dense @ np.linalg.inv(system))
        assert found.traces(np.array([rho]))[0] == pytest.approx(trace, abs=1e-9)


@pytest.mark.parametrize(("lag", "error"), [(True, False), (False, True), (True, True)])
def test_intercepts_of_periods_beside_random_effects_may_go_first(lag: bool, error: bool) -> None:
    rng = np.random.default_rng(5)
    matrix = sparse.csr_array(_nearest(N_UNITS, 3))
    x = rng.normal(size=(N_PERIODS, N_UNITS, 2)) + rng.normal(size=(N_PERIODS, 1, 1))
    shocks = rng.normal(size=(N_PERIODS, 1)) + rng.normal(size=N_UNITS)
    outcome = x.sum(axis=2) + shocks + rng.normal(size=(N_PERIODS, N_UNITS))
    periods = np.broadcast_to(np.eye(N_PERIODS)[:, None, 1:], (N_PERIODS, N_UNITS, N_PERIODS - 1))
    beside = SpatialModel(
        outcome=outcome,
        regressors=np.concatenate([x, periods], axis=2),
        names=("a", "b", *(f"p{period}" for period in range(1, N_PERIODS))),
        weights={"W": matrix},
        error_weights=matrix if error else None,
        lag_outcome=lag,
        lagged=np.zeros(1 + N_PERIODS, dtype=bool),
        own_lag=None,
        effects="random",
        corrected=False,
    )
    wanted = maximise(beside.data)
    found = maximise(replace(beside.data, regressors=x, without_periods=True))
    assert found.log_likelihood == pytest.approx(wanted.log_likelihood, rel=1e-10)
    kept = len(wanted.coefficients)
    assert np.concatenate([found.coefficients, found.parameters, [found.sigma2]]) == pytest.approx(
        np.concatenate([wanted.coefficients[:2], wanted.parameters, [wanted.sigma2]]), rel=1e-6
    )
    covariance = scaled_inverse(observed_information(wanted))
    places = [0, 1, *range(kept, len(covariance))]  # without periods and constant
    assert scaled_inverse(observed_information(found)) == pytest.approx(
        covariance[np.ix_(places, places)], rel=1e-5, abs=1e-9
    )


@pytest.mark.parametrize("effects", ["entity", "twoways"])
@pytest.mark.parametrize(("lag", "error"), [(True, False), (False, True), (True, True), (False, False)])
@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("between", [0.0, 1.5])
def test_hausman_is_the_wald_test_of_means_in_a_model_of_random_effects(
    effects, lag, error, even, between
) -> None:
    rng = np.random.default_rng(8)
    dense = _nearest(N_UNITS, 3)
    dense = dense if even else dense * np.linspace(0.6, 1.0, N_UNITS)[:, None]
    matrix = sparse.csr_array(dense)
    x = rng.normal(size=(N_PERIODS, N_UNITS, 2)) + 0.7 * rng.normal(size=(N_UNITS, 2))
    noise = rng.normal(size=(N_PERIODS, N_UNITS)) + between * rng.normal(size=N_UNITS)
    noise -= (0.0 if between else 0.9) * noise.mean(axis=0)  # units that differ less than chance has it
    model = SpatialModel(
        outcome=(x.sum(axis=2) + noise) @ np.linalg.inv(np.eye(N_UNITS) - 0.3 * dense).T,
        regressors=x,
        names=("a", "b"),
        weights={"W": matrix},
        error_weights=matrix if error else None,
        lag_outcome=lag,
        lagged=np.array([True, True]),
        own_lag=None,
        effects=effects,
        corrected=False,
    )
    found = mundlak_test(estimate_spatial(model))
    means = np.broadcast_to(model.columns.mean(axis=0), model.columns.shape)
    periods = np.broadcast_to(np.eye(N_PERIODS)[:, None, 1:], (N_PERIODS, N_UNITS, N_PERIODS - 1))
    extra = [x, means, periods] if effects == "twoways" else [x, means]
    regressors = np.concatenate(extra, axis=2)
    added = regressors.shape[2] - 2
    whole = estimate_spatial(
        replace(
            model,
            effects="random",
            regressors=regressors,
            names=("a", "b", *(f"m{place}" for place in range(added))),
            lagged=np.array([True, True, *[False] * added]),
        )
    )
    assert bool(whole.fit.shrink == 1.0) == (between == 0.0)
    gradient = np.zeros((4, len(whole.covariance)))
    gradient[:, 2:6] = np.eye(4)
    wanted = wald(whole.estimates[2:6], gradient, whole.covariance)
    assert found.df == 4
    assert found.statistic == pytest.approx(wanted.statistic, rel=2e-6 if between == 0.0 else 1e-8)
