"""Predictions, residuals and effects are those of regressions with a dummy variable for every level."""

import pickle

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from noted import noted
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm


def panel():
    """Return Grunfeld's panel, unbalanced, in any order, with weights."""
    frame = grunfeld.load_pandas().data.sample(frac=1, random_state=1)
    frame.iloc[5, 0] = np.nan
    return frame.assign(w=np.random.default_rng(0).uniform(1, 2, len(frame)))


FRAME = panel()
KEPT = FRAME.dropna()
SPEC = dm.Specification(
    "invest",
    ("value", "capital", "i(year):value"),
    entity="firm",
    time="year",
    fixed_effects=("firm", "year"),
)
DUMMIES = "invest~value+capital+C(year):value+C(firm)+C(year)"


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize(
    ("covariance", "engine"),
    [
        (dm.Unadjusted(), {"cov_type": "nonrobust"}),
        (dm.Robust(), {"cov_type": "HC1"}),
        (
            dm.Clustered("firm", small_sample="areg", wild_bootstrap=None),
            {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(KEPT["firm"])[0]}},
        ),
    ],
)
def test_predictions_and_their_intervals_are_those_of_dummy_variables(covariance, engine, weights):
    result = dm.estimate(SPEC.replace(covariance=covariance, weights=weights), FRAME)
    mass = np.ones(len(KEPT)) if weights is None else KEPT["w"]
    other = smf.wls(DUMMIES, KEPT, weights=mass).fit(use_t=True, **engine)
    expected = other.get_prediction(FRAME).summary_frame()
    found = result.predict()
    assert found["prediction"].to_numpy() == pytest.approx(expected["mean"].to_numpy(), rel=1e-8, abs=1e-8)
    assert found["std_error"].to_numpy() == pytest.approx(expected["mean_se"].to_numpy(), rel=1e-8)
    pd.testing.assert_series_equal(result.fitted_values, other.fittedvalues, check_names=False, rtol=1e-9)
    pd.testing.assert_series_equal(
        result.residuals, KEPT["invest"] - other.fittedvalues, check_names=False, atol=1e-7
    )
    if not isinstance(covariance, dm.Clustered):  # t of areg has G - 1 degrees of freedom, statsmodels' N - K
        assert found["conf_low"].to_numpy() == pytest.approx(expected["mean_ci_lower"].to_numpy(), rel=1e-7)


def test_effects_are_the_coefficients_of_the_dummies():
    effects = dm.estimate(SPEC, FRAME).estimated_effects
    other = smf.ols(DUMMIES, KEPT).fit().params
    for column, name in (("firm", "C(firm)[T.{}]"), ("year", "C(year)[T.{}]")):
        found = effects[column]
        expected = [other.get(name.format(level), 0.0) for level in found.index]
        assert (found - found.iloc[0]).to_numpy() == pytest.approx(np.array(expected), abs=1e-7)
    assert effects["year"].loc[KEPT["year"]].mean() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("effects", [(), ("firm",), ("firm", "year")])
def test_poisson_predicts_as_a_generalised_linear_model(effects):
    spec = SPEC.replace(
        regressors=("log(value)", "capital"), fixed_effects=effects, estimator=dm.Poisson(),
        covariance=dm.Unadjusted(),
    )  # fmt: skip
    formula = "invest~np.log(value)+capital" + "".join(f"+C({name})" for name in effects)
    other = smf.glm(formula, KEPT, family=sm.families.Poisson()).fit(tol=1e-14, tol_criterion="params")
    result = dm.estimate(spec, FRAME)
    expected = other.get_prediction(FRAME).summary_frame()
    found = result.predict()
    assert found["prediction"].to_numpy() == pytest.approx(expected["mean"].to_numpy(), rel=1e-8)
    for ours, theirs in (("std_error", "mean_se"), ("conf_low", "mean_ci_lower")):
        assert found[ours].to_numpy() == pytest.approx(expected[theirs].to_numpy(), rel=1e-6)


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize(
    "covariance",
    [dm.Unadjusted(), dm.Robust("none"), dm.Clustered("firm", small_sample="none", wild_bootstrap=None)],
)
@pytest.mark.parametrize(
    "estimator", [dm.Poisson(), dm.TwoStageLeastSquares(), dm.TwoStageLeastSquares(method="cue")]
)
def test_errors_with_absorbed_effects_are_those_with_indicators(estimator, covariance, weights):
    frame = KEPT.assign(
        z=KEPT["value"] + np.random.default_rng(1).normal(scale=300, size=len(KEPT)), other=KEPT["year"] % 5
    )
    parts = {"regressors": "log(capital)"} if isinstance(estimator, dm.Poisson) else {
        "regressors": "capital", "endogenous": "value", "instruments": ("z",),
    }  # fmt: skip
    spec = SPEC.replace(estimator=estimator, covariance=covariance, weights=weights, **parts)
    indicators = spec.replace(fixed_effects=(), controls=("i(firm)", "i(year)"))
    if isinstance(covariance, dm.Clustered) and getattr(estimator, "method", "") == "cue":
        with refused(dm.EstimationError, "instrumental.moments_not_of_full_rank"):
            dm.estimate(indicators, frame)
        return
    one = dm.estimate(spec, frame)
    two = dm.estimate(indicators, frame)
    shown, known = one.predict(), two.predict()
    assert shown["prediction"].to_numpy() == pytest.approx(known["prediction"].to_numpy(), rel=1e-6)
    assert shown["std_error"].to_numpy() == pytest.approx(known["std_error"].to_numpy(), rel=1e-6)


