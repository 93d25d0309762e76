"""What must always hold for transition matrices and permutation tests."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digimfg.measures.homogeneity import transition_homogeneity
from digimfg.measures.moran import moran
from digimfg.measures.spatial_weights import contiguity_weights
from digimfg.measures.transitions import (
    ergodic_distribution,
    transition_probabilities,
)

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(2, 7))
def test_the_ergodic_vector_is_a_fixed_point(seed, k):
    P = transition_probabilities(np.random.default_rng(seed).integers(1, 30, (k, k)))
    pi = ergodic_distribution(P)
    assert pi @ P == pytest.approx(pi, abs=1e-13)
    assert pi.sum() == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(2, 5), st.integers(2, 4))
def test_homogeneity_does_not_depend_on_the_order_of_conditions_or_classes(seed, k, m):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 6, (m, k, k)) + np.eye(k, dtype=int)
    counts[:, 0, 1] += 1
    one = transition_homogeneity(counts)
    order, classes = rng.permutation(m), rng.permutation(k)
    two = transition_homogeneity(counts[order][:, classes][:, :, classes])
    assert two.likelihood_ratio == pytest.approx(one.likelihood_ratio, abs=1e-9)
    assert two.degrees_of_freedom == one.degrees_of_freedom
    assert min(one.likelihood_ratio, one.pearson) >= -1e-9


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(0.01, 100), st.floats(-50, 50))
def test_moran_does_not_depend_on_unit_and_origin(seed, scale, shift):
    rng = np.random.default_rng(seed)
    near = contiguity_weights({i: [(i - 1) % 9, (i + 1) % 9] for i in range(9)})
    y = pd.Series(rng.normal(size=9))
    one, two = moran(y, near, permutations=0), moran(y * scale + shift, near, permutations=0)
    assert two.statistic == pytest.approx(one.statistic, abs=1e-8)
    assert two.z_random == pytest.approx(one.z_random, abs=1e-6)


def test_permutation_p_values_are_uniform_without_autocorrelation():
    near = contiguity_weights({i: [(i - 1) % 30, (i + 1) % 30] for i in range(30)})
    rng = np.random.default_rng(11)
    p = [
        moran(
            pd.Series(rng.exponential(size=30)), near, permutations=99, seed=draw, alternative="greater"
        ).p_permutation
        for draw in range(200)
    ]
    # exact test: p ≤ 0.1 in a tenth of samples, standard deviation 0.021
    for level in (0.1, 0.5, 0.9):
        assert np.mean(np.array(p) <= level) == pytest.approx(
            level, abs=4 * np.sqrt(level * (1 - level) / 200)
        )
