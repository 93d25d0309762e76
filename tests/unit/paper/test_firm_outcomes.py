"""Outcomes for the tests of claims on firms: productivity, markups, efficiency, growth, relative to where the firm stands."""

import numpy as np
import pytest
from refused import refused

import digimfg as dm

KEYS = {"entity": "firm", "time": "year"}
ROLES = (
    "digital_index",
    "governance_index",
    "coevolution_index",
    "equipment_control_rate_pct",
    "equipment_use_rate_pct",
)


@pytest.fixture(scope="module")
def firms():
    twin = dm.simulate_panel("firm", seed=3, units=250)
    items = ["firm", "year", "industry", "province", "synthetic", *ROLES, *dm.list_statement_items().index]
    return dm.firm_panel(twin[twin.columns.intersection(items)]).frame


@pytest.fixture(scope="module")
def estimates(firms):
    spec = dm.Specification("log_value_added", ("log_employees", "log_capital"), **KEYS)
    function = dm.ProductionFunction(
        method="lp", state="log_capital", proxy="log_materials", degree=2, replications=2
    )
    productivity = dm.estimate(spec.replace(estimator=function), firms)
    markups = dm.markups(
        productivity, firms, variable_input="log_employees", expenditure="pay_yuan", sales="value_added"
    )
    efficiency = dm.estimate(spec.replace(estimator=dm.StochasticFrontier(model="pooled")), firms)
    return productivity, markups, efficiency


def test_the_twins_statements_have_the_production_function_that_made_them(estimates):
    assert estimates[0].coefficients["estimate"].tolist() == pytest.approx([0.6, 0.35], abs=0.02)


def test_every_outcome_of_the_pack_is_there_and_its_tests_can_be_made(firms, estimates):
    productivity, markups, efficiency = estimates
    made = dm.firm_outcomes(firms, productivity, markups=markups, efficiency=efficiency)
    assert len(made) == len(firms)
    cells = made.groupby(["industry", "year"])
    relative = (
        "fitness",
        "cost_advantage",
        "quality_advantage",
        "cost_efficiency",
        "consumer_value",
        "profitability",
    )
    for name in relative:
        assert abs(cells[name].mean()).max() < 1e-10
    for claim in ("C07", "C08", "C09", "C14", "C16", "C19", "C32"):
        answer = dm.claim_test(made, claim, "firm")
        assert answer.status != "not_testable", answer.missing
        assert answer.synthetic


def test_others_are_others_and_growth_knows_gaps(firms, estimates):
    made = dm.firm_outcomes(firms, estimates[0])
    row = made.iloc[100]
    there = (
        (made["industry"] == row["industry"]) & (made["year"] == row["year"]) & (made["firm"] != row["firm"])
    )
    wanted = (
        np.average(made.loc[there, "firm_evolution"], weights=made.loc[there, "value_added"])
        if there.any()
        else np.nan
    )
    assert made["industry_evolution"].iloc[100] == pytest.approx(wanted, nan_ok=True)
    year = int(firms["year"].median())
    gapped = dm.firm_outcomes(firms[firms["year"] != year], estimates[0])
    assert gapped.loc[gapped["year"] == year + 1, "growth_rate"].isna().all()
    kept = gapped["year"] > year + 1
    both = gapped[kept].merge(made, on=["firm", "year"], suffixes=("", "_whole"))
    np.testing.assert_allclose(both["growth_rate"], both["growth_rate_whole"])


def test_what_is_no_panel_of_firms_is_refused(firms, estimates):
    with refused(dm.DigimfgError, "paper.not_outcomes_of_firms"):
        dm.firm_outcomes(firms.drop(columns="materials"), estimates[0])
    with refused(dm.DigimfgError, "paper.not_outcomes_of_firms", there=("fitness",)):
        dm.firm_outcomes(firms.assign(fitness=1.0), estimates[0])
    with refused(dm.DigimfgError, "paper.not_outcomes_of_firms"):
        dm.firm_outcomes(firms, estimates[2])


def test_profitability_is_operating_profit_per_yuan_of_revenue_or_else_the_return_on_assets(firms, estimates):
    made = dm.firm_outcomes(firms, estimates[0])
    margin = firms["operating_profit_yuan"] / firms["revenue_yuan"]
    cells = [firms["industry"], firms["year"]]
    np.testing.assert_allclose(made["profitability"], margin - margin.groupby(cells).transform("mean"))
    without = dm.firm_outcomes(firms.drop(columns="operating_profit_yuan"), estimates[0])
    assert "profitability" not in without
    rates = without.assign(return_on_assets_ratio=margin)
    found = dm.claim_test(rates, "C19", "firm", variables={"consumer_value": "fitness"})
    assert found.status != "not_testable"
    assert any("return_on_assets_ratio" in each.en for each in found.found)


def test_firms_without_a_digital_measure_decide_nothing_of_what_it_raises():
    sample = dm.load_panel("firm_sample")
    answer = dm.claim_test(sample.assign(province="none"), "C19", "firm")
    assert answer.status == "not_testable"
    assert any("digital_index" in each.en for each in answer.missing)


def test_outcomes_made_of_estimates_say_so_where_they_are_used(firms, estimates):
    productivity, markups, efficiency = estimates
    made = dm.firm_outcomes(firms, productivity, markups=markups, efficiency=efficiency)
    equation = dm.Specification("fitness", "digital_index", **KEYS, fixed_effects=("firm", "year"))
    for name, estimated in (
        ("fitness", True), ("consumer_value", True), ("production_efficiency_pct", True), ("growth_rate", False)
    ):  # fmt: skip
        notes = dm.estimate(equation.replace(outcome=name), made).notes
        assert any("estimated" in note.en for note in notes) == estimated, name
