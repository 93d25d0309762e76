"""Average marginal effects equal those of statsmodels and derivatives taken by differences."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from noted import noted
from refused import refused
from scipy import stats
from statsmodels.datasets import grunfeld

import digimfg as dm

FRAME = grunfeld.load_pandas().data
SPEC = dm.Specification(
    "invest", ("value", "value^2", "value:capital", "log(capital)"), entity="firm", time="year"
)
FORMS = {
    "least squares": SPEC,
    "effects": SPEC.replace(fixed_effects=("firm", "year")),
    "poisson": SPEC.replace(estimator=dm.Poisson()),
    "poisson, weights": SPEC.replace(estimator=dm.Poisson(), weights="w"),
    "random effects": SPEC.replace(estimator=dm.RandomEffects()),
    "instruments": SPEC.replace(
        regressors=("value", "value^2"), endogenous="capital", instruments="L.capital",
        estimator=dm.TwoStageLeastSquares(),
    ),
}  # fmt: skip


def data():
    rng = np.random.default_rng(0)
    return FRAME.assign(w=rng.uniform(1, 2, len(FRAME)), half=(FRAME["year"] > 1945).astype(int))


@pytest.mark.parametrize("name", FORMS)
def test_an_effect_is_the_average_change_of_predictions(name):
    frame, step = data(), 1e-4
    result = dm.estimate(FORMS[name], frame)
    found = dm.margins(result)
    assert list(found.rows.index) == ["value", "capital"]
    for variable in found.rows.index:
        up, down = (
            result.predict(frame.assign(**{variable: frame[variable] + sign * step}))["prediction"]
            for sign in (1, -1)
        )
        change = ((up - down) / (2 * step)).loc[result.residuals.index]
        weights = frame["w"].loc[change.index] if FORMS[name].weights else None
        assert found.rows.loc[variable, "estimate"] == pytest.approx(
            np.average(change, weights=weights), rel=1e-5
        )


@pytest.mark.parametrize("name", ["least squares", "poisson", "instruments"])
def test_errors_are_those_of_the_delta_method_by_differences(name):
    frame = data()
    result = dm.estimate(FORMS[name], frame)
    found = dm.margins(result, at={"value": 900.0})
    names = list(result.coefficients.index)
    step = 1e-6 * result.coefficients["estimate"].abs()

    def moved(term, sign):
        rows = result.coefficients.copy()
        rows.loc[term, "estimate"] += sign * step[term]
        rows["statistic"] = rows["estimate"] / rows["std_error"]
        df = result.statistics.get("df_t", np.inf)
        rows["p_value"] = 2 * stats.t.sf(rows["statistic"].abs(), df)
        for name, side in (("conf_low", -1), ("conf_high", 1)):
            rows[name] = rows["estimate"] + side * stats.t.ppf(0.975, df) * rows["std_error"]
        return dm.margins(replace(result, coefficients=rows), at={"value": 900.0}).rows["estimate"]

    jacobian = np.column_stack([(moved(term, 1) - moved(term, -1)) / (2 * step[term]) for term in names])
    expected = np.sqrt(np.diag(jacobian @ result.covariance_matrix.to_numpy() @ jacobian.T))
    assert found.rows["std_error"].to_numpy() == pytest.approx(expected, rel=1e-4)


IN_THOUSANDS = {"v": "value", "c": "capital"}
BINARY = {"outcome": "half", "regressors": ("v", "c", "v:c"), "covariance": dm.Unadjusted()}


@pytest.mark.parametrize(
    ("changes", "options", "expected"),
    [
        ({}, {}, [113.9991042798772, 13.0084426, 321.6766869, 67.53999]),
        ({}, {"variables": "v", "at": {"v": (0.5, 1.0)}}, [117.448622314, 17.3096857, 113.918459871, 12.9106594]),
        (
            BINARY | {"regressors": ("v", "v^2", "c"), "estimator": dm.Poisson()}, {},
            [-0.02966974827, 0.05671712371, 0.885062849528, 0.20184138],
        ),
        (BINARY | {"estimator": dm.Logit()}, {}, [-0.141044052205, 0.045647324, 1.143249017754, 0.1446396]),
        (BINARY | {"estimator": dm.Probit()}, {}, [-0.138318413814, 0.0426105006, 1.166116260049, 0.14665531888]),
    ],
)  # fmt: skip
def test_effects_are_those_of_marginaleffects(changes, options, expected):
    """avg_slopes of marginaleffects 0.2.0 (statsmodels 0.15.0): estimates with eps=1e-5, errors of the
    first, second and following with eps=1e-2, whose derivatives by differences have four to six digits.
    """
    frame = data().assign(**{name: lambda d, of=of: d[of] / 1000 for name, of in IN_THOUSANDS.items()})
    spec = SPEC.replace(**{"regressors": ("v", "v^2", "v:c", "log(c)"), "covariance": dm.Robust()} | changes)
    rows = dm.margins(dm.estimate(spec, frame), **options).rows[["estimate", "std_error"]].to_numpy()
    assert rows[:, 0] == pytest.approx(np.array(expected[::2]), rel=3e-6)
    assert rows[:, 1] == pytest.approx(np.array(expected[1::2]), rel=2e-4)


def test_poisson_effects_are_those_of_statsmodels():
    frame = data()
    spec = SPEC.replace(
        outcome="half", regressors=("value", "capital"), estimator=dm.Poisson(), covariance=dm.Unadjusted()
    )
    other = smf.poisson("half ~ value + capital", frame).fit(disp=0, method="newton", tol=1e-14)
    expected = other.get_margeff().summary_frame()
    found = dm.margins(dm.estimate(spec, frame)).rows
    assert found["estimate"].to_numpy() == pytest.approx(expected["dy/dx"].to_numpy(), rel=1e-7)
    assert found["std_error"].to_numpy() == pytest.approx(expected["Std. Err."].to_numpy(), rel=1e-6)


def test_levels_are_contrasts_with_their_reference():
    frame = data()
    spec = SPEC.replace(regressors=("value", "i(half)", "value:i(half)"))
    result = dm.estimate(spec, frame)
    found = dm.margins(result, "half").rows
    b = result.coefficients["estimate"]
    assert list(found.index) == ["half[1]"]
    expected = b["half[1]"] + b["value:half[1]"] * frame["value"].mean()
    assert found["estimate"].iloc[0] == pytest.approx(expected)


def test_an_effect_of_poisson_with_effects_is_the_slope_times_the_mean_of_the_outcome():
    spec = SPEC.replace(regressors="value", fixed_effects=("firm", "year"), estimator=dm.Poisson())
    result = dm.estimate(spec, FRAME)
    row, b = dm.margins(result).rows.iloc[0], result.coefficients.iloc[0]
    mean = FRAME["invest"].mean()
    assert (row["estimate"], row["std_error"]) == pytest.approx(
        (b["estimate"] * mean, b["std_error"] * mean), rel=1e-8
    )


def test_a_row_of_an_index_of_terms_is_the_coefficient():
    result = dm.estimate(SPEC.replace(regressors=("value", "capital"), fixed_effects="firm"), FRAME)
    found = dm.margins(result).rows
    pd.testing.assert_frame_equal(
        found, result.coefficients[found.columns], check_names=False, check_index_type=False
    )


def test_columns_that_are_not_there_are_named_with_the_nearest():
    result = dm.estimate(SPEC, FRAME)
    for call in ({"variables": "capitol"}, {"at": {"capitol": 1}}):
        with refused(dm.SpecificationError, "names.unknown_column", near="capital"):
            dm.margins(result, **call)
    with pytest.raises(dm.DigimfgError):
        dm.margins(result, at={"capital": -1.0})


def dynamic_panel():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(20), 12), "year": np.tile(np.arange(2000, 2012), 20)})
    n = len(frame)
    frame["x"], frame["q"] = rng.normal(size=n), rng.uniform(0.5, 1.5, size=n)
    frame["group"] = rng.integers(0, 2, size=n)
    frame["y"] = (
        np.repeat(rng.normal(size=20), 12) + 0.4 * frame.x + 0.3 * frame.x * frame.q + rng.normal(size=n)
    )
    return frame


CROSSED = dm.Specification("y", ("x", "q", "x:q"), entity="unit", time="year")
BY_TERMS = {
    "first differences": CROSSED.replace(estimator=dm.FirstDifference()),
    "mean group": CROSSED.replace(estimator=dm.MeanGroup()),
    "common correlated effects": CROSSED.replace(estimator=dm.CommonCorrelatedEffects(pooled=True)),
    "interactive effects": CROSSED.replace(fixed_effects="unit", estimator=dm.InteractiveEffects(factors=1)),
    "long run": CROSSED.replace(estimator=dm.FullyModifiedLeastSquares()),
    "groups": CROSSED.replace(estimator=dm.GroupedEffects(groups=2, starts=5)),
    "dynamic": CROSSED.replace(
        regressors=("L.y", "x", "q", "x:q"),
        estimator=dm.DynamicGMM(instruments=dm.GMMInstruments("y", last=3), exogenous=("x", "q", "x:q"), collapse=True),
    ),
    "corrected": CROSSED.replace(
        regressors=("L.y", "x", "q", "x:q"), fixed_effects="unit", estimator=dm.BiasCorrectedLSDV(replications=20)
    ),
    "median": CROSSED.replace(estimator=dm.QuantileRegression(quantile=0.5), covariance=dm.Robust()),
    "median, effects": CROSSED.replace(fixed_effects="unit", estimator=dm.QuantileRegression(quantile=0.3)),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_TERMS)
def test_effects_need_no_mean_where_the_outcome_moves_by_its_terms(name):
    frame = dynamic_panel()
    result = dm.estimate(BY_TERMS[name], frame)
    found = dm.margins(result, "x", at={"q": (0.5, 1.5)})
    b, v = result.coefficients["estimate"], result.covariance_matrix
    for q in (0.5, 1.5):
        row = found.rows.loc[("x", q)]
        assert row["estimate"] == pytest.approx(b["x"] + q * b["x:q"])
        variance = v.loc["x", "x"] + 2 * q * v.loc["x", "x:q"] + q**2 * v.loc["x:q", "x:q"]
        assert row["std_error"] == pytest.approx(np.sqrt(variance))
        combined = dm.linear_combination(result, {"x": 1.0, "x:q": q})
        assert row["p_value"] == pytest.approx(combined.p_value)
    assert noted(found.notes, "slopes_only")
    assert list(dm.margins(result).rows.index) == ["x", "q"]
    with refused(dm.EstimationError, "postestimation.not_an_estimator_of_means"):
        dm.predict(result)


@pytest.mark.parametrize(
    "estimator",
    [dm.QuantileRegression(quantile=(0.25, 0.5)), dm.PanelThreshold(threshold_variable="q", regime_dependent="x", replications=0),
     dm.DoubleMachineLearning(learner="least_squares", folds=3, repetitions=1)],
)  # fmt: skip
def test_what_does_not_move_by_its_terms_alone_is_refused(estimator):
    spec = CROSSED.replace(regressors="x", estimator=estimator)
    if isinstance(estimator, dm.PanelThreshold):
        spec = spec.replace(fixed_effects="unit")
    if isinstance(estimator, dm.DoubleMachineLearning):
        spec = spec.replace(controls="q")
    with refused(dm.EstimationError, "postestimation.not_an_estimator_of_means") as caught:
        dm.margins(dm.estimate(spec, dynamic_panel()))
    assert caught.value.kind
