"""Double machine learning equals an own partialling-out and DoubleML, and finds known effects.

Numbers of DoubleML 0.11.4 with scikit-learn 1.9.1 and numpy 2.4.6 on the rows of `simulated`: DoubleMLPLR, DoubleMLIRM
(score "ATE", "ATTE") and DoubleMLPLIV with LinearRegression() and LogisticRegression(C=inf, max_iter=2000, tol=1e-8), the
folds set by set_sample_splitting; sensitivity_analysis(cf_y=0.03, cf_d=0.03) after them.
"""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused
from scipy import stats

import digimfg as dm
from digimfg.estimators.dml import learners

X = ("x1", "x2", "x3", "x4")


def simulated(n=400):
    rng = np.random.default_rng(20)
    x = rng.normal(size=(n, 4))
    z = x[:, 0] + rng.normal(size=n)
    d = 0.5 * x[:, 0] - 0.3 * x[:, 1] + 0.8 * z + rng.normal(size=n)
    b = (0.6 * x[:, 0] - 0.4 * x[:, 2] + rng.logistic(size=n) > 0).astype(float)
    y = 0.7 * d + 0.4 * b + x[:, 0] + x[:, 1] * 0.5 + rng.normal(size=n)
    return pd.DataFrame(x, columns=list(X)).assign(z=z, d=d, b=b, y=y, fold=np.arange(n) % 4)


def double(**more):
    return dm.DoubleMachineLearning(**{"learner": "least_squares", "fold_column": "fold"} | more)


FRAME = simulated()
SPEC = dm.Specification("y", "d", controls=X, covariance=dm.Robust(small_sample="none"), estimator=double())
BINARY = SPEC.replace(regressors="b")
DOUBLEML = {
    "plr": (SPEC, 0.6994776290688913, 0.03785332603018612),
    "irm": (BINARY.replace(estimator=double(model="interactive")), 0.13397660121053895, 0.14880576081544178),
    "irm, treated": (
        BINARY.replace(estimator=double(model="interactive", estimand="att")), 0.18124958915235695, 0.1509004090008177
    ),
    "pliv": (
        SPEC.replace(regressors=(), endogenous="d", instruments="z"), 0.6927904538917735, 0.05574858888165072
    ),
}  # fmt: skip
BOUNDS = {
    "plr": (0.6756068018641675, 0.7233484562736151, 0.57908302),
    "irm": (0.04889317538684096, 0.21906002703423694, 0.04682827),
    "irm, treated": (0.09395907031471647, 0.26854010798999745, 0.06127944),
}


@pytest.mark.parametrize("name", DOUBLEML)
def test_estimates_and_errors_are_those_of_doubleml(name):
    spec, estimate, error = DOUBLEML[name]
    row = dm.estimate(spec, FRAME).coefficients.iloc[0]
    # its iterations of the logit stop at 1e-8 on columns that are not standardised
    assert row[["estimate", "std_error"]].tolist() == pytest.approx([estimate, error], rel=1e-6)


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_under_confounding_are_those_of_doubleml(name):
    row = dm.estimate(DOUBLEML[name][0], FRAME).tables["sensitivity"].iloc[0]
    *bounds, robustness = BOUNDS[name]
    assert row[["lower", "upper"]].tolist() == pytest.approx(bounds, rel=1e-6)
    assert row["robustness_value"] == pytest.approx(robustness, abs=2e-6)  # it stops its search there


