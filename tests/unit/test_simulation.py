"""Synthetic panels: the truth is in them, they say what they are, and estimators find it."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault
from digimfg.frames.said import NOTE
from digimfg.simulation.recovery import recovery_summary
from digimfg.simulation.system import flow_weights

TWO_WAY = {"entity": "province", "time": "year", "fixed_effects": ("province", "year")}


@pytest.fixture(scope="module")
def provinces():
    return dm.simulate_panel("china_province", seed=1)


@pytest.mark.parametrize("name", ["china_province", "china_city", "firm", "world"])
def test_the_same_seed_gives_the_same_panel_and_another_seed_another(name):
    first, again, other = (dm.simulate_panel(name, seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(first, again)
    assert not first["digital_index"].equals(other["digital_index"])


@pytest.mark.parametrize("name", ["china_province", "china_city", "firm"])
def test_synthetic_panels_keep_the_rules_of_the_dictionary(name):
    frame = dm.simulate_panel(name, seed=2)
    assert len(dm.validate_panel(frame, name)) == len(frame)


def test_sectors_add_up_to_the_whole(provinces):
    parts = provinces[[f"{name}_value_added_100m_yuan" for name in ("primary", "secondary", "tertiary")]]
    np.testing.assert_allclose(parts.sum(axis=1), provinces["gdp_100m_yuan"], rtol=1e-12)


def test_firms_enter_and_leave(provinces):
    years = dm.simulate_panel("firm", seed=1).groupby("firm").size()
    assert years.min() < years.max() == 12
    assert (provinces.groupby("province").size() == 12).all()


def test_without_noise_a_regression_returns_the_parameters_exactly():
    truth = dm.SimulationTruth(noise=1e-9, slope=0.7, control=-0.4)
    frame = dm.simulate_panel("china_province", seed=5, truth=truth)
    spec = dm.Specification("upgrading_linear", ("digital_index", "control"), **TWO_WAY)
    found = dm.estimate(spec, frame).coefficients["estimate"]
    np.testing.assert_allclose(found, [0.7, -0.4], atol=1e-7)


def test_without_noise_each_mechanism_holds_as_written():
    truth = dm.SimulationTruth(noise=1e-9)
    frame = dm.simulate_panel("china_province", seed=6, truth=truth)
    weights = dm.china_province_weights(frame["province_name_zh"].unique()).matrix.toarray()
    weights = weights / weights.sum(axis=1, keepdims=True)

    def lagged(column):
        return (weights @ frame[column].to_numpy().reshape(31, -1)).ravel()

    high = frame["threshold_variable"] > truth.threshold
    data = frame.assign(
        above=frame["digital_index"] * high,
        spatial=frame["upgrading_spatial"] - truth.spatial_lag * lagged("upgrading_spatial"),
        digital_near=lagged("digital_index"),
        growing=frame["pilot"] * (1 + truth.policy_growth * (frame["year"] - frame["pilot_start"]).fillna(0)),
    )
    expected = {
        ("upgrading_threshold", ("digital_index", "above")): (truth.slope, truth.threshold_gain),
        ("upgrading_mediated", ("digital_index", "mediator")): (truth.slope, truth.outcome_path),
        ("spatial", ("digital_index", "digital_near")): (truth.slope, truth.spillover),
        ("upgrading_dynamic", ("L.upgrading_dynamic", "digital_index")): (truth.persistence, truth.slope),
        ("upgrading_policy", ("growing",)): (truth.policy_effect,),
    }
    for (outcome, regressors), values in expected.items():
        if outcome == "upgrading_mediated":
            continue  # without noise the mediator is the index and an effect: collinear
        result = dm.estimate(dm.Specification(outcome, regressors, **TWO_WAY), data)
        np.testing.assert_allclose(result.coefficients["estimate"], values, atol=1e-6, err_msg=outcome)


def test_an_omitted_variable_biases_least_squares_and_not_the_instrument():
    slopes = {"ols": [], "iv": []}
    for seed in range(12):
        frame = dm.simulate_panel("world", seed=seed)
        spec = dm.Specification(
            "upgrading_endogenous", "digital_index", entity="country", time="year", fixed_effects=("country", "year")
        )  # fmt: skip
        slopes["ols"].append(dm.estimate(spec, frame).coefficients.loc["digital_index", "estimate"])
        instrumented = spec.replace(
            regressors=(), endogenous=("digital_index",), instruments=("instrument",),
            estimator=dm.TwoStageLeastSquares(),
        )  # fmt: skip
        slopes["iv"].append(dm.estimate(instrumented, frame).coefficients.loc["digital_index", "estimate"])
    assert abs(np.mean(slopes["iv"]) - 0.3) < 0.02
    assert np.mean(slopes["ols"]) > 0.45


def test_neighbours_are_more_alike_than_strangers():
    weights = dm.china_province_weights().matrix.toarray()
    weights = weights / weights.sum(axis=1, keepdims=True)
    near = []
    for seed in range(20):
        frame = dm.simulate_panel("china_province", seed=seed).query("year == 2022")
        values = frame["digital_index"].to_numpy() - frame["digital_index"].mean()
        near.append(np.corrcoef(values, weights @ values)[0, 1])
    assert np.mean(near) > 0.15


def test_every_result_and_exhibit_says_that_the_data_are_synthetic(provinces, tmp_path):
    result = dm.estimate(dm.Specification("upgrading_linear", "digital_index", **TWO_WAY), provinces)
    assert result.notes[0] == NOTE
    for language, word in (("en", "SYNTHETIC data"), ("zh", "模拟数据（SYNTHETIC）")):
        path = dm.RegressionTable({"(1)": result}).save(tmp_path / f"table_{language}.md")
        assert path.read_text(encoding="utf-8").count(word) == 1
        path = dm.DescriptiveTable(provinces).save(tmp_path / f"moments_{language}.md")
        assert word in path.read_text(encoding="utf-8")
    chart = dm.CoefficientPlot({"(1)": result}).show(dm.Evidence(results={"(1)": result}))
    words = [text.get_text() for text in chart.draw("zh").texts]
    assert "模拟数据 SYNTHETIC" in words


def test_real_data_carry_no_such_mark():
    world = dm.load_panel("world")
    spec = dm.Specification(
        "log_tfp", "internet_users_pct", entity="country", time="year", fixed_effects="country"
    )
    assert NOTE not in dm.estimate(spec, world).notes


def test_a_recovery_study_is_the_same_for_any_number_of_processes():
    options = {"replications": 6, "seed": 2, "panel": "world", "units": 20}
    one = dm.recovery_study(dm.LeastSquares(), **options)
    two = dm.recovery_study(dm.LeastSquares(), **options, n_jobs=2)
    pd.testing.assert_frame_equal(one.draws, two.draws)
    assert one.draws.groupby("scenario")["truth"].first().to_dict() == {"true": 0.3, "none": 0.0}


def test_a_recovery_study_sees_a_biased_estimator():
    summary = dm.recovery_study(dm.LeastSquares(), mechanism="endogenous", replications=10).summary
    assert summary.loc["true", "bias"] > 0.15
    assert summary.loc["none", "rejection"] == 1
    assert summary.loc["true", "coverage"] == 0


def test_a_recovery_figure_shows_both_scenarios(tmp_path):
    study = dm.recovery_study(dm.LeastSquares(), replications=8)
    path = dm.RecoveryPlot(study.draws).save(tmp_path / "recovery_zh.png")
    assert path.read_bytes() == dm.RecoveryPlot(study.draws).save(tmp_path / "again_zh.png").read_bytes()
    with refused(dm.ExhibitError, "exhibits.column_of_draws_lacking"):
        dm.RecoveryPlot(study.summary).save(tmp_path / "wrong_en.png")


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda: dm.simulate_panel("china", seed=1), Fault.of("arguments.value_outside", argument="name")),
        (
            lambda: dm.simulate_panel("china_province", seed=1, units=5),
            Fault.of("simulation.size_of_panel", most=31),
        ),
        (lambda: dm.simulate_panel("world", seed=1, years=(2000, 2001)), "simulation.size_of_panel"),
        (
            lambda: dm.SimulationTruth(spatial_lag=1.0),
            Fault.of("arguments.value_outside", argument="spatial_lag"),
        ),
        (
            lambda: dm.recovery_study(dm.LeastSquares(), mechanism="magic"),
            Fault.of("arguments.value_outside", argument="mechanism"),
        ),
        (lambda: dm.recovery_study(dm.LeastSquares(), replications=1, term="x"), "simulation.term_unknown"),
        (
            lambda: dm.recovery_study(dm.LeastSquares(), replications=1, parameter="beta"),
            "simulation.parameter_unknown",
        ),
    ],
)
def test_bad_input_is_named(call, kind):
    with refused(dm.MeasureError, kind):
        call()


def test_a_summary_counts_bias_coverage_and_rejections():
    draws = pd.DataFrame(
        {
            "scenario": ["true"] * 5, "truth": 1.0, "estimate": [0.5, 1.0, 1.5, 2.0, np.nan],
            "std_error": [0.1, 0.2, 0.3, 0.4, np.nan], "p_value": [0.01, 0.04, 0.06, 0.4, np.nan],
            "conf_low": [0.3, 0.6, 0.9, 1.2, np.nan], "conf_high": [0.7, 1.4, 2.1, 2.8, np.nan],
        }
    )  # fmt: skip
    row = recovery_summary(draws).loc["true"]
    assert row[["n", "n_failed", "coverage", "rejection"]].tolist() == [4, 1, 0.5, 0.5]
    expected = {"mean": 1.25, "bias": 0.25, "rmse": 0.375**0.5, "sd": (5 / 12) ** 0.5, "mean_std_error": 0.25}
    for name, value in expected.items():
        assert row[name] == pytest.approx(value)


LATER = ("innovation", "diffusion", "optimisation", "quality")


def test_the_system_of_the_paper_holds_as_written_without_noise():
    truth = dm.SimulationTruth(noise=1e-9)
    frame = dm.simulate_panel("firm", seed=6, truth=truth)
    expected = {
        ("market_growth", "L.fitness"): truth.selection,
        ("rule_growth", "governance_index:L.quality_advantage"): truth.rule_selection,
        ("rule_growth", "governance_index:L.cost_advantage"): -truth.rule_selection,
        ("firm_evolution", "L.coevolution_index"): truth.levels,
        ("industry_evolution", "L.coevolution_index"): truth.levels,
        ("economy_evolution", "L.coevolution_index"): truth.levels,
        ("equipment_use_rate_pct", "digital_index"): 6 * truth.rate_effect,
        ("cost_efficiency", "L.digital_index"): truth.performance_effect,
        ("consumer_value", "L.digital_index"): truth.performance_effect,
        ("profitability", "L.digital_index"): truth.performance_effect,
        ("upgrading_returns", "digital_index^2"): truth.increasing_returns,
        ("upgrading_governed", "governance_index:digital_index"): truth.moderation,
        ("upgrading_paths", "path_talent:digital_index"): truth.moderation,
    }
    beside = {
        "rule_growth": ("L.quality_advantage", "L.cost_advantage"),
        "upgrading_governed": ("governance_index",),
        "upgrading_paths": tuple(each for each in frame if str(each).startswith("path_")),
    }
    paths = tuple(f"{each}:digital_index" for each in beside["upgrading_paths"])
    for (outcome, term), value in expected.items():
        alike = [other for same, other in expected if same == outcome]
        terms = {*alike, *beside.get(outcome, ()), *(paths if outcome == "upgrading_paths" else ())}
        if outcome.startswith("upgrading_"):
            terms.add("digital_index")
        spec = dm.Specification(
            outcome, sorted(terms), entity="firm", time="year", fixed_effects=("firm", "year")
        )
        found = dm.estimate(spec, frame).coefficients["estimate"]
        np.testing.assert_allclose(found[term], value, atol=1e-6, err_msg=outcome)


@pytest.mark.parametrize("name", ["china_province", "china_city", "firm", "world"])
def test_stages_and_subsystems_follow_each_other(name):
    truth = dm.SimulationTruth(stage_path=0.6, coevolution=0.4)
    frame = dm.simulate_panel(name, seed=3, truth=truth)
    key = next(each for each in ("province", "city", "firm", "country") if each in frame.columns[:1])
    spec = dm.Specification("x", "L.y", entity=key, time="year", fixed_effects=(key, "year"))

    def slope(outcome, led_by):
        found = dm.estimate(spec.replace(outcome=outcome, regressors=(f"L.{led_by}", f"L.{outcome}")), frame)
        return found.coefficients.loc[f"L.{led_by}", "estimate"]

    for before, after in pairwise(("fusion", *LATER)):
        assert slope(f"stage_{after}", f"stage_{before}") == pytest.approx(0.6, abs=0.15)
        assert abs(slope(f"stage_{before}", f"stage_{after}")) < 0.2
    assert slope("structure_index", "technology_index") == pytest.approx(0.4, abs=0.15)
    assert slope("technology_index", "structure_index") < 0.2


def test_growth_rates_have_the_tails_of_the_truth():
    for shape, kurtosis in ((1.0, 6.0), (2.0, 3.0)):
        growth = dm.simulate_panel("firm", seed=1, truth=dm.SimulationTruth(tail_shape=shape))["growth_rate"]
        found = float(((growth - growth.mean()) ** 4).mean() / growth.var() ** 2)
        assert found == pytest.approx(kurtosis, rel=0.15)


def test_flows_go_from_the_core_to_the_near_and_the_farther_periphery():
    links = np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)
    near, far = flow_weights(links, np.array([True, False, False, False]))
    np.testing.assert_array_equal(near, [[0] * 4, [1, 0, 0, 0], [0] * 4, [0] * 4])
    np.testing.assert_array_equal(far, [[0] * 4, [0] * 4, [1, 0, 0, 0], [0] * 4])


def test_the_system_takes_no_random_number_of_the_other_columns():
    moved = dm.SimulationTruth(stage_path=0.0, coevolution=0.0, selection=0.0, tail_shape=2.0)
    for name in ("china_province", "firm"):
        plain, other = dm.simulate_panel(name, seed=5), dm.simulate_panel(name, seed=5, truth=moved)
        untouched = [*plain.columns[: plain.columns.get_loc("stage_fusion")]]
        pd.testing.assert_frame_equal(plain[untouched], other[untouched])
        assert not plain["stage_quality"].equals(other["stage_quality"])
