"""What every estimator owes its readers, whatever its covariance: one distribution for rows, combinations and joint tests."""

import functools
import inspect
import json
import re

import numpy as np
import pandas as pd
import pytest
from complete import check_complete
from refused import refused
from scipy import stats

import digimfg as dm
from digimfg.display.covariance_names import covariance_phrase
from digimfg.display.regression_notes import errors_phrase
from digimfg.display.result_view import result_view
from digimfg.errors import DigimfgError, EstimationError
from digimfg.exhibits import Evidence
from digimfg.files import canonical_json
from digimfg.replication.serialise import result_from_dict, result_to_dict
from digimfg.say import Said, Term
from digimfg.specification import Estimator
from digimfg.text import Text

N_UNITS, N_PERIODS = 24, 8


def panel():
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(N_UNITS), N_PERIODS),
            "year": np.tile(np.arange(2000, 2000 + N_PERIODS), N_UNITS),
        }
    )
    n = len(frame)
    level = rng.normal(size=N_UNITS)[frame.unit]
    for name in ("x", "z", "w", "m", "instrument", "second", "q"):
        frame[name] = rng.normal(size=n)
    frame["region"] = frame.unit // 4
    frame["north"] = frame.unit % 2
    frame["latitude"], frame["longitude"] = 30 + frame.unit % 6, 100 + frame.unit // 6
    start = np.where(np.arange(N_UNITS) % 3 == 0, np.inf, 2003 + np.arange(N_UNITS) % 3)[frame.unit]
    frame["pilot"] = (frame.year >= start).astype(int)
    frame["dose"] = frame.pilot * (1.0 + frame.unit % 5)
    frame["endogenous"] = frame.instrument + 0.5 * frame.second + rng.normal(size=n)
    frame["m"] += 0.6 * frame.x
    noise = rng.normal(size=n) * (1 + 0.1 * frame.region)
    frame["y"] = 0.4 * frame.x + 0.3 * frame.m + 0.2 * frame.endogenous + 0.5 * frame.pilot + level + noise
    frame["binary"] = (frame.y + rng.normal(size=n) > 0).astype(int)
    frame["count"] = rng.poisson(np.exp(0.3 * frame.x + 0.2 * level))
    dynamic = np.zeros((N_UNITS, N_PERIODS))
    dynamic[:, 0] = rng.normal(size=N_UNITS)
    for t in range(1, N_PERIODS):
        dynamic[:, t] = 0.4 * dynamic[:, t - 1] + 0.3 * level[::N_PERIODS] + rng.normal(size=N_UNITS)
    frame["dynamic"] = dynamic.ravel()
    frame["made"] = 0.4 * frame.x - 0.2 * frame.z + 0.3 * rng.normal(size=n) - rng.exponential(0.7, size=n)
    frame["grown"] = frame.made + level
    frame["stage"] = np.digitize(frame.y + rng.logistic(size=n), [-0.5, 0.5, 1.5])
    frame["spent"] = (frame.y + 0.3).clip(0.0, 2.0)
    frame["portion"] = (1 / (1 + np.exp(-frame.y))).round(2)
    frame["overdispersed"] = rng.poisson(np.exp(0.3 * frame.x) * rng.gamma(1.0, 1.5, size=n))
    return frame


FRAME = panel()
RING = np.zeros((N_UNITS, N_UNITS))
for _unit in range(N_UNITS):
    RING[_unit, [_unit - 1, (_unit + 1) % N_UNITS]] = 0.5
FAR = np.roll(np.eye(N_UNITS), 3, axis=1)

BASE = dm.Specification(
    "y", ("x", "z"), controls="w", entity="unit", time="year", fixed_effects=("unit", "year")
)
PLAIN = BASE.replace(fixed_effects=())
DYNAMIC = BASE.replace(
    outcome="dynamic", regressors=("L.dynamic", "x"), controls=(), fixed_effects=("unit", "year")
)
POLICY = BASE.replace(regressors="pilot", controls=(), fixed_effects=())
LAGS = dm.GMMInstruments("dynamic", first=2, last=3)


def did(method, **more):
    return POLICY.replace(estimator=dm.StaggeredDifferenceInDifferences(method=method, draws=0, **more))


