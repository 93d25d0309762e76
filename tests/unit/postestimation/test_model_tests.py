"""Tests after an estimate have the numbers of plm, lmtest and of second code paths.

Numbers: R 4.2.2, plm 2.6-2, lmtest 0.9-40, data("Grunfeld", package = "plm"):
phtest(within, random); phtest(…, method = "aux", vcov = vcovHC(x, method = "arellano", type = "HC0"));
resettest(lm(inv ~ value + capital), power = 2:4); AIC, BIC, lrtest of lm with and without factor(firm).
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm

FRAME = grunfeld.load_pandas().data.query("firm != 'American Steel'")
FIXED = dm.Specification(
    "invest",
    ("value", "capital"),
    entity="firm",
    time="year",
    fixed_effects="firm",
    covariance=dm.Unadjusted(),
)
RANDOM = FIXED.replace(fixed_effects=(), estimator=dm.RandomEffects())
POOLED = FIXED.replace(fixed_effects=())
BARE = dm.Clustered("firm", small_sample="none", wild_bootstrap=None)
G, N = 10, 200


def test_hausman_is_that_of_plm():
    found = dm.hausman(dm.estimate(FIXED, FRAME), dm.estimate(RANDOM, FRAME))
    assert found.statistic == pytest.approx(2.33036689368, rel=1e-8)
    assert (found.df, found.terms) == (2.0, ("value", "capital"))


def test_robust_and_mundlak_are_those_of_plm_with_the_factor_of_their_rule():
    fixed, random = dm.estimate(FIXED, FRAME), dm.estimate(RANDOM, FRAME)
    factor = (N - 1) / (N - 5) * G / (G - 1)
    robust = dm.hausman(fixed, random, method="robust")
    assert robust.statistic * factor == pytest.approx(8.29983661684, rel=1e-8)
    assert dm.hausman(fixed, random, method="mundlak").statistic == pytest.approx(2.13136622541, rel=1e-6)
    clustered = dm.estimate(RANDOM.replace(covariance=BARE), FRAME)
    assert dm.hausman(fixed, clustered, method="mundlak").statistic == pytest.approx(8.29983661684, rel=1e-6)


def test_hausman_refuses_what_it_cannot_test():
    fixed, random = dm.estimate(FIXED, FRAME), dm.estimate(RANDOM, FRAME)
    with refused(dm.SpecificationError, "postestimation.covariance_not_plain"):
        dm.hausman(dm.estimate(FIXED.replace(covariance=BARE), FRAME), random)
    with refused(dm.SpecificationError, "postestimation.not_fixed_and_random"):
        dm.hausman(random, fixed)
    with refused(dm.SpecificationError, "postestimation.rows_differ"):
        dm.hausman(fixed, dm.estimate(RANDOM.replace(sample="year > 1936"), FRAME))


def test_a_mean_that_is_collinear_is_left_out_of_the_robust_tests():
    fixed = FIXED.replace(regressors=("value", "capital", "i(year)"))
    random = RANDOM.replace(regressors=fixed.regressors)
    for method in ("robust", "mundlak"):
        assert dm.hausman(dm.estimate(fixed, FRAME), dm.estimate(random, FRAME), method=method).df <= 21


def test_likelihoods_and_criteria_are_those_of_r():
    found = dm.compare({"pooled": dm.estimate(POOLED, FRAME), "firms": dm.estimate(FIXED, FRAME)}).rows
    assert found["aic"].tolist() == pytest.approx([2391.604720736 - 2, 2167.562052998 - 2], rel=1e-10)
    assert found["bic"].tolist() == pytest.approx(
        [2404.797990202 - np.log(N), 2210.440178763 - np.log(N)], rel=1e-10
    )
    assert found.loc["firms", ["lr_statistic", "lr_df"]].tolist() == pytest.approx([242.042667738, 9.0])
    assert np.isnan(found.loc["pooled", "lr_statistic"])


def test_models_that_are_not_nested_have_no_likelihood_ratio_and_other_samples_are_refused():
    one, other = (dm.estimate(POOLED.replace(regressors=name), FRAME) for name in ("value", "capital"))
    assert dm.compare({"a": one, "b": other}).rows["lr_statistic"].isna().all()
    with refused(dm.SpecificationError, "postestimation.results_of_other_data"):
        dm.compare({"a": one, "b": dm.estimate(POOLED.replace(regressors="L.value"), FRAME)})
    instrumented = POOLED.replace(
        regressors="value", endogenous="capital", instruments="L.capital", estimator=dm.TwoStageLeastSquares()
    )
    with refused(dm.EstimationError, "postestimation.no_likelihood"):
        dm.compare({"a": one, "b": dm.estimate(instrumented, FRAME)})


def test_serial_correlation_is_that_of_the_regression_of_differences():
    """A regression of differences without a constant, then of its residuals, clustered (R: lm, vcovCL HC1)."""
    found = dm.serial_correlation_test(dm.estimate(FIXED, FRAME))
    assert (found.coefficient, found.statistic) == pytest.approx((0.141966424143, 263.591543579256), rel=1e-8)
    assert found.df_denominator == 9


def test_serial_correlation_of_white_noise_and_of_a_gap():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"unit": np.repeat(range(300), 8), "year": np.tile(range(8), 300)})
    frame = frame.assign(x=rng.normal(size=2400), e=rng.normal(size=2400))
    spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects="unit")
    frame["y"] = frame["x"] + frame["e"]
    assert dm.serial_correlation_test(dm.estimate(spec, frame)).p_value > 0.05
    frame["y"] = frame["x"] + frame.groupby("unit")["e"].cumsum()
    assert dm.serial_correlation_test(dm.estimate(spec, frame)).p_value < 1e-6
    gapped = frame[frame["year"] != 3]
    assert dm.serial_correlation_test(dm.estimate(spec, gapped)).n_obs == 300 * (1 + 2)
    with refused(dm.SpecificationError, "postestimation.serial_correlation_not_plain"):
        dm.serial_correlation_test(dm.estimate(spec.replace(fixed_effects=("unit", "year")), frame))


def test_groupwise_variances_by_a_second_path():
    result = dm.estimate(FIXED, FRAME)
    found = dm.groupwise_heteroskedasticity_test(result)
    assert found.statistic == pytest.approx(17342172.6002, rel=1e-6)
    squares = result.residuals**2
    total = 0.0
    for _, own in squares.groupby(FRAME["firm"]):
        total += (own.mean() - squares.mean()) ** 2 / (own.var(ddof=1) / len(own))
    assert found.statistic == pytest.approx(total, rel=1e-9)


def test_reset_is_that_of_lmtest_and_of_a_generalised_linear_model():
    found = dm.reset_test(dm.estimate(POOLED, FRAME))
    assert (found.statistic, found.df_denominator) == (pytest.approx(13.65668659, rel=1e-8), 194.0)
    found = dm.reset_test(dm.estimate(FIXED, FRAME), powers=3)
    assert (found.statistic, found.df_denominator) == (pytest.approx(58.11128232, rel=1e-8), 186.0)
    spec = POOLED.replace(regressors=("log(value)", "capital"), estimator=dm.Poisson())
    family = sm.families.Poisson()
    first = smf.glm("invest ~ np.log(value) + capital", FRAME, family=family).fit(tol=1e-14)
    index = first.predict(FRAME, which="linear")
    scaled = (index - index.mean()) / index.std(ddof=0)
    data = FRAME.assign(p2=scaled**2, p3=scaled**3, p4=scaled**4)
    second = smf.glm("invest ~ np.log(value) + capital + p2 + p3 + p4", data, family=family).fit(tol=1e-14)
    wald = second.wald_test("p2 = p3 = p4 = 0", scalar=True)
    assert dm.reset_test(dm.estimate(spec, FRAME)).p_value == pytest.approx(float(wald.pvalue), rel=1e-5)
