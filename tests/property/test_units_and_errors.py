"""No test statistic depends on what a column is measured in, for every estimator under every kind of errors."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest
from complete import check_complete
from hypothesis import given, settings
from hypothesis import strategies as st
from noted import noted
from public import estimators

import digimfg as dm
from digimfg.errors import DigimfgError

RING = np.roll(np.eye(12), 1, axis=0) + np.roll(np.eye(12), -1, axis=0)

SPEC = dm.Specification("y", ("x", "z", "v"), entity="id", time="t", fixed_effects="id")
PLAIN = SPEC.replace(fixed_effects=())
IV = SPEC.replace(regressors=("z", "v"), endogenous="x", instruments=("w", "m"))
DID = SPEC.replace(regressors=(), controls=("x", "z"))
DYNAMIC = SPEC.replace(regressors=("L.y", "x", "z"))
LAGS = (dm.GMMInstruments("y", first=2, last=2),)

CASES = {
    "least squares": SPEC,
    "least squares, no effects": PLAIN,
    "least squares, two effects": SPEC.replace(fixed_effects=("id", "t")),
    "2sls": IV.replace(estimator=dm.TwoStageLeastSquares()),
    "2sls, no effects": IV.replace(fixed_effects=(), estimator=dm.TwoStageLeastSquares()),
    "liml": IV.replace(estimator=dm.TwoStageLeastSquares(method="liml")),
    "fuller": IV.replace(estimator=dm.TwoStageLeastSquares(method="fuller")),
    "gmm2s": IV.replace(regressors="z", instruments="w", estimator=dm.TwoStageLeastSquares(method="gmm2s")),
    "cue": IV.replace(regressors="z", instruments="w", estimator=dm.TwoStageLeastSquares(method="cue")),
    "poisson": SPEC.replace(outcome="c", estimator=dm.Poisson()),
    "poisson, no effects": PLAIN.replace(outcome="c", estimator=dm.Poisson()),
    "quantiles via moments": SPEC.replace(estimator=dm.QuantileRegression(quantile=(0.25, 0.5))),
    "quantile": PLAIN.replace(estimator=dm.QuantileRegression()),
    "quantiles": PLAIN.replace(estimator=dm.QuantileRegression(quantile=(0.25, 0.5))),
    "production function": PLAIN.replace(
        regressors=("x", "z"),
        estimator=dm.ProductionFunction(method="lp", state="z", proxy="w", degree=2, replications=20),
    ),
    "stochastic frontier": PLAIN.replace(estimator=dm.StochasticFrontier()),
    "random effects": PLAIN.replace(estimator=dm.RandomEffects()),
    "mean group": PLAIN.replace(regressors="x", estimator=dm.MeanGroup()),
    "common correlated effects": PLAIN.replace(
        regressors="x", estimator=dm.CommonCorrelatedEffects(pooled=True)
    ),
    "interactive effects": PLAIN.replace(regressors="x", estimator=dm.InteractiveEffects(factors=1)),
    "pooled mean group": PLAIN.replace(regressors="x", estimator=dm.PooledMeanGroup()),
    "fully modified least squares": PLAIN.replace(
        regressors="x", estimator=dm.FullyModifiedLeastSquares(pooled=True)
    ),
    "dynamic least squares": PLAIN.replace(
        regressors="x", estimator=dm.DynamicLeastSquares(lags=0, leads=0, errors="spread")
    ),
    "double machine learning": PLAIN.replace(
        regressors="x", controls="z",
        estimator=dm.DoubleMachineLearning(learner="least_squares", folds=3, repetitions=1),
    ),
    "conditional logit": SPEC.replace(outcome="b", estimator=dm.FixedEffectsLogit()),
    "between": PLAIN.replace(estimator=dm.BetweenOLS()),
    "first differences": PLAIN.replace(estimator=dm.FirstDifference()),
    "half-panel jackknife": SPEC.replace(estimator=dm.HalfPanelJackknife()),
    "fama-macbeth": PLAIN.replace(estimator=dm.FamaMacBeth()),
    "logit": PLAIN.replace(outcome="b", estimator=dm.Logit()),
    "probit": PLAIN.replace(outcome="b", estimator=dm.Probit()),
    "ordered logit": PLAIN.replace(outcome="o", estimator=dm.OrderedLogit()),
    "ordered probit": PLAIN.replace(outcome="o", estimator=dm.OrderedProbit()),
    "tobit": PLAIN.replace(outcome="e", estimator=dm.Tobit()),
    "fractional logit": PLAIN.replace(outcome="p", estimator=dm.FractionalLogit()),
    "fractional probit": PLAIN.replace(outcome="p", estimator=dm.FractionalProbit()),
    "correlated random effects": PLAIN.replace(
        outcome="b", regressors="x", estimator=dm.CorrelatedRandomEffects(dm.Logit())
    ),
    "mixed": PLAIN.replace(estimator=dm.MixedEffects()),
    "negative binomial": PLAIN.replace(outcome="n", estimator=dm.NegativeBinomial()),
    "mediation": SPEC.replace(estimator=dm.Mediation(mediators="m", replications=0)),
    "mediation, no effects": PLAIN.replace(estimator=dm.Mediation(mediators="m", replications=0)),
    "threshold": SPEC.replace(
        fixed_effects=("id", "t"),
        estimator=dm.PanelThreshold(threshold_variable="q", regime_dependent="x", replications=0),
    ),
    "grouped effects": PLAIN.replace(regressors="x", estimator=dm.GroupedEffects(groups=2, starts=5)),
    "dynamic threshold": PLAIN.replace(
        regressors="x",
        estimator=dm.DynamicPanelThreshold(
            threshold_variable="q", instruments=dm.GMMInstruments("q", first=1, last=1), exogenous="x",
            collapse=True, period_instruments=False, draws=0, grid=9,
        ),
    ),
    "threshold with instruments": IV.replace(
        estimator=dm.InstrumentedThreshold(threshold_variable="q", regime_dependent="x", draws=0, grid=20)
    ),
    "smooth transition": SPEC.replace(
        fixed_effects=("id", "t"),
        estimator=dm.PanelSmoothTransition(transition_variable="q", regime_dependent="x", draws=0, starts=2),
    ),
    "groups": SPEC.replace(estimator=dm.GroupDifference(group="half", methods=("suest", "interaction"))),
    "moderation": SPEC.replace(estimator=dm.Moderation(moderator="v")),
    **{
        f"did, {method}": DID.replace(
            controls="x" if method == "callaway_santanna" else DID.controls,
            estimator=dm.StaggeredDifferenceInDifferences(
                method=method, cohort="cohort", draws=0, **({"window": (1, 1)} if method == "stacked" else {})
            ),
        )
        for method in (
            "callaway_santanna", "sun_abraham", "imputation", "two_stage", "stacked", "two_way", "extended_two_way",
            "local_projection",
        )
    },
    "did, long differences": DID.replace(
        controls=(),
        estimator=dm.StaggeredDifferenceInDifferences(
            method="dechaisemartin_dhaultfoeuille", cohort="cohort", draws=0
        ),
    ),
    "did, continuous": DID.replace(
        regressors="dose", estimator=dm.ContinuousDifferenceInDifferences(degree=1, draws=0)
    ),
    "did, synthetic": DID.replace(
        controls=(),
        estimator=dm.SyntheticDifferenceInDifferences(cohort="cohort", draws=20, errors="bootstrap"),
    ),
    "difference gmm": DYNAMIC.replace(
        estimator=dm.DynamicGMM(instruments=LAGS, exogenous=("x", "z"), collapse=True)
    ),
    "system gmm": DYNAMIC.replace(
        estimator=dm.DynamicGMM(
            instruments=LAGS, exogenous=("x", "z"), collapse=True, system=True, allow_many_instruments=True
        )
    ),
    "bias-corrected lsdv": DYNAMIC.replace(estimator=dm.BiasCorrectedLSDV(replications=20)),
    "spatial durbin": SPEC.replace(estimator=dm.SpatialPanel(weights=RING, standardization="row")),
    "spatial error": SPEC.replace(
        estimator=dm.SpatialPanel(
            weights=RING, standardization="row", lag_outcome=False, lag_regressors=False, lag_error=True
        )
    ),
}  # fmt: skip

COVARIANCES = {
    "unadjusted": dm.Unadjusted(),
    "robust": dm.Robust(),
    "clustered": dm.Clustered("id", wild_bootstrap=None),
    "two ways": dm.Clustered(("id", "t"), wild_bootstrap=None),
    "three ways": dm.Clustered(("id", "t", "town"), wild_bootstrap=None),
    "two ways, cgm": dm.Clustered(("id", "t"), small_sample="cgm", wild_bootstrap=None),
    "cr2": dm.Clustered("id", small_sample="cr2", wild_bootstrap=None),
    "cv3": dm.Clustered("id", small_sample="cv3", wild_bootstrap=None),
    "driscoll-kraay": dm.DriscollKraay(),
    "conley": dm.Conley("lat", "lon", 180.0),
    "conley, lags": dm.Conley("lat", "lon", 180.0, "bartlett", lags=2),
}
REPAIRED = ("two ways", "three ways", "two ways, cgm", "conley", "conley, lags")


def panel(seed: int, n: int = 12, years: int = 8) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"id": np.repeat(range(n), years), "t": np.tile(range(2001, 2001 + years), n)})
    size = len(frame)
    frame["town"], frame["half"], frame["q"] = frame.id % 4, frame.id % 2, rng.uniform(size=size)
    frame["x"] = rng.normal(size=size) + np.tile(rng.normal(size=years), n)
    frame["z"], frame["v"] = rng.normal(size=size), rng.normal(size=size)
    frame["m"], frame["w"] = 0.5 * frame.x + rng.normal(size=size), 0.7 * frame.x + rng.normal(size=size)
    frame["y"] = 0.3 * frame.x + np.repeat(rng.normal(size=n), years) + rng.normal(size=size)
    frame["b"] = (frame.y > 0.3).astype(int)
    frame["c"] = rng.poisson(np.exp(0.3 * frame.x.clip(-2, 2) + 0.5))
    frame["lat"], frame["lon"] = 30 + frame.id * 0.7, 100 + frame.id % 5 * 1.1
    frame["cohort"] = np.repeat(np.where(np.arange(n) < 7, 2003 + np.arange(n) % 3, 0), years)
    frame["o"] = np.digitize(frame.y, [-0.5, 0.7])
    frame["e"], frame["p"] = frame.y.clip(lower=0.0), (1 / (1 + np.exp(-frame.y))).round(2)
    frame["n"] = rng.poisson(np.exp(0.3 * frame.x.clip(-2, 2) + 0.5) * rng.gamma(1.0, 1.0, size=size))
    return frame


def answered(specification: dm.Specification, frame: pd.DataFrame):
    try:
        return dm.estimate(specification, frame)
    except DigimfgError as error:
        return type(error)


def test_every_estimator_is_here():
    listed = {type(specification.estimator) for specification in CASES.values()}
    check_complete(listed, estimators(), "a case to CASES of this file, in any words")


def check(specification: dm.Specification, seed: int, powers: tuple[int, ...]) -> None:
    frame = panel(seed)
    scaled = frame.assign(
        **{name: frame[name] * 10.0**by for name, by in zip("yxzmw", powers, strict=True)},
    )
    one, two = answered(specification, frame), answered(specification, scaled)
    if inspect.isclass(one) or inspect.isclass(two):
        assert one == two
        return
    assert two.coefficients["statistic"].to_numpy() == pytest.approx(
        one.coefficients["statistic"].to_numpy(), rel=2e-6, abs=1e-7, nan_ok=True
    )
    assert len(one.notes) == len(two.notes)
    assert set(one.statistics) == set(two.statistics)
    for name in one.statistics:
        if name.endswith(("_p", "_p_value", "_f", "f_statistic", "_rk_lm", "_wald", "_j")):
            assert two.statistics[name] == pytest.approx(
                one.statistics[name], rel=1e-5, abs=1e-8, nan_ok=True
            ), name


@pytest.mark.parametrize("errors", COVARIANCES)
@pytest.mark.parametrize("case", CASES)
def test_statistics_do_not_depend_on_units(case, errors):
    check(CASES[case].replace(covariance=COVARIANCES[errors]), 6, (3, 8, -8, -5, 4))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.tuples(*5 * [st.integers(-8, 8)]), st.sampled_from(REPAIRED))
def test_statistics_of_repaired_covariances_do_not_depend_on_units(seed, powers, errors):
    check(SPEC.replace(covariance=COVARIANCES[errors]), seed, powers)


def test_panels_so_short_do_have_covariances_to_repair():
    repaired = [
        noted(dm.estimate(each, panel(seed)).notes, "repaired")
        for errors in REPAIRED
        for seed in range(6)
        for each in [SPEC.replace(covariance=COVARIANCES[errors])]
    ]
    assert 5 < sum(repaired) < len(repaired)
