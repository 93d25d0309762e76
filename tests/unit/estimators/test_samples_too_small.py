"""Samples that leave an estimator nothing to work with are refused in words."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm


def _panel(n_units: int, n_periods: int) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame([(f"u{i}", 2000 + t) for i in range(n_units) for t in range(n_periods)])
    frame.columns = ["unit", "year"]
    return frame.assign(**{name: rng.normal(size=len(frame)) for name in ("y", "x", "z")})


@pytest.mark.parametrize("standardization", ["none", "row", "spectral"])
@pytest.mark.parametrize("lag_error", [False, True])
@pytest.mark.parametrize("n_units", [1, 3])
def test_spatial_models_of_units_without_a_link(standardization: str, lag_error: bool, n_units: int) -> None:
    frame = _panel(n_units, 6)
    units = sorted(frame.unit.unique())
    outside = pd.DataFrame(0.0, [*units, "far"], [*units, "far"])
    outside.loc["far", units[0]] = outside.loc[units[0], "far"] = 1.0
    model = dm.SpatialPanel(
        weights=outside, standardization=standardization, lag_error=lag_error, islands="keep", draws=100
    )
    keys = {"entity": "unit", "time": "year", "fixed_effects": "unit", "estimator": model}
    with refused(dm.EstimationError, "spatial.no_links", n_links=0, n_units=n_units):
        dm.estimate(dm.Specification("y", "x", **keys), frame)


def test_weights_without_an_eigenvalue_cannot_be_divided_by_it() -> None:
    frame = _panel(3, 6)
    chain = pd.DataFrame(np.triu(np.ones((3, 3)), 1), list("abc"), list("abc"))
    chain.index = chain.columns = pd.Index(["u0", "u1", "u2"])
    model = dm.SpatialPanel(weights=chain, standardization="spectral", islands="keep", draws=100)
    keys = {"entity": "unit", "time": "year", "fixed_effects": "unit", "estimator": model}
    with refused(dm.EstimationError, "spatial.no_links_back", n_links=3, n_units=3):
        dm.estimate(dm.Specification("y", "x", **keys), frame)


def test_quantiles_of_an_outcome_that_effects_explain_in_every_row() -> None:
    frame = _panel(2, 2).assign(y=[1.0, 2.0, 4.0, 4.0], x=[0.0, 1.0, 0.0, 0.0])
    specification = dm.Specification(
        "y", "x", entity="unit", time="year", fixed_effects="unit", estimator=dm.QuantileRegression()
    )
    with refused(dm.EstimationError, "quantile.no_residuals", n=4):
        dm.estimate(specification, frame)


@pytest.mark.parametrize("family", [None, "poisson"])
def test_extended_effects_without_a_row_after_treatment(family: str | None) -> None:
    frame = _panel(4, 3)
    frame = frame.assign(y=frame.x**2, cohort=frame.unit.map({"u0": 2002, "u1": 2002}))
    frame["d"] = (frame.year >= frame.cohort).astype(float)
    model = dm.StaggeredDifferenceInDifferences(
        method="extended_two_way", cohort="cohort", family=family, draws=0
    )
    specification = dm.Specification("y", "d", entity="unit", time="year", estimator=model)
    assert dm.estimate(specification, frame).coefficients.loc["d", "std_error"] > 0
    frame = frame[(frame.year < 2002) | frame.cohort.isna()]
    with refused(dm.EstimationError, "did.nobody_treated"):
        dm.estimate(specification, frame)


@pytest.mark.parametrize(
    "covariance", [dm.Robust(), dm.Clustered("id"), dm.Unadjusted()], ids=lambda each: type(each).__name__
)
def test_an_outcome_of_two_values_has_no_density_at_a_quantile(covariance):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"id": np.repeat(range(12), 10), "year": list(range(10)) * 12})
    for name in "xyz":
        frame[name] = rng.random(120) < 0.5
    spec = dm.Specification(
        "y", ("x", "z"), entity="id", time="year", covariance=covariance, estimator=dm.QuantileRegression()
    )
    with refused(dm.EstimationError, "quantile.residuals_without_density"):
        dm.estimate(spec, frame)