def gmm(**more):
    return DYNAMIC.replace(
        fixed_effects=(), estimator=dm.DynamicGMM(instruments=LAGS, exogenous="x", collapse=True, **more)
    )


def instrumented(method):
    return BASE.replace(
        regressors="x", endogenous="endogenous", instruments=("instrument", "second"),
        estimator=dm.TwoStageLeastSquares(method=method),
    )  # fmt: skip


def spatial(**more):
    values = {"weights": RING, "draws": 200, "seed": 1} | more
    return BASE.replace(controls=(), estimator=dm.SpatialPanel(**values))


def double(**more):
    return dm.DoubleMachineLearning(**{"learner": "least_squares", "folds": 3, "repetitions": 1} | more)


CASES = {
    "LeastSquares": [BASE, BASE.replace(fixed_effects=(), entity=None, time=None), BASE.replace(fixed_effects="unit")],
    "TwoStageLeastSquares": [instrumented(method) for method in ("2sls", "liml", "fuller", "gmm2s", "cue")],
    "Poisson": [BASE.replace(outcome="count", estimator=dm.Poisson())],
    "RandomEffects": [PLAIN.replace(estimator=dm.RandomEffects())],
    "BetweenOLS": [PLAIN.replace(estimator=dm.BetweenOLS())],
    "FirstDifference": [PLAIN.replace(estimator=dm.FirstDifference())],
    "HalfPanelJackknife": [
        BASE.replace(estimator=dm.HalfPanelJackknife()),
        BASE.replace(estimator=dm.HalfPanelJackknife(), fixed_effects="unit"),
    ],
    "FamaMacBeth": [PLAIN.replace(estimator=dm.FamaMacBeth(lags=lags)) for lags in (0, 2)],
    "MeanGroup": [
        PLAIN.replace(estimator=dm.MeanGroup()),
        BASE.replace(estimator=dm.MeanGroup(trend=True)),
    ],
    "CommonCorrelatedEffects": [
        PLAIN.replace(controls=(), estimator=dm.CommonCorrelatedEffects(pooled=pooled))
        for pooled in (False, True)
    ],
    "InteractiveEffects": [
        BASE.replace(estimator=dm.InteractiveEffects(factors=1)),
        PLAIN.replace(estimator=dm.InteractiveEffects(factors=1)),
    ],
    "PooledMeanGroup": [
        each.replace(regressors="x", controls=(), estimator=dm.PooledMeanGroup()) for each in (PLAIN, BASE)
    ],
    "FullyModifiedLeastSquares": [
        PLAIN.replace(regressors="x", controls=(), estimator=dm.FullyModifiedLeastSquares()),
        BASE.replace(regressors="x", controls=(), estimator=dm.FullyModifiedLeastSquares(pooled=True, errors="spread")),
    ],
    "DynamicLeastSquares": [
        PLAIN.replace(regressors="x", controls=(), estimator=dm.DynamicLeastSquares(lags=0, leads=0)),
        BASE.replace(
            regressors="x", controls=(),
            estimator=dm.DynamicLeastSquares(pooled=True, lags=0, leads=0, errors="spread"),
        ),
    ],
    "Logit": [
        PLAIN.replace(outcome="binary", estimator=dm.Logit(effects=effects)) for effects in ("none", "random")
    ],
    "FixedEffectsLogit": [PLAIN.replace(outcome="binary", estimator=dm.FixedEffectsLogit())],
    "Probit": [PLAIN.replace(outcome="binary", estimator=dm.Probit())],
    "OrderedLogit": [
        PLAIN.replace(outcome="stage", estimator=dm.OrderedLogit(effects=effects)) for effects in ("none", "random")
    ],
    "OrderedProbit": [PLAIN.replace(outcome="stage", estimator=dm.OrderedProbit())],
    "Tobit": [
        PLAIN.replace(outcome="spent", estimator=dm.Tobit(upper=upper, effects=effects))
        for upper, effects in ((2.0, "none"), (None, "random"))
    ],
    "FractionalLogit": [PLAIN.replace(outcome="portion", estimator=dm.FractionalLogit())],
    "FractionalProbit": [PLAIN.replace(outcome="portion", estimator=dm.FractionalProbit())],
    "CorrelatedRandomEffects": [
        PLAIN.replace(outcome=outcome, estimator=dm.CorrelatedRandomEffects(model))
        for outcome, model in (("binary", dm.Probit()), ("y", dm.RandomEffects()), ("stage", dm.OrderedProbit()))
    ],
    "MixedEffects": [PLAIN.replace(estimator=dm.MixedEffects(slopes=slopes)) for slopes in ((), "x")],
    "NegativeBinomial": [
        PLAIN.replace(outcome="overdispersed", estimator=dm.NegativeBinomial(dispersion=dispersion))
        for dispersion in ("mean", "constant")
    ],
    "QuantileRegression": [
        BASE.replace(estimator=dm.QuantileRegression()),
        PLAIN.replace(estimator=dm.QuantileRegression(quantile=(0.25, 0.75))),
        PLAIN.replace(estimator=dm.QuantileRegression(errors="bootstrap", replications=40)),
    ],
    "PanelThreshold": [
        BASE.replace(
            estimator=dm.PanelThreshold(threshold_variable="q", regime_dependent="x", replications=0, trim=0.1)
        )
    ],
    "GroupedEffects": [
        PLAIN.replace(estimator=dm.GroupedEffects(groups=2, starts=5)),
        BASE.replace(estimator=dm.GroupedEffects(groups=2, starts=5)),
    ],
    "DynamicPanelThreshold": [
        DYNAMIC.replace(
            regressors="x", fixed_effects=effects,
            estimator=dm.DynamicPanelThreshold(
                threshold_variable="q", instruments=[dm.GMMInstruments(name, 1, 2) for name in "qz"],
                exogenous="x", collapse=True, draws=0, grid=9,
            ),
        )
        for effects in ((), ("unit", "year"))
    ],
    "InstrumentedThreshold": [
        instrumented("2sls").replace(
            fixed_effects=effects,
            estimator=dm.InstrumentedThreshold(
                threshold_variable="q", regime_dependent="endogenous", draws=0, grid=20
            ),
        )
        for effects in (("unit", "year"), ())
    ],
    "PanelSmoothTransition": [
        BASE.replace(
            estimator=dm.PanelSmoothTransition(transition_variable="q", regime_dependent="x", draws=0, starts=2)
        )
    ],
    "DynamicGMM": [
        gmm(small_sample=small, system=system, steps=steps)
        for small in (False, True)
        for system in (False, True)
        for steps in (1, 2)
    ],
    "BiasCorrectedLSDV": [DYNAMIC.replace(estimator=dm.BiasCorrectedLSDV(replications=20))],
    "ProductionFunction": [
        PLAIN.replace(
            controls=(),
            estimator=dm.ProductionFunction(method=method, state="z", proxy=proxy, degree=2, replications=20),
        )
        for method, proxy in (("lp", ("w",)), ("wooldridge", ("w",)), ("fixed_effects", ()))
    ],
    "StochasticFrontier": [
        PLAIN.replace(outcome="made", estimator=dm.StochasticFrontier()),
        PLAIN.replace(outcome="grown", estimator=dm.StochasticFrontier(model="true_random_effects")),
    ],
    "DoubleMachineLearning": [
        BASE.replace(estimator=double(repetitions=2)),
        PLAIN.replace(fixed_effects="year", estimator=double(effects="mundlak", learner="decision_tree")),
        BASE.replace(estimator=double(effects="first_difference")),
        PLAIN.replace(regressors="pilot", estimator=double(model="interactive", trim=0.05, groups="north")),
        instrumented("2sls").replace(estimator=double()),
    ],
    "SpatialPanel": [
        spatial(),
        spatial(lag_outcome=False, lag_error=True, lag_regressors=False),
        spatial(weights={"ring": RING, "far": FAR}, lag_regressors=False),
    ],
    "StaggeredDifferenceInDifferences": [
        did("callaway_santanna"), did("sun_abraham"), did("imputation"), did("two_stage"),
        did("dechaisemartin_dhaultfoeuille"), did("stacked", window=(2, 1)), did("two_way"),
        did("extended_two_way"), did("local_projection"),
        did("triple_difference", eligible="north"),
    ],
    "ContinuousDifferenceInDifferences": [
        POLICY.replace(regressors="dose", estimator=dm.ContinuousDifferenceInDifferences(degree=1, draws=0, **more))
        for more in ({}, {"target": "level", "control_group": "never_treated"}, {"base_period": "universal"})
    ],
    "SyntheticDifferenceInDifferences": [
        POLICY.replace(estimator=dm.SyntheticDifferenceInDifferences(draws=40, errors=errors))
        for errors in ("bootstrap", "jackknife")
    ],
    "Mediation": [
        BASE.replace(estimator=dm.Mediation(mediators=("m", "q"), replications=60, interval=interval))
        for interval in ("percentile", "bca")
    ]
    + [
        BASE.replace(estimator=dm.Mediation(mediators=("m", "q"), structure="serial", replications=count))
        for count in (0, 60)
    ],
    "Moderation": [BASE.replace(estimator=dm.Moderation(moderator="q"))],
    "GroupDifference": [
        BASE.replace(fixed_effects="unit", estimator=dm.GroupDifference(group="north", replications=20))
    ],
}  # fmt: skip

