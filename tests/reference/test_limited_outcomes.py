"""Counts, categories, limits and shares equal MASS, AER, ordinal and statsmodels, with published numbers where there are.

Numbers of R: R 4.2.2, by tests/reference/limited_outcomes.R on data made by the functions below.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import digimfg as dm
from digimfg.errors import EstimationError, SpecificationError


def counts():
    rng = np.random.default_rng(11)
    n = 240
    frame = pd.DataFrame({"x": np.round(rng.normal(size=n), 3), "z": np.round(rng.normal(size=n), 3)})
    frame["firm"], frame["year"] = np.repeat(np.arange(24), 10), np.tile(np.arange(10), 24)
    frame["hours"] = np.round(rng.uniform(0.5, 2.0, size=n), 3)
    mean = frame["hours"] * np.exp(0.4 + 0.5 * frame["x"] - 0.2 * frame["z"])
    frame["n"] = rng.poisson(mean * rng.gamma(1.5, 1 / 1.5, size=n))
    return frame


MASS = {"nb": ([0.440363415866, 0.442193715929, -0.185682349978], 2.05106858908, -436.28531932046)}
COUNTS = counts()
COUNTED = dm.Specification(
    "n", ("x", "z"), entity="firm", time="year", covariance=dm.Unadjusted(), estimator=dm.NegativeBinomial()
)


@pytest.mark.parametrize(("dispersion", "kind"), [("mean", "nb2"), ("constant", "nb1")])
@pytest.mark.parametrize("clustered", [False, True])
def test_counts_are_those_of_statsmodels(dispersion, kind, clustered):
    covariance = (
        dm.Clustered("firm", small_sample="none", wild_bootstrap=None) if clustered else dm.Unadjusted()
    )
    spec = COUNTED.replace(
        covariance=covariance, estimator=dm.NegativeBinomial(dispersion=dispersion, exposure="hours")
    )
    options = {"cov_type": "cluster", "cov_kwds": {"groups": COUNTS["firm"], "use_correction": False}}
    other = sm.NegativeBinomial(
        COUNTS["n"], sm.add_constant(COUNTS[["x", "z"]]), loglike_method=kind, exposure=COUNTS["hours"]
    ).fit(disp=0, method="newton", tol=1e-14, maxiter=200, **(options if clustered else {}))
    found = dm.estimate(spec, COUNTS)
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(other.params.to_numpy(), rel=1e-9)
    assert found.coefficients["std_error"].to_numpy() == pytest.approx(other.bse.to_numpy(), rel=1e-8)
    assert found.statistics["log_likelihood"] == pytest.approx(other.llf, rel=1e-12)
    assert found.statistics["r2_pseudo"] == pytest.approx(other.prsquared, rel=1e-8)
    assert found.predict()["prediction"].to_numpy() == pytest.approx(other.predict(), rel=1e-9)
    own = dm.margins(found, "x").rows.loc["x", "estimate"]
    assert own == pytest.approx(found.coefficients.loc["x", "estimate"] * other.predict().mean())


def test_counts_are_those_of_mass():
    """MASS 7.3-58.2: glm.nb(n ~ x + z + offset(log(hours)), d); θ = 1 / α."""
    found = dm.estimate(COUNTED.replace(estimator=dm.NegativeBinomial(exposure="hours")), COUNTS)
    assert found.coefficients["estimate"].tolist()[:3] == pytest.approx(MASS["nb"][0], rel=1e-6)
    assert 1 / found.coefficients.loc["/alpha", "estimate"] == pytest.approx(MASS["nb"][1], rel=1e-6)
    assert found.statistics["log_likelihood"] == pytest.approx(MASS["nb"][2], rel=1e-9)
    equal = dm.estimate(COUNTED.replace(estimator=dm.NegativeBinomial(offset="log(hours)")), COUNTS)
    assert equal.coefficients["estimate"].tolist() == pytest.approx(found.coefficients["estimate"].tolist())


def test_counts_no_more_dispersed_than_poisson_are_refused():
    frame = COUNTS.assign(n=np.tile([1, 2], 120))
    with pytest.raises(EstimationError, match=r"dm\.Poisson"):
        dm.estimate(COUNTED, frame)


@pytest.mark.parametrize("value", [-1.0, 0.5])
def test_outcomes_that_are_no_counts_are_refused(value):
    frame = COUNTS.assign(n=COUNTS["n"].astype(float).where(COUNTS.index != 7, value))
    for language in ("en", "zh"):
        with pytest.raises(SpecificationError) as caught:
            dm.estimate(COUNTED, frame)
        assert f"{value:g}" in caught.value.message(language)
    with pytest.raises(SpecificationError, match="CorrelatedRandomEffects"):
        dm.estimate(COUNTED.replace(fixed_effects="firm"), COUNTS)
