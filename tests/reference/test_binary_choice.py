"""Logit, probit, between, first differences and Fama–MacBeth equal statsmodels, linearmodels and plm.

Numbers of plm: R 4.2.2, plm 2.6-2, data("Grunfeld", package = "plm"): plm(inv ~ value + capital, model =
"between"), pmg(inv ~ value + capital, index = c("year", "firm")).
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from linearmodels.panel import BetweenOLS, FamaMacBeth, FirstDifferenceOLS
from refused import refused
from statsmodels.datasets import grunfeld, spector

import digimfg as dm

FRAME = grunfeld.load_pandas().data.query("firm != 'American Steel'")
SPEC = dm.Specification(
    "invest", ("value", "capital"), entity="firm", time="year", covariance=dm.Unadjusted()
)
CLUSTERED = dm.Clustered("firm", small_sample="linearmodels", wild_bootstrap=None)
INDEXED = FRAME.assign(year=FRAME["year"].astype(int)).set_index(["firm", "year"])
COLUMNS = INDEXED[["value", "capital"]]


@pytest.mark.parametrize("estimator", [dm.Logit(), dm.Probit()])
@pytest.mark.parametrize("covariance", [dm.Unadjusted(), dm.Clustered("firm", wild_bootstrap=None)])
def test_binary_choices_are_those_of_statsmodels(estimator, covariance):
    frame = FRAME.assign(late=(FRAME["year"] > 1945).astype(int))
    spec = SPEC.replace(outcome="late", estimator=estimator, covariance=covariance)
    found = dm.estimate(spec, frame)
    engine = smf.logit if isinstance(estimator, dm.Logit) else smf.probit
    options = (
        {}
        if isinstance(covariance, dm.Unadjusted)
        else {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(frame["firm"])[0]}}
    )
    other = engine("late ~ value + capital", frame).fit(disp=0, tol=1e-14, **options)
    # statsmodels multiplies clusters' variance by (N-1)/(N-K) too, Stata's likelihoods do not
    factor = 1.0 if not options else np.sqrt((len(frame) - 1) / (len(frame) - 3))
    coefficients = found.coefficients
    assert coefficients["estimate"].to_numpy() == pytest.approx(other.params.to_numpy(), rel=1e-9)
    assert coefficients["std_error"].to_numpy() * factor == pytest.approx(other.bse.to_numpy(), rel=1e-8)
    assert found.statistics["log_likelihood"] == pytest.approx(other.llf)
    assert found.statistics["r2_pseudo"] == pytest.approx(other.prsquared)
    effects = dm.margins(found).rows
    expected = other.get_margeff().summary_frame()
    assert effects["estimate"].to_numpy() == pytest.approx(expected["dy/dx"].to_numpy(), rel=1e-7)
    assert effects["std_error"].to_numpy() * factor == pytest.approx(
        expected["Std. Err."].to_numpy(), rel=1e-6
    )
    predicted = other.get_prediction(frame).summary_frame()
    assert found.predict()["prediction"].to_numpy() == pytest.approx(predicted["predicted"].to_numpy())


def test_probit_of_spector_and_mazzeo_is_the_published_one():
    """Greene, Econometric Analysis, 5th ed., table 21.1: logit 2.826, 0.095, 2.379; probit 1.626, 0.052, 1.426."""
    frame = spector.load_pandas().data
    spec = dm.Specification(
        "GRADE", ("GPA", "TUCE", "PSI"), covariance=dm.Unadjusted(), estimator=dm.Probit()
    )
    assert dm.estimate(spec, frame).coefficients["estimate"].round(3).tolist() == [
        -7.452,
        1.626,
        0.052,
        1.426,
    ]
    logit = dm.estimate(spec.replace(estimator=dm.Logit()), frame)
    assert logit.coefficients["estimate"].round(3).tolist() == [-13.021, 2.826, 0.095, 2.379]
    slopes = dm.margins(logit, "GPA", at={"GPA": frame["GPA"].mean(), "TUCE": frame["TUCE"].mean(),
                                          "PSI": frame["PSI"].mean()}).rows  # fmt: skip
    assert slopes["estimate"].round(3).tolist() == [0.534]


def test_rows_that_terms_predict_perfectly_are_an_error():
    frame = pd.DataFrame({"x": np.arange(10.0), "d": [0, 1] * 5, "q": [0, 1, 1, 1, 0, 1, 1, 1, 0, 1]})
    frame["y"] = (frame["x"] > 4).astype(int)
    for outcome, term in (("y", "x"), ("q", "d")):
        for estimator in (dm.Logit(), dm.Probit()):
            with refused(dm.EstimationError, "binary.outcomes_separated"):
                dm.estimate(dm.Specification(outcome, term, estimator=estimator), frame)


@pytest.mark.parametrize("outcome", ["capital", "all"])
def test_outcomes_that_are_not_binary_are_refused(outcome):
    frame = FRAME.assign(all=1)
    with pytest.raises(dm.DigimfgError):
        dm.estimate(SPEC.replace(outcome=outcome, regressors="value", estimator=dm.Logit()), frame)
    with refused(dm.SpecificationError, "binary.absorbed_effects"):
        dm.estimate(SPEC.replace(fixed_effects="firm", estimator=dm.Probit()), frame)


@pytest.mark.parametrize(
    ("covariance", "options"),
    [
        (dm.Unadjusted(), {}),
        (dm.Robust(), {"cov_type": "robust"}),
        (CLUSTERED, {"cov_type": "clustered", "cov_kwds": {}}),
    ],
)
def test_first_differences_are_those_of_linearmodels(covariance, options):
    options = {key: value for key, value in options.items() if key != "cov_kwds"}
    if isinstance(covariance, dm.Clustered):
        options["cluster_entity"] = True
    found = dm.estimate(SPEC.replace(estimator=dm.FirstDifference(), covariance=covariance), FRAME)
    other = FirstDifferenceOLS(INDEXED["invest"], COLUMNS).fit(**options)
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(other.params.to_numpy(), rel=1e-10)
    assert found.coefficients["std_error"].to_numpy() == pytest.approx(other.std_errors.to_numpy(), rel=1e-10)


def test_differences_are_by_the_calendar_and_drop_what_does_not_change():
    gapped = FRAME[FRAME["year"] != 1940].assign(fixed=FRAME["firm"].str.len())
    found = dm.estimate(SPEC.replace(estimator=dm.FirstDifference(), regressors=("value", "fixed")), gapped)
    changes = dm.estimate(SPEC.replace(outcome="D.invest", regressors="D.value"), gapped)
    assert found.statistics["n_obs"] == changes.statistics["n_obs"] == 170
    assert list(found.coefficients.index) == ["value"]
    assert any("fixed" in note.en.lower() for note in found.notes)


def test_between_is_that_of_linearmodels_and_plm():
    found = dm.estimate(SPEC.replace(estimator=dm.BetweenOLS()), FRAME)
    assert found.coefficients["estimate"].tolist() == pytest.approx(
        [-8.5271137217269, 0.1346460869719, 0.0320314743314], rel=1e-9
    )
    assert found.coefficients["std_error"].tolist() == pytest.approx(
        [47.5153077358230, 0.0287454591405, 0.1909377991675], rel=1e-9
    )
    other = BetweenOLS(INDEXED["invest"], sm.add_constant(COLUMNS)).fit(cov_type="robust")
    robust = dm.estimate(SPEC.replace(estimator=dm.BetweenOLS(), covariance=dm.Robust()), FRAME)
    assert robust.coefficients["std_error"].to_numpy() == pytest.approx(other.std_errors.to_numpy(), rel=1e-9)
    with refused(dm.SpecificationError, "estimators.between_covariance"):
        dm.estimate(SPEC.replace(estimator=dm.BetweenOLS(), covariance=dm.Clustered("year")), FRAME)


def test_averages_of_cross_sections_are_those_of_plm_and_linearmodels():
    found = dm.estimate(SPEC.replace(estimator=dm.FamaMacBeth()), FRAME)
    assert found.coefficients["estimate"].tolist() == pytest.approx(
        [-14.7569720109326, 0.1306046674452, 0.0729575513837], rel=1e-9
    )
    assert found.coefficients["std_error"].tolist() == pytest.approx(
        [7.28766994900168, 0.00934220023765, 0.02773978613855], rel=1e-9
    )
    other = FamaMacBeth(INDEXED["invest"], sm.add_constant(COLUMNS)).fit(
        cov_type="kernel", kernel="bartlett", bandwidth=2
    )
    lagged = dm.estimate(SPEC.replace(estimator=dm.FamaMacBeth(lags=2)), FRAME)
    ratio = lagged.coefficients["std_error"].to_numpy() / other.std_errors.to_numpy()
    assert ratio == pytest.approx(ratio[0], rel=1e-8)