RULES = ("stata", "areg", "fixest", "linearmodels", "cgm", "cr2", "cv3", "none")
COVARIANCES = [
    dm.Unadjusted(),
    dm.Robust(),
    *(dm.Clustered("unit", small_sample=rule, wild_bootstrap=None) for rule in RULES),
    dm.Clustered("region", small_sample="cr2", wild_bootstrap=None),
    dm.Clustered("unit"),
    dm.Clustered(("unit", "year"), wild_bootstrap=None),
    dm.DriscollKraay(),
    dm.Conley("latitude", "longitude", 300),
]
PAIRS = [(name, place) for name, cases in CASES.items() for place in range(len(cases))]


def registered():
    """Return every public class that estimates."""
    values = {name: getattr(dm, name) for name in dir(dm)}
    return {
        name
        for name, value in values.items()
        if inspect.isclass(value)
        and value.__module__.startswith("digimfg.estimators")
        and hasattr(value, "fit")
    }


@functools.cache
def taken(name, place):
    """Return the results of a case under every covariance that its estimator takes."""
    found = []
    for covariance in COVARIANCES:
        try:
            result = dm.estimate(CASES[name][place].replace(covariance=covariance), FRAME)
        except DigimfgError:
            continue
        found.append((covariance, result))
    return found


def test_every_registered_estimator_has_a_case():
    check_complete(CASES, registered(), "specifications to CASES of this file, on the columns of its FRAME")