def test_errors_of_bounds_are_those_of_the_jackknife():
    """DoubleML takes the score with the sign of its derivative, so the errors of its two bounds change places."""
    y, d = partialled(FRAME, list(X))
    n = len(y)

    def bound(keep, side):
        a, b = y[keep], d[keep]
        slope = (a @ b) / (b @ b)
        size = np.sqrt(np.mean((a - slope * b) ** 2) / np.mean(b**2))
        return slope + side * np.sqrt(0.03 * 0.03 / 0.97) * size

    row = dm.estimate(SPEC, FRAME).tables["sensitivity"].iloc[0]
    t = stats.t.ppf(0.95, n - 1)
    errors = []
    for side, ends in ((-1, ("lower", "conf_low")), (1, ("upper", "conf_high"))):
        drawn = np.array([bound(np.arange(n) != place, side) for place in range(n)])
        jackknife = np.sqrt((n - 1) / n * np.sum((drawn - drawn.mean()) ** 2))
        errors.append(abs(row[ends[0]] - row[ends[1]]) / t)
        assert errors[-1] == pytest.approx(
            jackknife, rel=0.02
        )  # the jackknife is larger by the leverage of rows
    assert errors[0] < errors[1]
    # DoubleML: ci lower 0.6131838812609213, upper 0.7855251671765051 at z = 1.645
    theirs = [(0.6756068018641675 - 0.6131838812609213), (0.7855251671765051 - 0.7233484562736151)]
    assert errors[::-1] == pytest.approx(np.array(theirs) / stats.norm.ppf(0.95), rel=1e-4)


def partialled(frame, columns, weights=("y", "d")):
    """Return residuals of outcome and treatment on covariates, each fold predicted from the others."""
    a = np.column_stack([np.ones(len(frame)), frame[columns]])
    out = []
    for name in weights:
        target, left = frame[name].to_numpy(float), np.empty(len(frame))
        for fold in np.unique(frame["fold"]):
            held = (frame["fold"] == fold).to_numpy()
            left[held] = target[held] - a[held] @ np.linalg.lstsq(a[~held], target[~held], rcond=None)[0]
        out.append(left)
    return out


def panel(n=40, t=6, seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(2010, 2010 + t), n)})
    size, level = n * t, rng.normal(size=n)[frame.unit]
    frame["a"], frame["b"] = rng.normal(size=size) + level, rng.normal(size=size)
    frame["d"] = 0.6 * frame.a + level + 0.1 * frame.year + rng.normal(size=size)
    frame["y"] = (
        0.5 * frame.d + frame.a - 0.3 * frame.b + 2 * level - 0.2 * frame.year + rng.normal(size=size)
    )
    frame["fold"] = frame.unit % 5
    return frame


PANEL = panel()
TWO_WAY = dm.Specification(
    "y",
    "d",
    controls=("a", "b"),
    entity="unit",
    time="year",
    fixed_effects=("unit", "year"),
    estimator=double(),
)


def doubly_demeaned(frame, columns):
    values = frame[columns].astype(float)
    means = [values.groupby(frame[key]).transform("mean") for key in ("unit", "year")]
    return frame.assign(**(values - means[0] - means[1] + values.mean()))


def test_within_units_and_years_is_the_own_partialling_out_of_demeaned_columns():
    y, d = partialled(doubly_demeaned(PANEL, ["y", "d", "a", "b"]), ["a", "b"])
    result = dm.estimate(TWO_WAY, PANEL)
    assert result.coefficients.loc["d", "estimate"] == pytest.approx((y @ d) / (d @ d), rel=1e-10)
    scores = pd.Series(d * (y - d * (y @ d) / (d @ d))).groupby(PANEL.unit).sum()
    n, absorbed = len(PANEL), 5  # of years beside units, which clusters nest, and their constant
    factor = (n - 1) / (n - 1 - 1 - absorbed) * 40 / 39
    assert result.coefficients.loc["d", "std_error"] == pytest.approx(
        np.sqrt(factor * np.sum(scores**2)) / (d @ d), rel=1e-8
    )


def test_differences_are_the_own_partialling_out_on_both_periods():
    changes = PANEL.assign(
        **{name: PANEL.groupby("unit")[name].diff() for name in ("y", "d")},
        **{f"last_{name}": PANEL.groupby("unit")[name].shift() for name in ("a", "b")},
    ).dropna()
    columns = ["a", "b", "last_a", "last_b"]
    for name in ("y", "d", *columns):
        changes[name] = changes[name] - changes.groupby("year")[name].transform("mean")
    y, d = partialled(changes, columns)
    spec = TWO_WAY.replace(estimator=double(effects="first_difference"))
    result = dm.estimate(spec, PANEL)
    assert result.coefficients.loc["d", "estimate"] == pytest.approx((y @ d) / (d @ d), rel=1e-10)
    assert result.statistics["n_obs"] == len(changes)


