"""Four waves: exact tests, and what they cannot show."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import digimfg as dm
from digimfg.errors import MeasureError


def test_sixty_three_to_forty_three_is_one_order_in_six():
    test = dm.permutation_trend_test([63, 47, 56, 43])
    assert test.kendall_s == -4
    assert test.p_decreasing == pytest.approx(1 / 6)
    assert test.p_two_sided == pytest.approx(1 / 3)
    assert test.floor_two_sided == pytest.approx(1 / 12)
    assert test.floor_one_sided == pytest.approx(1 / 24)
    assert test.slope == pytest.approx(-5.1)
    assert test.slope_p_decreasing == pytest.approx(1 / 6)


def test_scipys_exact_kendall_agrees_where_there_are_no_ties():
    values = [63.0, 47.0, 56.0, 43.0, 52.0, 41.0]
    ours = dm.permutation_trend_test(values)
    theirs = stats.kendalltau(range(6), values, method="exact")
    assert ours.p_two_sided == pytest.approx(theirs.pvalue)
    assert ours.kendall_s / math.comb(6, 2) == pytest.approx(theirs.statistic)


def test_the_slope_is_that_of_least_squares():
    values = [20.0, 21.0, 21.0, 18.0]
    assert dm.permutation_trend_test(values).slope == pytest.approx(np.polyfit(range(4), values, 1)[0])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=6))
def test_turning_a_series_round_swaps_its_p_values(values):
    forward, backward = dm.permutation_trend_test(values), dm.permutation_trend_test(values[::-1])
    assert forward.kendall_s == -backward.kendall_s
    assert forward.p_decreasing == pytest.approx(backward.p_increasing)
    assert forward.p_two_sided == pytest.approx(backward.p_two_sided)
    assert forward.floor_two_sided <= forward.p_two_sided


def test_no_order_of_four_values_is_significant_at_five_percent_two_sided():
    orders = itertools.permutations([63, 47, 56, 43])
    assert min(dm.permutation_trend_test(order).p_two_sided for order in orders) == pytest.approx(1 / 12)


@pytest.mark.parametrize("values", [[1.0], list(range(10)), [1.0, float("nan"), 2.0]])
def test_too_few_too_many_or_missing_values_are_told(values):
    with pytest.raises(MeasureError):
        dm.permutation_trend_test(values)


def test_the_phase_table_is_that_of_the_chronology():
    history = dm.wave_history(dm.register("waves")).set_index("quantity")
    assert history["mean"].to_dict() == {
        "length": 52.25, "prosperity": 20.0, "recession": 8.25, "depression": 9.5, "recovery": 9.5,
    }  # fmt: skip
    assert history["claimed_years"].tolist() == [50, 20, 10, 10, 10]
    assert "no order at all" in history.loc["length", "conclusion_en"]
    assert "无法" in history.loc["length", "conclusion_zh"]


def test_phases_and_war_years_fill_their_wave():
    waves = dm.register("waves")
    phases = dm.wave_phases(waves)
    sums = phases.groupby("wave")["phase_years"].sum()
    assert sums.tolist() == [63, 47, 56, 43]
    assert (phases["phase_start"].to_numpy()[1:] == phases["phase_end"].to_numpy()[:-1]).all()


def test_the_papers_numbers_add_up():
    facts = dm.paper_arithmetic()["value"]
    assert facts["federal_growth"] == pytest.approx(27.88, abs=0.005)
    assert facts["private_growth"] == pytest.approx(63.59, abs=0.005)
    assert facts["federal_annual_growth"] == pytest.approx(6.34, abs=0.005)
    assert facts["private_annual_growth"] == pytest.approx(13.09, abs=0.005)
    assert facts["leverage_2015"] == pytest.approx(2.0865, abs=5e-5)
    assert facts["leverage_2019"] == pytest.approx(2.6692, abs=5e-5)
    assert facts["rd_total_annual_growth"] == pytest.approx(3.99, abs=0.005)
    assert facts["rd_basic_annual_growth"] == pytest.approx(5.59, abs=0.005)
    assert facts["basic_share_1978"] == pytest.approx(34.9, abs=0.05)
    assert facts["basic_share_2020"] == pytest.approx(66.4, abs=0.05)
    assert facts["projects_2015"] == pytest.approx(140.25)
    assert facts[["institutes_federal", "institutes_nonfederal", "institutes_members"]].tolist() == [
        913,
        1725,
        1540,
    ]
    assert facts["institutes_leverage"] == pytest.approx(1.89, abs=0.005)


def test_sums_of_cells_that_cannot_be_read_are_missing():
    assert math.isnan(dm.paper_arithmetic("as_printed")["value"]["institutes_federal"])