@pytest.mark.parametrize(("name", "place"), PAIRS)
def test_a_row_its_combination_and_its_joint_test_have_one_p_value_and_one_interval(name, place):
    results = taken(name, place)
    assert results, "no covariance is taken"
    for covariance, result in results:
        stored = result_from_dict(json.loads(canonical_json(result_to_dict(result))))
        for term, row in result.coefficients.iterrows():
            if not row["std_error"] > 0:
                continue
            where = f"{covariance}: {term}"
            for source in (result, stored):
                alone = dm.linear_combination(source, {term: 1})
                joint = dm.wald_test(source, term)
                shown = (row["p_value"], row["conf_low"], row["conf_high"])
                found = (alone.p_value, alone.conf_low, alone.conf_high)
                assert found == pytest.approx(shown, rel=1e-9, abs=1e-12, nan_ok=True), where
                assert joint.p_value == pytest.approx(row["p_value"], rel=1e-9, abs=1e-12, nan_ok=True), where


@pytest.mark.parametrize(("name", "place"), PAIRS)
def test_the_head_of_the_table_names_the_distribution_of_its_p_values(name, place):
    for covariance, result in taken(name, place):
        distribution = result.distribution
        assert result.combinations is not None or not distribution.own.any(), covariance
        rows = ~distribution.own & (result.coefficients["std_error"] > 0).to_numpy()
        expected = 2 * stats.t.sf(result.coefficients["statistic"].abs(), distribution.df)
        assert result.coefficients["p_value"].to_numpy()[rows] == pytest.approx(
            expected[rows], rel=1e-9, abs=1e-12
        )
        head = [span.text for span in result_view(result).header[0]]
        assert ("t" if np.isfinite(distribution.df).any() else "z") in head, covariance