def test_means_of_units_are_the_own_partialling_out_on_covariates_and_means():
    frame = PANEL.assign(
        **{f"mean_{name}": PANEL.groupby("unit")[name].transform("mean") for name in ("a", "b", "d")}
    )
    y, d = partialled(frame, ["a", "b", "mean_a", "mean_b", "mean_d"])
    spec = TWO_WAY.replace(fixed_effects=(), estimator=double(effects="mundlak"))
    assert dm.estimate(spec, PANEL).coefficients.loc["d", "estimate"] == pytest.approx(
        (y @ d) / (d @ d), rel=1e-10
    )


def test_two_treatments_are_least_squares_of_the_residuals():
    frame = FRAME.assign(e=FRAME.b + 0.3 * FRAME.x1)
    y, d, e = partialled(frame, list(X), ("y", "d", "e"))
    found = dm.estimate(SPEC.replace(regressors=("d", "e")), frame).coefficients["estimate"]
    expected = np.linalg.lstsq(np.column_stack([d, e]), y, rcond=None)[0]
    assert found.tolist() == pytest.approx(expected.tolist(), rel=1e-9)


def test_medians_over_splits():
    spec = SPEC.replace(estimator=double(fold_column=None, repetitions=4))
    result = dm.estimate(spec, FRAME)
    splits = result.tables["splits"]
    estimate = splits["estimate"].median()
    variance = (splits["std_error"] ** 2 + (splits["estimate"] - estimate) ** 2).median()
    row = result.coefficients.loc["d"]
    assert row[["estimate", "std_error"]].tolist() == pytest.approx([estimate, np.sqrt(variance)], rel=1e-12)
    shuffled = dm.estimate(spec, FRAME.sample(frac=1, random_state=1))
    assert shuffled.coefficients.loc["d", "estimate"] == row["estimate"]


def nonlinear(n=60, t=8, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(t), n)})
    frame["a"], frame["b"] = rng.normal(size=(2, n * t))
    bend = np.sin(2 * frame.a) + (frame.b > 0)
    frame["d"] = 1.5 * bend + rng.normal(size=n * t)
    frame["y"] = 0.5 * frame.d + 3 * bend + rng.normal(size=n * t)
    frame["pilot"] = (bend + rng.logistic(size=n * t) > 0.5).astype(int)
    frame["half"] = np.where(frame.unit < n / 2, "东", "西")
    frame["effect"] = np.where(frame.half == "东", 1.0, 2.0)
    frame["v"] = frame.effect * frame.pilot + 2 * bend + rng.normal(size=n * t)
    return frame


BENT = nonlinear()
BENT_SPEC = dm.Specification("y", "d", controls=("a", "b"), entity="unit", time="year")


@pytest.mark.parametrize("learner", ["gradient_boosting", "decision_tree", "nearest_neighbours"])
def test_learners_take_out_what_least_squares_leaves(learner):
    spec = BENT_SPEC.replace(estimator=dm.DoubleMachineLearning(learner=learner, repetitions=1))
    result = dm.estimate(spec, BENT)
    row, linear = result.coefficients.loc["d"], result.tables["baseline"].loc["d"]
    assert abs(row["estimate"] - 0.5) < 0.6 * abs(linear["estimate"] - 0.5)
    assert result.tables["learners"].loc["d", "r2"] == result.statistics["r2_treatment"] > 0.3
    assert noted(result.notes, "cross_fitting")


def test_effects_by_group_of_the_doubly_robust_score():
    spec = BENT_SPEC.replace(
        outcome="v", regressors="pilot",
        estimator=dm.DoubleMachineLearning(
            learner="nearest_neighbours", model="interactive", groups="half", repetitions=1, trim=0.05
        ),
    )  # fmt: skip
    groups = dm.estimate(spec, BENT).tables["groups"]
    assert groups.index.get_level_values("level").tolist() == ["东", "西"]
    assert groups["n_rows"].tolist() == [240, 240]
    for estimate, error, truth in zip(groups["estimate"], groups["std_error"], (1.0, 2.0), strict=True):
        assert abs(estimate - truth) < 3 * error + 0.2


