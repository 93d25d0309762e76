"""Estimators say when there is nothing to estimate errors from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm


def panel(n_firms: int = 12, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame([(i, t) for i in range(n_firms) for t in range(10)], columns=["firm", "year"])
    x, z, noise = random.normal(size=(3, len(frame)))
    return frame.assign(x=x, z=x + z, exact=2 * x + frame["firm"], noisy=2 * x + noise, count=np.exp(0.3 * x))


SPEC = dm.Specification(
    "exact",
    "x",
    entity="firm",
    time="year",
    fixed_effects="firm",
    covariance=dm.Clustered("firm", wild_bootstrap=None),
)
WAYS = {
    "least squares": SPEC,
    "2SLS": SPEC.replace(regressors=(), endogenous="x", instruments="z", estimator=dm.TwoStageLeastSquares()),
    "Poisson": SPEC.replace(outcome="count", estimator=dm.Poisson()),
    "quantile": SPEC.replace(estimator=dm.QuantileRegression()),
    "quantile, bootstrap": SPEC.replace(estimator=dm.QuantileRegression(errors="bootstrap", replications=20)),
    "plain quantile": SPEC.replace(
        regressors=("x", "firm"), fixed_effects=(), estimator=dm.QuantileRegression()
    ),
}


def said(specification: dm.Specification, frame: pd.DataFrame) -> bool:
    return noted(dm.estimate(specification, frame).notes, "perfect_fit")


@pytest.mark.parametrize("way", WAYS)
def test_a_fit_without_rest_says_that_its_errors_mean_nothing(way):
    assert said(WAYS[way], panel())


@pytest.mark.parametrize("way", [name for name in WAYS if name != "Poisson"])
def test_a_fit_with_a_rest_does_not(way):
    assert not said(WAYS[way].replace(outcome="noisy"), panel())


LAGGED = SPEC.replace(
    outcome="noisy",
    regressors=("L.noisy", "x"),
    covariance=dm.Robust(),
    estimator=dm.BiasCorrectedLSDV(replications=20),
)


def test_one_entity_is_no_panel_for_the_corrected_bias():
    with refused(dm.EstimationError, "lsdv.one_entity", n=9):
        dm.estimate(LAGGED, panel(n_firms=1))


def test_a_start_that_is_least_squares_itself_is_noted():
    def start_is_least_squares(n_firms: int) -> bool:
        notes = dm.estimate(LAGGED, panel(n_firms=n_firms)).notes
        return noted(notes, "start")

    assert start_is_least_squares(2)
    assert not start_is_least_squares(60)