def test_errors_that_correct_for_leverage_have_none_for_effects_and_say_why():
    found = dm.predict(dm.estimate(SPEC.replace(covariance=dm.Clustered("firm", small_sample="cv3")), FRAME))
    assert found.rows["std_error"].isna().all()
    assert "no_prediction_error" in [note.kind for note in found.notes]


def test_levels_that_the_estimate_has_not_seen_have_no_prediction_and_are_counted():
    result = dm.estimate(SPEC, FRAME)
    new = KEPT.head(4).assign(firm=["X", "IBM", None, "IBM"], year=[1935, 1936, 1936, 1990])
    found = dm.predict(result, new)
    assert found.rows["prediction"].notna().tolist() == [False, True, False, False]
    assert [note.en for note in found.notes if "not seen" in note.en] == [
        "1 row has a level of Year that the estimate has not seen: no prediction",
        "1 row has a level of Firm that the estimate has not seen: no prediction",
    ]


def test_sums_of_effects_that_no_chain_of_rows_links_are_not_predicted():
    frame = pd.DataFrame({"a": [0, 0, 0, 1, 1, 1] * 2, "b": [0, 1, 1, 2, 2, 3] * 2})
    frame = frame.assign(
        x=np.random.default_rng(1).normal(size=12), y=np.random.default_rng(2).normal(size=12)
    )
    result = dm.estimate(dm.Specification("y", "x", fixed_effects=("a", "b"), covariance=dm.Robust()), frame)
    new = pd.DataFrame({"a": [0, 0, 1], "b": [1, 2, 3], "x": 0.0})
    found = dm.predict(result, new)
    assert found.rows["prediction"].notna().tolist() == [True, False, True]
    assert noted(found.notes, "unlinked_levels")


def test_lags_and_derived_terms_are_those_of_the_new_rows():
    spec = SPEC.replace(regressors=("L.value", "capital^2", "capital:value"), fixed_effects="firm")
    result = dm.estimate(spec, FRAME)
    whole = result.predict()
    part = FRAME[FRAME["firm"] == "IBM"]
    assert result.predict(part)["prediction"].to_numpy() == pytest.approx(
        whole.loc[part.index, "prediction"].to_numpy(), nan_ok=True
    )
    assert whole["prediction"].isna().sum() == FRAME["firm"].nunique()


def test_results_are_pickled_without_the_data_and_then_ask_for_them():
    result = dm.estimate(SPEC, FRAME)
    read = pickle.loads(pickle.dumps(result))
    assert read.frame is None
    assert len(pickle.dumps(result)) < 60_000
    with refused(dm.SpecificationError, "postestimation.data_not_kept"):
        _ = read.residuals
    pd.testing.assert_series_equal(dm.residuals(read, FRAME), result.residuals)
    pd.testing.assert_frame_equal(read.predict(estimated_on=FRAME), result.predict())
    with refused(dm.SpecificationError, "postestimation.data_changed"):
        dm.residuals(read, FRAME.assign(value=FRAME["value"] + 1))


def test_data_that_were_changed_after_the_estimate_are_refused():
    frame = FRAME.copy()
    result = dm.estimate(SPEC, frame)
    frame["value"] = frame["value"] * 2
    with refused(dm.SpecificationError, "postestimation.data_changed"):
        _ = result.fitted_values


def test_estimators_without_a_mean_of_rows_refuse():
    result = dm.estimate(SPEC.replace(estimator=dm.QuantileRegression(), regressors="value"), FRAME)
    for ask in (dm.residuals, dm.fitted_values, dm.predict, dm.estimated_effects):
        with refused(dm.EstimationError, "postestimation.not_an_estimator_of_means"):
            ask(result)
