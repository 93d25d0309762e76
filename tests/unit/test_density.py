"""Kernel densities: they integrate to one inside their bounds; modes; bad input."""

import numpy as np
import pytest
from refused import refused
from scipy.stats import gaussian_kde

from digimfg.errors import Fault, MeasureError
from digimfg.measures.density import kernel_density, silverman_modes_test


def shares(seed: int = 0, n: int = 200) -> np.ndarray:
    return np.random.default_rng(seed).beta(0.8, 3.0, n)


def test_without_bounds_it_is_the_ordinary_gaussian_estimate():
    y = shares()
    grid = np.linspace(-0.2, 1.2, 50)
    found = kernel_density(y, bandwidth=0.05, grid=grid)
    assert found.density == pytest.approx(gaussian_kde(y, 0.05 / y.std(ddof=1))(grid), rel=1e-10)


@pytest.mark.parametrize("kernel", ["gaussian", "epanechnikov"])
def test_reflection_keeps_the_mass_inside_the_bounds(kernel):
    y = shares()
    found = kernel_density(y, bounds=(0, 1), kernel=kernel, grid=20001)
    assert np.trapezoid(found.density, found.grid) == pytest.approx(1.0, abs=1e-6)
    naive = kernel_density(y, kernel=kernel, grid=found.grid)
    assert np.trapezoid(naive.density, naive.grid) < 0.95  # what shares lose without it
    assert kernel_density(y, bounds=(0, 1), kernel=kernel, grid=[-0.1, 1.1]).density.tolist() == [0.0, 0.0]
    assert "0, 1" in found.notes[1].en


def test_the_default_bandwidth_is_silvermans_rule():
    y = shares()
    iqr = np.subtract(*np.percentile(y, [75, 25]))
    assert kernel_density(y).bandwidth == pytest.approx(0.9 * min(y.std(ddof=1), iqr / 1.349) * 200**-0.2)
    half_equal = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0])
    assert kernel_density(half_equal).bandwidth == pytest.approx(0.9 * half_equal.std(ddof=1) * 6**-0.2)


def test_modes_are_counted_at_bounds_and_inside():
    two = kernel_density(np.r_[np.linspace(0, 0.1, 50), np.linspace(0.5, 0.7, 50)], bounds=(0, 1))
    assert len(two.modes) == 2
    assert two.modes[1] == pytest.approx(0.6, abs=0.01)
    at_bound = kernel_density(np.linspace(0, 1, 100) ** 3, bounds=(0, 1))
    assert at_bound.modes[0] == 0.0


def test_weights_count_like_repeated_rows():
    weighted = kernel_density([1.0, 2.0, 4.0], weights=[2, 1, 1], bandwidth=0.5, grid=[1.5, 3.0])
    repeated = kernel_density([1.0, 1.0, 2.0, 4.0], bandwidth=0.5, grid=[1.5, 3.0])
    assert weighted.density == pytest.approx(repeated.density)
    assert kernel_density([1.0, 2.0, 4.0, 8.0], weights=[2, 1, 1, 1]).bandwidth > 0


def test_row_order_does_not_change_a_bit():
    y = shares()
    shuffled = np.random.default_rng(1).permutation(y)
    assert kernel_density(y).density.tobytes() == kernel_density(shuffled).density.tobytes()


def test_one_and_two_modes_are_told_apart_and_the_seed_decides_the_draws():
    rng = np.random.default_rng(2)
    one = rng.normal(size=150)
    two = np.r_[rng.normal(-2.5, 0.7, 75), rng.normal(2.5, 0.7, 75)]
    assert silverman_modes_test(one, draws=99, seed=3).p_value > 0.1
    assert silverman_modes_test(two, draws=99, seed=3).p_value < 0.05
    assert silverman_modes_test(two, 2, draws=99, seed=3).p_value > 0.1
    assert silverman_modes_test(one, draws=49, seed=3) == silverman_modes_test(one[::-1], draws=49, seed=3)


@pytest.mark.parametrize(
    ("values", "options", "kind"),
    [
        ([1.0, 1.0], {}, "measures.no_bandwidth"),
        ([1.0, 2.0], {"bandwidth": 0.0}, Fault.of("arguments.value_outside", argument="bandwidth")),
        ([0.2, 1.2], {"bounds": (0, 1)}, Fault.of("measures.values_beyond_bounds", high=1, beyond=1)),
        ([0.2, np.nan], {}, "measures.values_not_finite"),
        ([0.2, 0.4], {"kernel": "box"}, Fault.of("arguments.value_outside", argument="kernel")),
    ],
)
def test_what_has_no_density_is_refused(values, options, kind):
    with refused(MeasureError, kind):
        kernel_density(values, **options)


def test_impossible_tests_of_modes_are_refused():
    for arguments, kind in (
        (([1.0, 1.0],), "measures.modes_of_a_constant"),
        (([1.0, 2.0], 0), Fault.of("arguments.value_outside", argument="modes")),
    ):
        with refused(MeasureError, kind):
            silverman_modes_test(*arguments)
