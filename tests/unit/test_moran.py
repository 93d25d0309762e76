"""Moran's I: alternatives, periods, local statistics, units without neighbours."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

from digimfg.errors import ArgumentError, Fault, MeasureError
from digimfg.measures.local_moran import local_moran
from digimfg.measures.moran import moran, moran_by_period
from digimfg.measures.spatial_weights import contiguity_weights

N = 20
RING = contiguity_weights({i: [(i - 1) % N, (i + 1) % N] for i in range(N)})


def wave(seed=0):
    rng = np.random.default_rng(seed)
    return pd.Series(np.sin(np.arange(N) * 2 * np.pi / N) + rng.normal(scale=0.2, size=N), name="wave")


def test_moran_is_the_slope_of_its_scatter_plot():
    found = moran(wave(), RING, permutations=0)
    slope = np.polyfit(found.units["value"], found.units["lag"], 1)[0]
    assert slope == pytest.approx(found.statistic)
    assert np.isnan(found.p_permutation)


def test_the_variance_under_randomisation_is_that_of_all_permutations():
    from itertools import permutations

    ring = contiguity_weights({i: [(i - 1) % 6, (i + 1) % 6] for i in range(6)})
    y = np.array([0.0, 1.0, 1.5, 4.0, 9.0, 2.0])
    found = moran(pd.Series(y), ring, permutations=0)
    z = y - y.mean()
    W = ring.matrix.toarray() / 2
    every = [np.array(p) @ W @ np.array(p) / (z @ z) for p in permutations(z)]
    assert found.expected == pytest.approx(np.mean(every))
    assert found.variance_random == pytest.approx(np.var(every))


def test_alternatives_are_the_tails():
    series = wave()
    p = {a: moran(series, RING, alternative=a, permutations=199) for a in ("greater", "less", "two-sided")}
    assert p["greater"].p_permutation == 1 / 200
    assert p["less"].p_permutation == 1.0
    assert p["two-sided"].p_permutation == 2 / 200
    assert p["two-sided"].p_normal == pytest.approx(2 * p["greater"].p_normal)
    assert p["greater"].p_normal + p["less"].p_normal == pytest.approx(1)


def test_rows_in_any_order_and_extra_units_of_the_weights():
    series = wave()
    one, two = moran(series, RING), moran(series.sample(frac=1, random_state=3), RING)
    assert (one.statistic, one.p_permutation) == (two.statistic, two.p_permutation)
    part = moran(series.iloc[:10], RING)
    assert part.n == 10
    assert noted(part.notes, "left_out", n=10)


def test_every_period_has_its_row_and_errors_name_the_period():
    frame = pd.concat([wave(t).rename_axis("unit").reset_index().assign(year=t) for t in (1, 2)])
    table = moran_by_period(frame, "wave", "unit", "year", RING, permutations=99).frame
    assert table["year"].tolist() == [1, 2]
    assert table["moran"][1] == moran(wave(2), RING, permutations=0).statistic
    frame.loc[frame["year"] == 2, "wave"] = 1.0
    with refused(MeasureError, "measures.too_few_units_for_moran"):
        moran_by_period(frame, "wave", "unit", "year", RING)


def test_local_statistics_average_to_the_global_one():
    local, whole = local_moran(wave(), RING, permutations=99), moran(wave(), RING, permutations=0)
    assert local.frame["local_moran"].mean() == pytest.approx(whole.statistic)
    assert local.frame["p_adjusted"].ge(local.frame["p_value"]).all()
    assert noted(local.notes, "discoveries")


def test_false_discoveries_are_controlled_as_benjamini_and_hochberg_do():
    from scipy.stats import false_discovery_control

    frame = local_moran(wave(), RING, permutations=199).frame
    assert frame["p_adjusted"].to_numpy() == pytest.approx(false_discovery_control(frame["p_value"]))


def test_units_without_a_neighbour_are_named():
    weights = contiguity_weights({"a": ["b"], "b": ["a", "c"], "c": ["b"], "island": []})
    with refused(MeasureError, "measures.units_without_neighbour", n=1, islands=("island",)):
        moran(pd.Series([1.0, 2.0, 3.0, 4.0], index=["a", "b", "c", "island"]), weights)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pd.Series(1.0, index=range(N)), "measures.too_few_units_for_moran"),
        (pd.Series([1.0, np.nan] * 10), "measures.values_not_finite"),
        (pd.Series([1.0, 2.0] * 10, index=[0] * N), "measures.values_not_labelled"),
        (np.arange(20.0), Fault.of("arguments.kind_of_value", argument="values")),
    ],
)
def test_values_without_autocorrelation_are_refused(values, kind):
    with refused((MeasureError, ArgumentError), kind):
        moran(values, RING)


def test_options_out_of_range_are_refused():
    with refused(MeasureError, "arguments.value_outside", argument="alternative"):
        moran(wave(), RING, alternative="bigger")
    with refused(MeasureError, "arguments.value_outside", argument="permutations"):
        local_moran(wave(), RING, permutations=0)