@pytest.mark.parametrize(("name", "place"), PAIRS)
def test_two_rows_are_tested_by_the_distribution_of_the_rows(name, place):
    for covariance, result in taken(name, place):
        distribution = result.distribution
        rows = np.flatnonzero((result.coefficients["std_error"] > 0).to_numpy() & ~distribution.own)[:2]
        terms = result.coefficients.index[rows].tolist()
        if len(terms) < 2:
            continue
        try:
            joint = dm.wald_test(result, terms)
        except EstimationError:
            continue
        if covariance.small_sample == "cr2" and result.combinations is not None:
            assert joint.df_denominator == pytest.approx(
                result.combinations.degrees(np.eye(len(result.coefficients))[rows]) - 1
            )
            continue
        df = float(distribution.df[rows].min())
        assert joint.df_denominator == (None if np.isinf(df) else df), covariance
        reach = joint.statistic * (1 if np.isinf(df) else 2)
        own = [abs(result.coefficients["statistic"].iloc[row]) for row in rows]
        assert reach >= max(own) ** 2 * (1 - 1e-9), covariance


@pytest.mark.parametrize(("name", "place"), PAIRS)
def test_errors_are_described_as_they_were_estimated(name, place):
    specification = CASES[name][place]
    clustered = dm.Clustered("unit", wild_bootstrap=None)
    said = specification.estimator.errors_label(clustered)
    phrase = errors_phrase([dm.estimate(specification.replace(covariance=clustered), FRAME)])
    if said is not None:
        assert said.en
        assert said.zh
        assert (phrase.en, phrase.zh) == (said.en, said.zh)
        return
    # The covariance and its rule are named, so they must have made the errors: the rule is one factor on all of them.
    assert "reghdfe" in phrase.en
    bare = dm.Clustered("unit", small_sample="none", wild_bootstrap=None)
    errors = [
        dm.estimate(specification.replace(covariance=each), FRAME).coefficients["std_error"]
        for each in (clustered, bare)
    ]
    factor = (errors[0] / errors[1]).to_numpy()
    assert (factor > 1).all()
    if name not in ("Mediation", "GroupDifference"):  # several equations, each with its own factor
        assert factor == pytest.approx(factor[0], rel=1e-9)


EXACT = {
    "FixedEffectsLogit": "the outcome is 0 or 1",
    "Poisson": "the effects multiply",
    "DynamicGMM": "instruments are levels of the outcome",
    "SyntheticDifferenceInDifferences": "the ridge follows the spread of changes, period effects included",
    "BiasCorrectedLSDV": "the start takes levels of the outcome as instruments",
}
"""Estimators whose effects are removed, but not exactly in a finite sample, and why."""


@pytest.mark.parametrize(("name", "place"), PAIRS)
def test_effects_that_an_estimator_says_it_removes_do_not_move_it(name, place):
    specification = CASES[name][place]
    removed = specification.estimator.removed_effects(specification)
    assert set(specification.fixed_effects) <= set(removed)
    if name in EXACT:
        assert set(removed) >= {"unit"}
        return
    outcome, rng = specification.outcome, np.random.default_rng(9)
    before = dm.estimate(specification, FRAME).coefficients["estimate"]
    for column in removed:
        shift = pd.Series(rng.normal(size=FRAME[column].nunique()), index=sorted(FRAME[column].unique()))
        moved = FRAME.assign(**{outcome: FRAME[outcome] + 3 * FRAME[column].map(shift)})
        after = dm.estimate(specification, moved).coefficients["estimate"]
        assert after.to_numpy() == pytest.approx(before.to_numpy(), rel=1e-5, abs=1e-7), column


@pytest.mark.parametrize(
    ("specification", "effects"),
    [
        (did("callaway_santanna"), {"unit", "year"}),
        (did("imputation"), {"unit", "year"}),
        (did("sun_abraham"), {"unit", "year"}),
        (gmm(system=True), {"unit"}),
        (gmm(), {"unit"}),
        (CASES["BiasCorrectedLSDV"][0], {"unit", "year"}),
        (spatial(effects="twoways"), {"unit", "year"}),
        (spatial(effects="entity").replace(fixed_effects=()), {"unit"}),
        (spatial(effects="random").replace(fixed_effects=()), set()),
        (CASES["PanelThreshold"][0].replace(fixed_effects=()), {"unit"}),
        (PLAIN, set()),
    ],
)
def test_a_table_says_yes_to_the_effects_that_an_estimator_removes(specification, effects):
    two_way = dm.estimate(BASE, FRAME)
    table = dm.RegressionTable("effects").show(
        Evidence(results={"(1)": two_way, "(2)": dm.estimate(specification, FRAME)})
    )
    rows = {row.cells[0].en: row.cells[1:] for row in table.rows if isinstance(row.cells[0], Text)}
    for effect, label in (("unit", "Unit fixed effects"), ("year", "Year fixed effects")):
        assert [cell.zh for cell in rows[label]] == ["是", "是" if effect in effects else "否"]