def test_few_clusters_have_the_wild_bootstrap_beside_them():
    few = BENT.assign(province=BENT.unit % 12)
    spec = BENT_SPEC.replace(
        covariance=dm.Clustered("province"),
        estimator=dm.DoubleMachineLearning(learner="least_squares", repetitions=1),
    )
    result = dm.estimate(spec, few)
    assert 0 <= result.coefficients.loc["d", "wild_bootstrap_p_value"] <= 1


def test_tuning_and_objects_of_scikit_learn():
    from sklearn.linear_model import LinearRegression, Ridge

    same = SPEC.replace(estimator=double(learner=LinearRegression()))
    assert dm.estimate(same, FRAME).coefficients.loc["d", "estimate"] == pytest.approx(
        DOUBLEML["plr"][1], rel=1e-12
    )
    weak = SPEC.replace(estimator=double(learner=Ridge(), tuning={"alpha": (1e-8, 1e8)}))
    assert dm.estimate(weak, FRAME).coefficients.loc["d", "estimate"] == pytest.approx(
        DOUBLEML["plr"][1], rel=1e-6
    )


@pytest.mark.parametrize("name", sorted(learners.LEARNERS))
@pytest.mark.parametrize("binary", [False, True])
def test_every_named_learner_predicts_rows_that_it_has_not_seen(name, binary):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 2))
    y = (2 * x[:, 0] + rng.logistic(size=120) > 0).astype(float) if binary else x[:, 0]
    fit = learners.fitting(name, binary=binary)
    found = fit.predict(x[:80], y[:80], x[80:], np.arange(80) // 4, seed=1)
    assert np.corrcoef(found, y[80:])[0, 1] > 0.3
    assert not binary or (found.min() >= 0 and found.max() <= 1)


BAD = {
    "more folds than clusters": (
        TWO_WAY.replace(estimator=double(fold_column=None, folds=41)), "dml.more_folds_than_clusters"
    ),
    "no such learner": (TWO_WAY.replace(estimator=double(learner="laso")), "names.unknown_name"),
    "no fit and predict": (TWO_WAY.replace(estimator=double(learner=object())), "dml.not_a_learner"),
    "no covariates": (TWO_WAY.replace(controls=()), "dml.no_covariates"),
    "not binary": (
        TWO_WAY.replace(fixed_effects=(), estimator=double(model="interactive")), "dml.treatment_not_binary"
    ),
    "effects of a binary treatment": (
        TWO_WAY.replace(regressors="high", estimator=double(model="interactive")), "dml.interactive_not_plain"
    ),
    "no overlap": (
        TWO_WAY.replace(
            regressors="high", controls="d", fixed_effects=(),
            estimator=double(model="interactive", treatment_learner="decision_tree"),
        ),
        "dml.no_overlap",
    ),
    "treatment made of covariates": (TWO_WAY.replace(controls=("part", "rest")), "dml.regressors_determined"),
    "folds that split clusters": (
        TWO_WAY.replace(estimator=double(fold_column="year")), "dml.folds_split_clusters"
    ),
    "means beside effects": (TWO_WAY.replace(estimator=double(effects="mundlak")), "dml.entity_among_fixed_effects"),
    "weights": (TWO_WAY.replace(weights="one"), "dml.weights_not_taken"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_the_remedy(name):
    spec, kind = BAD[name]
    rng = np.random.default_rng(2)
    frame = PANEL.assign(
        high=(PANEL.d > PANEL.d.median()).astype(int), part=rng.normal(size=len(PANEL)), one=1.0
    )
    frame["rest"] = frame.d - frame.part + (1e-13 * rng.normal(size=len(frame)))
    with refused(dm.DigimfgError, kind):
        dm.estimate(spec, frame)


def test_the_missing_engine_names_the_extra(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with refused(dm.SpecificationError, "dml.no_scikit_learn"):
        dm.estimate(SPEC, FRAME)
