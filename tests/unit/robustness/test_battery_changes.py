"""What the checks of a battery change: whole products are lagged, windows are those of the sample, placebos are by t."""

import itertools

import numpy as np
import pandas as pd
import pytest

import digimfg as dm


def panel(units=12, years=10):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(units), years), "year": np.tile(np.arange(2000, 2000 + years), units)}
    )
    level = rng.normal(size=units)
    frame["share"] = level[frame["unit"]]
    frame["after"] = (frame["year"] > 2004).astype(int)
    frame["z"] = rng.normal(size=len(frame)) + frame["share"] * frame["after"]
    frame["y"] = frame["share"] * frame["after"] + frame["z"] + rng.normal(size=len(frame))
    frame["noise"] = rng.normal(size=len(frame)) * (1 + frame["unit"])
    return frame


SPEC = dm.Specification(
    "y", "share:after", controls="z", entity="unit", time="year", fixed_effects=("unit", "year"),
    covariance=dm.Clustered("unit", wild_bootstrap=None), sample="year >= 2002 & year <= 2008",
)  # fmt: skip


def only(check, spec=SPEC):
    (row,) = dm.robustness_battery(spec, panel(), [check]).rows
    return row


def test_the_whole_product_is_lagged_not_its_first_factor():
    frame = panel().assign(both=lambda each: each["share"] * each["after"])
    frame["before"] = frame.groupby("unit")["both"].shift()
    expected = dm.estimate(SPEC.replace(regressors="before"), frame).coefficients.loc["before", "estimate"]
    plain = dm.estimate(SPEC, frame).coefficients.loc["share:after", "estimate"]
    found = only(dm.RobustnessCheck.lagged(1)).numbers["estimate"]
    assert found == pytest.approx(expected, rel=1e-10)
    assert abs(found - plain) > 1e-3


def test_the_first_and_last_periods_left_out_are_those_of_the_sample():
    labels = [check.label.en for check in dm.standard_checks(SPEC, panel())]
    assert "Without 2002" in labels
    assert "Without 2008" in labels
    assert "Without 2000" not in labels


def test_a_check_that_leaves_rows_and_values_as_they_are_says_so():
    row = only(dm.RobustnessCheck.without("year", (2000,)))
    assert row.numbers is None
    assert "same rows and values" in row.said.en


def test_the_placebo_of_a_battery_is_the_test_by_t():
    spec = SPEC.replace(outcome="noise")
    by_t, by_coefficient = (
        dm.randomization_test(spec, panel(), "share:after", replications=199, seed=4, statistic=name).p_value
        for name in ("t", "coefficient")
    )
    assert by_t != by_coefficient
    assert only(dm.RobustnessCheck.placebo(199, seed=4), spec).numbers["p_value"] == by_t


def test_values_outside_the_sample_are_the_ones_another_unit_gets():
    frame = panel(units=4, years=6).assign(x=lambda each: np.sin(each.index * 1.7))
    spec = SPEC.replace(regressors="x", controls=(), sample="year != 2003 | unit != 1")
    found = dm.randomization_test(spec, frame, "x", replications=100, statistic="coefficient")
    assert found.exact
    paths = frame["x"].to_numpy().reshape(4, 6)
    refits = [
        dm.estimate(spec, frame.assign(x=paths[list(order)].ravel())).coefficients.loc["x", "estimate"]
        for order in itertools.permutations(range(4))
    ]
    np.testing.assert_allclose(np.sort(found.placebo["estimate"]), np.sort(refits), atol=1e-10)