def test_an_estimator_that_does_not_say_how_its_errors_are_described_is_refused():
    class Silent:
        label = Text("Silent", "沉默")

        def fit(self, design):
            return dm.LeastSquares().fit(design)

    with refused(DigimfgError, "arguments.kind_of_value", argument="estimator"):
        BASE.replace(estimator=Silent())

    class Inheriting(Estimator):
        label = Text("Silent", "沉默")

        def fit(self, design):
            return dm.LeastSquares().fit(design)

    with pytest.raises(TypeError, match=r"abstract method '?errors_label"):
        Inheriting()


@pytest.mark.parametrize("name", sorted(registered()))
def test_every_estimator_states_what_callers_ask(name):
    for specification in CASES[name]:
        estimator = specification.estimator
        assert isinstance(estimator, Estimator)
        assert estimator.label.en
        assert estimator.label.zh
        assert all(isinstance(term, str) for term in (*estimator.required_terms, *estimator.detail_terms))
        for flag in (estimator.absorbs_effects, estimator.takes_instruments, estimator.needs_keys):
            assert isinstance(flag, bool)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_every_covariance_states_what_callers_ask(covariance):
    assert set(covariance.cluster_columns) <= set(FRAME.columns)
    assert set(covariance.required_terms) <= set(FRAME.columns)
    assert isinstance(covariance.needs_keys, bool)
    phrase = covariance_phrase(covariance)
    assert phrase.en != "homoskedastic standard errors" or isinstance(covariance, dm.Unadjusted)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_randomization_test_has_the_clustered_p_value_of_the_row(covariance):
    specification = BASE.replace(covariance=covariance)
    row = dm.estimate(specification, FRAME).coefficients.loc["x"]
    statistic = "coefficient" if isinstance(covariance, dm.DriscollKraay | dm.Conley) else "t"
    test = dm.randomization_test(specification, FRAME, "x", replications=19, statistic=statistic)
    assert (test.std_error, test.p_value_clustered) == pytest.approx(
        (row["std_error"], row["p_value"]), rel=1e-9
    )


@pytest.mark.parametrize("method", ["callaway_santanna", "imputation", "sun_abraham", "stacked", "two_way"])
def test_a_placebo_in_space_has_the_clustered_p_value_of_the_row(method):
    specification = did(method, **({"window": (2, 1)} if method == "stacked" else {}))
    row = dm.estimate(specification, FRAME).coefficients.loc["pilot"]
    test = dm.placebo_in_space(specification, FRAME, replications=20)
    assert (test.std_error, test.p_value_clustered) == pytest.approx(
        (row["std_error"], row["p_value"]), rel=1e-9
    )


@pytest.mark.parametrize("method", ["callaway_santanna", "imputation", "sun_abraham", "two_way"])
def test_the_interval_without_violations_of_trends_is_that_of_the_rows(method):
    more = {"base_period": "universal"} if method == "callaway_santanna" else {}
    result = dm.estimate(did(method, **more), FRAME)
    found = dm.honest_did(result, bounds=(0.5,), event_time=0)
    row = result.coefficients.loc["event_time[0]"]
    assert (found.conf_low, found.conf_high) == pytest.approx((row["conf_low"], row["conf_high"]), rel=1e-9)


def facts_of(text):
    """Return the facts of a sentence, those of sentences inside it too."""
    held = text.facts if isinstance(text, Said) else ()
    values = [each for _, value in held for each in (value if isinstance(value, tuple) else (value,))]
    return [fact for value in values for fact in (value, *facts_of(value))]


def troubled():
    """Return the panel with what calls for notes: gaps, a column of another, rows without a value."""
    frame = FRAME.copy()
    frame["w"] = frame["z"] * 2
    frame.loc[frame.index[5:9], "x"] = np.nan
    return frame


LABELS = {name: Text(f"Label of {name}", f"{name}之名") for name in FRAME.columns}
TROUBLED = troubled()


