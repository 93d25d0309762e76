"""Every check of a battery is the estimate it says, or says why there is none."""

import numpy as np
import pandas as pd
import pytest
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg import RobustnessCheck as Check
from digimfg.errors import SpecificationError
from digimfg.exhibits.style import house_style

FRAME = grunfeld.load_pandas().data
MODEL = dm.Specification(
    "invest", "value", controls="capital", entity="firm", time="year", fixed_effects=("firm", "year"),
    covariance=dm.Clustered("firm", wild_bootstrap=None),
)  # fmt: skip


def row(check, model=MODEL, frame=FRAME):
    rows = dm.robustness_battery(model, frame, (check,)).rows
    return rows[0].numbers if len(rows) == 1 else [each.numbers for each in rows]


def estimate(model, frame=FRAME, term="value"):
    return dm.estimate(model, frame).coefficients.loc[term]


@pytest.mark.parametrize(
    ("check", "model", "term"),
    [
        (Check.lagged(1), MODEL.replace(regressors="L.value"), "L.value"),
        (Check.lagged(2), MODEL.replace(regressors="L2.value"), "L2.value"),
        (Check.other_outcome("log(invest)"), MODEL.replace(outcome="log(invest)"), "value"),
        (Check.other_regressor("log(value)"), MODEL.replace(regressors="log(value)"), "log(value)"),
        (Check.other_regressor("capital"), MODEL.replace(regressors="capital", controls=()), "capital"),
        (Check.without("year", (1935.0, 1936.0)), MODEL.replace(sample="year > 1936"), "value"),
        (Check.window("year >= 1940"), MODEL.replace(sample="year >= 1940"), "value"),
        (Check.controls("L.invest"), MODEL.replace(controls=("capital", "L.invest")), "value"),
        (Check.effects("firm:war"), MODEL.replace(fixed_effects=("firm", "year", "firm:war")), "value"),
        (Check.errors(dm.DriscollKraay(2)), MODEL.replace(covariance=dm.DriscollKraay(2)), "value"),
        (Check.other_estimator(dm.Poisson()), MODEL.replace(estimator=dm.Poisson()), "value"),
    ],
    ids=lambda value: value.label.en if isinstance(value, Check) else "",
)
def test_a_check_is_the_specification_it_says(check, model, term):
    frame = FRAME.assign(war=(FRAME.year >= 1942).astype(int))
    found, expected = row(check, frame=frame), estimate(model, frame, term)
    assert found["estimate"] == pytest.approx(expected["estimate"], rel=1e-12)
    assert found["std_error"] == pytest.approx(expected["std_error"], rel=1e-12)


def test_an_instrumented_regressor_is_lagged_and_followed_too():
    model = MODEL.replace(
        regressors=(),
        endogenous="value",
        instruments=("L2.value", "L3.value"),
        estimator=dm.TwoStageLeastSquares(),
    )
    battery = dm.robustness_battery(
        model, FRAME, (Check.lagged(1), Check.window("year >= 1940"), Check.oster())
    )
    lagged = estimate(model.replace(endogenous="L.value"), term="L.value")
    assert battery.rows[0].numbers["estimate"] == pytest.approx(lagged["estimate"], rel=1e-12)
    assert battery.rows[2].numbers is None
    curve = dm.specification_curve(model, FRAME, controls="L.invest", draws=0)
    assert (
        dm.estimate(model, FRAME).coefficients.loc["value", "estimate"]
        in curve.coefficients["estimate"].tolist()
    )


def test_a_check_that_changes_nothing_is_not_counted_as_run():
    battery = dm.robustness_battery(MODEL, FRAME, (Check.effects("firm"), Check.controls("capital")))
    assert battery.statistics["n_run"] == 0
    assert "so already" in battery.rows[0].said.en


def test_leaving_a_year_out_leaves_its_values_to_be_lagged():
    lagged = MODEL.replace(regressors="L.value")
    found = dm.robustness_battery(lagged, FRAME, (Check.without("year", (1940.0,)),)).rows[0].numbers
    assert found["n_obs"] == 209 - 11


def test_winsorizing_bounds_every_continuous_column_by_the_quantiles_of_the_sample():
    model = MODEL.replace(sample="year >= 1940")
    inside = FRAME[FRAME.year >= 1940]
    bounded = FRAME.copy()
    for name in ("invest", "value", "capital"):
        bounded[name] = bounded[name].clip(*inside[name].quantile([0.05, 0.95]))
    expected = estimate(model, bounded)
    assert row(Check.winsorized(0.05), model)["estimate"] == pytest.approx(expected["estimate"], rel=1e-12)


def test_a_balanced_panel_keeps_whole_entities():
    gaps = FRAME.drop(index=FRAME.index[(FRAME.firm == "IBM") & (FRAME.year == 1944)])
    expected = estimate(MODEL, FRAME[FRAME.firm != "IBM"])
    assert row(Check.balanced_panel(), frame=gaps)["estimate"] == pytest.approx(
        expected["estimate"], rel=1e-12
    )


