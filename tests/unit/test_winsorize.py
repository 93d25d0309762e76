"""Winsorizing as winsor2 does it, and nothing else in the frame touched."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refused import refused

import digimfg as dm
from digimfg.errors import MeasureError

# Stata's manual, [D] pctile, methods and formulas: with x(1) <= ... <= x(n) and P = n p / 100, the percentile is x(i) of the
# first i above P, or (x(i-1) + x(i)) / 2 where i - 1 = P. numpy calls it "averaged_inverted_cdf".


@given(st.integers(3, 200), st.sampled_from([0.01, 0.05, 0.125, 0.25]))
@settings(max_examples=60, deadline=None)
def test_the_bounds_are_the_percentiles_of_stata(n, share):
    values = np.random.default_rng(n).normal(size=n)
    low, high = np.quantile(values, [share, 1 - share], method="averaged_inverted_cdf")
    if abs(n * share - round(n * share)) < 1e-9:  # where numpy's own rounding decides, count by hand
        ordered, place = np.sort(values), round(n * share)
        low, high = (
            (ordered[place - 1] + ordered[place]) / 2,
            (ordered[n - place - 1] + ordered[n - place]) / 2,
        )
    found = dm.winsorize(pd.DataFrame({"x": values}), "x", share)["x"]
    np.testing.assert_array_equal(found, np.clip(values, low, high))


def test_a_place_that_is_whole_but_for_rounding_is_whole():
    values = np.arange(1.0, 101.0)  # 100 * 0.07 is 7.000000000000001
    found = dm.winsorize(pd.DataFrame({"x": values}), "x", 0.07)["x"]
    assert (found.min(), found.max()) == (7.5, 93.5)


def test_years_have_their_own_bounds_and_gaps_stay():
    frame = pd.DataFrame(
        {"year": [1] * 10 + [2] * 10, "x": [*range(9), 100.0, *range(100, 109), np.nan], "k": range(20)}
    )
    found = dm.winsorize(frame, ["x"], 0.2, by="year")
    assert found.loc[frame["year"] == 1, "x"].max() == 7.5
    assert found.loc[frame["year"] == 2, "x"].tolist()[:2] == [101.0, 101.0]
    assert np.isnan(found["x"].iloc[-1])
    assert found["k"].equals(frame["k"])
    assert frame["x"].max() == 108


def test_rows_in_another_order_give_the_same_values():
    frame = pd.DataFrame({"x": np.random.default_rng(1).normal(size=57)})
    mixed = frame.sample(frac=1, random_state=2)
    assert dm.winsorize(mixed, "x", 0.05)["x"].sort_index().equals(dm.winsorize(frame, "x", 0.05)["x"])


@pytest.mark.parametrize("share", [0, 0.5, -0.1, 1])
def test_a_share_out_of_bounds_is_refused(share):
    with refused(MeasureError, "arguments.value_outside", argument="share"):
        dm.winsorize(pd.DataFrame({"x": [1.0, 2.0]}), "x", share)


def test_text_and_unknown_columns_are_refused():
    with refused(MeasureError, "frames.no_numbers"):
        dm.winsorize(pd.DataFrame({"x": ["1", "2"]}), "x")
    with refused(MeasureError, "frames.column_not_there", near="size", argument="columns"):
        dm.winsorize(pd.DataFrame({"size": [1.0]}), "sise")


PANEL = pd.DataFrame({"id": np.repeat(range(12), 8), "year": np.tile(range(2000, 2008), 12)})
PANEL["v"] = np.exp(np.sin(np.arange(96.0) ** 2))
READERS = [
    lambda frame: dm.winsorize(frame, "v", 0.05, by="year")["v"].tolist(),
    lambda frame: dm.beta_convergence(frame, "v", "id", "year").slope,
    lambda frame: dm.panel_unit_root(frame, "v", entity="id", time="year").statistic,
    lambda frame: dm.synthetic_control(
        frame, "v", entity="id", time="year", treated=3, treated_from=2005
    ).weights.tolist(),
]


@pytest.mark.parametrize("read", READERS)
def test_columns_of_one_name_are_refused_and_names_of_the_index_are_no_columns(read):
    with refused(dm.DigimfgError, "frames.names_repeated"):
        read(pd.concat([PANEL, PANEL[["v"]]], axis=1))
    assert read(PANEL.set_index(["id", "year"], drop=False)) == read(PANEL)