@pytest.mark.parametrize(("name", "place"), PAIRS)
def test_notes_are_sentences_of_a_kind_with_the_reader_s_labels_in_both_languages(name, place):
    specification = CASES[name][place].replace(covariance=dm.Clustered("unit"))
    for frame in (FRAME, TROUBLED):
        try:
            result = dm.estimate(specification, frame)
        except DigimfgError:
            assert frame is TROUBLED
            continue
        stored = result_from_dict(json.loads(canonical_json(result_to_dict(result))))
        assert stored.notes == result.notes
        for note in result.notes:
            assert isinstance(note, Said), note
            assert note.kind, f"{note.en}: give it a kind in src/digimfg/notes/words"
            bare = {
                word for fact in facts_of(note) if isinstance(fact, str) for word in re.findall(r"\w+", fact)
            }
            assert not bare & set(FRAME.columns), note
        table = dm.RegressionTable({"(1)": stored}, labels=LABELS)
        shown = table.show(table.evidence).notes
        for language, said in (("en", "Label of {}"), ("zh", "{}之名")):
            words = " ".join(note.language(language) for note in shown)
            for term in {
                fact.name for note in stored.notes for fact in facts_of(note) if isinstance(fact, Term)
            }:
                for column in LABELS.keys() & set(re.findall(r"\w+", term)):
                    assert said.format(column).lower() in words.lower()


MEANS = {
    "LeastSquares", "TwoStageLeastSquares", "Poisson", "RandomEffects", "BetweenOLS", "FamaMacBeth", "Logit",
    "Probit", "NegativeBinomial", "Tobit", "FractionalLogit", "FractionalProbit", "CorrelatedRandomEffects",
    "MixedEffects",
}  # fmt: skip
ORDERED = {"OrderedLogit", "OrderedProbit"}
LINEAR = {
    "LeastSquares",
    "TwoStageLeastSquares",
    "RandomEffects",
    "BetweenOLS",
    "FamaMacBeth",
    "MixedEffects",
}
MOVED = {  # by their terms alone: what the outcome is without them is not known
    "BiasCorrectedLSDV", "CommonCorrelatedEffects", "DynamicGMM", "DynamicLeastSquares", "FirstDifference",
    "FullyModifiedLeastSquares", "GroupedEffects", "HalfPanelJackknife", "InteractiveEffects", "MeanGroup", "PooledMeanGroup",
    "QuantileRegression",
}  # fmt: skip
ABSORBING = {"LeastSquares", "TwoStageLeastSquares", "Poisson"}
AFTER = {
    "residuals": (lambda result: result.residuals, MEANS),
    "fitted_values": (lambda result: result.fitted_values, MEANS),
    "predict": (lambda result: result.predict(FRAME.head(3)), MEANS),
    "margins": (lambda result: dm.margins(result), MEANS | ORDERED | MOVED),
    "estimated_effects": (lambda result: result.estimated_effects, ABSORBING),
    "reset_test": (
        lambda result: dm.reset_test(result, powers=2),
        {
            "LeastSquares", "Poisson", "Logit", "Probit", "NegativeBinomial", "FractionalLogit", "FractionalProbit",
            "CorrelatedRandomEffects",
        },
    ),
    "groupwise": (lambda result: dm.groupwise_heteroskedasticity_test(result), LINEAR),
    "serial correlation": (
        lambda result: dm.serial_correlation_test(result),
        {"RandomEffects"},  # the case of least squares has effects of periods
    ),
    "nlcom": (lambda result: dm.nlcom(result, f"2 * `{result.coefficients.index[0]}` + 1"), registered()),
    "test": (lambda result: dm.test(result, f"`{result.coefficients.index[0]}` = 0"), registered()),
    "second_opinion": (lambda result: dm.second_opinion(result), registered()),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(registered()))
def test_what_is_asked_after_an_estimate_is_answered_or_refused_in_words(name):
    result = dm.estimate(CASES[name][0], FRAME)
    estimator = result.specification.estimator
    assert (estimator.link is not None or estimator.has_response) == (name in MEANS | ORDERED)
    for verb, (ask, known) in AFTER.items():
        if name in known:
            assert ask(result) is not None, verb
            continue
        with pytest.raises(DigimfgError) as caught:
            ask(result)
        assert caught.value.kind, verb