def test_leaving_one_out_gives_both_extremes():
    low, high = row(Check.leave_one_out("firm"))
    found = dm.leave_one_out(MODEL, FRAME, by="firm").coefficients["estimate"]
    assert (low["estimate"], high["estimate"]) == (found.min(), found.max())


def test_the_placebo_is_the_randomization_test_and_says_how_it_shuffled():
    battery = dm.robustness_battery(MODEL, FRAME, (Check.placebo(99, seed=3),))
    test = dm.randomization_test(MODEL, FRAME, "value", replications=99, seed=3, statistic="coefficient")
    assert battery.rows[0].numbers["p_value"] == test.p_value
    assert "whole paths" in battery.rows[0].said.en
    gaps = FRAME.drop(index=5)
    assert "panel has gaps" in dm.robustness_battery(MODEL, gaps, (Check.placebo(99),)).rows[0].said.en


def test_osters_bound_stands_without_an_error():
    numbers = row(Check.oster())
    assert numbers["estimate"] == dm.oster_bounds(MODEL, FRAME).beta_star
    assert "std_error" not in numbers


def test_a_check_that_cannot_be_run_is_kept_with_its_reason():
    checks = (
        Check.other_regressor("robots"),
        Check.balanced_panel(),
        Check.without("firm", ("Ford",)),
        Check.lagged(40),
    )
    battery = dm.robustness_battery(MODEL, FRAME, checks)
    assert battery.statistics["n_skipped"] == 4
    assert all(each.numbers is None and each.said is not None for each in battery.rows)
    assert battery.coefficients["estimate"].isna().tolist() == [False, True, True, True, True]
    exhibit = dm.RobustnessTable(battery)
    table = exhibit.build(exhibit.evidence)
    said = table.notes[1].zh
    for word in ("未实施", "robots", "平衡面板", "Ford"):
        assert word in said


def test_a_baseline_that_cannot_be_estimated_is_an_error():
    with refused(SpecificationError, "names.unknown_column", name="robots"):
        dm.robustness_battery(MODEL.replace(regressors="robots"), FRAME)
    with refused(SpecificationError, "arguments.value_outside", argument="winsorize"):
        Check.winsorized(0.7)
    with refused(SpecificationError, "names.unknown_term"):
        dm.robustness_battery(MODEL, FRAME, (), term="capitals")


def test_the_standard_list_asks_what_referees_ask_of_a_chinese_panel():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"province": np.repeat(np.arange(31), 12), "year": np.tile(np.arange(2011, 2023), 31)}
    )
    frame["x"], frame["z"], frame["y"] = rng.normal(size=(3, len(frame)))
    model = dm.Specification(
        "y", "x", controls="z", entity="province", time="year", fixed_effects=("province", "year")
    )
    checks = (
        *dm.standard_checks(model, frame, permutations=99),
        Check.without("province", (0, 1, 8, 21), dm.Text("Without municipalities", "剔除直辖市")),
    )
    names = [check.label.en for check in checks]
    for words in (
        "lagged by 2",
        "5% and 95%",
        "Without 2011",
        "2020, 2021, 2022",
        "Balanced",
        "each",
        "trend",
        "robust",
        "Driscoll",
        "Placebo",
        "Oster",
        "municipalities",
    ):
        assert any(words in name for name in names), words
    battery = dm.robustness_battery(model, frame, checks)
    assert battery.statistics["n_skipped"] == 1  # the panel is balanced already
    assert battery.statistics["share_significant"] < 0.5


def test_the_battery_is_the_same_for_any_number_of_processes():
    checks = dm.standard_checks(MODEL, FRAME, permutations=49)
    one = dm.robustness_battery(MODEL, FRAME, checks).coefficients
    two = dm.robustness_battery(MODEL, FRAME, checks, n_jobs=2).coefficients
    assert one.equals(two)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_table_and_figure_show_the_battery(language, tmp_path):
    checks = (Check.lagged(1), Check.winsorized(0.01), Check.other_regressor("capital"), Check.placebo(49))
    battery = dm.robustness_battery(MODEL, FRAME, checks)
    text = (
        dm.RobustnessTable(battery).save(tmp_path / "table.md", language=language).read_text(encoding="utf-8")
    )
    for check in checks:
        assert check.label.language(language) in text
    assert {"en": "Baseline", "zh": "基准回归"}[language] in text
    exhibit = dm.RobustnessPlot(battery)
    chart = exhibit.build(exhibit.evidence)
    assert {"en": "In other units", "zh": "单位不同"}[language] in chart.notes[0].language(language)
    with house_style():
        axes = chart.draw(language).axes[0]
    drawn = [line.get_xdata()[0] for line in axes.get_lines() if line.get_marker() in ("o", "s")]
    shown = [battery.baseline, *(each.numbers for each in battery.rows if not each.other_units)]
    assert drawn == [numbers["estimate"] for numbers in shown]
    first = exhibit.save(tmp_path / "a.png", language=language).read_bytes()
    assert first == exhibit.save(tmp_path / "b.png", language=language).read_bytes()
