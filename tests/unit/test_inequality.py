"""Dagum's Gini and Theil's indices: toys, direct definitions, bad input."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

from digimfg.errors import MeasureError
from digimfg.measures.dagum import dagum_gini
from digimfg.measures.theil import theil_decomposition


def test_dagum_toy_has_its_known_parts():
    found = dagum_gini([1, 2, 3, 2, 4, 6, 5, 9], list("aaabbbcc"))
    parts = [found.gini, found.within, found.net_between, found.transvariation]
    assert parts == pytest.approx([0.3359375, 0.0625, 0.2578125, 0.015625], abs=1e-10)
    assert sum(found.contributions.values()) == pytest.approx(1.0, abs=1e-12)


def test_dagum_parts_equal_the_definition_over_all_pairs():
    rng = np.random.default_rng(1)
    y, g = rng.integers(0, 9, 60).astype(float), rng.integers(0, 4, 60)
    found = dagum_gini(y, g)
    n, mean = len(y), y.mean()
    assert found.gini == pytest.approx(np.abs(y[:, None] - y).sum() / (2 * n * n * mean), rel=1e-12)
    for row in found.pairs.itertuples():
        high, low = y[g == row.group_high], y[g == row.group_low]
        gap = high[:, None] - low
        assert row.gini == pytest.approx(np.abs(gap).mean() / (high.mean() + low.mean()), rel=1e-12)
        assert row.mean_difference_high == pytest.approx(np.clip(gap, 0, None).mean(), rel=1e-12)
        assert row.mean_difference_low == pytest.approx(np.clip(-gap, 0, None).mean(), rel=1e-12)
        assert row.distance == pytest.approx(gap.mean() / np.abs(gap).mean(), rel=1e-10)
    for row in found.groups.itertuples():
        own = y[g == row.group]
        assert row.gini == pytest.approx(np.abs(own[:, None] - own).mean() / (2 * own.mean()), rel=1e-12)


def test_a_group_of_one_has_no_inequality_inside_and_is_noted():
    found = dagum_gini([4.0, 1.0, 2.0], ["alone", "b", "b"])
    assert found.groups.set_index("group").loc["alone", "gini"] == 0.0
    assert noted(found.notes, "lone_group", single=("alone",))


def test_groups_of_equal_mean_differ_by_transvariation_only():
    found = dagum_gini([1.0, 5.0, 2.0, 4.0], ["a", "a", "b", "b"])
    assert found.net_between == 0.0
    assert found.transvariation > 0


def test_equal_values_have_no_inequality():
    found = dagum_gini([2.0, 2.0, 2.0], ["a", "b", "b"])
    assert (found.gini, found.within, found.net_between, found.transvariation) == (0, 0, 0, 0)
    assert set(found.contributions.values()) == {0.0}


def test_a_group_of_zeros_keeps_the_identity():
    found = dagum_gini([0.0, 0.0, 1.0, 3.0], ["poor", "poor", "rich", "rich"])
    assert found.gini == pytest.approx(found.within + found.net_between + found.transvariation, abs=1e-14)


@pytest.mark.parametrize(
    ("values", "groups", "kind"),
    [
        ([-1.0, 2.0], ["a", "b"], "values_below_minimum"),
        ([0.0, 0.0], ["a", "b"], "total_not_positive"),
        ([1.0, np.nan], ["a", "b"], "values_not_finite"),
        ([1.0, 2.0], ["a"], "number_of_labels"),
        ([1.0, 2.0], ["a", None], "labels_missing"),
        ([], [], "column_not_numbers"),
    ],
)
def test_values_outside_the_domain_are_refused(values, groups, kind):
    with refused(MeasureError, f"measures.{kind}"):
        dagum_gini(values, groups)


def test_theil_parts_equal_their_definitions():
    x = np.array([1.0, 3.0, 2.0, 6.0])
    share = x / x.sum()
    found = theil_decomposition(x, ["a", "a", "b", "b"])
    assert found.theil == pytest.approx((share * np.log(4 * share)).sum(), abs=1e-14)
    groups = np.array([4 / 12, 8 / 12])
    assert found.between == pytest.approx((groups * np.log(groups / 0.5)).sum(), abs=1e-14)
    level = theil_decomposition(x, ["a", "a", "b", "b"], index="L")
    assert level.theil == pytest.approx(-np.log(x / x.mean()).mean(), abs=1e-14)
    assert level.theil == pytest.approx(level.between + level.within, abs=1e-14)


def test_theil_takes_zeros_as_the_limit_and_its_other_index_refuses_them():
    assert theil_decomposition([0.0, 2.0]).theil == pytest.approx(np.log(2))
    with refused(MeasureError, "measures.values_below_minimum", sign=">", minimum=0.0):
        theil_decomposition([0.0, 2.0], index="L")


def test_theil_weights_count_like_repeated_rows():
    weighted = theil_decomposition([1.0, 4.0], ["a", "b"], weights=[3.0, 1.0])
    repeated = theil_decomposition([1.0, 1.0, 1.0, 4.0], ["a", "a", "a", "b"])
    assert weighted.theil == pytest.approx(repeated.theil)
    assert weighted.between == pytest.approx(repeated.between)


def test_theil_refuses_an_unknown_index_and_bad_weights():
    with refused(MeasureError, "arguments.value_outside", argument="index"):
        theil_decomposition([1.0, 2.0], index="H")
    with refused(MeasureError, "measures.number_of_row_weights", size=2):
        theil_decomposition([1.0, 2.0], weights=[1.0])
    with refused(MeasureError, "measures.total_not_positive"):
        theil_decomposition([1.0, 2.0], weights=[0.0, 0.0])


def test_series_in_another_order_are_refused_not_matched_by_position():
    values = pd.Series([1.0, 2.0, 3.0], index=["a", "b", "c"])
    groups = pd.Series(["x", "x", "y"], index=["c", "b", "a"])
    for measure in (dagum_gini, theil_decomposition):
        with refused(MeasureError, "measures.rows_in_another_order", differing="2"):
            measure(values, groups)
    assert (
        dagum_gini(values, groups.to_numpy()).gini == dagum_gini(values, groups.set_axis(values.index)).gini
    )
