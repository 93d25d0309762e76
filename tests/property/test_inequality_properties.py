"""Dagum and Theil on random data: identities, invariances, and where they end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digimfg.measures.dagum import dagum_gini
from digimfg.measures.theil import theil_decomposition

incomes = arrays(float, st.integers(2, 40), elements=st.floats(0, 1e6, allow_subnormal=False)).filter(
    lambda y: y.sum() > 1e-3
)
seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=60, deadline=None)
@given(incomes, seeds)
def test_dagum_parts_add_up_to_the_gini(y, seed):
    groups = np.random.default_rng(seed).integers(0, 5, len(y))
    found = dagum_gini(y, groups)
    assert abs(found.gini - (found.within + found.net_between + found.transvariation)) < 1e-12


@settings(max_examples=40, deadline=None)
@given(incomes, seeds)
def test_dagum_is_the_same_to_the_bit_in_any_row_order(y, seed):
    rng = np.random.default_rng(seed)
    groups, order = rng.integers(0, 3, len(y)), rng.permutation(len(y))
    one, two = dagum_gini(y, groups), dagum_gini(y[order], groups[order])
    assert (one.gini, one.within, one.net_between) == (two.gini, two.within, two.net_between)
    assert one.pairs.equals(two.pairs)


@settings(max_examples=40, deadline=None)
@given(incomes, seeds, st.floats(1e-3, 1e3))
def test_inequality_does_not_depend_on_the_unit(y, seed, scale):
    groups = np.random.default_rng(seed).integers(0, 3, len(y))
    assert dagum_gini(y * scale, groups).within == pytest.approx(
        dagum_gini(y, groups).within, rel=1e-9, abs=1e-12
    )
    one, two = theil_decomposition(y, groups), theil_decomposition(y * scale, groups)
    assert two.between == pytest.approx(one.between, rel=1e-9, abs=1e-12)


def test_inequality_does_depend_on_a_shift():
    y, groups = np.array([1.0, 2.0, 3.0, 10.0]), list("aabb")
    assert dagum_gini(y + 5, groups).gini < dagum_gini(y, groups).gini
    assert theil_decomposition(y + 5, groups).theil < theil_decomposition(y, groups).theil


@settings(max_examples=60, deadline=None)
@given(incomes, seeds, st.sampled_from(["T", "L"]))
def test_theil_parts_add_up_and_rows_may_come_in_any_order(y, seed, index):
    rng = np.random.default_rng(seed)
    y = y + (1.0 if index == "L" else 0.0)
    groups, weights = rng.integers(0, 4, len(y)), rng.uniform(0.1, 2, len(y))
    found = theil_decomposition(y, groups, weights=weights, index=index)
    assert abs(found.theil - (found.between + found.within)) < 1e-12 * max(1.0, found.theil)
    assert min(found.theil, found.between, found.within) > -1e-12
    order = rng.permutation(len(y))
    again = theil_decomposition(y[order], groups[order], weights=weights[order], index=index)
    assert (again.theil, again.between, again.within) == (found.theil, found.between, found.within)
