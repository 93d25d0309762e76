"""Units do not matter: estimates scale with them, t statistics stay, and a large mean does not absorb a term."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from complete import check_complete
from public import estimators
from refused import refused

import digimfg as dm
from digimfg.design.absorb import absorb
from digimfg.design.collinearity import left_by_effects
from digimfg.design.scaled import scaled_rank, scaled_slopes

N, T = 24, 12
RING = pd.DataFrame(np.roll(np.eye(N), 1, 1) + np.roll(np.eye(N), -1, 1), range(N), range(N))


def panel():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"id": np.repeat(range(N), T), "t": np.tile(range(T), N)})
    size = len(frame)
    frame["x"] = rng.normal(size=size) + np.repeat(rng.normal(size=N), T)
    frame["z"] = rng.normal(size=size)
    frame["w"] = frame["x"] + rng.normal(size=size)
    frame["s"] = 0.5 * frame["x"] + rng.normal(size=size)
    frame["y"] = (
        0.5 * frame["x"] - 0.3 * frame["z"] + np.repeat(rng.normal(size=N), T) + rng.normal(size=size)
    )
    frame["c"] = rng.poisson(np.exp(0.5 + 0.2 * frame["x"] - 0.1 * frame["z"])).astype(float)
    frame["b"] = frame["y"] > frame["y"].median()
    frame["pilot"] = ((frame["id"] < 12) & (frame["t"] >= 5 + frame["id"] % 3)).astype(float)
    frame["dose"] = frame["pilot"] * (1 + frame["id"] % 4)
    frame["half"] = frame["id"] < 12
    frame["made"] = (
        0.4 * frame["x"] - 0.2 * frame["z"] + 0.3 * rng.normal(size=size) - rng.exponential(0.7, size=size)
    )
    frame["o"] = np.digitize(frame["y"], [-0.5, 0.5, 1.5])
    frame["e"], frame["p"] = frame["y"].clip(lower=0.0), (1 / (1 + np.exp(-frame["y"]))).round(2)
    frame["n"] = rng.poisson(np.exp(0.2 * frame["x"]) * rng.gamma(1.0, 1.5, size=size))
    # eleven binary digits, so that a mean of 1e9 leaves the numbers as they are
    for name in "xzws":
        frame[name] = np.round(frame[name] * 2**11) / 2**11
    return frame


FRAME = panel()
SPEC = dm.Specification(
    "y", ("x", "z"), entity="id", time="t", covariance=dm.Clustered("id", wild_bootstrap=None)
)
LAG = dm.GMMInstruments("y", first=2, last=4)


def case(estimator, **parts):
    return SPEC.replace(estimator=estimator, **parts)


def spatial(**options):
    return dm.SpatialPanel(weights=RING, standardization="row", draws=0, **options)


def did(method):
    return case(dm.StaggeredDifferenceInDifferences(method=method, draws=0), regressors="pilot",
                controls="z" if method != "dechaisemartin_dhaultfoeuille" else ())  # fmt: skip


WITHOUT = {
    "LeastSquares": case(dm.LeastSquares()),
    "TwoStageLeastSquares": case(
        dm.TwoStageLeastSquares(), regressors=(), controls="z", endogenous="x", instruments=("w", "s")
    ),
    "TwoStageLeastSquares, liml": case(
        dm.TwoStageLeastSquares(method="liml"), regressors=(), controls="z", endogenous="x", instruments=("w", "s")
    ),
    "TwoStageLeastSquares, gmm2s": case(
        dm.TwoStageLeastSquares(method="gmm2s"), regressors=(), controls="z", endogenous="x", instruments=("w", "s")
    ),
    "TwoStageLeastSquares, cue": case(
        dm.TwoStageLeastSquares(method="cue"), regressors=(), controls="z", endogenous="x", instruments=("w", "s")
    ),
    "Poisson": case(dm.Poisson(), outcome="c"),
    "QuantileRegression": case(dm.QuantileRegression()),
    "SpatialPanel": case(spatial()),
    "SpatialPanel, SEM": case(spatial(lag_outcome=False, lag_regressors=False, lag_error=True)),
}  # fmt: skip
CASES = {
    **WITHOUT,
    **{f"{name}, id": spec.replace(fixed_effects="id") for name, spec in WITHOUT.items()},
    **{f"{name}, id and t": spec.replace(fixed_effects=("id", "t")) for name, spec in WITHOUT.items()},
    "LeastSquares, cr2": case(dm.LeastSquares(), covariance=dm.Clustered("id", small_sample="cr2")),
    "LeastSquares, cv3": case(dm.LeastSquares(), covariance=dm.Clustered("id", small_sample="cv3")),
    "LeastSquares, periods": case(dm.LeastSquares(), covariance=dm.DriscollKraay(), fixed_effects="id"),
    "SpatialPanel, random": case(spatial(effects="random")),
    "SpatialPanel, dynamic": case(
        spatial(bias_correction="lee_yu"), regressors=("L.y", "x", "z"), fixed_effects=("id", "t")
    ),
    "RandomEffects": case(dm.RandomEffects()),
    "BetweenOLS": case(dm.BetweenOLS()),
    "FirstDifference": case(dm.FirstDifference()),
    "HalfPanelJackknife": case(dm.HalfPanelJackknife(), fixed_effects=("id", "t")),
    "FamaMacBeth": case(dm.FamaMacBeth()),
    "MeanGroup": case(dm.MeanGroup()),
    "MeanGroup, id and t": case(dm.MeanGroup(trend=True), fixed_effects=("id", "t")),
    "CommonCorrelatedEffects": case(dm.CommonCorrelatedEffects()),
    "CommonCorrelatedEffects, pooled": case(dm.CommonCorrelatedEffects(pooled=True)),
    "InteractiveEffects": case(dm.InteractiveEffects(factors=1)),
    "InteractiveEffects, id and t": case(dm.InteractiveEffects(factors=1), fixed_effects=("id", "t")),
    "PooledMeanGroup": case(dm.PooledMeanGroup()),
    "FullyModifiedLeastSquares": case(dm.FullyModifiedLeastSquares()),
    "FullyModifiedLeastSquares, pooled": case(dm.FullyModifiedLeastSquares(pooled=True, trend=True)),
    "DynamicLeastSquares": case(dm.DynamicLeastSquares(lags=0, leads=0)),
    "DynamicLeastSquares, pooled": case(dm.DynamicLeastSquares(pooled=True, lags=0, leads=0)),
    "Logit": case(dm.Logit(), outcome="b"),
    "FixedEffectsLogit": case(dm.FixedEffectsLogit(), outcome="b", fixed_effects="id"),
    "Probit": case(dm.Probit(), outcome="b"),
    "OrderedLogit": case(dm.OrderedLogit(), outcome="o"),
    "OrderedProbit": case(dm.OrderedProbit(effects="random"), outcome="o"),
    "Tobit": case(dm.Tobit(), outcome="e"),
    "Tobit, random": case(dm.Tobit(effects="random"), outcome="e"),
    "FractionalLogit": case(dm.FractionalLogit(), outcome="p"),
    "FractionalProbit": case(dm.FractionalProbit(), outcome="p"),
    "CorrelatedRandomEffects": case(dm.CorrelatedRandomEffects(dm.Probit()), outcome="b"),
    "MixedEffects": case(dm.MixedEffects(slopes="x")),
    "NegativeBinomial": case(dm.NegativeBinomial(), outcome="n"),
    "NegativeBinomial, constant": case(dm.NegativeBinomial(dispersion="constant"), outcome="n"),
    "Moderation": case(dm.Moderation(moderator="z", bins=0), regressors="x", fixed_effects="id"),
    "GroupDifference": case(
        dm.GroupDifference(group="half", methods=("interaction", "suest")), fixed_effects=("id", "t")
    ),
    "PanelThreshold": case(
        dm.PanelThreshold(threshold_variable="s", regime_dependent="x", replications=20), fixed_effects="id"
    ),
    "PanelThreshold, kink": case(
        dm.PanelThreshold(threshold_variable="s", regime_dependent="s", kink=True, replications=20),
        regressors=("s", "x"), fixed_effects="id",
    ),
    "GroupedEffects": case(dm.GroupedEffects(groups=2)),
    "GroupedEffects, few periods": case(
        dm.GroupedEffects(groups=2, errors="few_periods"), fixed_effects="id"
    ),
    "DynamicPanelThreshold": case(
        dm.DynamicPanelThreshold(
            threshold_variable="s", instruments=dm.GMMInstruments("s", first=1, last=1), exogenous="x",
            collapse=True, draws=0, grid=9,
        ),
        regressors="x",
    ),
    "InstrumentedThreshold": case(
        dm.InstrumentedThreshold(threshold_variable="z", regime_dependent="x", draws=0, grid=20),
        regressors=(), endogenous="x", instruments=("w", "s"), fixed_effects="id",
    ),
    "PanelSmoothTransition": case(
        dm.PanelSmoothTransition(transition_variable="s", regime_dependent="x", draws=0), fixed_effects="id"
    ),
    "DynamicGMM": case(
        dm.DynamicGMM(instruments=LAG, exogenous="x", collapse=True), regressors=("L.y", "x")
    ),
    "DynamicGMM, system": case(
        dm.DynamicGMM(instruments=LAG, exogenous="x", collapse=True, system=True), regressors=("L.y", "x")
    ),
    "ProductionFunction": case(
        dm.ProductionFunction(method="lp", state="z", proxy="w", degree=2, replications=20)
    ),
    "StochasticFrontier": case(dm.StochasticFrontier(), outcome="made"),
    "DoubleMachineLearning": case(
        dm.DoubleMachineLearning(learner="least_squares", repetitions=2), regressors="x", controls=("z", "s")
    ),
    "DoubleMachineLearning, forest": case(
        dm.DoubleMachineLearning(learner="decision_tree", effects="first_difference", repetitions=1),
        regressors="x", controls=("z", "s"),
    ),
    "BiasCorrectedLSDV": case(dm.BiasCorrectedLSDV(replications=10), regressors=("L.y", "x")),
    "Mediation": case(
        dm.Mediation(mediators="w", replications=20), regressors="x", controls="z", fixed_effects="id"
    ),
    **{
        f"StaggeredDifferenceInDifferences, {method}": did(method)
        for method in (
            "callaway_santanna", "sun_abraham", "imputation", "two_stage", "stacked", "two_way",
            "dechaisemartin_dhaultfoeuille", "extended_two_way", "local_projection",
        )
    },
    **{
        f"ContinuousDifferenceInDifferences, {target}": case(
            dm.ContinuousDifferenceInDifferences(target=target, degree=2, draws=0), regressors="dose", controls="z"
        )
        for target in ("slope", "level")
    },
    "SyntheticDifferenceInDifferences": case(
        dm.SyntheticDifferenceInDifferences(draws=20, errors="bootstrap"), regressors="pilot", controls="z"
    ),
}  # fmt: skip
# Terms whose place matters to the model: a regime's slope without an intercept of its own, products of it.
PLACED = {
    "PanelThreshold",
    "PanelSmoothTransition",
    "DynamicPanelThreshold",
    "InstrumentedThreshold",
    "PanelThreshold, kink",
    "Moderation",
    "GroupDifference",
}
SCALES = [{"y": 1e-13, "c": 1e-13, "e": 1e-13}, {"y": 1e13, "c": 1e13, "e": 1e13}, {"x": 1e-13}, {"z": 1e13},
          {"s": 1e-12, "w": 1e12},
          dict.fromkeys("yczxws", 1e-09)]  # fmt: skip


@cache
def known_of(name):
    """Return the estimate of a case in its own units."""
    return dm.estimate(CASES[name], FRAME)


def statistics(result):
    rows = result.coefficients["statistic"]
    return rows[~rows.index.str.startswith(("Intercept", "/cut"))]


def answered(call):
    """Return an answer, or the kind of its refusal."""
    try:
        return call(), ""
    except dm.DigimfgError as error:
        return None, error.kind


FAR = {"all large": (1e150, "yczxwsenop"), "all larger": (1e200, "yczxwsenop"), "all small": (1e-150, "yczxwsenop"),
       "all smaller": (1e-200, "yczxwsenop"), "outcome large": (1e200, "yceno"), "outcome small": (1e-200, "yceno"),
       "regressors large": (1e150, "xzws"), "regressors small": (1e-150, "xzws")}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("far", FAR)
def test_numbers_whose_powers_cannot_be_held_are_refused_or_count_as_their_unit(name, far):
    factor, columns = FAR[far]
    scaled = FRAME.assign(**{column: FRAME[column] * factor for column in columns})
    found, kind = answered(lambda: statistics(dm.estimate(CASES[name], scaled)))
    if kind:
        assert kind == "terms.numbers_out_of_range"
    else:
        pd.testing.assert_series_equal(found, statistics(known_of(name)), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("factor", [1e50, 1e-50])
def test_numbers_whose_powers_can_be_held_count_as_their_unit(name, factor):
    scaled = FRAME.assign(**{column: FRAME[column] * factor for column in "yce"})
    found = statistics(dm.estimate(CASES[name], scaled))
    pd.testing.assert_series_equal(found, statistics(known_of(name)), rtol=1e-5, atol=1e-5)


def test_every_estimator_is_here():
    listed = {name.split(",")[0] for name in CASES}
    check_complete(listed, estimators(), "a case to CASES of this file, under the name of the class")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("scales", SCALES, ids=str)
def test_t_statistics_do_not_depend_on_units(name, scales):
    scaled = FRAME.assign(**{column: FRAME[column] * factor for column, factor in scales.items()})
    found = statistics(dm.estimate(CASES[name], scaled))
    pd.testing.assert_series_equal(found, statistics(known_of(name)), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in CASES if name not in PLACED])
def test_a_mean_of_a_billion_moves_the_intercept_alone(name):
    spec = CASES[name]
    terms = [*spec.regressors, *spec.controls, *spec.endogenous, *spec.instruments]
    moved = [term for term in terms if term in set("xzws")]
    found = dm.estimate(spec, FRAME.assign(**{term: FRAME[term] + 1e9 for term in moved}))
    known = known_of(name)
    slopes = ~known.coefficients.index.str.startswith(("Intercept", "/cut"))
    columns = ["estimate", "std_error"]
    pd.testing.assert_frame_equal(
        found.coefficients.loc[slopes, columns], known.coefficients.loc[slopes, columns], rtol=1e-6, atol=1e-8
    )
    assert not [note for note in found.notes if "Omitted" in note.en]
    if slopes.all():
        return
    # the level at a row is what it was: a + Σ b x, and so is its error
    row = known.coefficients.index[~slopes][0]
    weights = pd.Series(0.0, index=known.coefficients.index)
    weights[row] = 1.0
    for term in moved:
        for shown in (term, f"W.{term}", f"unit_mean[{term}]"):
            if shown in weights:  # cut points are less the index
                weights[shown] = -1e9 if row.startswith("/cut") else 1e9
    level = found.coefficients["estimate"] @ weights
    assert level == pytest.approx(known.coefficients.loc[row, "estimate"], abs=1e-4)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
@pytest.mark.parametrize("options", [{}, {"lag_error": True}, {"effects": "random"}], ids=str)
def test_spatial_coefficients_scale_with_the_weights(factor, options):
    # the rows of these weights have many sums
    rng = np.random.default_rng(1)
    weights = pd.DataFrame(rng.uniform(size=(N, N)) * (1 - np.eye(N)) / N, range(N), range(N))
    specs = [case(dm.SpatialPanel(weights=weights * unit, lag_regressors=False, draws=0, **options),
                  fixed_effects=() if options else "id") for unit in (1.0, factor)]  # fmt: skip
    one, other = (dm.estimate(spec, FRAME).coefficients for spec in specs)
    assert other.loc["rho", "estimate"] * factor == pytest.approx(
        one.loc["rho", "estimate"], rel=1e-6, abs=1e-8
    )
    assert other["statistic"].to_numpy() == pytest.approx(one["statistic"].to_numpy(), rel=1e-4, abs=1e-5)


def test_poisson_is_the_same_at_every_scale_of_the_outcome():
    frame = FRAME.assign(c=FRAME["c"] * 1e-15)
    for effects in ((), "id", ("id", "t")):
        spec = CASES["Poisson"].replace(fixed_effects=effects)
        one, other = dm.estimate(spec, FRAME), dm.estimate(spec, frame)
        slopes = one.coefficients.index != "Intercept"
        assert other.statistics["iterations"] == one.statistics["iterations"]
        pd.testing.assert_frame_equal(
            other.coefficients[slopes], one.coefficients[slopes], rtol=1e-9, atol=1e-12
        )


def test_rounding_is_not_variation():
    """Unit constants of 1e12 with the noise of their last digits are absorbed; a spread of one beside them is not."""
    rng = np.random.default_rng(0)
    unit = np.repeat(np.arange(20), 5)
    level = 1e12 + np.repeat(rng.normal(size=20), 5)
    noise = level * (1 + 2e-16 * rng.normal(size=100))
    spread = level + rng.normal(size=100)
    columns = np.column_stack([level, noise, spread])
    assert left_by_effects(columns, absorb(columns, [unit]), None).tolist() == [False, False, True]


def test_products_of_a_large_mean_are_refused_in_words():
    with refused(dm.EstimationError, "mechanisms.products_collinear"):
        dm.estimate(CASES["GroupDifference"], FRAME.assign(x=FRAME["x"] + 1e9))


def test_an_outcome_of_large_mean_is_no_constant_and_no_perfect_fit():
    y = np.round(FRAME["y"] * 2**11) / 2**11
    for effects in ((), "id"):
        spec = CASES["LeastSquares"].replace(fixed_effects=effects)
        one, other = dm.estimate(spec, FRAME.assign(y=y)), dm.estimate(spec, FRAME.assign(y=y + 1e9))
        pd.testing.assert_series_equal(statistics(other), statistics(one), rtol=1e-6)
        assert other.notes == one.notes


def test_slopes_and_ranks_in_columns_of_unit_length():
    columns = np.column_stack([np.ones(4), np.array([1.0, 2, 3, 5]) * 1e-20])
    assert scaled_rank(columns) == 2
    assert scaled_slopes(columns, 2 + 3e20 * columns[:, 1]) == pytest.approx([2, 3e20])


TESTS = {
    "slope_heterogeneity": lambda f: dm.slope_heterogeneity(
        f, outcome="y", regressors=("x", "z"), entity="id", time="t"
    ),
    "pesaran_cd": lambda f: dm.pesaran_cd(f, "y", entity="id", time="t", regressors=("x", "z")),
    "dumitrescu_hurlin": lambda f: dm.dumitrescu_hurlin(f, outcome="y", cause="x", entity="id", time="t"),
    **{
        f"panel_unit_root, {test}": lambda f, test=test: dm.panel_unit_root(
            f, "y", entity="id", time="t", test=test, replications=50
        )
        for test in ("llc", "ips", "fisher", "cips")
    },
    **{
        f"panel_cointegration, {test}": lambda f, test=test: dm.panel_cointegration(
            f, outcome="y", regressors=("x", "z"), entity="id", time="t", test=test, lags=0, draws=50
        ).tests.iloc[:, 2:]
        for test in ("pedroni", "kao", "westerlund")
    },
    "panel_stationarity": lambda f: dm.panel_stationarity(f, "y", entity="id", time="t"),
    "few_treated_test": lambda f: dm.few_treated_test(
        SPEC.replace(regressors="pilot", controls="z", fixed_effects=("id", "t")), f, replications=199
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TESTS)
@pytest.mark.parametrize("change", ["y 1e-13", "x 1e13", "z 1e-13", "y mean", "x mean"])
def test_p_values_do_not_depend_on_units(name, change):
    column, how = change.split()
    scaled = FRAME[column] + 1e9 if how == "mean" else FRAME[column] * float(how)
    found, known = (getattr(answer, "p_value", answer) for answer in (TESTS[name](FRAME.assign(**{column: scaled})), TESTS[name](FRAME)))  # fmt: skip
    assert np.asarray(found) == pytest.approx(np.asarray(known), rel=1e-5)


@pytest.mark.parametrize("name", TESTS)
@pytest.mark.parametrize("far", [1e150, 1e200, 1e-150, 1e-200])
@pytest.mark.parametrize("column", ["y", "x"])
def test_tests_refuse_numbers_whose_powers_cannot_be_held_or_count_them_as_their_unit(name, far, column):
    scaled = FRAME.assign(**{column: FRAME[column] * far})
    found, kind = answered(lambda: TESTS[name](scaled))
    if kind:
        assert kind.endswith("numbers_out_of_range")
    else:
        known = TESTS[name](FRAME)
        assert np.asarray(getattr(found, "p_value", found)) == pytest.approx(
            np.asarray(getattr(known, "p_value", known)), rel=1e-5
        )


def test_bootstrap_p_values_of_slopes_stand_large_means():
    spec = CASES["LeastSquares"].replace(
        covariance=dm.Clustered("id", wild_bootstrap=dm.WildBootstrap(draws=199))
    )
    one, other = dm.estimate(spec, FRAME), dm.estimate(spec, FRAME.assign(x=FRAME["x"] + 1e9))
    columns = [name for name in one.coefficients if "wild" in name]
    assert columns
    pd.testing.assert_frame_equal(
        other.coefficients.loc[["x", "z"], columns], one.coefficients.loc[["x", "z"], columns], rtol=1e-9
    )
    assert other.coefficients.loc["Intercept", columns].isna().all()
