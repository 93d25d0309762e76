"""Every estimator with sandwich errors, and every other way to errors, has the same guards."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from complete import check_complete
from noted import noted
from public import estimators
from refused import refused

import digimfg as dm
from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.few_groups import few_groups_note
from digimfg.inference.positive import positive_semidefinite

METHODS = (
    "callaway_santanna",
    "sun_abraham",
    "imputation",
    "two_stage",
    "dechaisemartin_dhaultfoeuille",
    "stacked",
    "two_way",
)


def clustered(columns, rule="stata"):
    return dm.Clustered(columns, small_sample=rule, wild_bootstrap=None)


def panel(seed=5, n_firms=20, years=10):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "firm": np.repeat(np.arange(n_firms), years),
            "year": np.tile(np.arange(2001, 2001 + years), n_firms),
        }
    )
    size = len(frame)
    frame["x"], frame["m"], frame["w"] = (
        random.normal(size=size),
        random.normal(size=size),
        random.normal(size=size),
    )
    here = frame.firm == 3
    frame["heavy"] = random.normal(size=size) * np.where(here, 30.0, 1.0)
    frame["only"] = np.where(here, random.normal(size=size), 0.0)
    frame["burst"] = random.normal(size=size) * np.where(frame.year == 2004, 30.0, 1.0)
    frame["early"] = (here & (frame.year >= 2006)).astype(float)
    frame["z"] = frame.heavy + random.normal(size=size)
    frame["half"], frame["few"] = frame.firm % 2, frame.firm % 4
    frame["y"] = np.exp(0.2 * frame.x + 0.3 * random.normal(size=size))
    frame["binary"] = (frame.y > 1).astype(int)
    frame["spent"] = (frame.y - 0.9).clip(lower=0.0)
    frame["count"] = np.round(5 * frame.y * random.exponential(size=size))
    frame["lat"], frame["lon"] = 20.0 + frame.firm, 100.0 + 2.0 * (frame.firm % 5)
    return frame


FRAME = panel()
SPEC = dm.Specification(
    "y", ("heavy", "x"), entity="firm", time="year", fixed_effects="firm", covariance=clustered("firm")
)
PLAIN = SPEC.replace(fixed_effects=())
SANDWICHES = {
    "least squares": SPEC,
    "2sls": SPEC.replace(
        regressors="x", endogenous="heavy", instruments=("z", "w"), estimator=dm.TwoStageLeastSquares()
    ),
    "liml": SPEC.replace(
        regressors="x", endogenous="heavy", instruments=("z", "w"), estimator=dm.TwoStageLeastSquares(method="liml")
    ),
    "gmm2s": SPEC.replace(
        regressors="x", endogenous="heavy", instruments=("z", "w"), estimator=dm.TwoStageLeastSquares(method="gmm2s")
    ),
    "cue": SPEC.replace(
        regressors="x", endogenous="heavy", instruments=("z", "w"), estimator=dm.TwoStageLeastSquares(method="cue")
    ),
    "half-panel jackknife": SPEC.replace(estimator=dm.HalfPanelJackknife()),
    "poisson": SPEC.replace(estimator=dm.Poisson()),
    "quantiles via moments": SPEC.replace(estimator=dm.QuantileRegression(quantile=(0.25, 0.5))),
    "quantile": PLAIN.replace(estimator=dm.QuantileRegression()),
    "random effects": PLAIN.replace(estimator=dm.RandomEffects()),
    "first differences": PLAIN.replace(estimator=dm.FirstDifference()),
    "logit": PLAIN.replace(outcome="binary", estimator=dm.Logit()),
    "probit": PLAIN.replace(outcome="binary", estimator=dm.Probit()),
    "ordered logit": PLAIN.replace(outcome="binary", estimator=dm.OrderedLogit()),
    "ordered probit": PLAIN.replace(outcome="binary", estimator=dm.OrderedProbit()),
    "tobit": PLAIN.replace(outcome="spent", estimator=dm.Tobit()),
    "fractional logit": PLAIN.replace(outcome="binary", estimator=dm.FractionalLogit()),
    "fractional probit": PLAIN.replace(outcome="binary", estimator=dm.FractionalProbit()),
    "correlated random effects": PLAIN.replace(
        outcome="binary", estimator=dm.CorrelatedRandomEffects(dm.Probit())
    ),
    "mixed": PLAIN.replace(estimator=dm.MixedEffects()),
    "negative binomial": PLAIN.replace(outcome="count", estimator=dm.NegativeBinomial()),
    "fixed-effects logit": SPEC.replace(outcome="binary", estimator=dm.FixedEffectsLogit()),
    "mediation": SPEC.replace(estimator=dm.Mediation(mediators="m", replications=0)),
    "threshold": SPEC.replace(
        estimator=dm.PanelThreshold(threshold_variable="w", regime_dependent="heavy", replications=0)
    ),
    "grouped effects": SPEC.replace(estimator=dm.GroupedEffects(groups=2, starts=5)),
    "threshold with instruments": SPEC.replace(
        regressors="x", endogenous="heavy", instruments=("z", "w"),
        estimator=dm.InstrumentedThreshold(threshold_variable="m", regime_dependent="heavy", draws=0, grid=20),
    ),
    "smooth transition": SPEC.replace(
        estimator=dm.PanelSmoothTransition(transition_variable="w", regime_dependent="heavy", draws=0, starts=2)
    ),
    "moderation": SPEC.replace(estimator=dm.Moderation(moderator="m", bins=0)),
    "groups": SPEC.replace(estimator=dm.GroupDifference(group="half", methods=("interaction",))),
    "double machine learning": SPEC.replace(
        regressors="heavy", controls=("x", "w"),
        estimator=dm.DoubleMachineLearning(learner="least_squares", folds=3, repetitions=1),
    ),
}  # fmt: skip


def test_every_estimator_with_sandwich_errors_is_here():
    # The others form their errors from likelihoods, moments of instruments by unit, draws, or influence by unit (below).
    # or of means, one row a unit or a period.
    others = {
        dm.BetweenOLS,
        dm.FamaMacBeth,
        dm.SpatialPanel,
        dm.DynamicGMM,
        dm.BiasCorrectedLSDV,
        dm.MeanGroup,
        dm.CommonCorrelatedEffects,
        dm.InteractiveEffects,
        dm.PooledMeanGroup,
        dm.DynamicPanelThreshold,
        dm.FullyModifiedLeastSquares,
        dm.DynamicLeastSquares,
        dm.StaggeredDifferenceInDifferences,
        dm.ContinuousDifferenceInDifferences,
        dm.StochasticFrontier,
        dm.SyntheticDifferenceInDifferences,
        dm.ProductionFunction,
    }
    listed = {type(each.estimator) for each in SANDWICHES.values()}
    remedy = (
        "a case to SANDWICHES of this file, or the class to `others` if its errors are no sandwich of rows"
    )
    check_complete(listed, estimators() - others, remedy)


@pytest.mark.parametrize("name", [each for each in SANDWICHES if each != "least squares"])
@pytest.mark.parametrize("rule", ["hc2", "hc3"])
def test_errors_corrected_for_leverage_are_for_least_squares(name, rule):
    with pytest.raises((SpecificationError, EstimationError)):
        dm.estimate(SANDWICHES[name].replace(covariance=dm.Robust(rule)), FRAME)


def kinds(specification, frame=FRAME):
    return [getattr(note, "kind", "") for note in dm.estimate(specification, frame).notes]


def said(specification, frame=FRAME, kind="lone_group"):
    notes = dm.estimate(specification, frame).notes
    return [note for note in notes if getattr(note, "kind", "") == kind]


@pytest.mark.parametrize("name", SANDWICHES)
def test_a_term_that_varies_in_one_cluster_is_noted_whatever_the_estimator(name):
    notes = said(SANDWICHES[name])
    assert any("in one cluster" in note.en and "Firm = 3" in note.en for note in notes)
    assert any("一个聚类" in note.zh and "企业=3" in note.zh for note in notes)


@pytest.mark.parametrize("rule", ["stata", "areg", "fixest", "linearmodels", "cgm", "none", "cr2", "cv3"])
def test_a_term_that_varies_in_one_cluster_is_noted_whatever_the_rule(rule):
    (note,) = said(SPEC.replace(covariance=clustered("firm", rule)))
    assert "almost only in one cluster: heavy (Firm = 3)" in note.en


def test_two_ways_of_clustering_see_the_way_in_which_a_term_is_alone():
    (note,) = said(SPEC.replace(covariance=clustered(("firm", "year"))))
    assert "heavy (Firm = 3)" in note.en
    (note,) = said(SPEC.replace(regressors=("burst", "x"), covariance=clustered(("firm", "year"))))
    assert "burst (Year = 2004)" in note.en


def test_a_term_of_one_period_is_noted_under_driscoll_kraay_errors():
    (note,) = said(SPEC.replace(regressors=("burst", "x"), covariance=dm.DriscollKraay(lags=0)))
    assert "Vary almost only in one period: burst (Year = 2004). Such a Driscoll–Kraay error" in note.en
    assert said(SPEC.replace(regressors="x", covariance=dm.DriscollKraay(lags=0))) == []


def test_a_term_of_a_few_neighbours_is_noted_under_conleys_errors():
    far = FRAME.assign(
        lat=np.where(FRAME.firm <= 3, 30 + 0.1 * FRAME.firm, 32 + 2 * FRAME.firm.clip(upper=25))
    )
    here = far.assign(near=np.where((far.firm <= 3) & (far.year == 2004), far.x, 0.001 * far.w))
    (note,) = said(PLAIN.replace(regressors=("near", "x"), covariance=dm.Conley("lat", "lon", 500.0)), here)
    assert "Vary almost only among neighbours: near. Such a spatial error" in note.en


def test_the_size_under_cr2_is_what_simulated_errors_show():
    # One treated firm of twenty: its own residuals lie in what the regressor takes, so that CR2 sees the others alone.
    spec = SPEC.replace(
        regressors="early", fixed_effects=("firm", "year"), covariance=clustered("firm", "cr2")
    )
    (note,) = said(spec)
    (stated,) = (int(word[:-1]) for word in note.en.split() if word.endswith("%"))
    random, rows = np.random.default_rng(9), []
    for _ in range(200):
        rows.append(dm.estimate(spec, FRAME.assign(y=random.normal(size=len(FRAME)))).coefficients.iloc[0])
    found = pd.DataFrame(rows)
    # 200 draws leave some 5 % of the standard deviation on either side.
    ratio = np.sqrt((found.std_error**2).mean() / found.estimate.var())
    assert ratio == pytest.approx(stated / 100, rel=0.12)


def test_a_term_whose_errors_cancel_has_no_star():
    # x of the other firms and a term of firm 3 alone: all that is not rounding in the latter's error is gone.
    frame = FRAME.assign(rest=FRAME.x.where(FRAME.firm != 3, 0.0))
    rows = dm.estimate(SPEC.replace(regressors=("rest", "only")), frame).coefficients
    assert rows.loc["only", "std_error"] == 0
    assert np.isnan(rows.loc["only", "p_value"])
    assert 0 < rows.loc["rest", "p_value"] <= 1


TWO = FRAME[FRAME.firm.isin([1, 2])].assign(lat=30.0, lon=100.0)
POINTS = pd.DataFrame(
    {
        "lat": np.random.default_rng(0).uniform(20, 45, 31),
        "lon": np.random.default_rng(1).uniform(80, 125, 31),
        **{name: np.random.default_rng(seed).normal(size=31) for seed, name in enumerate("xyzwm", start=2)},
    }
)
NEAR = dm.Specification("y", "x", covariance=dm.Conley("lat", "lon", 6000.0))
CANCELLING = {
    "two clusters": (SPEC.replace(regressors="x", fixed_effects=("firm", "year")), TWO),
    "cr2": (
        SPEC.replace(regressors="x", fixed_effects=("firm", "year"), covariance=clustered("firm", "cr2")),
        TWO,
    ),
    "two periods, driscoll-kraay": (
        SPEC.replace(regressors="x", sample="year <= 2002", covariance=dm.DriscollKraay(lags=0)),
        FRAME,
    ),
    "all are neighbours": (NEAR, POINTS),
    "all are neighbours, 2sls": (
        NEAR.replace(regressors=(), endogenous="x", instruments="z", estimator=dm.TwoStageLeastSquares()),
        POINTS.assign(z=POINTS.z + POINTS.x),
    ),
    "all are neighbours, poisson": (
        NEAR.replace(estimator=dm.Poisson()),
        POINTS.assign(y=np.exp(POINTS.y)),
    ),
    "all are neighbours, mediation": (
        NEAR.replace(estimator=dm.Mediation(mediators="m", replications=0)),
        POINTS,
    ),
}


@pytest.mark.parametrize("name", CANCELLING)
def test_scores_that_add_up_to_zero_are_refused(name):
    specification, frame = CANCELLING[name]
    with refused(EstimationError, "inference.scores_cancel"):
        dm.estimate(specification, frame)


def test_a_wild_bootstrap_of_scores_that_add_up_to_zero_is_refused():
    spec = SPEC.replace(regressors="x", fixed_effects=("firm", "year"))
    with refused(EstimationError, "inference.variance_not_positive"):
        dm.wild_cluster_bootstrap(spec, TWO, "x", draws=99)
    with refused(EstimationError, "inference.variance_not_positive"):
        dm.romano_wolf({"x": (spec, "x")}, TWO, draws=99)
    with refused(EstimationError, "inference.variance_not_positive"):
        dm.wild_cluster_bootstrap(
            spec.replace(regressors=(), endogenous="x", instruments="z", estimator=dm.TwoStageLeastSquares()),
            TWO,
            "x",
            draws=99,
        )


def test_a_term_without_a_positive_variance_has_no_wild_p_value_and_a_note():
    spec = SPEC.replace(regressors=("x", "w", "m"), covariance=dm.Clustered(("few", "year")))
    notes = [
        note
        for seed in range(40)
        for note in dm.estimate(spec, panel(seed)).notes
        if "No bootstrap p value of" in note.en
    ]
    assert notes


def shift_share(n=200, sectors=8):
    random = np.random.default_rng(0)
    weights = random.dirichlet(np.ones(sectors), size=n)
    shares = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n), sectors),
            "sector": np.tile(np.arange(sectors), n),
            "share": weights.ravel(),
        }
    ).assign(all=1)
    frame = pd.DataFrame({"unit": np.arange(n), "b": weights @ random.normal(size=sectors)})
    frame["one"], frame["y"] = 3 * weights[:, 2], frame.b + random.normal(size=n)
    return dm.Specification("y", "b", entity="unit", covariance=dm.Robust()), frame, shares


def test_errors_of_shocks_have_the_same_guards():
    spec, frame, shares = shift_share()
    with refused(EstimationError, "shift_share_design.shocks_cancel"):
        dm.shift_share_inference(spec, frame, shares, sector="sector", shock_cluster="all")
    alone = dm.shift_share_inference(spec.replace(regressors="one"), frame, shares, sector="sector").notes
    assert noted(alone, "lone_group", shock="2")
    several = dm.shift_share_inference(spec, frame, shares, sector="sector").notes
    assert not noted(several, "lone_group")


@pytest.mark.parametrize("name", SANDWICHES)
def test_few_clusters_are_noted_once_whatever_the_estimator(name):
    assert kinds(SANDWICHES[name]).count("few_groups") == (3 if name == "groups" else 1)


@pytest.mark.parametrize(
    ("covariance", "words"),
    [
        (clustered("few"), "Only 4 clusters: clustered errors tend to be too small"),
        (clustered("few", "cr2"), "Only 4 clusters: with so few CR2 errors cannot be relied on either"),
        (
            clustered("few", "cv3"),
            "Only 4 clusters: with so few the cluster jackknife cannot be relied on either",
        ),
        (dm.DriscollKraay(), "Only 10 periods: Driscoll–Kraay errors tend to be too small"),
        (dm.Conley("lat", "lon", 400.0, lags=9), "independent groups: spatial errors tend to be too small"),
    ],
)
def test_few_groups_are_noted_whatever_the_errors(covariance, words):
    notes = said(SPEC.replace(regressors="x", covariance=covariance), kind="few_groups")
    assert any(words in note.en for note in notes)


def test_a_bootstrap_of_few_clusters_is_noted():
    spec = SPEC.replace(
        covariance=clustered("few"), estimator=dm.QuantileRegression(errors="bootstrap", replications=20)
    )
    assert "few_groups" in kinds(spec)
    test = dm.wild_cluster_bootstrap(
        SPEC.replace(regressors="x", covariance=clustered("few")), FRAME, "x", draws=99
    )
    assert noted(test.notes, "few_groups", n=4)


def test_enough_groups_are_not_noted():
    assert few_groups_note("clustered", 50) == ()
    assert few_groups_note("driscoll_kraay", 50) == ()
    assert few_groups_note("conley", 50.0) == ()
    assert few_groups_note("cr2", 6) == ()
    assert few_groups_note("robust", 0) == ()


def adopters():
    random = np.random.default_rng(2)
    first = [2004, 2005, 2005, 2005, 2006, 2006, *[0] * 8]
    frame = pd.DataFrame({"firm": np.repeat(np.arange(14), 9), "year": np.tile(np.arange(2000, 2009), 14)})
    frame["cohort"], frame["region"] = np.repeat(first, 9), frame.firm // 2 + 10 * (frame.firm > 3)
    return frame.assign(y=random.normal(size=len(frame)))


def staggered(method, **changes):
    window = {"window": (1, 1)} if method == "stacked" else {}
    return dm.Specification(
        "y",
        (),
        entity="firm",
        time="year",
        estimator=dm.StaggeredDifferenceInDifferences(method=method, cohort="cohort", draws=0, **window),
    ).replace(**changes)


@pytest.mark.parametrize("method", METHODS)
def test_a_cohort_of_one_unit_is_noted_under_every_method(method):
    (note,) = said(staggered(method), adopters())
    assert note.en.startswith("Rest on one treated unit: cohorts 2004")
    assert note.zh.startswith("仅依据一个处理个体：批次2004")
    if method != "stacked":
        assert "event times 4" in note.en


@pytest.mark.parametrize("method", METHODS)
def test_cohorts_of_several_units_are_not_noted(method):
    frame = adopters()
    frame["cohort"] = frame["cohort"].replace({2004: 2005})
    notes = said(staggered(method), frame)
    assert not any("cohorts" in note.en for note in notes)


def test_a_cohort_in_one_cluster_is_noted_as_such():
    frame = adopters()
    frame["cohort"] = frame["cohort"].replace({2004: 2005})
    frame.loc[frame.firm.isin([4, 5]), "region"] = 40
    (note,) = said(staggered("sun_abraham", covariance=clustered("region")), frame)
    assert "Rest on one treated cluster: cohorts 2006" in note.en


def test_errors_of_influence_functions_refuse_corrections_they_cannot_make():
    for method in ("callaway_santanna", "imputation", "two_stage", "dechaisemartin_dhaultfoeuille"):
        with refused(dm.DigimfgError, "did.small_sample_rule"):
            dm.estimate(staggered(method, covariance=clustered("firm", "cr2")), adopters())


@pytest.mark.parametrize("rule", ["stata", "cr2", "cv3"])
def test_the_joint_f_of_the_slopes_does_not_need_units_of_one_size(rule):
    spec = SPEC.replace(regressors=("x", "w"), covariance=clustered("firm", rule))
    one = dm.estimate(spec, FRAME).statistics["f_statistic"]
    far = dm.estimate(spec, FRAME.assign(x=FRAME.x * 1e8, w=FRAME.w * 1e-8)).statistics["f_statistic"]
    assert far == pytest.approx(one, rel=1e-9)


def test_a_joint_f_that_cannot_be_formed_is_noted():
    spec = SPEC.replace(regressors=("x", "w", "m", "z", "heavy"), covariance=clustered("few"))
    result = dm.estimate(spec, FRAME)
    assert "f_statistic" not in result.statistics
    assert noted(result.notes, "no_joint_test", n=5)


def test_conleys_errors_are_not_forgotten_for_one_quantile():
    spec = PLAIN.replace(estimator=dm.QuantileRegression(), covariance=dm.Conley("lat", "lon", 1.0, lags=3))
    serial = dm.estimate(spec, FRAME).coefficients["std_error"]
    robust = dm.estimate(spec.replace(covariance=dm.Robust()), FRAME).coefficients["std_error"]
    assert not np.allclose(serial, robust, rtol=1e-3)


def test_blocks_are_repaired_as_if_they_stood_alone_and_the_whole_stays_positive():
    random = np.random.default_rng(3)
    for _ in range(200):
        root = random.normal(size=(6, 6))
        wrong = root @ np.diag(random.normal(size=6)) @ root.T
        units = np.exp(random.normal(size=6))
        found = positive_semidefinite(wrong, units, [(0, 1), (2, 3, 4)], (5,)).covariance
        for block in ((0, 1), (2, 3, 4)):
            place = np.ix_(block, block)
            alone = positive_semidefinite(wrong[place], units[list(block)], [range(len(block))]).covariance
            np.testing.assert_allclose(found[place], alone, atol=1e-9 * np.abs(wrong).max())
        values = np.linalg.eigvalsh(found / units / units[:, None])
        assert values[0] > -1e-10 * max(values[-1], 1e-300)


def test_a_covariance_without_negative_eigenvalues_stays_as_it_is_to_the_byte():
    root = np.random.default_rng(4).normal(size=(8, 5))
    right = root.T @ root
    found = positive_semidefinite(right, np.ones(5), [(0, 1), (2, 3)], (4,))
    assert found.n_negative == 0
    assert found.covariance is right
