"""The engines that are named estimate the same design and agree, for every estimator that they have."""

import numpy as np
import pandas as pd
import pytest
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm


def panel():
    frame = grunfeld.load_pandas().data
    rng = np.random.default_rng(0)
    return frame.assign(
        w=rng.uniform(1, 2, len(frame)), late=(frame["year"] > 1945).astype(int), era=(frame["year"] // 7 % 3).astype(int),
        whole=frame["invest"].round(),
        z=frame["capital"] + 20 * rng.normal(size=len(frame)), q=rng.normal(size=len(frame)),
    )  # fmt: skip


FRAME = panel()
SPEC = dm.Specification(
    "invest", ("value", "capital"), entity="firm", time="year", fixed_effects=("firm", "year")
)
PLAIN = SPEC.replace(fixed_effects=())
IV = SPEC.replace(
    regressors="value", endogenous="capital", instruments=("z", "q"), estimator=dm.TwoStageLeastSquares()
)
HAVE = {
    "least squares": SPEC,
    "weights": SPEC.replace(weights="w"),
    "no effects": PLAIN,
    "2sls": IV,
    "liml": IV.replace(estimator=dm.TwoStageLeastSquares(method="liml"), fixed_effects=()),
    "cue": IV.replace(estimator=dm.TwoStageLeastSquares(method="cue"), fixed_effects=()),
    "poisson": SPEC.replace(estimator=dm.Poisson(), regressors="log(value)"),
    "random effects": PLAIN.replace(estimator=dm.RandomEffects()),
    "between": PLAIN.replace(estimator=dm.BetweenOLS()),
    "first difference": PLAIN.replace(estimator=dm.FirstDifference()),
    "fama-macbeth": PLAIN.replace(estimator=dm.FamaMacBeth()),
    "logit": PLAIN.replace(outcome="late", estimator=dm.Logit()),
    "probit": PLAIN.replace(outcome="late", estimator=dm.Probit()),
    "ordered logit": PLAIN.replace(outcome="era", estimator=dm.OrderedLogit()),
    "fractional logit": PLAIN.replace(outcome="late", estimator=dm.FractionalLogit()),
    "fractional probit": PLAIN.replace(outcome="late", estimator=dm.FractionalProbit()),
    "negative binomial": PLAIN.replace(outcome="whole", estimator=dm.NegativeBinomial()),
}
COVARIANCES = (
    dm.Unadjusted(),
    dm.Robust(),
    dm.Robust("hc3"),
    dm.Clustered("firm", wild_bootstrap=None),
    dm.DriscollKraay(),
)


@pytest.mark.parametrize("name", HAVE)
def test_engines_agree(name):
    for covariance in COVARIANCES:
        if name == "cue" and isinstance(covariance, dm.DriscollKraay):
            continue  # weights of another kernel there
        try:
            result = dm.estimate(HAVE[name].replace(covariance=covariance), FRAME)
        except dm.DigimfgError:
            unadjusted = name.startswith("fractional") and isinstance(covariance, dm.Unadjusted)
            assert unadjusted or isinstance(covariance, dm.DriscollKraay) or covariance.small_sample == "hc3"
            continue
        found = dm.second_opinion(result)
        assert found.engine.startswith(("statsmodels", "linearmodels"))
        assert found.largest_difference < 1e-6, (covariance, found.rows)
        if isinstance(covariance, dm.Unadjusted) and name not in ("fama-macbeth",):
            assert found.rows["other_std_error"].notna().all()
        assert found.line.en.startswith("Equal to ")
        assert found.line.zh.startswith("与")


def test_where_no_engine_has_the_model_it_says_so():
    found = dm.second_opinion(dm.estimate(SPEC.replace(estimator=dm.QuantileRegression()), FRAME))
    assert (found.engine, found.line.en[:23]) == ("", "No second engine here h")


@pytest.mark.parametrize(
    ("spec", "stata", "r"),
    [
        (SPEC, "reghdfe invest value capital, absorb(firm year) vce(cluster firm)",
         "fixest::feols(invest ~ value + capital | firm + year, data, vcov = ~firm)"),
        (IV.replace(covariance=dm.Robust(), sample="year > 1936 & year < 1950"),
         "ivreghdfe invest value (capital = z q) if year > 1936 & year < 1950, absorb(firm year) robust",
         'fixest::feols(invest ~ value | firm + year | capital ~ z + q, subset(data, year > 1936 & year < 1950), vcov = "hetero")'),
        (PLAIN.replace(estimator=dm.BetweenOLS(), covariance=dm.Unadjusted()), "xtreg invest value capital, be",
         'plm::plm(invest ~ value + capital, data, index = c("firm", "year"), model = "between")'),
        (SPEC.replace(regressors="L.value"), "reghdfe invest L.value, absorb(firm year) vce(cluster firm)",
         "fixest::feols(invest ~ l(value, 1) | firm + year, data, vcov = ~firm)"),
    ],
)  # fmt: skip
def test_the_commands_of_stata_and_r(spec, stata, r):
    found = dm.second_opinion(dm.estimate(spec, FRAME))
    assert (found.stata, found.r) == (stata, r)


@pytest.mark.parametrize(
    "spec",
    [
        PLAIN.replace(covariance=dm.Robust()),
        SPEC.replace(fixed_effects="firm", covariance=dm.Robust()),
        SPEC.replace(fixed_effects="firm", estimator=dm.Poisson(), regressors=("log(value)",)),
        PLAIN.replace(outcome="late", estimator=dm.Logit(), covariance=dm.Unadjusted()),
    ],
)
def test_slopes_of_groups_are_those_of_each_group_by_itself(spec):
    frame = FRAME.assign(**{"part of it": FRAME["firm"].str.len() % 3}) if spec.outcome == "late" else FRAME
    group = "part of it" if spec.outcome == "late" else "era"
    found = dm.compare_groups(spec, frame, group)
    for name, part in frame.groupby(group):
        alone = dm.estimate(spec, part).coefficients["estimate"]
        for term in spec.regressors:
            assert found.slopes.loc[(term, str(name)), "estimate"] == pytest.approx(alone[term], rel=1e-6)


def test_the_joint_test_and_pairs_are_those_of_the_one_equation():
    found = dm.compare_groups(PLAIN.replace(covariance=dm.Robust()), FRAME, "era", terms="value")
    text = "`value:era[0]` = `value:era[1]` = `value:era[2]`"
    assert found.tests["p_value"].iloc[0] == pytest.approx(dm.test(found.result, text).p_value)
    pair = dm.linear_combination(found.result, {"value:era[2]": 1, "value:era[0]": -1})
    row = found.pairs.loc[("value", "0", "2")]
    assert (row["difference"], row["p_value"]) == pytest.approx((pair.estimate, pair.p_value))
    from statsmodels.stats.multitest import multipletests

    assert found.pairs["p_holm"].to_numpy() == pytest.approx(
        multipletests(found.pairs["p_value"], method="holm")[1]
    )


def test_groups_that_cannot_be_compared_are_refused():
    for frame, call in (
        (FRAME.assign(one=1), {"group": "one"}),
        (FRAME, {"group": "era", "levels": (0, 9)}),
        (FRAME, {"group": "era", "terms": "valeu"}),
    ):
        with pytest.raises(dm.SpecificationError):
            dm.compare_groups(PLAIN, frame, **call)
    with refused(dm.SpecificationError, "postestimation.group_unknown"):
        dm.compare_groups(PLAIN.replace(estimator=dm.RandomEffects()), FRAME, "era")
    with pytest.raises(dm.DigimfgError):
        dm.compare_groups(PLAIN, FRAME.assign(capital=FRAME["capital"].where(FRAME["era"] > 0, 1.0)), "era")
    pd.testing.assert_frame_equal(
        dm.compare_groups(PLAIN, FRAME.sample(frac=1, random_state=0), "era").slopes,
        dm.compare_groups(PLAIN, FRAME, "era").slopes,
    )
